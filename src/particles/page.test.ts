// docs/dynamics.md, what it says of integrators: every entry measured, and then compared with the page as it is written.
// Deterministic throughout, births and deaths and batches apart: Monte Carlo with seeds chosen before looking; batches at 5
// standard errors, a false-alarm rate of 6e-7 each, births and deaths at 3, as the order is a whole number.

import { describe, expect, it } from "vitest";
import { parse as parseYaml } from "yaml";
import { assign, codes, evaluate, Page, type Values } from "../base/page-testing.ts";
import { slopeOf } from "../base/slope.ts";
import { birthDeath } from "../dynamics/birth-death.ts";
import { type Dynamics, temperatureOf } from "../dynamics/dynamics.ts";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { type KineticOptions, kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import { reflectedLangevin } from "../dynamics/reflected-langevin.ts";
import * as muflow from "../index.ts";
import { unpack } from "../kernels/layout.ts";
import { annealedAt, birthDeathAt, kineticAt, type LinearNeuron, langevinAt } from "../limits/gaussian.ts";
import { fromArrays } from "../problem/data.ts";
import { gaussLegendre } from "../problem/gauss-legendre.ts";
import { gaussian, points, uniform as uniformLaw } from "../problem/law.ts";
import { customNeuron, neuron } from "../problem/neuron.ts";
import { type Problem, problem } from "../problem/problem.ts";
import { buildDynamics } from "../spec/motion.ts";
import { type DynamicsSpec, parseExperiment } from "../spec/schema.ts";
import type { BatchOptions } from "./batch.ts";
import {
  INTEGRATOR_NAMES,
  type IntegratorName,
  type IntegratorSettings,
  integratorOf,
  makeIntegrator,
} from "./integrators.ts";
import { nesterovBeta } from "./momentum.ts";
import type { NoiseSource } from "./noise.ts";
import { solo } from "./solo.ts";
import { moved, type ParticleSystem } from "./system.ts";
import { advance, uniforms } from "./testing.ts";

const page = new Page("dynamics.md");

/** An integrator as the page names it: `polyak`, `order: 1`. */
interface Method {
  readonly name: IntegratorName;
  readonly settings: IntegratorSettings;
}

const isDiffusive = (name: IntegratorName) => integratorOf(name).needs.includes("diffusion");

function methodOf(cell: string): Method {
  const [name, ...settings] = codes(cell);
  return {
    name: name as IntegratorName,
    settings: Object.assign({}, ...settings.map((code) => parseYaml(code))),
  };
}

const NONE = "–";

function start(
  { name }: Pick<Method, "name">,
  made: Problem,
  dynamics: Dynamics,
  rows: readonly (readonly number[])[],
  noise?: NoiseSource,
): ParticleSystem {
  return solo(made, dynamics, rows.length, points(rows), { integrator: name }, noise);
}

/** The first `rows` numbers of each neuron, one neuron after another. */
function stateOf({ particles }: ParticleSystem, rows = particles.layout.coordinates): number[] {
  return Array.from(unpack(particles.state, particles.part.width, particles.rows, 0, rows));
}

const distance = (left: readonly number[], right: readonly number[]) =>
  Math.hypot(...left.map((value, i) => value - right[i]));

// ---- Orders ----

const STEPS = [0.1, 0.05, 0.025];

/** The whole number that the slope lies near. */
function orderOf(steps: readonly number[], errors: readonly number[], most = 0.15): string {
  const slope = slopeOf(steps, errors);
  expect(Math.abs(slope - Math.round(slope)), `errors ${errors}`).toBeLessThan(most);
  return String(Math.round(slope));
}

const random = uniforms(4);
const uniform = () => 4 * random() - 2;
const X = Array.from({ length: 9 }, uniform);
const networkAt = (temperature: number) =>
  problem({
    data: fromArrays(
      X,
      X.map((u) => Math.sin(2 * u)),
    ),
    neuron: neuron({ activation: "tanh", inputs: 1 }),
    regulariser: { l2: 0.1 },
    temperature,
  });
const network = networkAt(0);
const NEURONS = Array.from({ length: 8 }, () => [uniform(), uniform(), uniform()]);
const MOVING = NEURONS.map((row) => [...row, uniform(), uniform(), uniform()]);

/** Classical Runge–Kutta on plain arrays: θ̇ = −D∇Φ, or with momenta θ̇ = ω, ω̇ = −γ(t)ω − ∇Φ, tanh neurons. */
function reference(dynamics: Dynamics): number[] {
  const second = dynamics.order === "second";
  const mobility = dynamics.order === "first" ? dynamics.mobility(network) : [1, 1, 1];
  const slope = (y: readonly (readonly number[])[], t: number): number[][] => {
    const residual = X.map((x, i) => {
      const f = y.reduce((sum, [a, w, b]) => sum + a * Math.tanh(w * x + b), 0) / y.length;
      return (f - network.data.y[i]) / X.length;
    });
    return y.map(([a, w, b, ...omega]) => {
      const gradient = [0.1 * a, 0.1 * w, 0.1 * b];
      for (const [i, x] of X.entries()) {
        const s = Math.tanh(w * x + b);
        gradient[0] += residual[i] * s;
        gradient[1] += residual[i] * a * (1 - s * s) * x;
        gradient[2] += residual[i] * a * (1 - s * s);
      }
      if (!second) return gradient.map((value, k) => -mobility[k] * value);
      const gamma = dynamics.friction.at(t);
      return [...omega, ...gradient.map((value, k) => -gamma * omega[k] - value)];
    });
  };
  const h = 1 / 320;
  let y = second ? MOVING : NEURONS;
  const along = (v: readonly (readonly number[])[], share: number) =>
    y.map((row, j) => row.map((value, k) => value + share * h * v[j][k]));
  for (let n = 0; n < 320; n++) {
    const k1 = slope(y, n * h);
    const k2 = slope(along(k1, 0.5), (n + 0.5) * h);
    const k3 = slope(along(k2, 0.5), (n + 0.5) * h);
    const k4 = slope(along(k3, 1), (n + 1) * h);
    y = y.map((row, j) =>
      row.map((value, k) => value + (h / 6) * (k1[j][k] + 2 * k2[j][k] + 2 * k3[j][k] + k4[j][k])),
    );
  }
  return y.flat();
}

/** By the error at t = 1 of θ and ω of a network of tanh neurons. */
function networkOrder(dynamics: Dynamics): (method: Method) => string {
  let exact: number[] | null = null;
  return (method) => {
    exact ??= reference(dynamics);
    const rows = dynamics.order === "second" ? MOVING : NEURONS;
    const errors = STEPS.map((h) => {
      const system = start(method, network, dynamics, rows);
      advance(system, method.name, h, Math.round(1 / h), 0, method.settings);
      return distance(stateOf(system), exact as number[]);
    });
    return orderOf(STEPS, errors);
  };
}

const LINEAR = { s: 0, c: 0, lambda: 1.7, constant: 0 };

/** V = λθ²/2 alone. */
function quadratic(temperature: number, lambda = LINEAR.lambda): Problem {
  return problem({ potential: { kind: "quadratic", strength: lambda }, dimension: 1, temperature });
}

/** 1 for one (step, lane) of the first neuron, else 0. */
function impulse(at: number, onLane: number): NoiseSource {
  return {
    fill(out, from, _tile, step, lane) {
      out.fill(0, from, from + 8);
      if (step === at && lane === onLane) out[from] = 1;
    },
  };
}

/**
 * Mean and covariance at t = 1 of a scheme on one neuron, without sampling: where it is affine in its start and its noises, its
 * mean is a run without noise, its covariance the sum of squared responses to unit impulses.
 */
function laws({ name }: Method, made: Problem, dynamics: Dynamics, h: number): number[] {
  const count = Math.round(1 / h);
  const second = dynamics.order === "second";
  const run = (noise: NoiseSource) =>
    stateOf(advance(start({ name }, made, dynamics, [second ? [-1, 0.6] : [-1]], noise), name, h, count));
  const mean = run(impulse(-1, 0));
  const covariance = new Array(mean.length ** 2).fill(0);
  for (let n = 0; n < count; n++) {
    for (const lane of second ? [0, 1] : [0]) {
      const response = run(impulse(n, lane)).map((value, k) => value - mean[k]);
      for (const [i, u] of response.entries())
        for (const [k, v] of response.entries()) covariance[i * mean.length + k] += u * v;
    }
  }
  return [...mean, ...covariance];
}

function weakOrder(dynamics: Dynamics, temperature: number, exact: number[]): (method: Method) => string {
  const count = dynamics.order === "second" ? 2 : 1;
  return (method) => {
    const found = STEPS.map((h) => laws(method, quadratic(temperature), dynamics, h));
    const errors = (from: number, to?: number) =>
      found.map((law) => distance(law.slice(from, to), exact.slice(from, to)));
    const order = orderOf(STEPS, errors(0, count));
    expect(orderOf(STEPS, errors(count))).toBe(order);
    return order;
  };
}

const TAU = 0.4;
const noisy: LinearNeuron = { ...LINEAR, tau: TAU };
const FIRST = { mean: -1, variance: 0 };

/** e(t) of Nesterov's equation with γ = 3/t (docs/theory.md §3.7): J₁(z)/(z/2), z = √λ t. */
function besselMode(z: number): number {
  let [term, total] = [1, 1];
  for (let k = 1; k < 60; k++) {
    term *= (-z * z) / 4 / (k * (k + 1));
    total += term;
  }
  return total;
}

/** From t = 0: a singular friction costs splittings a logarithm, so that error/h² grows alike each time h halves. */
function singularOrder(method: Method): string {
  const dynamics = kinetic({ friction: { nesterov: 3 } });
  const errors = STEPS.map((h) => {
    const system = start(method, quadratic(0), dynamics, [[1, 0]]);
    const [theta] = stateOf(advance(system, method.name, h, Math.round(4 / h)));
    return Math.abs(theta - besselMode(4 * Math.sqrt(LINEAR.lambda)));
  });
  const [a, b, c] = errors.map((error, i) => error / STEPS[i] ** 2);
  if (Math.abs((c - b) / (b - a) - 1) < 0.05) return "2 − log";
  return orderOf(STEPS, errors);
}

/**
 * Births and deaths in V = λθ²/2, mean and variance of so many neurons that the error of the step is several times that of
 * sampling, which is 0.002; they start at the mean and the variance of their law.
 */
function jumpingOrder(method: Method): string {
  const [rate, lambda, width, t] = [10, 0.3, 100000, 0.5];
  const steps = [0.5, 0.25, 0.125];
  const begin = { mean: 1, variance: 0.5 };
  const exact = birthDeathAt({ ...LINEAR, lambda, tau: 0 }, { rate }, begin, t);
  const law = gaussian({ mean: [begin.mean], std: [Math.sqrt(begin.variance)] });
  const errors = steps.map((h) => {
    const system = solo(quadratic(0, lambda), birthDeath({ rate }), width, law, { seed: 2026 });
    const { state } = system.particles;
    const drawn = momentsOf(state);
    const scale = Math.sqrt(begin.variance / drawn.variance);
    for (let j = 0; j < state.length; j++) state[j] = begin.mean + scale * (state[j] - drawn.mean);
    moved(system);
    const found = momentsOf(advance(system, method.name, h, Math.round(t / h)).particles.state);
    return Math.hypot(found.mean - exact.mean, found.variance - exact.variance);
  });
  // Standard error of the slope: 0.002/(error at the last h, 0.014)/log 4 = 0.1, and the next order's share.
  return orderOf(steps, errors, 0.4);
}

const BOX = { low: 0.5, high: 1.5 };

/**
 * Pressed against a wall by V = 2θ², the mean after 1 of a law that is Gibbs's by then (the slowest mode decays at (π/L)², to 5e-5):
 * its error is 0.057 at the first step and 0.0097 at the last of heun, that of sampling 0.0007.
 */
function reflectedOrder(method: Method): string {
  const [width, t, { low, high }] = [100_000, 1, BOX];
  const law = uniformLaw({ low: [low], high: [high] });
  const { nodes, weights } = gaussLegendre(30);
  const [mass, first] = [0, 1].map((power) =>
    nodes.reduce((sum, node, i) => {
      const theta = 0.5 * (low + high) + 0.5 * (high - low) * node;
      return sum + weights[i] * theta ** power * Math.exp(-2 * theta ** 2);
    }, 0),
  );
  const steps = [0.05, 0.025, 0.0125];
  const errors = steps.map((h) => {
    const system = solo(quadratic(1, 4), reflectedLangevin(BOX), width, law, { seed: 5 });
    const { mean } = momentsOf(advance(system, method.name, h, Math.round(t / h)).particles.state);
    return Math.abs(mean - first / mass);
  });
  return orderOf(steps, errors);
}

/** Of neurons with one coordinate, as many as whole tiles hold. */
function momentsOf(theta: Float64Array): { mean: number; variance: number } {
  const average = (of: (value: number) => number) => {
    let total = 0;
    for (let j = 0; j < theta.length; j++) total += of(theta[j]);
    return total / theta.length;
  };
  const mean = average((value) => value);
  return { mean, variance: average((value) => (value - mean) ** 2) };
}

interface Setting {
  readonly temperature: number;
  /** As an experiment file writes it. */
  readonly spec: DynamicsSpec;
  readonly dynamics: Dynamics;
  order(method: Method): string;
}

function setting(
  temperature: number,
  spec: DynamicsSpec,
  order: (dynamics: Dynamics) => Setting["order"] = networkOrder,
): Setting {
  const dynamics = buildDynamics(spec);
  return { temperature, spec, dynamics, order: order(dynamics) };
}

const friction = (given: KineticOptions["friction"]) => kinetic({ friction: given });
const firstLaw = ({ mean, variance }: { mean: number; variance: number }) => [mean, variance];
const kineticLaw = () => {
  const begin = { theta: -1, omega: 0.6, varTheta: 0, covariance: 0, varOmega: 0 };
  const { theta, omega, varTheta, covariance, varOmega } = kineticAt(noisy, 0.7, begin, 1);
  return [theta, omega, varTheta, covariance, covariance, varOmega];
};
const annealing = (dynamics: Dynamics) =>
  annealedAt(noisy, FIRST, temperatureOf(quadratic(0), dynamics).at, 1);

/** The columns of the table of orders, and what each stands for. */
const SETTINGS: Readonly<Record<string, readonly Setting[]>> = {
  "`gradient-flow`, `two-timescale`": [
    setting(0, { kind: "gradient-flow", mobility: { a: 2, w: 0.5 } }),
    setting(0, { kind: "two-timescale", epsilon: 0.3 }),
  ],
  "`birth-death`": [setting(0, { kind: "birth-death", rate: 1.5, mobility: {} }, () => jumpingOrder)],
  "`langevin`, `annealed-langevin`": [
    setting(TAU, { kind: "langevin", mobility: {} }, (dynamics) =>
      weakOrder(dynamics, TAU, firstLaw(langevinAt(noisy, FIRST, 1))),
    ),
    setting(0, { kind: "annealed-langevin", constant: TAU, mobility: {} }, (dynamics) =>
      weakOrder(dynamics, 0, firstLaw(annealing(dynamics))),
    ),
  ],
  "`reflected-langevin`": [
    setting(1, { kind: "reflected-langevin", ...BOX, mobility: {} }, () => reflectedOrder),
  ],
  "kinetic, τ = 0": [
    setting(0, { kind: "kinetic", friction: 0.7 }),
    setting(0, { kind: "kinetic", friction: { "strong-convexity": 0.1 } }),
  ],
  "γ = r/(t + from)": [setting(0, { kind: "kinetic", friction: { nesterov: 3, from: 1 } })],
  "γ = r/t": [setting(0, { kind: "kinetic", friction: { nesterov: 3, from: 0 } }, () => singularOrder)],
  "kinetic, τ > 0": [
    setting(TAU, { kind: "kinetic", friction: 0.7 }, (dynamics) => weakOrder(dynamics, TAU, kineticLaw())),
  ],
};

/** Calls of ∇ψ a step, neuron and datum, once under way: every gradient makes one. */
function gradientsPerStep({ name, settings }: Method, { dynamics, temperature }: Setting): number {
  let calls = 0;
  const counting = customNeuron({
    dimension: 1,
    inputs: 1,
    value: ([w], [x]) => Math.sin(w * x),
    gradient([w], [x], out) {
      calls += 1;
      out[0] = x * Math.cos(w * x);
    },
  });
  const made = problem({ data: fromArrays([1, 2, 3], [0, 1, 0]), neuron: counting, temperature });
  // The neurons that are counted have no output weight to be mobile.
  const mobile = dynamics.kind === "gradient-flow" || dynamics.kind === "two-timescale";
  const motion = mobile ? gradientFlow() : dynamics;
  const rows = [0.3, -1, 0.8].map((w) => (motion.order === "second" ? [w, 0] : [w]));
  const system = start({ name }, made, motion, rows);
  const integrator = makeIntegrator(name, system, 0.1, settings);
  for (let n = 0; n < 3; n++) integrator.step(n);
  calls = 0;
  for (let n = 3; n < 13; n++) integrator.step(n);
  return calls / (10 * 3 * rows.length);
}

/** Whether an experiment file may ask for it; it is refused by the key that is wrong. */
function takes(
  { name, settings }: Method,
  { temperature, spec }: Pick<Setting, "temperature" | "spec">,
): boolean {
  const experiment = {
    name: "page",
    problem: {
      data: { function: "sin", interval: [-1, 1], samples: 4 },
      neuron: { activation: "tanh", inputs: 1 },
      temperature,
    },
    dynamics: spec,
    initial: { kind: "gaussian", mean: 0, std: 1 },
    time: { until: 1, step: 0.1 },
    solvers: [{ particles: { width: 3, integrator: name, ...settings } }],
  };
  try {
    parseExperiment(experiment, "page");
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(muflow.MuflowError);
    const { message } = error as Error;
    expect(message).toMatch(/^page: (solvers\.0\.particles\.integrator|dynamics\.friction): found /);
    return false;
  }
}

describe("integrators: orders, gradients, state", () => {
  const table = page.table("gradients a step");
  it("all are there", () => {
    expect([...new Set(table.rows.map(([cell]) => methodOf(cell).name))].sort()).toEqual(
      [...INTEGRATOR_NAMES].sort(),
    );
  });

  it("the columns are these", () => {
    expect(table.header.slice(1)).toEqual([...Object.keys(SETTINGS), "gradients a step", "more state"]);
  });

  it.each(table.rows.map((row) => [row[0], row] as const))("%s", (cell, row) => {
    const method = methodOf(cell);
    const gradients = new Set<number>();
    const found = Object.values(SETTINGS).map((settings) => {
      const taken = settings.map((setting) => takes(method, setting));
      expect(new Set(taken).size).toBe(1);
      if (!taken[0]) return NONE;
      const orders = settings.map((setting) => setting.order(method));
      expect(new Set(orders).size).toBe(1);
      for (const setting of settings) gradients.add(gradientsPerStep(method, setting));
      return orders[0];
    });
    const dynamics = isDiffusive(method.name) ? langevin() : friction(0.7);
    const second = dynamics.order === "second";
    const { particles } = start(method, network, dynamics, second ? MOVING : NEURONS);
    const more = particles.rows / network.dimension - (second ? 2 : 1);
    expect(row).toEqual([cell, ...found, [...gradients].join(), String(more)]);
    expect([...gradients], "of the record").toEqual([integratorOf(method.name).gradients ?? 1]);
  });
});

// ---- What a step keeps ----

/** Two neurons, each in a quadratic well, that attract one another as a cosine. */
const wells = problem({
  potential: { kind: "quadratic" },
  interaction: { kind: "cosine", strength: 0.7 },
  dimension: 1,
});
const PAIR = [
  [0.9, 0.1],
  [-0.4, 0.3],
];

/** (θ₀, ω₀, θ₁, ω₁) after one step from there. */
function stepped({ name, settings }: Method, from: readonly number[], h = 0.3): number[] {
  const system = start({ name }, wells, friction(0), [from.slice(0, 2), from.slice(2)]);
  makeIntegrator(name, system, h, settings).step(0);
  return stateOf(system);
}

/** det ∂(state⁺)/∂(state) = 1, to what central differences of width 1e-4 show: 1e-8, and ε/1e-4. */
function keepsVolume(method: Method): boolean {
  const from = PAIR.flat();
  const columns = from.map((_, i) => {
    const at = (shift: number) =>
      stepped(
        method,
        from.map((value, k) => value + (k === i ? shift : 0)),
      );
    const [up, down] = [at(1e-4), at(-1e-4)];
    return up.map((value, k) => (value - down[k]) / 2e-4);
  });
  const change = Math.abs(determinant(columns) - 1);
  // What does not keep it is of order h² or rk4's h⁶/72.
  expect(change < 1e-8 || change > 1e-6, `${change}`).toBe(true);
  return change < 1e-8;
}

function determinant(rows: readonly (readonly number[])[]): number {
  if (rows.length === 0) return 1;
  return rows[0].reduce((total, value, k) => {
    const minor = rows.slice(1).map((row) => row.filter((_, i) => i !== k));
    return total + (k % 2 === 0 ? 1 : -1) * value * determinant(minor);
  }, 0);
}

/** A step, momenta reversed, a step, momenta reversed: back, to round-off. */
function isReversible(method: Method): boolean {
  const reversed = (state: readonly number[]) => state.map((value, i) => (i % 2 === 1 ? -value : value));
  const from = PAIR.flat();
  const back = reversed(stepped(method, reversed(stepped(method, from))));
  const error = distance(back, from);
  expect(error < 1e-14 || error > 1e-6, `${error}`).toBe(true);
  return error < 1e-14;
}

/** N·F + ½Σω² over 20000 steps: its band in each tenth beside that in the first. */
function energyTrend({ name, settings }: Method): string {
  const system = start({ name }, wells, friction(0), PAIR);
  const integrator = makeIntegrator(name, system, 0.1, settings);
  const energy = () => {
    const [a, u, b, v] = stateOf(system);
    // W's own part is ½∬W: −0.7(cos 0 + cos(a − b))/2 a neuron.
    return (a * a + b * b + u * u + v * v) / 2 - 0.35 * (1 + Math.cos(a - b));
  };
  const bands = Array.from({ length: 10 }, (_, tenth) => {
    let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let n = tenth * 2000; n < (tenth + 1) * 2000; n++) {
      integrator.step(n);
      const now = energy();
      [least, most] = [Math.min(least, now), Math.max(most, now)];
    }
    return { least, most };
  });
  const [first, last] = [bands[0], bands[9]];
  if (last.least > first.most) return "grows";
  if (last.most < first.least + 1e-12) return "falls";
  for (const { least, most } of bands) {
    expect(Math.abs(least - first.least)).toBeLessThan(0.1 * (first.most - first.least));
    expect(Math.abs(most - first.most)).toBeLessThan(0.1 * (first.most - first.least));
  }
  return "bounded";
}

