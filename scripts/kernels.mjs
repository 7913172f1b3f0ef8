// Compiles src/kernels/c to WebAssembly, as base64 in src/kernels/backend/module.ts, with the clang of @yowasp/clang, which npm installs:
//   node scripts/kernels.mjs           where sources, flags or compiler are others than those that the module is of
//   node scripts/kernels.mjs --out F   and writes the bytes to F too

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const SOURCES = new URL("../src/kernels/c/", import.meta.url);
const MODULE = fileURLToPath(new URL("../src/kernels/backend/module.ts", import.meta.url));
// Contraction into fused multiply-adds would change bits; relaxed SIMD would too, and stays out.
const FLAGS = [
  "--target=wasm32",
  "-O3",
  "-ffp-contract=off",
  "-ffreestanding",
  "-nostdlib",
  "-msimd128",
  "-mbulk-memory",
  "-DVECTOR_BYTES=16",
  "-Wl,--no-entry",
  "-Wl,--export=__heap_base",
  "-Wl,-z,stack-size=65536",
];

const names = readdirSync(SOURCES).filter((name) => name.endsWith(".h") || name === "kernels.c");
const files = Object.fromEntries(
  names.sort().map((name) => [name, readFileSync(new URL(name, SOURCES), "utf8")]),
);
const compiler = JSON.parse(
  readFileSync(new URL("../node_modules/@yowasp/clang/package.json", import.meta.url), "utf8"),
);
const hash = createHash("sha256")
  .update(JSON.stringify([files, FLAGS, compiler.version]))
  .digest("hex");

const { values } = parseArgs({ options: { out: { type: "string" } } });
const head = `// Made by scripts/kernels.mjs from src/kernels/c: ${hash}\n`;
const isThere = existsSync(MODULE) && readFileSync(MODULE, "utf8").startsWith(head);
if (!isThere || values.out !== undefined) {
  const { commands } = await import("@yowasp/clang");
  const made = await commands.clang([...FLAGS, "-o", "kernels.wasm", "kernels.c"], files);
  const bytes = made["kernels.wasm"];
  const temporary = `${MODULE}.${process.pid}`;
  writeFileSync(temporary, `${head}\nexport const MODULE =\n  "${Buffer.from(bytes).toString("base64")}";\n`);
  renameSync(temporary, MODULE);
  if (values.out !== undefined) writeFileSync(values.out, bytes);
}
