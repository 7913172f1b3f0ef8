// Reads an experiment: a YAML or JSON file, of which nothing is ever executed, or a TypeScript or JavaScript module.

import { createHash } from "node:crypto";
import { dirname, extname, resolve } from "node:path";
import { inputError, type MuflowError } from "../base/errors.ts";
import { readRegular } from "../tables/regular-file.ts";
import { FileStore } from "./file-store.ts";
import { applyOverrides, parseYaml, setAt } from "./overrides.ts";
import { type Experiment, namedFiles, parseExperiment } from "./schema.ts";
import { STUDY_KEYS } from "./shape.ts";

/** A file the experiment names. */
export interface NamedFile {
  /** The key that names it, such as problem.data.csv. */
  key: string;
  /** As the experiment writes it. */
  written: string;
  /** Absolute. */
  path: string;
  /** Of its contents, hexadecimal. */
  sha256: string;
  bytes: Buffer;
}

export interface LoadedExperiment {
  experiment: Experiment;
  /** What the file states. */
  stated: StatedSpec;
  /** Of the experiment file, absolute: paths in the experiment are relative to it. */
  directory: string;
  /** The experiment file, absolute. */
  path: string;
  files: NamedFile[];
  /** What those files held when they were read. */
  store: FileStore;
  /** Of the source of a module; absent for YAML and JSON. */
  moduleSha256?: string;
}

export interface LoadOptions {
  /** Overrides `key=value`, in order. */
  set?: readonly string[] | undefined;
  /** Overrides the experiment's seed, and any `set` of it. */
  seed?: number | undefined;
}

const DATA_EXTENSIONS = [".yaml", ".yml", ".json"];
const MODULE_EXTENSIONS = [".ts", ".mts", ".js", ".mjs"];

/** What a file states, overrides applied, before the schema has looked at it. */
export interface StatedSpec {
  readonly raw: unknown;
  /** As the user gave it: errors begin with it. */
  readonly path: string;
  readonly moduleSha256?: string;
  /** The files that it names, shared by all points of a study; absent: nothing is read yet. */
  readonly store?: FileStore;
}

/** Reads a file; what it states is plain data, and nothing more is known of it. */
export async function readSpec(path: string, options: LoadOptions = {}): Promise<StatedSpec> {
  const absolute = resolve(path);
  const extension = extname(path).toLowerCase();
  const isModule = MODULE_EXTENSIONS.includes(extension);
  const source = readRegular(absolute, (found) =>
    inputError(path, `found ${found} (${absolute}); ${ALLOWED}`),
  );
  if (!isModule && !DATA_EXTENSIONS.includes(extension)) {
    throw inputError(
      path,
      `found ${extension === "" ? "no extension" : `the extension ${extension}`}; ${ALLOWED}`,
    );
  }
  const stated = isModule ? await evaluateModule(source, path) : readData(source, path);
  const raw = overridden(plainData(stated, [], [], path), options);
  return { raw, path, store: new FileStore(), ...(isModule && { moduleSha256: sha256(source) }) };
}

/** The experiment in the file at `path`, complete, with the hashes of what it depends on. */
export async function loadExperiment(path: string, options: LoadOptions = {}): Promise<LoadedExperiment> {
  const stated = await readSpec(path, options);
  const keys = STUDY_KEYS.filter((key) => Object.hasOwn(Object(stated.raw), key));
  if (keys.length > 0) {
    throw inputError(path, `found ${keys.join(" and ")}; one experiment has none: use muflow study ${path}`);
  }
  return completeSpec(stated, stated.raw, path);
}

/** The experiment that `raw` states, in the place of a file; `where` begins its errors. */
export async function completeSpec(spec: StatedSpec, raw: unknown, where: string): Promise<LoadedExperiment> {
  const { path, moduleSha256, store = new FileStore() } = spec;
  const absolute = resolve(path);
  const directory = dirname(absolute);
  const experiment = parseExperiment(raw, where);
  const files = readFiles(experiment, directory, where, store);
  return {
    experiment,
    stated: { ...spec, raw },
    directory,
    path: absolute,
    files,
    store,
    ...(moduleSha256 === undefined ? {} : { moduleSha256 }),
  };
}

const ALLOWED = `allowed: an experiment file ${[...DATA_EXTENSIONS, ...MODULE_EXTENSIONS].join(", ")}`;