/** The stationary covariance of one neuron in V = λθ²/2: X = AXAᵀ + Q of the step's own A and Q, by doubling. */
function stationary(
  { name }: Method,
  dynamics: Dynamics,
  { lambda, tau, h }: { lambda: number; tau: number; h: number },
): number[][] {
  const made = quadratic(tau, lambda);
  const size = dynamics.order === "second" ? 2 : 1;
  const step = (from: readonly number[], lane: number) => {
    const system = start({ name }, made, dynamics, [from], impulse(0, lane));
    makeIntegrator(name, system, h).step(0);
    return stateOf(system);
  };
  const axes = Array.from({ length: size }, (_, i) => i);
  let columns = axes.map((i) =>
    step(
      axes.map((k) => Number(k === i)),
      -1,
    ),
  );
  const noises = [0, 1].map((lane) =>
    step(
      axes.map(() => 0),
      lane,
    ),
  );
  const sum = (of: (k: number) => number) => axes.reduce((total, k) => total + of(k), 0);
  let law = axes.map((i) => axes.map((k) => noises.reduce((total, noise) => total + noise[i] * noise[k], 0)));
  for (let round = 0; round < 60; round++) {
    const [a, q] = [columns, law];
    law = axes.map((i) => axes.map((k) => q[i][k] + sum((u) => sum((v) => a[u][i] * q[u][v] * a[v][k]))));
    columns = axes.map((u) => axes.map((i) => sum((k) => a[u][k] * a[k][i])));
  }
  return law;
}

