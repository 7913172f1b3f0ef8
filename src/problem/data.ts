// Data (x_i, y_i, q_i), i = 1..M, q_i ≥ 0, Σ q_i = 1: samples, or a quadrature of a population (docs/theory.md §1.1).
// M = 0 stands for "no data". Inputs are stored by coordinate, x[k·M + i], so that sums over i run along memory.

import { inputError } from "../base/errors.ts";
import {
  foundAllowed,
  requireList,
  requireMade,
  requireNumbers,
  requireWord,
  showValue,
} from "../base/keys.ts";
import { rounded } from "../base/words.ts";

export interface DataSet {
  /** M */
  readonly size: number;
  /** d */
  readonly inputs: number;
  /** x[k·M + i], length d·M */
  readonly x: Float64Array;
  /** length M */
  readonly y: Float64Array;
  /** q, length M, sums to 1 */
  readonly weight: Float64Array;
  /** Whether its numbers change from step to step, as those of a batch do; absent: no. */
  readonly changes?: boolean;
  /** What its columns are called, where they have names. */
  readonly names?: ColumnNames;
  /** Data that nothing is learnt from: what was learnt is tested on it. */
  readonly test?: DataSet;
  /** What of it was standardised; absent: nothing. */
  readonly standardised?: Standardised;
  /** What should be known of how it was read, a sentence each. */
  readonly notices?: readonly string[];
}

/** One name an input, and the target's. */
export interface ColumnNames {
  readonly inputs: readonly string[];
  readonly target: string;
}

export const NO_DATA: DataSet = {
  size: 0,
  inputs: 0,
  x: new Float64Array(0),
  y: new Float64Array(0),
  weight: new Float64Array(0),
};

/**
 * Data from rows of inputs (numbers where d = 1), targets, and optional weights (normalised to sum 1; default equal).
 * Errors: no rows, lengths that differ, rows of different length, a number that is not finite, a negative weight.
 *
 * @example
 * ```ts
 * import { data } from "muflow";
 *
 * const xor = data.fromArrays([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], [3, 1, 1, 3]);
 * console.log(xor.size, xor.inputs, xor.weight); // 4 2 Float64Array(4) [ 0.375, 0.125, 0.125, 0.375 ]
 * ```
 */
export function fromArrays(
  x: readonly (readonly number[] | number)[],
  y: readonly number[],
  weight?: readonly number[],
): DataSet {
  const call =
    "(x, y, weight?), x a list of rows of numbers (of numbers, for one input), y a list of numbers";
  if (y === undefined) throw inputError("data.fromArrays", foundAllowed(showValue(x), call));
  requireList("data.fromArrays: x", x, "a list of rows of numbers (of numbers, for one input)");
  requireNumbers("data.fromArrays: y", y, "a list of numbers, one a row of x");
  if (weight !== undefined)
    requireNumbers("data.fromArrays: weight", weight, "a list of numbers, one a row of x");
  const size = y.length;
  if (size === 0) throw inputError("data", "found no rows; at least one is needed");
  if (x.length !== size) {
    throw inputError("data", `found ${x.length} inputs for ${size} targets; one input per target is needed`);
  }
  if (weight !== undefined && weight.length !== size) {
    throw inputError("data", `found ${weight.length} weights for ${size} targets; one per target is needed`);
  }
  const rows = Array.from(x, (row, i) => {
    if (typeof row !== "number")
      requireList(`data.fromArrays: x, row ${i + 1}`, row, "a list of numbers, or a number");
    return typeof row === "number" ? [row] : row;
  });
  const inputs = rows[0].length;
  const columns = new Float64Array(inputs * size);
  for (const [i, row] of rows.entries()) {
    if (row.length !== inputs) {
      throw inputError("data", `row ${i + 1} has ${row.length} inputs; the first row has ${inputs}`);
    }
    for (let k = 0; k < inputs; k++) columns[k * size + i] = finite(row[k], i, `input ${k + 1}`);
  }
  const targets = Float64Array.from(y, (value, i) => finite(value, i, "the target"));
  return { size, inputs, x: columns, y: targets, weight: normalised(weight, size) };
}

interface ColumnOptions {
  readonly names?: ColumnNames | undefined;
  readonly weight?: Float64Array | undefined;
}

