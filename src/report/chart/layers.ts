// What pictures are made of: layers of lines, bands, levels and measured places, each with its entries in the legend and with what the
// vertical axis must reach.

import * as Plot from "@observablehq/plot";
import type { Axis } from "./axes.ts";
import type { Key } from "./legend.ts";
import { DASHES, DOTS } from "./styles.ts";

export interface Layer {
  /** Given the vertical axis, where nothing is drawn off it. */
  readonly marks: (y: Axis) => readonly Plot.Markish[];
  readonly keys?: readonly Key[];
  readonly values?: readonly number[];
  /** What is deeper is drawn first: curves over their variants, these over levels, these over bands. */
  readonly depth?: number;
}

/** A place in a picture, with the ends of its bar, or of the band that it lies in. */
export interface Place {
  readonly x: number;
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
  /** Of a picture that has several. */
  readonly panel?: string;
  /** Drawn as a circle: known, and not counted. */
  readonly hollow?: boolean;
}

/** Places under one name. */
export interface Stroke {
  readonly label: string;
  readonly colour: string;
  readonly strokeWidth?: number;
  readonly points: readonly Place[];
}

/** How places are joined. */
export type Join = "line" | "dashes" | "dots";

const USUAL = 1.75;
const THIN = 1.5;

/** Strokes, with the bands that their places have. Those that are dashed or dotted are variants of what is solid, without bands. */
export function lines(
  strokes: readonly Stroke[],
  options: { shape?: Join; keys?: readonly Key[]; depth?: number } = {},
): Layer {
  const { shape = "line", keys = keysOf(strokes, shape), depth } = options;
  const wide = shape === "line" ? strokes.filter(({ points }) => points.some(isWide)) : [];
  return {
    marks: () => [
      ...wide.map(({ points, colour }) => area(points, colour, 0.18)),
      ...strokes.map((stroke) => path(stroke, shape)),
    ],
    keys,
    values: strokes.flatMap(({ points }) => points.flatMap(({ y, low = y, high = y }) => [low, high])),
    ...(depth && { depth }),
  };
}

export function keysOf(strokes: readonly Stroke[], shape: Key["shape"] = "line"): Key[] {
  return strokes.map(({ label, colour }) => ({ label, colour, shape }));
}

function isWide({ y, low = y, high = y }: Place): boolean {
  return low < high;
}

/** One stroke; dashes and dots are thinner than what they are a variant of. */
export function path(stroke: Stroke, shape: Join = "line", dx = 0): Plot.Markish {
  const { points, colour, strokeWidth = USUAL } = stroke;
  const style = {
    line: { strokeWidth, strokeLinecap: "round" },
    dashes: { strokeWidth: THIN, strokeDasharray: DASHES },
    dots: { strokeWidth: THIN, strokeDasharray: DOTS },
  } as const;
  return Plot.lineY(points, { x: "x", y: "y", dx, stroke: colour, ...style[shape], ...inPanel(points) });
}

function area(points: readonly Place[], fill: string, fillOpacity: number): Plot.Markish {
  return Plot.areaY(points, { x: "x", y1: "low", y2: "high", fill, fillOpacity, ...inPanel(points) });
}

function inPanel([first]: readonly Place[]) {
  return first?.panel === undefined ? {} : { fx: "panel" };
}

/** What lies between the ends of places, as far as the picture goes. */
export function band({ label, colour, points }: Stroke, opacity: number, values: readonly number[]): Layer {
  return {
    marks: ({ domain }) => [area(points.map(within(domain)), colour, opacity)],
    keys: points.length > 0 && label !== "" ? [{ label, colour, shape: "area" }] : [],
    values,
    depth: 3,
  };
}

function within([bottom, top]: Axis["domain"]) {
  return <P extends Place>({ y, low = y, high = y, ...place }: P) => ({
    ...place,
    y,
    low: Math.max(low, bottom),
    high: Math.min(high, top),
  });
}

/** A value across the picture. */
export interface Level {
  readonly value: number;
  readonly key: Key;
}

/** Values across the picture, on which the axis has to be. */
export function across(levels: readonly Level[]): Layer {
  return {
    marks: () =>
      levels.map(({ value, key: { colour, shape } }) =>
        Plot.ruleY([value], {
          stroke: colour,
          strokeWidth: THIN,
          strokeDasharray: shape === "dots" ? DOTS : DASHES,
        }),
      ),
    keys: levels.map(({ key }) => key),
    values: levels.map(({ value }) => value),
    depth: 2,
  };
}

/** Bars stretch a logarithmic axis by that factor beyond their dots at most: few replicas have wide ones. */
const STRETCH = 4;
/** Places from which on dots are smaller, and bars a band. */
const MANY = 25;
const CROWD = 60;

/** What was measured: dots with bars, or very many of them with a band. */
export function measured(
  stroke: Stroke,
  options: { join?: Join; log?: boolean; aside?: number; keys?: readonly Key[] } = {},
): Layer {
  const { points, colour } = stroke;
  const { join, log = false, aside: dx = 0, keys = keysOf([stroke], "dot") } = options;
  const [crowded, r] = [points.length > CROWD, points.length > CROWD ? 1.6 : points.length > MANY ? 2.4 : 3];
  const fill = ({ hollow }: Place) => (hollow === true ? "#ffffff" : colour);
  const known = points.filter(isWide);
  return {
    marks: ({ domain }) => {
      const bars = known.map(within(domain));
      return [
        crowded
          ? area(bars, colour, 0.18)
          : Plot.ruleX(bars, { x: "x", y1: "low", y2: "high", dx, stroke: colour, strokeWidth: THIN }),
        ...(join === undefined ? [] : [path({ strokeWidth: THIN, ...stroke }, join, dx)]),
        Plot.dot(points, { x: "x", y: "y", dx, r, stroke: colour, strokeWidth: THIN, fill }),
      ];
    },
    keys,
    values: points.flatMap(({ y, low = y, high = y }) =>
      log ? [Math.max(low, y / STRETCH), Math.min(high, y * STRETCH)] : [low, high],
    ),
  };
}

/** Dots that are but points of a cloud, filled or, of another kind beside these, hollow. */
export function cloud(
  { points, colour, label }: Stroke,
  { r, opacity = 0.6, hollow = false }: { r: number; opacity?: number; hollow?: boolean },
): Layer {
  const style = hollow ? { stroke: colour, strokeWidth: 1.4 } : { fill: colour, fillOpacity: opacity };
  return {
    marks: () => [Plot.dot(points, { x: "x", y: "y", r, ...style, ...inPanel(points) })],
    keys: label === "" || points.length === 0 ? [] : [{ label, colour, shape: hollow ? "circle" : "dot" }],
    values: points.map(({ y }) => y),
    depth: 3,
  };
}
