// One small problem whose equilibrium is known from the equations alone: ψ = tanh(θx) on 12 points of sin 2x, V = λθ²/2, τ = 0.1.

import { data, problem } from "../../index.ts";
import { type GibbsMeasure, gibbsMeasure } from "./gibbs-quadrature.ts";
import { TANH } from "./neurons.ts";

const POINTS = 12;
const X = Array.from({ length: POINTS }, (_, i) => -1.5 + (3 * i) / (POINTS - 1));
const Y = X.map((x) => Math.sin(2 * x));
const LAMBDA = 0.2;

export const TAU = 0.1;

/** What claims say of it. */
export const TANH_DENSITY =
  "ψ = tanh(θx) on 12 points of sin 2x in [−1.5, 1.5], ℓ squared, V = 0.1 θ², τ = 0.1";

/** The problem as users state it. */
export const tanhDensityTask = problem({
  data: data.fromArrays(X, Y),
  neuron: TANH,
  regulariser: { l2: LAMBDA },
  temperature: TAU,
});

let measure: GibbsMeasure | null = null;

/** Its equilibrium, by quadrature, found once. */
export function tanhGibbs(): GibbsMeasure {
  measure ??= gibbsMeasure({ x: X, y: Y, lambda: LAMBDA, tau: TAU });
  return measure;
}
