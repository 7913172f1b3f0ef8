// Neurons beside their copies, against what is exact for the linear neuron: there ∇Φ = s m − c + λθ, so that all differences
// θ_j − θ̄_j are one number δ with a linear recursion, driven by e = m_N − m.

import { describe, expect, it } from "vitest";
import { birthDeath } from "../../dynamics/birth-death.ts";
import { gradientFlow } from "../../dynamics/gradient-flow.ts";
import { kinetic } from "../../dynamics/kinetic.ts";
import { langevin } from "../../dynamics/langevin.ts";
import { linearNeuron } from "../../limits/gaussian.ts";
import { fromArrays } from "../../problem/data.ts";
import { gaussian } from "../../problem/law.ts";
import { neuron } from "../../problem/neuron.ts";
import { type ProblemOptions, problem } from "../../problem/problem.ts";
import { fromFunction } from "../../problem/synthetic.ts";
import { evolve, grid, particles } from "../../run/evolve.ts";
import { observedOrder } from "../../statistics/order.ts";
import { coupledCopies } from "./coupling.ts";
import { meanFieldLimit } from "./mean-field-limit.ts";
import { responseOf } from "./response.ts";

const linear = problem({
  data: fromArrays([1, -0.5, 1.5], [1, 0.3, 2]),
  neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
  regulariser: { l2: 0.5 },
  temperature: 0.3,
});
const exact = linearNeuron(linear);
const { s, c, lambda, tau } = exact;
const onLine = grid({ cells: [400], extent: [[-8, 8]], scheme: "second-order" });

const curved = problem({
  data: fromFunction({ function: "tanh", interval: [-2, 2], samples: 6, quadrature: "gauss-legendre" }),
  neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
  regulariser: { l2: 0.05 },
  temperature: 0.1,
});
const phase = grid({
  cells: [192, 96],
  extent: [
    [-7, 7],
    [-3, 3],
  ],
  integrator: "baoab",
});
const moving = gaussian({ mean: [-1], std: [1], momentum: { mean: [0.5], std: [0.3] } });

/** m of f(x) = m x, by the data point of largest |x|. */
const slopeOf = (outputs: Float64Array) => outputs[2] / 1.5;
const timesOf = (steps: number, h: number) => Array.from({ length: steps + 1 }, (_, n) => n * h);

function statistics(values: readonly number[]) {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2 / (values.length - 1), 0);
  return { mean, variance, error: Math.sqrt(variance / values.length) };
}

