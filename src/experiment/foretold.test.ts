// What memory and time are foretold from: where data come from, every run and not the first alone, every thread, every method; and what is free now.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os, { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { stringify } from "yaml";
import { lookSecondsOf, memoryOf, roomWarning } from "../run/needs.ts";
import { loadExperiment } from "../spec/load.ts";
import { encodeNpz } from "../tables/npz.ts";
import { prepareExperiment } from "./prepare.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-foretold-"));
afterAll(() => rmSync(directory, { recursive: true }));
const made = (samples: number) => ({ function: "sin", interval: [-3, 3], samples });
const networks = (width: number | number[], more = {}) => ({ particles: { width, dual: "off", ...more } });

async function prepared(parts: object, data: object = made(24)) {
  const path = join(directory, "spec.yaml");
  const spec = {
    name: "foretold",
    problem: {
      data,
      neuron: { activation: "tanh", inputs: 1, output: "trained" },
      regulariser: { l2: 0.2 },
      temperature: 0.1,
    },
    dynamics: { kind: "langevin" },
    initial: { kind: "gaussian", mean: 0, std: 1 },
    time: { until: 1, step: 0.1, record: 2 },
    solvers: [networks(10)],
  };
  writeFileSync(path, stringify({ ...spec, ...parts }));
  return prepareExperiment(await loadExperiment(path));
}

it("data are made of a recipe, read as they lie, read as text, or stated", async () => {
  writeFileSync(join(directory, "d.csv"), "x,y\n1,2\n3,4\n");
  const column = { shape: [2], data: Float64Array.of(1, 2) };
  writeFileSync(join(directory, "d.npz"), encodeNpz({ data_x: column, data_y: column }));
  for (const [data, origin] of [
    [made(4), "made"],
    [{ teacher: { neurons: 2, dim: 1, samples: 4 } }, "made"],
    [{ npz: "d.npz" }, "made"],
    [{ csv: "d.csv", inputs: ["x"], target: "y" }, "text"],
    [{ arrays: { x: [[1], [2]], y: [3, 4] } }, "stated"],
  ] as const) {
    const { built } = await prepared({}, data);
    expect([data, built.origin]).toEqual([data, origin]);
  }
});

it("what a run that has ended leaves behind counts beside the next one; replicas take theirs over", async () => {
  const time = { until: 1, step: 0.1, record: 1, snapshots: [] };
  const needed = async (...widths: number[]) => {
    const solvers = widths.map((width, k) => networks(width, { replicas: 2, batch: k + 2 }));
    return memoryOf((await prepared({ solvers, time }, made(100))).built, 1);
  };
  const [one, both] = [await needed(100_000), await needed(100_000, 80_000)];
  // Of the second the state and the state before alone take 2 · 3 · 8 bytes a neuron.
  expect(both - one).toBeGreaterThan(0.5 * 80_000 * 48);
});

it("every width has to fit, and is counted, whichever is first", async () => {
  await expect(prepared({ solvers: [networks([10, 1e12])] })).rejects.toThrow(
    /solvers\.0\.particles\.width: found 1000000000000; it takes /,
  );
  const needed = async (width: number | number[]) =>
    memoryOf((await prepared({ solvers: [networks(width)] })).built, 1);
  const wide = await needed(1e6);
  expect(await needed([10, 1e6])).toBeGreaterThanOrEqual(wide);
  expect(await needed([1e6, 10])).toBeGreaterThanOrEqual(wide);
  // Ten neurons more are no second million.
  expect(await needed([1e6, 10])).toBeLessThan(1.5 * wide);
});

it("every thread has data of its own: inputs, targets, weights and outputs, of eight bytes each", async () => {
  const second = async (samples: number) => {
    // In batches, of which the activations are no more for more data.
    const { built } = await prepared({ solvers: [networks(10, { replicas: 2, batch: 2 })] }, made(samples));
    return memoryOf(built, 2) - memoryOf(built, 1);
  };
  expect((await second(1e6)) - (await second(1e5))).toBeGreaterThan(9e5 * 4 * 8);
});

it("a study's point is looked at for longer, the more methods it has", async () => {
  const seconds = async (...integrators: string[]) => {
    const solvers = integrators.map((integrator, k) => networks(10 + k, { integrator }));
    const { loaded, built } = await prepared(
      { solvers, dynamics: { kind: "kinetic", friction: 1 } },
      made(1000),
    );
    return lookSecondsOf(loaded.experiment, built);
  };
  const one = await seconds("baoab", "baoab", "baoab");
  const two = await seconds("baoab", "aboba", "baoab");
  expect(two).toBeGreaterThan(1.3 * one);
  expect(await seconds("baoab", "aboba", "obabo")).toBeGreaterThan(two + 0.5 * (two - one));
});

it("is tight where other programs have left none", async () => {
  const { built } = await prepared({});
  expect(roomWarning(built, 1, 1e15)).toBeNull();
  const free = vi.spyOn(os, "freemem").mockReturnValue(1);
  syncBuiltinESMExports();
  try {
    expect(roomWarning(built, 1)).toMatch(/^memory: up to .*, more than the .* that are available now/);
  } finally {
    free.mockRestore();
    syncBuiltinESMExports();
  }
});
