import type { SeriesRow } from "../../results/formats/series.ts";

/** The quantity to draw, from a row of the series; NaN where it is not defined. */
export type Quantity = (row: SeriesRow) => number;

/** An observable as a quantity. */
export function observable(name: string): Quantity {
  return (row) => {
    const value = row[name];
    return typeof value === "number" ? value : Number.NaN;
  };
}
