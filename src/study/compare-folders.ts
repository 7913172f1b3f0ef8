// What differs between two finished folders, of runs or of studies: keys of the spec by path, and every number, that of the series
// matched by what they are of (solver, width, replica, label, swept keys, t), the others by their place in summary.json or study.json.
// A relative difference is |a − b|/max(|a|, |b|), and infinite where only one of the two is there.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inputError } from "../base/errors.ts";
import { grouped } from "../base/grouped.ts";
import { requireManifest } from "../results/folder.ts";
import { records } from "../results/formats/series.ts";
import { type Difference, differencesOf, type Json, type JsonObject } from "../spec/canonical.ts";
import { readResults } from "./gather.ts";

/** A number, or a word, that is not the same in both; null where one has none. */
export interface NumberDifference {
  readonly where: string;
  /** Of what: the observable of a series, else the place with * for counts: comparisons.*.mean. */
  readonly quantity: string;
  readonly a: number | string | null;
  readonly b: number | string | null;
  readonly relative: number;
}

export interface FolderComparison {
  readonly spec: readonly Difference[];
  /** Largest first. */
  readonly numbers: readonly NumberDifference[];
  /** How many were looked at. */
  readonly compared: number;
}

/** Compares two folders; numbers that differ relatively by `tolerance` or less count as the same. Errors (input): what is not finished. */
export function compareFolders(a: string, b: string, tolerance: number): FolderComparison {
  const [first, second] = [contentsOf(a), contentsOf(b)];
  const differences: NumberDifference[] = [];
  let compared = 0;
  const look = (where: string, quantity: string, x: Value, y: Value) => {
    compared++;
    const relative = relativeDifference(x, y);
    if (relative > tolerance) differences.push({ where, quantity, a: x, b: y, relative });
  };
  compareSeries(first.series, second.series, look);
  comparePlaces(first.results, second.results, "", look);
  return {
    spec: differencesOf(first.identity, second.identity),
    numbers: differences.sort((x, y) => y.relative - x.relative || (x.where < y.where ? -1 : 1)),
    compared,
  };
}

/** The differences in one quantity. */
export interface QuantityDifference {
  readonly quantity: string;
  readonly count: number;
  /** Where it is largest: the first such place. */
  readonly largest: NumberDifference;
}

/**
 * The differences by quantity, the largest first, those of kind last: what only one of the two has, and words. Of a quantity these are told
 * apart from differences of numbers.
 */
export function byQuantity(numbers: readonly NumberDifference[]): QuantityDifference[] {
  const rank = (relative: number) => (Number.isFinite(relative) ? relative : -1);
  return grouped(numbers, ({ relative, quantity }) => `${Number.isFinite(relative)} ${quantity}`)
    .map((differences) => ({
      quantity: differences[0].quantity,
      count: differences.length,
      largest: differences.reduce((a, b) => (b.relative > a.relative ? b : a)),
    }))
    .sort((a, b) => rank(b.largest.relative) - rank(a.largest.relative));
}

type Value = number | string | null;
type Look = (where: string, quantity: string, a: Value, b: Value) => void;

function relativeDifference(a: Value, b: Value): number {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return 0;
  if (typeof a !== "number" || typeof b !== "number") return Number.POSITIVE_INFINITY;
  const relative = Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
  return Number.isNaN(relative) ? Number.POSITIVE_INFINITY : relative;
}

interface Contents {
  readonly identity: JsonObject;
  readonly series: Table;
  readonly results: Json;
}

function contentsOf(folder: string): Contents {
  const { version, moduleSha256, spec } = requireManifest(folder);
  const finished = readResults(folder);
  const results = "study" in finished ? finished.study : finished.run;
  // A study's manifest has the experiment beside its sweep.
  const { experiment, ...rest } = spec;
  const stated = Object.hasOwn(spec, "sweep") ? { ...(experiment as JsonObject), ...rest } : spec;
  return {
    identity: { ...stated, version, ...(moduleSha256 === null ? {} : { module: `sha256:${moduleSha256}` }) },
    series: tableIn(join(folder, "series.csv")),
    results: results as unknown as Json,
  };
}

