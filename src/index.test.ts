// The library's door: whatever wrong thing is given to whatever function, the answer is one clear line of a MuflowError, never a
// stack trace from inside. And what the experiment file takes in short, the library takes too.

import { describe, expect, it } from "vitest";
import * as library from "./index.ts";

type Callable = (...given: unknown[]) => unknown;

/** Every function that is exported, those within `data` too; the error class is no constructor of experiments. */
const functions: [string, Callable][] = Object.entries(library).flatMap(
  ([name, value]): [string, Callable][] => {
    if (name === "MuflowError") return [];
    if (typeof value === "function") return [[name, value as Callable]];
    return Object.entries(value).map(([key, inner]) => [`${name}.${key}`, inner as Callable]);
  },
);

const WRONG: [string, unknown][] = [
  ["undefined", undefined],
  ["null", null],
  ["{}", {}],
  ["[]", []],
  ["[null]", [null]],
  ["text", "x"],
  ["NaN", Number.NaN],
  ["1", 1],
  ["a function", () => 1],
];

/** What makes sense without anything said: all have defaults. */
const FINE = new Set([
  "gradientFlow undefined",
  "gradientFlow {}",
  "langevin undefined",
  "langevin {}",
  "problem {}",
]);

describe.each(functions)("%s", (name, call) => {
  it.each(WRONG)("given %s", async (label, value) => {
    for (const count of [1, 2, 4]) {
      const given = new Array(count).fill(value);
      const outcome = await Promise.resolve()
        .then(() => call(...given))
        .then(
          () => null,
          (error: unknown) => error,
        );
      if (outcome === null) {
        expect(FINE.has(`${name} ${label}`)).toBe(true);
        continue;
      }
      const { name: kind, message } = outcome as Error;
      expect([kind, message]).toEqual(["MuflowError", expect.stringMatching(/^.+: \S.*$/)]);
      expect(message).not.toMatch(/undefined|\[object|=>|NaN with|up to NaN/);
    }
  });
});

/** Options that are right, key by key: each is given nine wrong things in turn. */
const neuron = library.neuron({ activation: "tanh", inputs: 1 });
const set = library.data.fromArrays([1, 2], [1, 2]);
const RIGHT: [string, Callable, Record<string, unknown>][] = [
  [
    "particles",
    library.particles,
    { width: 3, seed: 1, replica: 2, integrator: "euler", order: 2, beta2: 0.1, batch: 2, dual: "off" },
  ],
  [
    "grid",
    library.grid,
    { cells: [4], extent: [[-1, 1]], scheme: "implicit", integrator: "baoab", order: 2, leak: 0.1 },
  ],
  [
    "problem",
    library.problem,
    { data: set, neuron, loss: "squared", domain: "plane", temperature: 0.5, dimension: 2 },
  ],
  ["neuron", library.neuron, { activation: "tanh", inputs: 1, output: "fixed", bias: true }],
  [
    "customNeuron",
    library.customNeuron,
    { dimension: 1, inputs: 1, names: ["a"], value: () => 1, gradient: () => {} },
  ],
  ["gaussian", library.gaussian, { mean: 0, std: 1, momentum: { mean: 0, std: 1 } }],
  ["uniform", library.uniform, { low: 0, high: 1 }],
  ["sphere", library.sphere, { radius: 1 }],
  ["kinetic", library.kinetic, { friction: 1 }],
  ["birthDeath", library.birthDeath, { rate: 1 }],
  ["twoTimescale", library.twoTimescale, { epsilon: 0.1 }],
  [
    "fromFunction",
    library.data.fromFunction,
    { function: "sin", interval: [0, 1], samples: 3, quadrature: "uniform" },
  ],
  [
    "teacher",
    library.data.teacher,
    { neurons: 1, dim: 1, samples: 2, inputs: "gaussian", noise: 0, seed: 0 },
  ],
] as unknown as [string, Callable, Record<string, unknown>][];

describe.each(RIGHT)("%s with one wrong option", (_, call, right) => {
  it.each(Object.keys(right))("%s", (key) => {
    expect(() => call(right)).not.toThrow();
    for (const [, value] of WRONG) {
      try {
        call({ ...right, [key]: value });
        // Some of the nine are right: a number where numbers are, a function for a target.
      } catch (error) {
        const { name, message } = error as Error;
        expect([name, message]).toEqual(["MuflowError", expect.stringMatching(/^[^\n]+$/)]);
        expect(message).not.toMatch(/undefined|\[object|=>/);
      }
    }
  });
});

it("data.fromArrays of a mapping says how it is called", () => {
  const wrong = library.data.fromArrays as unknown as Callable;
  expect(() => wrong({ x: [1], y: [2] })).toThrow(
    'data.fromArrays: found {"x":[1],"y":[2]}; allowed: (x, y, weight?), x a list of rows of numbers (of numbers, for one input), y a list of numbers',
  );
});

describe("one number or pair stands for all coordinates, as in the file", () => {
  const task = library.problem({ dimension: 2, potential: { kind: "quadratic" }, temperature: 0.5 });
  const course = (initial: library.InitialLaw) => ({ initial, until: 0.2, step: 0.1, record: 1 });
  const long = {
    gaussian: library.gaussian({ mean: [0.5, 0.5], std: [1, 1] }),
    uniform: library.uniform({ low: [-1, -1], high: [1, 1] }),
    kinetic: library.gaussian({ mean: [0, 0], std: [1, 1], momentum: { mean: [0.3, 0.3], std: [0.2, 0.2] } }),
  };
  const short = {
    gaussian: library.gaussian({ mean: 0.5, std: 1 }),
    uniform: library.uniform({ low: -1, high: 1 }),
    kinetic: library.gaussian({ mean: 0, std: 1, momentum: { mean: 0.3, std: 0.2 } }),
  };

  it.each(["gaussian", "uniform", "kinetic"] as const)("in the law: %s", async (kind) => {
    const dynamics = kind === "kinetic" ? library.kinetic({ friction: 1 }) : library.langevin();
    const run = (law: library.InitialLaw) =>
      library.evolve(task, dynamics, library.particles({ width: 20 }), course(law));
    expect(await run(short[kind])).toEqual(await run(long[kind]));
  });

  it("in the grid: cells and extent, also those of equilibria and spectra", async () => {
    const brief = library.grid({ cells: 32, extent: [-8, 8] });
    const full = library.grid({
      cells: [32, 32],
      extent: [
        [-8, 8],
        [-8, 8],
      ],
    });
    const run = (solver: library.GridSolver) =>
      library.evolve(task, library.langevin(), solver, course(long.gaussian));
    expect(await run(brief)).toEqual(await run(full));
    expect(library.equilibria(task, brief)).toEqual(library.equilibria(task, full));
    const gap = (solver: library.GridSolver) => library.spectralGap(task, library.langevin(), solver).gap;
    expect(gap(brief)).toBe(gap(full));
  });

  it("a list of the wrong length is still refused", async () => {
    const law = library.gaussian({ mean: [0], std: [1] });
    await expect(
      library.evolve(task, library.langevin(), library.particles({ width: 2 }), course(law)),
    ).rejects.toThrow("initial.mean: found 1 number; θ has 2 coordinates");
  });
});
