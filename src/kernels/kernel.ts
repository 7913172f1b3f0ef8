// ψ-sums: the one place where neurons meet data. Two calls serve every particle method, a third those that weigh neurons:
//   observe: per chunk, Σ_j ψ(θ_j; x_i) for i = 1..M        drift: per neuron, Σ_i g_i ∇_θψ(θ_j; x_i)
//   potential: per neuron, Σ_i g_i ψ(θ_j; x_i)
// Cost of each: O(N·M·d). An ensemble's state is tiled as kernels/layout.ts says.

import type { Problem } from "../problem/problem.ts";
import { CustomSums } from "./custom-sums.ts";
import type { Slice } from "./layout.ts";
import { PerceptronSums } from "./perceptron-sums.ts";
import type { Reduction } from "./reduction.ts";

/** ψ-sums over one slice of an ensemble. */
export interface PsiSums {
  /**
   * Adds Σ_j ψ(θ_j; x_i) of each chunk's neurons to partial[reduction.row(chunk) + i], i < M.
   * θ is in rows 0 … p − 1 of a state with `rows` rows.
   */
  observe(state: Float64Array, rows: number, partial: Float64Array, reduction: Reduction): void;
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
  /** Leaves what activations were kept in to whoever comes next on this thread. Nothing else may be called after that. */
  release?(): void;
}

/** Bytes of activations that `observe` may keep for `drift`, over all threads of a process. */
export const CACHE_BUDGET = 256 * 2 ** 20;

/** The kernel for a problem's neuron, or null where there is no data. `cacheBytes`: this slice's share. */
export function psiSums(problem: Problem, part: Slice, cacheBytes: number): PsiSums | null {
  const { neuron, data } = problem;
  if (neuron === null) return null;
  return neuron.kind === "perceptron"
    ? new PerceptronSums(neuron, data, part, cacheBytes)
    : new CustomSums(neuron, data, part);
}
