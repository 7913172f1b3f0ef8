// Reads an experiment: a YAML or JSON file, of which nothing is ever executed, or a TypeScript or JavaScript module.

import { dirname, extname, resolve } from "node:path";
import { inputError, MuflowError } from "../base/errors.ts";
import type { Backend } from "../kernels/backend/names.ts";
import { readRegular } from "../tables/regular-file.ts";
import { type Blame, blameOn, type Override } from "./blame.ts";
import { FileStore } from "./file-store.ts";
import type { Complaint } from "./issues.ts";
import { experimentIn, type ModuleRecord, moduleHash, readModule } from "./module.ts";
import { applyOverrides, overriddenPath, parseYaml, setAt } from "./overrides.ts";
import { NO_FUNCTIONS, type OwnFunctions, ownFunctions } from "./own-functions.ts";
import { plainData } from "./plain-data.ts";
import { type Experiment, experimentComplaints, namedFiles, parseExperiment } from "./schema.ts";
import { STUDY_KEYS } from "./shapes/study.ts";

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
  /** How what is wrong with it begins. */
  blame: Blame;
}

export interface LoadOptions {
  /** Overrides `key=value`, in order. */
  set?: readonly string[] | undefined;
  /** Overrides the experiment's seed, and any `set` of it. */
  seed?: number | undefined;
  /** gpu is part of the experiment; the others give the same bits. */
  backend?: Backend | undefined;
  /** Hears of what takes seconds before it begins. */
  onNotice?: ((message: string) => void) | undefined;
}

const DATA_EXTENSIONS = [".yaml", ".yml", ".json"];
const MODULE_EXTENSIONS = [".ts", ".mts", ".js", ".mjs"];

/** What a file states, overrides applied, before the schema has looked at it. */
export interface StatedSpec {
  readonly raw: unknown;
  /** As the user gave it: errors begin with it. */
  readonly path: string;
  /** What the command line has set in it, and what the file says without that. */
  readonly overrides?: readonly Override[];
  readonly unset?: unknown;
  /** The files that it names, shared by all points of a study; absent: nothing is read yet. */
  readonly store?: FileStore;
  readonly module?: StatedModule;
  /** Hears of what takes seconds before it begins. */
  readonly onNotice?: ((message: string) => void) | undefined;
}

/** What a spec has of the module that it was stated by. */
export interface StatedModule {
  /** null where only the hash is known. */
  readonly record: ModuleRecord | null;
  /** Of its content and of what it imports. */
  readonly sha256: string;
  readonly functions: OwnFunctions;
}

/** The functions that a spec may name. */
export function functionsIn({ module }: StatedSpec): OwnFunctions {
  return module?.functions ?? NO_FUNCTIONS;
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
  if (!isModule) {
    const { raw } = plainData(readData(source, path), path, false);
    return { ...overridden(raw, options), path, store: new FileStore() };
  }
  const { record, exports } = await readModule(decode(source, path), path);
  const { raw, functions } = experimentIn(exports, path);
  const module = { record, sha256: moduleHash(record), functions: ownFunctions(path, functions) };
  return { ...overridden(raw, options), path, store: new FileStore(), module };
}

/** The experiment in the file at `path`, complete, with the hashes of what it depends on. */
export async function loadExperiment(path: string, options: LoadOptions = {}): Promise<LoadedExperiment> {
  const stated = await readSpec(path, options);
  const keys = STUDY_KEYS.filter((key) => Object.hasOwn(Object(stated.raw), key));
  if (keys.length > 0) {
    const text = `found ${keys.join(" and ")}; one experiment has none: use muflow study ${path}`;
    throw inputError(blameIn(stated).at([keys[0]!]), text);
  }
  return completeSpec(stated);
}

/** Of the experiments that a spec stands for, one: what says which in messages, and how a raw spec becomes it. */
export interface OneOf {
  readonly point: string;
  stated(raw: unknown): unknown;
}

const THE_ONLY: OneOf = { point: "", stated: (raw) => raw };

/** The experiment that a spec states, complete. */
export async function completeSpec(spec: StatedSpec, member: OneOf = THE_ONLY): Promise<LoadedExperiment> {
  const { path, store = new FileStore() } = spec;
  const absolute = resolve(path);
  const directory = dirname(absolute);
  const blame = blameIn(spec, member);
  const raw = member.stated(spec.raw);
  const experiment = parseExperiment(raw, blame.of);
  const files = readFiles(experiment, directory, blame, store);
  return { experiment, stated: { ...spec, raw }, directory, path: absolute, files, store, blame };
}

const ALLOWED = `allowed: an experiment file ${[...DATA_EXTENSIONS, ...MODULE_EXTENSIONS].join(", ")}`;

function overridden(unset: unknown, { set = [], seed, backend, onNotice }: LoadOptions) {
  const options = Object.entries({ seed, backend: backend === "gpu" ? backend : undefined })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value, text: `--${key} ${value}` }));
  const raw = options.reduce(
    (spec, { key, value, text }) => setAt(spec, [key], value, text),
    applyOverrides(unset, set),
  );
  const overrides: Override[] = [
    ...set.map((text) => ({ path: overriddenPath(text), text: `--set ${text}` })),
    ...options.map(({ key, text }) => ({ path: [key], text })),
  ];
  return { raw, unset, onNotice, overrides };
}

/** Of a file whose options are left out; without them a swept key may have no place in it. */
function complaintsOfFile(stated: () => unknown): Complaint[] {
  try {
    return experimentComplaints(stated());
  } catch (error) {
    if (error instanceof MuflowError) return [];
    throw error;
  }
}

/** How errors of that experiment begin. */
export function blameIn(
  { path, overrides = [], unset }: StatedSpec,
  { point, stated }: OneOf = THE_ONLY,
): Blame {
  let alone: Complaint[] | null = null;
  return blameOn({ file: path, point }, overrides, (complaint) => {
    alone ??= complaintsOfFile(() => stated(unset));
    const place = complaint.path.join(".");
    return alone.some(({ path, text }) => path.join(".") === place && text === complaint.text);
  });
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

/** Every file the experiment names, with its contents; paths are relative to the experiment file. */
function readFiles(experiment: Experiment, directory: string, blame: Blame, store: FileStore): NamedFile[] {
  return namedFiles(experiment).map(({ key, path }) => {
    const absolute = resolve(directory, path);
    const contents = store.read(absolute, (found) =>
      blame.error(
        key.split("."),
        `found ${found} "${path}" (${absolute}); allowed: a path relative to the experiment file`,
      ),
    );
    return { key, written: path, path: absolute, ...contents };
  });
}
