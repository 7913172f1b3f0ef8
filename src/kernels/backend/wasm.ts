// The kernels as WebAssembly with SIMD128: one instance a thread, with memory of its own that grows by what blocks need.

import { inputError } from "../../base/errors.ts";
import { bytesText } from "../../base/words.ts";
import { addressRoom, NO_TRAPS } from "./addresses.ts";
import { type Block, type Engine, KERNEL_NAMES, type Kernels } from "./kernels.ts";
import { MODULE } from "./module.ts";

const PAGE = 65536;
/** 4 GiB, all that 32 bits address. */
const MOST_PAGES = 65536;
/** As scripts/kernels.mjs tells the linker. */
const FIRST_PAGES = 16;
/** The widest vectors' alignment. */
const ALIGNMENT = 64;
/** Addresses that a thread takes with its memory, for which V8 reserves 10 GiB where it has traps, and for all else. */
const NEEDED = { withTraps: 11.5 * 2 ** 30, without: 1.25 * 2 ** 30 };

export const WASM_LEVEL = "simd128";

let engine: Engine | null = null;

/** That of this thread, made when it is first asked for, where so many threads have one. Errors (input): no memory for it. */
export function wasmEngine(threads = 1): Engine {
  engine ??= instantiate(threads);
  return engine;
}

/** Why so many threads, which are still to begin, cannot have WebAssembly, and what helps; null where they can. */
export function wasmLack(threads: number): string | null {
  if (typeof WebAssembly === "undefined") return "this Node has no WebAssembly (--jitless)";
  const each = hasTraps() ? NEEDED.withTraps : NEEDED.without;
  if (engine !== null || addressRoom() >= threads * each) return null;
  return `WebAssembly needs ${bytesText(each)} of addresses a thread, which ulimit -v does not leave; ${help()}`;
}

function help(): string {
  const helps = hasTraps() ? `only NODE_OPTIONS=${NO_TRAPS} helps` : "fewer --threads help";
  return `${helps}, or a native build`;
}

function hasTraps(): boolean {
  const asked = [...process.execArgv, ...(process.env.NODE_OPTIONS ?? "").split(/\s+/)];
  return !asked.includes(NO_TRAPS);
}

interface Exports {
  readonly __heap_base: WebAssembly.Global;
}

function instantiate(threads: number): Engine {
  // Without traps V8 reserves all that a memory may grow to: where addresses are limited others have to have some.
  const most = Math.floor(addressRoom() / (2 * threads * PAGE));
  const maximum = Math.min(MOST_PAGES, Math.max(FIRST_PAGES, most));
  const memory = reserve(maximum);
  const module = new WebAssembly.Module(Buffer.from(MODULE, "base64"));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const { __heap_base, ...functions } = exports as unknown as Exports & Kernels;
  const kernels = Object.fromEntries(
    KERNEL_NAMES.map((name) => [name, functions[name]]),
  ) as unknown as Kernels;
  const heap = new Heap(memory, maximum, __heap_base.value);
  return { level: WASM_LEVEL, kernels, allocate: (doubles) => heap.allocate(doubles) };
}

function reserve(maximum: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: FIRST_PAGES, maximum });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw inputError("backend", `found wasm, but V8 reserves no memory for it (${error.message}); ${help()}`);
  }
}

interface Hole {
  at: number;
  bytes: number;
}

/** What of a memory is free: holes by address, which neighbours join, and all beyond `end`. */
class Heap {
  /** Blocks that nobody freed come back once they are collected. */
  private readonly lost = new FinalizationRegistry<Hole>(({ at, bytes }) => this.give(at, bytes));
  private readonly holes: Hole[] = [];
  private end: number;

  constructor(
    private readonly memory: WebAssembly.Memory,
    /** Pages. */
    private readonly most: number,
    start: number,
  ) {
    this.end = Math.ceil(start / ALIGNMENT) * ALIGNMENT;
  }

  /** Errors (input): more than its memory may have in all. */
  allocate(doubles: number): Block {
    const bytes = Math.max(1, Math.ceil((doubles * Float64Array.BYTES_PER_ELEMENT) / ALIGNMENT)) * ALIGNMENT;
    const at = this.take(bytes);
    const block: WasmBlock = new WasmBlock(this.memory, at, doubles, (freed) => {
      this.lost.unregister(freed);
      this.give(at, bytes);
    });
    this.lost.register(block, { at, bytes }, block);
    return block;
  }

  private take(bytes: number): number {
    const found = this.holes.findIndex((hole) => hole.bytes >= bytes);
    if (found >= 0) {
      const hole = this.holes[found]!;
      const { at } = hole;
      hole.at += bytes;
      hole.bytes -= bytes;
      if (hole.bytes === 0) this.holes.splice(found, 1);
      return at;
    }
    const at = this.end;
    const held = this.memory.buffer.byteLength / PAGE;
    const needed = Math.ceil((at + bytes) / PAGE);
    // Rarely, as all views of it are made anew then.
    if (needed > held) this.grow(Math.max(needed - held, Math.min(held >> 2, this.most - held)), bytes);
    this.end = at + bytes;
    return at;
  }

  private grow(pages: number, bytes: number): void {
    const held = this.memory.buffer.byteLength / PAGE;
    if (held + pages <= this.most) {
      try {
        this.memory.grow(pages);
        return;
      } catch {
        // Refused: told below.
      }
    }
    const found = `WebAssembly memory of a thread cannot grow by ${bytesText(bytes)} beyond the ${bytesText(held * PAGE)} it has`;
    const allowed = bytesText(this.most * PAGE);
    throw inputError("backend", `${found}; allowed: ${allowed}; use --backend native or js, or more threads`);
  }

  private give(at: number, bytes: number): void {
    const next = this.holes.findIndex((hole) => hole.at > at);
    const place = next < 0 ? this.holes.length : next;
    this.holes.splice(place, 0, { at, bytes });
    this.join(place);
    this.join(place - 1);
    const last = this.holes.at(-1);
    if (last !== undefined && last.at + last.bytes === this.end) {
      this.end = last.at;
      this.holes.pop();
    }
  }

  /** The hole at that place takes in the next one where they touch. */
  private join(place: number): void {
    const [hole, next] = [this.holes[place], this.holes[place + 1]];
    if (hole === undefined || next === undefined || hole.at + hole.bytes !== next.at) return;
    hole.bytes += next.bytes;
    this.holes.splice(place + 1, 1);
  }
}

class WasmBlock implements Block {
  private seen: ArrayBuffer | null = null;
  private asNumbers = new Float64Array(0);
  private asWords = new Int32Array(0);

  constructor(
    private readonly memory: WebAssembly.Memory,
    readonly address: number,
    private readonly doubles: number,
    private readonly give: (block: WasmBlock) => void,
  ) {}

  get numbers(): Float64Array {
    this.look();
    return this.asNumbers;
  }

  get words(): Int32Array {
    this.look();
    return this.asWords;
  }

  free(): void {
    this.give(this);
  }

  /** Memory that has grown has another buffer. */
  private look(): void {
    const { buffer } = this.memory;
    if (buffer === this.seen) return;
    this.seen = buffer;
    this.asNumbers = new Float64Array(buffer, this.address, this.doubles);
    this.asWords = new Int32Array(buffer, this.address, 2 * this.doubles);
  }
}
