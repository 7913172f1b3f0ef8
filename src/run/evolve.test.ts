// What the library is asked for in words and numbers that no schema has looked at.

import { describe, expect, it } from "vitest";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import { fromArrays } from "../problem/data.ts";
import { gaussian, points } from "../problem/law.ts";
import { type Problem, problem } from "../problem/problem.ts";
import { parseExperiment } from "../spec/schema.ts";
import { buildExperiment } from "./build.ts";
import { evolve, grid, particles } from "./evolve.ts";
import { checkRun } from "./solvers/list.ts";

const well = (temperature: number) =>
  problem({ potential: { kind: "quadratic" }, dimension: 1, temperature } as Parameters<typeof problem>[0]);
const start = { mean: [1], std: [0.5] };
const course = { initial: gaussian(start), until: 0.2, step: 0.1 };
const line = { cells: [16], extent: [[-4, 4]] as const };
const plane = {
  cells: [16, 16],
  extent: [
    [-4, 4],
    [-4, 4],
  ] as const,
};

describe("are refused, with what is allowed", () => {
  it.each([
    [{ width: 4, seed: 1.5 }, /^particles\.seed: found 1\.5; allowed: an integer from 0/],
    [{ width: 4, seed: -1 }, /^particles\.seed: found -1/],
    [{ width: 4, replica: 2 ** 32 }, /^particles\.replica: found 4294967296; allowed: .* to 4294967295$/],
    [{ width: 0 }, /^particles\.width: found 0/],
  ])("%o", (options, message) => {
    expect(() => particles(options)).toThrow(message);
  });

  it.each([
    [{ scheme: "spectral" }, 'grid.scheme: found "spectral"; allowed: implicit, second-order with langevin'],
    [{ scheme: "upwind" }, 'grid.scheme: found "upwind"; allowed: implicit, second-order with langevin'],
    [{ order: 2 }, "grid.order: found 2; allowed: nothing with langevin; only kinetic grids have it"],
    [
      { integrator: "aboba" },
      'grid.integrator: found "aboba"; allowed: nothing with langevin; only kinetic grids have it',
    ],
  ])("first order: %o", async (words, message) => {
    const solver = grid({ ...line, ...(words as object) });
    await expect(evolve(well(0.1), langevin(), solver, course)).rejects.toThrow(message);
  });

  it.each([
    [{ scheme: "implicit" }, 'grid.scheme: found "implicit"; allowed: spectral, positive with kinetic'],
    [{ integrator: "baba" }, 'grid.integrator: found "baba"; allowed: aboba, baoab, obabo'],
    [{ order: 3 }, "grid.order: found 3; allowed: 2, 4"],
  ])("kinetic: %o", async (words, message) => {
    const solver = grid({ ...plane, ...(words as object) });
    await expect(evolve(well(0.1), kinetic({ friction: 1 }), solver, course)).rejects.toThrow(message);
  });

  it("a temperature that the dynamics does not have, whatever the integrator", async () => {
    const run = evolve(well(0.1), gradientFlow(), particles({ width: 4 }), course);
    await expect(run).rejects.toThrow(/^problem\.temperature: found 0\.1; allowed: 0 with gradient-flow/);
  });
});

describe("grids", () => {
  const cells = 40;
  const turn: [number, number] = [-Math.PI, Math.PI];
  const torus = problem({ potential: { kind: "cosine" }, domain: "torus", temperature: 0.1 });
  it.each<[Problem, Dynamics, Parameters<typeof grid>[0], string]>([
    [
      well(0.1),
      langevin(),
      { cells: [8, 8], extent: [-9, 9] },
      "grid.cells: found [8,8]; allowed: one number, or a list of 1",
    ],
    [
      well(0.1),
      langevin(),
      { cells: 3, extent: [-9, 9] },
      "grid.cells: found 3; allowed: one number, or a list of 1, each >= 4",
    ],
    [
      well(0.1),
      langevin(),
      { cells },
      "grid.extent: found nothing; allowed: a list of one pair [lo, hi] with lo < hi",
    ],
    [
      well(0.1),
      kinetic({ friction: 1 }),
      { cells, extent: [turn, turn, turn] },
      "; allowed: a list of one pair or 2 [lo, hi]",
    ],
    [
      torus,
      langevin(),
      { cells, extent: [-1, 1] },
      "grid.extent: found [[-1,1]]; allowed: [[-3.141592653589793, 3.141592653589793]]",
    ],
  ])("that do not fit θ are refused as a file's are", async (made, dynamics, options, message) => {
    await expect(evolve(made, dynamics, grid(options), course)).rejects.toThrow(message);
  });

  it("on the torus need no extent of θ", async () => {
    const { rows } = await evolve(torus, langevin(), grid({ cells }), course);
    expect(rows.length).toBeGreaterThan(1);
  });
});

describe("momenta at the start, where friction r/t is infinite,", () => {
  const nesterov = kinetic({ friction: { nesterov: 3 } });
  const moving = { ...course, initial: gaussian({ ...start, momentum: { mean: [0], std: [0.2] } }) };

  it("are refused of a law, and of given neurons", async () => {
    await expect(evolve(well(0), nesterov, particles({ width: 2 }), moving)).rejects.toThrow(
      /^initial\.momentum: found \{"mean":\[0\],"std":\[0\.2\]\}; allowed: mean 0 and std 0 with nesterov.*dynamics\.friction\.from > 0/,
    );
    const given = {
      ...course,
      initial: points([
        [1, 0],
        [2, -0.5],
      ]),
    };
    await expect(evolve(well(0), nesterov, particles({ width: 2 }), given)).rejects.toThrow(
      /^initial: found -0\.5; allowed: momenta 0/,
    );
  });

  it("are refused of a file, before anything runs", () => {
    const experiment = parseExperiment(
      {
        name: "moving",
        problem: {
          data: { arrays: { x: [1], y: [1] } },
          neuron: { activation: "identity", inputs: 1, output: "fixed", bias: false },
        },
        dynamics: { kind: "kinetic", friction: { nesterov: 3 } },
        initial: { kind: "file", path: "neurons.csv" },
        time: { until: 1, step: 0.1 },
        solvers: [{ particles: { width: 1 } }],
      },
      "moving",
    );
    const data = fromArrays([1], [1]);
    const made = (omega: number) => () =>
      buildExperiment(experiment, { data, initial: points([[1, omega]]) }).runs.forEach(checkRun);
    expect(made(0)).not.toThrow();
    expect(made(0.1)).toThrow(/^initial: found 0\.1/);
  });

  it("may be 0, and anything where the friction is finite", async () => {
    const rest = {
      ...course,
      initial: points([
        [1, 0],
        [2, 0],
      ]),
    };
    await expect(evolve(well(0), nesterov, particles({ width: 2 }), rest)).resolves.toBeDefined();
    const later = kinetic({ friction: { nesterov: 3, from: 1 } });
    await expect(evolve(well(0), later, particles({ width: 2 }), moving)).resolves.toBeDefined();
  });
});
