// SVRG replaces ∇Φ_B(θ) by ∇Φ_B(θ) − ∇Φ_B(θ̃) + ∇Φ(θ̃): its variance is O(|θ − θ̃|²) and vanishes at rest. At
// τ = 0 its step maps e linearly to 0: F − F* goes to 0 exponentially, where plain batches leave ησ²/4B +
// O(η²) whatever the time.

import { cited, claim } from "../claims/claim.ts";
import { evolve, gaussian, gradientFlow, particles } from "../index.ts";
import { limitOf, linearNeuron } from "../limits/gaussian.ts";
import { dashed, dots, line } from "./support/curves.ts";
import { linearProblem } from "./support/neurons.ts";

const STEP = 0.1;
const WIDTH = 4;
const X = [1, -0.5, 1.5, 0.8, -1.2];
const Y = [1, 0.3, 2, -0.4, 0.5];

/** Points of different curvatures x_i² and residuals: plain batches scatter in both. */
const task = linearProblem(X, Y, { lambda: 0.5 });
const law = linearNeuron(task);
const rest = limitOf(law).mean;
/** Of θ, relative: some hundred ε over the steps that are not forgotten. */
const ROUNDING = 100 * Number.EPSILON;
/** Of the 17 times at which networks are seen, the last quarter. */
const LATE = 12;

/**
 * E(F − F*) at rest of plain batches of one: e' = (1 − ηa_i)e − ηr_i with i uniform, E r_i = 0
 * (minibatch-excess.ts has equal a_i).
 */
function plainExcess(): number {
  const mean = (of: (i: number) => number) => X.reduce((sum, _, i) => sum + of(i), 0) / X.length;
  const slope = (i: number) => X[i] * X[i] + law.lambda;
  const residual = (i: number) => X[i] * X[i] * rest - X[i] * Y[i] + law.lambda * rest;
  const contraction = mean((i) => (1 - STEP * slope(i)) ** 2);
  const fed = STEP * STEP * mean((i) => residual(i) ** 2);
  return (0.5 * (law.s + law.lambda) * fed) / (1 - contraction);
}

/** F − F* = ½(s + λ)e² + ½λ⟨(θ − ⟨θ⟩)²⟩ from the neurons, without cancellation. */
function excessOf(theta: Float64Array): number {
  const mean = theta.reduce((sum, value) => sum + value, 0) / theta.length;
  const spread = theta.reduce((sum, value) => sum + (value - mean) ** 2, 0) / theta.length;
  return 0.5 * (law.s + law.lambda) * (mean - rest) ** 2 + 0.5 * law.lambda * spread;
}

export const svrgRemoval = claim({
  id: "svrg-removal",
  statement:
    "At τ = 0 variance-reduced gradients (SVRG) leave no excess loss at rest, where batches of the same size leave O(η).",
  source: cited("suzuki2023"),
  equation:
    "θ ← θ − η(∇Φ_B[μ](θ) − ∇Φ_B[μ̃](θ̃) + ∇Φ[μ̃](θ̃)), θ̃ = θ every M/B steps: F − F* → 0; plain: E F − F* = ησ²/4B + O(η²).",
  experiment: `${WIDTH} neurons ψ = θx on ${X.length} points, λ = 1/2, η = ${STEP}, B = 1, from N(−1, 1); 800 steps, 4 replicas (40 in the full variant) of each way of drawing batches, seed 1.`,
  statistic:
    "F − F* under SVRG, the largest of all replicas over the last quarter of the steps, over its exact mean at rest under plain batches; its error: the rounding of θ.",
  validates: "the estimator svrg: its anchor, its correction, and that it is unbiased at rest",
  predicted: { atMost: 1e-12 },
  within: 1e-12,
  async measure({ full, progress }) {
    const replicas = full ? 40 : 4;
    const times = Array.from({ length: 17 }, (_, i) => 50 * i * STEP);
    const samplings = ["without-replacement", "with-replacement", "reshuffled"] as const;
    const course = {
      initial: gaussian({ mean: [-1], std: [1] }),
      until: 800 * STEP,
      step: STEP,
      record: 1,
      snapshots: times,
    };
    const run = async (
      estimator: "plain" | "svrg",
      sampling: (typeof samplings)[number],
      replica: number,
    ) => {
      const batch = { size: 1, sampling, estimator };
      const solver = particles({ width: WIDTH, seed: 1, replica, batch });
      const { snapshots } = await evolve(task, gradientFlow(), solver, course);
      return snapshots.map(({ theta }) => excessOf(theta));
    };
    const scale = plainExcess();
    const largest = times.map(() => 0);
    for (const [i, sampling] of samplings.entries()) {
      for (let replica = 0; replica < replicas; replica++) {
        for (const [n, excess] of (await run("svrg", sampling, replica)).entries()) {
          largest[n] = Math.max(largest[n], excess / scale);
        }
        progress((i + (replica + 1) / replicas) / samplings.length);
      }
    }
    const plain = (await run("plain", "with-replacement", 0)).map((excess) => excess / scale);
    const measured = Math.max(...largest.slice(LATE));
    // x = e²/scale, e known to its rounding: 2√(x · least) + least.
    const least = (0.5 * (law.s + law.lambda) * (ROUNDING * rest) ** 2) / scale;
    const shown = (values: readonly number[]) =>
      times.map((t, i) => [t, Math.max(values[i], 1e-35)] as const);
    return {
      measured,
      error: 2 * Math.sqrt(measured * least) + least,
      figure: {
        x: { label: "ηn" },
        y: { label: "excess loss over that of plain batches at rest", log: true },
        curves: [
          line("SVRG", shown(largest)),
          dots("plain batches, one run", shown(plain)),
          dashed("plain batches, exact mean at rest", times, (t) => [t, 1]),
        ],
        caption: "Plain batches stay above the least loss for ever; with SVRG the excess falls to rounding.",
      },
    };
  },
});
