import { describe, expect, it } from "vitest";
import * as muflow from "../index.ts";
import { MuflowError } from "./errors.ts";
import { didYouMean, didYouMeanName, requireWord, showValue } from "./keys.ts";

/** As JavaScript sees the library: anything may be called with anything, and has any key. */
interface Unchecked {
  (...given: unknown[]): Unchecked;
  readonly [key: string]: Unchecked;
}
const library = muflow as unknown as Unchecked;
const data = library.data.fromArrays([0, 1], [0, 1]);
const neuron = library.neuron({ activation: "tanh", inputs: 1 });
const task = () => library.problem({ potential: { kind: "quadratic" } });
const course = { initial: library.gaussian({ mean: [0], std: [1] }), until: 1, step: 0.1 };
const evolve = (over: object) =>
  library.evolve(task(), library.langevin(), library.particles({ width: 3 }), { ...course, ...over });
const levels = [1, 2, 4].map((x) => ({ x, samples: [x, 1.1 * x] }));

async function messageOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(MuflowError);
    expect((error as MuflowError).kind).toBe("input");
    return (error as MuflowError).message;
  }
  throw new Error("accepted");
}

const TYPOS: [string, () => unknown, string, string][] = [
  ["problem", () => library.problem({ potental: { kind: "quadratic" } }), "problem.potental", "potential"],
  [
    "problem, of more",
    () => library.problem({ temperature: 1, temprature: 1 }),
    "problem.temprature",
    "temperature",
  ],
  [
    "potential",
    () => library.problem({ potential: { kind: "cosine", strenth: 2 } }),
    "problem.potential.strenth",
    "strength",
  ],
  [
    "interaction",
    () => library.problem({ interaction: { kind: "cosine", strength: 2, scael: 1 } }),
    "problem.interaction.scael",
    "scale",
  ],
  [
    "loss",
    () => library.problem({ data, neuron, loss: { hubre: { delta: 1 } } }),
    "problem.loss.hubre",
    "huber",
  ],
  ["regulariser", () => library.problem({ regulariser: { L2: 1 } }), "problem.regulariser.L2", "l2"],
  ["neuron", () => library.neuron({ activation: "tanh", input: 1 }), "neuron.input", "inputs"],
  ["customNeuron", () => library.customNeuron({ dimensions: 1 }), "neuron.dimensions", "dimension"],
  ["teacher", () => library.data.teacher({ neurons: 1, dims: 1, samples: 1 }), "data.teacher.dims", "dim"],
  [
    "fromNpy",
    () => library.data.fromNpy("none.npy", { inputs: [1], taget: 2 }),
    "data.fromNpy.taget",
    "target",
  ],
  ["fromNpz", () => library.data.fromNpz("none.npz", { input: "x" }), "data.fromNpz.input", "inputs"],
  ["split", () => library.data.split(data, { fractoin: 0.5 }), "data.test.fractoin", "fraction"],
  [
    "fromFunction",
    () => library.data.fromFunction({ function: "sin", intervall: [0, 1] }),
    "data.fromFunction.intervall",
    "interval",
  ],
  [
    "fromCsv",
    () => library.data.fromCsv("none.csv", { input: ["x"], target: "y" }),
    "data.fromCsv.input",
    "inputs",
  ],
  ["gaussian", () => library.gaussian({ mean: [0], sdt: [1] }), "initial.sdt", "std"],
  ["uniform", () => library.uniform({ low: [0], hihg: [1] }), "initial.hihg", "high"],
  ["sphere", () => library.sphere({ raduis: 1 }), "initial.raduis", "radius"],
  [
    "momentum",
    () => library.gaussian({ mean: [0], std: [1], momentum: { maen: [0] } }),
    "initial.momentum.maen",
    "mean",
  ],
  ["langevin", () => library.langevin({ mobilty: { a: 1 } }), "dynamics.mobilty", "mobility"],
  ["gradientFlow", () => library.gradientFlow({ mobilty: { a: 1 } }), "dynamics.mobilty", "mobility"],
  ["mobility", () => library.langevin({ mobility: { A: 1 } }), "dynamics.mobility.A", "a"],
  ["kinetic", () => library.kinetic({ fricton: 1 }), "dynamics.fricton", "friction"],
  ["friction", () => library.kinetic({ friction: { nestrov: 3 } }), "dynamics.friction.nestrov", "nesterov"],
  ["birthDeath", () => library.birthDeath({ rat: 1 }), "dynamics.rat", "rate"],
  ["annealedLangevin", () => library.annealedLangevin({ constnat: 1 }), "dynamics.constnat", "constant"],
  ["twoTimescale", () => library.twoTimescale({ epsilom: 0.1 }), "dynamics.epsilom", "epsilon"],
  ["particles", () => library.particles({ width: 1, sead: 1 }), "particles.sead", "seed"],
  [
    "batch",
    () => library.particles({ width: 1, batch: { size: 1, anchr: 2 } }),
    "particles.batch.anchr",
    "anchor",
  ],
  ["grid", () => library.grid({ cells: [8], extend: [[-1, 1]] }), "grid.extend", "extent"],
  ["evolve", () => evolve({ recrd: 3 }), "course.recrd", "record"],
  [
    "meanFieldLimit",
    () =>
      library.meanFieldLimit(task(), library.langevin(), library.grid({ cells: [8] }), {
        ...course,
        recrd: 3,
      }),
    "course.recrd",
    "record",
  ],
  [
    "bestFriction",
    () => library.bestFriction(task(), { cells: [8] }, { from: 1, to: 2, cout: 3 }),
    "friction.cout",
    "count",
  ],
  [
    "bootstrap",
    () => library.bootstrap(levels, () => 1, { pairing: "paired", sede: 1 }),
    "bootstrap.sede",
    "seed",
  ],
  ["observedOrder", () => library.observedOrder([], { values: "errors", flor: 1 }), "order.flor", "floor"],
  [
    "powerLaw",
    () => library.powerLaw(levels, { limit: "zero", statistics: "mean", pairing: "paired" }),
    "power law.statistics",
    "statistic",
  ],
  ["fitPowerDecay", () => library.fitPowerDecay([], [], { flor: 1 }), "power law.flor", "floor"],
  ["compareDecays", () => library.compareDecays([], [], { flor: 1 }), "decays.flor", "floor"],
  ["fitRate", () => library.fitRate([], [], { ofset: true }), "rate.ofset", "offset"],
];

