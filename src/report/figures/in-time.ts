// Pictures against time: what each holds is declared as layers, and drawn here.

import * as Plot from "@observablehq/plot";
import { ranToEnd } from "../../results/formats/summary.ts";
import { axis, spanningAxis, timeAxis } from "../chart/axes.ts";
import { drawChart, HALF_WIDTH, HEIGHT } from "../chart/chart.ts";
import {
  type Curve,
  type CurvePoint,
  curveKeys,
  curveMarks,
  curveValues,
  patternedMark,
} from "../chart/curves.ts";
import { DASHES, DOTS, type Key } from "../chart/legend.ts";
import { EQUILIBRIUM } from "../chart/styles.ts";
import type { Figure } from "../folder.ts";
import type { Scene } from "../runs/scene.ts";
import { sentences } from "./captions.ts";
import type { Level } from "./levels.ts";

/** Something drawn against time: its marks, its entries in the legend, and what the vertical axis must reach. */
export interface Layer {
  readonly marks: readonly Plot.Markish[];
  readonly keys: readonly Key[];
  readonly values: readonly number[];
  /** What is deeper is drawn first: curves over their variants, these over levels, these over bands. */
  readonly depth: number;
}

/** A picture of half the page's width. */
export interface TimePicture {
  readonly name: string;
  /** For those who hear the page. */
  readonly title: string;
  /** Of the vertical axis. */
  readonly label: string;
  /** "wide": logarithmic for positive values that span more than 1½ decades. */
  readonly scale: "linear" | "from zero" | "wide" | "wide from zero" | "logarithmic";
  /** In the order of the legend. */
  readonly layers: readonly Layer[];
  /** What is drawn, and what it shows here. */
  readonly caption: readonly (string | false | undefined)[];
}

/** All pictures of a run share their time axis, that of the whole series. */
export function drawInTime({ series, input }: Scene, picture: TimePicture): Figure {
  const times = series.rows.map(({ t }) => t);
  const ended = ranToEnd(input.summary) ? [] : [ENDED];
  return drawOver(times, { ...picture, caption: [...picture.caption, ...ended] });
}

/** `height`: where a legend is long. */
export function drawOver(times: readonly number[], picture: TimePicture, height = HEIGHT): Figure {
  const { name, title, label, scale, layers, caption } = picture;
  const values = layers.flatMap((layer) => layer.values);
  const zero = scale.endsWith("zero");
  const drawing = drawChart({
    ...{ title, height, width: HALF_WIDTH },
    x: timeAxis(times),
    y: scale.startsWith("wide")
      ? spanningAxis(label, values, { zero })
      : axis(label, values, { zero, log: scale === "logarithmic" }),
    keys: layers.flatMap(({ keys }) => keys),
    marks: [...layers].sort((a, b) => b.depth - a.depth).flatMap(({ marks }) => marks),
  });
  return { name, caption: sentences(...caption), ...drawing };
}

const ENDED = "The computation ended early: each curve stops where the first of its runs did.";

/** Curves of means over replicas, with the bands about them. */
export function lines(curves: readonly Curve[], keys: readonly Key[] = curveKeys(curves), depth = 0): Layer {
  return { marks: curveMarks(curves), keys, values: curveValues(curves), depth };
}

/** The means of curves that are variants of what is solid. */
export function patterned(
  curves: readonly Curve[],
  shape: "dashes" | "dots",
  keys: readonly Key[],
  depth = 0,
): Layer {
  const pattern = shape === "dashes" ? DASHES : DOTS;
  return {
    marks: curves.map((curve) => patternedMark(curve, pattern)),
    keys,
    values: curveValues(curves),
    depth,
  };
}

/** Values at equilibrium, across all times. */
export function across(levels: readonly Level[]): Layer {
  return {
    marks: levels.map(({ value, key: { colour, shape } }) =>
      Plot.ruleY([value], {
        stroke: colour,
        strokeWidth: colour === EQUILIBRIUM ? 1.75 : 1.5,
        strokeDasharray: shape === "dots" ? DOTS : DASHES,
      }),
    ),
    keys: levels.map(({ key }) => key),
    values: levels.map(({ value }) => value),
    depth: 2,
  };
}

const GREY = "#c9c9c9";

/** The certificate of a curve: the band from its lower bounds up to it, cut off at a floor. */
export function certificate(curve: Curve, bounds: readonly CurvePoint[], floor: number): Layer {
  const known = new Map(bounds.map(({ t, mean }) => [t, mean]));
  const spans = curve.points.flatMap(({ t, mean }) => {
    const bound = known.get(t);
    return bound === undefined ? [] : { t, mean, bound: Math.max(bound, floor) };
  });
  return {
    marks: [Plot.areaY(spans, { x: "t", y1: "bound", y2: "mean", fill: GREY, fillOpacity: 0.7 })],
    keys: spans.length > 0 ? [{ label: "certificate", colour: GREY, shape: "area" }] : [],
    values: spans.map(({ bound }) => bound),
    depth: 3,
  };
}
