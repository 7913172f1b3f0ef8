// Data from arrays that numpy saved: the columns of a .npy, or the named arrays of a .npz, muflow's own or another program's.

import { type Breach, refuse, under } from "../base/breach.ts";
import { fileAt, inputError, type Where, within } from "../base/errors.ts";
import { foundAllowed, requireKeys, requireText, showValue } from "../base/keys.ts";
import { counted, quoted } from "../base/words.ts";
import { type ColumnKey, columnAt, columnsAt } from "../tables/columns.ts";
import { beginsWith, NPY, ZIP } from "../tables/magic.ts";
import { arrayNamed, columnOf, type Matrix, matrixOf } from "../tables/matrix.ts";
import { decodeNpy, type NumericArray } from "../tables/npy.ts";
import { decodeNpz } from "../tables/npz.ts";
import { numberIn } from "../tables/number.ts";
import { readRegular } from "../tables/regular-file.ts";
import { type DataSet, fromColumns } from "./data.ts";
import { requireColumns, requireDistinct, requireLabels } from "./requests.ts";
import { requireTest, type SampleOptions, type TestFile, withTest } from "./samples.ts";
import type { SplitOptions } from "./split.ts";

export type Labels = Readonly<Record<string, number>>;

/** Columns of a matrix, one row a sample, by number from 1. */
export interface NpyColumns extends SampleOptions {
  inputs: readonly ColumnKey[];
  target: ColumnKey;
  weight?: ColumnKey;
  /** What numbers in the column of the target stand for. */
  labels?: Labels;
}

/** Arrays by name, their first index that of samples. */
export interface NpzArrays extends Omit<SampleOptions, "test"> {
  /** Of several arrays the columns together; default data_x, and then data_y and data_weight, as muflow saves them. */
  inputs?: string | readonly string[];
  target?: string;
  weight?: string;
  labels?: Labels;
  test?: TestFile | SplitOptions | TestArrays;
}

/** Other arrays of the same file. */
export interface TestArrays {
  inputs: string | readonly string[];
  target: string;
}

/**
 * Data from columns of a .npy. Errors: unreadable file, unknown column, a number that is not finite.
 *
 * @example
 * ```ts
 * import { data } from "muflow";
 *
 * // numpy.save("matrix.npy", …), one row a sample; columns are counted from 1.
 * const set = data.fromNpy("test/tables/matrix.npy", { inputs: [1, 2], target: 3 });
 * console.log(set.size, set.inputs); // 40 2
 * ```
 */
export function fromNpy(path: string, columns: NpyColumns): DataSet {
  requireText("data.fromNpy: path", path, "the path of a .npy file");
  return npyData(path, columns, bytesAt);
}

/**
 * Data from arrays of a .npz. Errors: unreadable file, unknown array, lengths that differ, a number that is not finite.
 *
 * @example
 * ```ts
 * import { data } from "muflow";
 *
 * // numpy.savez("digits.npz", x_train=…, …), the first index that of samples.
 * const set = data.fromNpz("test/tables/digits.npz", {
 *   inputs: "x_train",
 *   target: "y_train",
 *   test: { inputs: "x_test", target: "y_test" },
 * });
 * console.log(set.size, set.test?.size); // 30 10
 * ```
 */
export function fromNpz(path: string, arrays: NpzArrays = {}): DataSet {
  requireText("data.fromNpz: path", path, "the path of a .npz file");
  return npzData(path, arrays, bytesAt);
}

function bytesAt(path: string): Uint8Array {
  return readRegular(path, (found) => inputError(path, `found ${found}; arrays of numpy are needed`));
}

/** The same of files that `bytesOf` has at hand. */
export function npyData(path: string, columns: NpyColumns, bytesOf: (path: string) => Uint8Array): DataSet {
  const where = "data.fromNpy";
  requireKeys(where, columns, ["inputs", "target", "weight", "labels", "standardise", "test"]);
  requireColumns(where, columns);
  requireLabels(where, columns.labels);
  requireTest(`${where}.test`, columns.test);
  const read = (name: string) =>
    matrixData(fileAt(name), decodeNpy(arraysOf("npy", name, bytesOf), fileAt(name)), columns);
  return withTest(read(path), columns, read);
}

function matrixData(where: Where, array: NumericArray, options: NpyColumns): DataSet {
  const { inputs, target, weight, labels } = options;
  const matrix = matrixOf(where, array);
  const columns = { where, width: matrix.columns, names: null };
  const x = inputs.flatMap((key) => columnsAt(columns, key));
  const y = columnAt(columns, target);
  requireDistinct(columns, x, y);
  const column = (k: number) => columnOf(matrix, k, within(where, `, column ${k + 1}`));
  return fromColumns(x.map(column), labelled(where, column(y), labels), {
    names: { inputs: x.map((k) => `column ${k + 1}`), target: `column ${y + 1}` },
    weight: weight === undefined ? undefined : column(columnAt(columns, weight)),
  });
}

