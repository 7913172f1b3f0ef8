import type { SeriesRow } from "../../results/formats/series.ts";
import { valueIn } from "./observable.ts";

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
