// Reflected Langevin dynamics: the folded Brownian motion is exact at any step, the limit is the Gibbs measure of the box, and on the way the law is that of
// the density whose cells end at the walls. Stochastic tests ask for 4.9 standard errors: false alarms 1e-6 each.

import { describe, expect, it } from "vitest";
import { langevin } from "../dynamics/langevin.ts";
import { reflectedLangevin, wallsOf } from "../dynamics/reflected-langevin.ts";
import { unpack } from "../kernels/layout.ts";
import { fromArrays } from "../problem/data.ts";
import { gaussLegendre } from "../problem/gauss-legendre.ts";
import { gaussian, type InitialLaw, lawOf, points, uniform } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { type Problem, problem } from "../problem/problem.ts";
import { boundLines, boundNotices } from "../run/bounds.ts";
import { buildExperiment } from "../run/build.ts";
import { hypotheses } from "../run/describe.ts";
import { evolve, grid } from "../run/evolve.ts";
import { isNetwork } from "../run/runs.ts";
import { parseExperiment } from "../spec/schema.ts";
import { makeIntegrator } from "./integrators.ts";
import { solo } from "./solo.ts";
import type { ParticleSystem } from "./system.ts";

const WIDTH = 40_000;
const STANDARD_ERRORS = 4.9;

function neuronsOf({ particles: { state, rows, dimension } }: ParticleSystem): Float64Array {
  return unpack(state, WIDTH, rows, 0, dimension);
}

/** θ of neurons after so many steps in [low, high]. */
function thetaAfter(
  task: Problem,
  law: InitialLaw,
  step: number,
  steps: number,
  low = -1,
  high = 1,
): Float64Array {
  const start = lawOf(law, task.dimension);
  const system = solo(task, reflectedLangevin({ low, high }), WIDTH, start, { seed: 11 });
  const integrator = makeIntegrator("euler-maruyama", system, step);
  for (let n = 0; n < steps; n++) integrator.step(n);
  return neuronsOf(system);
}

/** The mean of f, and how many standard errors it is from `expected`. */
function offBy(theta: Float64Array, f: (theta: number) => number, expected: number): number {
  const values = theta.map(f);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return Math.abs(mean - expected) / Math.sqrt(variance / values.length);
}

const free = problem({ dimension: 1, temperature: 0.7 });

describe("Brownian motion in a box", () => {
  it.each([1, 0.25, 0.01])("has the modes of Neumann's Laplacian exactly, at step %f", (step) => {
    const steps = Math.round(1 / step);
    // From θ = low; cos(kπ(θ − low)/L) decays at τ(kπ/L)².
    const theta = thetaAfter(free, uniform({ low: [-1], high: [-1 + 1e-12] }), step, steps);
    expect(theta.every((value) => value >= -1 && value <= 1)).toBe(true);
    for (const k of [1, 2]) {
      const mode = (value: number) => Math.cos((k * Math.PI * (value + 1)) / 2);
      const decayed = Math.exp(-0.7 * ((k * Math.PI) / 2) ** 2);
      expect(offBy(theta, mode, decayed), `mode ${k}`).toBeLessThan(STANDARD_ERRORS);
    }
  });

  it("has them along every coordinate, from either wall", () => {
    const plane = problem({ dimension: 2, temperature: 0.7 });
    const start = uniform({ low: [-1, 1 - 1e-12], high: [-1 + 1e-12, 1] });
    const theta = thetaAfter(plane, start, 0.25, 4);
    expect(theta.every((value) => value >= -1 && value <= 1)).toBe(true);
    const mode = (value: number) => Math.cos((Math.PI * (value + 1)) / 2);
    const decayed = Math.exp(-0.7 * (Math.PI / 2) ** 2);
    for (const [k, expected] of [decayed, -decayed].entries()) {
      const along = theta.filter((_, i) => i % 2 === k);
      expect(offBy(along, mode, expected), `axis ${k}`).toBeLessThan(STANDARD_ERRORS);
    }
  });

  it("is folded as often as a step goes through the box", () => {
    const theta = thetaAfter(
      problem({ dimension: 1, temperature: 400 }),
      gaussian({ mean: [0], std: [0] }),
      1,
      1,
      -1,
      2,
    );
    expect(theta.every((value) => value >= -1 && value <= 2)).toBe(true);
    // The heat is uniform by then, of variance 3²/12.
    expect(offBy(theta, (value) => (value - 0.5) ** 2, 9 / 12)).toBeLessThan(STANDARD_ERRORS);
  });
});

