// An experiment's module with all that it imports, read once. What was read is a record of plain data: it is hashed, handed to
// every thread and kept in the result folder, and each of them runs the record, never the files again.
// The files of one's own are part of it; a package counts by its name and version, and is loaded by Node from where it lies;
// "muflow" is the muflow that runs, wherever the file lies.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Script } from "node:vm";
import type { Jiti } from "jiti";
import { inputError, MuflowError } from "../base/errors.ts";
import { type PlainData, plainData } from "./plain-data.ts";

/** The library's own entry beside this file, as built. */
export const LIBRARY = new URL("./index.js", import.meta.url);

/** Where an import leads: to another module of the record, to the library, to Node, or to a package. */
type Link =
  | { readonly module: number }
  | { readonly builtin: string }
  | { readonly library: true }
  | { readonly package: string; readonly url: string };

interface ModuleText {
  /** Where it was read, absolute: errors name it. */
  readonly path: string;
  readonly source: string;
  /** As it runs: CommonJS, with `await` for imports unless it is required. */
  readonly code: string;
  readonly required: boolean;
  readonly links: Record<string, Link>;
}

/** A module and what it imports, in the order of loading; the module itself comes first. */
export interface ModuleRecord {
  /** As the user names the file. */
  readonly name: string;
  readonly modules: readonly ModuleText[];
}

/**
 * Of the sources in the order of loading, and of packages' names and versions. Where the files lie is no part of it; that of a
 * file that imports nothing is the hash of the file.
 */
export function moduleHash({ modules }: ModuleRecord): string {
  const [entry, ...others] = modules;
  const hash = createHash("sha256").update(entry!.source);
  for (const { source } of others) hash.update(`\0module ${Buffer.byteLength(source)}\0`).update(source);
  const packages = modules.flatMap(({ links }) =>
    Object.values(links).flatMap((link) => ("package" in link ? link.package : [])),
  );
  for (const name of [...new Set(packages)].sort()) hash.update(`\0package ${name}\0`);
  return hash.digest("hex");
}

/** Reads and runs a module: its record, and what it exports. Errors (input): what does not parse, load or run, with its line. */
export async function readModule(
  source: string,
  name: string,
): Promise<{ record: ModuleRecord; exports: Record<string, unknown> }> {
  const path = resolve(name);
  // Loaded where a module is to be: that takes longer than all of an experiment file.
  const { createJiti } = await import("jiti");
  const jiti = createJiti(path, { fsCache: false, moduleCache: false, interopDefault: false });
  const reader = new Reader(jiti);
  reader.add(path, source, false);
  const record: ModuleRecord = { name, modules: reader.modules };
  return { record, exports: await run(record, reader) };
}

/** What the module of a record exports. */
export function runModule(record: ModuleRecord): Promise<Record<string, unknown>> {
  return run(record, null);
}

/** What a module states, by default or as `experiment`. */
export function experimentIn(exported: Record<string, unknown>, name: string): PlainData {
  const value = exported.default ?? exported.experiment;
  if (value !== undefined) return plainData(value, name, true);
  // CommonJS: module.exports is the experiment.
  if (!("__esModule" in exported)) return plainData(exported, name, true);
  const names = Object.keys(exported).join(", ") || "no exports";
  throw inputError(
    name,
    `found ${names}; allowed: a default export, or one named experiment, that is an experiment`,
  );
}

/** Reads the files behind imports, each once. */
class Reader {
  readonly modules: ModuleText[] = [];

  constructor(private readonly jiti: Jiti) {}

  add(path: string, source: string, required: boolean): number {
    const isJson = extname(path) === ".json";
    const code = isJson
      ? `module.exports = ${source.trim() === "" ? "{}" : source}`
      : this.jiti.transform({
          source,
          filename: path,
          ts: /\.[cm]?tsx?$/.test(path),
          async: !required,
          retainLines: true,
          interopDefault: false,
        });
    return this.modules.push({ path, source, code, required, links: {} }) - 1;
  }

  /** Where `specifier` leads from that module; read if it is new. */
  find(from: ModuleText, specifier: string, required: boolean): Link {
    const known = from.links[specifier];
    if (known !== undefined) return known;
    const link = this.resolve(from, specifier, required);
    from.links[specifier] = link;
    return link;
  }

  private resolve(from: ModuleText, specifier: string, required: boolean): Link {
    if (specifier === "muflow") return { library: true };
    if (specifier.startsWith("node:") || builtinModules.includes(specifier)) return { builtin: specifier };
    const url = this.jiti.esmResolve(specifier, { parentURL: pathToFileURL(from.path).href, try: true });
    if (url === undefined || !url.startsWith("file:")) throw new Error(`cannot find "${specifier}"`);
    const path = fileURLToPath(url);
    const named = packageOf(path);
    if (named !== null) return { package: named, url };
    if (!READABLE.includes(extname(path))) {
      throw new Error(
        `"${specifier}" is a ${extname(path) || "file without extension"}; allowed: ${READABLE.join(", ")}`,
      );
    }
    const at = this.modules.findIndex((module) => module.path === path);
    return { module: at >= 0 ? at : this.add(path, readFileSync(path, "utf8"), required) };
  }
}