describe("the linear neuron", () => {
  const law = gaussian({ mean: [-1], std: [0.8] });

  it("Euler–Maruyama: δ ← δ − h(λδ + s e), to round-off", async () => {
    const h = 0.05;
    const steps = 30;
    const limit = await meanFieldLimit(linear, langevin(), onLine, {
      initial: law,
      until: steps * h,
      step: h,
    });
    const states = coupledCopies(limit, { width: 13, seed: 3, times: timesOf(steps, h) });
    let delta = 0;
    for (const [n, state] of states.entries()) {
      expect(state.t).toBe(n * h);
      expect(state.distance).toBeCloseTo(Math.abs(delta), 13);
      expect(slopeOf(state.outputs) - slopeOf(state.copyOutputs)).toBeCloseTo(delta, 13);
      delta -= h * (lambda * delta + s * (slopeOf(state.outputs) - slopeOf(limit.states[n].outputs)));
    }
    expect(states[30].distance).toBeGreaterThan(0.01);
  });

  it.each(["baoab", "obabo"] as const)("%s: δ and δω by the word, to round-off", async (word) => {
    const [h, steps, friction] = [0.1, 20, 0.7];
    const solver = grid({
      cells: [128, 128],
      extent: [
        [-8, 8],
        [-6, 6],
      ],
      integrator: word,
    });
    const initial = gaussian({ mean: [-1], std: [0.8], momentum: { mean: [0.6], std: [0.9] } });
    const course = { initial, until: steps * h, step: h };
    const limit = await meanFieldLimit(linear, kinetic({ friction }), solver, course);
    const states = coupledCopies(limit, { width: 13, seed: 3, times: timesOf(steps, h) });
    const e = states.map(({ outputs }, n) => slopeOf(outputs) - slopeOf(limit.states[n].outputs));
    let [delta, omega] = [0, 0];
    const moves = {
      A: (share: number) => {
        delta += share * h * omega;
      },
      B: (share: number, n: number) => {
        omega -= share * h * (lambda * delta + s * e[n]);
      },
      O: (share: number) => {
        omega *= Math.exp(-friction * share * h);
      },
    };
    for (const [n, state] of states.entries()) {
      expect(state.distance).toBeCloseTo(Math.abs(delta), 13);
      if (n === steps) break;
      if (word === "baoab") {
        moves.B(0.5, n);
        moves.A(0.5);
        moves.O(1);
        moves.A(0.5);
        moves.B(0.5, n + 1);
      } else {
        moves.O(0.5);
        moves.B(0.5, n);
        moves.A(1);
        moves.B(0.5, n + 1);
        moves.O(0.5);
      }
    }
  });

  it("from the mean of the equilibrium, what Z leaves of F(μ_N) − F(μ) has the exact mean and variance, both of order 1/N", async () => {
    const [h, steps, replicas] = [0.05, 20, 600];
    const start = { mean: c / (s + lambda), std: 1 };
    const course = {
      initial: gaussian({ mean: [start.mean], std: [start.std] }),
      until: steps * h,
      step: h,
    };
    const limit = await meanFieldLimit(linear, langevin(), onLine, course);
    // N Var m_N, N Cov(m_N, m̄_N), and N Var m̄_N = Var θ̄ of Euler–Maruyama.
    let [v, w, a] = [start.std ** 2, start.std ** 2, start.std ** 2];
    const [full, free] = [1 - h * (s + lambda), 1 - h * lambda];
    for (let n = 0; n < steps; n++) {
      [v, w, a] = [v * full * full, w * full * free, a * free * free].map((value) => value + 2 * tau * h);
    }
    // ½(s + λ)(m_N − m)² − ½λ(m̄_N − m)²
    const mean = 0.5 * (s + lambda) * v - 0.5 * lambda * a;
    const variance = 0.5 * ((s + lambda) * v) ** 2 + 0.5 * (lambda * a) ** 2 - (s + lambda) * lambda * w * w;
    const width = 40;
    const values = Array.from({ length: replicas }, (_, replica) => {
      const [state] = coupledCopies(limit, { width, seed: 1, replica });
      return width * (state.energy - limit.states[steps].energy - state.control);
    });
    const found = statistics(values);
    expect(Math.abs(found.mean - mean)).toBeLessThan(5 * found.error);
    // A square of a Gaussian has kurtosis 15: the variance is known to √(14/R).
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan(5 * Math.sqrt(14 / replicas));
    // Without Z, N times F(μ_N) − F(μ) scatters like √N.
    const bare = statistics(
      Array.from({ length: 100 }, (_, replica) => width * coupledCopies(limit, { width, replica })[0].energy),
    );
    expect(bare.variance).toBeGreaterThan(4 * variance);
  });

  it("with the exact response, F(μ_N) − F(μ) − Z − Σ_n a_n·(f̄_N(t_n) − f_μ) is a square of fluctuations, in every run", async () => {
    const [h, steps] = [0.05, 12];
    const limit = await meanFieldLimit(linear, langevin(), onLine, {
      initial: law,
      until: steps * h,
      step: h,
    });
    const end = limit.states[steps];
    const { weight, x } = linear.data;
    // δ_T = −hs Σ_n (1 − h(s + λ))^(steps − 1 − n) ē_n with ē = m̄_N − m, and F moves with δ by its slope (s + λ)m − c.
    const slope = (s + lambda) * slopeOf(end.outputs) - c;
    const response = limit.states.map((_, n) =>
      weight.map((q, i) =>
        n === steps ? 0 : -h * q * x[i] * slope * (1 - h * (s + lambda)) ** (steps - 1 - n),
      ),
    );
    for (const replica of [0, 1, 2]) {
      const times = timesOf(steps, h);
      const states = coupledCopies(limit, { width: 7, seed: 2, replica, times, response });
      expect(states.slice(0, -1).every(({ reaction }) => reaction === null)).toBe(true);
      const { energy, control, reaction, outputs, copyOutputs } = states[steps];
      const delta = slopeOf(outputs) - slopeOf(copyOutputs);
      const [e, free] = [outputs, copyOutputs].map((f) => slopeOf(f) - slopeOf(end.outputs));
      const square = 0.5 * s * e * e + lambda * delta * free + 0.5 * lambda * delta * delta;
      expect(Math.abs(energy - end.energy - control - reaction! - square)).toBeLessThan(1e-13);
      // It is no small change of it: another time's weights, or none, would be seen.
      expect(Math.abs(reaction!)).toBeGreaterThan(1e-3);
      // The same weights, any weights: Σ_n a_n·(f̄_N(t_n) − f_μ).
      const any = states.map((_, n) => weight.map((_, i) => Math.sin(1 + 3 * n + 7 * i)));
      const sum = states.reduce(
        (total, { copyOutputs: copies }, n) =>
          total + any[n].reduce((part, a, i) => part + a * (copies[i] - limit.states[n].outputs[i]), 0),
        0,
      );
      const [last] = coupledCopies(limit, { width: 7, seed: 2, replica, response: any });
      expect(Math.abs(last.reaction! - sum)).toBeLessThan(1e-13 * (1 + Math.abs(sum)));
    }
  });

  it("an impulse on output i at t_n moves every neuron by −h q_i x_i, and F by its slope at the end", async () => {
    const [h, steps, width] = [0.05, 12, 50];
    const course = { initial: law, until: steps * h, step: h };
    const limit = await meanFieldLimit(linear, langevin(), onLine, course);
    const response = responseOf(limit, { width, seed: 5 });
    const pilot = await evolve(linear, langevin(), particles({ width, seed: 5 }), course);
    const slope = (s + lambda) * slopeOf(pilot.snapshots.at(-1)!.outputs) - c;
    const { weight, x } = linear.data;
    for (const [n, weights] of response.entries()) {
      const left = n === steps ? 0 : (1 - h * (s + lambda)) ** (steps - 1 - n);
      // Differences of an F of order 1 at 1e-4, and its curvature.
      for (const [i, a] of weights.entries()) {
        expect(Math.abs(a + h * weight[i] * x[i] * left * slope)).toBeLessThan(1e-5);
      }
    }
  });
});

