// Orders of convergence in the step, on transients (docs/theory.md §5.2). Deterministic: no Monte Carlo.

import { describe, expect, it } from "vitest";
import { slopeOf } from "../base/slope.ts";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import { unpack } from "../kernels/layout.ts";
import { kineticAt, type LinearNeuron, langevinAt, linearNeuron } from "../limits/gaussian.ts";
import { fromArrays } from "../problem/data.ts";
import { points } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import type { Ensemble } from "./ensemble.ts";
import type { IntegratorName, IntegratorSettings } from "./integrators.ts";
import type { NoiseSource } from "./noise.ts";
import { solo } from "./solo.ts";
import { advance, uniforms } from "./testing.ts";

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
  return (name: IntegratorName, h: number, t: number, settings: IntegratorSettings = {}) => {
    const system = solo(made, dynamics, 20, points(rows), { integrator: name });
    return advance(system, name, h, Math.round(t / h), 0, settings).particles;
  };
}

/** Of θ and ω, over all neurons; `kept` of θ alone. */
function distance(left: Ensemble, right: Ensemble, kept = left.layout.coordinates): number {
  const row = (of: Ensemble, k: number) => unpack(of.state, of.part.width, of.rows, k, k + 1);
  let total = 0;
  for (let k = 0; k < kept; k++) {
    const other = row(right, k);
    for (const [j, value] of row(left, k).entries()) total += (value - other[j]) ** 2;
  }
  return Math.sqrt(total / kept / left.part.width);
}

describe("without noise, tanh neurons, errors at t = 1 against Runge–Kutta with h = 1/640", () => {
  const flows: readonly (readonly [string, IntegratorName, number, Dynamics, IntegratorSettings?])[] = [
    ["gradient flow", "euler", 1, gradientFlow()],
    ["gradient flow", "rk4", 4, gradientFlow()],
    ["gradient flow, mobility", "rk4", 4, gradientFlow({ mobility: { a: 2, w: 0.5 } })],
    ["heavy ball", "euler", 1, kinetic({ friction: 0.7 })],
    ["heavy ball", "rk4", 4, kinetic({ friction: 0.7 })],
    ["heavy ball", "aboba", 2, kinetic({ friction: 0.7 })],
    ["heavy ball", "baoab", 2, kinetic({ friction: 0.7 })],
    ["heavy ball", "obabo", 2, kinetic({ friction: 0.7 })],
    ["Nesterov 3/(t + 1)", "rk4", 4, kinetic({ friction: { nesterov: 3, from: 1 } })],
    ["Nesterov 3/(t + 1)", "aboba", 2, kinetic({ friction: { nesterov: 3, from: 1 } })],
    ["Nesterov 3/(t + 1)", "baoab", 2, kinetic({ friction: { nesterov: 3, from: 1 } })],
    ["Nesterov 3/(t + 1)", "obabo", 2, kinetic({ friction: { nesterov: 3, from: 1 } })],
    ["heavy ball", "exact", 1, kinetic({ friction: 0.7 })],
    ["heavy ball", "polyak", 2, kinetic({ friction: 0.7 })],
    ["heavy ball, matched to order 1", "polyak", 1, kinetic({ friction: 0.7 }), { order: 1 }],
    ["heavy ball", "nesterov-iteration", 1, kinetic({ friction: 0.7 })],
    ["heavy ball, γ = 2√m", "nesterov-iteration", 1, kinetic({ friction: { stronglyConvex: 0.1 } })],
    ["Nesterov 3/(t + 1)", "nesterov-iteration", 1, kinetic({ friction: { nesterov: 3, from: 1 } })],
    ["heavy ball, β₂ = 0.3", "higher-momentum", 1, kinetic({ friction: 0.7 }), { beta2: 0.3 }],
    ["heavy ball, β₂ = −0.3", "higher-momentum", 1, kinetic({ friction: 0.7 }), { beta2: -0.3 }],
  ];
  const cases = flows.map(([name, integrator, order, dynamics, settings = {}]) => {
    return [name, integrator, order, dynamics, settings] as const;
  });
  it.each(cases)("%s: %s has order %i", (_name, integrator, order, dynamics, settings) => {
    const run = tanhNetwork(dynamics);
    const reference = run("rk4", 1 / 640, 1);
    const errors = STEPS.map((h) => distance(run(integrator, h, 1, settings), reference));
    const slope = slopeOf(STEPS, errors);
    expect(Math.abs(slope - order), `${errors}`).toBeLessThan(0.15);
  });
});

