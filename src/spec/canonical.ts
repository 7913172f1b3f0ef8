// What an experiment says and nothing else: neither the order of its keys, nor which defaults were written out,
// nor where its files lie. Two experiments are the same exactly when their canonical forms are.

import { createHash } from "node:crypto";
import { showValue } from "../base/keys.ts";
import { setAt } from "./overrides.ts";
import { type Experiment, namedFiles } from "./schema.ts";

export type Json = null | boolean | number | string | Json[] | JsonObject;

export interface JsonObject {
  [key: string]: Json;
}

const FILE = "sha256:";

/**
 * The experiment as plain JSON with sorted keys, each file's path replaced by `sha256:<hash of its contents>`.
 * `files` must hold every file the experiment names.
 */
export function canonicalExperiment(
  experiment: Experiment,
  files: readonly { key: string; sha256: string }[],
): JsonObject {
  const byContents = namedFiles(experiment).reduce<unknown>((spec, { key }) => {
    const file = files.find((candidate) => candidate.key === key);
    if (file === undefined) throw new Error(`canonicalExperiment: no hash given for ${key}`);
    return setAt(spec, key.split("."), FILE + file.sha256, key);
  }, experiment);
  return sorted(byContents) as JsonObject;
}

/** The canonical form as the experiment that it is: hashes stand where files are named. */
export function statedIn(canonical: JsonObject): Experiment {
  return canonical as unknown as Experiment;
}

/** The hash of a run: same hash, same bits of the results. */
export function experimentHash(identity: {
  canonical: JsonObject;
  /** Hash of the source of a module spec. */
  moduleSha256?: string | undefined;
  /** The version of muflow. */
  version: string;
}): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(identity)))
    .digest("hex");
}

/** What tells two experiments apart, as lines `problem.temperature: 0.1 → 0.2`. */
export function describeDifferences(a: JsonObject, b: JsonObject): string[] {
  return differencesOf(a, b).map(({ path, a: before, b: after }) =>
    isFile(before) && isFile(after)
      ? `${path}: the file's contents changed`
      : `${path}: ${show(before)} → ${show(after)}`,
  );
}

/** A place where two experiments differ; undefined where one of them has nothing there. */
export interface Difference {
  readonly path: string;
  readonly a: Json | undefined;
  readonly b: Json | undefined;
}

/** A copy with sorted keys, without undefined entries, with 0 for −0. */
function sorted(value: unknown): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, entry]) => entry !== undefined);
    return Object.fromEntries(
      entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, entry]) => [key, sorted(entry)]),
    );
  }
  return value === 0 ? 0 : (value as Json);
}

/** The same, place by place, their paths below `path`. */
export function differencesOf(a: Json | undefined, b: Json | undefined, path = ""): Difference[] {
  // Lists of different lengths are shown whole, as is a list beside a mapping.
  if (isBranch(a) && isBranch(b) && lengthOf(a) === lengthOf(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].flatMap((key) => differencesOf(a[key], b[key], path === "" ? key : `${path}.${key}`));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ path, a, b }];
}

/** A mapping, or a list, whose places are its keys. */
function isBranch(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null;
}

/** null of a mapping, whatever its keys. */
function lengthOf(branch: unknown): number | null {
  return Array.isArray(branch) ? branch.length : null;
}

function isFile(value: Json | undefined): boolean {
  return typeof value === "string" && value.startsWith(FILE);
}

function show(value: Json | undefined): string {
  return isFile(value) ? "a file" : showValue(value);
}
