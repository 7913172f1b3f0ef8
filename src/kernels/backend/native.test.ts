// An addon loads as a whole or not at all: its file, cut short, of another machine, lacking kernels, or for other vectors.

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { loadNative, nativeEngine } from "./native.ts";

const native = nativeEngine();
const directory = mkdtempSync(join(tmpdir(), "muflow-native-"));
afterAll(() => rmSync(directory, { recursive: true }));

/** A file of these bytes, whose name says that they are all. */
function build(bytes: Uint8Array | string, level = "some") {
  const digest = createHash("sha256").update(bytes).digest("hex").slice(0, 16);
  const path = join(directory, `kernels-0-${level}-${digest}.node`);
  writeFileSync(path, bytes);
  return { level, path };
}

/** An addon made from C. */
function compiled(name: string, body: string): Buffer {
  const include = join(
    dirname(createRequire(import.meta.url).resolve("node-api-headers/package.json")),
    "include",
  );
  const [source, made] = [join(directory, `${name}.c`), join(directory, name)];
  writeFileSync(source, `#include <node_api.h>\nNAPI_MODULE_INIT() {\n${body}\n  return exports;\n}\n`);
  const shared = process.platform === "darwin" ? ["-undefined", "dynamic_lookup"] : [];
  const { status } = spawnSync("cc", ["-shared", "-fPIC", ...shared, `-I${include}`, source, "-o", made]);
  expect(status).toBe(0);
  return readFileSync(made);
}

const LEVEL = `  napi_value level;
  napi_create_string_utf8(env, "some", NAPI_AUTO_LENGTH, &level);
  napi_set_named_property(env, exports, "level", level);`;

describe.skipIf(!("engine" in native))("an addon", () => {
  const { path, engine } = native as Extract<typeof native, { path: string }>;
  const bytes = "engine" in native ? readFileSync(path) : Buffer.alloc(0);

  it("is whole where all of it is there", () => {
    expect(loadNative({ level: engine.level, path })).toHaveProperty("engine");
  });

  it("is broken where its file was cut short, or a bit of it is another", () => {
    const { level } = engine;
    for (const change of [() => bytes.subarray(0, 4096), () => bytes.with(5000, bytes[5000]! ^ 1)]) {
      const damaged = build(bytes, level);
      writeFileSync(damaged.path, change());
      expect(loadNative(damaged)).toEqual({
        lack: `the native build ${damaged.path} is broken (its bytes are not those that were built); \`npx muflow native --force --level ${level}\` builds it again`,
        broken: true,
      });
    }
  });

  it("is broken where the system does not load it", () => {
    const text = build("no machine code");
    expect(loadNative(text)).toMatchObject({ lack: expect.stringContaining(text.path), broken: true });
    if (process.platform !== "linux") return;
    // Of another architecture, as its header says: 0 is none.
    const foreign = build(bytes.with(18, 0).with(19, 0));
    expect(loadNative(foreign)).toMatchObject({ lack: expect.stringContaining(foreign.path), broken: true });
  });

  it("is broken where kernels are lacking", () => {
    const offered = build(
      compiled("few", `${LEVEL}\n  napi_set_named_property(env, exports, "address", level);`),
    );
    expect(loadNative(offered)).toMatchObject({
      lack: expect.stringMatching(/lacks ridge_\w+, /),
      broken: true,
    });
  });

  it("is for other processors where it offers its level alone", () => {
    expect(loadNative(build(compiled("foreign", LEVEL)))).toBe("foreign");
    const other = build(compiled("other", LEVEL), "wide");
    expect(loadNative(other)).toMatchObject({
      lack: expect.stringContaining("(it is for some)"),
      broken: true,
    });
  });
});
