// Work on neurons that waits until its result is asked for: then all of it goes over the slice once, strip by strip, so that a strip
// is in the cache from the gradient to the forward pass at its new state. Every work is of each neuron by itself; they keep their order.

import { stopRequested } from "../base/interrupt.ts";
import type { Slice } from "./layout.ts";

/** Tiles of a strip: enough that a call costs little, few enough that their rows stay in the cache. */
export const STRIP = 16;

/** What is done to tiles. It works on arrays as it holds them: to ask an ensemble or a drift for one is to ask for the result. */
export interface TileWork {
  /** Before the first strip of each chunk. */
  begin?(): void;
  /** Tiles `first … end − 1` of the slice. The three numbers are those it was put off with. */
  run(first: number, end: number, a: number, b: number, c: number): void;
  /** After the last strip of a chunk. */
  end?(chunk: number): void;
}

export class Pass {
  private readonly works: TileWork[] = [];
  private readonly numbers: number[] = [];
  private count = 0;
  private running = false;

  private readonly owned: { release(): void }[] = [];

  constructor(readonly part: Slice) {}

  /** What holds memory for work on these neurons, to be released with them. */
  own(held: { release(): void }): void {
    this.owned.push(held);
  }

  /** Leaves the memory that works held to whoever comes next on this thread. No work may be done after that. */
  release(): void {
    for (const held of this.owned) held.release();
    this.owned.length = 0;
    this.count = 0;
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
      for (const { index, from, to } of this.part.chunks) {
        if (!this.isDone(index, from, to)) return;
      }
    } finally {
      this.running = false;
      this.count = 0;
    }
  }

  /** Whether a chunk was gone through. */
  private isDone(index: number, from: number, to: number): boolean {
    const { works, numbers, count } = this;
    for (let k = 0; k < count; k++) works[k].begin?.();
    for (let first = from; first < to; first += STRIP) {
      if (stopRequested()) return false;
      const end = Math.min(first + STRIP, to);
      for (let k = 0; k < count; k++) {
        works[k].run(first, end, numbers[3 * k], numbers[3 * k + 1], numbers[3 * k + 2]);
      }
    }
    for (let k = 0; k < count; k++) works[k].end?.(index);
    return true;
  }
}
