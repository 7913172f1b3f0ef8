// The noisy heavy ball of a linear neuron: the mean obeys z² + γz + s + λ = 0, a degree-n polynomial of (θ,
// ω) with n ≥ 2, whose mean field vanishes, sums of n roots of z² + γz + λ = 0: min|Re λ| is that of the
// mean, or twice the slower of these.

import { cited, claim } from "../claims/claim.ts";
import { kinetic, spectralGap } from "../index.ts";
import { dashed, dots } from "./support/curves.ts";
import { linearProblem } from "./support/neurons.ts";

const S = 1;
const LAMBDA = 0.5;
const TAU = 0.1;

/** −Re of the slower root of z² + γz + k. */
function slower(friction: number, k: number): number {
  const square = (friction * friction) / 4 - k;
  // By the product of the roots: their difference would cancel at large friction.
  return square <= 0 ? friction / 2 : k / (friction / 2 + Math.sqrt(square));
}

function exactGap(friction: number): number {
  return Math.min(slower(friction, S + LAMBDA), 2 * slower(friction, LAMBDA), friction);
}

const task = linearProblem([1], [1], { lambda: LAMBDA, tau: TAU });

export const kineticLinearGap = claim({
  id: "kinetic-linear-gap",
  statement:
    "The spectral gap of the noisy heavy ball of a linear neuron is min{−Re roots(z² + γz + s + λ), −2 Re roots(z² + γz + λ), γ}.",
  source: cited("kazeykina2020"),
  equation:
    "ψ = θx, V = λθ²/2: dθ = ω dt, dω = −(γω + (s m − c) + λθ) dt + √(2γτ) dW; linearised at N((m*, 0), diag(τ/λ, τ)).",
  experiment: `s = ${S}, λ = ${LAMBDA}, τ = ${TAU}; γ = 0.1, 0.5, 1, 1.5, 2, 3, 10 (0.1 to 100, 31 values, in the full variant); 96 cells of θ on [−5, 6] (192 in the full variant).`,
  statistic: "Gap over its formula; of all γ the ratio farthest from 1.",
  validates: "the linearised kinetic operator and its mean-field term, at every friction",
  predicted: { equals: 1 },
  within: 1e-6,
  measure({ full, progress }) {
    const frictions = full
      ? Array.from({ length: 31 }, (_, i) => 0.1 * 10 ** (i / 10))
      : [0.1, 0.5, 1, 1.5, 2, 3, 10];
    // A defective pair of roots, of γ² = 4k, would cost half the digits: none of these is one.
    const cells = { cells: [full ? 192 : 96], extent: [[-5, 6]] as const };
    let [worst, error] = [1, 0];
    const points: [number, number][] = [];
    for (const [i, friction] of frictions.entries()) {
      const { gap, estimate } = spectralGap(task, kinetic({ friction }), cells);
      const exact = exactGap(friction);
      if (Math.abs(gap / exact - 1) >= Math.abs(worst - 1)) worst = gap / exact;
      // Arnoldi's eigenvalues are found to 1e-10.
      error = Math.max(error, estimate / exact + 1e-10);
      points.push([friction, gap]);
      progress((i + 1) / frictions.length);
    }
    const [first, last] = [frictions[0], frictions[frictions.length - 1]];
    const line = Array.from({ length: 120 }, (_, i) => first * (last / first) ** (i / 119));
    return {
      measured: worst,
      error,
      figure: {
        x: { label: "γ", log: true },
        y: { label: "gap", log: true },
        curves: [
          dots("measured", points),
          dashed("formula", line, (friction) => [friction, exactGap(friction)]),
        ],
        caption: "There is a best friction: with less the network swings for long, with more it creeps.",
      },
    };
  },
});