describe("the library", () => {
  it.each(TYPOS)("%s names an unknown key, and the one that was meant", async (_, call, where, meant) => {
    const message = await messageOf(call);
    expect(message).toContain(`${where}: found an unknown key; allowed: `);
    expect(message).toMatch(new RegExp(`; did you mean "${meant}"\\?$`));
  });

  it.each([
    [() => library.langevin({ mobility: 2 }), "dynamics.mobility: found 2; allowed: a mapping of a, w, b"],
    [() => library.langevin(2), "dynamics: found 2; allowed: a mapping of mobility"],
    [
      () => library.kinetic({}),
      "dynamics.friction: found nothing; allowed: a number ≥ 0, {nesterov, from?}, {stronglyConvex}",
    ],
    [
      () => library.kinetic({ friction: { from: 1 } }),
      'dynamics.friction: found {"from":1}; allowed: a number ≥ 0, {nesterov',
    ],
    [() => library.kinetic({ friction: { nesterov: 3, stronglyConvex: 1 } }), "dynamics.friction: found {"],
    [
      () => library.kinetic({ friction: { nesterov: null } }),
      "dynamics.friction.nesterov: found nothing; allowed: a number > 0",
    ],
    [
      () => library.particles({ width: 1, replica: 1.5 }),
      "particles.replica: found 1.5; allowed: an integer from 0 to",
    ],
    [() => library.particles({}), "particles.width: found nothing; allowed: an integer ≥ 1"],
    [() => library.grid({ cells: "100" }), 'grid.cells: found "100"; allowed: a list'],
    [() => library.grid({ cells: [100], extent: [-8] }), "grid.extent: found [-8]; allowed: a list of pairs"],
    [() => library.gaussian({ mean: [0] }), "initial.std: found nothing; allowed: numbers, one a coordinate"],
    [() => library.points(7), "initial: found 7; allowed: a list of rows"],
    [
      () => library.problem({ data, neuron, loss: "square" }),
      'problem.loss: found "square"; allowed: squared, logistic, or {huber: {delta}}',
    ],
    [
      () => library.problem({ domain: "plain" }),
      'problem.domain: found "plain"; allowed: plane, torus; did you mean "plane"?',
    ],
    [
      () => library.neuron({ activation: "tanh", inputs: 1, output: "fix" }),
      'neuron.output: found "fix"; allowed: trained, fixed, bounded; did you mean "fixed"?',
    ],
    [() => evolve({ initial: undefined }), "course.initial: found nothing; allowed: gaussian"],
  ])("refuses %s", async (call, message) => {
    expect(await messageOf(call)).toContain(message);
  });

  it("says how many coordinates θ has where a list has others, and which numbers are not finite", async () => {
    const plane = library.problem({ dimension: 2, potential: { kind: "quadratic" } });
    const run = () =>
      library.evolve(plane, library.langevin(), library.particles({ width: 3 }), {
        ...course,
        initial: library.gaussian({ mean: [0], std: 1 }),
      });
    expect(await messageOf(() => evolve({ initial: library.gaussian({ mean: Number.NaN, std: 1 }) }))).toBe(
      "initial.mean: found NaN; allowed: finite numbers",
    );
    expect(await messageOf(run)).toBe("initial.mean: found 1 number; θ has 2 coordinates");
    const from = (initial: unknown) => messageOf(() => evolve({ initial }));
    expect(await from(library.sphere({ radius: Number.POSITIVE_INFINITY }))).toBe(
      "initial.radius: found Infinity; allowed: a number > 0",
    );
    expect(await from(library.points([[0], [Number.NaN], [1]]))).toBe(
      "initial: found NaN in row 2; allowed: finite numbers",
    );
  });
});