/** That formula is what the stationary law has, at several λ, τ, h, γ; "+ O(h²)": up to a rest of that order. */
function expectVariance(
  method: Method,
  dynamics: (gamma: number) => Dynamics,
  formula: string,
  row: 0 | 1,
): void {
  const [stated, rest] = formula.split(" + O(h²)");
  for (const [lambda, tau, gamma] of [
    [1, 0.3, 1],
    [2.5, 0.1, 0.8],
    [0.4, 1, 3],
  ]) {
    const residual = (h: number) => {
      const law = stationary(method, dynamics(gamma), { lambda, tau, h });
      const found = row === 0 ? (lambda * law[0][0]) / tau : law[1][1] / tau;
      return found - evaluate(stated, { λ: lambda, γ: gamma, h });
    };
    if (rest === undefined) {
      for (const h of [0.5, 0.1]) expect(Math.abs(residual(h)), `${formula}, h = ${h}`).toBeLessThan(1e-13);
    } else {
      expect(residual(0.002) / residual(0.001), formula).toBeCloseTo(4, 1);
    }
  }
}

describe("what a step keeps", () => {
  const { header, rows } = page.table("γ = 0: volume");
  const [volume, reversible, energy, theta, omega] = header.slice(1);
  it.each(rows.map((row) => [row[0], row] as const))("%s", (cell, row) => {
    const method = methodOf(cell);
    const told = Object.fromEntries(header.map((name, i) => [name, row[i]]));
    const conservative = { temperature: 0, spec: { kind: "kinetic", friction: 0 } } as const;
    const found = takes(method, conservative)
      ? [keepsVolume(method) ? "kept" : "not kept", isReversible(method) ? "yes" : "no", energyTrend(method)]
      : [NONE, NONE, NONE];
    expect([told[volume], told[reversible], told[energy]]).toEqual(found);
    const first = takes(method, { temperature: 0.1, spec: { kind: "langevin", mobility: {} } });
    const second = takes(method, { temperature: 0.1, spec: { kind: "kinetic", friction: 1 } });
    if (first) expectVariance(method, () => langevin(), told[theta], 0);
    if (second) {
      expectVariance(method, friction, told[theta], 0);
      expectVariance(method, friction, told[omega], 1);
    }
    expect([told[theta] !== NONE, told[omega] !== NONE]).toEqual([first || second, second]);
  });
});

