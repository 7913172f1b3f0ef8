// Ensembles against exact solutions (docs/theory.md §3), by Monte Carlo with fixed seeds. Every bound is 5 standard errors,
// a false-alarm rate of 6e-7 per comparison under normality, plus the stated bias of the scheme at the step used.

import { describe, expect, it } from "vitest";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import {
  energyOf,
  finiteWidthBias,
  kineticAt,
  type LinearNeuron,
  langevinAt,
  linearNeuron,
  quadraticMcKeanVlasov,
} from "../limits/gaussian.ts";
import { momentsOfEnsemble } from "../observables/moments.ts";
import { observe } from "../observables/particles.ts";
import { fromArrays } from "../problem/data.ts";
import { gaussian } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { problem, riskAt } from "../problem/problem.ts";
import { makeIntegrator } from "./integrators.ts";
import { solo } from "./solo.ts";
import { advance } from "./testing.ts";

const Z = 5;
const WIDTH = 10000;

function linearProblem(temperature: number, x: readonly number[], y: readonly number[]) {
  return problem({
    data: fromArrays(x, y),
    neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: 0.5 },
    temperature,
  });
}

function expectWithin(what: string, found: number, expected: number, error: number, bias: number): void {
  expect(Math.abs(found - expected), `${what}: found ${found}, expected ${expected}`).toBeLessThan(
    Z * error + bias,
  );
}

describe(`the linear neuron, N = ${WIDTH}`, () => {
  const made = linearProblem(0.3, [1, -0.5, 1.5], [1, 0.3, 2]);
  const exact = linearNeuron(made);

  it("Langevin: mean, variance and energy at t = 0.5 and 2 (Euler–Maruyama, h = 0.005, bias below 0.004)", () => {
    const law = gaussian({ mean: [-1], std: [0.8] });
    const system = solo(made, langevin(), WIDTH, law, { seed: 1 });
    const h = 0.005;
    let from = 0;
    for (const t of [0.5, 2]) {
      advance(system, "euler-maruyama", h, Math.round(t / h), from);
      from = Math.round(t / h);
      const found = observe(system);
      const expected = langevinAt(exact, { mean: -1, variance: 0.64 }, t);
      const { mean, variance } = expected;
      const meanError = Math.sqrt(variance / WIDTH);
      const varianceError = variance * Math.sqrt(2 / WIDTH);
      const slope = Math.abs((exact.s + exact.lambda) * mean - exact.c);
      expectWithin(`mean at ${t}`, found.mean_theta_0, mean, meanError, 0.004);
      expectWithin(`variance at ${t}`, found.var_theta_0, variance, varianceError, 0.004);
      // F is linear to first order in the errors of ⟨θ⟩ and of the variance.
      const energyError = Math.hypot(slope * meanError, 0.5 * exact.lambda * varianceError);
      expectWithin(`energy at ${t}`, found.energy, energyOf(exact, expected), energyError, 0.006);
    }
  });

  it.each([
    "aboba",
    "baoab",
    "obabo",
  ] as const)("kinetic, %s: means, variances and covariance at t = 0.5 and 2 (h = 0.05, bias below 0.002)", (integrator) => {
    const momentum = { mean: [0.6], std: [0.9] };
    const law = gaussian({ mean: [-1], std: [0.8], momentum });
    const system = solo(made, kinetic({ friction: 0.9 }), WIDTH, law, { seed: 2 });
    const start = { theta: -1, omega: 0.6, varTheta: 0.64, covariance: 0, varOmega: 0.81 };
    const h = 0.05;
    let from = 0;
    for (const t of [0.5, 2]) {
      advance(system, integrator, h, Math.round(t / h), from);
      from = Math.round(t / h);
      const found = momentsOfEnsemble(system.particles);
      const { theta, omega, varTheta: A, covariance: B, varOmega: C } = kineticAt(exact, 0.9, start, t);
      const root = Math.sqrt(WIDTH);
      expectWithin("mean θ", found.mean_theta_0, theta, Math.sqrt(A) / root, 0.002);
      expectWithin("mean ω", found.mean_omega_0, omega, Math.sqrt(C) / root, 0.002);
      expectWithin("var θ", found.var_theta_0, A, (A * Math.SQRT2) / root, 0.002);
      expectWithin("var ω", found.var_omega_0, C, (C * Math.SQRT2) / root, 0.002);
      expectWithin("cov", found.cov_theta_0_omega_0, B, Math.sqrt(A * C + B * B) / root, 0.002);
    }
  });
});

