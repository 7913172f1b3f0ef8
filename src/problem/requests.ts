// What people may ask of a table's columns, where no compiler looks: keys of columns, labels, and no column twice.

import { inputError } from "../base/errors.ts";
import { foundAllowed, requireFinite, showValue } from "../base/keys.ts";
import { printable, quoted } from "../base/words.ts";
import { type ColumnKey, type Columns, nameOfColumn } from "../tables/columns.ts";

const KEYS = "names of columns, or their numbers from 1";

export function requireColumns(
  where: string,
  { inputs, target, weight }: { inputs: unknown; target: unknown; weight?: unknown },
): void {
  const isKey = (key: unknown): key is ColumnKey => typeof key === "string" || typeof key === "number";
  if (!Array.isArray(inputs) || inputs.length === 0 || !inputs.every(isKey)) {
    throw inputError(`${where}.inputs`, foundAllowed(showValue(inputs), `a list of ${KEYS}`));
  }
  if (!isKey(target)) throw inputError(`${where}.target`, foundAllowed(showValue(target), KEYS));
  if (weight !== undefined && !isKey(weight)) {
    throw inputError(`${where}.weight`, foundAllowed(showValue(weight), KEYS));
  }
}

export function requireLabels(where: string, labels: unknown): void {
  if (labels === undefined) return;
  if (typeof labels !== "object" || labels === null || Array.isArray(labels)) {
    throw inputError(
      `${where}.labels`,
      foundAllowed(showValue(labels), "a mapping, such as { M: 1, B: -1 }"),
    );
  }
  for (const [label, value] of Object.entries(labels)) {
    requireFinite(`${where}.labels.${printable(label)}`, value);
  }
}

/** Refuses a column that is two inputs, or an input and the target. */
export function requireDistinct(columns: Columns, x: readonly number[], y: number): void {
  const again = x.find((at, k) => x.indexOf(at) !== k);
  if (again !== undefined) {
    throw inputError(columns.where, `${quoted(nameOfColumn(columns, again))} is among the inputs twice`);
  }
  if (x.includes(y)) {
    throw inputError(columns.where, `${quoted(nameOfColumn(columns, y))} is both an input and the target`);
  }
}
