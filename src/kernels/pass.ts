// Work on neurons that waits until its result is asked for: then all of it goes over the slice once, strip by strip, so that a strip
// is in the cache from the gradient to the forward pass at its new state. Every work is of each neuron by itself; they keep their order.
// Where all of them are kernels too, a strip is one call.

import { stopRequested } from "../base/interrupt.ts";
import { type Block, type Engine, WORK_NAMES, type WorkName } from "./backend/kernels.ts";
import { type Field, writeHead } from "./head.ts";
import { Image } from "./image.ts";
import type { Slice } from "./layout.ts";

/** Tiles of a strip, most: enough that a call costs little, few enough that their rows stay in the cache. */
export const STRIP = 16;

/** What is done to tiles. It works on arrays as it holds them: to ask an ensemble or a drift for one is to ask for the result. */
export interface TileWork {
  /** Before the first strip of each chunk. */
  begin?(): void;
  /** Tiles `first … end − 1` of the slice. The three numbers are those it was put off with. */
  run(first: number, end: number, a: number, b: number, c: number): void;
  /** After the last strip of a chunk. */
  end?(chunk: number): void;
  /** What does the same, to the bit, on images; none where the work is JavaScript's alone. */
  kernel?: WorkKernel | null;
}

export interface WorkKernel {
  readonly name: WorkName;
  /** As the work has it in c/works.h. */
  readonly head: Block;
  readonly reads: readonly Image[];
  /** All of their rows, or rows of one that is read. */
  readonly writes: readonly Image[];
  /** What the head points to. */
  readonly holds: readonly unknown[];
}

/** How a kernel is made where images are there. */
export interface KernelPlan {
  readonly name: WorkName;
  readonly reads: readonly (Image | null)[];
  readonly writes: readonly (Image | null)[];
  readonly head: () => readonly Field[];
  readonly holds?: readonly unknown[];
}

/** Kernels in a row: in C a count, and for each a number of five. */
interface Program {
  readonly kernels: readonly WorkKernel[];
  readonly block: Block;
  /** Images to be taken before it runs, and to be given after it. */
  readonly taken: readonly Image[];
  readonly given: readonly Image[];
}

const ITEM = 5;

export class Pass {
  /** Tiles of a strip. */
  private strip = STRIP;
  private readonly works: TileWork[] = [];
  private readonly numbers: number[] = [];
  private count = 0;
  private running = false;
  private readonly images = new Map<Float64Array, Image>();
  private readonly programs: Program[] = [];

  private readonly owned: { release(): void }[] = [];

  /** `engine`: of kernels; without one all is JavaScript. */
  constructor(
    readonly part: Slice,
    readonly engine: Engine | null = null,
  ) {}

  /** What holds memory for work on these neurons, to be released with them. */
  own(held: { release(): void }): void {
    this.owned.push(held);
  }

  /** Zeroes in the reach of kernels, which are released with all that is owned. */
  array(length: number): Float64Array {
    if (this.engine === null) return new Float64Array(length);
    const block = this.engine.allocate(length);
    this.own({ release: () => block.free() });
    // A block may be larger than was asked for.
    return block.numbers.subarray(0, length).fill(0);
  }

  /** Leaves the memory that works held to whoever comes next on this thread. No work may be done after that. */
  release(): void {
    for (const held of this.owned) held.release();
    this.owned.length = 0;
    this.count = 0;
  }

  /** Makes strips of no more tiles than that, all of them, before any work is done. */
  shorten(tiles: number): void {
    this.strip = Math.min(this.strip, tiles);
  }

  /** Of an array of this slice's tiles, `rows` rows each; null where there are no kernels. The same array has one image. */
  image(array: Float64Array, rows: number): Image | null {
    if (this.engine === null) return null;
    const known = this.images.get(array);
    if (known !== undefined) return known;
    const made = new Image(this.engine, array, rows, STRIP);
    this.images.set(array, made);
    return made;
  }

