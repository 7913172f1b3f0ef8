// An ensemble: N neurons (θ_j), or with momenta (θ_j, ω_j), as one thread sees it: its slice of the shared state.
// μ_N = (1/N) Σ_j δ_{θ_j}.

import { stopRequested } from "../base/interrupt.ts";
import { backend } from "../kernels/backend/backend.ts";
import { lanesIn, type Slice, slice, stateLength, TILE } from "../kernels/layout.ts";
import { Pass } from "../kernels/pass.ts";
import { Reduction } from "../kernels/reduction.ts";
import type { Team } from "../kernels/team.ts";
import type { Problem } from "../problem/problem.ts";
import { type RunMemory, reductionCapacity } from "./memory.ts";

/** What a neuron's state consists of, row by row: θ; ω where there are momenta; what an integrator or a drift remembers. */
export interface StateRows {
  /** p, or 2p with momenta. */
  readonly coordinates: number;
  /** First of p rows that an integrator with memory keeps; null without. */
  readonly history: number | null;
  /** First of p rows that hold the anchor of a variance-reduced drift; null without. */
  readonly anchor: number | null;
  readonly total: number;
}

/** The rows for p coordinates of θ and what else is needed. */
export function stateRows(
  p: number,
  needs: { momentum: boolean; history?: boolean; anchor?: boolean },
): StateRows {
  const coordinates = needs.momentum ? 2 * p : p;
  const history = needs.history ? coordinates : null;
  const anchor = needs.anchor ? coordinates + (history === null ? 0 : p) : null;
  const total = coordinates + (history === null ? 0 : p) + (anchor === null ? 0 : p);
  return { coordinates, history, anchor, total };
}

export interface Ensemble {
  readonly part: Slice;
  readonly team: Team;
  /** p */
  readonly dimension: number;
  readonly momentum: boolean;
  /** Rows of a neuron: θ in 0 … p − 1, ω in p … 2p − 1, then memory, as `layout` says. */
  readonly rows: number;
  readonly layout: StateRows;
  /** Work on this slice's neurons that waits. */
  readonly pass: Pass;
  /** This slice's tiles. To ask for it is to have done all work that waits. */
  readonly state: Float64Array;
  /** The same tiles before the step in hand. */
  readonly before: Float64Array;
  readonly sums: Reduction;
}

/** This thread's view of a run's ensemble. */
export function ensemble(
  problem: Problem,
  width: number,
  layout: StateRows,
  team: Team,
  memory: RunMemory,
): Ensemble {
  const part = slice(width, team.rank, team.size);
  const rows = layout.total;
  const from = stateLength(part.firstTile, rows);
  const to = from + stateLength(part.tiles, rows);
  const state = memory.state.subarray(from, to);
  const pass = new Pass(part, backend().engine);
  return {
    part,
    pass,
    team,
    dimension: problem.dimension,
    momentum: layout.coordinates > problem.dimension,
    rows,
    layout,
    get state() {
      pass.settle();
      return state;
    },
    before: memory.before.subarray(from, to),
    sums: new Reduction(part, team, reductionCapacity(problem), memory.partials),
  };
}

/** True where every number of this slice is finite. */
export function isFiniteState(state: Float64Array): boolean {
  let probe = 0;
  for (let i = 0; i < state.length; i++) probe += 0 * state[i];
  return probe === 0;
}

/**
 * out[q] = (1/N) Σ_j of quantity q, q < count: `visit(base, lanes, sums)` adds what the neurons of the tile whose first entry is
 * `base` contribute to sums[q·8 + lane].
 */
export function average(
  particles: Ensemble,
  count: number,
  out: Float64Array,
  visit: (base: number, lanes: number, sums: Float64Array) => void,
): void {
  const { part, pass, sums: reduction, rows } = particles;
  pass.settle();
  reduction.open(count);
  for (const chunk of part.chunks) {
    if (stopRequested()) break;
    const sums = reduction.lanes();
    for (let tile = chunk.from; tile < chunk.to; tile++) visit(tile * rows * TILE, lanesIn(part, tile), sums);
    reduction.fold(chunk.index);
  }
  reduction.close(out, 1 / part.width);
}
