// The reference of the library, docs/api: up to date, an example for each function, and every example a program whose types are right
// and which prints what it says.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "node:util";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { entries, FOLDER, pages, typeErrors } from "../scripts/api.ts";
import * as library from "../src/index.ts";
import { ROOT } from "./support.ts";

const all = entries();
const examples = all.flatMap(({ name, example }) => (example === null ? [] : [{ name, example }]));

const AsyncFunction = (async () => {}).constructor as new (
  ...parts: string[]
) => (...values: unknown[]) => Promise<void>;

/** What a program prints, call by call. */
async function printed(program: string): Promise<string[]> {
  const compilerOptions = { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS };
  const code = ts.transpileModule(program, { compilerOptions }).outputText;
  const lines: string[] = [];
  const log = (...values: unknown[]) => lines.push(format(...values));
  await new AsyncFunction("require", "exports", "console", code)(() => library, {}, { log });
  return lines;
}

describe("the reference", () => {
  it("is up to date: npm run api", () => {
    const made = pages(all);
    expect(readdirSync(join(ROOT, FOLDER)).sort()).toEqual([...made.keys()].sort());
    for (const [name, text] of made) expect(readFileSync(join(ROOT, FOLDER, name), "utf8"), name).toBe(text);
  });

  it("says what each function is, with an example that calls it", () => {
    const functions = all.filter(({ callable }) => callable);
    expect(functions.length).toBeGreaterThan(45);
    expect(functions.filter(({ text }) => text === "").map(({ name }) => name)).toEqual([]);
    const called = functions.filter(({ name, example }) => example?.includes(name));
    expect(called).toEqual(functions);
  });

  it("names what the library holds", () => {
    const { data, ...others } = library;
    const values = [...Object.keys(others), ...Object.keys(data).map((name) => `data.${name}`)];
    expect(values.filter((name) => !all.some((entry) => entry.callable && entry.name === name))).toEqual([]);
  });
});

describe("examples", () => {
  it("have the types that they should", () => {
    const example = 'import { kinetic } from "muflow";\n\nkinetic({ friction: [1] });';
    const wrong = { ...all[0]!, name: "wrong", example };
    expect(typeErrors([...all, wrong])).toEqual([expect.stringMatching(/^wrong\.example/)]);
  });

  it.each(examples)("print what they say: $name", async ({ example }) => {
    expect(example).toMatch(/^import \{ .* \} from "muflow";\n\n/);
    const calls = example.split("\n").filter((line) => line.includes("console.log("));
    const said = calls.map((line) => line.match(/\); \/\/ (.*)$/)?.[1]);
    expect(said.length).toBeGreaterThan(0);
    expect(await printed(example)).toEqual(said);
  });
});
