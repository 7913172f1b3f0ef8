// Orders of convergence in the step, on transients (THEORY §5). Deterministic: no Monte Carlo.

import { describe, expect, it } from "vitest";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import { type LinearNeuron, kineticAt, langevinAt, linearNeuron } from "../limits/gaussian.ts";
import { fromArrays } from "../problem/data.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { points } from "./initial.ts";
import type { IntegratorName } from "./integrators.ts";
import type { NoiseSource } from "./noise.ts";
import { advance, slopeOf, solo, uniforms } from "./testing.ts";

const STEPS = [0.2, 0.1, 0.05, 0.025];

/** N = 20 tanh neurons with trained output on M = 15 points. */
function tanhNetwork(dynamics: Dynamics) {
  const random = uniforms(4);
  const x = Array.from({ length: 15 }, () => 4 * random() - 2);
  const made = problem({
    data: fromArrays(
      x,
      x.map((u) => Math.sin(2 * u)),
    ),
    neuron: neuron({ activation: "tanh", inputs: 1 }),
    regulariser: { l2: 0.1 },
  });
  const rows = Array.from({ length: 20 }, () => Array.from({ length: 3 }, () => 4 * random() - 2));
  return (name: IntegratorName, h: number, t: number) =>
    advance(solo(made, dynamics, 20, points(rows)), name, h, Math.round(t / h)).particles.state;
}

function distance(left: Float64Array, right: Float64Array): number {
  let total = 0;
  for (let i = 0; i < left.length; i++) total += (left[i] - right[i]) ** 2;
  return Math.sqrt(total / left.length);
}

describe("without noise, tanh neurons, errors at t = 1 against Runge–Kutta with h = 1/640", () => {
  const flows: readonly (readonly [string, Dynamics, IntegratorName, number])[] = [
    ["gradient flow", gradientFlow(), "euler", 1],
    ["gradient flow", gradientFlow(), "rk4", 4],
    ["gradient flow, mobility", gradientFlow({ mobility: { a: 2, w: 0.5 } }), "rk4", 4],
    ["heavy ball", kinetic({ friction: 0.7 }), "euler", 1],
    ["heavy ball", kinetic({ friction: 0.7 }), "rk4", 4],
    ["heavy ball", kinetic({ friction: 0.7 }), "aboba", 2],
    ["heavy ball", kinetic({ friction: 0.7 }), "baoab", 2],
    ["heavy ball", kinetic({ friction: 0.7 }), "obabo", 2],
    ["Nesterov 3/(t + 1)", kinetic({ friction: { nesterov: 3, from: 1 } }), "rk4", 4],
    ["Nesterov 3/(t + 1)", kinetic({ friction: { nesterov: 3, from: 1 } }), "aboba", 2],
    ["Nesterov 3/(t + 1)", kinetic({ friction: { nesterov: 3, from: 1 } }), "baoab", 2],
    ["Nesterov 3/(t + 1)", kinetic({ friction: { nesterov: 3, from: 1 } }), "obabo", 2],
  ];
  it.each(flows)("%s, %#: %s", (_name, dynamics, integrator, order) => {
    const run = tanhNetwork(dynamics);
    const reference = run("rk4", 1 / 640, 1);
    const errors = STEPS.map((h) => distance(run(integrator, h, 1), reference));
    const slope = slopeOf(STEPS, errors);
    console.log(`${_name} ${integrator}: ${errors.map((e) => e.toExponential(2)).join(" ")} slope ${slope.toFixed(3)}`);
    expect(Math.abs(slope - order), `${errors}`).toBeLessThan(0.15);
  });
});

const T = 1;
const START = { theta: -1, omega: 0.6, varTheta: 0.3, covariance: 0, varOmega: 0.5 };

function linearProblem(temperature: number) {
  return problem({
    data: fromArrays([1, -0.5, 1.5], [1, 0.3, 2]),
    neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: 0.5 },
    temperature,
  });
}

/** 1 for one (step, lane), else 0. */
function impulse(at: number, onLane: number): NoiseSource {
  return {
    fill(out, from, _tile, step, lane) {
      out.fill(0, from, from + 8);
      if (step === at && lane === onLane) out[from] = 1;
    },
  };
}