it("a word is refused with the nearest one", () => {
  expect(() => requireWord("kind", "gausian", ["gaussian", "uniform"])).toThrow(
    'kind: found "gausian"; allowed: gaussian, uniform; did you mean "gaussian"?',
  );
});

describe("a word that may be meant", () => {
  it.each([
    // A slip of the fingers: one letter in a short word, two in one of up to eight, then a third of them.
    ["h", ["n", "hx"], '; did you mean "n"?'],
    ["hh", ["hx"], '; did you mean "hx"?'],
    ["hh", ["xy"], ""],
    ["abc", ["axy"], '; did you mean "axy"?'],
    ["abc", ["xyz"], ""],
    ["abcdefghi", ["abcdefxyz"], '; did you mean "abcdefxyz"?'],
    ["abcdefgh", ["abcdexyz"], ""],
    ["Width", ["width"], '; did you mean "width"?'],
    ["", ["a"], ""],
    ["a", [], ""],
  ])("%j of %j", (word, candidates, meant) => {
    expect(didYouMean(word, candidates)).toBe(meant);
  });

  it.each([
    ["fina", ["final_risk", "risk"], '; did you mean "final_risk"?'],
    ["mean", ["mean_theta_0", "mean_theta_1", "risk"], '; did you mean "mean_theta_0" or "mean_theta_1"?'],
    ["mean", ["mean_0", "mean_1", "mean_2", "mean_3"], 'did you mean "mean_0"'],
    ["mean", ["mean_00", "mean_01", "mean_02", "mean_03"], "mean_02"],
    ["mean", ["mean_000", "mean_001", "mean_002", "mean_003", "mean_004"], ""],
    ["me", ["mean_theta_0"], ""],
    ["rsk", ["risk", "risk_of_many"], '; did you mean "risk"?'],
  ])("%j of long names %j", (word, names, meant) => {
    const found = didYouMeanName(word, names);
    if (meant === "") expect(found).toBe("");
    else expect(found).toContain(meant);
  });
});

it.each([
  [undefined, "nothing"],
  [null, "nothing"],
  [0.5, "0.5"],
  [Number.NaN, "NaN"],
  ["x".repeat(38), `"${"x".repeat(38)}"`],
  ["x".repeat(39), `"${"x".repeat(39)}…"`],
  [[1, 2], "[1,2]"],
  [Array.from({ length: 30 }, () => 1), "a list of 30"],
  [() => 1, "a function"],
  [{ one: "x".repeat(20), two: "y".repeat(20) }, "a mapping of one, two"],
  [
    Object.fromEntries(Array.from({ length: 9 }, (_, k) => [`key_${k}`, k])),
    "a mapping of key_0, key_1, key_2, key_3, key_4, key_5…",
  ],
])("%j in a few words", (value, words) => {
  expect(showValue(value)).toBe(words);
});

it("each kind of failure has its exit code", () => {
  const codes = (["input", "numerics", "claim", "stopped"] as const).map(
    (kind) => new MuflowError(kind, "").exitCode,
  );
  expect(codes).toEqual([2, 3, 4, 75]);
});
