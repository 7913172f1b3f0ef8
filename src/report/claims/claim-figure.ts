// The figure of a claim: points with their intervals, lines, and dashed predictions, on linear or logarithmic axes, and below them the
// measured number with its intervals and what was predicted of it.

import * as Plot from "@observablehq/plot";
import type { ClaimCurve, ClaimFigure } from "../../claims/claim.ts";
import { axis } from "../chart/axes.ts";
import { type Drawing, drawChart, FULL_WIDTH, HEIGHT, INK, LINE } from "../chart/chart.ts";
import { DASHES, type Key } from "../chart/legend.ts";
import { asNotation } from "../notation.ts";

/** Safe for the colour-blind (Okabe, Ito 2008), the measured ones first. */
const COLOURS = [INK, "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"] as const;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** Draws it over a line of what came out; points that an axis cannot show (not finite, or ≤ 0 on a logarithmic one) are left out. */
export function drawClaimFigure({ x, y, curves }: ClaimFigure, title: string, outcome: string): Drawing {
  const shown = curves.map((curve, index) => ({
    ...curve,
    colour: COLOURS[index % COLOURS.length]!,
    places: placesOf(curve, x.log ?? false, y.log ?? false),
  }));
  const places = shown.flatMap((curve) => curve.places);
  return drawChart({
    title: asNotation(title),
    width: FULL_WIDTH,
    height: HEIGHT + LINE,
    footer: asNotation(outcome),
    x: axis(
      asNotation(x.label),
      places.map((place) => place.x),
      { log: x.log ?? false },
    ),
    y: axis(
      asNotation(y.label),
      places.flatMap(({ low, high }) => [low, high]),
      { log: y.log ?? false },
    ),
    keys: shown.map(keyOf),
    marks: shown.flatMap(marksOf),
  });
}

interface Shown extends ClaimCurve {
  readonly colour: string;
  readonly places: readonly Place[];
}

function placesOf({ points }: ClaimCurve, logX: boolean, logY: boolean): Place[] {
  const fits = (value: number, log: boolean) => Number.isFinite(value) && (!log || value > 0);
  return points
    .map(([x, y, low = y, high = y]): Place => ({ x, y, low: fits(low, logY) ? low : y, high }))
    .filter((place) => fits(place.x, logX) && fits(place.y, logY) && Number.isFinite(place.high));
}

function keyOf({ label, style, colour }: Shown): Key {
  const shape = { points: "dot", line: "line", dashed: "dashes" } as const;
  return { label: asNotation(label), colour, shape: shape[style] };
}

function marksOf({ style, colour, places }: Shown): Plot.Markish[] {
  if (style !== "points") {
    const dashes = style === "dashed" ? { strokeDasharray: DASHES } : {};
    return [Plot.lineY(places, { x: "x", y: "y", stroke: colour, strokeWidth: 1.75, ...dashes })];
  }
  const known = places.filter(({ low, high }) => high > low);
  return [
    Plot.ruleX(known, { x: "x", y1: "low", y2: "high", stroke: colour, strokeWidth: 1.5 }),
    Plot.dot(places, { x: "x", y: "y", r: 3.5, fill: colour }),
  ];
}
