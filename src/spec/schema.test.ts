import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse as parseYamlText } from "yaml";
import { MuflowError } from "../base/errors.ts";
import { showValue } from "../base/keys.ts";
import { SAMPLINGS } from "../particles/batch.ts";
import { ACTIVATION_NAMES } from "../problem/activation.ts";
import type { JsonSchema } from "./issues.ts";
import { parameterDimension, stepCount } from "./layout.ts";
import { setAt } from "./overrides.ts";
import {
  type Experiment,
  type ExperimentInput,
  experimentJsonSchema,
  namedFiles,
  parseExperiment,
} from "./schema.ts";

type Input = Record<string, unknown>;

const ABSENT = Symbol("absent");

/** θ = (a, w, b), on data. */
const REGRESSION: Input = {
  name: "fit",
  problem: {
    data: { function: "sin", interval: [-1, 1], samples: 8 },
    neuron: { activation: "tanh", inputs: 1 },
  },
  dynamics: { kind: "gradient-flow" },
  initial: { kind: "gaussian", mean: 0, std: 1 },
  time: { until: 1, step: 0.01 },
  solvers: [{ particles: { width: 10 } }],
};

/** Two coordinates, no data. */
const MCKEAN: Input = {
  name: "desai-zwanzig",
  problem: {
    potential: { kind: "double-well" },
    interaction: { kind: "quadratic", strength: 1 },
    temperature: 0.2,
  },
  dynamics: { kind: "langevin" },
  initial: { kind: "gaussian", mean: [0, 1], std: 1 },
  time: { until: 1, step: 0.01 },
  solvers: [{ particles: { width: 10 } }],
};

/** Heavy ball, no temperature. */
const HEAVY_BALL = changed(REGRESSION, { dynamics: { kind: "kinetic", friction: 1 } });
/** Two coordinates and their momenta, at a temperature. */
const KINETIC = changed(MCKEAN, { dynamics: { kind: "kinetic", friction: 1 } });
const NESTEROV = changed(REGRESSION, { dynamics: { kind: "kinetic", friction: { nesterov: 3 } } });
const TORUS = changed(MCKEAN, { problem: { domain: "torus" } });

/** A copy with values put at dotted paths; ABSENT removes the key. */
function changed(spec: Input, changes: Record<string, unknown>): Input {
  const put = (into: unknown, [path, value]: [string, unknown]) => setAt(into, path.split("."), value, path);
  const copy = Object.entries(changes).reduce<unknown>(put, spec);
  return withoutAbsent(copy) as Input;
}

function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutAbsent);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, entry]) => entry !== ABSENT);
  return Object.fromEntries(entries.map(([key, entry]) => [key, withoutAbsent(entry)]));
}

function onGrid(grid: unknown): Record<string, unknown> {
  return { "solvers.0": { grid } };
}

function messageOf(raw: unknown): string {
  try {
    parseExperiment(raw, "spec.yaml");
  } catch (error) {
    expect(error).toBeInstanceOf(MuflowError);
    expect((error as MuflowError).kind).toBe("input");
    return (error as MuflowError).message;
  }
  throw new Error("accepted");
}

describe("a valid file", () => {
  it("comes out complete", () => {
    expect(parseExperiment(REGRESSION, "spec.yaml")).toEqual({
      name: "fit",
      seed: 0,
      problem: {
        data: { function: "sin", interval: [-1, 1], samples: 8, quadrature: "uniform" },
        neuron: { activation: "tanh", inputs: 1, output: "trained", bias: true },
        loss: "squared",
        regulariser: { l2: 0 },
        domain: "plane",
        temperature: 0,
      },
      dynamics: { kind: "gradient-flow", mobility: { a: 1, w: 1, b: 1 } },
      initial: { kind: "gaussian", mean: [0, 0, 0], std: [1, 1, 1] },
      time: { until: 1, step: 0.01, record: 50, snapshots: [0, 1] },
      solvers: [
        { particles: { width: [10], replicas: 1, integrator: "euler", dual: "auto", field: "direct" } },
      ],
    });
  });

  it("says the order of Polyak's iteration, and nothing of the sort elsewhere", () => {
    const solverOf = (changes: Input) =>
      parseExperiment(changed(HEAVY_BALL, changes), "spec.yaml").solvers[0] as { particles: Input };
    expect(solverOf(integrator("polyak")).particles).toMatchObject({ integrator: "polyak", order: 2 });
    expect(solverOf({ ...integrator("polyak"), ...momenta({ order: 1 }) }).particles.order).toBe(1);
    expect(solverOf({}).particles).not.toHaveProperty("order");
    expect(solverOf({}).particles).not.toHaveProperty("beta2");
  });

  it("completes a batch; what depends on the contents of files is left open", () => {
    const batchOf = (batch: unknown) => {
      const spec = changed(REGRESSION, { "solvers.0.particles.batch": batch });
      return (parseExperiment(spec, "spec.yaml").solvers[0] as { particles: { batch: unknown } }).particles
        .batch;
    };
    expect(batchOf(3)).toEqual({ size: 3, sampling: "without-replacement", estimator: "plain" });
    const svrg = { size: 3, sampling: "reshuffled", estimator: "svrg" };
    expect(batchOf({ ...svrg, anchor: 4 })).toEqual({ ...svrg, anchor: 4 });
    expect(batchOf(svrg)).toEqual(svrg);
  });

  it("needs no data", () => {
    const experiment = parseExperiment(MCKEAN, "spec.yaml");
    expect(experiment.problem.potential).toEqual({ kind: "double-well", strength: 1 });
    expect(experiment.dynamics).toEqual({ kind: "langevin", mobility: {} });
    expect(parameterDimension(experiment)).toBe(2);
  });

  it.each([
    [
      "gaussian",
      { kind: "gaussian", mean: 0.5, std: [1, 2] },
      { kind: "gaussian", mean: [0.5, 0.5], std: [1, 2] },
    ],
    ["uniform", { kind: "uniform", low: -1, high: [1, 2] }, { kind: "uniform", low: [-1, -1], high: [1, 2] }],
  ])("one number stands for all coordinates, the list gives p: %s", (_, initial, complete) => {
    expect(parseExperiment(changed(MCKEAN, { initial }), "spec.yaml").initial).toEqual(complete);
  });

  it.each([
    [{ output: "trained", bias: true }, 5],
    [{ output: "bounded", bias: false }, 4],
    [{ output: "fixed", bias: true }, 4],
    [{ output: "fixed", bias: false }, 3],
  ])("p of three inputs and %o is %i", (shape, p) => {
    const teacher = { teacher: { neurons: 2, dim: 3, samples: 5 } };
    const neuron = { activation: "relu", inputs: 3, ...shape };
    const spec = changed(REGRESSION, { "problem.data": teacher, "problem.neuron": neuron });
    expect(parameterDimension(parseExperiment(spec, "spec.yaml"))).toBe(p);
  });

  it.each(ACTIVATION_NAMES)("may use %s", (activation) => {
    const { problem } = parseExperiment(
      changed(REGRESSION, { "problem.neuron.activation": activation }),
      "spec.yaml",
    );
    expect(problem.neuron).toMatchObject({ activation });
  });

  it.each([
    [REGRESSION, "euler"],
    [changed(REGRESSION, { dynamics: { kind: "two-timescale", epsilon: 0.1 } }), "euler"],
    [changed(REGRESSION, { dynamics: { kind: "birth-death", rate: 1 } }), "euler"],
    [MCKEAN, "euler-maruyama"],
    [HEAVY_BALL, "baoab"],
  ])("takes the dynamics' own integrator", (spec, integrator) => {
    expect(parseExperiment(spec, "spec.yaml").solvers[0]).toMatchObject({ particles: { integrator } });
  });

  it.each([
    [1, 1, 1],
    [7, 1, 7],
    [50, 1, 50],
    [53, 1, 1],
    [100, 1, 50],
    [102, 1, 34],
    [10, 0.1, 50],
  ])("records the largest divisor <= 50 of the steps to %f by %f: %i", (until, step, record) => {
    expect(parseExperiment(changed(REGRESSION, { time: { until, step } }), "spec.yaml").time.record).toBe(
      record,
    );
  });

  it("sorts the snapshots and drops repeated ones", () => {
    const spec = changed(REGRESSION, { "time.snapshots": [1, 0.3, 0, 0.1 + 0.2] });
    const { snapshots } = parseExperiment(spec, "spec.yaml").time;
    expect(snapshots).toHaveLength(3);
    expect(snapshots.map((at) => at.toFixed(6))).toEqual(["0.000000", "0.300000", "1.000000"]);
  });

  it("fills momentum for kinetic dynamics: mean 0, std √τ", () => {
    const spec = changed(HEAVY_BALL, { "problem.temperature": 0.25 });
    expect(parseExperiment(spec, "spec.yaml").initial).toMatchObject({
      momentum: { mean: [0, 0, 0], std: [0.5, 0.5, 0.5] },
    });
    const partial = changed(spec, { "initial.momentum": { mean: [1, 2, 3] } });
    expect(parseExperiment(partial, "spec.yaml").initial).toMatchObject({
      momentum: { mean: [1, 2, 3], std: [0.5, 0.5, 0.5] },
    });
    const fromFile = changed(spec, { initial: { kind: "file", path: "neurons.csv" } });
    expect(parseExperiment(fromFile, "spec.yaml").initial).toEqual({ kind: "file", path: "neurons.csv" });
  });

  it("fills blocks of θ, and no other", () => {
    const spec = changed(REGRESSION, {
      "problem.neuron.bias": false,
      "problem.regulariser": { l2: { w: 0.1, b: 0 } },
      "dynamics.mobility": { a: 2 },
    });
    const { problem, dynamics } = parseExperiment(spec, "spec.yaml");
    expect(problem.regulariser).toEqual({ l2: { a: 0, w: 0.1 } });
    expect(dynamics).toEqual({ kind: "gradient-flow", mobility: { a: 2, w: 1 } });
  });

  it("reads rows of one number as numbers", () => {
    const arrays = { x: [1, [2], 3], y: [1, 2, 3], weight: [1, 0, 1] };
    const { problem } = parseExperiment(changed(REGRESSION, { "problem.data": { arrays } }), "spec.yaml");
    expect(problem.data).toEqual({ arrays: { ...arrays, x: [[1], [2], [3]] } });
  });

  it("names its files", () => {
    const spec = changed(REGRESSION, {
      "problem.data": { csv: "points.csv", inputs: ["x"], target: "y" },
      initial: { kind: "file", path: "start.csv" },
    });
    expect(namedFiles(parseExperiment(spec, "spec.yaml"))).toEqual([
      { key: "problem.data.csv", path: "points.csv" },
      { key: "initial.path", path: "start.csv" },
    ]);
    expect(namedFiles(parseExperiment(REGRESSION, "spec.yaml"))).toEqual([]);
  });

  it.each([
    ["free motion", changed(MCKEAN, { "problem.potential": ABSENT, "problem.interaction": ABSENT })],
    ["a repulsive interaction", changed(MCKEAN, { "problem.interaction.strength": -1 })],
    ["no noise in langevin, with rk4", changed(MCKEAN, { "problem.temperature": 0, ...integrator("rk4") })],
    ["heavy ball by rk4", changed(HEAVY_BALL, integrator("rk4"))],
    ["Nesterov from 1 by euler", changed(NESTEROV, { "dynamics.friction.from": 1, ...integrator("euler") })],
    [
      "Nesterov from 0 with momentum 0",
      changed(NESTEROV, { "initial.momentum": { mean: 0, std: [0, 0, 0] } }),
    ],
    ["a periodic problem", changed(TORUS, { problem: { domain: "torus", potential: { kind: "cosine" } } })],
    ["free Hamiltonian motion", changed(HEAVY_BALL, { "dynamics.friction": 0 })],
    ["leapfrog", changed(HEAVY_BALL, { "dynamics.friction": 0, ...integrator("polyak") })],
    ["Nesterov's iteration from 0", changed(NESTEROV, integrator("nesterov-iteration"))],
    [
      "Nesterov's iteration from the step on",
      changed(NESTEROV, { "dynamics.friction.from": 0.01, ...integrator("nesterov-iteration") }),
    ],
    ["the momentum 0", changed(HEAVY_BALL, { "dynamics.friction": 200, ...integrator("polyak") })],
    ["two momenta", changed(HEAVY_BALL, { ...integrator("higher-momentum"), ...momenta({ beta2: -0.3 }) })],
    ["an exponential integrator with noise", changed(KINETIC, integrator("exact"))],
    [
      "noise with the friction of strong convexity",
      changed(KINETIC, { "dynamics.friction": { "strong-convexity": 0.2 } }),
    ],
    ["Huber's loss", changed(REGRESSION, { "problem.loss": { huber: { delta: 1 } } })],
    ["a sphere", changed(REGRESSION, { initial: { kind: "sphere", radius: 2 } })],
    ["round-off in until / step", changed(REGRESSION, { time: { until: 0.3, step: 0.1 } })],
    ["the largest seed", changed(REGRESSION, { seed: 2 ** 53 - 1 })],
    ["equal sides of a box", changed(REGRESSION, { initial: { kind: "uniform", low: 1, high: 1 } })],
    ["no snapshots", changed(REGRESSION, { "time.snapshots": [] })],
  ])("may have %s", (_, spec) => {
    expect(() => parseExperiment(spec, "spec.yaml")).not.toThrow();
  });
});

