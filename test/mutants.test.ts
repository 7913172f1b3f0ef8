// What mutants of the numerics are: found by syntax and type, drawn by a seed. That tests kill them is seen in
// validation/mutants/campaign.test.ts.

import { expect, it } from "vitest";
import { drawn, mutated, placesIn, readSource, sourcesOf } from "../validation/mutants/draw.ts";
import { readExplanations } from "../validation/mutants/explained.ts";
import { put, ROOT, temporaryDirectory } from "./support.ts";

const SOURCE = `const MOST = 200;
const SMALL = 1e-9;
export function f(values: Float64Array, n: number): number {
  if (n < 0) throw new Error("found " + n + 1);
  let total = new Float64Array(7)[0];
  for (let i = 0; i < n; i++) total += 2 * values[i];
  const words = "a" + String(n) + \`\${n + 1}\`;
  return words.length > MOST && total > SMALL ? Math.max(total, 1) : -total;
}
`;

const tree = temporaryDirectory();
put(tree, "tsconfig.json", '{ "compilerOptions": { "target": "ES2023", "strict": true } }');
put(tree, "src/base/f.ts", SOURCE);
put(tree, "src/base/f.test.ts", "export const n = 1 + 1;");
put(tree, "src/dynamics/g.ts", "export const n = 1 + 1;");
const FILES = sourcesOf(tree);
const PLACES = placesIn(tree, FILES);

/** Of every place, by many seeds: what stands there, and all that may. */
function everything(): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (let seed = 0; seed < 40; seed++) {
    for (const { from, to } of drawn(PLACES, seed)) all.set(from, (all.get(from) ?? new Set()).add(to));
  }
  return all;
}

it("are slips in numbers, of the rooms' sources alone: no word, no message, no test", () => {
  expect(FILES).toEqual(["src/base/f.ts"]);
  const all = everything();
  const of = (from: string) => [...(all.get(from) ?? [])].sort();
  expect(of("n < 0")).toEqual(["n <= 0", "n >= 0"]);
  expect(of("i < n")).toEqual(["i <= n", "i >= n"]);
  expect(of("2 * values[i]")).toEqual(["2", "2 / values[i]", "values[i]"]);
  expect(of("values[i]")).toEqual(["values[i + 1]", "values[i - 1]"]);
  expect(of("total += 2 * values[i];")).toEqual([";", "total -= 2 * values[i];"]);
  expect(of("words.length > MOST && total > SMALL")).toEqual(["words.length > MOST || total > SMALL"]);
  expect(of("Math.max(total, 1)")).toEqual(["Math.min(total, 1)"]);
  expect(of("-total")).toEqual(["total"]);
  // A cap, a length, and a tolerance: somewhat more would be no slip.
  expect(of("200")).toEqual(["0"]);
  expect(of("7")).toEqual(["0"]);
  expect(of("1e-9")).toEqual(["0", "1.000000001"]);
  expect([...all.keys()].filter((from) => from.includes('"') || from.includes("`"))).toEqual([]);
  expect(all.has("n + 1")).toBe(false);
});

it("are the same for the same seed, others for another; an edit elsewhere leaves them where they are", () => {
  const [one, same, other] = [1, 1, 2].map((seed) => drawn(PLACES, seed));
  expect(same).toEqual(one);
  expect(other.map(({ to }) => to)).not.toEqual(one.map(({ to }) => to));
  expect(other.map(({ at }) => at).sort()).toEqual(one.map(({ at }) => at).sort());
  put(tree, "src/base/f.ts", `// One line more.\n${SOURCE.replace("1e-9", "1e-8")}`);
  const edited = drawn(placesIn(tree, FILES), 1).filter(({ from }) => from !== "1e-8");
  put(tree, "src/base/f.ts", SOURCE);
  const kept = one.filter(({ from }) => from !== "1e-9");
  expect(edited.map(({ id, to, line }) => [id, to, line - 1])).toEqual(
    kept.map(({ id, to, line }) => [id, to, line]),
  );
});

it("change what they say they change, and nothing else", () => {
  for (const mutant of drawn(PLACES, 3)) {
    const text = mutated(SOURCE, mutant);
    const [start, end] = mutant.at;
    expect(SOURCE.slice(start, end)).toBe(mutant.from);
    expect(text).not.toBe(SOURCE);
    expect(text).toBe(SOURCE.slice(0, start) + mutant.to + SOURCE.slice(end));
    expect(SOURCE.split("\n")[mutant.line - 1].trim()).toBe(mutant.text);
  }
});

it("that survive are explained by lines that are still there", () => {
  for (const { file, line, from, why } of readExplanations()) {
    const lines = readSource(ROOT, file)
      .split("\n")
      .map((text) => text.trim());
    expect(lines, file).toContain(line);
    expect(readSource(ROOT, file), line).toContain(from ?? line);
    expect(why.length, line).toBeGreaterThan(20);
  }
});