describe(`quadratic McKean–Vlasov, N = ${WIDTH}`, () => {
  it.each([
    1, -0.4,
  ])("a = 1, b = %d: mean and variance (Euler–Maruyama, h = 0.005, bias below 0.012)", (b) => {
    const made = problem({
      potential: { kind: "quadratic" },
      interaction: { kind: "quadratic", strength: b },
      temperature: 0.5,
    });
    const system = solo(made, langevin(), WIDTH, gaussian({ mean: [2], std: [1.5] }), { seed: 3 });
    const h = 0.005;
    let from = 0;
    for (const t of [0.4, 1.5]) {
      advance(system, "euler-maruyama", h, Math.round(t / h), from);
      from = Math.round(t / h);
      const found = momentsOfEnsemble(system.particles);
      const start = { mean: 2, variance: 2.25 };
      const { mean, variance } = quadraticMcKeanVlasov({ a: 1, b, tau: 0.5 }, start, t);
      expectWithin("mean", found.mean_theta_0, mean, Math.sqrt(Math.max(variance, 0.5) / WIDTH), 0.012);
      expectWithin("variance", found.var_theta_0, variance, variance * Math.sqrt(2 / WIDTH), 0.012);
    }
  });
});

/** The sample mean of `count` draws with its standard error. */
function sampled(count: number, draw: (replica: number) => number): { mean: number; error: number } {
  let mean = 0;
  let square = 0;
  for (let replica = 0; replica < count; replica++) {
    const value = draw(replica);
    const off = value - mean;
    mean += off / (replica + 1);
    square += off * (value - mean);
  }
  return { mean, error: Math.sqrt(square / (count - 1) / count) };
}

describe("finite width", () => {
  it.each([1, 5, 16])("E R(f_N) − R(f) = Σ q Var ψ/(2N) at t = 0, ψ = a sin(wx + b), N = %i", (width) => {
    const x = [-1.5, -0.4, 0.3, 1, 2];
    const data = fromArrays(x, [1, -1, 0.5, 0.2, 0.8], [1, 2, 1, 3, 1]);
    const made = problem({ data, neuron: neuron({ activation: "sin", inputs: 1 }) });
    const [a, w, b] = [0.7, 0.5, -0.3];
    const std = [0.8, 0.9, 0.4];
    // z = wx + b ~ N(mz, vz): E sin z = sin(mz) e^(−vz/2), E sin² z = (1 − cos(2mz) e^(−2vz))/2.
    const outputs = new Float64Array(x.length);
    let gap = 0;
    for (const [i, input] of x.entries()) {
      const centre = w * input + b;
      const spread = (std[1] * input) ** 2 + std[2] ** 2;
      outputs[i] = a * Math.sin(centre) * Math.exp(-spread / 2);
      const second = (a ** 2 + std[0] ** 2) * 0.5 * (1 - Math.cos(2 * centre) * Math.exp(-2 * spread));
      gap += (data.weight[i] * (second - outputs[i] ** 2)) / (2 * width);
    }
    const law = gaussian({ mean: [a, w, b], std });
    const base = riskAt(made, outputs);
    const { mean, error } = sampled(20000, (replica) => {
      const system = solo(made, gradientFlow(), width, law, { seed: 5, replica });
      system.field.observe();
      return riskAt(made, system.field.outputs) - base;
    });
    expectWithin("gap", mean, gap, error, 0);
    // The interval excludes half and twice the claim.
    expect(Z * error).toBeLessThan(0.5 * gap);
  });

  it("N(E F(μ_N) − F(μ)) = ½sv + ½λd changes sign: N = 4, s = 1, λ = ½, τ = .05, A₀ = 1", () => {
    const made = linearProblem(0.05, [1, -1], [0, 0]);
    const exact: LinearNeuron = linearNeuron(made);
    const width = 4;
    const h = 0.02;
    const times = [0, 0.5, 1, 2];
    const replicas = 10000;
    const law = gaussian({ mean: [0], std: [1] });
    // F of the scheme's own mean-field limit, so that the scheme's bias in F is not multiplied by N;
    // what is left is its bias in v and d, below 0.004 at this step (both are decaying exponentials below 1).
    const limit = times.map((t) => {
      let variance = 1;
      for (let n = 0; n < Math.round(t / h); n++) {
        variance = (1 - exact.lambda * h) ** 2 * variance + 2 * exact.tau * h;
      }
      return energyOf(exact, { mean: 0, variance });
    });
    const gaps = times.map(() => new Float64Array(replicas));
    for (let replica = 0; replica < replicas; replica++) {
      const system = solo(made, langevin(), width, law, { seed: 6, replica });
      const integrator = makeIntegrator("euler-maruyama", system, h);
      let n = 0;
      for (const [i, t] of times.entries()) {
        for (; n < Math.round(t / h); n++) integrator.step(n);
        system.field.observe();
        const energy = riskAt(made, system.field.outputs) + system.field.externalEnergy();
        gaps[i][replica] = width * (energy - limit[i]);
      }
    }
    const found = gaps.map((gap) => sampled(replicas, (replica) => gap[replica]));
    for (const [i, t] of times.entries()) {
      const { mean, error } = found[i];
      expectWithin(`bias at ${t}`, mean, finiteWidthBias(exact, 1, t), error, t === 0 ? 0 : 0.004);
    }
    expect(found[0].mean).toBeGreaterThan(Z * found[0].error);
    expect(found[2].mean).toBeLessThan(-Z * found[2].error);
    expect(found[3].mean).toBeLessThan(-Z * found[3].error);
  });
});
