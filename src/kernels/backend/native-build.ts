// The kernels as a Node addon: where its file is, and how it is built from src/kernels/c by a C compiler, a few seconds. The name of
// the file says what it was made from, so that one of another version, or for another machine, is never loaded in its place.

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Kinds of vectors, and what they ask of the compiler. */
interface Level {
  readonly name: string;
  /** Of a vector. */
  readonly bytes: number;
  readonly flags: readonly string[];
  /** What a compiler defines that builds for a machine with them. */
  readonly macros: readonly string[];
}

const GENERIC: Level = { name: "generic", bytes: 16, flags: [], macros: [] };
/** The widest first. */
const LEVELS: readonly Level[] =
  process.arch === "x64"
    ? [
        {
          name: "avx512",
          bytes: 64,
          flags: ["-mavx512f", "-mavx512dq"],
          macros: ["__AVX512F__", "__AVX512DQ__"],
        },
        { name: "avx2", bytes: 32, flags: ["-mavx2"], macros: ["__AVX2__"] },
        { name: "sse2", bytes: 16, flags: [], macros: [] },
      ]
    : [GENERIC];

// Contraction into fused multiply-adds would change bits; errno is nobody's here, and would forbid square roots in vectors.
const FLAGS = ["-O3", "-ffp-contract=off", "-fno-math-errno", "-fPIC"];
/** gcc puts operations that do not wait for one another side by side only where it is told; others do anyhow, and do not know these. */
const GCC_FLAGS = ["-fschedule-insns", "-fsched-pressure"];

/** The folder of the C sources, of this package or clone; null where it is not there. */
function sourceFolder(): string | null {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const sources = join(folder, "src", "kernels", "c");
    if (existsSync(join(sources, "native.c"))) return sources;
    const above = dirname(folder);
    if (above === folder) return null;
    folder = above;
  }
}

function cacheFolder(): string {
  const { MUFLOW_CACHE: own, XDG_CACHE_HOME: cache } = process.env;
  if (own !== undefined && own !== "") return own;
  return join(cache === undefined || cache === "" ? join(homedir(), ".cache") : cache, "muflow");
}

/** Where addons of these sources are, or would be, those for the widest vectors first; none without sources. */
export function nativePaths(): { readonly level: string; readonly path: string }[] {
  const sources = sourceFolder();
  if (sources === null) return [];
  const hash = createHash("sha256").update(JSON.stringify([FLAGS, GCC_FLAGS, LEVELS]));
  for (const name of readdirSync(sources).sort()) {
    hash.update(`${name}\n`).update(readFileSync(join(sources, name)));
  }
  const made = hash.digest("hex").slice(0, 16);
  return LEVELS.map(({ name: level }) => ({
    level,
    path: join(cacheFolder(), `kernels-${made}-${process.platform}-${process.arch}-${level}.node`),
  }));
}

/** What stands in the way of a build, in one line. */
export class NativeBuildError extends Error {
  override readonly name = "NativeBuildError";
}

/**
 * Builds the addon for the widest vectors of this machine, or for `level`, whole or not at all, and returns its path; at once where
 * it is there, unless `again`. Throws NativeBuildError: no sources, no compiler (CC, or cc), one that fails.
 */
export async function buildNative({
  again = false,
  level,
}: {
  again?: boolean;
  level?: string;
} = {}): Promise<string> {
  const sources = sourceFolder();
  if (sources === null) throw new NativeBuildError("the C sources, src/kernels/c, are not there");
  const macros = await cc(["-march=native", "-dM", "-E", "-x", "c", "/dev/null"]);
  const { name, bytes, flags } = levelOf(level, macros);
  const { path } = nativePaths().find((one) => one.level === name)!;
  if (existsSync(path) && !again) return path;
  mkdirSync(dirname(path), { recursive: true });
  const made = `${path}.${process.pid}`;
  const headers = join(
    dirname(createRequire(import.meta.url).resolve("node-api-headers/package.json")),
    "include",
  );
  const shared = process.platform === "darwin" ? ["-shared", "-undefined", "dynamic_lookup"] : ["-shared"];
  const scheduling = macros.includes("#define __clang__ ") ? [] : GCC_FLAGS;
  const defined = [`-DVECTOR_BYTES=${bytes}`, `-DLEVEL=${name}`];
  try {
    await cc([
      ...FLAGS,
      ...scheduling,
      ...flags,
      ...defined,
      ...shared,
      `-I${headers}`,
      join(sources, "native.c"),
      "-o",
      made,
    ]);
    renameSync(made, path);
  } finally {
    rmSync(made, { force: true });
  }
  return path;
}

/** That of the name, or the widest that the compiler knows this machine to have. */
function levelOf(asked: string | undefined, macros: string): Level {
  const named = LEVELS.find(({ name }) => name === asked);
  if (named !== undefined) return named;
  return LEVELS.find((level) => level.macros.every((macro) => macros.includes(`#define ${macro} `)))!;
}

/** What the compiler prints. */
function cc(args: readonly string[]): Promise<string> {
  const [command = "cc", ...first] = (process.env.CC || "cc").split(/\s+/);
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...first, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    const said = { out: "", error: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => {
      said.out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said.error += text;
    });
    child.on("error", ({ message }) => {
      reject(new NativeBuildError(`no C compiler runs as ${command} (${message}); CC names another`));
    });
    child.on("close", (code) => {
      if (code === 0) resolve(said.out);
      else reject(new NativeBuildError(`${command} ended with ${code}: ${firstError(said.error)}`));
    });
  });
}

function firstError(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  return lines.find((line) => line.includes("error")) ?? lines[0] ?? "it said nothing";
}