/** Data from columns; by default unnamed and of equal weights. Errors (input): a number that is not finite. */
export function fromColumns(
  x: readonly Float64Array[],
  y: Float64Array,
  { names, weight: q }: ColumnOptions = {},
): DataSet {
  const size = y.length;
  const columns = new Float64Array(x.length * size);
  for (const [k, column] of x.entries()) {
    for (let i = 0; i < size; i++) finite(column[i]!, i, inputName({ names }, k));
    columns.set(column, k * size);
  }
  for (let i = 0; i < size; i++) finite(y[i]!, i, "the target");
  const data = { size, inputs: x.length, x: columns, y, weight: normalised(q, size) };
  return names === undefined ? data : { ...data, names };
}

/** What messages and reports call input k, from 0. */
function inputName({ names }: ColumnOptions, k: number): string {
  return names?.inputs[k] ?? `input ${k + 1}`;
}

function targetName({ names }: ColumnOptions): string {
  return names?.target ?? "the target";
}

/** Whether every label is −1 or 1, as it was given: what accuracy is made of. */
export function hasSigns({ y, size, standardised: scaled }: DataSet): boolean {
  return size > 0 && scaled !== "all" && y.every((label) => label === 1 || label === -1);
}

/** The rows of these indices, their weights brought to sum 1 again. */
export function rowsOfData(data: DataSet, rows: readonly number[]): DataSet {
  return picked(data, rows, {
    names: data.names,
    weight: Float64Array.from(rows, (row) => data.weight[row]),
  });
}

function picked({ size, inputs, x, y }: DataSet, rows: ArrayLike<number>, rest: ColumnOptions = {}): DataSet {
  const pick = (from: Float64Array) => Float64Array.from(rows, (row) => from[row]);
  const columns = Array.from({ length: inputs }, (_, k) => pick(x.subarray(k * size, (k + 1) * size)));
  return fromColumns(columns, pick(y), rest);
}

/** So many data of equal weights in the place of all: those at the quantiles (i + ½)/count of the weights, in their order. */
export function thinned(data: DataSet, count: number): DataSet {
  const { size, weight } = data;
  const rows = new Int32Array(count);
  let row = 0;
  let sum = weight[0]!;
  for (let i = 0; i < count; i++) {
    while (sum <= (i + 0.5) / count && row < size - 1) sum += weight[++row]!;
    rows[i] = row;
  }
  return picked(data, rows);
}

// ---- Standardising ----

/** What is standardised: the inputs, or the inputs and the target. */
export const STANDARDISED = ["inputs", "all"] as const;
export type Standardised = (typeof STANDARDISED)[number];

/**
 * Each input, and with "all" the target too, shifted and scaled to weighted mean 0 and standard deviation 1; the data to test on by
 * the same numbers. Errors (input): constant columns, all of them by name.
 *
 * @example
 * ```ts
 * import { data } from "muflow";
 *
 * const set = data.standardised(data.fromArrays([1, 2, 3], [10, 20, 30]));
 * console.log(Array.from(set.x, (value) => value.toFixed(4))); // [ '-1.2247', '0.0000', '1.2247' ]
 * console.log(Array.from(set.y, (value) => value.toFixed(4))); // [ '-1.2247', '0.0000', '1.2247' ]
 * ```
 */
export function standardised(data: DataSet, what: Standardised = "all"): DataSet {
  requireMade("data.standardised", data, ["size", "x", "y", "weight"], "data.fromArrays or data.fromCsv");
  requireWord("data.standardise", what, STANDARDISED);
  const { size, inputs, weight } = data;
  const scales = Array.from({ length: inputs }, (_, k) =>
    scaleOf(data.x.subarray(k * size, (k + 1) * size), weight),
  );
  const target = what === "all" ? scaleOf(data.y, weight) : UNSCALED;
  const constants = scales.flatMap((scale, k) =>
    typeof scale === "number" ? [{ name: inputName(data, k), value: scale }] : [],
  );
  const constantTarget = typeof target === "number" ? { name: targetName(data), value: target } : null;
  if (constants.length > 0 || constantTarget !== null) {
    throw inputError("data.standardise", constantText(constants, constantTarget));
  }
  const apply = (set: DataSet): DataSet => {
    const x = new Float64Array(inputs * set.size);
    for (const [k, scale] of scales.entries()) {
      const column = set.x.subarray(k * set.size, (k + 1) * set.size);
      x.set(scaled(inputName(data, k), column, scale as Scale), k * set.size);
    }
    return { ...set, x, y: scaled(targetName(data), set.y, target as Scale), standardised: what };
  };
  return { ...apply(data), ...(data.test !== undefined && { test: apply(data.test) }) };
}

const MOST_NAMED = 12;

interface ConstantColumn {
  readonly name: string;
  readonly value: number;
}

