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

const ABSENT = "ABSENT";

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

type Refusal = [file: string, changes: Record<string, unknown>, ...lines: string[]];

const FILES: Record<string, Input> = {
  regression: REGRESSION,
  mckean: MCKEAN,
  "heavy-ball": HEAVY_BALL,
  kinetic: KINETIC,
  nesterov: NESTEROV,
  torus: TORUS,
  "kinetic without noise": changed(KINETIC, { "problem.temperature": 0 }),
  "kinetic on the torus": changed(KINETIC, {
    "problem.domain": "torus",
    "problem.potential": ABSENT,
    "problem.interaction": ABSENT,
  }),
};

/** Every rule, by what breaks it and the line that says so. */
const REFUSALS: Record<string, Refusal[]> = parseYamlText(
  readFileSync(new URL("refusals.yaml", import.meta.url), "utf8"),
);
const ENDLESS = "x".repeat(5000);
REFUSALS["names without end"] = [
  ["regression", { [ENDLESS]: 1 }, `${"x".repeat(60)}…: found an unknown key`],
  ["regression", { "problem.loss": { [ENDLESS]: 1 } }, `problem.loss.${"x".repeat(60)}…: found`],
];

describe.each(Object.entries(REFUSALS))("refuses, on %s,", (_, refusals) => {
  it.each(refusals.map(([file, changes, ...lines]) => ({ file, changes, lines })))("$lines.0", ({
    file,
    changes,
    lines,
  }) => {
    const message = messageOf(changed(FILES[file]!, changes));
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
      `spec.yaml: ${found}; allowed: {name, seed?, problem, dynamics, initial, time, solvers, backend?, sweep?, fits?}`,
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
