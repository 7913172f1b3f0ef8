// Stochastic gradient descent on the linear neuron (docs/theory.md §3.1) with |x_i| = 1, so that every batch has the
// same curvature a = s + λ: e = ⟨θ⟩ − θ* obeys e' = (1 − ηa)e − ηξ with independent ξ, E ξ² = σ²/B, and rests
// at E e² = ησ²/(B a(2 − ηa)), at every width.

import type { Evidence } from "../../claims/claim.ts";
import { data, evolve, gaussian, gradientFlow, neuron, particles, problem } from "../../index.ts";
import { energyOf, limitOf, linearNeuron } from "../../limits/gaussian.ts";
import type { FittedPower } from "./power-fit.ts";

const POINTS = 16;
const MINIBATCH_WIDTH = 4;

const X = Array.from({ length: POINTS }, (_, i) => (i % 2 === 0 ? 1 : -1));
/** Labels that no θx fits. */
const task = problem({
  data: data.fromArrays(
    X,
    X.map((x, i) => x + Math.sin(3 * i + 1)),
  ),
  neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
  regulariser: { l2: 0.5 },
});
const exact = linearNeuron(task);

/** a */
export const CURVATURE = exact.s + exact.lambda;
export const MINIBATCH_EXPERIMENT = `${MINIBATCH_WIDTH} neurons ψ = θx on ${POINTS} points with |x| = 1, a = s + λ = ${CURVATURE}, τ = 0, batches drawn with replacement`;

/** σ², the variance of ∇Φ on one point at rest: that of −x_i y_i, as x_i² θ* is the same for all. */
const VARIANCE = X.reduce((sum, x, i) => sum + (x * task.data.y[i] - exact.c) ** 2 / POINTS, 0);

/** ησ²/(2B(2 − ηa)), what it must be at ηa = `share`. */
export function exactExcess(share: number, size: number): number {
  return ((share / CURVATURE) * VARIANCE) / (2 * size * (2 - share));
}

/** Relaxation times 1/a before the average begins, and of one average. */
const START_UP = 10;
const AVERAGED = 80;
/** Records a relaxation time. */
const RECORDS = 5;

/** The mean of F − F* over 80/a after a start-up of 10/a, ηa = `share`, of one replica (seed 1). */
export async function restingExcess(share: number, size: number, replica: number): Promise<number> {
  const step = share / CURVATURE;
  const every = Math.max(1, Math.round(1 / (share * RECORDS)));
  const records = Math.ceil((START_UP + AVERAGED) / (share * every));
  const minimiser = limitOf(exact);
  const least = energyOf(exact, { mean: minimiser.mean, variance: 0 });
  const solver = particles({
    width: MINIBATCH_WIDTH,
    seed: 1,
    replica,
    batch: { size, sampling: "with-replacement" },
  });
  const { rows } = await evolve(task, gradientFlow(), solver, {
    initial: gaussian({ mean: [minimiser.mean], std: [0] }),
    until: records * every * step,
    step,
    record: records,
  });
  const resting = rows.filter(({ t }) => t * CURVATURE >= START_UP);
  return resting.reduce((sum, { observables }) => sum + observables.energy - least, 0) / resting.length;
}

/** The fit and its figure: the excess at rest against `x`, beside what it must be there, [x, excess]. */
export function excessEvidence(given: {
  readonly fit: FittedPower;
  readonly x: string;
  readonly exact: readonly (readonly [number, number])[];
  readonly caption: string;
}): Evidence {
  const { fit, x, exact, caption } = given;
  return {
    measured: fit.slope,
    interval: fit.interval,
    figure: {
      x: { label: x, log: true },
      y: { label: "excess loss at rest", log: true },
      curves: [fit.measured, { label: "ησ²/(2B(2 − ηa))", style: "dashed", points: exact }],
      caption,
    },
  };
}
