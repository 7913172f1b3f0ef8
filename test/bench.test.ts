// The benchmark's own arithmetic: what counts as agreement, how times become a table. Nothing is timed here.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { ROOT, run } from "./support.ts";

const load = (path: string) => import(join(ROOT, "bench", path));
const { distance, same } = await load("harness/agreement.mjs");
const { readArray, writeArrays } = await load("harness/arrays.mjs");
const { interleaved } = await load("harness/measure.mjs");
const { tableOf } = await load("harness/table.mjs");
const { ROWS } = await load("rows/index.mjs");

const numbers = (...values: number[]) => Float64Array.from(values);

it("takes nothing for agreement but numbers that are near", () => {
  expect(distance(numbers(1, 2), numbers(1, 2))).toBe(0);
  expect(distance(numbers(1, -3), numbers(1, -4))).toBe(0.25);
  expect(distance(numbers(Number.NaN, 2), numbers(1, 2))).toBe(Number.POSITIVE_INFINITY);
  expect(distance(numbers(1, 2), numbers(1, Number.NaN))).toBe(Number.POSITIVE_INFINITY);
  expect(distance(numbers(1), numbers(1, 2))).toBe(Number.POSITIVE_INFINITY);
  expect(distance(numbers(1), null)).toBe(Number.POSITIVE_INFINITY);
});

it.each([
  [1e-13, true],
  [1e-11, false],
])("a peer that is %j off agrees: %j", async (off, holds) => {
  const ask = async () => ({ ours: () => numbers(1 + off, 2), peer: () => numbers(1, 1) });
  const near = async () => ({ ours: () => numbers(1 + off, 1), peer: () => numbers(1, 1) });
  expect((await same(["theta"])({ here: near, shown: 3 })).holds).toBe(holds);
  expect((await same(["theta"])({ here: ask, shown: 3 })).holds).toBe(false);
});

it("hands arrays over bit by bit", () => {
  const folder = mkdtempSync(join(tmpdir(), "muflow-bench-test-"));
  try {
    writeArrays(folder, { theta: [0.1, -0, Number.NaN] }, "ours-");
    expect(readArray(folder, "ours-theta")).toEqual(numbers(0.1, -0, Number.NaN));
    expect(readArray(folder, "peer-theta")).toBe(null);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** A side whose step takes so many seconds, on two cores. */
function sideOf(name: string, seconds: number, turns: string[]) {
  const ask = async ({ steps }: { steps: number }) => {
    turns.push(name);
    return { seconds: steps * seconds, cpu: 2 * steps * seconds };
  };
  return { name, ask };
}

it("lets sides take turns, and compares times of the same round", async () => {
  const turns: string[] = [];
  const sides = [sideOf("ours", 0.002, turns), sideOf("peer", 0.006, turns)];
  const [own, other] = await interleaved(sides, { rounds: 4, wanted: 20 });
  expect(turns.slice(-8).join(" ")).toBe("ours peer ours peer ours peer ours peer");
  expect([own.steps, other.steps]).toEqual([10, 4]);
  expect(own.ms.median).toBeCloseTo(2, 12);
  expect(own.cores).toBeCloseTo(2, 12);
  expect(other.ratio.median).toBeCloseTo(3, 12);
  expect(own.ratio).toBe(undefined);
});

it("refuses times that noise has made negative", async () => {
  await expect(interleaved([sideOf("ours", -1, [])], { rounds: 2, wanted: 1 })).rejects.toThrow(
    "ours: steps drown in the noise of this machine",
  );
});

it("has a line for each work, and columns for each backend", () => {
  const time = (median: number) => ({ low: median, median, high: median });
  const record = (backend: string, against: string, own: number, ratio: number) => ({
    ...{ title: "step", unit: "ms", backend, against },
    ours: { time: time(own), threads: 2, cores: 1 },
    peer: { time: time(own * ratio), threads: 2, cores: 2 },
    ratio: { low: ratio / 2, median: ratio, high: 2 * ratio },
  });
  const records = [record("js", "numpy", 8, 0.5), record("wasm", "numpy", 2, 2), record("js", "torch", 8, 1)];
  expect(tableOf(records)).toEqual([
    "| work | muflow, js | times faster than | muflow, wasm | times faster than |",
    "|---|---|---|---|---|",
    "| step | 8.0 ms, 1.0 cores | numpy 0.50 (0.25–1.0), torch 1.0 (0.50–2.0) | 2.0 ms, 1.0 cores | numpy 2.0 (1.0–4.0) |",
  ]);
});

it("lists every row", async () => {
  const { code, stdout } = await run(process.execPath, ["bench/run.mjs", "--list"], ROOT);
  expect(code).toBe(0);
  for (const { name, about } of ROWS) expect(stdout).toContain(`${name.padEnd(15)}${about}`);
});

it.each([
  ["no-such-row", 'found "no-such-row"; rows: particle-step, '],
  ["particle-step --peer abacus", "--peer: found abacus; allowed: none, numpy-chunked, "],
  ["particle-step --N many", "--N: found many; allowed: a number"],
  ["doctor --threads 0", "--threads: found 0; allowed: a whole number ≥ 1"],
])("refuses %s", async (args, message) => {
  const { code, stderr } = await run(process.execPath, ["bench/run.mjs", ...args.split(" ")], ROOT);
  expect(stderr).toContain(message);
  expect(code).toBe(2);
});