it("rests at the Gibbs measure of the box", () => {
  const temperature = 0.4;
  const well = problem({ dimension: 1, potential: { kind: "quadratic" }, temperature });
  const { nodes, weights } = gaussLegendre(60);
  const density = nodes.map((value) => Math.exp((-0.5 * value * value) / temperature));
  const mass = density.reduce((sum, value, i) => sum + weights[i]! * value, 0);
  const variance = density.reduce((sum, value, i) => sum + weights[i]! * value * nodes[i]! ** 2, 0) / mass;
  const theta = thetaAfter(well, uniform({ low: [-1], high: [1] }), 0.004, 500);
  expect(offBy(theta, (value) => value * value, variance)).toBeLessThan(STANDARD_ERRORS);
});

it("moves as the density whose cells end at the walls", async () => {
  const task = problem({ dimension: 1, potential: { kind: "double-well" }, temperature: 0.3 });
  const course = { initial: gaussian({ mean: 0.4, std: 0.2 }), until: 0.5, step: 0.005, record: 1 };
  const closed = grid({ cells: 200, extent: [-0.8, 0.9], leak: 1, scheme: "second-order" });
  const { rows } = await evolve(task, langevin(), closed, course);
  const theta = thetaAfter(task, gaussian({ mean: [0.4], std: [0.2] }), 0.0025, 200, -0.8, 0.9);
  const { mean_theta_0: mean, var_theta_0: variance } = rows.at(-1)!.observables;
  expect(offBy(theta, (value) => value, mean!)).toBeLessThan(STANDARD_ERRORS);
  expect(offBy(theta, (value) => (value - mean!) ** 2, variance!)).toBeLessThan(STANDARD_ERRORS);
});

it("starts in the box, folded where the law is beyond it", () => {
  const start = thetaAfter(free, gaussian({ mean: [1.5], std: [1] }), 1, 0, -1, 2);
  expect(start.every((value) => value >= -1 && value <= 2)).toBe(true);
  const { nodes, weights } = gaussLegendre(30);
  // Five boxes beside one another, every second of which is seen in the mirror.
  const parts = [-2, -1, 0, 1, 2].flatMap((box) =>
    Array.from(nodes, (node, i) => {
      const inside = 0.5 + 1.5 * node;
      const x = 3 * box + (box % 2 === 0 ? inside : 1 - inside);
      return (1.5 * weights[i]! * inside * Math.exp(-0.5 * (x - 1.5) ** 2)) / Math.sqrt(2 * Math.PI);
    }),
  );
  const expected = parts.reduce((sum, value) => sum + value, 0);
  expect(offBy(start, (value) => value, expected)).toBeLessThan(STANDARD_ERRORS);
});

it("needs no V: the box is compact; what is over all θ is not said of it", () => {
  const spec = {
    name: "box",
    problem: { temperature: 0.1 },
    dynamics: { kind: "reflected-langevin", low: -1, high: 1 },
    initial: { kind: "gaussian", mean: [0], std: 0.1 },
    time: { until: 1, step: 0.1 },
    solvers: [{ particles: { width: 3 } }],
  };
  const built = buildExperiment(parseExperiment(spec, "spec.yaml"), { data: null, initial: points([[0]]) });
  expect(hypotheses(built)).toContainEqual({
    statement: "a Gibbs measure can exist (V confines)",
    holds: true,
    reason: "the box [-1, 1]^p is compact",
  });
  const networks = built.runs.filter(isNetwork);
  expect(boundLines(networks)).toEqual(["dual of networks: none, in a box: its integral is over all θ"]);
  expect(boundNotices(networks.map((run) => ({ run, bounds: null })))).toEqual([]);
});

