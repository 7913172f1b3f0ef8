// Data (x_i, y_i, q_i), i = 1..M, q_i ≥ 0, Σ q_i = 1: samples, or a quadrature of a population (THEORY §1).
// M = 0 stands for "no data". Inputs are stored by coordinate, x[k·M + i], so that sums over i run along memory.

import { inputError } from "../base/errors.ts";

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
 */
export function fromArrays(
  x: readonly (readonly number[] | number)[],
  y: readonly number[],
  weight?: readonly number[],
): DataSet {
  const size = y.length;
  if (size === 0) throw inputError("data", "found no rows; at least one is needed");
  if (x.length !== size) {
    throw inputError("data", `found ${x.length} inputs for ${size} targets; one input per target is needed`);
  }
  if (weight !== undefined && weight.length !== size) {
    throw inputError("data", `found ${weight.length} weights for ${size} targets; one per target is needed`);
  }
  const rows = x.map((row) => (typeof row === "number" ? [row] : row));
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

/** Each input and the target shifted and scaled to weighted mean 0 and standard deviation 1. */
export function standardised(data: DataSet): DataSet {
  const { size, inputs, weight } = data;
  const x = new Float64Array(inputs * size);
  for (let k = 0; k < inputs; k++) {
    x.set(standardisedColumn(data.x.subarray(k * size, (k + 1) * size), weight, `input ${k + 1}`), k * size);
  }
  return { size, inputs, x, y: standardisedColumn(data.y, weight, "the target"), weight };
}

function standardisedColumn(column: Float64Array, weight: Float64Array, name: string): Float64Array {
  let mean = 0;
  for (let i = 0; i < column.length; i++) mean += weight[i] * column[i];
  let variance = 0;
  for (let i = 0; i < column.length; i++) variance += weight[i] * (column[i] - mean) * (column[i] - mean);
  if (!(variance > 0)) {
    throw inputError("data.standardise", `${name} is constant (${mean}): it has no scale. Leave it out`);
  }
  const deviation = Math.sqrt(variance);
  return column.map((value) => (value - mean) / deviation);
}

function normalised(weight: readonly number[] | undefined, size: number): Float64Array {
  if (weight === undefined) return new Float64Array(size).fill(1 / size);
  let total = 0;
  for (const [i, value] of weight.entries()) {
    if (!(finite(value, i, "the weight") >= 0)) {
      throw inputError("data", `row ${i + 1}: the weight is ${value}; allowed: a number ≥ 0`);
    }
    total += value;
  }
  if (!(total > 0)) throw inputError("data", "the weights sum to 0; at least one must be positive");
  return Float64Array.from(weight, (value) => value / total);
}

function finite(value: number, row: number, what: string): number {
  if (typeof value !== "number" || !Number.isFinite(value)) {
    throw inputError("data", `row ${row + 1}: ${what} is ${value}; a finite number is needed`);
  }
  return value;
}