function overridden(raw: unknown, { set = [], seed }: LoadOptions): unknown {
  const spec = applyOverrides(raw, set);
  return seed === undefined ? spec : setAt(spec, ["seed"], seed, `--seed ${seed}`);
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function readData(source: Buffer, path: string): unknown {
  const value = parseYaml(decode(source, path), (line, column) => `${path}:${line}:${column}`);
  if (value === null) throw inputError(path, "found an empty file; allowed: an experiment");
  return value;
}

function decode(source: Buffer, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(source);
  } catch {
    throw inputError(path, "found bytes that are not text; allowed: UTF-8");
  }
}

/** What a module exports, by default or as `experiment`. Runs the bytes that are hashed, never a cached module. */
async function evaluateModule(source: Buffer, path: string): Promise<unknown> {
  const code = decode(source, path);
  // Loaded where a module is to be: that takes longer than all of an experiment file.
  const { createJiti } = await import("jiti");
  const jiti = createJiti(import.meta.url, { fsCache: false, moduleCache: false, interopDefault: false });
  let exported: Record<string, unknown>;
  try {
    // Left to themselves, .mjs files go to Node's own loader, which reads each only once.
    exported = Object(
      await jiti.evalModule(code, { filename: resolve(path), async: true, forceTranspile: true }),
    );
  } catch (error) {
    throw moduleError(path, error);
  }
  const value = exported.default ?? exported.experiment;
  if (value !== undefined) return value;
  // CommonJS: module.exports is the experiment.
  if (!("__esModule" in exported)) return exported;
  const names = Object.keys(exported).join(", ") || "no exports";
  throw inputError(
    path,
    `found ${names}; allowed: a default export, or one named experiment, that is an experiment`,
  );
}

/** Why a module does not load, beginning with the place: line and column where it does not parse, the line where it throws. */
export function moduleError(path: string, error: unknown): MuflowError {
  const own = resolve(path);
  const text = error instanceof Error ? error.message : String(error);
  // The parser's second line is FILE:LINE:COLUMN, its columns counted from 0.
  const unparsed = /^(?:ParseError: )?(.*)\n\s*(\S.*):(\d+):(\d+)\s*$/.exec(text);
  if (unparsed !== null) {
    const [, reason, file, line, column] = unparsed;
    const place = `${file === own ? path : file}:${line}:${Number(column) + 1}`;
    return inputError(place, `the module cannot be loaded: ${reason!.trim()}`);
  }
  const stack = (error instanceof Error && error.stack) || "";
  const [, thrown] = stack.split(`${own}:`);
  const line = /^\d+/.exec(thrown ?? "");
  const [reason] = text.split("\n");
  return inputError(
    line === null ? path : `${path}:${line[0]}`,
    `the module cannot be loaded: ${reason!.trim()}`,
  );
}

/**
 * A copy of `value` if JSON can state it: of mappings, lists, numbers, text, true, false and null, without cycles.
 * Entries that are undefined count as absent. Anything else (a function, a Date, a Map) is an input error.
 */
function plainData(
  value: unknown,
  keys: readonly string[],
  above: readonly unknown[],
  where: string,
): unknown {
  const refuse = (found: string) =>
    inputError(
      where,
      `${keys.length === 0 ? "" : `${keys.join(".")}: `}found ${found}; allowed: plain data, as in JSON`,
    );
  if (value === null || ["number", "string", "boolean"].includes(typeof value)) return value;
  if (typeof value !== "object") throw refuse(`a ${typeof value}`);
  if (above.includes(value)) throw refuse("a mapping or list inside itself");
  const copy = (item: unknown, key: string) => plainData(item, [...keys, key], [...above, value], where);
  if (Array.isArray(value)) return value.map((item, index) => copy(item, String(index)));
  const prototype: unknown = Object.getPrototypeOf(value);
  // A module may run in another realm, whose Object is not ours: what counts is to be one step below the root.
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw refuse(`a ${value.constructor.name}`);
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return Object.fromEntries(entries.map(([key, entry]) => [key, copy(entry, key)]));
}

/** Every file the experiment names, with its contents; paths are relative to the experiment file. */
function readFiles(experiment: Experiment, directory: string, where: string, store: FileStore): NamedFile[] {
  return namedFiles(experiment).map(({ key, path }) => {
    const absolute = resolve(directory, path);
    const contents = store.read(absolute, (found) =>
      inputError(
        where,
        `${key}: found ${found} "${path}" (${absolute}); allowed: a path relative to this file`,
      ),
    );
    return { key, written: path, path: absolute, ...contents };
  });
}
