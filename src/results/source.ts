// What a result folder must hold to be understood elsewhere: the spec as plain data, overrides applied, and a copy of every
// file it names. Paths are no part of an experiment's hash, so the copies stand for the originals.
//   state/source/spec.json   { raw, moduleSha256 }        state/source/HASH-NAME   the files
//   state/source/module.json the record of a module: its source, and that of all it imports

import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import * as z from "zod";
import { inputError } from "../base/errors.ts";
import { isOwnMark } from "../base/own.ts";
import type { NamedFile, StatedSpec } from "../spec/load.ts";
import { type ModuleRecord, moduleHash } from "../spec/module.ts";
import { functionsOf, NO_FUNCTIONS } from "../spec/own-functions.ts";
import { diskError, makeFolder, writeAtomically } from "./files.ts";
import { keptJson } from "./kept.ts";

const sourceFolder = (folder: string) => join(folder, "state", "source");
const specPath = (folder: string) => join(sourceFolder(folder), "spec.json");
const modulePath = (folder: string) => join(sourceFolder(folder), "module.json");

/** Keeps the spec and the files it names. Errors: a folder that cannot be written. */
export function keepSource(folder: string, spec: StatedSpec, files: readonly NamedFile[]): void {
  const directory = sourceFolder(folder);
  const names = new Map<string, string>();
  try {
    makeFolder(directory);
    for (const { written, path, sha256, bytes } of files) {
      // A file that is itself a copy, of a folder that is the study's or a shard's, has its hash already.
      const hash = `${sha256.slice(0, 16)}-`;
      const name = basename(path).startsWith(hash) ? basename(path) : `${hash}${basename(path)}`;
      names.set(written, name);
      // Whole or not there, as one that is there is not looked at again.
      if (!existsSync(join(directory, name))) writeAtomically(join(directory, name), bytes);
    }
  } catch (error) {
    throw diskError(directory, error);
  }
  const record = spec.module?.record ?? null;
  if (record !== null) writeAtomically(modulePath(folder), JSON.stringify(record));
  const stated = { raw: renamed(spec.raw, "", names), moduleSha256: spec.module?.sha256 ?? null };
  writeAtomically(specPath(folder), `${JSON.stringify(stated, null, 2)}\n`);
}

/** The spec that a folder keeps. Errors (input): the folder holds none. */
export async function keptSource(folder: string): Promise<StatedSpec> {
  const path = specPath(folder);
  if (!existsSync(path)) {
    throw inputError(folder, "holds no spec; allowed: folders that muflow run or muflow study has written");
  }
  const { raw, moduleSha256 } = keptJson(path, specShape, ANEW);
  if (moduleSha256 === null) return { raw, path };
  const file = modulePath(folder);
  // Versions until 0.3 kept no module: what it stated was plain data, which is all there.
  if (!existsSync(file)) {
    return { raw, path, module: { record: null, sha256: moduleSha256, functions: NO_FUNCTIONS } };
  }
  const record = keptJson(file, recordShape, ANEW) as unknown as ModuleRecord;
  if (hashOf(record) !== moduleSha256) {
    throw inputError(
      file,
      "is not the module that the results are of; compute them anew into another folder",
    );
  }
  // Nothing of a folder is run but for functions that its spec names.
  const functions = holdsMark(raw) ? await functionsOf(record) : NO_FUNCTIONS;
  return { raw, path, module: { record, sha256: moduleSha256, functions } };
}

/** null: no record of a module. */
function hashOf(record: ModuleRecord): string | null {
  try {
    return moduleHash(record);
  } catch {
    return null;
  }
}

/** Whether anything in a spec stands for a function. */
export function holdsMark(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isOwnMark(value) || Object.values(value).some(holdsMark);
}

const ANEW = "compute the results anew into another folder";
const specShape = z.object({ raw: z.unknown(), moduleSha256: z.string().nullable() });
const recordShape = z.looseObject({
  name: z.string(),
  modules: z
    .array(z.looseObject({ source: z.string(), links: z.record(z.string(), z.looseObject({})) }))
    .min(1),
});

/** Keys that name files. */
const FILE_KEY = /(^|\.)(csv|npy|npz|file|path)$/;

/** A copy in which every file, named by one of those keys or by a swept one that ends so, has its new name. */
function renamed(value: unknown, key: string, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, key, names));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([inner, item]) => [inner, renamed(item, inner, names)]),
    );
  }
  const isFile = typeof value === "string" && FILE_KEY.test(key);
  return isFile ? (names.get(value) ?? value) : value;
}