  /** Null where there are none. */
  kernel({ name, reads, writes, head, holds = [] }: KernelPlan): WorkKernel | null {
    if (this.engine === null) return null;
    const fields = head();
    const block = this.engine.allocate(fields.length);
    writeHead(block, fields);
    return { name, head: block, reads: reads as Image[], writes: writes as Image[], holds };
  }

  /** Puts it off. */
  add(work: TileWork, a = 0, b = 0, c = 0): void {
    const { works, numbers, count } = this;
    works[count] = work;
    numbers[3 * count] = a;
    numbers[3 * count + 1] = b;
    numbers[3 * count + 2] = c;
    this.count = count + 1;
  }

  /** Does all that waits if this work does: to be called before what it holds is changed. */
  clear(work: TileWork): void {
    for (let k = 0; k < this.count; k++) {
      if (this.works[k] === work) {
        this.settle();
        return;
      }
    }
  }

  /** Does all that waits. Asked to stop it leaves work off, and so does what comes after, as far as the next barrier. */
  settle(): void {
    if (this.count === 0 || this.running) return;
    this.running = true;
    try {
      const program = this.program();
      for (const { index, from, to } of this.part.chunks) {
        if (!this.isDone(index, from, to, program)) return;
      }
    } finally {
      this.running = false;
      this.count = 0;
    }
  }

  /** Whether a chunk was gone through. */
  private isDone(index: number, from: number, to: number, program: Program | null): boolean {
    const { works, numbers, count, strip } = this;
    for (let k = 0; k < count; k++) works[k].begin?.();
    for (let first = from; first < to; first += strip) {
      if (stopRequested()) return false;
      const end = Math.min(first + strip, to);
      if (program !== null) this.execute(program, first, end);
      else {
        for (let k = 0; k < count; k++) {
          works[k].run(first, end, numbers[3 * k], numbers[3 * k + 1], numbers[3 * k + 2]);
        }
      }
    }
    for (let k = 0; k < count; k++) works[k].end?.(index);
    return true;
  }

  private execute({ block, taken, given }: Program, first: number, end: number): void {
    for (let k = 0; k < taken.length; k++) taken[k].take(first, end);
    this.engine!.kernels.run_works(block.address, first, end, 0);
    for (let k = 0; k < given.length; k++) given[k].give(first, end);
  }

  /** What waits, with its numbers; null if one of the works is no kernel. */
  private program(): Program | null {
    const { works, numbers, count } = this;
    for (let k = 0; k < count; k++) if (!works[k].kernel) return null;
    const program = this.programs.find((one) => this.isOf(one)) ?? this.compiled();
    const { numbers: words } = program.block;
    for (let k = 0; k < count; k++) {
      for (let i = 0; i < 3; i++) words[1 + ITEM * k + 2 + i] = numbers[3 * k + i]!;
    }
    return program;
  }

  private isOf({ kernels }: Program): boolean {
    const { works, count } = this;
    if (kernels.length !== count) return false;
    for (let k = 0; k < count; k++) if (kernels[k] !== works[k].kernel) return false;
    return true;
  }

  private compiled(): Program {
    const kernels = this.works.slice(0, this.count).map(({ kernel }) => kernel!);
    const block = this.engine!.allocate(1 + ITEM * kernels.length);
    const [taken, given] = [new Set<Image>(), new Set<Image>()];
    block.numbers[0] = kernels.length;
    for (const [k, { name, head, reads, writes }] of kernels.entries()) {
      block.numbers[1 + ITEM * k] = WORK_NAMES.indexOf(name);
      block.numbers[2 + ITEM * k] = head.address;
      for (const image of reads) if (image.isCopy && !given.has(image)) taken.add(image);
      for (const image of writes) if (image.isCopy) given.add(image);
    }
    const program = { kernels, block, taken: [...taken], given: [...given] };
    this.programs.push(program);
    return program;
  }
}
