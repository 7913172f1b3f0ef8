// Sums over an ensemble, the same bits for any number of threads: each chunk adds up its own neurons in order,
// and every thread folds the chunks' rows in order of their index.

import type { Slice } from "./layout.ts";
import type { Team } from "./team.ts";

/** The numbers two rows-by-chunk buffers take: a thread may fill one while another still folds the other. */
export function reductionLength(chunkCount: number, capacity: number): number {
  return 2 * chunkCount * capacity;
}

/** Sums of up to `capacity` numbers over all neurons. Every member of the team must make the same calls. */
export class Reduction {
  private readonly part: Slice;
  private readonly team: Team;
  private readonly capacity: number;
  private readonly buffers: readonly [Float64Array, Float64Array];
  private turn = 0;

  /** `memory` has reductionLength(chunkCount, capacity) entries, shared by the team. */
  constructor(part: Slice, team: Team, capacity: number, memory: Float64Array) {
    this.part = part;
    this.team = team;
    this.capacity = capacity;
    const half = part.chunkCount * capacity;
    this.buffers = [memory.subarray(0, half), memory.subarray(half, 2 * half)];
  }

  /** A buffer whose row for chunk c starts at c.index · capacity, zeroed for `count` numbers on own chunks. */
  open(count: number): Float64Array {
    const buffer = this.buffers[this.turn & 1];
    for (const { index } of this.part.chunks) {
      buffer.fill(0, index * this.capacity, index * this.capacity + count);
    }
    return buffer;
  }

  /** Where chunk `index` puts its sums. */
  row(index: number): number {
    return index * this.capacity;
  }

  /** out[i] = scale · Σ over chunks of what each put at i, i < count. */
  close(count: number, out: Float64Array, scale = 1): void {
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