it("exact is exact in law where the force stands still: one step, or five, or twenty", () => {
  // Huber's loss far from its datum.
  const constant = problem({
    data: fromArrays([1], [1e6]),
    neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
    loss: { huber: { delta: 0.6 } },
    temperature: TAU,
  });
  const [once, ...others] = [1, 0.2, 0.05].map((h) =>
    laws({ name: "exact", settings: {} }, constant, friction(0.7), h),
  );
  for (const law of others) expect(distance(law, once)).toBeLessThan(1e-14);
});

it("neurons rest, to the last bit, where ω = 0 and ∇Φ = 0, and nowhere else", () => {
  const well = problem({ potential: { kind: "double-well" }, dimension: 1 });
  for (const [cell] of page.table("gradients a step").rows) {
    const method = methodOf(cell);
    for (const { dynamics } of [
      SETTINGS["`gradient-flow`, `two-timescale`"][0],
      SETTINGS["kinetic, τ = 0"][0],
    ]) {
      const second = dynamics.order === "second";
      const motion = second ? dynamics : gradientFlow();
      const row = (theta: number) => (second ? [theta, 0] : [theta]);
      if (!second && method.name !== "euler" && method.name !== "rk4") continue;
      if (isDiffusive(method.name)) continue;
      for (const h of [0.01, 0.3, 1.2]) {
        const rest = [1, -1, 0].map(row);
        const system = start(method, well, motion, rest);
        expect(stateOf(advance(system, method.name, h, 5, 0, method.settings)).map(Math.abs)).toEqual(
          rest.flat().map(Math.abs),
        );
        const moving = start(method, well, motion, [row(0.4)]);
        advance(moving, method.name, h, 1, 0, method.settings);
        expect(stateOf(moving)).not.toEqual(row(0.4));
      }
    }
  }
});

