// The decision boundary: f(x) = 0 of each network and density over the data, for two inputs and labels ±1.

import type * as Plot from "@observablehq/plot";
import { everyIndex } from "../../base/spread.ts";
import type { DecisionPlane } from "../../run/decision.ts";
import { drawFigure, type Figure } from "../chart/chart.ts";
import { cloud, lines, type Place, type Stroke } from "../chart/layers.ts";
import { contours } from "../chart/shades.ts";
import { stylesOf } from "../chart/styles.ts";
import { zeroLine } from "../chart/zero-line.ts";
import { asNotation, formatNumber } from "../notation.ts";
import { inputLabels } from "../runs/columns.ts";
import type { Group } from "../runs/groups.ts";
import type { Scene } from "../runs/scene.ts";
import { networksIn } from "./captions.ts";

/** Of a class: safe for the colour-blind, and told apart by shape too. */
const POSITIVE = "#0072b2";
const NEGATIVE = "#d55e00";
const MOST_POINTS = 1500;

interface Boundary extends Stroke {
  readonly group: Group;
  readonly values: Float64Array;
}

/** The data over the plane of their inputs, and where f changes sign. */
export function decisionFigure({ input: { decision, data, summary }, groups }: Scene): Figure[] {
  if (decision === undefined) return [];
  const styles = stylesOf(groups);
  const boundaries = groups.flatMap((group, k): Boundary[] => {
    const values = group.runs.map((run) => decision.values.get(run)).find((plane) => plane !== undefined);
    const { label } = group;
    return values === undefined
      ? []
      : [{ group, label, ...styles[k]!, values, points: pointsOf(decision, values) }];
  });
  const leading = boundaries.at(-1);
  if (leading === undefined) return [];
  const { size, x, y } = data;
  const shown = everyIndex(size, MOST_POINTS);
  const r = shown.length > 300 ? 2 : 3;
  const target = asNotation(summary.data?.target ?? "");
  const labelled = (label: number, sign: string, colour: string) =>
    cloud(
      {
        label: target === "" ? `label ${sign}` : `${target} = ${sign}`,
        colour,
        points: shown.filter((i) => y[i] === label).map((i) => ({ x: x[i]!, y: x[size + i]! })),
      },
      { r, opacity: 0.8, hollow: label < 0 },
    );
  const [across, up] = inputLabels(summary, 2) as [string, string];
  const replica = networksIn(boundaries).some(({ group }) => group.runs.length > 1);
  const flat = boundaries.filter(({ values }) => isOneSided(values)).map(({ label }) => label);
  const accuracy = leading.group.runs
    .map((run) => summary.runs[run]?.final.accuracy)
    .find((share) => share !== undefined);
  return [
    drawFigure({
      name: "decision",
      height: 420,
      x: { label: across, log: false, domain: decision.x },
      y: { label: up, log: false, domain: decision.y },
      layers: [
        labelled(1, "+1", POSITIVE),
        labelled(-1, "−1", NEGATIVE),
        { marks: () => [side(decision, leading.values, 1), side(decision, leading.values, -1)], depth: 4 },
        lines(boundaries),
      ],
      caption: [
        `Lines: *f*(*x*) = 0 at the last snapshot${replica ? " (of networks the first replica)" : ""}, between what is taken for +1 and for −1; shaded: the sides of ${leading.label}.`,
        typeof accuracy === "number" && `Its accuracy on the data is ${formatNumber(100 * accuracy, 3)} %.`,
        flat.length > 0 && `Of one sign all over: ${flat.join(", ")}.`,
        shown.length < size && `${shown.length} of the ${size} data points are drawn.`,
      ],
    }),
  ];
}

/** All segments of the zero line as one path, gaps between them. */
function pointsOf({ x, y, cells }: DecisionPlane, values: Float64Array): Place[] {
  const gap = [Number.NaN, Number.NaN] as const;
  return zeroLine(values, cells, x, y)
    .flatMap(([from, to]) => [from, to, gap])
    .map(([x, y]) => ({ x, y }));
}

/** Faintly coloured where f has that sign. */
function side({ x, y, cells }: DecisionPlane, values: Float64Array, sign: 1 | -1): Plot.Markish {
  const field = { columns: cells, rows: cells, x, y, values: values.map((value) => sign * value) };
  return contours(field, { thresholds: [0], fill: sign > 0 ? POSITIVE : NEGATIVE, fillOpacity: 0.1 });
}

function isOneSided(values: Float64Array): boolean {
  return values.every((value) => value > 0) || values.every((value) => value < 0);
}
