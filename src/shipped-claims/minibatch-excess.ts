// Stochastic gradient descent on the linear neuron (docs/theory.md §3.1) with |x_i| = 1, so that every batch has the same curvature
// a = s + λ: e = ⟨θ⟩ − θ* obeys e' = (1 − ηa)e − ηξ with independent ξ, E ξ² = σ²/B, and rests at E e² = ησ²/(B a(2 − ηa)), at every
// width: the excess loss is ησ²/(2B(2 − ηa)), proportional to 1/B exactly, to η in leading order.

import { type ClaimContext, type ClaimFigure, cited, claim } from "../claims/claim.ts";
import { evolve, gaussian, gradientFlow, particles } from "../index.ts";
import { energyOf, limitOf, linearNeuron } from "../limits/gaussian.ts";
import type { PowerLawOptions } from "../statistics/power-law.ts";
import { dashed } from "./support/curves.ts";
import { linearProblem } from "./support/neurons.ts";
import { type FittedPower, fittedPower } from "./support/power-fit.ts";

const POINTS = 16;
const WIDTH = 4;

const X = Array.from({ length: POINTS }, (_, i) => (i % 2 === 0 ? 1 : -1));
/** Labels that no θx fits. */
const Y = X.map((x, i) => x + Math.sin(3 * i + 1));
const task = linearProblem(X, Y, { lambda: 0.5 });
const exact = linearNeuron(task);

/** a */
const CURVATURE = exact.s + exact.lambda;
const EXPERIMENT = `${WIDTH} neurons ψ = θx on ${POINTS} points with |x| = 1, a = s + λ = ${CURVATURE}, τ = 0, batches drawn with replacement`;

/** σ², the variance of ∇Φ on one point at rest: that of −x_i y_i, as x_i² θ* is the same for all. */
const VARIANCE = X.reduce((sum, x, i) => sum + (x * task.data.y[i] - exact.c) ** 2 / POINTS, 0);

/** Relaxation times 1/a before the average begins, and of one average. */
const START_UP = 10;
const AVERAGED = 80;
/** Records a relaxation time. */
const RECORDS = 5;

interface Level {
  /** ηa */
  readonly share: number;
  /** B */
  readonly size: number;
  readonly replicas: number;
}

/** ησ²/(2B(2 − ηa)) */
function exactExcess({ share, size }: Level): number {
  return ((share / CURVATURE) * VARIANCE) / (2 * size * (2 - share));
}

/** The mean of F − F* over 80/a after a start-up of 10/a, of one replica (seed 1). */
async function restingExcess({ share, size }: Level, replica: number): Promise<number> {
  const step = share / CURVATURE;
  const every = Math.max(1, Math.round(1 / (share * RECORDS)));
  const record = Math.ceil((START_UP + AVERAGED) / (share * every));
  const minimiser = limitOf(exact);
  const least = energyOf(exact, { mean: minimiser.mean, variance: 0 });
  const batch = { size, sampling: "with-replacement" } as const;
  const solver = particles({ width: WIDTH, seed: 1, replica, batch });
  const initial = gaussian({ mean: [minimiser.mean], std: [0] });
  const course = { initial, until: record * every * step, step, record };
  const { rows } = await evolve(task, gradientFlow(), solver, course);
  const resting = rows.filter(({ t }) => t * CURVATURE >= START_UP);
  return resting.reduce((sum, { observables }) => sum + observables.energy - least, 0) / resting.length;
}

/** The power of x in the excess at rest, replicas of their own at every level, as batches share nothing; and the figure. */
async function excessPower(
  levels: readonly Level[],
  asked: {
    xOf: (level: Level) => number;
    label: string;
    limit: PowerLawOptions["limit"];
    caption: string;
    progress: ClaimContext["progress"];
  },
): Promise<{ fit: FittedPower; figure: ClaimFigure }> {
  const { xOf, label, limit, caption, progress } = asked;
  const total = levels.reduce((sum, { share, replicas }) => sum + replicas / share, 0);
  const sampled = [];
  let done = 0;
  for (const [i, level] of levels.entries()) {
    const samples: number[] = [];
    for (let replica = 0; replica < level.replicas; replica++) {
      samples.push(await restingExcess(level, i * 1000 + replica));
      done += 1 / level.share;
      progress(done / total);
    }
    sampled.push({ x: xOf(level), samples });
  }
  const fit = fittedPower(sampled, { limit, statistic: "mean", pairing: "independent" });
  const predicted = dashed("ησ²/(2B(2 − ηa))", levels, (level) => [xOf(level), exactExcess(level)]);
  return {
    fit,
    figure: {
      x: { label, log: true },
      y: { label: "excess loss at rest", log: true },
      curves: [fit.measured, predicted],
      caption,
    },
  };
}

