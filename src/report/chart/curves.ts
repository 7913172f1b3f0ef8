import { largestOf, leastOf } from "../../base/extremes.ts";
import type { SeriesTable } from "../../results/formats/series.ts";
import { meanWithScatter } from "../../statistics/interval.ts";
import type { Group } from "../runs/groups.ts";
import { type Quantity, valued } from "../runs/observable.ts";
import type { Place, Stroke } from "./layers.ts";
import { stylesOf } from "./styles.ts";

/** A quantity over the replicas of one group at time x. */
export type CurvePoint = Required<Pick<Place, "x" | "y" | "low" | "high">>;

/** A quantity against time for one group of runs. */
export interface Curve extends Stroke {
  readonly group: Group;
  readonly points: readonly CurvePoint[];
}

/**
 * A curve for each group in which the quantity is defined, at the times when *all* its replicas have it, finite: a mean
 * over those that happen to survive would mislead. Equilibria have no time, and no curve.
 */
export function curvesOf(
  { rows }: Pick<SeriesTable, "rows">,
  groups: readonly Group[],
  quantity: Quantity,
  summarise: Summariser = meanAndExtremes,
): Curve[] {
  const styles = stylesOf(groups);
  const of = valued(quantity);
  return groups.flatMap((group, k): Curve[] => {
    const runs = new Set(group.runs);
    const byTime = new Map<number, number[]>();
    for (const row of rows) {
      const value = runs.has(row.run) && Number.isFinite(row.t) ? of(row) : Number.NaN;
      if (!Number.isFinite(value)) continue;
      const replicas = byTime.get(row.t);
      if (replicas === undefined) byTime.set(row.t, [value]);
      else replicas.push(value);
    }
    const points = [...byTime]
      .filter(([, values]) => values.length === runs.size)
      .map(([x, values]) => ({ x, ...summarise(values) }))
      .sort((p, q) => p.x - q.x);
    return points.length === 0 ? [] : [{ group, label: group.label, ...styles[k]!, points }];
  });
}

/** What is drawn of the replicas' values at one time: a mean, and a band about it. */
type Summariser = (values: readonly number[]) => Omit<CurvePoint, "x">;

function meanAndExtremes(values: readonly number[]): Omit<CurvePoint, "x"> {
  return { ...meanAlone(values), low: leastOf(values), high: largestOf(values) };
}

export function meanAlone(values: readonly number[]): Omit<CurvePoint, "x"> {
  const y = values.reduce((total, value) => total + value / values.length, 0);
  return { y, low: y, high: y };
}

/** The mean with Student's 95 % interval, of two replicas with both; of a single one the value alone. */
export function meanAndScatter(values: readonly number[]): Omit<CurvePoint, "x"> {
  const { mean, interval, extremes } = meanWithScatter(values, false);
  const [low, high] = interval ?? extremes ?? [mean, mean];
  return { y: mean, low, high };
}
