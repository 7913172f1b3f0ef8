// A campaign on a small tree, whose mutants are known: killed, without an end, equivalent, out of the tests' reach.

import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { put, ROOT, temporaryDirectory } from "../../test/support.ts";
import { campaign } from "./campaign.ts";
import type { Result } from "./report.ts";

const SOURCE = `export function sumTo(n: number): number {
  let total = 0;
  let i = 0;
  while (i < n) {
    i += 1;
    total += i;
  }
  return total;
}

/** The same for whatever is 0 or more. */
export function shrink(x: number): number {
  return Math.max(x, 0) === Math.abs(x) ? x : 0;
}

export function unseen(x: number): number {
  return x * 3;
}
`;

const TEST = `import { expect, it } from "vitest";
import { shrink, sumTo } from "./f.ts";
it("sums", () => {
  for (const n of [0, 1, 2, 7]) expect(sumTo(n)).toBe((n * (n + 1)) / 2);
});
it("shrinks", () => {
  for (const x of [0, 1, 2.5]) expect(shrink(x)).toBe(x);
});
`;

it("tells what is killed, what never ends, and what survives; and does not try again what it knows", async () => {
  const tree = temporaryDirectory();
  put(tree, "tsconfig.json", '{ "compilerOptions": { "target": "ES2023", "strict": true } }');
  put(tree, "src/base/f.ts", SOURCE);
  put(tree, "src/base/f.test.ts", TEST);
  put(
    tree,
    "src/base/red.test.ts",
    'import { it } from "vitest"; it("is red", () => { throw new Error("red"); });',
  );
  for (const name of ["test/random.ts", "validation/mutants/first-failure.ts"]) {
    mkdirSync(dirname(join(tree, name)), { recursive: true });
    put(tree, name, readFileSync(join(ROOT, name), "utf8"));
  }
  symlinkSync(join(ROOT, "node_modules"), join(tree, "node_modules"));
  const options = { count: 1000, seed: 1, workers: 2, only: "src/", say: () => {} };
  const before = await campaign(tree, options);
  expect(before.red).toEqual(["src/base/red.test.ts: is red"]);
  const outcomes = Object.fromEntries(
    before.results.map(({ from, to, outcome }) => [`${from} → ${to}`, outcome]),
  );
  const of = (from: string) => Object.entries(outcomes).filter(([key]) => key.startsWith(`${from} → `));
  for (const from of ["i < n", "total += i;", "i += 1;"]) {
    expect(of(from).length, from).toBeGreaterThan(0);
    for (const [key, outcome] of of(from)) expect([key, outcome]).not.toEqual([key, "survived"]);
  }
  expect(of("i += 1;")[0][1]).toBe("timeout");
  // Equivalent: below 0 both are no more than the other. And what no test calls.
  for (const from of ["Math.abs(x)", "x * 3", "3"]) {
    expect(of(from).length, from).toBeGreaterThan(0);
    for (const [key, outcome] of of(from)) expect([key, outcome]).toEqual([key, "survived"]);
  }
  const again = await campaign(tree, options);
  expect(new Set(again.results)).toEqual(new Set(before.results));
  const lines = readFileSync(join(tree, "runs/mutants/seed-1.jsonl"), "utf8").trim().split("\n");
  expect(lines.length).toBe(before.results.length);
  // A new test makes survivors be tried again, and one falls.
  put(tree, "src/base/f.test.ts", `${TEST}it("is 0 below 0", () => expect(shrink(-1)).toBe(0));\n`);
  const after = await campaign(tree, options);
  const falls = (results: readonly Result[]) =>
    results.find(({ from }) => from.startsWith("Math.max(x, 0) ==="))?.outcome;
  expect([falls(before.results), falls(after.results)]).toEqual(["survived", "killed"]);
});
