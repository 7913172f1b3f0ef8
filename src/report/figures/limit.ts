import * as Plot from "@observablehq/plot";
import { largestOf } from "../../base/extremes.ts";
import type { Comparison, SolverLabel } from "../../observables/distances/compare.ts";
import { axis, extent, sweptAxis } from "../chart/axes.ts";
import { drawChart, HALF_WIDTH, HEIGHT, MUTED } from "../chart/chart.ts";
import { DASHES } from "../chart/legend.ts";
import type { Figure } from "../folder.ts";
import { formatNumber, typesetNumber } from "../notation.ts";
import { QUANTITIES } from "../quantities.ts";
import type { Scene } from "../runs/scene.ts";
import { scatterText, sentences } from "./captions.ts";

interface Reading extends Comparison {
  readonly width: number;
}

const COLOURS = ["#1b6ca8", "#c2550a", "#3d8b4f", "#7a4fa3"];

/** Which density stands for the limit, where there are several: one that moves before one that rests. */
const LIMITS = ["grid", "jko", "stationary"];

/** How far intervals may stretch the vertical axis beyond the means: few replicas have wide ones. */
const STRETCH = 4;

/** What is drawn at one width stands side by side. */
const DODGE = 1.05;

/** How far networks are from the density against their width, at the last time at which they were compared. */
export function limitFigure({ input }: Scene): Figure[] {
  const found = readings(input.summary.comparisons);
  const widths = [...new Set(found.map(({ width }) => width))].sort((a, b) => a - b);
  if (widths.length < 2) return [];
  const quantities = Object.keys(QUANTITIES).filter((name) =>
    found.some(({ quantity }) => quantity === name),
  );
  const lines = quantities.map((name, k) => ({
    name,
    colour: COLOURS[k % COLOURS.length]!,
    points: found
      .filter(({ quantity }) => quantity === name)
      .sort((a, b) => a.width - b.width)
      .map((one) => ({ ...one, at: one.width * DODGE ** (k - (quantities.length - 1) / 2) })),
  }));
  const means = found.map(({ mean }) => mean);
  const [low, high] = extent(means);
  const reach = [low / STRETCH, high * STRETCH] as const;
  const bars = lines.flatMap(({ points, colour }) =>
    points.flatMap(({ at, interval, extremes }) => {
      const ends = interval ?? extremes;
      return ends === undefined ? [] : bar(at, ends, reach, colour);
    }),
  );
  const guide = guideThrough(
    lines.map(({ points }) => points),
    widths,
  );
  const y = axis(
    "distance to the density",
    [...means, ...bars.flatMap(({ from, to }) => [from, to]), ...guide.map(({ y }) => y)],
    {
      log: true,
    },
  );
  const drawing = drawChart({
    title: "The distance between networks and the density against the width",
    width: HALF_WIDTH,
    height: HEIGHT,
    x: sweptAxis("width *N*", widths, true),
    y,
    keys: [
      ...lines.map(({ name, colour }) => ({
        label: QUANTITIES[name]!.symbol,
        colour,
        shape: "dot" as const,
      })),
      { label: "1/√*N*", colour: MUTED, shape: "dashes" },
    ],
    marks: [
      Plot.line(guide, { x: "x", y: "y", stroke: MUTED, strokeWidth: 1.5, strokeDasharray: DASHES }),
      ...bars.map(({ at, from, to, colour }) =>
        Plot.link([0], { x1: at, x2: at, y1: from, y2: to, stroke: colour, strokeWidth: 1.5 }),
      ),
      ...lines.flatMap(({ points, colour }) => [
        Plot.line(points, { x: "at", y: "mean", stroke: colour, strokeWidth: 1.25 }),
        Plot.dot(points, { x: "at", y: "mean", r: 4, fill: colour }),
      ]),
    ],
  });
  return [{ name: "limit", caption: caption(lines, found), ...drawing }];
}

/** The positive distances of networks to one density at the last time. Of several integrators the first is read. */
function readings(comparisons: readonly Comparison[]): Reading[] {
  const networks = comparisons.flatMap((one): Reading[] =>
    typeof one.a.width === "number" && one.b.width === undefined && one.mean > 0
      ? [{ ...one, width: one.a.width }]
      : [],
  );
  const rank = ({ b }: Comparison) => LIMITS.indexOf(b.solver);
  const limit = networks.reduce<SolverLabel | undefined>(
    (best, one) => (best === undefined || rank(one) < LIMITS.indexOf(best.solver) ? one.b : best),
    undefined,
  );
  const same = (one: SolverLabel, other: SolverLabel | undefined) =>
    JSON.stringify(one) === JSON.stringify(other);
  const against = networks.filter(({ b }) => same(b, limit));
  const details = ({ a: { width: _, ...others } }: Reading) => JSON.stringify(others);
  const alike = against.filter((one) => details(one) === details(against[0]!));
  const last = largestOf(alike.map(({ t }) => t ?? Number.NEGATIVE_INFINITY));
  return alike.filter(({ t }) => t === last);
}

interface Bar {
  readonly at: number;
  readonly from: number;
  readonly to: number;
  readonly colour: string;
}

function bar(
  at: number,
  [from, to]: readonly [number, number],
  [low, high]: readonly [number, number],
  colour: string,
): Bar {
  return { at, from: Math.max(from, low), to: Math.min(to, high), colour };
}

/** N^(−1/2) through the first point of the first quantity. */
function guideThrough(lines: readonly (readonly Reading[])[], widths: readonly number[]) {
  const { width, mean } = lines[0]![0]!;
  return [widths[0]!, widths.at(-1)!].map((N) => ({ x: N, y: mean * Math.sqrt(width / N) }));
}

function caption(
  lines: readonly { readonly name: string; readonly points: readonly Reading[] }[],
  found: readonly Reading[],
): string {
  const { t, b } = found[0]!;
  const [narrow, wide] = [lines[0]!.points[0]!, lines[0]!.points.at(-1)!];
  const symbol = QUANTITIES[lines[0]!.name]!.symbol;
  const several = found.map((one) => one.replicas).filter((count) => count > 1);
  const replicas = new Set(several);
  const limit = b.solver === "stationary" ? "equilibrium" : "density";
  return sentences(
    `How far networks are from the ${limit} at *t* = ${formatNumber(t ?? Number.NaN, 6)}, against their width: ${meanings(lines.map(({ name }) => name))}.`,
    several.length > 0 &&
      `Dots: means over ${replicas.size === 1 ? `${several[0]} replicas` : "the replicas"}; bars: ${scatterText(several)}.`,
    narrow !== wide &&
      `From *N* = ${narrow.width} to ${wide.width} ${symbol} falls by a factor ${typesetNumber(narrow.mean / wide.mean, 3)}; 1/√*N* (dashed) by ${typesetNumber(Math.sqrt(wide.width / narrow.width), 3)}.`,
  );
}

/** What is measured, distances of one kind together: "A over the data; B, C between the laws of the neurons". */
function meanings(names: readonly string[]): string {
  const kinds = [...new Set(names.map((name) => QUANTITIES[name]!.meaning))];
  return kinds
    .map((kind) => {
      const symbols = names.map((name) => QUANTITIES[name]!).filter(({ meaning }) => meaning === kind);
      return `${symbols.map(({ symbol }) => symbol).join(", ")} ${kind}`;
    })
    .join("; ");
}
