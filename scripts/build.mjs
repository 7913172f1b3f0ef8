// Builds dist beside what is there, so that a muflow which is running goes on with the files it began with, whatever it loads later; meanwhile, where a
// C compiler is found, the native kernels (src/kernels/backend/native-build.ts), unless they are there already:
//   dist/build-HASH/   all of one build, HASH that of its files      dist/cli.js, index.js, index.d.ts   one line each: which build
//   node scripts/build.mjs           builds; builds of more than a week ago are removed
//   node scripts/build.mjs --alone   nothing; all builds but the present one are removed, as for a package

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createJiti } from "jiti";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const DIST = join(ROOT, "dist");
const KEPT_MS = 7 * 24 * 3600 * 1000;

/** Runs it to its end; where it fails this process ends as it did. */
function execute(command, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: "inherit" });
    child.on("error", reject);
    child.on("close", (status) => {
      if (status === 0) resolve();
      else process.exit(status ?? 1);
    });
  });
}

/** Says what it did, in a line. Never fails: what is lacking here is faster machine code alone. */
async function buildKernels() {
  try {
    const jiti = createJiti(import.meta.url);
    const { buildNative } = await jiti.import("../src/kernels/backend/native-build.ts");
    const { level, path, isNew } = await buildNative();
    if (isNew) console.log(`native kernels, ${level}: ${path}`);
  } catch (error) {
    console.log(`native kernels are not built: ${error.message}. WebAssembly is used`);
  }
}

function hashOf(folder) {
  const hash = createHash("sha256");
  for (const name of readdirSync(folder).sort())
    hash.update(`${name}\n`).update(readFileSync(join(folder, name)));
  return hash.digest("hex").slice(0, 12);
}

/** Whole or not there; untouched where it says the same. */
function put(name, text, mode = 0o644) {
  const path = join(DIST, name);
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, text);
  chmodSync(temporary, mode);
  renameSync(temporary, path);
}

/** All but the entries and the builds that `isKept`. */
function clear(isKept) {
  const entries = ["cli.js", "index.js", "index.d.ts", "experiment.schema.json"];
  for (const name of readdirSync(DIST)) {
    if (!entries.includes(name) && !isKept(name)) rmSync(join(DIST, name), { recursive: true, force: true });
  }
}

const isYoung = (name) =>
  name !== "" && Date.now() - (statSync(join(DIST, name), { throwIfNoEntry: false })?.mtimeMs ?? 0) < KEPT_MS;

const present = () => /build-\w+/.exec(readFileSync(join(DIST, "cli.js"), "utf8"))?.[0];

async function build() {
  mkdirSync(DIST, { recursive: true });
  const fresh = join(DIST, `new-${process.pid}`);
  const tsdown = fileURLToPath(import.meta.resolve("tsdown/run"));
  // tsdown clears its folder first.
  const schema = `${fresh}.schema.json`;
  const kernels = buildKernels();
  await Promise.all([
    execute(process.execPath, tsdown, "--logLevel", "warn", "--out-dir", fresh),
    execute(process.execPath, join(ROOT, "scripts", "schema.mjs"), "--out", schema),
  ]);
  renameSync(schema, join(fresh, "experiment.schema.json"));
  const name = `build-${hashOf(fresh)}`;
  const own = join(DIST, name);
  if (existsSync(own)) rmSync(fresh, { recursive: true });
  else renameSync(fresh, own);
  utimesSync(own, new Date(), new Date());
  put("experiment.schema.json", readFileSync(join(own, "experiment.schema.json"), "utf8"));
  put("index.d.ts", `export * from "./${name}/index.js";\n`);
  put("index.js", `export * from "./${name}/index.js";\n`);
  put("cli.js", `#!/usr/bin/env node\nimport "./${name}/cli.js";\n`, 0o755);
  clear((other) => other === name || isYoung(other));
  await kernels;
}

const { values } = parseArgs({ options: { alone: { type: "boolean" } } });
if (values.alone) clear((other) => other === present());
else await build();