const READABLE = [".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".json"];

/** name@version of the package that an installed file belongs to; null for a file of one's own. */
function packageOf(path: string): string | null {
  if (!/[\\/]node_modules[\\/]/.test(path)) return null;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) {
      const { name, version } = JSON.parse(readFileSync(manifest, "utf8"));
      if (typeof name === "string" && typeof version === "string") return `${name}@${version}`;
    }
    if (folder === dirname(folder)) return path;
  }
}

interface Running {
  exports: Record<string, unknown>;
}

/** Runs a record; `reader` finds the imports that it does not have yet. */
async function run(record: ModuleRecord, reader: Reader | null): Promise<Record<string, unknown>> {
  const running = new Map<number, Running>();

  const linkOf = (from: ModuleText, specifier: string, required: boolean): Link => {
    const link = reader === null ? from.links[specifier] : reader.find(from, specifier, required);
    if (link === undefined)
      throw new Error(`"${specifier}" is imported now, and was not when the file was read`);
    return link;
  };

  /** Begins a module; a required one has ended then too. A module in a circle sees what there is of the others, as in Node. */
  const begin = (at: number): { module: Running; ended: Promise<void> | undefined } => {
    const { path, code, required } = record.modules[at]!;
    const from = record.modules[at]!;
    const module: Running = { exports: {} };
    running.set(at, module);
    const require = (specifier: string) => {
      const link = linkOf(from, specifier, true);
      if ("library" in link) throw new Error('"muflow" is to be imported, not required');
      if (!("module" in link))
        return createRequire(path)("builtin" in link ? link.builtin : fileURLToPath(link.url));
      return (running.get(link.module) ?? begin(link.module).module).exports;
    };
    const load = async (specifier: string) => {
      const link = linkOf(from, specifier, false);
      if ("library" in link) return import(LIBRARY.href);
      if (!("module" in link)) return import("builtin" in link ? link.builtin : link.url);
      const known = running.get(link.module);
      if (known !== undefined) return asNamespace(known.exports);
      const { module, ended } = begin(link.module);
      await ended;
      return asNamespace(module.exports);
    };
    const head = `(${required ? "" : "async "}function (exports, require, module, __filename, __dirname, jitiImport) {`;
    const body = new Script(`${head}${code}\n})`, { filename: path }).runInThisContext();
    const ended = body(module.exports, require, module, path, dirname(path), load);
    const check = () => requireParsed(module.exports);
    if (required) check();
    return { module, ended: required ? undefined : ended.then(check) };
  };

  try {
    const { module, ended } = begin(0);
    await ended;
    return Object(module.exports);
  } catch (error) {
    if (error instanceof MuflowError) throw error;
    throw moduleError(record.name, error);
  }
}

/** What a CommonJS module or JSON exports is its default too, as in Node. */
function asNamespace(exported: Record<string, unknown>): Record<string, unknown> {
  return Object.hasOwn(Object(exported), "__esModule") ? exported : { ...exported, default: exported };
}

/** The transformer leaves what does not parse as an export of this name. */
function requireParsed(exported: Record<string, unknown>): void {
  const error = Object(exported).__JITI_ERROR__ as
    | { filename: string; line: number; column: number; code: string; message: string }
    | undefined;
  if (error === undefined) return;
  const { filename, line, column, message } = error;
  throw new Error(`ParseError: ${message}\n ${filename}:${line}:${column}`);
}

/** Why a module does not load, beginning with the place: line and column where it does not parse, the line where it throws. */
export function moduleError(path: string, error: unknown): MuflowError {
  return placed(path, error, "the module cannot be loaded");
}

/** The same of whatever goes wrong in a module; `what` says what that is. */
export function placed(path: string, error: unknown, what: string): MuflowError {
  const absolute = resolve(path);
  const text = error instanceof Error ? error.message : String(error);
  // The parser's second line is FILE:LINE:COLUMN, its columns counted from 0.
  const unparsed = /^(?:ParseError: )?(.*)\n\s*(\S.*):(\d+):(\d+)\s*$/.exec(text);
  if (unparsed !== null) {
    const [, reason, file, line, column] = unparsed;
    const place = {
      file: file === absolute ? path : file!,
      within: `:${line}:${Number(column) + 1}`,
      row: false,
    };
    return inputError(place, `${what}: ${reason!.trim()}`);
  }
  const stack = (error instanceof Error && error.stack) || "";
  const [, thrown] = stack.split(`${absolute}:`);
  const line = /^\d+/.exec(thrown ?? "");
  const [reason] = text.split("\n");
  const within = line === null ? "" : `:${line[0]}`;
  return inputError({ file: path, within, row: false }, `${what}: ${reason!.trim()}`);
}