describe("a tanh neuron with momenta", () => {
  const course = { initial: moving, until: 2, step: 0.1 };

  it("the neurons are those of evolve, to the bit", async () => {
    const motion = kinetic({ friction: 0.5 });
    const limit = await meanFieldLimit(curved, motion, phase, course);
    const [early, late] = coupledCopies(limit, { width: 37, seed: 7, replica: 2, times: [0.5, 2] });
    const options = { width: 37, seed: 7, replica: 2, integrator: "baoab" } as const;
    const alone = await evolve(curved, motion, particles(options), {
      ...course,
      record: 4,
      snapshots: [0.5, 2],
    });
    expect(early.outputs).toEqual(alone.snapshots[0].outputs);
    expect(late.outputs).toEqual(alone.snapshots[1].outputs);
    expect(late.energy).toBe(alone.rows[4].observables.energy);
    expect(coupledCopies(limit, { width: 37, seed: 7, replica: 2 })).toEqual([late]);
  });

  it("copies have the law of the grid: their outputs, Z and the reaction are of mean 0; without both the bias drowns", async () => {
    const motion = kinetic({ friction: 0.5 });
    const limit = await meanFieldLimit(curved, motion, phase, course);
    const end = limit.states.at(-1)!;
    const response = responseOf(limit, { width: 300, seed: 2 });
    const scatter = [30, 240].map((width) => {
      const runs = Array.from(
        { length: 150 },
        (_, replica) => coupledCopies(limit, { width, seed: 1, replica, response })[0],
      );
      for (const values of [
        runs.map(({ copyOutputs }) => copyOutputs[0] - end.outputs[0]),
        runs.map(({ control }) => control),
        runs.map(({ reaction }) => reaction!),
      ]) {
        const { mean, error } = statistics(values);
        expect(Math.abs(mean)).toBeLessThan(5 * error);
      }
      const bias = runs.map(({ energy }) => width * (energy - end.energy));
      return [
        bias,
        bias.map((value, r) => value - width * runs[r].control),
        bias.map((value, r) => value - width * (runs[r].control + runs[r].reaction!)),
      ].map((values) => statistics(values).variance);
    });
    // Eight times the width: the variance of N(F(μ_N) − F(μ)) grows as much, with Z too, but not once the reaction is known.
    const growth = scatter[1].map((variance, k) => variance / scatter[0][k]);
    expect(growth[0]).toBeGreaterThan(4);
    expect(growth[1]).toBeGreaterThan(3);
    expect(growth[2]).toBeLessThan(2.5);
    expect(scatter[1][1]).toBeLessThan(0.1 * scatter[1][0]);
    expect(scatter[1][2]).toBeLessThan(0.2 * scatter[1][1]);
  });
});

