// Differences of two folders: by quantity, the largest first, those of kind last; and told with digits enough to see them.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it, vi } from "vitest";
import { byQuantity, type NumberDifference } from "../study/compare-folders.ts";
import { compare } from "./compare.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-compare-"));
afterAll(() => rmSync(directory, { recursive: true }));

it("differences of numbers are ranked by the largest, and what only one has comes after them", () => {
  const of = (quantity: string, relative: number): NumberDifference => ({
    ...{ where: `${quantity} ${relative}`, quantity, a: 1, b: 2, relative },
  });
  const infinite = of("risk", Number.POSITIVE_INFINITY);
  const [small, large, least] = [of("risk", 0.1), of("w1", 0.3), of("risk", 0.01)];
  for (const numbers of [
    [small, infinite, large, least],
    [infinite, large, least, small],
    [least, small, large, infinite],
  ]) {
    expect(byQuantity(numbers)).toEqual([
      { quantity: "w1", count: 1, largest: large },
      { quantity: "risk", count: 2, largest: small },
      { quantity: "risk", count: 1, largest: infinite },
    ]);
  }
});

/** A finished folder whose series are these energies. */
function folderOf(name: string, energies: readonly (number | "")[]): string {
  const folder = join(directory, name);
  mkdirSync(join(folder, "state"), { recursive: true });
  const identity = { name: "one", hash: "a".repeat(64), version: "1", seed: 0, spec: {} };
  const manifest = { ...identity, moduleSha256: null, files: [] };
  const rest = { machine: {}, wallTime: 0, outcome: "done", runs: [], comparisons: [], rates: [] };
  writeFileSync(join(folder, "state", "manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(folder, "summary.json"), JSON.stringify({ ...identity, ...rest }));
  const rows = energies.map((energy, t) => `0,grid,,,${t},${energy}`);
  writeFileSync(join(folder, "series.csv"), `${["run,solver,width,replica,t,energy", ...rows].join("\n")}\n`);
  return folder;
}

it.each([1e-3, 1e-6, 1e-9, 1e-12, 2 ** -52])("two numbers that differ by %d are two as printed", (share) => {
  const [x, y] = [0.1, 0.1 * (1 + share)];
  let printed = "";
  const out = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += text;
    return true;
  });
  try {
    expect(() => compare(folderOf("x", [x]), folderOf("y", [y]), { tolerance: 0, json: false })).toThrow(
      "differ: 0 differences of the spec, 1 of 2 numbers",
    );
  } finally {
    out.mockRestore();
  }
  const [, a, b] = /energy, at .*: (\S+) → (\S+)$/m.exec(printed)!;
  expect(a).not.toBe(b);
  // As near to what they are as half their difference.
  for (const [told, value] of [
    [a, x],
    [b, y],
  ] as const) {
    expect(Math.abs(Number(told) - value)).toBeLessThan((y - x) / 2);
  }
});
