// Langevin dynamics of the linear neuron, Φ = (s m − c)θ + λθ²/2: the mean relaxes at s + λ, which the mean
// field stiffens, and the n-th Hermite polynomial, n ≥ 2, at nλ, as it does not move the mean: the gap of the
// full linearised operator is min(s + λ, 2λ).

import { cited, claim } from "../claims/claim.ts";
import { langevin, spectralGap } from "../index.ts";
import { dashed, dots } from "./support/curves.ts";
import { linearProblem } from "./support/neurons.ts";

const TAU = 0.1;
/** (s, λ) on both sides of s = λ, and on it. */
const CASES = [
  [0.2, 1],
  [0.5, 1],
  [1, 1],
  [2, 1],
  [1, 0.5],
  [5, 0.5],
] as const;

/** The gap with Δ → 0 by one extrapolation in Δ², and how far the finer grid is from it. */
function gapOf(s: number, lambda: number, cells: number) {
  const task = linearProblem([Math.sqrt(s)], [0.5], { lambda: lambda, tau: TAU });
  const centre = (Math.sqrt(s) * 0.5) / (s + lambda);
  const reach = 7 * Math.sqrt(TAU / lambda);
  const on = (count: number) =>
    spectralGap(task, langevin(), { cells: [count], extent: [[centre - reach, centre + reach]] }).gap;
  const [coarse, fine] = [on(cells), on(2 * cells)];
  const limit = fine + (fine - coarse) / 3;
  return { gap: limit, error: Math.abs(fine - limit) };
}

export const linearNeuronGap = claim({
  id: "linear-neuron-gap",
  statement: "The spectral gap of mean-field Langevin dynamics of a linear neuron is min(s + λ, 2λ).",
  source: cited("zhang2022"),
  equation:
    "ψ = θx, s = Σq x², V = λθ²/2: ∂_tμ = ∂_θ(μ((s m − c) + λθ) + τ∂_θμ), m = ∫θ dμ; rates s + λ of the mean, nλ for n ≥ 2.",
  experiment: `τ = ${TAU}; (s, λ) = ${CASES.map(([s, lambda]) => `(${s}, ${lambda})`).join(", ")}; 100 and 200 cells (400 and 800 in the full variant) over 14 standard deviations.`,
  statistic:
    "Gap of the linearised scheme, extrapolated in Δ², over min(s + λ, 2λ); of all (s, λ) the ratio farthest from 1.",
  validates: "the linearised Langevin operator and its mean-field term",
  predicted: { equals: 1 },
  within: 0.01,
  measure({ full, progress }) {
    let [worst, error] = [1, 0];
    const points: [number, number, number, number][] = [];
    for (const [i, [s, lambda]] of CASES.entries()) {
      const estimate = gapOf(s, lambda, full ? 400 : 100);
      const exact = Math.min(s + lambda, 2 * lambda);
      const ratio = estimate.gap / exact;
      if (Math.abs(ratio - 1) >= Math.abs(worst - 1)) worst = ratio;
      error = Math.max(error, estimate.error / exact);
      const scaled = estimate.gap / lambda;
      points.push([s / lambda, scaled, scaled - estimate.error / lambda, scaled + estimate.error / lambda]);
      progress((i + 1) / CASES.length);
    }
    const grid = Array.from({ length: 60 }, (_, i) => 0.1 * 100 ** (i / 59));
    return {
      measured: worst,
      error,
      figure: {
        x: { label: "s/λ", log: true },
        y: { label: "gap/λ" },
        curves: [dots("measured", points), dashed("min(s/λ + 1, 2)", grid, (x) => [x, Math.min(x + 1, 2)])],
        caption:
          "The stronger the data pull on the network's output, the faster it settles, until the shape of the density is what settles last.",
      },
    };
  },
});
