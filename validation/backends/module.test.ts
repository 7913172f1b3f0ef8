// The committed WebAssembly module is what its compiler makes of the sources, byte for byte.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { MODULE } from "../../src/kernels/backend/module.ts";
import { ROOT, run, temporaryDirectory } from "../../test/support.ts";

const made = join(temporaryDirectory(), "kernels.wasm");

it("the module compiled again has the same bytes", async () => {
  const compiled = await run(process.execPath, ["scripts/kernels.mjs", "--out", made], ROOT);
  expect(compiled).toMatchObject({ code: 0 });
  expect(readFileSync(made).equals(Buffer.from(MODULE, "base64"))).toBe(true);
});