function integrator(name: string) {
  return { "solvers.0.particles.integrator": name };
}

function momenta(settings: Record<string, number>) {
  const entries = Object.entries(settings);
  return Object.fromEntries(entries.map(([key, value]) => [`solvers.0.particles.${key}`, value]));
}

type Refusal = [spec: Input, changes: Record<string, unknown>, ...lines: string[]];

/** Every rule, by what breaks it and the line that says so. */
const REFUSALS: Record<string, Refusal[]> = {
  "names and numbers": [
    [REGRESSION, { name: ABSENT }, "name: found nothing; allowed: a name of the letters a–z, 0–9 and -"],
    [REGRESSION, { name: "My Run" }, 'name: found "My Run"; allowed: a name of the letters a–z'],
    [REGRESSION, { name: "../up" }, 'name: found "../up"; allowed: '],
    [REGRESSION, { name: 3 }, "name: found 3; allowed: a name"],
    [REGRESSION, { seed: -1 }, "seed: found -1; allowed: a whole number from 0 to 2^53 − 1"],
    [REGRESSION, { seed: 1.5 }, "seed: found 1.5; allowed: a whole number from 0"],
    [REGRESSION, { seed: 2 ** 53 }, "seed: found 9007199254740992; allowed: a whole number from 0"],
    [
      REGRESSION,
      { "problem.temperature": "warm" },
      'problem.temperature: found "warm" (text); allowed: a number >= 0',
    ],
    [REGRESSION, { "problem.temperature": -1 }, "problem.temperature: found -1; allowed: a number >= 0"],
    [
      REGRESSION,
      { "problem.temperature": Number.NaN },
      "problem.temperature: found NaN; allowed: a number >= 0",
    ],
    [
      REGRESSION,
      { "problem.temperature": null },
      "problem.temperature: found nothing; allowed: a number >= 0",
    ],
    [
      REGRESSION,
      { "problem.neuron.bias": "no" },
      'problem.neuron.bias: found "no" (text); allowed: true, false',
    ],
    [
      REGRESSION,
      { "time.until": Number.POSITIVE_INFINITY },
      "time.until: found Infinity; allowed: a number > 0",
    ],
    [REGRESSION, { "time.step": 0 }, "time.step: found 0; allowed: a number > 0"],
    [
      REGRESSION,
      { "solvers.0.particles.width": 0 },
      "solvers.0.particles.width: found 0; allowed: a whole number >= 1, or",
    ],
    [
      REGRESSION,
      { "solvers.0.particles.batch": 0 },
      "solvers.0.particles.batch: found 0; allowed: a whole number >= 1, or {size, sampling?, estimator?, anchor?}",
    ],
    [
      REGRESSION,
      { "solvers.0.particles.batch": { size: 2.5 } },
      "solvers.0.particles.batch.size: found 2.5; allowed: a whole number >= 1",
    ],
    [
      REGRESSION,
      { "solvers.0.particles.batch": { size: 2, sampling: "shuffled" } },
      'solvers.0.particles.batch.sampling: found "shuffled"; allowed: without-replacement, with-replacement, reshuffled; did you mean "reshuffled"?',
    ],
    [
      REGRESSION,
      { "solvers.0.particles.width": [] },
      "solvers.0.particles.width: found []; allowed: a whole number >= 1, or a",
    ],
    [
      REGRESSION,
      { "solvers.0.particles.width": [5, 1.5] },
      "solvers.0.particles.width.1: found 1.5; allowed: a whole number",
    ],
    [
      REGRESSION,
      { "solvers.0.particles.replicas": 0 },
      "solvers.0.particles.replicas: found 0; allowed: a whole number >= 1",
    ],
    [MCKEAN, onGrid({ cells: 8, extent: [-6, 6] }), "solvers.0.grid.extent: found [-6,6]; allowed: [[-6,6]]"],
    [
      MCKEAN,
      onGrid({ cells: 8, extent: [-6, 6, -3, 3] }),
      "solvers.0.grid.extent: found [-6,6,-3,3]; allowed: [[-6,6], [-3,3]]",
    ],
    [REGRESSION, { solvers: [] }, "solvers: found []; allowed: a list, each item {particles}"],
    [
      REGRESSION,
      { solvers: { particles: {} } },
      'solvers: found {"particles":{}}; allowed: a list, each item {particles}',
    ],
    [
      REGRESSION,
      { "initial.std": -1 },
      "initial.std: found -1; allowed: a number >= 0, or a list, each item a number >= 0",
    ],
    [REGRESSION, { "initial.std": [1, -1, 1] }, "initial.std.1: found -1; allowed: a number >= 0"],
  ],
  "what this version knows": [
    [
      REGRESSION,
      { "problem.regularizer": { l2: 1 } },
      "problem.regularizer: found an unknown key; allowed: data, neuron, loss, regulariser, potential, interaction, domain, temperature",
      'did you mean "regulariser"?',
    ],
    [REGRESSION, { sweeps: {} }, "sweeps: found an unknown key; allowed: name", 'did you mean "sweep"?'],
    [
      REGRESSION,
      { "solvers.0": { grids: { cells: [8] } } },
      "solvers.0.grids: found an unknown key; allowed: particles, grid, stationary, jko",
      'did you mean "grid"?',
    ],
    [
      REGRESSION,
      { "solvers.0.particles.batches": 3 },
      "solvers.0.particles.batches: found an unknown key; allowed: width, replicas,",
      'did you mean "batch"?',
    ],
    [
      REGRESSION,
      { "problem.temperature": 0, dynamics: { kind: "annealed-langevin", onstant: 0.1 } },
      "dynamics.onstant: found an unknown key; allowed: kind, constant, schedule, mobility",
      'did you mean "constant"?',
    ],
    [
      REGRESSION,
      integrator("leapfrog"),
      'solvers.0.particles.integrator: found "leapfrog"; allowed: euler-maruyama, heun, baoab, aboba, obabo, exact, polyak, nesterov-iteration, higher-momentum, euler, rk4',
    ],
    [
      REGRESSION,
      { dynamics: { kind: "stochastic-gradient", rate: 1 } },
      'dynamics.kind: found "stochastic-gradient"; allowed: gradient-flow, langevin, annealed-langevin, reflected-langevin, kinetic, two-timescale, birth-death',
    ],
    [
      REGRESSION,
      { "problem.neuron.activation": "tahn" },
      'problem.neuron.activation: found "tahn"; allowed: relu, leaky-relu,',
      'did you mean "tanh"?',
    ],
    [
      REGRESSION,
      { "problem.loss": "logstic" },
      'problem.loss: found "logstic"; allowed: squared, logistic, or {huber}; did you mean "logistic"?',
    ],
    [
      REGRESSION,
      { "problem.loss": { huber: { delta: 0 } } },
      "problem.loss.huber.delta: found 0; allowed: a number > 0",
    ],
    [
      MCKEAN,
      { "problem.interaction.scale": 1 },
      "problem.interaction.scale: found an unknown key; allowed: kind, strength",
    ],
    [
      REGRESSION,
      { "initial.kind": ABSENT },
      "initial.kind: found nothing; allowed: gaussian, uniform, sphere, file",
    ],
    [
      REGRESSION,
      { initial: 3 },
      "initial: found 3; allowed: {kind: gaussian, mean, std, momentum?}, or {kind: uniform,",
    ],
  ],
  "text that is not to be obeyed": [
    [REGRESSION, { "a\nb\u001b[2J": 1 }, "a\\nb\\u001b[2J: found an unknown key"],
    [REGRESSION, { "problem.loss": "log\u202e\n" }, 'problem.loss: found "log\\u202e\\n"; allowed'],
    [REGRESSION, { "problem.loss": { "\u009b": 1 } }, "problem.loss.\\u009b: found an unknown key"],
  ],
  "names without end": [
    [REGRESSION, { ["x".repeat(5000)]: 1 }, `${"x".repeat(60)}…: found an unknown key`],
    [REGRESSION, { "problem.loss": { ["x".repeat(5000)]: 1 } }, `problem.loss.${"x".repeat(60)}…: found`],
  ],
  "decimal commas": [
    [
      REGRESSION,
      { "time.step": "0,1" },
      'time.step: found "0,1" (text); allowed: a number > 0; did you mean 0.1?',
    ],
    [REGRESSION, { "initial.std": ["1,5"] }, "did you mean 1.5?"],
    // { until: 0,4 } in YAML.
    [
      REGRESSION,
      { time: { until: 1, "4": null, step: 1 } },
      "time.4: found an unknown key",
      "a decimal point (0.4)?",
    ],
  ],
  data: [
    [
      REGRESSION,
      { "problem.data": 3 },
      "problem.data: found 3; allowed: {csv, inputs, target, weight?, header?, separator?, quote?, encoding?, comment?, decimal?, labels?, missing?, standardise?, test?}, or {npy, inputs,",
    ],
    [REGRESSION, { "problem.data": {} }, "problem.data: found {}; allowed: {csv, "],
    [
      REGRESSION,
      { "problem.data": { tacher: {} } },
      "problem.data.tacher: found an unknown key; allowed: csv, inputs,",
      'did you mean "teacher"?',
    ],
    [
      REGRESSION,
      { "problem.data": { csv: "a.csv", input: ["x"], target: "y" } },
      "problem.data.input: found an unknown key; allowed: csv, inputs, target, weight, header, separator, quote, encoding, comment, decimal, labels, missing, standardise, test; did you mean",
    ],
    // { csv: a.csv, inputs: [x], target: y value, cm } in YAML.
    [
      REGRESSION,
      { "problem.data": { csv: "a.csv", inputs: ["x"], target: "y value", cm: null } },
      "problem.data.cm: found an unknown key; allowed: csv,",
      'did you mean "y value, cm", in quotes?',
    ],
    ...(
      [
        [{ separator: ";;" }, 'separator: found ";;"; allowed: one character, tab, or blanks'],
        [{ separator: "5" }, 'separator: found "5"; allowed: one character, tab, or blanks'],
        [{ quote: "''" }, "quote: found \"''\"; allowed: one character, or none"],
        [{ encoding: "koi8" }, 'encoding: found "koi8"; allowed: utf-8, utf-16le, utf-16be, latin-1'],
        [{ labels: { M: "one" } }, 'labels.M: found "one" (text); allowed: a number'],
        [{ missing: "skip" }, 'missing: found "skip"; allowed: refuse, drop'],
        [{ standardise: "target" }, 'standardise: found "target"; allowed: false, inputs, all'],
        [{ test: 0.2 }, "test: found 0.2; allowed: {file}, or {fraction, seed?}"],
        [{ test: { fraction: 1 } }, "test.fraction: found 1; allowed: a number > 0 and < 1"],
        [{ inputs: [0] }, "inputs.0: found 0; allowed: text, or a whole number >= 1"],
      ] as const
    ).map(
      ([over, message]) =>
        [
          REGRESSION,
          { "problem.data": { csv: "a.csv", inputs: ["x"], target: "y", ...over } },
          message,
        ] as Refusal,
    ),
    ...[true, "all"].map(
      (standardise) =>
        [
          REGRESSION,
          {
            "problem.data": { csv: "a.csv", inputs: ["x"], target: "y", standardise },
            "problem.loss": "logistic",
          },
          'problem.data.standardise: found "all"; allowed: false, inputs with the logistic loss, whose labels must stay ±1',
        ] as Refusal,
    ),
    [
      REGRESSION,
      { "problem.data": { csv: "a.csv", inputs: "x", target: "y" } },
      'problem.data.inputs: found "x" (text); allowed: a list',
    ],
    [
      REGRESSION,
      { "problem.data": { csv: "", inputs: ["x"], target: "y" } },
      'problem.data.csv: found ""; allowed: a file path',
    ],
    [
      REGRESSION,
      { "problem.data": { teacher: { neurons: 0, dim: 1, samples: 5 } } },
      "problem.data.teacher.neurons: found 0; allowed: a whole number >= 1",
    ],
    [
      REGRESSION,
      { "problem.data.function": "tan" },
      'problem.data.function: found "tan"; allowed: sin, cos,',
    ],
    [
      REGRESSION,
      { "problem.data": { npz: "a.npz", target: "y" } },
      "problem.data.inputs: found nothing; allowed: the name of an array, as target has one",
    ],
    [
      REGRESSION,
      { "problem.data": { npz: "a.npz", inputs: ["u", "v"] } },
      "problem.data.target: found nothing; allowed: the name of an array, as inputs has one",
    ],
    [
      REGRESSION,
      { "problem.data.interval": [1, 1] },
      "problem.data.interval: found [1,1]; allowed: [lo, hi] with lo < hi",
    ],
    [REGRESSION, { "problem.data.interval": [1] }, "problem.data.interval"],
    [
      REGRESSION,
      { "problem.data.interval": [0, "1"] },
      'problem.data.interval.1: found "1" (text); allowed: a number',
    ],
    [
      REGRESSION,
      { "problem.data": { arrays: { x: [[1], [2, 3]], y: [1, 2] } } },
      "problem.data.arrays.x.1: found [2,3]; allowed: a row of 1, as the first",
    ],
    [
      REGRESSION,
      { "problem.data": { arrays: { x: [1, "2"], y: [1, 2] } } },
      'problem.data.arrays.x.1: found "2" (text); allowed: a number, or a list, each item a number',
    ],
    [
      REGRESSION,
      { "problem.data": { arrays: { x: [1, 2], y: [1] } } },
      "problem.data.arrays.y: found [1]; allowed: a list of 2",
    ],
    [
      REGRESSION,
      { "problem.data": { arrays: { x: [1, 2], y: [1, 2], weight: [1] } } },
      "problem.data.arrays.weight: found [1]; allowed: a list of 2",
    ],
    [
      REGRESSION,
      { "problem.data": { arrays: { x: [1, 2], y: [1, 2], weight: [0, 0] } } },
      "problem.data.arrays.weight: found [0,0]; allowed: weights that are not all 0",
    ],
    [
      REGRESSION,
      { "problem.neuron": ABSENT },
      "problem.neuron: found nothing; allowed: {activation, inputs, output?, bias?}",
    ],
    [
      REGRESSION,
      { "problem.data": ABSENT },
      "problem.neuron: found a mapping of activation,",
      "allowed: nothing without problem.data",
    ],
    ...[
      { function: "sin", interval: [0, 1], samples: 5 },
      { teacher: { neurons: 1, dim: 1, samples: 5 } },
      { arrays: { x: [1], y: [1] } },
    ].map(
      (data): Refusal => [
        REGRESSION,
        { "problem.data": data, "problem.neuron.inputs": 2 },
        "problem.neuron.inputs: found 2; allowed: 1, the number of inputs of problem.data",
      ],
    ),
    // Before a vector of so many is written out, or a file of so many columns looked for.
    ...[
      { csv: "points.csv", inputs: ["x"], target: "y" },
      { teacher: { neurons: 1, dim: 1e9, samples: 5 } },
    ].map(
      (data): Refusal => [
        REGRESSION,
        { "problem.data": data, "problem.neuron.inputs": 1e9 },
        "problem.neuron.inputs: found 1000000000; allowed: a whole number from 1 to 1000000",
      ],
    ),
  ],
  "the length of θ": [
    [
      REGRESSION,
      { "initial.mean": [1, 2] },
      "initial.mean: found [1,2]; allowed: one number, or a list of 3, as θ = (a, w, b)",
    ],
    [REGRESSION, { "initial.std": [1] }, "initial.std: found [1]; allowed: one number, or a list of 3"],
    [MCKEAN, { "initial.std": [1, 1, 1] }, "initial.std: found [1,1,1]; allowed: one number, or a list of 2"],
    [
      HEAVY_BALL,
      { "initial.momentum": { mean: [1] } },
      "initial.momentum.mean: found [1]; allowed: one number, or a list of 3",
    ],
    [
      HEAVY_BALL,
      { "initial.momentum": { std: [1, 1] } },
      "initial.momentum.std: found [1,1]; allowed: one number, or a list of 3",
    ],
    [
      HEAVY_BALL,
      { "initial.momentum": { std: -1 } },
      "initial.momentum.std: found -1; allowed: a number >= 0",
    ],
    [
      REGRESSION,
      { initial: { kind: "uniform", low: [0], high: 1 } },
      "initial.low: found [0]; allowed: one number, or a list of 3",
    ],
    [
      REGRESSION,
      { initial: { kind: "uniform", low: 0, high: [1, 1] } },
      "initial.high: found [1,1]; allowed: one number",
    ],
    [
      REGRESSION,
      { initial: { kind: "uniform", low: 0, high: [1, -1, 1] } },
      "initial.high: found [1,-1,1]; allowed: numbers >= initial.low",
    ],
    [
      REGRESSION,
      { initial: { kind: "uniform", low: -1.5e308, high: 1.5e308 } },
      "initial.high: found 1.5e+308; allowed: numbers whose distance from initial.low is below 1.8e308",
    ],
    [
      REGRESSION,
      { initial: { kind: "uniform", low: [0, -1e308, 0], high: [1, 1e308, 1] } },
      "allowed: numbers whose distance from initial.low is below 1.8e308",
    ],
    [
      MCKEAN,
      { "initial.mean": 0 },
      "initial.mean: found 0; allowed: a list: without problem.data the length of a list gives p",
    ],
    [MCKEAN, { initial: { kind: "uniform", low: 0, high: 1 } }, "initial.low: found 0; allowed: a list"],
    [
      MCKEAN,
      { initial: { kind: "sphere", radius: 1 } },
      'initial.kind: found "sphere"; allowed: gaussian, uniform: without',
    ],
    [
      MCKEAN,
      { initial: { kind: "file", path: "a.csv" } },
      'initial.kind: found "file"; allowed: gaussian, uniform: without',
    ],
    [
      REGRESSION,
      { initial: { kind: "file", path: "a.csv" }, "solvers.0.particles.width": [10, 20] },
      "solvers.0.particles.width: found [10,20]; allowed: one width with initial.kind file",
    ],
  ],
  "dynamics and temperature": [
    [
      REGRESSION,
      { "problem.temperature": 0.1 },
      "problem.temperature: found 0.1; allowed: 0 with gradient-flow",
      "use langevin",
    ],
    [
      REGRESSION,
      { "problem.temperature": 0.1, dynamics: { kind: "two-timescale", epsilon: 0.1 } },
      "problem.temperature: found 0.1; allowed: 0 with two-timescale",
      "use langevin",
    ],
    [
      NESTEROV,
      { "problem.temperature": 0.1 },
      "problem.temperature: found 0.1; allowed: 0 with friction γ = 3/t, which fades",
    ],
    [
      HEAVY_BALL,
      { "problem.temperature": 0.1, "dynamics.friction": 0 },
      "dynamics.friction: found 0; allowed: a number > 0 with temperature > 0",
    ],
    [HEAVY_BALL, { "dynamics.friction": -1 }, "dynamics.friction: found -1; allowed: a number >= 0"],
    [
      NESTEROV,
      { "dynamics.friction.nesterov": 0 },
      "dynamics.friction.nesterov: found 0; allowed: a number > 0",
    ],
    [NESTEROV, { "dynamics.friction.from": -1 }, "dynamics.friction.from: found -1; allowed: a number >= 0"],
    [
      HEAVY_BALL,
      { "dynamics.friction": "none" },
      'dynamics.friction: found "none" (text); allowed: a number >= 0, or {nesterov, from?}, or {strong-convexity}',
    ],
    [
      HEAVY_BALL,
      { "dynamics.friction": { "strong-convexity": 0 } },
      "dynamics.friction.strong-convexity: found 0; allowed: a number > 0",
    ],
    [
      NESTEROV,
      { "dynamics.friction.strong-convexity": 1 },
      "dynamics.friction.strong-convexity: found an unknown key; allowed: nesterov, from",
    ],
    [
      NESTEROV,
      { "initial.momentum": { mean: 1 } },
      'initial.momentum: found {"mean":1}; allowed: mean 0 and std 0 with nesterov',
    ],
    [
      NESTEROV,
      { "initial.momentum": { std: [0, 0, 1] } },
      "initial.momentum: found",
      "allowed: mean 0 and std 0 with nesterov",
    ],
    [
      REGRESSION,
      { "initial.momentum": { mean: 0 } },
      "initial.momentum: found",
      "allowed: nothing with gradient-flow; only kinetic",
    ],
    [
      REGRESSION,
      { dynamics: { kind: "two-timescale", epsilon: 0 } },
      "dynamics.epsilon: found 0; allowed: a number > 0",
    ],
    [
      REGRESSION,
      { dynamics: { kind: "two-timescale", epsilon: 0.1 }, "problem.neuron.output": "fixed" },
      'problem.neuron.output: found "fixed"; allowed: trained, bounded with two-timescale',
    ],
    [
      MCKEAN,
      { dynamics: { kind: "two-timescale", epsilon: 0.1 }, "problem.temperature": 0 },
      'dynamics.kind: found "two-timescale"; allowed: gradient-flow, langevin, kinetic: without a neuron θ has no blocks',
    ],
  ],
  "blocks of θ": [
    [
      REGRESSION,
      { "problem.regulariser": { l2: { b: 1 } }, "problem.neuron.bias": false },
      "problem.regulariser.l2.b: found 1; allowed: nothing: it is no part of θ = (a, w)",
    ],
    [
      REGRESSION,
      { "problem.regulariser": { l2: { a: 1 } }, "problem.neuron.output": "fixed" },
      "problem.regulariser.l2.a: found 1; allowed: nothing: it is no part of θ = (w, b)",
    ],
    [
      MCKEAN,
      { "problem.regulariser": { l2: { w: 1 } } },
      "problem.regulariser.l2.w: found 1; allowed: nothing: without a neuron",
    ],
    [
      REGRESSION,
      { "dynamics.mobility": { b: 1 }, "problem.neuron.bias": false },
      "dynamics.mobility.b: found 1; allowed: nothing: it is no part of θ = (a, w)",
    ],
    [
      MCKEAN,
      { "dynamics.mobility": { a: 1 } },
      "dynamics.mobility.a: found 1; allowed: nothing: without a neuron",
    ],
    [REGRESSION, { "dynamics.mobility": { a: -1 } }, "dynamics.mobility.a: found -1; allowed: a number >= 0"],
    [
      REGRESSION,
      { "dynamics.mobility": { a: 0, w: 0, b: 0 } },
      'dynamics.mobility: found {"a":0,"w":0,"b":0}; allowed: a number > 0 for one block at least',
    ],
    [
      REGRESSION,
      { "problem.regulariser": { l2: -1 } },
      "problem.regulariser.l2: found -1; allowed: a number >= 0, or {a?, w?, b?}",
    ],
    [
      REGRESSION,
      { "problem.regulariser": { l2: { c: 1 } } },
      "problem.regulariser.l2.c: found an unknown key; allowed: a, w, b",
    ],
  ],
  "the torus": [
    [
      TORUS,
      { "problem.potential": { kind: "quadratic" } },
      'problem.potential.kind: found "quadratic"; allowed: cosine on the torus',
    ],
    [
      TORUS,
      { "problem.potential": { kind: "double-well" } },
      "problem.potential.kind: found",
      "it is not periodic",
    ],
    [
      TORUS,
      { "problem.interaction": { kind: "quadratic", strength: 1 } },
      'problem.interaction.kind: found "quadratic"; allowed: cosine, gaussian on the torus',
    ],
    [
      TORUS,
      { "problem.regulariser": { l2: 0.1 } },
      "problem.regulariser.l2: found 0.1; allowed: 0 on the torus",
    ],
    [
      REGRESSION,
      { "problem.domain": "torus", "problem.regulariser": { l2: { w: 0.1 } } },
      'problem.regulariser.l2: found {"w":0.1}; allowed: 0 on the torus',
    ],
  ],
  time: [
    [
      REGRESSION,
      { "time.step": 0.03 },
      "time.step: found 0.03; allowed: a step that divides until = 1, such as 0.030303030303 (33 steps)",
    ],
    [
      REGRESSION,
      { "time.step": 3 },
      "time.step: found 3; allowed: a step that divides until = 1, such as 1 (1 step)",
    ],
    [REGRESSION, { time: { until: 1e300, step: 1e-300 } }, "time.step: found 1e-300; allowed: a larger step"],
    [
      REGRESSION,
      { "time.record": 7 },
      "time.record: found 7; allowed: a divisor of the 100 steps, such as 5 or 10",
    ],
    [
      REGRESSION,
      { "time.record": 101 },
      "time.record: found 101; allowed: a divisor of the 100 steps, such as 100",
    ],
    [REGRESSION, { "time.record": 0 }, "time.record: found 0; allowed: a whole number >= 1"],
    [
      REGRESSION,
      { "time.snapshots": [0, 1.01] },
      "time.snapshots.1: found 1.01; allowed: a time from 0 to until = 1",
    ],
    [REGRESSION, { "time.snapshots": [-1] }, "time.snapshots.0: found -1; allowed: a number >= 0"],
    [
      REGRESSION,
      { "time.snapshots": [0.299] },
      "time.snapshots.0: found 0.299; allowed: a multiple of the step 0.01, such as 0.3",
    ],
  ],
  "solvers on a grid": [
    [
      REGRESSION,
      onGrid({ cells: [8, 8], extent: [[-1, 1]] }),
      "solvers.0.grid.cells: found [8,8]; allowed: one number, or a list of 3, each >= 4",
    ],
    [
      REGRESSION,
      onGrid({ cells: 2, extent: [[-1, 1]] }),
      "solvers.0.grid.cells: found 2; allowed: one number, or a list of 3, each >= 4",
    ],
    [
      REGRESSION,
      onGrid({ cells: 8 }),
      "solvers.0.grid.extent: found nothing; allowed: a list of one pair or 3 [lo, hi] with lo < hi",
    ],
    [
      REGRESSION,
      onGrid({ cells: 8, extent: [[1, -1]] }),
      "solvers.0.grid.extent: found [[1,-1]]; allowed: a list",
    ],
    [
      REGRESSION,
      onGrid({ cells: 8, extent: [[-1, 1]], leak: 2 }),
      "solvers.0.grid.leak: found 2; allowed: a number > 0 and <= 1",
    ],
    [
      REGRESSION,
      onGrid({ cells: 8, extent: [[-1, 1]], schem: "implicit" }),
      'solvers.0.grid.schem: found an unknown key; allowed: cells, extent, scheme, integrator, order, refine, leak, observe; did you mean "scheme"?',
    ],
    [
      REGRESSION,
      {
        ...onGrid({ cells: 8, extent: [[-1, 1]] }),
        "problem.data": { teacher: { neurons: 1, dim: 3, samples: 4 } },
        "problem.neuron.inputs": 3,
      },
      "solvers.0: found",
      "allowed: particles: θ has 5 coordinates, and a grid of n cells in each has n^5; a grid serves p up to 3",
    ],
    [
      REGRESSION,
      { ...onGrid({ cells: 8, extent: [[-1, 1]] }), "initial.std": 0 },
      "initial.std: found 0; allowed: numbers > 0 with grid: a density needs a width",
    ],
    [
      REGRESSION,
      { ...onGrid({ cells: 8, extent: [[-1, 1]] }), initial: { kind: "sphere", radius: 1 } },
      'initial.kind: found "sphere"; allowed: gaussian, uniform with grid, which needs a density',
    ],
    [
      HEAVY_BALL,
      onGrid({ cells: 8, extent: [[-1, 1]] }),
      "solvers.0: found",
      "allowed: particles: θ and ω have 6 coordinates, and a grid of n cells in each has n^6; a kinetic grid serves p up to 2",
    ],
    [
      KINETIC,
      onGrid({ cells: [8, 8, 8], extent: [[-1, 1]] }),
      "solvers.0.grid.cells: found [8,8,8]; allowed: one number, or a list of 4, each >= 4",
    ],
    [
      KINETIC,
      onGrid({
        cells: 8,
        extent: [
          [-1, 1],
          [-1, 1],
        ],
      }),
      "solvers.0.grid.extent: found [[-1,1],[-1,1]]; allowed: a list of one pair or 4 [lo, hi] with lo < hi",
    ],
    [
      KINETIC,
      onGrid({ cells: 8, extent: [[-1, 1]], scheme: "implicit" }),
      'solvers.0.grid.scheme: found "implicit"; allowed: spectral, positive with kinetic',
    ],
    [
      KINETIC,
      onGrid({ cells: 8, extent: [[-1, 1]], scheme: "positive", order: 4 }),
      "solvers.0.grid.order: found 4; allowed: 2 with positive",
    ],
    [
      KINETIC,
      onGrid({ cells: 8, extent: [[-1, 1]], order: 3 }),
      "solvers.0.grid.order: found 3; allowed: 2, 4",
    ],
    [
      KINETIC,
      onGrid({ cells: 9, extent: [[-1, 1]] }),
      "solvers.0.grid.cells: found 9; allowed: even numbers with spectral",
    ],
    [
      MCKEAN,
      onGrid({ cells: 8, extent: [[-9, 9]], integrator: "aboba" }),
      'solvers.0.grid.integrator: found "aboba"; allowed: nothing with langevin; only kinetic grids have it',
    ],
    [
      changed(KINETIC, { "problem.temperature": 0 }),
      onGrid({ cells: 8, extent: [[-9, 9]] }),
      "initial.momentum.std: found nothing; allowed: numbers > 0 with grid at temperature 0: a density needs a width",
    ],
    [
      changed(KINETIC, { "problem.temperature": 0 }),
      {
        ...onGrid({ cells: 8, extent: [[-9, 9]] }),
        dynamics: { kind: "kinetic", friction: { nesterov: 3 } },
      },
      "dynamics.friction.from: found 0; allowed: a number > 0 with grid: friction r/t is infinite at t = 0",
    ],
    [
      changed(KINETIC, {
        "problem.domain": "torus",
        "problem.potential": ABSENT,
        "problem.interaction": ABSENT,
      }),
      onGrid({ cells: 8 }),
      "solvers.0.grid.extent: found nothing; allowed: [lo, hi] of ω with lo < hi: one pair or 2",
    ],
    [
      TORUS,
      onGrid({ cells: 8, extent: [[-1, 1]] }),
      "solvers.0.grid.extent: found [[-1,1]]; allowed: [[-3.141592653589793, 3.141592653589793]] on the torus, or nothing",
    ],
    [
      REGRESSION,
      { "solvers.0": { stationary: { cells: 8, extent: [[-1, 1]] } } },
      "problem.temperature: found 0; allowed: a number > 0 with stationary: without noise no Gibbs measure",
    ],
    [
      MCKEAN,
      { "solvers.0.particles.batch": 2 },
      "solvers.0.particles.batch: found 2; allowed: nothing without problem.data",
    ],
    [
      REGRESSION,
      { "solvers.0.particles.batch": { size: 2, anchor: 5 } },
      "solvers.0.particles.batch.anchor: found 5; allowed: nothing without estimator svrg",
    ],
    [
      MCKEAN,
      { "solvers.0": { jko: { cells: 8, extent: [[-9, 9]], method: "quantile" } } },
      'solvers.0.jko.method: found "quantile"; allowed: entropic: quantiles need one coordinate in the plane',
    ],
    [
      REGRESSION,
      { "solvers.0": { jko: { cells: 8, extent: [[-9, 9]], method: "entropic" } } },
      'solvers.0.jko.method: found "entropic"; allowed: nothing: jko serves one or two coordinates',
    ],
    [
      MCKEAN,
      { "solvers.0": { jko: { cells: 8, extent: [[-9, 9]], method: "entropy" } } },
      'solvers.0.jko.method: found "entropy"; allowed: quantile, entropic',
    ],
    [
      REGRESSION,
      { dynamics: { kind: "birth-death", rate: 1 }, "problem.temperature": 0.1 },
      "problem.temperature: found 0.1; allowed: 0 with birth-death on particles",
      "needs log μ, which N neurons do not have; solve it on a grid, or set temperature 0",
    ],
    [
      REGRESSION,
      { dynamics: { kind: "birth-death", rate: 1 }, ...integrator("euler-maruyama") },
      'particles.integrator: found "euler-maruyama"; allowed: euler, rk4 with birth-death',
    ],
    [
      REGRESSION,
      { dynamics: { kind: "birth-death", rate: 1 }, "solvers.0.particles.batch": 2 },
      "particles.batch: found",
      "allowed: nothing with birth-death, which weighs neurons by Φ of all data",
    ],
    [
      MCKEAN,
      {
        dynamics: { kind: "birth-death", rate: 1, mobility: { w: 2 } },
        "solvers.0": { grid: { cells: 8, extent: [[-9, 9]] } },
      },
      "dynamics.mobility.w: found 2; allowed: nothing: without a neuron θ has no blocks",
    ],
    [
      REGRESSION,
      { dynamics: { kind: "birth-death", rate: 0 } },
      "dynamics.rate: found 0; allowed: a number > 0",
    ],
  ],
  integrators: [
    [
      REGRESSION,
      integrator("euler-maruyama"),
      'particles.integrator: found "euler-maruyama"; allowed: euler, rk4 with gradient-flow',
    ],
    [
      REGRESSION,
      integrator("baoab"),
      'particles.integrator: found "baoab"; allowed: euler, rk4 with gradient-flow',
    ],
    [
      REGRESSION,
      { dynamics: { kind: "two-timescale", epsilon: 0.1 }, ...integrator("aboba") },
      'particles.integrator: found "aboba"; allowed: euler, rk4 with two-timescale',
    ],
    [
      MCKEAN,
      integrator("rk4"),
      'particles.integrator: found "rk4"; allowed: euler-maruyama, heun with langevin; rk4 needs dynamics without noise',
    ],
    [
      MCKEAN,
      integrator("obabo"),
      'particles.integrator: found "obabo"; allowed: euler-maruyama, heun with langevin',
    ],
    [
      HEAVY_BALL,
      integrator("euler-maruyama"),
      "allowed: baoab, aboba, obabo, exact, polyak, nesterov-iteration, higher-momentum, euler, rk4 with kinetic",
    ],
    [
      HEAVY_BALL,
      { "problem.temperature": 0.1, ...integrator("euler") },
      "allowed: baoab, aboba, obabo, exact with kinetic; euler needs dynamics without noise",
    ],
    [
      NESTEROV,
      integrator("rk4"),
      "allowed: baoab, aboba, obabo, nesterov-iteration with kinetic; rk4 needs friction that is finite at t = 0",
    ],
    [
      REGRESSION,
      integrator("polyak"),
      'particles.integrator: found "polyak"; allowed: euler, rk4 with gradient-flow; polyak needs kinetic',
    ],
    [
      KINETIC,
      integrator("polyak"),
      'particles.integrator: found "polyak"; allowed: baoab, aboba, obabo, exact with kinetic; polyak needs dynamics without noise',
    ],
    [
      KINETIC,
      integrator("nesterov-iteration"),
      "allowed: baoab, aboba, obabo, exact with kinetic; nesterov-iteration needs dynamics without noise",
    ],
    [
      NESTEROV,
      integrator("polyak"),
      "allowed: baoab, aboba, obabo, nesterov-iteration with kinetic; polyak needs a constant friction",
    ],
    [NESTEROV, { ...integrator("higher-momentum"), ...momenta({ beta2: 0.1 }) }, "needs a constant friction"],
    [
      NESTEROV,
      { "dynamics.friction.from": 1, ...integrator("exact") },
      "allowed: baoab, aboba, obabo, nesterov-iteration, euler, rk4 with kinetic; exact needs a constant friction",
    ],
    [
      HEAVY_BALL,
      momenta({ order: 1 }),
      "solvers.0.particles.order: found 1; allowed: nothing with baoab; only polyak has it",
    ],
    [
      HEAVY_BALL,
      { ...integrator("nesterov-iteration"), ...momenta({ order: 2 }) },
      "solvers.0.particles.order: found 2; allowed: nothing with nesterov-iteration; only polyak has it",
    ],
    [
      HEAVY_BALL,
      { ...integrator("polyak"), ...momenta({ order: 3 }) },
      "solvers.0.particles.order: found 3; allowed: 1, 2",
    ],
    [
      HEAVY_BALL,
      { ...integrator("polyak"), ...momenta({ beta2: 0.1 }) },
      "solvers.0.particles.beta2: found 0.1; allowed: nothing with polyak; only higher-momentum has it",
    ],
    [
      REGRESSION,
      momenta({ beta2: 0.1 }),
      "solvers.0.particles.beta2: found 0.1; allowed: nothing with euler; only higher-momentum has it",
    ],
    [
      HEAVY_BALL,
      integrator("higher-momentum"),
      "solvers.0.particles.beta2: found nothing; allowed: a number > -1 and < 1, which higher-momentum needs",
    ],
    [
      HEAVY_BALL,
      { ...integrator("higher-momentum"), ...momenta({ beta2: 1 }) },
      "solvers.0.particles.beta2: found 1; allowed: a number > -1 and < 1",
    ],
    [
      HEAVY_BALL,
      { "dynamics.friction": 300, ...integrator("polyak") },
      "time.step: found 0.01; allowed: a step up to 0.00666666666667 with polyak and dynamics.friction γ = 300: its momentum β = (2 − γh)/(2 + γh) = -0.2 must lie in [0, 1)",
    ],
    [
      HEAVY_BALL,
      { "dynamics.friction": 150, ...integrator("polyak"), ...momenta({ order: 1 }) },
      "time.step: found 0.01; allowed: a step up to 0.00666666666667 with polyak of order 1 and dynamics.friction γ = 150: its momentum β = 1 − γh = -0.5 must",
    ],
    [
      HEAVY_BALL,
      { "dynamics.friction": { "strong-convexity": 40000 }, ...integrator("nesterov-iteration") },
      "time.step: found 0.01; allowed: a step up to 0.005 with nesterov-iteration and dynamics.friction γ = 400:",
    ],
    [
      NESTEROV,
      { "dynamics.friction.from": 0.004, ...integrator("nesterov-iteration") },
      "dynamics.friction.from: found 0.004; allowed: 0, or at least the step 0.01 with nesterov-iteration",
    ],
    [
      HEAVY_BALL,
      { "dynamics.friction": 0, ...integrator("higher-momentum"), ...momenta({ beta2: 0.1 }) },
      "dynamics.friction: found 0; allowed: a number > 0 with higher-momentum, whose momenta must satisfy β₁ + β₂ < 1",
    ],
    [
      HEAVY_BALL,
      { "dynamics.friction": 300, ...integrator("higher-momentum"), ...momenta({ beta2: 0.5 }) },
      "time.step: found 0.01; allowed: a step below 0.00333333333333 with higher-momentum, beta2 0.5 and dynamics.friction γ = 300",
    ],
  ],
};