/**
 * The exact law at t of the scheme on one linear neuron: the scheme is linear in (θ₀, ω₀) and its noises, so
 * its mean is one run without noise, and its covariance the sum over unit impulses of squared responses.
 */
function schemeMoments(integrator: IntegratorName, dynamics: Dynamics, h: number) {
  const made = linearProblem(0.4);
  const count = Math.round(T / h);
  const momentum = dynamics.order === "second";
  const run = (theta: number, omega: number, noise: NoiseSource) => {
    const row = momentum ? [theta, omega] : [theta];
    const { state } = advance(solo(made, dynamics, 1, points([row]), {}, noise), integrator, h, count).particles;
    return [state[0], momentum ? state[8] : 0] as const;
  };
  const silent = impulse(-1, 0);
  const mean = run(START.theta, START.omega, silent);
  let [varTheta, covariance, varOmega] = [0, 0, 0];
  const add = (response: readonly [number, number], variance: number) => {
    const theta = response[0] - mean[0];
    const omega = response[1] - mean[1];
    varTheta += variance * theta * theta;
    covariance += variance * theta * omega;
    varOmega += variance * omega * omega;
  };
  add(run(START.theta + 1, START.omega, silent), START.varTheta);
  if (momentum) add(run(START.theta, START.omega + 1, silent), START.varOmega);
  for (let n = 0; n < count; n++) {
    for (const lane of [0, 1]) add(run(START.theta, START.omega, impulse(n, lane)), 1);
  }
  return { theta: mean[0], omega: mean[1], varTheta, covariance, varOmega };
}

/** One neuron alone: its own fluctuation feels s too, so the law is that of s = 0 with s + λ for λ. */
function oneNeuron(): LinearNeuron {
  const { s, lambda, ...rest } = linearNeuron(linearProblem(0.4));
  return { ...rest, s: 0, lambda: s + lambda };
}

describe("weak order, one linear neuron at t = 1, mean and covariance of the scheme without sampling", () => {
  const schemes: readonly (readonly [IntegratorName, number, number])[] = [
    ["euler-maruyama", 0, 1],
    ...(["aboba", "baoab", "obabo"] as const).flatMap((name) =>
      [0.5, 2, 5].map((gamma) => [name, gamma, 2] as const),
    ),
  ];
  it.each(schemes)("%s (γ = %d): order %i", (integrator, gamma, order) => {
    const dynamics = order === 1 ? langevin() : kinetic({ friction: gamma });
    const start = { mean: START.theta, variance: START.varTheta };
    const langevinLaw = langevinAt(oneNeuron(), start, T);
    const exact =
      order === 1
        ? {
            theta: langevinLaw.mean,
            omega: 0,
            varTheta: langevinLaw.variance,
            covariance: 0,
            varOmega: 0,
          }
        : kineticAt(oneNeuron(), gamma, START, T);
    const found = STEPS.map((h) => schemeMoments(integrator, dynamics, h));
    const means = found.map(({ theta, omega }) => Math.hypot(theta - exact.theta, omega - exact.omega));
    const covariances = found.map(({ varTheta, covariance, varOmega }) =>
      Math.hypot(varTheta - exact.varTheta, covariance - exact.covariance, varOmega - exact.varOmega),
    );
    const one = (key: keyof typeof exact) => slopeOf(STEPS, found.map((f) => Math.abs(f[key] - exact[key]))).toFixed(2);
    console.log(integrator, gamma, "mean", slopeOf(STEPS, means).toFixed(3), "cov", slopeOf(STEPS, covariances).toFixed(3), "each", one("theta"), one("omega"), one("varTheta"), one("covariance"), one("varOmega"), covariances.map((e) => e.toExponential(2)).join(" "));
    expect(Math.abs(slopeOf(STEPS, means) - order), `means ${means}`).toBeLessThan(0.15);
    expect(Math.abs(slopeOf(STEPS, covariances) - order), `covariances ${covariances}`).toBeLessThan(0.15);
  });
});
