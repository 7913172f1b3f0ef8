// How a thread that computes asks one that has a GPU, and sleeps until it answers: a driver answers by promises, the thread's program has no time
// for them. Orders are messages; numbers lie in shared memory, and so does the answer's state.

import type { Held, RidgeSizes, Sum } from "./program.ts";

/** What the thread with the GPU is told. */
export type Order =
  | {
      readonly make: number;
      readonly sizes: RidgeSizes;
      readonly arrays: Readonly<Record<Held, SharedArrayBuffer>>;
    }
  | {
      readonly sum: number;
      readonly changed: readonly Held[];
      readonly sums: readonly Sum[];
      readonly first: number;
      readonly count: number;
      /** Where the rows are wanted. */
      readonly found: SharedArrayBuffer;
    }
  | { readonly drop: number };

/** Entries of an answer's head. */
const STATE = 0;
const LENGTH = 1;
const HEAD_BYTES = 8;

const WAITING = 0;
const DONE = 1;
const FAILED = 2;

/** A driver may say much; an error is a line of it. */
const TEXT_BYTES = 8192;

export const ANSWER_BYTES = HEAD_BYTES + TEXT_BYTES;

/** Bounds a sleep, should a wake-up be missed. */
const SLEEP_MS = 200;

export class Answer {
  private readonly head: Int32Array;
  private readonly text: Uint8Array;

  constructor(readonly shared: SharedArrayBuffer) {
    this.head = new Int32Array(shared, 0, 2);
    this.text = new Uint8Array(shared, HEAD_BYTES);
  }

  /** Before an order is given. */
  expect(): void {
    Atomics.store(this.head, STATE, WAITING);
  }

  /** Sleeps until it is there: what it says. `limitMs`: no device takes longer. Errors: what failed; no answer. */
  wait(limitMs: number): string {
    const until = performance.now() + limitMs;
    while (Atomics.load(this.head, STATE) === WAITING) {
      if (performance.now() > until) throw new Error(`no answer in ${limitMs / 1000} s`);
      Atomics.wait(this.head, STATE, WAITING, SLEEP_MS);
    }
    const said = Buffer.from(this.text.subarray(0, this.head[LENGTH])).toString("utf8");
    if (Atomics.load(this.head, STATE) === FAILED) throw new Error(said);
    return said;
  }

  done(said = ""): void {
    this.give(DONE, said);
  }

  fail(said: string): void {
    this.give(FAILED, said);
  }

  private give(state: number, said: string): void {
    this.head[LENGTH] = new TextEncoder().encodeInto(said, this.text).written;
    Atomics.store(this.head, STATE, state);
    Atomics.notify(this.head, STATE);
  }
}