describe.each(Object.entries(REFUSALS))("refuses, on %s,", (_, refusals) => {
  it.each(refusals.map(([spec, changes, ...lines]) => ({ spec, changes, lines })))("$lines.0", ({
    spec,
    changes,
    lines,
  }) => {
    const message = messageOf(changed(spec, changes));
    for (const line of lines) expect(message).toContain(line);
    // A line that begins with a key of the file's root begins the message.
    const [first = ""] = lines;
    if (/^(?:problem|dynamics|initial|time|solvers)[.:]/.test(first)) {
      expect(message.startsWith(`spec.yaml: ${first}`), message).toBe(true);
    }
    expect(message.split("\n")).toHaveLength(1);
    expect(message.startsWith("spec.yaml: ")).toBe(true);
    expect(message).not.toMatch(/expected|received|[Ii]nvalid input|Unrecognized/);
  });
});

describe("error lines", () => {
  it.each([
    [undefined, "found nothing"],
    [[1], "found [1]"],
    ["text", 'found "text" (text)'],
  ])("say what a file should be that is %j", (raw, found) => {
    expect(messageOf(raw)).toBe(
      `spec.yaml: ${found}; allowed: {name, seed?, problem, dynamics, initial, time, solvers, sweep?, fits?}`,
    );
  });

  it("come one a problem", () => {
    const lines = messageOf(
      changed(REGRESSION, { seed: -1, "initial.std": "a", "dynamics.kind": "flow" }),
    ).split("\n");
    expect(lines.map((line) => line.split(": ")[1])).toEqual(["seed", "dynamics.kind", "initial.std"]);
  });

  it("are at most eight, then a count", () => {
    const extra = Object.fromEntries(Array.from({ length: 10 }, (_, k) => [`extra${k}`, k]));
    const lines = messageOf(changed(REGRESSION, extra)).split("\n");
    expect(lines).toHaveLength(9);
    expect(lines[8]).toBe("spec.yaml: and 2 more problems");
  });

  it("do not call a misspelt key missing too", () => {
    const message = messageOf(changed(REGRESSION, { "time.until": ABSENT, "time.untill": 1 }));
    expect(message).toBe(
      'spec.yaml: time.untill: found an unknown key; allowed: until, step, record, snapshots; did you mean "until"?',
    );
  });

  it("guess only what is near", () => {
    expect(messageOf(changed(REGRESSION, { colour: 1 }))).not.toContain("did you mean");
  });

  it("treat names of Object.prototype as any other", () => {
    const spec = changed(REGRESSION, { "problem.data": { constructor: 1, toString: 2 } });
    expect(messageOf(spec)).toContain("problem.data.constructor: found an unknown key");
    expect(messageOf({ ...REGRESSION, ...JSON.parse('{"__proto__": 1}') })).toBe(
      messageOf(REGRESSION_WITH_PROTO),
    );
  });
});

