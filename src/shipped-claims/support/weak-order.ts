// Weak orders on transients, without sampling: all first and second moments of a scheme on N linear neurons
// at t = 1 against those of the equation, which are known in closed form (docs/theory.md §3.1).

import type { ClaimContext, Evidence } from "../../claims/claim.ts";
import { type Dynamics, data, type IntegratorName, neuron, problem } from "../../index.ts";
import { linearNeuron } from "../../limits/gaussian.ts";
import { exactMoments, MOMENTS_WIDTH, momentsApart, schemeMoments } from "./exact-moments.ts";
import { orderEvidence } from "./order-evidence.ts";

const UNTIL = 1;
const START = { theta: -1, omega: 0.6, varTheta: 0.3, covariance: 0, varOmega: 0.5 };

/** s = 7/6, c = 1.28, λ = ½, τ = 0.4: far from rest at t = 1. */
const task = problem({
  data: data.fromArrays([1, -0.5, 1.5], [1, 0.3, 2]),
  neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
  regulariser: { l2: 0.5 },
  temperature: 0.4,
});

export const WEAK_ORDER_EXPERIMENT = `${MOMENTS_WIDTH} neurons ψ = θx, s = 7/6, λ = 1/2, τ = 0.4, i.i.d. from N(−1, 0.3), momenta N(0.6, 0.5), to t = 1`;
export const WEAK_ORDER_STATISTIC =
  "Order in h of the Euclidean distance between all first and second moments of (θ_1, …, θ_N), and momenta, at t = 1 under the scheme and under the equation; those of the scheme from its responses to unit noises, without sampling.";

export interface WeakOrder {
  readonly dynamics: Dynamics;
  readonly integrator: IntegratorName;
  /** γ, null for Langevin. */
  readonly friction: number | null;
  /** 1/h, each twice the one before. */
  readonly steps: readonly number[];
  readonly predicted: number;
  readonly caption: string;
}

export function weakOrder(asked: WeakOrder, { progress }: ClaimContext): Evidence {
  const { dynamics, integrator, friction, steps, predicted, caption } = asked;
  const exact = exactMoments(linearNeuron(task), friction, START, UNTIL);
  const errors = steps.map((count, i) => {
    const h = UNTIL / count;
    const found = schemeMoments(task, dynamics, integrator, { h, count, start: START });
    progress((i + 1) / steps.length);
    return { x: h, value: momentsApart(found[count], exact) };
  });
  return orderEvidence({
    errors,
    // Rounding: as many steps, of moments of order 1.
    floor: steps[steps.length - 1] * Number.EPSILON,
    predicted,
    x: "h",
    y: "distance of the moments at t = 1",
    caption,
  });
}
