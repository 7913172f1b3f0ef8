import * as Plot from "@observablehq/plot";
import { largestOf, leastOf } from "../../base/extremes.ts";
import type { SeriesRow, SeriesTable } from "../../results/formats/series.ts";
import { meanWithScatter } from "../../statistics/interval.ts";
import type { Group } from "../runs/groups.ts";
import type { Quantity } from "../runs/observable.ts";
import type { Key } from "./legend.ts";
import { type Style, stylesOf } from "./styles.ts";

/** A quantity over the replicas of one group at one time. */
export interface CurvePoint {
  readonly t: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** A quantity against time for one group of runs. */
export interface Curve extends Style {
  readonly group: Group;
  readonly points: readonly CurvePoint[];
}

/**
 * A curve for each group in which the quantity is defined, at the times when *all* its replicas have it, finite: a mean
 * over those that happen to survive would mislead. Equilibria have no time, and no curve.
 */
export function curvesOf(
  { rows }: SeriesTable,
  groups: readonly Group[],
  quantity: Quantity,
  summarise: Summariser = meanAndExtremes,
): Curve[] {
  const styles = stylesOf(groups);
  return groups
    .map((group, index) => {
      const runs = new Set(group.runs);
      const points = [...valuesByTime(rows, runs, quantity)]
        .filter(([, values]) => values.length === runs.size)
        .sort(([a], [b]) => a - b)
        .map(([t, values]) => ({ t, ...summarise(values) }));
      return { group, ...styles[index]!, points };
    })
    .filter(({ points }) => points.length > 0);
}

function valuesByTime(
  rows: readonly SeriesRow[],
  runs: ReadonlySet<number>,
  quantity: Quantity,
): Map<number, number[]> {
  const values = new Map<number, number[]>();
  for (const row of rows) {
    const value = runs.has(row.run) && Number.isFinite(row.t) ? quantity(row) : Number.NaN;
    if (!Number.isFinite(value)) continue;
    const sameTime = values.get(row.t);
    if (sameTime) sameTime.push(value);
    else values.set(row.t, [value]);
  }
  return values;
}

/** What is drawn of the replicas' values at one time: a mean, and a band about it. */
type Summariser = (values: readonly number[]) => Omit<CurvePoint, "t">;

function meanAndExtremes(values: readonly number[]): Omit<CurvePoint, "t"> {
  const mean = values.reduce((total, value) => total + value / values.length, 0);
  return { mean, low: leastOf(values), high: largestOf(values) };
}

/** The mean with Student's 95 % interval, of two replicas with both; of a single one the value alone. */
export function meanAndScatter(values: readonly number[]): Omit<CurvePoint, "t"> {
  const { mean, interval, extremes } = meanWithScatter(values, false);
  const [low, high] = interval ?? extremes ?? [mean, mean];
  return { mean, low, high };
}

/** The marks of curves: the mean as a line and, over several replicas, the band about it. `fx`: the points' panel. */
export function curveMarks(curves: readonly Curve[], fx?: string): Plot.Markish[] {
  const bands = curves
    .filter(({ group }) => group.runs.length > 1)
    .map(({ points, colour }) =>
      Plot.areaY(points, { x: "t", y1: "low", y2: "high", fill: colour, fillOpacity: 0.18, ...inPanel(fx) }),
    );
  return [...bands, ...lineMarks(curves, fx)];
}

/** The means of curves alone. */
export function lineMarks(curves: readonly Curve[], fx?: string): Plot.Markish[] {
  return curves.map(({ points, colour, strokeWidth }) =>
    Plot.lineY(points, { x: "t", y: "mean", stroke: colour, strokeWidth, ...inPanel(fx) }),
  );
}

function inPanel(fx: string | undefined) {
  return fx === undefined ? {} : { fx };
}

/** A curve's mean in a dash pattern: a variant of what is drawn solid in the same colour. */
export function patternedMark({ points, colour }: Curve, strokeDasharray: string): Plot.Markish {
  return Plot.lineY(points, { x: "t", y: "mean", stroke: colour, strokeWidth: 1.5, strokeDasharray });
}

/** The legend of curves. */
export function curveKeys(curves: readonly Curve[]): Key[] {
  return curves.map(({ group, colour }) => ({ label: group.label, colour, shape: "line" }));
}

/** All values that curves reach, bands included. */
export function curveValues(curves: readonly Pick<Curve, "points">[]): number[] {
  return curves.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high]));
}
