// What a result folder must hold to be understood elsewhere: the spec as plain data, overrides applied, and a copy of every
// file it names. Paths are no part of an experiment's hash, so the copies stand for the originals.
//   state/source/spec.json   { raw, moduleSha256 }        state/source/HASH-NAME   the files

import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { inputError } from "../base/errors.ts";
import { diskError, writeAtomically } from "./files.ts";
import type { NamedFile, StatedSpec } from "./load.ts";

const sourceFolder = (folder: string) => join(folder, "state", "source");
const specPath = (folder: string) => join(sourceFolder(folder), "spec.json");

/** Keeps the spec and the files it names. Errors: a folder that cannot be written. */
export function keepSource(folder: string, spec: StatedSpec, files: readonly NamedFile[]): void {
  const directory = sourceFolder(folder);
  const names = new Map<string, string>();
  try {
    mkdirSync(directory, { recursive: true });
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
  const kept = { raw: renamed(spec.raw, "", names), moduleSha256: spec.moduleSha256 ?? null };
  writeAtomically(specPath(folder), `${JSON.stringify(kept, null, 2)}\n`);
}

/** The spec that a folder keeps. Errors (input): the folder holds none. */
export function keptSource(folder: string): StatedSpec {
  const path = specPath(folder);
  if (!existsSync(path)) {
    throw inputError(folder, "holds no spec; allowed: folders that muflow run or muflow study has written");
  }
  try {
    const { raw, moduleSha256 } = JSON.parse(readFileSync(path, "utf8"));
    return { raw, path, ...(moduleSha256 === null ? {} : { moduleSha256 }) };
  } catch {
    throw inputError(path, "is not JSON; compute the results anew into another folder");
  }
}

/** A copy in which every file, named by a key `csv`, `path` or `file` or by a swept one that ends so, has its new name. */
function renamed(value: unknown, key: string, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => renamed(item, key, names));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([own, item]) => [own, renamed(item, own, names)]));
  }
  const isFile = typeof value === "string" && /(^|\.)(csv|path|file)$/.test(key);
  return isFile ? (names.get(value) ?? value) : value;
}
