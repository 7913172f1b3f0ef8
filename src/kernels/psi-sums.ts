// What every kernel computes of a slice of neurons: the three sums of kernel.ts.

import type { Reduction } from "./reduction.ts";

/** ψ-sums over one slice of an ensemble. They wait in its pass; what they are given is to stay as it is until they are done. */
export interface PsiSums {
  /** Gives the reduction, open for M numbers, Σ_j ψ(θ_j; x_i) of each chunk. θ is in rows 0 … p − 1 of a state with `rows` rows. */
  observe(state: Float64Array, rows: number, reduction: Reduction): void;
  /**
   * gradient (p rows per tile) = Σ_i g_i ∇_θψ(θ_j; x_i), zero in unused lanes.
   * The state must be the one last observed: activations computed there may be reused.
   */
  drift(state: Float64Array, rows: number, g: Float64Array, gradient: Float64Array): void;
  /**
   * values (one row per tile) = Σ_i g_i ψ(θ_j; x_i), zero in unused lanes. As for `drift`, the state must be the one last
   * observed.
   */
  potential(state: Float64Array, rows: number, g: Float64Array, values: Float64Array): void;
}
