// Compiles src/kernels/c to WebAssembly, as base64 in src/kernels/backend/module.ts, with the clang of @yowasp/clang, which npm installs:
//   node scripts/kernels.mjs           where sources, flags or compiler are others than those that the module is of
//   node scripts/kernels.mjs --check   nothing; exits 1 if it is not up to date
//   node scripts/kernels.mjs --out F   the bytes to F, in any case, and nothing else

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
  "-matomics",
  "-DVECTOR_BYTES=16",
  "-Wl,--no-entry",
  "-Wl,--export=__heap_base",
  // Each thread has an instance, with a stack of its own, on one memory, which wasm.ts gives and knows the size of.
  "-Wl,--export=__stack_pointer",
  "-Wl,--import-memory",
  "-Wl,--shared-memory",
  "-Wl,--initial-memory=1048576",
  "-Wl,--max-memory=4294967296",
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

/** Whole or not there. */
function write(path, content) {
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, content);
  renameSync(temporary, path);
}

async function compiled() {
  const { commands, Exit } = await import("@yowasp/clang");
  const args = [...FLAGS, "-o", "kernels.wasm", "kernels.c"];
  try {
    // Loads it without telling how far that is.
    await commands.clang(null, {}, { fetchProgress: () => {} });
    const made = await commands.clang(args, files);
    return made["kernels.wasm"];
  } catch (error) {
    // It has said what is wrong.
    if (error instanceof Exit) process.exit(error.code);
    throw error;
  }
}

const { values } = parseArgs({ options: { out: { type: "string" }, check: { type: "boolean" } } });
const head = `// Made by scripts/kernels.mjs from src/kernels/c: ${hash}\n`;
const isThere = existsSync(MODULE) && readFileSync(MODULE, "utf8").startsWith(head);
if (values.out !== undefined) write(values.out, await compiled());
else if (values.check && !isThere) {
  console.error("src/kernels/backend/module.ts is not up to date: run node scripts/kernels.mjs");
  process.exitCode = 1;
} else if (!isThere) {
  const text = Buffer.from(await compiled()).toString("base64");
  write(MODULE, `${head}\nexport const MODULE =\n  "${text}";\n`);
}