/** Most replicas where they cost least. */
const QUICK = [
  { share: 0.04, size: 1, replicas: 420 },
  { share: 0.02, size: 1, replicas: 160 },
  { share: 0.01, size: 1, replicas: 100 },
  { share: 0.005, size: 1, replicas: 75 },
];
const FULL = [0.04, 0.02, 0.01, 0.005, 0.0025].map((share) => ({ share, size: 1, replicas: 200 }));

export const minibatchExcess = claim({
  id: "minibatch-excess",
  statement:
    "To leading order stochastic gradient descent with step η rests at an excess loss proportional to η.",
  source: cited("suzuki2023"),
  equation:
    "θ_{n+1} = θ_n − η∇Φ_B[μ_N](θ_n): E F − F* → ησ²/(2B(2 − ηa)) = ησ²/4B + O(η²), σ²/B the variance of ∇Φ_B.",
  experiment: `${EXPERIMENT}, B = 1; ηa = 0.04, 0.02, 0.01, 0.005 with ${QUICK.map(({ replicas }) => replicas).join(", ")} replicas (to 0.0025, 200 replicas each in the full variant), seed 1.`,
  statistic:
    "Slope of log(mean over 80/a of F − F*) against log η; what 2 − ηa adds to it is added to the interval.",
  validates: "the noise of batches, and how it grows with the step",
  predicted: { equals: 1 },
  within: 0.05,
  async measure({ full, progress }) {
    const levels = full ? FULL : QUICK;
    const { fit, figure } = await excessPower(levels, {
      xOf: ({ share }) => share / CURVATURE,
      label: "η",
      limit: "zero",
      caption: "With half the step, gradient descent on batches ends half as far above the least loss.",
      progress,
    });
    // −log(1 − ηa/2) between the two coarsest levels: the steepest it is.
    const [{ share: coarsest }, { share: next }] = levels;
    const bias = Math.log((1 - next / 2) / (1 - coarsest / 2)) / Math.log(coarsest / next);
    return {
      measured: fit.slope,
      interval(level) {
        const [low, high] = fit.interval(level);
        return [low - bias, high];
      },
      figure,
      notes: [`The factor 2 − ηa makes the slope over these steps at most ${bias.toFixed(3)} more than 1.`],
    };
  },
});

/** ηa */
const SHARE = 0.02;

export const minibatchExcessBatch = claim({
  id: "minibatch-excess-batch",
  statement:
    "To leading order stochastic gradient descent with batches of B rests at an excess loss proportional to 1/B.",
  source: cited("suzuki2023"),
  equation: "θ_{n+1} = θ_n − η∇Φ_B[μ_N](θ_n): E F − F* → ησ²/(2B(2 − ηa)), σ²/B the variance of ∇Φ_B.",
  experiment: `${EXPERIMENT}; B = 1, 2, 4, 8, 16, ηa = ${SHARE}, 45 replicas (200 in the full variant), seed 1.`,
  statistic: "Slope of log(mean over 80/a of F − F*) against log B.",
  validates: "the drawing of batches and their weights",
  predicted: { equals: -1 },
  within: 0.05,
  async measure({ full, progress }) {
    const levels = [1, 2, 4, 8, 16].map((size) => ({ share: SHARE, size, replicas: full ? 200 : 45 }));
    const { fit, figure } = await excessPower(levels, {
      xOf: ({ size }) => size,
      label: "B",
      limit: "infinity",
      caption: "Batches of twice the size end half as far above the least loss.",
      progress,
    });
    return { measured: fit.slope, interval: fit.interval, figure };
  },
});