const REGRESSION_WITH_PROTO = Object.defineProperty({ ...REGRESSION }, "__proto__", {
  value: 1,
  enumerable: true,
});

describe("showValue", () => {
  it.each([
    [null, "nothing"],
    [0.1, "0.1"],
    ["a".repeat(60), `"${"a".repeat(39)}…"`],
    [Array.from({ length: 30 }, () => 1.5), "a list of 30"],
    [
      { activation: "tanh", inputs: 1, output: "fixed", bias: false },
      "a mapping of activation, inputs, output, bias",
    ],
    [Math.sin, "a function"],
  ])("%j", (value, text) => {
    expect(showValue(value)).toBe(text);
  });
});

// ---- Any valid file ----

interface Setting {
  p: number;
  temperature: number;
  kinetic: boolean;
}

const finite = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const positive = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
const nonNegative = fc.oneof(fc.constant(0), positive);
const count = fc.integer({ min: 1, max: 1000 });

const vectorOf = (item: fc.Arbitrary<number>, p: number) =>
  fc.oneof(item, fc.array(item, { minLength: p, maxLength: p }));

const fraction = fc.record({
  steps: fc.integer({ min: 1, max: 400 }),
  step: fc.constantFrom(0.001, 0.01, 0.05, 0.1, 0.25, 3),
});

