// Drifts from batches: unbiased exactly (over all batches there are), equal to the full gradient where B = M, and the same as
// a plain loop over neurons and data, written here, that sees the same indices.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import { TILE, unpack } from "../kernels/layout.ts";
import { SOLO } from "../kernels/team.ts";
import { fromArrays } from "../problem/data.ts";
import { gaussian } from "../problem/law.ts";
import { customNeuron, neuron } from "../problem/neuron.ts";
import { type Problem, type ProblemOptions, problem } from "../problem/problem.ts";
import { type BatchOptions, batchPlan, SAMPLINGS } from "./batch.ts";
import type { Drift } from "./drift.ts";
import { ensemble, stateRows } from "./ensemble.ts";
import { MeanField } from "./field.ts";
import { type IntegratorName, makeIntegrator } from "./integrators.ts";
import { allocateRun } from "./memory.ts";
import { Batch, MinibatchDrift } from "./minibatch.ts";
import { brownianNoise } from "./noise.ts";
import { makeSampler, type Sampler } from "./sampling.ts";
import { solo } from "./solo.ts";
import { initialise } from "./start.ts";
import { SvrgDrift } from "./svrg.ts";
import { moved, type ParticleSystem } from "./system.ts";
import { uniforms } from "./testing.ts";

// ---- Unbiased, exactly ----

/** All subsets of `size` of 0 … M − 1. */
function subsets(M: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: M - from }, (_, i) => from + i).flatMap((first) =>
    subsets(M, size - 1, first + 1).map((rest) => [first, ...rest]),
  );
}

/** All sequences of `size` of 0 … M − 1. */
function sequences(M: number, size: number): number[][] {
  if (size === 0) return [[]];
  return sequences(M, size - 1).flatMap((rest) => Array.from({ length: M }, (_, i) => [...rest, i]));
}

/** Batch n is the n-th of a list. */
function listed(list: readonly (readonly number[])[], weight: Float64Array): Sampler {
  return { weight, draw: (n, indices) => indices.set(list[n]) };
}

/** Every kind of neuron, risk, V and W, on the plane and the torus, with M data of unequal weight. */
function randomProblem(seed: number, M: number): Problem {
  const random = uniforms(seed + 1);
  const pick = <Choice>(choices: readonly Choice[]) => choices[Math.floor(random() * choices.length)];
  const d = pick([1, 2]);
  const loss = pick(["squared", "logistic", { huber: { delta: 0.5 } }] as const);
  const torus = random() < 0.3;
  const x = Array.from({ length: M }, () => Array.from({ length: d }, () => 3 * random() - 1.5));
  const y = x.map(() => (loss === "logistic" ? (random() < 0.5 ? 1 : -1) : 2 * random() - 1));
  const cell = pick([
    neuron({ activation: "tanh", inputs: d }),
    neuron({ activation: "sin", inputs: d, output: "bounded", bias: false }),
    neuron({ activation: "gelu", inputs: d, output: "fixed" }),
    customNeuron({
      dimension: 2,
      inputs: d,
      value: (theta, input) => theta[0] * Math.sin(theta[1] + input[0]),
      gradient(theta, input, out) {
        out[0] = Math.sin(theta[1] + input[0]);
        out[1] = theta[0] * Math.cos(theta[1] + input[0]);
      },
    }),
  ]);
  const interaction = pick([
    undefined,
    { kind: "cosine", strength: 0.7 },
    { kind: "gaussian", strength: 0.8, scale: 0.9 },
    { kind: "attention", beta: 1.3 },
  ] as const);
  const options: ProblemOptions = {
    data: fromArrays(
      x,
      y,
      x.map(() => random()),
    ),
    neuron: cell,
    loss,
    domain: torus ? "torus" : "plane",
    ...(torus ? { potential: { kind: "cosine", strength: 0.4 } } : { regulariser: { l2: 0.3 } }),
    ...(interaction === undefined ? {} : { interaction }),
  };
  return problem(options);
}

