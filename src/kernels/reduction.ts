// Sums over an ensemble, the same bits for any number of threads and any width of vector: a chunk's neurons are added up lane by
// lane, in order; its 8 lanes are folded in one tree, ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)); and every thread folds the
// chunks' rows in order of their index.

import { type Slice, TILE } from "./layout.ts";
import type { Team } from "./team.ts";

/** The numbers two rows-by-chunk buffers take: a thread may fill one while another still folds the other. */
export function reductionLength(chunkCount: number, capacity: number): number {
  return 2 * chunkCount * capacity;
}

/** out[at + i] = the sum of the lanes i·8 … i·8 + 7, i < count. */
export function foldLanes(lanes: Float64Array, count: number, out: Float64Array, at: number): void {
  for (let i = 0; i < count; i++) {
    const j = i * TILE;
    out[at + i] =
      lanes[j] +
      lanes[j + 4] +
      (lanes[j + 2] + lanes[j + 6]) +
      (lanes[j + 1] + lanes[j + 5] + (lanes[j + 3] + lanes[j + 7]));
  }
}

/**
 * Sums of up to `capacity` numbers over all neurons. Every member of the team opens one, gives each of its chunks its sums, and
 * closes it.
 */
export class Reduction {
  private readonly part: Slice;
  private readonly team: Team;
  private readonly capacity: number;
  private readonly buffers: readonly [Float64Array, Float64Array];
  private sums = new Float64Array(0);
  private count = 0;
  private turn = 0;

  /** `memory` has reductionLength(chunkCount, capacity) entries, shared by the team. */
  constructor(part: Slice, team: Team, capacity: number, memory: Float64Array) {
    this.part = part;
    this.team = team;
    this.capacity = capacity;
    const half = part.chunkCount * capacity;
    this.buffers = [memory.subarray(0, half), memory.subarray(half, 2 * half)];
  }

  /** Of `count` numbers. */
  open(count: number): void {
    if (count > this.capacity) throw new RangeError(`${count} sums; there is room for ${this.capacity}`);
    this.count = count;
  }

  /** Zeroes, one for each number and lane, to add a chunk's neurons to: those of number i from i·8 on. */
  lanes(): Float64Array {
    const length = this.count * TILE;
    if (this.sums.length < length) this.sums = new Float64Array(length);
    else this.sums.fill(0, 0, length);
    return this.sums;
  }

  /** The lanes' sums are those of chunk `index`. */
  fold(index: number): void {
    foldLanes(this.sums, this.count, this.buffers[this.turn & 1], index * this.capacity);
  }

  /** `sums` are those of chunk `index`. */
  put(index: number, sums: Float64Array): void {
    const buffer = this.buffers[this.turn & 1];
    const row = index * this.capacity;
    for (let i = 0; i < this.count; i++) buffer[row + i] = sums[i];
  }

  /** out[i] = scale · Σ over chunks of what each has at i. */
  close(out: Float64Array, scale = 1): void {
    const { count } = this;
    const buffer = this.buffers[this.turn & 1];
    this.turn += 1;
    this.team.barrier();
    out.fill(0, 0, count);
    for (let chunk = 0; chunk < this.part.chunkCount; chunk++) {
      const row = chunk * this.capacity;
      for (let i = 0; i < count; i++) out[i] += buffer[row + i];
    }
    for (let i = 0; i < count; i++) out[i] *= scale;
  }
}