// ---- Series ----

interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

function tableIn(path: string): Table {
  if (!existsSync(path))
    throw inputError(path, "is missing; muflow report of its folder does not make it again");
  const [columns = [], ...rows] = records(readFileSync(path, "utf8"), path);
  return { columns, rows };
}

/** What a whole row of one series alone is counted under. */
const ROWS = "rows of series.csv";

/** Columns up to t say what a row is of; `point` and `run` count, and may count otherwise elsewhere. */
const keysOf = ({ columns }: Table) =>
  columns.slice(0, columns.indexOf("t") + 1).filter((name) => name !== "point" && name !== "run");

function compareSeries(a: Table, b: Table, look: Look): void {
  const keys = keysOf(a).filter((name) => b.columns.includes(name));
  const [first, second] = [indexed(a, keys), indexed(b, keys)];
  const places = new Set([...keysOf(a), ...keysOf(b), "point", "run"]);
  const names = [...new Set([...a.columns, ...b.columns])].filter((name) => !places.has(name));
  const at = (table: Table) => names.map((name) => table.columns.indexOf(name));
  const [inA, inB] = [at(a), at(b)];
  for (const key of new Set([...first.keys(), ...second.keys()])) {
    const [x, y] = [first.get(key), second.get(key)];
    if (x === undefined || y === undefined) {
      look(`series: ${key}`, ROWS, x === undefined ? null : "a row", y === undefined ? null : "a row");
      continue;
    }
    for (const [i, name] of names.entries()) {
      const [u, v] = [cell(x, inA[i]!), cell(y, inB[i]!)];
      if (u !== null || v !== null) look(`series: ${key}: ${name}`, name, u, v);
    }
  }
}

/** Rows by what they are of; of those that are of the same, the second is numbered 2. */
function indexed({ columns, rows }: Table, keys: readonly string[]): Map<string, readonly string[]> {
  const at = keys.map((name) => columns.indexOf(name));
  const index = new Map<string, readonly string[]>();
  const seen = new Map<string, number>();
  for (const row of rows) {
    const text = keys.flatMap((name, i) => (row[at[i]!] === "" ? [] : `${name} = ${row[at[i]!]}`)).join(", ");
    const count = (seen.get(text) ?? 0) + 1;
    seen.set(text, count);
    index.set(count === 1 ? text : `${text} (${count})`, row);
  }
  return index;
}

function cell(row: readonly string[], at: number): Value {
  const text = row[at] ?? "";
  if (text === "") return null;
  const value = Number(text);
  return Number.isNaN(value) && text !== "NaN" ? text : value;
}

// ---- Results ----

/** What is no result: identity, machine, and what the series hold. */
const ASIDE = new Set([
  "name",
  "hash",
  "version",
  "seed",
  "spec",
  "sweep",
  "values",
  "machine",
  "wallTime",
  "final",
]);

const COUNT = /(?<=^|\.)\d+(?=\.|$)/g;

function comparePlaces(a: Json | undefined, b: Json | undefined, path: string, look: Look): void {
  if (isBranch(a) && isBranch(b)) {
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (ASIDE.has(key)) continue;
      const below = path === "" ? key : `${path}.${key}`;
      comparePlaces((a as JsonObject)[key], (b as JsonObject)[key], below, look);
    }
  } else look(path, path.replaceAll(COUNT, "*"), leaf(a), leaf(b));
}

function isBranch(value: Json | undefined): value is Json[] | JsonObject {
  return typeof value === "object" && value !== null;
}

function leaf(value: Json | undefined): Value {
  if (value === undefined || value === null) return null;
  return typeof value === "number" || typeof value === "string" ? value : JSON.stringify(value);
}
