// The kernels as a Node addon: where its file is, and how it is built from src/kernels/c by a C compiler, a few seconds. Its name says what it was
// made from, so that one of another version, or for another kind of processor, is never loaded in its place; and it ends in a hash of its
// bytes, as a file that was cut short would end the process that loads it.

import { spawn } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
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

/** Names of the kinds that this machine's architecture knows, the widest first. */
export const NATIVE_LEVELS: readonly string[] = LEVELS.map(({ name }) => name);

/** The folder of the C sources, of this package or clone; null where it is not there. */
function sourceFolder(): string | null {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const above = dirname(folder);
    if (above === folder) return null;
    folder = above;
  }
  const sources = join(folder, "src", "kernels", "c");
  return existsSync(join(sources, "native.c")) ? sources : null;
}

/** Null for a user who has no folder. */
function cacheFolder(): string | null {
  const { MUFLOW_CACHE: own, XDG_CACHE_HOME: cache } = process.env;
  if (own) return resolve(own);
  if (cache) return resolve(cache, "muflow");
  try {
    return join(homedir(), ".cache", "muflow");
  } catch {
    return null;
  }
}

/** What the name of an addon of these sources begins with, without its kind of vectors. */
function nameOf(sources: string): string {
  const hash = createHash("sha256").update(JSON.stringify([FLAGS, GCC_FLAGS, LEVELS]));
  for (const name of readdirSync(sources).sort()) {
    hash.update(`${name}\n`).update(readFileSync(join(sources, name)));
  }
  return `kernels-${shortened(hash.digest("hex"))}-${process.platform}-${process.arch}-`;
}

function shortened(digest: string): string {
  return digest.slice(0, 16);
}

function contentHash(path: string): string {
  return shortened(createHash("sha256").update(readFileSync(path)).digest("hex"));
}

/** An addon's file. */
export interface NativeBuild {
  readonly level: string;
  readonly path: string;
}

/** The addons of these sources that are there, those for the widest vectors first. */
export function nativeBuilds(): NativeBuild[] {
  const sources = sourceFolder();
  const folder = cacheFolder();
  if (sources === null || folder === null) return [];
  const name = nameOf(sources);
  const files = filesIn(folder).filter((file) => file.startsWith(name) && file.endsWith(".node"));
  return NATIVE_LEVELS.flatMap((level) => {
    const paths = files
      .filter((file) => file.startsWith(`${name}${level}-`))
      .map((file) => join(folder, file));
    // Two compilers may have made two.
    const newest = paths.sort((a, b) => madeAt(b) - madeAt(a))[0];
    return newest === undefined ? [] : [{ level, path: newest }];
  });
}

/** None where the folder cannot be read. */
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function madeAt(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Whether the file is as it was built. */
export function isWhole({ path }: NativeBuild): boolean {
  return path.endsWith(`-${contentHash(path)}.node`);
}

/** What stands in the way of a build, in one line. */
export class NativeBuildError extends Error {
  override readonly name = "NativeBuildError";
}

/**
 * The addon for the widest vectors of this machine, or for `level`, built whole or not at all; where it is there already it stays, unless
 * `again`. Throws NativeBuildError: no sources, no compiler (CC, or cc), one that fails, a folder that cannot be written.
 */
export async function buildNative({
  again = false,
  level: asked,
}: {
  again?: boolean;
  level?: string | undefined;
} = {}): Promise<NativeBuild & { readonly isNew: boolean }> {
  const sources = sourceFolder();
  if (sources === null) throw new NativeBuildError("the C sources, src/kernels/c, are not there");
  const macros = await compilerMacros();
  const level = levelOf(asked, macros);
  const there = nativeBuilds().filter((build) => build.level === level.name);
  if (there.length > 0 && !again) return { ...there[0]!, isNew: false };
  const folder = cacheFolder();
  if (folder === null)
    throw new NativeBuildError("there is no home folder; MUFLOW_CACHE names another folder");
  const name = `${nameOf(sources)}${level.name}-`;
  const made = join(folder, `${name}${randomUUID()}.part`);
  try {
    makeFolder(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new NativeBuildError(`${folder} cannot be made (${code}); MUFLOW_CACHE names another folder`);
  }
  try {
    await compile(sources, level, macros, made);
    const path = join(folder, `${name}${contentHash(made)}.node`);
    renameSync(made, path);
    for (const before of there) if (before.path !== path) rmSync(before.path, { force: true });
    return { level: level.name, path, isNew: true };
  } finally {
    rmSync(made, { force: true });
  }
}

/** One after another: `recursive` never ends where a system answers ENOENT in a folder that is there, as in /proc. */
function makeFolder(path: string): void {
  if (isFolder(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if (!isFolder(path)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function compile(sources: string, level: Level, macros: string, to: string): Promise<void> {
  const { name, bytes, flags } = level;
  const headers = dirname(createRequire(import.meta.url).resolve("node-api-headers/package.json"));
  const shared = process.platform === "darwin" ? ["-shared", "-undefined", "dynamic_lookup"] : ["-shared"];
  const defined = [`-DVECTOR_BYTES=${bytes}`, `-DLEVEL=${name}`, `-I${join(headers, "include")}`];
  const scheduling = macros.includes("#define __clang__ ") ? [] : GCC_FLAGS;
  await cc([...FLAGS, ...scheduling, ...flags, ...defined, ...shared, join(sources, "native.c"), "-o", to]);
}

/** What the compiler defines for this machine. */
function compilerMacros(): Promise<string> {
  // Not every compiler of other processors knows the option, and their vectors are of one kind.
  const native = LEVELS.length > 1 ? ["-march=native"] : [];
  return cc([...native, "-dM", "-E", "-x", "c", "/dev/null"]);
}

/** That of the name, or the widest that the compiler knows this machine to have. */
function levelOf(asked: string | undefined, macros: string): Level {
  const named = LEVELS.find(({ name }) => name === asked);
  if (named !== undefined) return named;
  return LEVELS.find((level) => level.macros.every((macro) => macros.includes(`#define ${macro} `)))!;
}

/** How the C compiler is called. */
function compiler(): string[] {
  return (process.env.CC || "cc").split(/\s+/).filter((word) => word !== "");
}

/** What the C compiler says that it is; null where none runs. */
export async function compilerVersion(): Promise<string | null> {
  try {
    const [said] = (await cc(["--version"])).split("\n");
    return `${compiler().join(" ")}: ${said}`;
  } catch {
    return null;
  }
}

/** What the compiler prints. */
function cc(args: readonly string[]): Promise<string> {
  const [command = "cc", ...first] = compiler();
  return new Promise((done, reject) => {
    const child = spawn(command, [...first, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    const said = { out: "", error: "" };
    child.stdout.setEncoding("utf8").on("data", (text) => {
      said.out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      said.error += text;
    });
    child.on("error", ({ message }) => {
      reject(new NativeBuildError(`no C compiler runs as ${command} (${message}); ${INSTALL}`));
    });
    child.on("close", (code) => {
      if (code === 0) done(said.out);
      else reject(new NativeBuildError(`${command} ended with ${code}: ${firstError(said.error)}`));
    });
  });
}

export const INSTALL =
  "install gcc or clang (Debian, Ubuntu: apt install build-essential; macOS: xcode-select --install), or name one by CC";

function firstError(said: string): string {
  const lines = said.split("\n").filter((line) => line.trim() !== "");
  // A linker has said what is wrong before its caller says that it failed.
  return lines.find((line) => /error|\bld: /.test(line)) ?? lines[0] ?? "it said nothing";
}