const anyTime = fraction.chain(({ steps, step }) =>
  fc.record(
    {
      until: fc.constant(steps * step),
      step: fc.constant(step),
      record: fc.constantFrom(1, steps),
      snapshots: fc.array(
        fc.integer({ min: 0, max: steps }).map((k) => k * step),
        { maxLength: 5 },
      ),
    },
    { requiredKeys: ["until", "step"] },
  ),
);

function anyData(inputs: number): fc.Arbitrary<unknown> {
  const rows = fc.array(fc.array(finite, { minLength: inputs, maxLength: inputs }), {
    minLength: 1,
    maxLength: 4,
  });
  const options: fc.Arbitrary<unknown>[] = [
    fc.record(
      {
        csv: fc.constant("points.csv"),
        inputs: fc.constant(Array.from({ length: inputs }, (_, k) => `x${k}`)),
        target: fc.constant("y"),
        weight: fc.constant("q"),
        header: fc.boolean(),
        separator: fc.constantFrom(",", ";", "|", "tab", "blanks"),
        quote: fc.constantFrom("'", "none"),
        encoding: fc.constantFrom("utf-8", "latin-1", "UTF8", "Windows-1252"),
        decimal: fc.constantFrom("point", "comma"),
        comment: fc.constantFrom("#", "%"),
        labels: fc.constant({ M: 1, B: -1 }),
        missing: fc.constantFrom("refuse", "drop"),
        standardise: fc.constantFrom(false, "inputs"),
        test: fc.constantFrom({ file: "test.csv" }, { fraction: 0.25 }, { fraction: 0.5, seed: 3 }),
      },
      { requiredKeys: ["csv", "inputs", "target"] },
    ),
    fc.record(
      {
        npz: fc.constant("a.npz"),
        inputs: fc.constantFrom("x", ["x", "z"]),
        target: fc.constant("y"),
        labels: fc.constant({ 0: -1, 1: 1 }),
        standardise: fc.constantFrom(false, "inputs"),
        test: fc.constantFrom({ file: "b.npz" }, { fraction: 0.5 }, { inputs: "u", target: "v" }),
      },
      { requiredKeys: ["npz", "inputs", "target"] },
    ),
    fc.record({
      npy: fc.constant("a.npy"),
      inputs: fc.constant([`1..${inputs}`]),
      target: fc.constant(inputs + 1),
    }),
    rows.map((x) => ({ arrays: { x, y: x.map(() => 1), weight: x.map(() => 2) } })),
    fc.record({
      teacher: fc.record(
        {
          neurons: count,
          dim: fc.constant(inputs),
          samples: count,
          inputs: fc.constantFrom("gaussian", "sphere", "uniform"),
          noise: nonNegative,
          seed: fc.nat(),
        },
        { requiredKeys: ["neurons", "dim", "samples"] },
      ),
    }),
  ];
  const ofOneInput = fc.record({
    function: fc.constantFrom("sin", "step", "gaussian"),
    interval: positive.map((width) => [-width, width]),
    samples: count,
    quadrature: fc.constantFrom("uniform", "gauss-legendre"),
  });
  return fc.oneof(...options, ...(inputs === 1 ? [ofOneInput] : []));
}

