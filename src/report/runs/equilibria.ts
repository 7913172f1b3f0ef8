import type { SeriesRow } from "../../results/formats/series.ts";
import type { ReportInput } from "../folder.ts";
import { formatNumber } from "../notation.ts";
import type { Group } from "./groups.ts";
import { valueIn } from "./observable.ts";

/** One equilibrium of one search: where several exist, one of its branches. */
export interface Equilibrium {
  readonly group: Group;
  readonly run: number;
  /** Its place among those of its run, as in the series and the snapshots. */
  readonly index: number;
  readonly row: SeriesRow;
  /** Where more than one was found, "stable", "marginal" or "unstable"; else "". */
  readonly stability: string;
}

/** The equilibria of all searches, in each by falling free energy. */
export function equilibriaOf({ series }: ReportInput, groups: readonly Group[]): Equilibrium[] {
  return groups
    .filter(({ kind }) => kind === "equilibrium")
    .flatMap((group) =>
      group.runs.flatMap((run) => {
        const rows = series.rows.filter((row) => row.run === run);
        return rows.map((row, index) => ({
          group,
          run,
          index,
          row,
          stability: rows.length > 1 ? stabilityOf(row) : "",
        }));
      }),
    );
}

function stabilityOf({ stability }: SeriesRow): string {
  if (typeof stability !== "number") return "";
  return stability > 0 ? "stable" : stability < 0 ? "unstable" : "marginal";
}

/**
 * The equilibrium of least free energy that a density is measured against: of the search on the density's own cells where
 * there is one, so that their difference is free of discretisation; else of the first search.
 */
export function optimumFor(equilibria: readonly Equilibrium[], group?: Group): Equilibrium | undefined {
  const onItsCells = equilibria.filter((equilibrium) => group?.grid && equilibrium.group.grid === group.grid);
  const candidates =
    onItsCells.length > 0 ? onItsCells : equilibria.filter(({ run }) => run === equilibria[0]!.run);
  return candidates.at(-1);
}

/** "equilibrium"; of several, its stability and, where that is not enough, its mean: "equilibrium, stable, mean −0.71". */
export function equilibriumLabel(equilibrium: Equilibrium, among: readonly Equilibrium[]): string {
  const search = new Set(among.map(({ run }) => run)).size > 1 ? equilibrium.group.label : "equilibrium";
  if (!equilibrium.stability) return search;
  const mean = valueIn(equilibrium.row, "mean_theta_0");
  const alike = among.filter(
    ({ run, stability }) => run === equilibrium.run && stability === equilibrium.stability,
  );
  const where =
    alike.length > 1 && Number.isFinite(mean)
      ? `, mean ${formatNumber(roundedToZero(mean), 2).replace("-", "−")}`
      : "";
  return `${search}, ${equilibrium.stability}${where}`;
}

/** Means of symmetric densities are zero to round-off only. */
export function roundedToZero(value: number): number {
  return Math.abs(value) < 1e-9 ? 0 : value;
}
