import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom/worker";
import { escapeMarkup, notationToSvg, notationToText, printable } from "../notation.ts";
import { type Axis, type Tick, ticksOf } from "./axes.ts";
import { estimatedLength, type Key, layOutLegend } from "./legend.ts";

/** One picture: the marks of Plot in a frame with labelled axes and a legend. */
export interface Chart {
  /** What is seen, in notation: for those who hear the page. */
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly x: Axis;
  readonly y: Axis;
  readonly keys: readonly Key[];
  readonly marks: readonly Plot.Markish[];
  /** The values of the marks' channel `fx`: panels side by side, from left to right. */
  readonly panels?: readonly string[];
  /** A line of notation below the horizontal axis; `height` counts it in. */
  readonly footer?: string;
}

/** The width of a picture that shares its row with another, and of one that does not. */
export const HALF_WIDTH = 464;
export const FULL_WIDTH = 944;
export const HEIGHT = 330;

export const INK = "#222222";
export const MUTED = "#8c8c8c";
const QUIET = "#555555";
const GRID = "#e7e7e7";

const FONT_SIZE = 13;
const TICK_SIZE = 12;
export const LINE = 19;
const LEFT = 8;
const MARGIN = { right: 18, bottom: 44 } as const;

/** Colours for so many widths, from the narrow (green) to the wide (violet): viridis, ordered and safe for the colour-blind. */
export function widthColours(count: number): string[] {
  const viridis = Plot.scale({ color: { type: "linear", scheme: "viridis", domain: [0, 1] } });
  if (count <= 1) return [viridis.apply(0.25)].slice(0, count);
  return Array.from({ length: count }, (_, k) => viridis.apply(0.8 - (0.75 * k) / (count - 1)));
}

/** The baseline of a legend's first row, below the label of the vertical axis. */
const BELOW_LABEL = 2 * LINE - 6;

function legendOf(keys: readonly Key[], width: number) {
  return layOutLegend(keys, { left: LEFT, right: width, top: BELOW_LABEL, line: LINE, fontSize: FONT_SIZE });
}

/** What a picture with that legend needs more than `HEIGHT`, which has room for two rows of it. */
export function legendHeight(keys: readonly Key[], width: number): number {
  return Math.max(legendOf(keys, width).rows - 2, 0) * LINE;
}

/** A picture that has been drawn. */
export interface Drawing {
  /** What is seen, in notation: for those who hear the page. */
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** A standalone SVG document: no scripts, ids, fonts or styles from elsewhere. */
  readonly svg: string;
}

/** A standalone SVG document of that content. */
export function drawingOf(
  { title, width, height }: Omit<Drawing, "svg">,
  content: readonly string[],
): Drawing {
  const label = escapeMarkup(notationToText(title));
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${label}" font-family="Helvetica, Arial, DejaVu Sans, sans-serif" font-size="${FONT_SIZE}" fill="${INK}">\n<title>${label}</title>\n${content.join("\n")}\n</svg>\n`;
  return { title, width, height, svg };
}

/** Draws a chart. The bytes depend on the chart only. */
export function drawChart(chart: Chart): Drawing {
  const { width, height, x, y, keys, panels, footer } = chart;
  const foot = footer === undefined ? 0 : LINE;
  const legend = legendOf(keys, width);
  const ticks = { x: ticksOf(x, panels ? 5 : 6), y: ticksOf(y, 5) };
  const margins = {
    marginTop: BELOW_LABEL + (legend.rows + (panels ? 1 : 0)) * LINE,
    marginLeft: Math.ceil(
      Math.max(60, ...ticks.y.map(({ label }) => estimatedLength(label, TICK_SIZE) + 16)),
    ),
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom + foot,
  };
  const middle = (margins.marginLeft + width - MARGIN.right) / 2;
  return drawingOf(chart, [
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    plotContent(chart, ticks, margins),
    lineOfText(LEFT, LINE - 4, "start", y.label),
    lineOfText(middle, height - 8 - foot, "middle", x.label),
    ...(footer === undefined ? [] : [lineOfText(middle, height - 8, "middle", footer)]),
    legend.content,
  ]);
}

function lineOfText(x: number, y: number, anchor: "start" | "middle", notation: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}">${notationToSvg(notation, FONT_SIZE)}</text>`;
}

/** What Plot draws, without its frame: its stylesheet is for screens only, and its digits are more than a pixel needs. */
function plotContent(chart: Chart, ticks: Ticks, margins: Plot.PlotOptions): string {
  const { document } = parseHTML("<html></html>");
  const { width, height, x, y, panels, marks } = chart;
  const plotted = Plot.plot({
    ...margins,
    document,
    width,
    height,
    x: { type: x.log ? "log" : "linear", domain: x.domain },
    y: { type: y.log ? "log" : "linear", domain: y.domain },
    fx: { ...(panels && { domain: panels }), padding: 0.06, axis: null },
    marks: [...axisMarks(y, ticks), ...(panels ? [panelTitles()] : []), ...marks],
  });
  plotted.querySelector("style")?.remove();
  for (const element of plotted.querySelectorAll("*")) {
    for (const attribute of element.attributes) {
      if (attribute.value === "currentColor") attribute.value = INK;
      else if (GEOMETRY.has(attribute.name)) attribute.value = rounded(attribute.value);
    }
  }
  return `<g text-anchor="middle">${printable(plotted.innerHTML)}</g>`;
}

interface Ticks {
  readonly x: readonly Tick[];
  readonly y: readonly Tick[];
}

function axisMarks(y: Axis, ticks: Ticks): Plot.Markish[] {
  const places = { x: ticks.x.map(({ value }) => value), y: ticks.y.map(({ value }) => value) };
  // As `text`, not `tickFormat`: on a logarithmic scale the latter drops labels of its own accord.
  const style = { label: null, stroke: QUIET, fill: QUIET, fontSize: TICK_SIZE };
  return [
    Plot.gridY(places.y, { stroke: GRID, strokeOpacity: 1 }),
    Plot.axisY(places.y, { ...style, tickSize: 0, text: ticks.y.map(({ label }) => label) }),
    Plot.axisX(places.x, { ...style, tickSize: 5, text: ticks.x.map(({ label }) => label) }),
    Plot.ruleY([y.domain[0]], { stroke: QUIET }),
  ];
}

function panelTitles(): Plot.Markish {
  return Plot.axisFx({
    anchor: "top",
    label: null,
    tickSize: 0,
    fill: INK,
    fontSize: FONT_SIZE,
    fontWeight: 600,
  });
}

const GEOMETRY = new Set("d transform x x1 x2 y y1 y2 cx cy rx ry r width height".split(" "));

/** Hundredths of a pixel. */
function rounded(geometry: string): string {
  return geometry.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (digits) => String(Number(Number(digits).toFixed(2))));
}
