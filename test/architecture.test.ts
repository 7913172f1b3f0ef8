// The rooms of src/ and their order: a file imports from its own room and from those before it.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./support.ts";

const ROOMS = [
  "base",
  "tables",
  "problem",
  "dynamics",
  "limits",
  "kernels",
  "grid",
  "particles",
  "pde",
  "observables",
  "experiment",
  "study",
  "report",
  "cli",
];
const LINES = 1100;

const source = join(ROOT, "src");
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
  .sort();

const text = (name: string) => readFileSync(join(source, name), "utf8");
const room = (name: string) => name.split(sep)[0];

/** Files of src/ that a file imports, statically or not, types included. */
function imports(name: string): string[] {
  const found = text(name).matchAll(/(?:\bfrom|\bimport|\bimport\()\s*["'](\.[^"']+)["']/g);
  return [...found]
    .map(([, path]) => relative(source, resolve(source, dirname(name), path)))
    .filter((path) => !path.startsWith(".."));
}

describe("src", () => {
  it("has these rooms, and index.ts", () => {
    expect([...new Set(files.map(room))].sort()).toEqual([...ROOMS, "index.ts"].sort());
  });

  it("is read by this test", () => {
    expect(files.flatMap(imports).length).toBeGreaterThan(100);
    expect(files).toEqual(expect.arrayContaining([...new Set(files.flatMap(imports))]));
  });

  it("imports downwards only", () => {
    const upward = files
      .filter((name) => name !== "index.ts")
      .flatMap((name) =>
        imports(name)
          .filter(
            (target) => !(ROOMS.indexOf(room(target)) <= ROOMS.indexOf(room(name))) || target === "index.ts",
          )
          .map((target) => `${name} → ${target}`),
      );
    expect(upward).toEqual([]);
  });

  it(`has no file of ${LINES} lines`, () => {
    expect(files.filter((name) => text(name).split("\n").length >= LINES)).toEqual([]);
  });
});
