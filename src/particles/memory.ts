// The memory of one run, allocated before its threads start: with several threads it is shared by them,
// with one it is ordinary. O(N + M): the state, a published copy of θ where W needs every pair, who is born or dies, and
// partial sums.

import { CACHE_BUDGET } from "../kernels/kernel.ts";
import { slice, stateLength } from "../kernels/layout.ts";
import { reductionLength } from "../kernels/reduction.ts";
import { TEAM_CONTROL_LENGTH } from "../kernels/team.ts";
import type { Problem } from "../problem/problem.ts";

/** Plain arrays over (shared) buffers: can be posted to a worker as it is. */
export interface RunMemory {
  /** Team control words; unused by a team of one. */
  readonly control: Int32Array;
  /** The whole ensemble, tiled (kernels/layout.ts); a neuron's rows are those of ensemble.ts. */
  readonly state: Float64Array;
  /** The state before the step in hand: what is kept when that step diverges. */
  readonly before: Float64Array;
  readonly partials: Float64Array;
  /** θ by coordinate, p·N, where the interaction needs every pair; else empty. */
  readonly positions: Float64Array;
  /** Copies of each neuron to come, N, where neurons are born and die; else empty. */
  readonly copies: Uint8Array;
  /** Bytes of activations that one thread of this run may keep. */
  readonly cacheBytes: number;
}

/** Most numbers a coordinate that an observer sums: cosines and sines of four harmonics. */
const OBSERVED = 8;

/** How many numbers one reduction must hold: the M outputs, those tested, what W sees of μ, or what observers sum of every coordinate. */
export function reductionCapacity({ data, dimension, interaction }: Problem): number {
  const seen = interaction?.type === "moments" ? interaction.count : 0;
  return Math.max(data.size, data.test?.size ?? 0, Math.max(seen, OBSERVED) * dimension + 4);
}

/**
 * Memory for N neurons of `rows` rows each (ensemble.ts: θ, ω, and what is remembered), for a run on `threads` threads in a
 * process where `computing` threads (default: the same) share the budget for activations. `jumps`: neurons are born and die.
 */
export function allocateRun(
  problem: Problem,
  width: number,
  rows: number,
  threads: number,
  computing = threads,
  jumps = false,
): RunMemory {
  const { totalTiles, chunkCount } = slice(width);
  const buffer = (bytes: number) => (threads > 1 ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  const numbers = (count: number) => new Float64Array(buffer(count * Float64Array.BYTES_PER_ELEMENT));
  return {
    control: new Int32Array(buffer(TEAM_CONTROL_LENGTH * Int32Array.BYTES_PER_ELEMENT)),
    state: numbers(stateLength(totalTiles, rows)),
    before: numbers(stateLength(totalTiles, rows)),
    partials: numbers(reductionLength(chunkCount, reductionCapacity(problem))),
    positions: numbers(problem.interaction?.type === "pairs" ? problem.dimension * width : 0),
    copies: new Uint8Array(buffer(jumps ? width : 0)),
    cacheBytes: CACHE_BUDGET / computing,
  };
}