/** N neurons on one thread with room for an anchor, their mean field, and drifts from listed batches. */
function bench(made: Problem, width: number, seed: number) {
  const layout = stateRows(made.dimension, { momentum: false, anchor: true });
  const memory = allocateRun(made, width, layout.total, 1);
  const particles = ensemble(made, width, layout, SOLO, memory);
  const p = made.dimension;
  const law = gaussian({ mean: new Array(p).fill(0.2), std: new Array(p).fill(0.9) });
  initialise(particles, law, { seed, replica: 0, temperature: 0 });
  const field = new MeanField(made, particles, memory);
  const batch = (sampler: Sampler, size: number) => new Batch(made.data, sampler, size);
  return {
    particles,
    field,
    plain: (sampler: Sampler, size: number) =>
      new MinibatchDrift(made, particles, memory, batch(sampler, size)),
    svrg: (sampler: Sampler, size: number, period: number) =>
      new SvrgDrift(made, particles, memory, batch(sampler, size), period),
  };
}

function gradientAt(drift: Drift, n: number): Float64Array {
  drift.differentiate(n);
  return drift.gradient.slice();
}

/** Σ_n chance[n] · (gradient for batch n). */
function mean(drift: Drift, chances: readonly number[], first = 0): Float64Array {
  const total = new Float64Array(drift.gradient.length);
  for (const [n, chance] of chances.entries()) {
    const gradient = gradientAt(drift, first + n);
    for (let i = 0; i < total.length; i++) total[i] += chance * gradient[i];
  }
  return total;
}

/** Gradients of these problems are sums of a few dozen terms below 10: round-off is below 1e-13. */
function expectSame(found: Float64Array, expected: Float64Array, tolerance = 1e-12): void {
  expect(found).toHaveLength(expected.length);
  for (let i = 0; i < found.length; i++)
    expect(Math.abs(found[i] - expected[i])).toBeLessThanOrEqual(tolerance);
}

const size = fc
  .record({ seed: fc.nat(1e6), M: fc.integer({ min: 1, max: 5 }) })
  .chain((rest) => fc.integer({ min: 1, max: rest.M }).map((B) => ({ ...rest, B })));

describe("the mean over all batches", () => {
  it("of subsets with weights M q_i/B is the full gradient, plain and svrg", () => {
    fc.assert(
      fc.property(size, ({ seed, M, B }) => {
        const made = randomProblem(seed, M);
        const list = subsets(M, B);
        const { weight } = makeSampler(
          made.data,
          { size: B, sampling: "without-replacement" },
          { seed: 0, replica: 0 },
        );
        const { particles, field, plain, svrg } = bench(made, 11, seed);
        const chances = list.map(() => 1 / list.length);
        field.differentiate();
        expectSame(mean(plain(listed(list, weight), B), chances), field.gradient);
        const reduced = svrg(listed([list[0], ...list], weight), B, 1e6);
        expectSame(gradientAt(reduced, 0), field.gradient);
        for (let i = 0; i < particles.state.length; i++) {
          const isTheta = Math.floor(i / TILE) % particles.rows < made.dimension;
          if (isTheta) particles.state[i] += 0.3 * Math.sin(i);
        }
        field.moved();
        reduced.moved();
        field.differentiate();
        expectSame(mean(reduced, chances, 1), field.gradient);
      }),
    );
  });

  it("of sequences drawn by weight is the full gradient", () => {
    fc.assert(
      fc.property(size, ({ seed, M, B }) => {
        const made = randomProblem(seed, M);
        const list = sequences(M, Math.min(B, 3));
        const q = made.data.weight;
        const chances = list.map((batch) => batch.reduce((product, i) => product * q[i], 1));
        const { field, plain } = bench(made, 9, seed);
        const weight = new Float64Array(M).fill(1 / list[0].length);
        field.differentiate();
        expectSame(mean(plain(listed(list, weight), list[0].length), chances), field.gradient);
      }),
      { numRuns: 40 },
    );
  });
});