it("without noise the distance converges as h → 0, of Euler's order 1", async () => {
  const cold = problem({
    data: fromFunction({ function: "tanh", interval: [-2, 2], samples: 6, quadrature: "gauss-legendre" }),
    neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: 0.05 },
  });
  // Cells and step of the grid hardly matter: its outputs at t_n are those of h → 0 up to O(h²).
  const solver = grid({ cells: [300], extent: [[-6, 6]], scheme: "second-order" });
  const courses = [0.05, 0.025, 0.0125, 0.00625].map((h) => ({
    h,
    initial: gaussian({ mean: [-1], std: [0.8] }),
  }));
  const refinements: { x: number; value: number }[] = [];
  for (const { h, initial } of courses) {
    const limit = await meanFieldLimit(cold, gradientFlow(), solver, { initial, until: 2, step: h });
    refinements.push({ x: h, value: coupledCopies(limit, { width: 40, seed: 1 })[0].distance });
  }
  const { order, error } = observedOrder(refinements, { values: "converging" });
  expect(Math.abs(order! - 1)).toBeLessThan(error!);
  expect(error).toBeLessThan(0.2);
});

describe("interactions through moments", () => {
  it("W = bθ²/2: δ ← δ − h((a + b)δ − b e), and ∫Φ dμ counts all of ∬W", async () => {
    const [a, b, h, steps] = [1, 0.6, 0.05, 20];
    const pull = problem({
      potential: { kind: "quadratic", strength: a },
      interaction: { kind: "quadratic", strength: b },
      temperature: 0.5,
    });
    const course = { initial: gaussian({ mean: [2], std: [1.5] }), until: steps * h, step: h };
    const solver = grid({ cells: [800], extent: [[-12, 12]] });
    const limit = await meanFieldLimit(pull, langevin(), solver, course);
    // ∫Φ dμ = ½a⟨θ²⟩ + b Var θ, F = ½a⟨θ²⟩ + ½b Var θ; averages over cells add Δ²/12 to both moments.
    const [first] = limit.states;
    expect(first.energy).toBeCloseTo(0.5 * a * 6.25 + 0.5 * b * 2.25, 3);
    expect(first.meanPotential).toBeCloseTo(0.5 * a * 6.25 + b * 2.25, 3);
    const states = coupledCopies(limit, { width: 21, seed: 4, times: timesOf(steps, h) });
    const { rows } = await evolve(pull, langevin(), particles({ width: 21, seed: 4 }), {
      ...course,
      record: steps,
    });
    // Of any weights on ⟨θ⟩ the reaction is Σ_n a_n(⟨θ⟩ of the copies − that of μ).
    const any = states.map((_, n) => Float64Array.of(Math.sin(1 + 3 * n), 0));
    const [last] = coupledCopies(limit, { width: 21, seed: 4, response: any });
    let delta = 0;
    let reaction = 0;
    for (const [n, { distance }] of states.entries()) {
      expect(distance).toBeCloseTo(Math.abs(delta), 13);
      const e = rows[n].observables.mean_theta_0 - limit.states[n].moments[0];
      reaction += any[n][0] * (e - delta);
      delta -= h * ((a + b) * delta - b * e);
    }
    expect(last.reaction).toBeCloseTo(reaction, 12);
    // An impulse on ⟨θ⟩ at t_n moves every neuron by hb, and the mean goes back at rate a.
    const response = responseOf(limit, { width: 21, seed: 4 });
    const answer = h * b * (1 - h * a) ** (steps - 1) * a * rows[steps].observables.mean_theta_0;
    expect(Math.abs(response[0][0] - answer)).toBeLessThan(1e-5);
    expect(response[0].length).toBe(2);
  });

  it.each([
    { kind: "cosine", strength: 1 },
    { kind: "attention", beta: 1 },
  ] as const)("the circle, W $kind: distances go the shorter way around, Z is of mean 0", async (interaction) => {
    const circle = problem({ domain: "torus", interaction, temperature: 0.3 });
    const course = { initial: gaussian({ mean: [3], std: [0.6] }), until: 1, step: 0.01 };
    const limit = await meanFieldLimit(
      circle,
      langevin(),
      grid({ cells: [256], scheme: "second-order" }),
      course,
    );
    const runs = Array.from({ length: 60 }, (_, replica) => coupledCopies(limit, { width: 100, replica })[0]);
    expect(Math.max(...runs.map(({ distance }) => distance))).toBeLessThan(0.5);
    const { mean, error } = statistics(runs.map(({ control }) => control));
    // Euler–Maruyama at h = 0.01 has a bias of its own, below 0.01.
    expect(Math.abs(mean)).toBeLessThan(5 * error + 0.01);
  });
});