/** The same of files that `bytesOf` has at hand. */
export function npzData(path: string, options: NpzArrays, bytesOf: (path: string) => Uint8Array): DataSet {
  const where = "data.fromNpz";
  requireKeys(where, options, ["inputs", "target", "weight", "labels", "standardise", "test"]);
  requireLabels(where, options.labels);
  requireNames(where, options);
  refuse(arrayBreaches(options).map((breach) => under(["data", "fromNpz"], breach))[0]);
  const { test } = options;
  requireTest(`${where}.test`, test);
  const archive = (name: string) => decodeNpz(arraysOf("npz", name, bytesOf), fileAt(name));
  const read = (name: string) => archiveData(fileAt(name), archive(name), options);
  if (test === undefined || !("inputs" in test)) {
    return withTest(read(path), options as SampleOptions, read);
  }
  requireKeys(`${where}.test`, test, ["inputs", "target"]);
  requireNames(`${where}.test`, test);
  const { weight: _, ...others } = options;
  const arrays = archive(path);
  const learnt = archiveData(fileAt(path), arrays, options);
  const beside = () => archiveData(fileAt(path), arrays, { ...others, ...test } as NpzArrays);
  return withTest(learnt, { ...options, test: { file: path } } as SampleOptions, beside);
}

/** The bytes of a file of that kind. Errors (input): of another, by the key that it goes by. */
function arraysOf(key: "npy" | "npz", name: string, bytesOf: (path: string) => Uint8Array): Uint8Array {
  const bytes = bytesOf(name);
  const format = beginsWith(bytes, NPY) ? "npy" : beginsWith(bytes, ZIP) ? "npz" : "csv";
  if (format === key) return bytes;
  const what = { npy: "is a .npy, one array", npz: "is a zip, as .npz is", csv: `is no .${key}` }[format];
  const advice = format === "csv" ? "a table of text goes by the key csv" : `use the key ${format}`;
  throw inputError(fileAt(name), `${what}: ${advice}`);
}

function requireNames(where: string, { inputs, target, weight }: NpzArrays): void {
  const isName = (name: unknown) => typeof name === "string" && name !== "";
  const names = Array.isArray(inputs) ? inputs : [inputs ?? SAVED.inputs];
  if (names.length === 0 || !names.every(isName)) {
    throw inputError(
      `${where}.inputs`,
      foundAllowed(showValue(inputs), "the name of an array, or a list of them"),
    );
  }
  for (const [key, name] of Object.entries({ target, weight })) {
    if (name !== undefined && !isName(name)) {
      throw inputError(`${where}.${key}`, foundAllowed(showValue(name), "the name of an array"));
    }
  }
}

/** Names of x and y that are not told together. */
export function arrayBreaches({ inputs, target }: Pick<NpzArrays, "inputs" | "target">): Breach[] {
  if ((inputs === undefined) === (target === undefined)) return [];
  const [lacking, stated] = inputs === undefined ? ["inputs", "target"] : ["target", "inputs"];
  return [{ key: [lacking], found: undefined, allowed: `the name of an array, as ${stated} has one` }];
}

/** What muflow calls them where it saves them. */
const SAVED = { inputs: "data_x", target: "data_y", weight: "data_weight" } as const;

function archiveData(
  where: Where,
  arrays: Readonly<Record<string, NumericArray>>,
  options: NpzArrays,
): DataSet {
  const saved =
    options.inputs === undefined && Object.hasOwn(arrays, SAVED.weight) ? SAVED.weight : undefined;
  const { inputs = SAVED.inputs, target = SAVED.target, weight = saved, labels } = options;
  const matrix = (name: string) => ({
    name,
    ...matrixOf(within(where, `: ${name}`), arrayNamed(where, arrays, name)),
  });
  const parts = (typeof inputs === "string" ? [inputs] : inputs).map(matrix);
  const y = matrix(target);
  const q = weight === undefined ? null : matrix(weight);
  for (const { name, rows } of [...parts, ...(q === null ? [] : [q])]) {
    if (rows !== y.rows) {
      throw inputError(
        where,
        `${name} has ${counted(rows, "row")}, ${target} ${y.rows}; each sample is a row of both. Transpose the array where its samples are columns`,
      );
    }
  }
  if (y.rows === 0) throw inputError(where, `${target} has no rows`);
  const x = parts.flatMap((part) =>
    Array.from({ length: part.columns }, (_, k) => ({
      name: part.columns === 1 ? part.name : `${part.name} ${k + 1}`,
      column: columnOf(part, k, within(where, `: ${part.name}`)),
    })),
  );
  return fromColumns(
    x.map(({ column }) => column),
    labelled(within(where, `: ${target}`), single(where, target, y), labels),
    {
      names: { inputs: x.map(({ name }) => name), target },
      weight: q === null || weight === undefined ? undefined : single(where, weight, q),
    },
  );
}

/** The only column. Errors (input): several, as of labels one-hot. */
function single(where: Where, name: string, matrix: Matrix): Float64Array {
  if (matrix.columns === 1) return columnOf(matrix, 0, within(where, `: ${name}`));
  throw inputError(where, `${name} has ${counted(matrix.columns, "column")}; one number a sample is needed`);
}

function labelled(where: Where, y: Float64Array, labels: Labels | undefined): Float64Array {
  const given = Object.entries(labels ?? {});
  if (given.length === 0) return y;
  const values = new Map(given.map(([label, value]) => [numberIn(label), value]));
  return y.map((target, i) => {
    const value = values.get(target);
    if (value !== undefined) return value;
    throw inputError(
      within(where, `: row ${i + 1}`, true),
      `found ${target}; allowed: the labels ${given.map(([label]) => quoted(label)).join(", ")}`,
    );
  });
}
