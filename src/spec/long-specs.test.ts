// Specs with very many entries, right or wrong, are read in a time that grows as they do: a square of it would outlast these tests' patience.

import { describe, expect, it } from "vitest";
import { MuflowError } from "../base/errors.ts";
import { parseExperiment } from "./schema.ts";

const MANY = 20_000;
const each = <Entry>(entry: (k: number) => Entry) => Array.from({ length: MANY }, (_, k) => entry(k));
const keys = (value: unknown) => Object.fromEntries(each((k) => [`k${k}`, value]));

const SPEC = {
  name: "long",
  problem: { potential: { kind: "double-well" }, temperature: 0.2 },
  dynamics: { kind: "langevin" },
  initial: { kind: "gaussian", mean: [0], std: [1] },
  time: { until: 1, step: 0.1 },
  solvers: [{ particles: { width: 10 } }] as unknown,
};
const grid = (settings: object) => [{ grid: { cells: 8, extent: [[-5, 5]], ...settings } }];

function linesOf(spec: unknown): string[] {
  try {
    parseExperiment(spec, "spec.yaml");
  } catch (error) {
    if (error instanceof MuflowError) return error.message.split("\n");
    throw error;
  }
  return [];
}

describe("of very many entries", () => {
  it.each<[string, unknown, string]>([
    ["a list in the place of a spec", each((k) => k), "found a list of 20000"],
    ["unknown keys", { ...SPEC, ...keys(1) }, "k0: found an unknown key"],
    ["keys that stand for nothing", { ...SPEC, problem: keys(null) }, "problem.k0: found an unknown key"],
    [
      "numbers without brackets",
      { ...SPEC, solvers: grid({ extent: each((k) => k) }) },
      "solvers.0.grid.extent: found a list of 20000; allowed: [[0,1], [2,3], [4,5], [6,7], [8,9], [10,11], [12,13], [14,15], …]",
    ],
    ["pairs", { ...SPEC, solvers: grid({ extent: each((k) => [k, k + 1]) }) }, "found a list of 20000"],
    ["texts", { ...SPEC, initial: { ...SPEC.initial, mean: each(() => "a") } }, "initial.mean.0: found"],
    ["misspelt solvers", { ...SPEC, solvers: each(() => ({ grid: { cels: 8 } })) }, "solvers.0.grid.cels"],
    [
      "the same run",
      { ...SPEC, solvers: each(() => ({ particles: { width: 10 } })) },
      "solvers.1.particles.width: with N = 10 is the same run as solvers.0",
    ],
    [
      "equal widths",
      { ...SPEC, solvers: [{ particles: { width: each((k) => k >> 1 || 1) } }] },
      "solvers.0.particles.width: found 1, 2, 3, 4, 5, 6, 7, 8 and 9991 others more than once",
    ],
    [
      "times between steps",
      { ...SPEC, time: { ...SPEC.time, snapshots: each((k) => k + 0.05) } },
      "time.snapshots.0: found 0.05",
    ],
  ])("%s: eight problems are told, and how many more", (_, spec, first) => {
    const lines = linesOf(spec);
    expect(lines[0]).toContain(first);
    expect(lines.length).toBeLessThanOrEqual(9);
    for (const line of lines) expect(line.length).toBeLessThan(600);
  });

  it.each<[string, object]>([
    ["widths", { solvers: [{ particles: { width: each((k) => k + 1) } }] }],
    ["solvers", { solvers: each((k) => ({ particles: { width: k + 1 } })) }],
  ])("%s: read", (_, more) => {
    expect(linesOf({ ...SPEC, ...more })).toEqual([]);
  });
});
