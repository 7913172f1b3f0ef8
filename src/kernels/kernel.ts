// ψ-sums: the one place where neurons meet data. Two calls serve every particle method, a third those that weigh neurons:
//   observe: per chunk, Σ_j ψ(θ_j; x_i) for i = 1..M        drift: per neuron, Σ_i g_i ∇_θψ(θ_j; x_i)
//   potential: per neuron, Σ_i g_i ψ(θ_j; x_i)
// Cost of each: O(N·M·d). An ensemble's state is tiled as kernels/layout.ts says.

import { isRidge } from "../problem/feature.ts";
import type { Problem } from "../problem/problem.ts";
import { backend } from "./backend/backend.ts";
import { forgetNativeBlocks } from "./backend/native.ts";
import { FeatureSums } from "./feature-sums.ts";
import { GpuSums } from "./gpu/gpu-sums.ts";
import { forgetActivations } from "./js-ridge.ts";
import type { Pass } from "./pass.ts";
import type { PsiSums } from "./psi-sums.ts";
import { RidgeSums } from "./ridge-sums.ts";

/** Bytes of activations that `observe` may keep for `drift`, over all threads of a process. */
export const CACHE_BUDGET = 256 * 2 ** 20;

/** Memory that runs which have ended left to the next: to be forgotten before other work that takes memory. */
export function forgetMemory(): void {
  forgetActivations();
  forgetNativeBlocks();
}

let forGpu = false;

/** The sums that are made within are a GPU's, where that is the backend. All others, as those that estimate a step, are in double precision. */
export function onGpu<Result>(make: () => Result): Result {
  forGpu = true;
  try {
    return make();
  } finally {
    forGpu = false;
  }
}

/** The kernel for a problem's neuron, or null where there is no data. `cacheBytes`: this slice's share. */
export function psiSums(problem: Problem, pass: Pass, cacheBytes: number): PsiSums | null {
  const { neuron, data } = problem;
  if (neuron === null) return null;
  if (!isRidge(neuron)) return new FeatureSums(neuron, data, pass);
  const gpu = forGpu ? backend().gpu : null;
  return gpu === null ? new RidgeSums(neuron, data, pass, cacheBytes) : new GpuSums(gpu, neuron, data, pass);
}