describe("a batch of all data", () => {
  it.each(["without-replacement", "reshuffled"] as const)("%s gives the full gradient", (sampling) => {
    fc.assert(
      fc.property(fc.nat(1e6), fc.constantFrom("plain", "svrg"), (seed, estimator) => {
        const made = randomProblem(seed, 7);
        const p = made.dimension;
        const law = gaussian({ mean: new Array(p).fill(0), std: new Array(p).fill(1) });
        const batch = { size: 7, sampling, estimator } as const;
        const system = solo(made, gradientFlow(), 10, law, { seed, batch });
        system.field.differentiate();
        for (const n of [0, 1, 2]) expectSame(gradientAt(system.drift, n), system.field.gradient);
      }),
      { numRuns: 40 },
    );
  });
});

// ---- A plain loop ----

type Vector = number[];

/** ψ = a tanh(wx + b), squared loss, V = λθ²/2. */
const LAMBDA = 0.2;
const WIDTH = 6;
const STEP = 0.15;
const STEPS = 23;

const task = (temperature: number) =>
  problem({
    data: fromArrays(
      [-1.2, -0.5, 0.1, 0.4, 0.9, 1.3, 1.8, 2.2, -1.9, -0.8],
      [0.4, -0.3, 0.9, 0.2, -0.7, 0.5, 1.1, -0.4, 0.3, 0.8],
      [1, 2, 1, 1, 3, 1, 2, 1, 1, 1],
    ),
    neuron: neuron({ activation: "tanh", inputs: 1 }),
    regulariser: { l2: LAMBDA },
    temperature,
  });

/** Σ_{i ∈ indices} w_i ∂ℓ(f(x_i), y_i) ∇ψ(θ_j; x_i). */
function riskGradient(
  { data }: Problem,
  theta: readonly Vector[],
  indices: readonly number[],
  weight: readonly number[],
): Vector[] {
  const out = theta.map(() => [0, 0, 0]);
  for (const [b, i] of indices.entries()) {
    const x = data.x[i];
    const f = theta.reduce((sum, [a, w, c]) => sum + a * Math.tanh(w * x + c), 0) / theta.length;
    const g = weight[b] * (f - data.y[i]);
    for (const [j, [a, w, c]] of theta.entries()) {
      const s = Math.tanh(w * x + c);
      out[j][0] += g * s;
      out[j][1] += g * a * (1 - s * s) * x;
      out[j][2] += g * a * (1 - s * s);
    }
  }
  return out;
}

/** g(θ, n) of a loop that remembers its anchor. `at`: the network at time n, where it is not θ. */
function plainGradient(made: Problem, asked: BatchOptions, stream: { seed: number; replica: number }) {
  const { size: B, sampling, estimator, anchor } = batchPlan(asked, made.data.size, []);
  const sampler = makeSampler(made.data, { size: B, sampling }, stream);
  const indices = new Int32Array(B);
  const everything = Array.from(made.data.weight.keys());
  let far: Vector[] = [];
  let full: Vector[] = [];
  return (theta: Vector[], n: number, at = theta): Vector[] => {
    sampler.draw(n, indices);
    const batch = Array.from(indices);
    const weight = batch.map((i) =>
      sampling === "with-replacement" ? 1 / B : (made.data.size * made.data.weight[i]) / B,
    );
    let risk = riskGradient(made, theta, batch, weight);
    if (estimator === "svrg") {
      if (n % (anchor as number) === 0) {
        far = at.map((row) => [...row]);
        full = riskGradient(made, far, everything, Array.from(made.data.weight));
      }
      const there = riskGradient(made, far, batch, weight);
      risk = risk.map((row, j) => row.map((value, k) => value - there[j][k] + full[j][k]));
    }
    return risk.map((row, j) => row.map((value, k) => value + LAMBDA * theta[j][k]));
  };
}

const added = (theta: Vector[], factor: number, by: Vector[]): Vector[] =>
  theta.map((row, j) => row.map((value, k) => value + factor * by[j][k]));

