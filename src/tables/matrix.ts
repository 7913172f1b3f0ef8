// An array seen as a table: the first index counts rows, the others together columns.

import { inputError, type Where, within } from "../base/errors.ts";
import { foundAllowed } from "../base/keys.ts";
import { printable, quoted } from "../base/words.ts";
import { type NumericArray, shapeText, sizeOf } from "./npy.ts";

/** rows × columns, row after row. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float64Array;
}

/** (N) is a column, (N, a, b) has ab columns. Errors (input): a single number. */
export function matrixOf(where: Where, { shape, data }: NumericArray): Matrix {
  const [rows, ...rest] = shape;
  if (rows === undefined)
    throw inputError(where, foundAllowed("a single number", "an array, its first index that of rows"));
  return { rows, columns: sizeOf(rest), data };
}

/** Column k, all of whose numbers must be finite. `where` names it in errors. */
export function columnOf({ rows, columns, data }: Matrix, k: number, where: Where): Float64Array {
  const column = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const value = data[i * columns + k]!;
    if (!Number.isFinite(value)) {
      throw inputError(within(where, `: row ${i + 1}`, true), `found ${value}; a finite number is needed`);
    }
    column[i] = value;
  }
  return column;
}

const MOST_SHOWN = 12;

/** The array of that name. Errors (input): none such. */
export function arrayNamed(
  where: Where,
  arrays: Readonly<Record<string, NumericArray>>,
  name: string,
): NumericArray {
  if (Object.hasOwn(arrays, name)) return arrays[name]!;
  throw inputError(where, `found no array ${quoted(name)}; the file has: ${arraysText(arrays)}`);
}

/** Names and shapes, some where there are many. */
export function arraysText(arrays: Readonly<Record<string, NumericArray>>): string {
  const all = Object.entries(arrays);
  const some = all.slice(0, MOST_SHOWN).map(([name, { shape }]) => `${printable(name)} ${shapeText(shape)}`);
  return some.join(", ") + (all.length > MOST_SHOWN ? ` and ${all.length - MOST_SHOWN} more` : "");
}
