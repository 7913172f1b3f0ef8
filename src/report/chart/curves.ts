import { largestOf, leastOf } from "../../base/extremes.ts";
import { grouped } from "../../base/grouped.ts";
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
    const seen = rows
      .filter(({ run, t }) => runs.has(run) && Number.isFinite(t))
      .map((row) => ({ x: row.t, value: of(row) }))
      .filter(({ value }) => Number.isFinite(value));
    const points = grouped(seen, ({ x }) => x)
      .filter(({ length }) => length === runs.size)
      .map((replicas) => ({ x: replicas[0].x, ...summarise(replicas.map(({ value }) => value)) }))
      .sort((a, b) => a.x - b.x);
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