// ---- Stability ----

/** ‖Aⁿ‖^(1/n) for n = 2³⁰ of the matrix that a step applies to a neuron's rows in V = λθ²/2; infinite where it is refused. */
function spectralRadius({ name, settings }: Method, dynamics: Dynamics, lambda: number, h: number): number {
  const system = start({ name }, quadratic(0, lambda), dynamics, [
    dynamics.order === "second" ? [0, 0] : [0],
  ]);
  const { state, rows } = system.particles;
  let power: number[][];
  try {
    const integrator = makeIntegrator(name, system, h, settings);
    power = Array.from({ length: rows }, (_, unit) => {
      state.fill(0);
      state[unit * 8] = 1;
      moved(system);
      // The first step may be another.
      integrator.step(1);
      return Array.from({ length: rows }, (_, k) => system.particles.state[k * 8]);
    });
  } catch {
    return Number.POSITIVE_INFINITY;
  }
  let logarithm = 0;
  for (let k = 0; k <= 30; k++) {
    const size = Math.max(...power.flat().map(Math.abs));
    if (size === 0) return 0;
    logarithm += Math.log(size) / 2 ** k;
    const scaled = power.map((column) => column.map((value) => value / size));
    power = scaled.map((column) =>
      column.map((_, i) => column.reduce((total, value, k) => total + value * scaled[k][i], 0)),
    );
  }
  return Math.exp(logarithm);
}

