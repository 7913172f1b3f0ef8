// Every activation, output, loss, motion, integrator, batch and scheme has the same bits by every backend on any number of threads: those of
// plain JavaScript on one. Native for each kind of vectors that this machine has.

import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { NATIVE_LEVELS } from "../../src/kernels/backend/native-build.ts";
import { ROOT, run, temporaryDirectory } from "../../test/support.ts";

const directory = temporaryDirectory();

/** Of each case its numbers' hash, or what is said of it; and by what they were computed. */
async function found(backend: string, threads: number, level = "") {
  const program = join(ROOT, "validation", "backends", "product.mjs");
  const script = `MUFLOW_KERNELS_LEVEL='${level}' '${process.execPath}' '${program}' ${backend} ${threads}`;
  const { code, stdout, stderr } = await run("bash", ["-c", script], directory);
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(new RegExp(`^${backend} ${level || "\\w+"}\\n$`)),
  ]);
  return stdout;
}

let reference = "";

beforeAll(async () => {
  reference = await found("js", 1);
});

it("cases are computed, and none is refused", () => {
  const lines = reference.trim().split("\n");
  const refused = lines.filter((line) => !/\t[0-9a-f]{16}$/.test(line));
  expect(lines.length).toBeGreaterThan(290);
  expect(refused).toEqual([]);
});

describe("the bits of plain JavaScript on one thread", () => {
  it.each([
    ["js", 3],
    ["wasm", 1],
    ["wasm", 2],
    ["wasm", 3],
  ])("%s on %i", async (backend, threads) => {
    expect(await found(backend, threads)).toBe(reference);
  });

  it.each(NATIVE_LEVELS)("native, %s, on 1, 2 and 3", async (level) => {
    const built = await run(
      process.execPath,
      [join(ROOT, "dist", "cli.js"), "native", "--level", level],
      directory,
    );
    if (built.code !== 0) return;
    for (const threads of [1, 2, 3]) expect(await found("native", threads, level)).toBe(reference);
  });
});