function constantText(inputs: readonly ConstantColumn[], target: ConstantColumn | null): string {
  const constants = [...inputs, ...(target === null ? [] : [target])];
  const several = constants.length > 1;
  const some = constants.slice(0, MOST_NAMED);
  const rest = constants.length - some.length;
  const names = several
    ? `${some.map(({ name, value }) => `${name} (${value})`).join(", ")}${rest > 0 ? ` and ${rest} more` : ""} are constant: they have`
    : `${some[0]!.name} is constant (${some[0]!.value}): it has`;
  const them = several ? "them" : "it";
  const advice =
    target === null
      ? `Leave ${them} out`
      : `${inputs.length === 0 ? "Set" : "Leave the inputs among them out, and set"} standardise: inputs, which leaves the target as it is`;
  return `${names} no scale. ${advice}`;
}

/** u ↦ ((u·factor − shift) − mean)/deviation */
interface Scale {
  readonly factor: number;
  readonly shift: number;
  readonly mean: number;
  readonly deviation: number;
}

const UNSCALED: Scale = { factor: 1, shift: 0, mean: 0, deviation: 1 };

/** Where a column varies by less than this share of its size, the rounding of its mean would show. */
const NARROW = 2 ** -20;

/** The scale of a column, or its value where it is constant. */
function scaleOf(column: Float64Array, weight: Float64Array): Scale | number {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < column.length; i++) {
    if (!(weight[i] > 0)) continue;
    low = Math.min(low, column[i]);
    high = Math.max(high, column[i]);
  }
  const least = low;
  if (low === high) return least;
  // A power of two changes no bit, and keeps squares from overflow and underflow.
  const factor = nearOne(Math.max(Math.abs(low), Math.abs(high)));
  [low, high] = [low * factor, high * factor];
  // Differences from the least value are exact there.
  const shift = high - low < NARROW * Math.max(Math.abs(low), Math.abs(high)) ? low : 0;
  let mean = 0;
  for (let i = 0; i < column.length; i++) {
    // What has no weight may be so far away that it is infinite there.
    if (weight[i] > 0) mean += weight[i] * (column[i] * factor - shift);
  }
  let variance = 0;
  for (let i = 0; i < column.length; i++) {
    if (!(weight[i] > 0)) continue;
    const u = column[i] * factor - shift - mean;
    variance += weight[i] * u * u;
  }
  // All the weight, but for what vanishes beside it, is on one value.
  return variance > 0 ? { factor, shift, mean, deviation: Math.sqrt(variance) } : least;
}

/** Errors (input): a value, of no weight or to test on, that is beyond double precision in deviations of the others. */
function scaled(name: string, column: Float64Array, { factor, shift, mean, deviation }: Scale): Float64Array {
  return column.map((value) => {
    const score = (value * factor - shift - mean) / deviation;
    if (Number.isFinite(score)) return score;
    throw inputError(
      "data.standardise",
      `${name}: found ${value}, beyond double precision in standard deviations (${rounded(deviation / factor, 3)}); leave the row out`,
    );
  });
}

/** A power of two that brings a positive size near 1, as far as it can. */
function nearOne(size: number): number {
  let factor = 1;
  while (size * factor > 2 && factor > 2 ** -1000) factor /= 2;
  while (size * factor < 1 && factor < 2 ** 1000) factor *= 2;
  return factor;
}

function normalised(weight: ArrayLike<number> | undefined, size: number): Float64Array {
  if (weight === undefined) return new Float64Array(size).fill(1 / size);
  let total = 0;
  let largest = 0;
  for (let i = 0; i < size; i++) {
    const value = weight[i];
    if (!(finite(value, i, "the weight") >= 0)) {
      throw inputError("data", `row ${i + 1}: the weight is ${value}; allowed: a number ≥ 0`);
    }
    total += value;
    largest = Math.max(largest, value);
  }
  if (!(total > 0)) throw inputError("data", "the weights sum to 0; at least one must be positive");
  if (Number.isFinite(total)) return Float64Array.from({ length: size }, (_, i) => weight[i] / total);
  // Their sum is beyond double precision, their ratios are not.
  const shares = Float64Array.from({ length: size }, (_, i) => weight[i] / largest);
  const sum = shares.reduce((before, share) => before + share, 0);
  return shares.map((share) => share / sum);
}

function finite(value: number, row: number, what: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw inputError("data", `row ${row + 1}: ${what} is ${showValue(value)}; a finite number is needed`);
  }
  return value;
}
