// The decision boundary: f(x) = 0 of each network and density over the data, for two inputs and labels ±1.

import * as Plot from "@observablehq/plot";
import type { DecisionPlane } from "../../run/decision.ts";
import { drawChart, HALF_WIDTH, legendHeight } from "../chart/chart.ts";
import type { Key } from "../chart/legend.ts";
import { type Style, stylesOf } from "../chart/styles.ts";
import { zeroLine } from "../chart/zero-line.ts";
import type { Figure, ReportInput } from "../folder.ts";
import { asNotation, formatNumber } from "../notation.ts";
import { inputLabels } from "../runs/columns.ts";
import type { Group } from "../runs/groups.ts";
import type { Scene } from "../runs/scene.ts";
import { everyIndex } from "../runs/traces.ts";
import { networksIn, sentences } from "./captions.ts";

/** Of a class: safe for the colour-blind, and told apart by shape too. */
const POSITIVE = "#0072b2";
const NEGATIVE = "#d55e00";
const MOST_POINTS = 1500;
const PLANE_HEIGHT = 420;

interface Boundary extends Style {
  readonly group: Group;
  readonly values: Float64Array;
}

/** The data over the plane of their inputs, and where f changes sign. */
export function decisionFigure({ input, groups }: Scene): Figure[] {
  const { decision } = input;
  if (decision === undefined) return [];
  const styles = stylesOf(groups);
  const boundaries = groups.flatMap((group, k): Boundary[] => {
    const values = group.runs.map((run) => decision.values.get(run)).find((found) => found !== undefined);
    return values === undefined ? [] : [{ group, ...styles[k]!, values }];
  });
  const leading = boundaries.at(-1);
  if (leading === undefined) return [];
  const { size, x, y } = input.data;
  const shown = everyIndex(size, MOST_POINTS);
  const points = (label: number) =>
    shown.filter((i) => y[i] === label).map((i) => [x[i]!, x[size + i]!] as const);
  const target = asNotation(input.summary.data?.target ?? "");
  const named = (sign: string) => (target === "" ? `label ${sign}` : `${target} = ${sign}`);
  const keys: Key[] = [
    { label: named("+1"), colour: POSITIVE, shape: "dot" },
    { label: named("−1"), colour: NEGATIVE, shape: "circle" },
    ...boundaries.map(({ group, colour }): Key => ({ label: group.label, colour, shape: "line" })),
  ];
  const [across, up] = inputLabels(input.summary, 2) as [string, string];
  const r = shown.length > 300 ? 2 : 3;
  const drawing = drawChart({
    title: "The decision boundary over the data",
    width: HALF_WIDTH,
    height: PLANE_HEIGHT + legendHeight(keys, HALF_WIDTH),
    x: { label: across, log: false, domain: decision.x },
    y: { label: up, log: false, domain: decision.y },
    keys,
    marks: [
      ...sides(decision, leading.values),
      Plot.dot(points(-1), { x: "0", y: "1", r, stroke: NEGATIVE, strokeWidth: 1.4 }),
      Plot.dot(points(1), { x: "0", y: "1", r, fill: POSITIVE, fillOpacity: 0.8 }),
      ...boundaries.map((boundary) => boundaryMark(decision, boundary)),
    ],
  });
  return [
    {
      name: "decision",
      caption: caption(input, boundaries, shown.length, size),
      ...drawing,
    },
  ];
}

/** All segments as one path, gaps between them. */
function boundaryMark(
  { x, y, cells }: DecisionPlane,
  { values, colour, strokeWidth }: Boundary,
): Plot.Markish {
  const gap = [Number.NaN, Number.NaN] as const;
  const points = zeroLine(values, cells, x, y).flatMap(([from, to]) => [from, to, gap]);
  return Plot.line(points, { x: "0", y: "1", stroke: colour, strokeWidth, strokeLinecap: "round" });
}

/** Faintly coloured where f is positive and where it is negative. */
function sides(decision: DecisionPlane, values: Float64Array): Plot.Markish[] {
  const half = (sign: number, fill: string) =>
    side(
      decision,
      values.map((value) => sign * value),
      fill,
    );
  return [half(1, POSITIVE), half(-1, NEGATIVE)];
}

function side({ x, y, cells }: DecisionPlane, values: Float64Array, fill: string): Plot.Markish {
  return Plot.contour([...values], {
    ...{ width: cells, height: cells, x1: x[0], x2: x[1], y1: y[0], y2: y[1] },
    ...{ interpolate: null, thresholds: [0], value: (value: number) => value },
    ...{ fill, fillOpacity: 0.1, stroke: "none" },
  } as Plot.ContourOptions);
}

function caption(
  { summary }: ReportInput,
  boundaries: readonly Boundary[],
  shown: number,
  total: number,
): string {
  const networks = networksIn(boundaries);
  const replica = networks.some(({ group }) => group.runs.length > 1)
    ? " (of networks the first replica)"
    : "";
  const flat = boundaries.filter(({ values }) => isOneSided(values)).map(({ group }) => group.label);
  const leading = boundaries.at(-1)!.group;
  const accuracy = leading.runs
    .map((run) => summary.runs[run]?.final.accuracy)
    .find((one) => one !== undefined);
  return sentences(
    `Lines: *f*(*x*) = 0 at the last snapshot${replica}, between what is taken for +1 and for −1; shaded: the sides of ${leading.label}.`,
    accuracy !== undefined &&
      accuracy !== null &&
      `Its accuracy on the data is ${formatNumber(100 * accuracy, 3)} %.`,
    flat.length > 0 && `Of one sign all over: ${flat.join(", ")}.`,
    shown < total && `${shown} of the ${total} data points are drawn.`,
  );
}

function isOneSided(values: Float64Array): boolean {
  return values.every((value) => value > 0) || values.every((value) => value < 0);
}