describe("across the corner of relu, where a neuron's force jumps", () => {
  it.each([
    ["gradient flow", "rk4", gradientFlow()],
    ["heavy ball", "rk4", kinetic({ friction: 1 })],
    ["heavy ball", "aboba", kinetic({ friction: 1 })],
    ["heavy ball", "polyak", kinetic({ friction: 1 })],
  ] as const)("%s: %s, every neuron that crosses errs by O(h), whatever the order", (_name, name, dynamics) => {
    const made = problem({
      data: fromArrays([1, -1.5, 0.5, -0.7], [1.5, -1.2, 0.8, -0.5]),
      neuron: neuron({ activation: "relu", inputs: 1, output: "fixed", bias: false }),
      regulariser: { l2: 0.3 },
    });
    // So many that the places within a step where they cross average out.
    const count = 400;
    const rows = Array.from({ length: count }, (_, j) => [-1.6 + (3.6 * (j + 0.5)) / count]);
    const run = (integrator: IntegratorName, h: number) => {
      const system = solo(made, dynamics, count, points(rows), {
        integrator,
      });
      return advance(system, integrator, h, Math.round(2 / h), 0, {}).particles;
    };
    const steps = [0.1, 0.05, 0.025];
    const reference = run("rk4", 1 / 800);
    const slope = slopeOf(
      steps,
      steps.map((h) => distance(run(name, h), reference, 1)),
    );
    expect(Math.abs(slope - 1)).toBeLessThan(0.2);
  });
});

it("heavy ball: higher-momentum with β₂ = 0 has order 2 in θ, as Polyak's iteration", () => {
  const run = tanhNetwork(kinetic({ friction: 0.7 }));
  const reference = run("rk4", 1 / 640, 1);
  const errors = STEPS.map((h) => distance(run("higher-momentum", h, 1, { beta2: 0 }), reference, 3));
  expect(Math.abs(slopeOf(STEPS, errors) - 2), `${errors}`).toBeLessThan(0.15);
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
    const { state } = advance(
      solo(made, dynamics, 1, points([row]), {}, noise),
      integrator,
      h,
      count,
    ).particles;
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
    ["heun", 0, 2],
    ...(["aboba", "baoab", "obabo"] as const).flatMap((name) =>
      [0.5, 2, 5].map((gamma) => [name, gamma, 2] as const),
    ),
    ...[0.5, 2, 5].map((gamma) => ["exact", gamma, 1] as const),
  ];
  it.each(schemes)("%s (γ = %d): order %i", (integrator, gamma, order) => {
    const dynamics = gamma === 0 ? langevin() : kinetic({ friction: gamma });
    const start = { mean: START.theta, variance: START.varTheta };
    const langevinLaw = langevinAt(oneNeuron(), start, T);
    const exact =
      gamma === 0
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
    expect(Math.abs(slopeOf(STEPS, means) - order), `means ${means}`).toBeLessThan(0.15);
    expect(Math.abs(slopeOf(STEPS, covariances) - order), `covariances ${covariances}`).toBeLessThan(0.15);
  });
});

/** J₁(z)/(z/2) = Σ (−z²/4)^k / (k! (k+1)!) */
function besselRatio(z: number): number {
  let term = 1;
  let total = 1;
  for (let k = 1; k < 60; k++) {
    term *= (-z * z) / 4 / (k * (k + 1));
    total += term;
  }
  return total;
}

describe("Nesterov's friction 3/t from t = 0, against 2J₁(√λt)/(√λt) (docs/theory.md §3.7)", () => {
  // The singular friction costs a logarithm: the error is h²(a + b log 1/h), so error/h² grows by the same
  // amount each time h halves. From t > 0 on (above) the order is 2.
  it.each(["aboba", "baoab", "obabo"] as const)("%s has an error h²(a + b log 1/h) at t = 4", (name) => {
    const made = linearProblem(0);
    const { s, c, lambda } = linearNeuron(made);
    const limit = c / (s + lambda);
    const exact = limit + (2 - limit) * besselRatio(Math.sqrt(s + lambda) * 4);
    const dynamics = kinetic({ friction: { nesterov: 3 } });
    const scaled = STEPS.map((h) => {
      const { state } = advance(solo(made, dynamics, 1, points([[2]])), name, h, Math.round(4 / h)).particles;
      return Math.abs(state[0] - exact) / (h * h);
    });
    const growth = scaled.slice(1).map((value, i) => value - scaled[i]);
    for (const each of growth) expect(Math.abs(each / growth[0] - 1), `${scaled}`).toBeLessThan(0.03);
    expect(scaled[3]).toBeLessThan(0.5);
  });
});
