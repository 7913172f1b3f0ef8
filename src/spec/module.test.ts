// A module is read once with all it imports: its record gives the same again when the files are gone, and its hash changes with
// every byte that it depends on, and with nothing else.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type ModuleRecord, moduleHash, readModule, runModule } from "./module.ts";

const root = mkdtempSync(join(tmpdir(), "muflow-module-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Writes files into a folder of their own and reads the first of them. */
let count = 0;
async function read(files: Record<string, string>) {
  const folder = join(root, String(count++));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const [[name, text]] = Object.entries(files) as [[string, string]];
  const result = await readModule(text, join(folder, name));
  return { folder, ...result };
}

const hashOf = async (files: Record<string, string>) => moduleHash((await read(files)).record);

const TREE = {
  "entry.ts": `import { a, type T } from "./lib/a"; import c from "./c.cjs"; import numbers from "./n.json";
    const v: T = a(numbers.three); export default { v, c: c.value };`,
  "lib/a.ts": `import { b } from "./b.ts"; export type T = number; export const a = (x: number): T => b * x;`,
  "lib/b.ts": "export const b = 2;",
  "c.cjs": `const { d } = require("./d.js"); module.exports = { value: d + 1 };`,
  "d.js": "exports.d = 40;",
  "n.json": `{ "three": 3 }`,
};

describe("a record", () => {
  it("holds TypeScript, CommonJS and JSON, and runs when the files are gone", async () => {
    const { folder, record, exports } = await read(TREE);
    expect(exports.default).toEqual({ v: 6, c: 41 });
    expect(record.modules).toHaveLength(6);
    rmSync(folder, { recursive: true });
    const copy = JSON.parse(JSON.stringify(record)) as ModuleRecord;
    expect((await runModule(copy)).default).toEqual({ v: 6, c: 41 });
    expect(moduleHash(copy)).toBe(moduleHash(record));
  });

  it("runs each module once, in circles too", async () => {
    const { exports } = await read({
      "entry.mjs": `import { odd } from "./odd.mjs"; import { even } from "./even.mjs";
        export default [odd(7), even(7), globalThis.muflowRuns];`,
      "odd.mjs": `import { even } from "./even.mjs"; globalThis.muflowRuns = (globalThis.muflowRuns ?? 0) + 1;
        export const odd = (n) => n !== 0 && even(n - 1);`,
      "even.mjs": `import { odd } from "./odd.mjs"; export const even = (n) => n === 0 || odd(n - 1);`,
    });
    expect(exports.default).toEqual([true, false, 1]);
    Reflect.deleteProperty(globalThis, "muflowRuns");
  });

  it("takes packages by name and version, and Node's own modules by name", async () => {
    const { record, exports } = await read({
      "entry.mjs": `import { one } from "one"; import { sep } from "node:path"; export default { one, sep };`,
      "node_modules/one/package.json": `{ "name": "one", "version": "1.2.3", "main": "main.js" }`,
      "node_modules/one/main.js": "exports.one = 1;",
    });
    expect(exports.default).toEqual({ one: 1, sep: "/" });
    expect(Object.values(record.modules[0]!.links)).toEqual([
      { package: "one@1.2.3", url: expect.stringContaining("one/main.js") },
      { builtin: "node:path" },
    ]);
  });
});

describe("the hash", () => {
  it.each(Object.keys(TREE))("changes with %s", async (name) => {
    const changed = { ...TREE, [name]: `${TREE[name as keyof typeof TREE]}\n` };
    expect(await hashOf(changed)).not.toBe(await hashOf(TREE));
  });

  it("changes neither with where the files lie nor with what is not imported", async () => {
    expect(await hashOf({ ...TREE, "other.ts": "export {}" })).toBe(await hashOf(TREE));
  });

  it("changes with the version of a package", async () => {
    const using = (version: string) => ({
      "entry.mjs": `import "one"; export default {};`,
      "node_modules/one/package.json": JSON.stringify({ name: "one", version, main: "main.js" }),
      "node_modules/one/main.js": "",
    });
    expect(await hashOf(using("1.0.0"))).not.toBe(await hashOf(using("1.0.1")));
    expect(await hashOf(using("1.0.0"))).toBe(await hashOf(using("1.0.0")));
  });

  it("does not mistake a longer module for two", async () => {
    const two = (a: string, b: string) =>
      hashOf({ "e.mjs": `import "./a.mjs"; import "./b.mjs";`, "a.mjs": a, "b.mjs": b });
    expect(await two("1;", "2;")).not.toBe(await two("1;2;", ""));
  });
});

describe("what cannot be loaded is said in one line", () => {
  it.each([
    [{ "e.ts": `import "./gone.ts";` }, /e\.ts.*cannot be loaded: .*gone\.ts/],
    [
      { "e.ts": `import "./b.ts";`, "b.ts": "const = 1" },
      /b\.ts:1:7: the module cannot be loaded: Unexpected token/,
    ],
    [{ "e.ts": `import "./w.wasm";`, "w.wasm": "" }, /w\.wasm" is a \.wasm; allowed: \.ts, \.mts/],
    [{ "e.ts": `import "./b.json"; `, "b.json": "{" }, /e\.ts.*cannot be loaded/],
    [{ "e.ts": "null.x;" }, /e\.ts:1: the module cannot be loaded: Cannot read/],
    [{ "e.ts": "throw 'words'" }, /e\.ts: the module cannot be loaded: words/],
  ])("%o", async (files, message) => {
    const error: Error = await read(files as Record<string, string>).then(
      () => new Error("it loads"),
      (reason: Error) => reason,
    );
    expect(error.name).toBe("MuflowError");
    expect(error.message).toMatch(message);
    expect(error.message.split("\n")).toHaveLength(1);
  });
});
