// The kernels as WebAssembly with SIMD128. A thread that allocates has a memory of its own, all that 32 bits address, of which the system
// gives what is touched: it never grows, as its views would have to be made anew then. Threads that help it have instances on the same memory.

import { inputError } from "../../base/errors.ts";
import { bytesText } from "../../base/words.ts";
import { addressRoom, NO_TRAPS } from "./addresses.ts";
import { type Block, type Engine, type Enlisted, KERNEL_NAMES, type Kernels } from "./kernels.ts";
import { MODULE } from "./module.ts";

const PAGE = 65536;
/** 4 GiB, all that 32 bits address. */
const MOST_PAGES = 65536;
/** As scripts/kernels.mjs tells the linker: no fewer will do. */
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

interface Exports extends Kernels {
  readonly __heap_base: WebAssembly.Global;
  readonly __stack_pointer: WebAssembly.Global;
}

/** Of another thread's stack; as scripts/kernels.mjs tells the linker for the first one. */
const STACK_DOUBLES = 65536 / Float64Array.BYTES_PER_ELEMENT;

function instantiate(threads: number): Engine {
  const memory = reserve(mostPages(threads));
  const module = new WebAssembly.Module(Buffer.from(MODULE, "base64"));
  const exports = instanceOf(module, memory);
  const heap = new Heap(memory, exports.__heap_base.value);
  // Of threads that go on for as long as this one.
  const stacks: Block[] = [];
  return {
    level: WASM_LEVEL,
    kernels: kernelsOf(exports),
    allocate: (doubles) => heap.allocate(doubles),
    addressOf: ({ buffer, byteOffset }) => ((buffer as unknown) === memory.buffer ? byteOffset : null),
    enlist() {
      const stack = heap.allocate(STACK_DOUBLES);
      stacks.push(stack);
      return { module, memory, stackEnd: stack.address + STACK_DOUBLES * Float64Array.BYTES_PER_ELEMENT };
    },
  };
}

/** The kernels of an instance on that memory, for a thread that helps the one it belongs to. */
export function enlistedKernels({
  module,
  memory,
  stackEnd,
}: Extract<Enlisted, { module: object }>): Kernels {
  const exports = instanceOf(module, memory);
  exports.__stack_pointer.value = stackEnd;
  return kernelsOf(exports);
}

function instanceOf(module: WebAssembly.Module, memory: WebAssembly.Memory): Exports {
  return new WebAssembly.Instance(module, { env: { memory } }).exports as Exports;
}

function kernelsOf(exports: Exports): Kernels {
  return Object.fromEntries(KERNEL_NAMES.map((name) => [name, exports[name]])) as unknown as Kernels;
}

/** All that can be addressed; where addresses are limited, so much that other threads, and other things, have some. */
function mostPages(threads: number): number {
  const share = Math.floor(addressRoom() / (2 * threads * PAGE));
  return Math.min(MOST_PAGES, Math.max(FIRST_PAGES, share));
}

/** So much, or a half of it as often as the system refuses. */
function reserve(most: number): WebAssembly.Memory {
  for (let pages = most; ; pages = Math.floor(pages / 2)) {
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      if (pages >= 2 * FIRST_PAGES) continue;
      throw inputError(
        "backend",
        `found wasm, but V8 reserves no memory for it (${error.message}); ${help()}`,
      );
    }
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
    start: number,
  ) {
    this.end = Math.ceil(start / ALIGNMENT) * ALIGNMENT;
  }

  /** Errors (input): more than its memory may have in all. */
  allocate(doubles: number): Block {
    const bytes = Math.max(1, Math.ceil((doubles * Float64Array.BYTES_PER_ELEMENT) / ALIGNMENT)) * ALIGNMENT;
    const at = this.take(bytes);
    const { buffer } = this.memory;
    const block: Block = {
      address: at,
      numbers: new Float64Array(buffer, at, doubles),
      words: new Int32Array(buffer, at, 2 * doubles),
      free: () => {
        this.lost.unregister(block);
        this.give(at, bytes);
      },
    };
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
    const most = this.memory.buffer.byteLength;
    if (at + bytes > most) {
      const found = `a thread's WebAssembly memory has no room for ${bytesText(bytes)} beside the ${bytesText(at)} that it holds`;
      const allowed = bytesText(most);
      throw inputError(
        "backend",
        `${found}; allowed: ${allowed}; use --backend native or js, or more threads`,
      );
    }
    this.end = at + bytes;
    return at;
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