/** ξ of step n and lane k, by neuron and coordinate. */
function normals(stream: { seed: number; replica: number }, n: number): Vector[] {
  const source = brownianNoise(stream.seed, stream.replica);
  const xi = new Float64Array(TILE);
  const out: Vector[] = Array.from({ length: WIDTH }, () => [0, 0, 0]);
  for (let k = 0; k < 3; k++) {
    source.fill(xi, 0, 0, n, k);
    for (let j = 0; j < WIDTH; j++) out[j][k] = xi[j];
  }
  return out;
}

function rows(system: ParticleSystem, from: number): Vector[] {
  const { state, rows: total } = system.particles;
  const flat = Array.from(unpack(state, WIDTH, total, from, from + 3));
  return Array.from({ length: WIDTH }, (_, j) => flat.slice(3 * j, 3 * j + 3));
}

/** 23 steps of 0.15 of smooth fields whose slopes are below 4: round-off of 1e-15 a step grows to 1e-12 at most. */
function expectClose(found: Vector[], expected: Vector[]): void {
  expectSame(Float64Array.from(found.flat()), Float64Array.from(expected.flat()), 2e-12);
}

const position = { mean: [0.5, -0.2, 0.1], std: [0.8, 1, 0.6] };
const momentum = { mean: [0, 0.1, 0], std: [0.2, 0.3, 0.1] };
const lawOf = ({ order }: Dynamics) => gaussian(order === "first" ? position : { ...position, momentum });

const PLANS: BatchOptions[] = [
  ...SAMPLINGS.map((sampling) => ({ size: 3, sampling })),
  ...SAMPLINGS.map((sampling) => ({ size: 3, sampling, estimator: "svrg" as const })),
  { size: 4, estimator: "svrg", anchor: 5 },
  { size: 1, estimator: "svrg", anchor: 1 },
];