const anyLearning = fc
  .record({
    inputs: fc.integer({ min: 1, max: 3 }),
    output: fc.constantFrom("trained", "fixed", "bounded"),
    bias: fc.boolean(),
    activation: fc.constantFrom(...ACTIVATION_NAMES),
  })
  .chain((neuron) =>
    fc.record({
      p: fc.constant(neuron.inputs + Number(neuron.output !== "fixed") + Number(neuron.bias)),
      problem: fc.record(
        {
          neuron: fc.constant(neuron),
          data: anyData(neuron.inputs),
          loss: fc.oneof(
            fc.constantFrom("squared", "logistic"),
            positive.map((delta) => ({ huber: { delta } })),
          ),
          regulariser: fc.record({
            l2: fc.oneof(
              nonNegative,
              nonNegative.map((w) => ({ w })),
            ),
          }),
        },
        { requiredKeys: ["neuron", "data"] },
      ),
    }),
  );

const anyFree = fc.record({
  p: fc.integer({ min: 1, max: 3 }),
  problem: fc.record(
    {
      potential: fc.record({ kind: fc.constantFrom("quadratic", "double-well", "cosine"), strength: finite }),
      interaction: fc.oneof(
        fc.record({ kind: fc.constantFrom("quadratic", "cosine"), strength: finite }),
        fc.record({ kind: fc.constant("gaussian"), strength: finite, scale: positive }),
      ),
    },
    { requiredKeys: [] },
  ),
});

