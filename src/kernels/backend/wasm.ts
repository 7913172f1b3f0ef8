// The kernels as WebAssembly with SIMD128: one instance a thread, with memory of its own that grows by what blocks need.

import { inputError } from "../../base/errors.ts";
import { type Block, type Engine, KERNEL_NAMES, type Kernels } from "./kernels.ts";
import { MODULE } from "./module.ts";

const PAGE = 65536;
/** 4 GiB, all that 32 bits address. */
const MOST_PAGES = 65536;
/** The widest vectors' alignment. */
const ALIGNMENT = 64;

let engine: Engine | null = null;

/** That of this thread, made when it is first asked for. */
export function wasmEngine(): Engine {
  engine ??= instantiate();
  return engine;
}

interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly __heap_base: WebAssembly.Global;
}

function instantiate(): Engine {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(MODULE, "base64")));
  const { memory, __heap_base, ...functions } = exports as unknown as Exports & Kernels;
  const kernels = Object.fromEntries(
    KERNEL_NAMES.map((name) => [name, functions[name]]),
  ) as unknown as Kernels;
  const heap = new Heap(memory, __heap_base.value);
  return { level: "simd128", kernels, allocate: (doubles) => heap.allocate(doubles) };
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
    start: number,
  ) {
    this.end = Math.ceil(start / ALIGNMENT) * ALIGNMENT;
  }

  /** Errors (input): more than 4 GiB in all. */
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
    if (needed > held) this.grow(Math.max(needed - held, Math.min(held >> 2, MOST_PAGES - held)), bytes);
    this.end = at + bytes;
    return at;
  }

  private grow(pages: number, bytes: number): void {
    const held = this.memory.buffer.byteLength / PAGE;
    if (held + pages <= MOST_PAGES) {
      try {
        this.memory.grow(pages);
        return;
      } catch {
        // Refused: told below.
      }
    }
    const found = `WebAssembly memory of a thread cannot grow by ${bytes} bytes beyond the ${held * PAGE} it has`;
    throw inputError("backend", `${found}; allowed: 4 GiB; use --backend native or js, or more threads`);
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
