// N tanh neurons ψ = a tanh(wx + b) learning sin 2x at τ = 0, and their motion once more, written out from
// the equations alone: ẏ of (θ, ω), ω̇ = −γω − ∇Φ, or θ̇ = −∇Φ, with ∇Φ = Σ_i q_i (f(x_i) − y_i) ∇ψ(θ; x_i) +
// λθ. No code of the solvers is in it.

import { data, neuron, problem } from "../../index.ts";

const POINTS = 15;
const LAMBDA = 0.1;
const X = Array.from({ length: POINTS }, (_, i) => -2 + (4 * i) / (POINTS - 1));
const Y = X.map((x) => Math.sin(2 * x));

export const TANH_WIDTH = 20;

/** The problem as users state it. */
export const tanhTask = problem({
  data: data.fromArrays(X, Y),
  neuron: neuron({ activation: "tanh", inputs: 1 }),
  regulariser: { l2: LAMBDA },
});

/** ∇Φ[μ_N](θ_j), rows (a, w, b). */
function gradient(theta: Float64Array): Float64Array {
  const width = theta.length / 3;
  const out = theta.map((value) => LAMBDA * value);
  for (const [i, x] of X.entries()) {
    let f = 0;
    for (let j = 0; j < theta.length; j += 3) f += theta[j] * Math.tanh(theta[j + 1] * x + theta[j + 2]);
    const g = (f / width - Y[i]) / POINTS;
    for (let j = 0; j < theta.length; j += 3) {
      const t = Math.tanh(theta[j + 1] * x + theta[j + 2]);
      const slope = theta[j] * (1 - t * t);
      out[j] += g * t;
      out[j + 1] += g * slope * x;
      out[j + 2] += g * slope;
    }
  }
  return out;
}

/** θ, then ω where there is friction, as one vector. */
type Rate = (y: Float64Array) => Float64Array;

function rateOf(friction: number | null): Rate {
  if (friction === null) return (y) => gradient(y).map((value) => -value);
  return (y) => {
    const half = y.length / 2;
    const force = gradient(y.subarray(0, half));
    return y.map((_, i) => (i < half ? y[i + half] : -friction * y[i] - force[i - half]));
  };
}

/**
 * θ(t) from (θ, ω), ω empty for gradient flow (friction null), and what it is known to, in root mean square.
 */
export function tanhMotion(
  { theta, omega }: { theta: Float64Array; omega: Float64Array },
  friction: number | null,
  t: number,
): { theta: Float64Array; error: number } {
  const start = Float64Array.of(...theta, ...omega);
  const rate = rateOf(friction);
  const coarse = classical(rate, start, t, REFERENCE_STEPS);
  const fine = classical(rate, start, t, 2 * REFERENCE_STEPS);
  // Extrapolated in h⁴; the correction is the error of what it corrects, more than the result's.
  const best = fine.map((value, i) => value + (value - coarse[i]) / 15);
  return { theta: best.slice(0, theta.length), error: rootMeanSquare(fine, best, theta.length) };
}

const REFERENCE_STEPS = 1000;

function classical(rate: Rate, start: Float64Array, t: number, steps: number): Float64Array {
  const h = t / steps;
  let y = start;
  const ahead = (slope: Float64Array, share: number) => y.map((value, i) => value + share * h * slope[i]);
  for (let n = 0; n < steps; n++) {
    const k1 = rate(y);
    const k2 = rate(ahead(k1, 0.5));
    const k3 = rate(ahead(k2, 0.5));
    const k4 = rate(ahead(k3, 1));
    y = y.map((value, i) => value + (h / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]));
  }
  return y;
}

/** Over the first `count` entries. */
export function rootMeanSquare(left: Float64Array, right: Float64Array, count = left.length): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += (left[i] - right[i]) ** 2;
  return Math.sqrt(total / count);
}