describe.each(PLANS)("a plain loop with %j", (batch) => {
  const stream = { seed: 21, replica: 2 };
  const start = (temperature: number, dynamics: Dynamics) => {
    const made = task(temperature);
    const system = solo(made, dynamics, WIDTH, lawOf(dynamics), { ...stream, batch });
    return { made, system, g: plainGradient(made, batch, stream) };
  };
  const run = (system: ParticleSystem, name: IntegratorName) => {
    const integrator = makeIntegrator(name, system, STEP);
    for (let n = 0; n < STEPS; n++) integrator.step(n);
  };

  it("matches Euler", () => {
    const { system, g } = start(0, gradientFlow());
    let theta = rows(system, 0);
    run(system, "euler");
    for (let n = 0; n < STEPS; n++) theta = added(theta, -STEP, g(theta, n));
    expectClose(rows(system, 0), theta);
  });

  it("matches Runge–Kutta, whose stages all see batch n", () => {
    const { system, g } = start(0, gradientFlow());
    let theta = rows(system, 0);
    run(system, "rk4");
    for (let n = 0; n < STEPS; n++) {
      const k1 = g(theta, n);
      const at = theta;
      const k2 = g(added(theta, -STEP / 2, k1), n, at);
      const k3 = g(added(theta, -STEP / 2, k2), n, at);
      const k4 = g(added(theta, -STEP, k3), n, at);
      for (const [k, share] of [
        [k1, 1],
        [k2, 2],
        [k3, 2],
        [k4, 1],
      ] as const) {
        theta = added(theta, (-STEP * share) / 6, k);
      }
    }
    expectClose(rows(system, 0), theta);
  });

  it("matches Euler–Maruyama", () => {
    const tau = 0.07;
    const { system, g } = start(tau, langevin());
    let theta = rows(system, 0);
    run(system, "euler-maruyama");
    for (let n = 0; n < STEPS; n++) {
      theta = added(added(theta, -STEP, g(theta, n)), Math.sqrt(2 * tau * STEP), normals(stream, n));
    }
    expectClose(rows(system, 0), theta);
  });

  it("matches BAOAB, whose last kick sees the next batch", () => {
    const [tau, gamma] = [0.07, 1.3];
    const { system, g } = start(tau, kinetic({ friction: gamma }));
    let theta = rows(system, 0);
    let omega = rows(system, 3);
    run(system, "baoab");
    const keep = Math.exp(-gamma * STEP);
    const amplitude = Math.sqrt(tau * (1 - keep * keep));
    for (let n = 0; n < STEPS; n++) {
      omega = added(omega, -STEP / 2, g(theta, n));
      theta = added(theta, STEP / 2, omega);
      omega = added(
        omega.map((row) => row.map((value) => keep * value)),
        amplitude,
        normals(stream, n),
      );
      theta = added(theta, STEP / 2, omega);
      omega = added(omega, -STEP / 2, g(theta, n + 1));
    }
    expectClose(rows(system, 0), theta);
    expectClose(rows(system, 3), omega);
  });

  it("matches an iteration with memory, θ + β(θ − θ₋) − s∇Φ", () => {
    const [beta, s] = [0.8, 0.05];
    const { system, g } = start(0, gradientFlow());
    const { particles, drift } = system;
    let theta = rows(system, 0);
    let last = theta;
    let before = particles.state.slice();
    for (let n = 0; n < STEPS; n++) {
      const next = added(added(added(theta, beta, theta), -beta, last), -s, g(theta, n));
      [last, theta] = [theta, next];
      drift.differentiate(n);
      const kept = particles.state.slice();
      for (let k = 0; k < 3 * TILE; k++) {
        particles.state[k] += beta * (particles.state[k] - before[k]) - s * drift.gradient[k];
      }
      before = kept;
      moved(system);
    }
    expectClose(rows(system, 0), theta);
  });

  it("matches an iteration that looks ahead: the anchor is the network itself", () => {
    const [beta, s] = [0.5, 0.05];
    const { system, g } = start(0, gradientFlow());
    const { particles, drift } = system;
    let theta = rows(system, 0);
    let last = theta;
    let before = particles.state.slice();
    for (let n = 0; n < STEPS; n++) {
      const ahead = added(added(theta, beta, theta), -beta, last);
      [last, theta] = [theta, added(ahead, -s, g(ahead, n, theta))];
      const kept = particles.state.slice();
      const lookout = particles.state.slice();
      for (let k = 0; k < 3 * TILE; k++) lookout[k] += beta * (kept[k] - before[k]);
      drift.evaluateAt(lookout, n);
      for (let k = 0; k < 3 * TILE; k++) particles.state[k] = lookout[k] - s * drift.gradient[k];
      before = kept;
      moved(system);
    }
    expectClose(rows(system, 0), theta);
  });
});

describe("svrg", () => {
  it("has no noise at its anchor: at rest every batch gives the same bits", () => {
    fc.assert(
      fc.property(fc.nat(1e6), (seed) => {
        const made = randomProblem(seed, 9);
        const p = made.dimension;
        const at = gaussian({ mean: new Array(p).fill(0), std: new Array(p).fill(1) });
        const batch = { size: 2, estimator: "svrg", anchor: 1000 } as const;
        const { drift } = solo(made, gradientFlow(), 13, at, { seed, batch });
        const first = gradientAt(drift, 0);
        for (let n = 1; n < 6; n++) expect(gradientAt(drift, n)).toEqual(first);
      }),
      { numRuns: 50 },
    );
  });

  it("reads the anchor of a state it did not make, and goes on with the same bits", () => {
    const batch = { size: 3, estimator: "svrg", anchor: 4 } as const;
    const make = () => solo(task(0), gradientFlow(), WIDTH, gaussian(position), { seed: 22, batch });
    const steps = (system: ParticleSystem, from: number, to: number) => {
      const integrator = makeIntegrator("euler", system, STEP);
      for (let n = from; n < to; n++) integrator.step(n);
      return system.particles.state.slice();
    };
    for (const cut of [1, 3, 4, 5, 8]) {
      const half = steps(make(), 0, cut);
      const other = make();
      other.particles.state.set(half);
      moved(other);
      expect(steps(other, cut, 13)).toEqual(steps(make(), 0, 13));
    }
  });
});