const anyDynamics = fc.oneof(
  fc.constant({ dynamics: { kind: "gradient-flow" }, temperature: 0, kinetic: false }),
  nonNegative.map((temperature) => ({ dynamics: { kind: "langevin" }, temperature, kinetic: false })),
  fc.record({ friction: positive, temperature: nonNegative }).map(({ friction, temperature }) => ({
    dynamics: { kind: "kinetic", friction },
    temperature,
    kinetic: true,
  })),
  fc
    .oneof(
      fc.record({ nesterov: positive, from: positive }),
      positive.map((m) => ({ "strong-convexity": m })),
    )
    .map((friction) => ({
      dynamics: { kind: "kinetic", friction },
      temperature: 0,
      kinetic: true,
    })),
);

function anyInitial({ p, kinetic }: Setting): fc.Arbitrary<unknown> {
  const list = fc.array(finite, { minLength: p, maxLength: p });
  const momentum = fc.record(
    { mean: vectorOf(finite, p), std: vectorOf(nonNegative, p) },
    { requiredKeys: [] },
  );
  const optional = kinetic ? { momentum } : {};
  return fc.oneof(
    fc.record({ kind: fc.constant("gaussian"), mean: list, std: vectorOf(nonNegative, p), ...optional }),
    fc.record({ kind: fc.constant("uniform"), low: list, high: fc.constant(1e3), ...optional }),
  );
}

