// The rooms of src/ and their order: a file imports from its own room and from those before it, and no file, by way of others, itself.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./support.ts";

/** `index.ts` is what programs see of those before it; the claims that ship are such programs. */
const ROOMS = [
  "base",
  "tables",
  "linear",
  "statistics",
  "problem",
  "dynamics",
  "limits",
  "kernels",
  "grid",
  "particles",
  "pde",
  "observables",
  "spec",
  "run",
  "results",
  "experiment",
  "study",
  "claims",
  "index.ts",
  "shipped-claims",
  "report",
  "cli",
];
/** Of the largest room, whose files lie in rooms of their own. */
const PDE = ["field", "fokker-planck", "equilibrium", "jko", "kinetic", "spectrum"];
const LINES = 1100;

const files = ["src", "validation"].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => join(folder, name))
    .sort(),
);

const textOf = (name: string) => readFileSync(join(ROOT, name), "utf8");

/** Files that a file imports, statically or not, types included. */
const importsOf = new Map(
  files.map((name) => {
    const found = textOf(name).matchAll(/(?:\bfrom|\bimport|\bimport\()\s*["'](\.[^"']+)["']/g);
    return [name, [...found].map(([, path]) => relative(ROOT, resolve(ROOT, dirname(name), path)))];
  }),
);

const inSource = files.filter((name) => name.startsWith(`src${sep}`));
const pathOf = (name: string) => name.split(sep).slice(1);
const room = (name: string) => pathOf(name)[0]!;

/** Imports within `names` that go against the order in which `rank` puts them. */
function upward(names: readonly string[], rank: (name: string) => number): string[] {
  return names.flatMap((name) =>
    importsOf
      .get(name)!
      .filter((target) => names.includes(target) && rank(target) > rank(name))
      .map((target) => `${name} → ${target}`),
  );
}

/** The first circle that an import from there leads into, as the files on it. */
function circleFrom(start: string, done: Set<string>): string[] | null {
  const path: string[] = [];
  const search = (name: string): string[] | null => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (done.has(name)) return null;
    path.push(name);
    for (const target of importsOf.get(name) ?? []) {
      const circle = search(target);
      if (circle !== null) return circle;
    }
    path.pop();
    done.add(name);
    return null;
  };
  return search(start);
}

describe("src", () => {
  it("has these rooms", () => {
    expect([...new Set(inSource.map(room))].sort()).toEqual([...ROOMS].sort());
    const below = inSource.filter((name) => room(name) === "pde" && !name.endsWith("testing.ts"));
    expect([...new Set(below.map((name) => pathOf(name)[1]))].sort()).toEqual([...PDE].sort());
  });

  it("is read by this test", () => {
    const targets = inSource.flatMap((name) => importsOf.get(name)!);
    expect(targets.length).toBeGreaterThan(1000);
    expect(inSource).toEqual(expect.arrayContaining(targets.filter((name) => name !== "package.json")));
  });

  it("imports downwards only", () => {
    expect(upward(inSource, (name) => ROOMS.indexOf(room(name)))).toEqual([]);
    const pde = inSource.filter((name) => room(name) === "pde" && !name.endsWith("testing.ts"));
    expect(upward(pde, (name) => PDE.indexOf(pathOf(name)[1]!))).toEqual([]);
  });

  it("imports nothing of validation/", () => {
    expect(
      inSource.filter((name) => importsOf.get(name)!.some((target) => target.startsWith("validation"))),
    ).toEqual([]);
  });

  it(`has no file of ${LINES} lines`, () => {
    expect(inSource.filter((name) => textOf(name).split("\n").length >= LINES)).toEqual([]);
  });
});

it("no file of src/ or validation/ imports itself by way of others", () => {
  const done = new Set<string>();
  expect(files.flatMap((name) => circleFrom(name, done)?.join(" → ") ?? [])).toEqual([]);
});
