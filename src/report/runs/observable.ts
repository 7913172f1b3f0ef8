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

/** The columns that add up to X, which the dynamics lets fall: E_τ or H of a density, F of networks, with momenta F + ½⟨|ω|²⟩. */
export function lyapunovTerms(row: SeriesRow): string[] {
  const has = (name: string) => typeof row[name] === "number" && !Number.isNaN(row[name]);
  if (has("free_energy")) return ["free_energy"];
  return has("kinetic") ? ["energy", "kinetic"] : ["energy"];
}

/** X. */
export function lyapunov(row: SeriesRow): number {
  return lyapunovTerms(row).reduce((sum, name) => sum + valueIn(row, name), 0);
}