const anyBatch = fc.oneof(
  count,
  fc.record({ size: count, sampling: fc.constantFrom(...SAMPLINGS) }, { requiredKeys: ["size"] }),
  fc.record(
    { size: count, estimator: fc.constant("svrg"), anchor: count },
    { requiredKeys: ["size", "estimator"] },
  ),
);

const anySpec: fc.Arbitrary<Input> = fc
  .record({ world: fc.oneof(anyLearning, anyFree), motion: anyDynamics })
  .chain(({ world: { p, problem }, motion: { dynamics, temperature, kinetic } }) =>
    fc.record(
      {
        name: fc.stringMatching(/^[a-z0-9-]{1,12}$/),
        seed: fc.nat(),
        problem: fc.constant({ ...problem, temperature }),
        dynamics: fc.constant(dynamics),
        initial: anyInitial({ p, temperature, kinetic }),
        time: anyTime,
        solvers: fc.array(
          fc.record({
            particles: fc.record(
              {
                width: fc.oneof(count, fc.array(count, { minLength: 1, maxLength: 3 })),
                replicas: count,
                ...("data" in problem ? { batch: anyBatch } : {}),
              },
              { requiredKeys: ["width"] },
            ),
          }),
          { minLength: 1, maxLength: 2 },
        ),
      },
      { requiredKeys: ["name", "problem", "dynamics", "initial", "time", "solvers"] },
    ),
  );

/** Every key of every mapping in a file, with the path of its mapping. */
function keysIn(value: unknown, path: string[] = []): { path: string[]; key: string }[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, entry]) => [
    ...(Array.isArray(value) ? [] : [{ path, key }]),
    ...keysIn(entry, [...path, key]),
  ]);
}

function renamed(spec: unknown, [head, ...rest]: string[], from: string, to: string): unknown {
  if (head !== undefined) {
    const inner = (spec as Record<string, unknown>)[head];
    return setAt(spec, [head], renamed(inner, rest, from, to), "");
  }
  return Object.fromEntries(
    Object.entries(spec as Input).map(([key, entry]) => [key === from ? to : key, entry]),
  );
}

const slips: ((key: string, at: number) => string)[] = [
  (key, at) => key.slice(0, at) + key.slice(at + 1),
  (key, at) => key.slice(0, at) + key[at] + key.slice(at),
  (key, at) => key.slice(0, at) + (key[at + 1] ?? "") + key[at] + key.slice(at + 2),
];

describe("any valid file", () => {
  it("is accepted, and complete: parsing again changes nothing", () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        const once: Experiment = parseExperiment(spec, "spec.yaml");
        const again: ExperimentInput = once;
        expect(parseExperiment(again, "spec.yaml")).toEqual(once);
        expect(stepCount(once.time) % once.time.record).toBe(0);
      }),
      { numRuns: 150 },
    );
  });

  it("with one key misspelt is refused, naming the key that was meant", () => {
    const slip = fc.record({ which: fc.nat(), how: fc.constantFrom(...slips), at: fc.nat() });
    fc.assert(
      fc.property(anySpec, slip, (spec, { which, how, at }) => {
        const places = keysIn(spec).filter(({ key }) => key.length > 2);
        const { path, key } = places[which % places.length]!;
        const wrong = how(key, at % key.length);
        fc.pre(wrong !== key);
        const message = messageOf(renamed(spec, path, key, wrong));
        expect(message).toContain(
          `spec.yaml: ${[...path, wrong].join(".")}: found an unknown key; allowed: `,
        );
        expect(message).toContain(`did you mean "${key}"?`);
        expect(message.split("\n")).toHaveLength(1);
      }),
      { numRuns: 120 },
    );
  });
});

// ---- What the schema makes ----

/** Whether a value has the structure a JSON Schema asks for, in the part of JSON Schema that zod writes. */
function accepts(node: JsonSchema, value: unknown): boolean {
  const options = node.anyOf ?? node.oneOf;
  if (options !== undefined) return options.some((option) => accepts(option, value));
  if (node.const !== undefined) return value === node.const;
  if (node.enum !== undefined) return node.enum.includes(value as string);
  if (node.type === "array") {
    const item = (index: number) => (node.prefixItems?.[index] ?? node.items) as JsonSchema;
    return Array.isArray(value) && value.every((entry, index) => accepts(item(index), entry));
  }
  if (node.type === "object") {
    const properties = (node.properties ?? {}) as Record<string, JsonSchema>;
    const entries = node.additionalProperties;
    const other = typeof entries === "object" ? (entries as JsonSchema) : undefined;
    const known = (key: string) => (Object.hasOwn(properties, key) ? properties[key] : other);
    return (
      typeof value === "object" &&
      value !== null &&
      (node.required ?? []).every((key) => key in value) &&
      Object.entries(value).every(([key, entry]) => {
        const own = known(key);
        return own !== undefined && accepts(own, entry);
      })
    );
  }
  if (node.type === "integer") return Number.isInteger(value);
  return typeof value === node.type;
}

it("all that is wrong with a solver is told at once", () => {
  const grid = { cells: 8, extent: [[-5, 5]], scheme: "spectral", integrator: "aboba", order: 2 };
  const lines = messageOf(changed(MCKEAN, { solvers: [{ grid }] })).split("\n");
  for (const key of ["scheme", "integrator", "order"]) {
    expect(
      lines.some((line) => line.startsWith(`spec.yaml: solvers.0.grid.${key}: found`)),
      key,
    ).toBe(true);
  }
});

it("jko serves no two timescales, whatever ε is", () => {
  for (const epsilon of [0.1, 1]) {
    const spec = changed(REGRESSION, {
      "problem.temperature": 0,
      dynamics: { kind: "two-timescale", epsilon },
      solvers: [{ jko: { cells: 8, extent: [[-5, 5]], method: "entropic" } }],
    });
    expect(messageOf(spec)).toContain(
      'dynamics.kind: found "two-timescale"; allowed: langevin, gradient-flow with jko',
    );
  }
});

describe("what the schema makes", () => {
  const page = readFileSync(new URL("../../docs/experiment-file.md", import.meta.url), "utf8");
  const example: unknown = parseYamlText(/```yaml\n(.*?)```/s.exec(page)![1]!);

  it("the reference page is up to date, the JSON Schema is written", () => {
    const directory = mkdtempSync(join(tmpdir(), "muflow-schema-"));
    try {
      const out = join(directory, "made", "experiment.schema.json");
      execFileSync(process.execPath, ["scripts/schema.mjs", "--check", "--out", out], { stdio: "pipe" });
      expect(JSON.parse(readFileSync(out, "utf8"))).toEqual(experimentJsonSchema());
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("the page's example is valid", () => {
    expect(parseExperiment(example, "example").name).toBe("linear-kinetic");
  });

  it("the JSON Schema accepts the example and any valid file, and refuses an unknown key", () => {
    const schema = experimentJsonSchema();
    expect(accepts(schema, example)).toBe(true);
    expect(accepts(schema, { ...(example as Input), extra: 1 })).toBe(false);
    fc.assert(fc.property(anySpec, (spec) => accepts(schema, spec)));
  });

  it("every key has its meaning", () => {
    const silent = (node: JsonSchema, path: string): string[] => [
      ...Object.entries((node.properties ?? {}) as Record<string, JsonSchema>).flatMap(([key, property]) => [
        ...(property.description === undefined ? [`${path}.${key}`] : []),
        ...silent(property, `${path}.${key}`),
      ]),
      ...[...(node.anyOf ?? node.oneOf ?? [])].flatMap((option) => silent(option, path)),
      ...(node.type === "array" && typeof node.items === "object"
        ? silent(node.items as JsonSchema, path)
        : []),
    ];
    expect(silent(experimentJsonSchema(), "")).toEqual([]);
  });
});
