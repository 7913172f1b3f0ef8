// Threads that run the same program on their own slices and meet at barriers (single program, multiple data).
// A barrier counts arrivals and advances a generation; sleepers wait on the generation through Atomics.wait.

import { checkpoint, Interrupted, stopRequested } from "../base/interrupt.ts";

/**
 * What a slice's program needs of the threads beside it. A member that is asked to stop leaves work undone, whatever comes of it, as
 * far as the next barrier, where all unwind together: no number that it left unfinished passes one.
 */
export interface Team {
  readonly rank: number;
  readonly size: number;
  /** Returns when every member has called it. Throws TeamAborted when another failed, Interrupted when any is asked to stop. */
  barrier(): void;
  /** The bitwise or of every member's bits; a barrier too. */
  agree(bits: number): number;
}

/** A team of one. */
export const SOLO: Team = {
  rank: 0,
  size: 1,
  barrier: checkpoint,
  agree(bits) {
    checkpoint();
    return bits;
  },
};

/** Thrown out of a barrier when another member of the team failed: that member's error is the one to report. */
export class TeamAborted extends Error {
  constructor() {
    super("another thread of this run failed");
    this.name = "TeamAborted";
  }
}

const ARRIVED = 0;
const GENERATION = 1;
const ABORTED = 2;
const BITS = 3;
/** The bit of an agreement that says: I am asked to stop. */
const STOP = 1 << 30;
/** Agreements rotate through three slots: when slot g is cleared every member has read what it held before. */
const BIT_SLOTS = 3;

/** Int32 entries a team shares. */
export const TEAM_CONTROL_LENGTH = BITS + BIT_SLOTS;

/** Polls of a barrier before its thread goes to sleep: about 20 µs, the usual wait between equal slices. */
const SPINS = 4000;
/** Bounds a sleep, so that an abort is seen even if its wake-up was missed. */
const SLEEP_MS = 200;

/** A member of a team of worker threads that share `control` (TEAM_CONTROL_LENGTH zeros in shared memory). */
export class ThreadTeam implements Team {
  readonly rank: number;
  readonly size: number;
  private readonly control: Int32Array;
  private agreements = 0;

  constructor(control: Int32Array, rank: number, size: number) {
    this.control = control;
    this.rank = rank;
    this.size = size;
  }

  barrier(): void {
    this.agree(0);
  }

  agree(bits: number): number {
    const { control } = this;
    const slot = BITS + (this.agreements % BIT_SLOTS);
    this.agreements += 1;
    if (this.rank === 0) Atomics.store(control, BITS + (this.agreements % BIT_SLOTS), 0);
    const raised = stopRequested() ? bits | STOP : bits;
    if (raised !== 0) Atomics.or(control, slot, raised);
    this.meet();
    const agreed = Atomics.load(control, slot);
    if ((agreed & STOP) !== 0) throw new Interrupted();
    return agreed;
  }

  private meet(): void {
    const { control } = this;
    const generation = Atomics.load(control, GENERATION);
    if (Atomics.add(control, ARRIVED, 1) === this.size - 1) {
      Atomics.store(control, ARRIVED, 0);
      Atomics.add(control, GENERATION, 1);
      Atomics.notify(control, GENERATION);
    } else {
      let spins = 0;
      while (Atomics.load(control, GENERATION) === generation) {
        if (Atomics.load(control, ABORTED) !== 0) throw new TeamAborted();
        if (++spins > SPINS) Atomics.wait(control, GENERATION, generation, SLEEP_MS);
      }
    }
    if (Atomics.load(control, ABORTED) !== 0) throw new TeamAborted();
  }

  /** Releases the others from their barriers; they throw TeamAborted. */
  abort(): void {
    Atomics.store(this.control, ABORTED, 1);
    Atomics.notify(this.control, GENERATION);
  }
}
