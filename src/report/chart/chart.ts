import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom/worker";
import { grouped } from "../../base/grouped.ts";
import { escapeMarkup, notationToSvg, notationToText, printable } from "../notation.ts";
import { type Axis, type Scale, scaledAxis, ticksOf } from "./axes.ts";
import type { Layer } from "./layers.ts";
import { estimatedLength, FONT_SIZE, LEFT, LINE, layOutLegend } from "./legend.ts";
import { INK } from "./styles.ts";

/** One picture: layers in a frame with labelled axes and a legend. */
export interface Chart {
  /** What is seen, in notation, for those who hear the page: else what is drawn against what. */
  readonly title?: string;
  readonly width?: number;
  /** With a legend of two rows at most; more rows, and a footer, make it higher. */
  readonly height?: number;
  readonly x: Axis;
  /** By the name of its scale it goes around what the layers reach. */
  readonly y: Axis | { readonly label: string; readonly scale: Scale };
  /** In the order of the legend, which has an entry once. */
  readonly layers: readonly Layer[];
  /** The panels of places, from left to right. */
  readonly panels?: readonly string[];
  /** A line of notation below the horizontal axis. */
  readonly footer?: string;
}

/** The width of a picture that shares its row with another, and of one that does not. */
export const HALF_WIDTH = 464;
export const FULL_WIDTH = 944;
export const HEIGHT = 330;

const QUIET = "#555555";
const GRID = "#e7e7e7";

const TICK_SIZE = 12;
const MARGIN = { right: 18, bottom: 44 } as const;

/** The baseline of a legend's first row, below the label of the vertical axis. */
const BELOW_LABEL = 2 * LINE - 6;

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

/** A picture for `figures/NAME.svg` and the report. The caption is in the notation of notation.ts. */
export interface Figure extends Drawing {
  readonly name: string;
  readonly caption: string;
}

/** Sentences that follow one another, those that do not apply left out: what is drawn, and what it shows here. */
export type Caption = readonly (string | false | undefined)[];

/** Draws a chart with its name and caption. */
export function drawFigure({ name, caption, ...chart }: Chart & { name: string; caption: Caption }): Figure {
  return { name, caption: caption.filter(Boolean).join(" "), ...drawChart(chart) };
}

/** Draws a chart. The bytes depend on the chart only. */
export function drawChart(chart: Chart): Drawing {
  const { x, layers, panels, footer, width = HALF_WIDTH } = chart;
  const values = layers.flatMap((layer) => layer.values ?? []);
  const y = "domain" in chart.y ? chart.y : scaledAxis(chart.y.label, chart.y.scale, values);
  const keys = grouped(
    layers.flatMap((layer) => layer.keys ?? []),
    (key) => JSON.stringify(key),
  ).map(([key]) => key);
  const legend = layOutLegend(keys, BELOW_LABEL, width);
  const foot = footer === undefined ? 0 : LINE;
  const height = (chart.height ?? HEIGHT) + Math.max(legend.rows - 2, 0) * LINE + foot;
  const ticks = { x: ticksOf(x, panels ? 5 : 6), y: ticksOf(y, 5) };
  const lengths = ticks.y.map(({ label }) => estimatedLength(label, TICK_SIZE) + 16);
  const marginLeft = Math.ceil(Math.max(60, ...lengths));
  const middle = (marginLeft + width - MARGIN.right) / 2;
  const deepest = [...layers].sort((a, b) => (b.depth ?? 0) - (a.depth ?? 0));
  // As `text`, not `tickFormat`: on a logarithmic scale the latter drops labels of its own accord.
  const labels = { label: null, stroke: QUIET, fill: QUIET, fontSize: TICK_SIZE, text: "label" };
  const titles = { label: null, tickSize: 0, fill: INK, fontSize: FONT_SIZE, fontWeight: 600 };
  const plot = plotted({
    width,
    height,
    marginLeft,
    marginRight: MARGIN.right,
    marginBottom: MARGIN.bottom + foot,
    marginTop: BELOW_LABEL + (legend.rows + (panels ? 1 : 0)) * LINE,
    x: { type: x.log ? "log" : "linear", domain: x.domain },
    y: { type: y.log ? "log" : "linear", domain: y.domain },
    fx: { ...(panels && { domain: panels }), padding: 0.06, axis: null },
    marks: [
      Plot.gridY(ticks.y, { y: "value", stroke: GRID, strokeOpacity: 1 }),
      Plot.axisY(ticks.y, { ...labels, y: "value", tickSize: 0 }),
      Plot.axisX(ticks.x, { ...labels, x: "value", tickSize: 5 }),
      Plot.ruleY([y.domain[0]], { stroke: QUIET }),
      ...(panels ? [Plot.axisFx({ anchor: "top", ...titles }), Plot.frame({ stroke: "#dddddd" })] : []),
      ...deepest.flatMap(({ marks }) => marks(y)),
    ],
  });
  return drawingOf({ title: chart.title ?? `${y.label} against ${x.label}`, width, height }, [
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    plot,
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
function plotted(options: Plot.PlotOptions): string {
  const { document } = parseHTML("<html></html>");
  const svg = Plot.plot({ ...options, document });
  svg.querySelector("style")?.remove();
  for (const element of svg.querySelectorAll("*")) {
    for (const attribute of element.attributes) {
      if (attribute.value === "currentColor") attribute.value = INK;
      else if (GEOMETRY.has(attribute.name)) attribute.value = rounded(attribute.value);
    }
  }
  return `<g text-anchor="middle">${printable(svg.innerHTML)}</g>`;
}

const GEOMETRY = new Set("d transform x x1 x2 y y1 y2 cx cy rx ry r width height".split(" "));

/** Hundredths of a pixel. */
function rounded(geometry: string): string {
  return geometry.replace(/-?\d+\.\d{3,}(e-?\d+)?/g, (digits) => String(Number(Number(digits).toFixed(2))));
}
