// Studies before they run: what is wrong with a point is told with its values, wherever it is found; and nothing is looked at for long.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { Interrupted, interruptibleThroughout } from "../base/interrupt.ts";
import { prepareStudy } from "./prepare.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-prepare-"));
afterAll(() => rmSync(directory, { recursive: true }));

const BASE = {
  name: "swept",
  problem: {
    data: { function: "sin", interval: [-2, 2], samples: 8 } as object,
    neuron: { activation: "tanh", inputs: 1, output: "fixed", bias: false },
    regulariser: { l2: 0.1 },
    temperature: 0.1,
  },
  dynamics: { kind: "langevin" },
  initial: { kind: "gaussian", mean: [0.2], std: [0.7] },
  time: { until: 1, step: 0.1 },
  solvers: [{ particles: { width: 10 } }, { grid: { cells: 400, extent: [[-9, 9]] } }],
};

function file(parts: object): string {
  const path = join(directory, "spec.yaml");
  writeFileSync(path, stringify({ ...BASE, ...parts }));
  return path;
}

const numbers = (count: number) => Array.from({ length: count }, (_, k) => (k + 1) / 10);

describe("a point that is wrong is told with its values", () => {
  writeFileSync(join(directory, "short.csv"), "x,y\n1,2\n3,4\n");
  it.each([
    [{ "solvers.1.grid.cells": [400, 6] }, "with solvers.1.grid.cells = 6: solvers.1.grid.cells: "],
    [{ "initial.mean": [[0.2], [8.9]] }, "with initial.mean = [8.9]: solvers.1.grid.extent: "],
    [
      { "solvers.0.particles.width": [10, 1e12] },
      "with solvers.0.particles.width = 1000000000000: solvers.0.particles.width: found",
    ],
    [
      { "problem.data": [BASE.problem.data, { csv: "short.csv", inputs: ["x"], target: "z" }] },
      `problem.data = a mapping of csv, inputs, target: ${join(directory, "short.csv")}: found no column "z"`,
    ],
  ])("%j", async (sweep, expected) => {
    const path = file({ sweep });
    const message = await prepareStudy(path).then(
      () => "nothing",
      (error: Error) => error.message,
    );
    expect(message).toContain(expected.startsWith("with") ? `${path}: ${expected}` : expected);
    expect(message.startsWith(`${path}: with `)).toBe(true);
    expect(message.split(path)).toHaveLength(2);
  });
});

describe("where nothing is run", () => {
  it.each([
    ["few", { "problem.temperature": numbers(20) }, 20, 20],
    [
      "many",
      { "problem.temperature": numbers(20), seed: Array.from({ length: 200 }, (_, k) => k) },
      4000,
      1000,
    ],
  ])("of %s points as many are looked at as take seconds", async (_, sweep, size, most) => {
    const study = await prepareStudy(file({ sweep }), { sampled: true });
    expect(study.size).toBe(size);
    expect(study.points.length).toBeLessThanOrEqual(most);
    expect(study.points.length).toBeGreaterThan(10);
  });

  it("fewer, where a point takes long", async () => {
    const sweep = { "problem.temperature": numbers(20), "problem.regulariser.l2": numbers(20) };
    const looked = async (cells: number) => {
      const solvers = [{ grid: { cells, extent: [[-20, 20]] } }];
      return (await prepareStudy(file({ sweep, solvers }), { sampled: true })).points.length;
    };
    const [light, heavy] = [await looked(200), await looked(300_000)];
    expect(light).toBe(400);
    expect(heavy).toBeLessThan(20);
    // The first, and for each key one that differs from it in that.
    expect(heavy).toBeGreaterThanOrEqual(3);
  });
});

it("where all is run every point is looked at, however long that takes", async () => {
  const data = { function: "sin", interval: [-2, 2], samples: 10_000 };
  const parts = {
    problem: { ...BASE.problem, data },
    solvers: [{ particles: { width: 10 } }],
    sweep: { "problem.temperature": numbers(30) },
  };
  const looked = async (sampled: boolean) => (await prepareStudy(file(parts), { sampled })).points.length;
  expect(await looked(true)).toBeLessThan(30);
  expect(await looked(false)).toBe(30);
  expect((await prepareStudy(file(parts))).points.length).toBe(30);
});

it("can be interrupted between two points", async () => {
  const path = file({ sweep: { "problem.temperature": numbers(20) } });
  let asked = 0;
  const work = interruptibleThroughout(
    () => ++asked > 5,
    () => prepareStudy(path),
  );
  await expect(work).rejects.toBeInstanceOf(Interrupted);
  expect(asked).toBe(6);
});