/** The largest h that is stable on all modes up to Λ = 1, by bisection. */
function largestStep(method: Method, dynamics: Dynamics): number {
  let [low, high] = [0, 40];
  for (let round = 0; round < 40; round++) {
    const h = (low + high) / 2;
    const stable = [1e-6, 0.3, 1].every((lambda) => spectralRadius(method, dynamics, lambda, h) < 1);
    if (stable) low = h;
    else high = h;
  }
  return low;
}

describe("stability", () => {
  const { header, rows } = page.table("stable for");
  it("the columns are these", () => {
    expect(header.slice(1)).toEqual([
      "first order, hΛ",
      "γ = 0.1√Λ: h√Λ",
      "γ = √Λ: h√Λ",
      "γ = 10√Λ: h√Λ",
      "stable for",
    ]);
  });

  it.each(rows.map((row) => [row[0], row] as const))("%s", (cell, [, first, ...others]) => {
    const method = methodOf(cell);
    const stable = others.pop()!;
    const rounded = (h: number) => String(Number(h.toPrecision(3)));
    const spec = { kind: "langevin", mobility: {} } as const;
    const flow = takes(method, { temperature: 0, spec: { kind: "gradient-flow", mobility: {} } });
    const motion = flow ? gradientFlow() : takes(method, { temperature: 0, spec }) ? langevin() : null;
    expect(first).toBe(motion === null ? NONE : rounded(largestStep(method, motion)));
    if (!takes(method, { temperature: 0, spec: { kind: "kinetic", friction: 1 } })) {
      expect([...others, stable]).toEqual([NONE, NONE, NONE, NONE]);
      return;
    }
    const frictions = [0.1, 1, 10];
    const limits = frictions.map((gamma) => largestStep(method, friction(gamma)));
    expect(others).toEqual(limits.map(rounded));
    if (stable === NONE) return;
    const [left, right] = stable.split(" < ");
    for (const [i, gamma] of frictions.entries()) {
      const known: Values = { γ: gamma, Λ: 1, h: limits[i], "β₂": method.settings.beta2 ?? 0 };
      const values = /[sβ]/.test(stable) ? assign(momentaOf(cell), known) : known;
      // There the momentum's window ends it.
      if (values.β < 1e-9) continue;
      expect(evaluate(left, values) / evaluate(right, values), `${stable}, γ = ${gamma}`).toBeCloseTo(1, 6);
    }
  });
});

it("momentum windows end where they are said to", () => {
  const [, second, first] = /γh ≤ (\S+), for `order: 1` γh ≤ (\S+?)\./.exec(page.text)!;
  const flat = quadratic(0, 1e-6);
  for (const [cell, most] of [
    ["`polyak`", second],
    ["`nesterov-iteration`", second],
    ["`polyak`, `order: 1`", first],
  ]) {
    const { name, settings } = methodOf(cell);
    const make = (h: number) => () =>
      makeIntegrator(name, start({ name }, flat, friction(10), [[0, 0]]), h, settings);
    expect(make(Number(most) / 10)).not.toThrow();
    expect(make((1.001 * Number(most)) / 10)).toThrow(/time\.step: found/);
  }
});

it("recommendations repeat the orders and the variances of the tables", () => {
  const orders = page.table("gradients a step");
  const { rows } = page.table("situation");
  const variances = page.table("γ = 0: volume").rows;
  let repeated = 0;
  for (const [, lines, why] of rows) {
    const own = codes(lines)
      .find((line) => line.startsWith("integrator: "))
      ?.slice("integrator: ".length);
    for (const [, named, order] of why.matchAll(/(?:`([\w-]+)`, )?order (\d)/g)) {
      const row = orders.rows.find(([cell]) => cell === `\`${named ?? own}\``)!;
      expect(row.slice(1, 8).filter((cell) => cell !== NONE && cell !== "1" && cell !== order)).toEqual([]);
      expect(row).toContain(order);
      repeated += 1;
    }
    const [, formula] = /too large by the factor (.*)$/.exec(why) ?? [];
    if (formula !== undefined) expect(variances.find(([cell]) => cell === `\`${own}\``)).toContain(formula);
  }
  expect(repeated).toBeGreaterThan(3);
});

/** β and s, as the page has them for that integrator. */
function momentaOf(cell: string): string {
  const { rows } = page.table("functions");
  return rows.find(([name]) => codes(name).join() === codes(cell.replace(", `beta2: 0.3`", "")).join())![1];
}

// ---- The iteration and its equation ----

