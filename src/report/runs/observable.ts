import type { SeriesRow } from "../../results/formats/series.ts";

/** What to draw, from a row of the series: an observable, or what is made of several; NaN where it is not defined. */
export type Quantity = string | ((row: SeriesRow) => number);

/** An observable in a row; NaN where it is not defined. */
export function valueIn(row: SeriesRow, name: string): number {
  const value = row[name];
  return typeof value === "number" ? value : Number.NaN;
}

/** A quantity as a function of the row. */
export function valued(quantity: Quantity): (row: SeriesRow) => number {
  return typeof quantity === "string" ? (row) => valueIn(row, quantity) : quantity;
}