it("refuses what copies cannot have", async () => {
  const course = { initial: moving, until: 0.2, step: 0.1 };
  const aboba = grid({
    cells: [192, 96],
    extent: [
      [-7, 7],
      [-3, 3],
    ],
  });
  await expect(meanFieldLimit(curved, kinetic({ friction: 1 }), aboba, course)).rejects.toThrow(
    "grid.integrator: found aboba, the default, which kicks in mid-step",
  );
  const first = { initial: gaussian({ mean: [0], std: [1] }), until: 0.2, step: 0.1 };
  const withPairs: ProblemOptions = {
    potential: { kind: "quadratic" },
    interaction: { kind: "gaussian", strength: 1 },
    temperature: 0.1,
  };
  await expect(meanFieldLimit(problem(withPairs), langevin(), onLine, first)).rejects.toThrow(
    "problem.interaction.kind: found gaussian",
  );
  const cold = problem({ potential: { kind: "quadratic" } });
  await expect(meanFieldLimit(cold, birthDeath({ rate: 1 }), onLine, first)).rejects.toThrow(
    "dynamics.kind: found birth-death; copies are neither born nor die",
  );
  const limit = await meanFieldLimit(linear, langevin(), onLine, first);
  expect(() => coupledCopies(limit, { width: 0 })).toThrow("width: found 0; allowed: an integer ≥ 1");
  expect(() => coupledCopies(limit, { width: 3, times: [0.05] })).toThrow("time.snapshots");
});
