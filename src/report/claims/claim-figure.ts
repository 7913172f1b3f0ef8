// The figure of a claim: points with their intervals, lines, and dashed predictions, on linear or logarithmic axes, and below them the
// measured number with its intervals and what was predicted of it.

import type { ClaimCurve, ClaimFigure } from "../../claims/claim.ts";
import { axis } from "../chart/axes.ts";
import { type Drawing, drawChart, FULL_WIDTH } from "../chart/chart.ts";
import { lines, measured, type Place } from "../chart/layers.ts";
import { INK } from "../chart/styles.ts";
import { asNotation } from "../notation.ts";

/** Safe for the colour-blind (Okabe, Ito 2008), the measured ones first. */
const COLOURS = [INK, "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00"] as const;

/** Draws it over a line of what came out; points that an axis cannot show (not finite, or ≤ 0 on a logarithmic one) are left out. */
export function drawClaimFigure({ x, y, curves }: ClaimFigure, title: string, outcome: string): Drawing {
  const log = y.log ?? false;
  const strokes = curves.map((curve, index) => ({
    style: curve.style,
    label: asNotation(curve.label),
    colour: COLOURS[index % COLOURS.length]!,
    points: placesOf(curve, x.log ?? false, log),
  }));
  const places = strokes.flatMap(({ points }) => points.map((point) => point.x));
  return drawChart({
    title: asNotation(title),
    width: FULL_WIDTH,
    footer: asNotation(outcome),
    x: axis(asNotation(x.label), places, { log: x.log ?? false }),
    y: { label: asNotation(y.label), scale: log ? "logarithmic" : "linear" },
    layers: strokes.map(({ style, ...stroke }) =>
      style === "points"
        ? measured(stroke, { log })
        : lines([stroke], { shape: style === "dashed" ? "dashes" : "line" }),
    ),
  });
}

function placesOf({ points }: ClaimCurve, logX: boolean, logY: boolean): Place[] {
  const fits = (value: number, log: boolean) => Number.isFinite(value) && (!log || value > 0);
  return points
    .map(([x, y, low = y, high = y]) => ({ x, y, low, high }))
    .filter(({ x, y, high }) => fits(x, logX) && fits(y, logY) && Number.isFinite(high));
}
