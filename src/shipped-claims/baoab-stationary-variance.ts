// On a quadratic BAOAB has the stationary variance τ/λ of θ at every stable step, h²λ < 4, where OBABO, the
// same moves in another order, has τ/λ/(1 − h²λ/4). A stationary variance is the sum of squared responses to
// the unit noises of all the past.

import { cited, claim } from "../claims/claim.ts";
import { kinetic, type WordName } from "../index.ts";
import { linearNeuron } from "../limits/gaussian.ts";
import { dashed, dots, line } from "./support/curves.ts";
import { MOMENTS_WIDTH, schemeMoments } from "./support/exact-moments.ts";
import { linearProblem } from "./support/neurons.ts";

const FRICTIONS = [0.5, 2];
/** h√(s + λ), stable below 2. */
const SHARES = [0.1, 0.5, 1, 1.5, 1.9, 1.99];
/**
 * Responses are followed until they have fallen by e to this, their squares to below rounding; and as long
 * again.
 */
const FALL = 20;

const REST = { theta: 0, omega: 0, varTheta: 0, covariance: 0, varOmega: 0 };

/** c = 0: at rest the network stays at 0. */
const task = linearProblem([1, -0.5, 1.5], [0, 0, 0], { lambda: 0.5, tau: 0.4 });

/** Steps until responses have fallen: z² − (1 + η)(1 − h²κ/2)z + η, η = e^(−γh), is a step of stiffness κ. */
function stepsToForget(friction: number, h: number, stiffnesses: readonly number[]): number {
  const eta = Math.exp(-friction * h);
  const slowest = stiffnesses.map((stiffness) => {
    const half = 0.5 * (1 + eta) * (1 - 0.5 * h * h * stiffness);
    const square = half * half - eta;
    return square > 0 ? Math.abs(half) + Math.sqrt(square) : Math.sqrt(eta);
  });
  return Math.ceil(-FALL / Math.log(Math.max(...slowest)));
}

/**
 * Stationary N Var⟨θ⟩ and mean square deviation, each over its exact value, and their change since half the
 * steps.
 */
function stationaryRatios(integrator: WordName, friction: number, h: number) {
  const { s, lambda, tau } = linearNeuron(task);
  const count = 2 * stepsToForget(friction, h, [lambda, s + lambda]);
  const moments = schemeMoments(task, kinetic({ friction }), integrator, { h, count, start: REST });
  const exact = [tau / (s + lambda), (1 - 1 / MOMENTS_WIDTH) * (tau / lambda)];
  const at = (n: number) => [moments[n].output[0] / exact[0], moments[n].spread[0] / exact[1]];
  const [ratios, earlier] = [at(count), at(count / 2)];
  return ratios.map((ratio, mode) => ({
    ratio,
    // What the responses not yet counted may add, and the rounding of so many terms.
    error: Math.abs(ratio - earlier[mode]) + count * Number.EPSILON * ratio,
  }));
}

export const baoabStationaryVariance = claim({
  id: "baoab-stationary-variance",
  statement:
    "For a quadratic energy the stationary variance of θ under BAOAB is exact, Gibbs's τ/λ of each mode, at every stable step.",
  source: cited("leimkuhler2013"),
  equation:
    "ψ = θx, V = λθ²/2: N Var⟨θ⟩ = τ/(s + λ) and E(θ_j − ⟨θ⟩)² = (1 − 1/N)τ/λ, for all h with h²(s + λ) < 4 and all γ > 0.",
  experiment: `${MOMENTS_WIDTH} neurons ψ = θx, s = 7/6, λ = 1/2, τ = 0.4; γ = 1/2, 2; h√(s + λ) = 0.1 … 1.99 (in the full variant γ = 1/4, 8 too); until responses have fallen below rounding.`,
  statistic:
    "Of both variances over their exact values, the one farthest from 1; variances as sums of squared responses to unit noises, without sampling.",
  validates: "the integrator baoab and the fluctuation–dissipation balance of friction and noise",
  predicted: { equals: 1 },
  within: 1e-10,
  measure({ full, progress }) {
    const { s, lambda } = linearNeuron(task);
    const frictions = full ? [0.25, ...FRICTIONS, 8] : FRICTIONS;
    let [worst, error] = [1, 0];
    const points: [number, number][] = [];
    for (const [done, friction] of frictions.entries()) {
      for (const share of SHARES) {
        for (const mode of stationaryRatios("baoab", friction, share / Math.sqrt(s + lambda))) {
          if (Math.abs(mode.ratio - 1) > Math.abs(worst - 1)) worst = mode.ratio;
          error = Math.max(error, mode.error);
          points.push([share, mode.ratio]);
        }
      }
      progress((done + 1) / frictions.length);
    }
    const other = SHARES.map(
      (share) => [share, stationaryRatios("obabo", 0.5, share / Math.sqrt(s + lambda))[0].ratio] as const,
    );
    return {
      measured: worst,
      error,
      figure: {
        x: { label: "h√(s + λ)" },
        y: { label: "stationary variance over the exact one", log: true },
        curves: [dots("BAOAB", points), line("OBABO", other), dashed("exact", SHARES, (share) => [share, 1])],
        caption:
          "However long its step, BAOAB samples a Gaussian with the right variance; the same moves in another order do not.",
      },
    };
  },
});
