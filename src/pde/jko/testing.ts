// JKO's recursion for Gaussians, exact where Φ is quadratic (the linear neuron; V and W quadratic): N(m, S) goes to
//   m⁺ = (m + hc)/(1 + h(s+λ)),   S⁺ = S/r² + ε/r,  r = 1 + h(λ − τ/S⁺),
// with the entropic regularisation ε of entropic.ts; at ε = 0, σ⁺(1 + hλ) − hτ/σ⁺ = σ.

import type { Gaussian } from "../../limits/gaussian.ts";

/** Φ′ = (s + λ)θ − c at the mean, λ about it, at temperature τ. */
export interface QuadraticForce {
  readonly s: number;
  readonly c: number;
  readonly lambda: number;
  readonly tau: number;
}

/** The law after `count` steps. */
export function gaussianSteps(
  force: QuadraticForce,
  start: Gaussian,
  h: number,
  count: number,
  epsilon = 0,
): Gaussian {
  let { mean, variance } = start;
  for (let k = 0; k < count; k++) {
    mean = (mean + h * force.c) / (1 + h * (force.s + force.lambda));
    variance = nextVariance(force, variance, h, epsilon);
  }
  return { mean, variance };
}

/** S⁺ by bisection: r > 0 grows with S⁺, so S/r² + ε/r falls. */
function nextVariance({ lambda, tau }: QuadraticForce, variance: number, h: number, epsilon: number): number {
  let low = 0;
  let high = 1e6;
  for (;;) {
    const middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) return middle;
    const r = 1 + h * (lambda - tau / middle);
    if (r <= 0 || variance / (r * r) + epsilon / r > middle) low = middle;
    else high = middle;
  }
}