describe("refused:", () => {
  const box = { low: -1, high: 1 };
  it.each([
    [
      "a box without inside",
      () => reflectedLangevin({ low: 1, high: 1 }),
      /dynamics\.high: found 1; allowed: a number > dynamics\.low/,
    ],
    ["an end that is no number", () => reflectedLangevin({ low: Number.NaN, high: 1 }), /dynamics\.high/],
    ["a low end far away", () => reflectedLangevin({ low: -Infinity, high: 1 }), /dynamics\.high: found 1;/],
    [
      "a high end far away",
      () => reflectedLangevin({ low: 0, high: Infinity }),
      /dynamics\.high: found Infinity;/,
    ],
    [
      "a mobility of what is no block",
      () => reflectedLangevin({ ...box, mobility: { c: 1 } as object }),
      /dynamics\.mobility\.c: found an unknown key/,
    ],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });

  it.each([
    [
      "a density",
      { solvers: [{ grid: { cells: 20, extent: [[-1, 1]] } }] },
      /a dynamics without walls with grid; its density is that of langevin on a grid with leak: 1/,
    ],
    [
      "minimising movements",
      { solvers: [{ jko: { cells: 20, extent: [[-1, 1]], method: "quantile" } }] },
      /a dynamics without walls with jko; its density is that of langevin on a grid with leak: 1/,
    ],
    [
      "equilibria",
      { solvers: [{ stationary: { cells: 20, extent: [[-1, 1]] } }] },
      /a dynamics without walls with stationary; its density is that of langevin on a grid with leak: 1/,
    ],
    [
      "closed equations",
      { solvers: [{ moments: {} }] },
      /a dynamics without walls with moments; its density is that of langevin on a grid with leak: 1/,
    ],
    [
      "no noise",
      { problem: { potential: { kind: "quadratic" } } },
      /problem\.temperature: found 0; allowed: a number > 0 with reflected-langevin/,
    ],
    [
      "the torus",
      { problem: { temperature: 1, domain: "torus" } },
      /problem\.domain: found "torus"; allowed: plane with reflected-langevin/,
    ],
    [
      "a box upside down",
      { dynamics: { kind: "reflected-langevin", low: 1, high: -1 } },
      /dynamics\.high: found -1; allowed: a number > dynamics\.low/,
    ],
  ])("%s", (_, changes, message) => {
    const spec = {
      name: "box",
      problem: { potential: { kind: "quadratic" }, temperature: 0.1 },
      dynamics: { kind: "reflected-langevin", ...box },
      initial: { kind: "gaussian", mean: [0], std: 0.1 },
      time: { until: 1, step: 0.1 },
      solvers: [{ particles: { width: 3 } }],
    };
    expect(parseExperiment(spec, "spec.yaml").dynamics).toMatchObject(box);
    expect(() => parseExperiment({ ...spec, ...changes }, "spec.yaml")).toThrow(message);
  });
});

it("neurons move by its mobility, which has to be one", () => {
  const task = problem({
    data: fromArrays([[1]], [1]),
    neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed" }),
    temperature: 1,
  });
  const of = (b: number) => reflectedLangevin({ low: -1, high: 1, mobility: { b } });
  expect(Array.from(of(0.3).mobility(task))).toEqual([1, 0.3]);
  expect(of(0.3).breaches({ ...task, noBlock: "" })).toEqual([]);
  expect(of(-1).breaches({ ...task, noBlock: "" })).toMatchObject([
    { key: ["dynamics", "mobility", "b"], found: -1 },
  ]);
});

it("others have no walls", () => {
  expect(wallsOf(langevin())).toBe(null);
  expect(wallsOf(reflectedLangevin({ low: 0, high: 2 }))).toEqual({ low: 0, high: 2 });
});