describe("(β, s) and (γ, h)", () => {
  const { rows } = page.table("functions");
  const library: Readonly<Record<string, unknown>> = { ...muflow };
  it.each(rows.map((row) => [row[0], row] as const))("%s", (cell, [, there, back, functions]) => {
    const { settings } = methodOf(cell);
    const [to, from] = codes(functions).map(
      (name) => library[name] as (values: Values) => Readonly<Record<string, number>>,
    );
    const random = uniforms(3);
    for (let trial = 0; trial < 20; trial++) {
      const [gamma, h, beta2] = [1.9 * random(), 0.5 * random(), 0.8 * random() - 0.4];
      const given = { friction: gamma, step: h, ...settings, ...(cell.includes("higher") ? { beta2 } : {}) };
      const found = to(given as Values);
      const stated = assign(there, { γ: gamma, h, "β₂": beta2 });
      for (const [name, symbol] of [
        ["beta", "β"],
        ["beta1", "β₁"],
        ["s", "s"],
      ]) {
        if (name in found) expect(stated[symbol]).toBeCloseTo(found[name], 14);
      }
      const motion = from({ ...found, ...settings } as Values);
      const again = assign(back, { ...stated, γ: Number.NaN, h: Number.NaN });
      expect(again.h).toBeCloseTo(motion.step, 13);
      expect(again.γ).toBeCloseTo(motion.friction, 12);
      expect(again.γ).toBeCloseTo(gamma, 12);
    }
  });

  it("the lines of code give what they say", () => {
    const lines = page.blocks("ts").flatMap((block) => block.trim().split("\n"));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) {
      const [, name, argument, value] = /^(\w+)\((.*)\); \/\/ (.*)$/.exec(line)!;
      const found = (library[name] as (argument: unknown) => Readonly<Record<string, number>>)(
        parseYaml(argument),
      );
      for (const [key, stated] of Object.entries(parseYaml(value) as Values)) {
        expect(found[key]).toBeCloseTo(stated, 12);
      }
    }
  });

  it("Nesterov's β of γ = r/t is as stated", () => {
    const [, formula] = /Nesterov's β changes: β = (.*?), and 0 at k = 0/.exec(page.text)!;
    for (const r of [2, 3, 8]) {
      for (const k of [1, 2, 50]) {
        const { friction: gamma } = friction({ nesterov: r });
        expect(evaluate(formula, { k, r })).toBeCloseTo(nesterovBeta(gamma, 0.1, k), 14);
        expect(nesterovBeta(gamma, 0.1, 0)).toBe(0);
      }
    }
  });
});

/** θ₀, θ₁, … of one neuron from (1, 0) in V = λθ²/2. */
function orbit({ name, settings }: Method, dynamics: Dynamics, lambda: number, h: number, count: number) {
  const second = dynamics.order === "second";
  const system = start({ name }, quadratic(0, lambda), dynamics, [second ? [1, 0] : [1]]);
  const integrator = makeIntegrator(name, system, h, settings);
  const theta = new Float64Array(count + 1);
  const omega = new Float64Array(count + 1);
  theta[0] = 1;
  for (let n = 0; n < count; n++) {
    integrator.step(n);
    theta[n + 1] = system.particles.state[0];
    if (second) omega[n + 1] = system.particles.state[8];
  }
  return { theta, omega };
}

describe("where the iteration and its equation part", () => {
  it("Polyak: rates a step at sλ = 1", () => {
    const { header, rows } = page.table("β");
    const formulas = header.slice(1).map((cell) => cell.split(": ").at(-1)!);
    for (const [cell, ...told] of rows) {
      const beta = Number(cell);
      const [k, fine] = [40, 200];
      // Forms of two neighbours, or of e and ė, that decay as β^k, or e^(−γt), exactly.
      const own = muflow.fromPolyak({ beta, s: 1, order: 1 });
      const polyak = { name: "polyak", settings: { order: 1 } } as const;
      const { theta: e } = orbit(polyak, friction(own.friction), 1, own.step, k + 1);
      const form = (i: number) => e[i + 1] ** 2 - beta * e[i + 1] * e[i] + beta * e[i] ** 2;
      const rates = [Math.log(form(0) / form(k)) / k / 2];
      for (const order of [1, 2] as const) {
        const { friction: gamma, step } = muflow.fromPolyak({ beta, s: 1, order });
        const count = 4 * fine;
        const run = orbit({ name: "rk4", settings: {} }, friction(gamma), 1, step / fine, count);
        const energy = (i: number) =>
          run.theta[i] ** 2 + gamma * run.theta[i] * run.omega[i] + run.omega[i] ** 2;
        rates.push(Math.log(energy(0) / energy(count)) / 4 / 2);
      }
      expect(told).toEqual(rates.map((rate) => rate.toPrecision(3)));
      for (const [i, formula] of formulas.entries())
        expect(evaluate(formula, { β: beta })).toBeCloseTo(rates[i], 7);
    }
  });

  it("Nesterov: slopes of the peaks at sλ = 1e-4", () => {
    const { rows } = page.table("the iteration over (1 − sλ)^k");
    const count = 20000;
    const slope = (e: Float64Array, rate: number) => {
      const logarithm = (k: number) => 2 * Math.log(Math.abs(e[k])) - k * rate;
      const peaks = Array.from({ length: count - 2001 }, (_, i) => 2001 + i).filter(
        (k) => logarithm(k) > logarithm(k - 1) && logarithm(k) >= logarithm(k + 1),
      );
      return -slopeOf(
        peaks,
        peaks.map((k) => Math.exp(logarithm(k))),
      );
    };
    const found = rows.map(([r]) => {
      const dynamics = friction({ nesterov: Number(r) });
      const run = (name: IntegratorName) => orbit({ name, settings: {} }, dynamics, 1, 0.01, count).theta;
      const iteration = run("nesterov-iteration");
      const slopes = [slope(run("baoab"), 0), slope(iteration, Math.log1p(-1e-4)), slope(iteration, 0)];
      return [r, ...slopes.map((value) => value.toFixed(2))];
    });
    expect(rows).toEqual(found);
  });

  it("steps to 1e-6 where curvatures range from m to Λ = 100 m", () => {
    const { rows } = page.table("γ and h");
    const found = rows.map(([cell, motion]) => {
      const { γ: gamma, h } = assign(motion, { m: 0.01, Λ: 1 });
      const dynamics = gamma === undefined ? gradientFlow() : friction(gamma);
      const steps = [0.01, 0.012, 0.02, 0.05, 0.1, 0.3, 0.6, 1].map((lambda) => {
        const { theta } = orbit(methodOf(cell), dynamics, lambda, h, 1000);
        return theta.findLastIndex((value) => Math.abs(value) >= 1e-6) + 1;
      });
      return [cell, motion, String(Math.max(...steps))];
    });
    expect(rows).toEqual(found);
  });
});

