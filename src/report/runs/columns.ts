// What the columns of the data are called, for axes and captions, in notation.

import { shortened } from "../../base/labels.ts";
import type { Summary } from "../../results/formats/summary.ts";
import { asNotation } from "../notation.ts";

const LONGEST = 32;

/** A label for each of d inputs: the column's own name where it has one. */
export function inputLabels({ data }: Pick<Summary, "data">, d: number): string[] {
  const unit = data?.standardised === undefined ? "" : ", standardised";
  return Array.from({ length: d }, (_, k) => {
    const symbol = d === 1 ? "*x*" : `*x*_${k + 1}`;
    const name = columnName(data?.inputs[k]);
    return name === "" ? `input ${symbol}${unit}` : `${name}${unit}`;
  });
}

/** The label of the target. */
export function targetLabel({ data }: Pick<Summary, "data">): string {
  const unit = data?.standardised === "all" ? ", standardised" : "";
  const name = columnName(data?.target);
  return name === "" ? `target *y*${unit}` : `${name}${unit}`;
}

/** A column's name as notation; "" where it has none. */
export function columnName(name: string | undefined): string {
  return name === undefined ? "" : asNotation(shortened(name, LONGEST));
}