// ---- Batches ----

const M = 8;
const POINTS = { x: [1, -0.5, 1.5, 0.8, -1.2, 0.3, -0.9, 0.6], y: [1, 0.3, 2, -0.4, 0.5, -1, 0.2, 1.3] };
/** Of the regulariser. */
const LAMBDA = 0.5;

const regression = problem({
  data: fromArrays(POINTS.x, POINTS.y),
  neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
  regulariser: { l2: LAMBDA },
});

const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** σ², S² and Φ″ of one neuron θ, at the minimiser unless given. */
function scatter(theta?: number) {
  const a = meanOf(POINTS.x.map((x) => x * x)) + LAMBDA;
  const minimiser = meanOf(POINTS.x.map((x, i) => x * POINTS.y[i])) / a;
  const slopes = POINTS.x.map((x, i) => ((theta ?? minimiser) * x - POINTS.y[i]) * x);
  const mean = meanOf(slopes);
  const variance = meanOf(slopes.map((slope) => (slope - mean) ** 2));
  return { a, minimiser, σ: Math.sqrt(variance), S: Math.sqrt((variance * M) / (M - 1)) };
}

describe("batches", () => {
  const { rows } = page.table("variance C of a step's gradient");
  const plain = page.table("svrg, η = 0.1");
  const formula = rows.find(([cell]) => cell === "`{ size: B }`")![1];

  it.each(rows.map((row) => [row[0], row] as const))("%s", (cell, [, variance, cost, more]) => {
    const write = (B: number, m: number): BatchOptions =>
      parseYaml(codes(cell)[0].replace("size: B", `size: ${B}`).replace("anchor: m", `anchor: ${m}`));
    for (const [B, m] of [
      [1, 4],
      [3, 5],
    ]) {
      const batch = write(B, m);
      const theta = 0.9;
      const system = solo(regression, gradientFlow(), 1, points([[theta]]), { seed: 2026, batch });
      expect(String(system.particles.rows - 1)).toBe(more);
      const draws = 20000;
      const gradients = Array.from({ length: draws }, (_, n) => {
        system.drift.differentiate(n);
        return system.drift.gradient[0];
      });
      const mean = meanOf(gradients);
      const squares = gradients.map((gradient) => (gradient - mean) ** 2);
      const found = meanOf(squares);
      if (variance === "0 at its anchor") expect(found).toBeLessThan(1e-24);
      else {
        const error = Math.sqrt(meanOf(squares.map((square) => (square - found) ** 2)) / draws);
        // Batches of one epoch make up for one another: their mean is closer, their variance no worse known.
        const { σ, S } = scatter(theta);
        expect(Math.abs(found - evaluate(variance, { σ, S, B, M }))).toBeLessThan(5 * error);
      }

      let calls = 0;
      const counting = customNeuron({
        dimension: 1,
        inputs: 1,
        value: ([w], [x]) => w * x,
        gradient(_, [x], out) {
          calls += 1;
          out[0] = x;
        },
      });
      const counted = problem({ data: fromArrays(POINTS.x, POINTS.y), neuron: counting });
      for (const [dynamics, name, row] of [
        [gradientFlow(), "euler", [0.4]],
        [friction(1), "baoab", [0.4, 0]],
      ] as const) {
        const moving = solo(counted, dynamics, 3, points([row, row, row]), { batch });
        const integrator = makeIntegrator(name, moving, 0.1);
        for (let n = 0; n < m; n++) integrator.step(n);
        calls = 0;
        for (let n = m; n < 5 * m; n++) integrator.step(n);
        expect(calls / (4 * m) / 3).toBeCloseTo(evaluate(cost, { B, M, m }), 12);
      }
    }
  });

  it.each(plain.rows.map((row) => [Number(row[0]), row] as const))("B = %i: what is left", (B, row) => {
    const { a, minimiser, σ, S } = scatter();
    const C = evaluate(formula, { σ, S, B, M });
    const run = (h: number, batch: BatchOptions, replica: number, steps: number) => {
      const law = points([[minimiser + 0.1]]);
      const system = solo(regression, gradientFlow(), 1, law, { seed: 2026, replica, batch });
      const integrator = makeIntegrator("euler", system, h);
      const begin = Math.ceil(40 / (a * h));
      let total = 0;
      for (let n = 0; n < begin + steps; n++) {
        integrator.step(n);
        if (n >= begin) total += (system.particles.state[0] - minimiser) ** 2;
      }
      return total / steps;
    };
    const shown = (value: number) => (value < 1e-20 ? "0" : value.toPrecision(2));
    const found = [0.05, 0.1].flatMap((h) => {
      const values = Array.from({ length: 20 }, (_, replica) => run(h, { size: B }, replica, 200 / h));
      const mean = meanOf(values);
      const predicted = (h * C) / (2 * a);
      const error = Math.sqrt(meanOf(values.map((value) => (value - mean) ** 2)) / (values.length - 1));
      // The start is forgotten to e^−40. E e² = h²C/(1 − E(1 − h a_b)²), where the slope a_b of a batch is at most that of its steepest datum.
      const next = (h * (Math.max(...POINTS.x) ** 2 + LAMBDA) ** 2) / (2 * a);
      expect(Math.abs(mean - predicted)).toBeLessThanOrEqual(
        5 * error + predicted * (next / (1 - next)) + 1e-20,
      );
      return [predicted, mean];
    });
    found.push(run(0.1, { size: B, estimator: "svrg" }, 0, 500));
    expect(row).toEqual([String(B), ...found.map(shown)]);
  });
});
