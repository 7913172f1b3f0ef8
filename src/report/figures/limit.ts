import { largestOf } from "../../base/extremes.ts";
import {
  type Comparison,
  DISTANCES,
  type Quantity,
  type SolverLabel,
} from "../../observables/distances/compare.ts";
import { sweptAxis } from "../chart/axes.ts";
import { drawFigure, type Figure } from "../chart/chart.ts";
import { lines, measured } from "../chart/layers.ts";
import { MUTED } from "../chart/styles.ts";
import { formatNumber, typesetNumber } from "../notation.ts";
import { solverKind, solverRank } from "../runs/groups.ts";
import type { Scene } from "../runs/scene.ts";
import { replicasText, scatterText } from "./captions.ts";

interface Reading extends Comparison {
  readonly width: number;
}

const COLOURS = ["#1b6ca8", "#c2550a", "#3d8b4f", "#7a4fa3"];

/** What is drawn at one width stands side by side, that many pixels apart. */
const ASIDE = 4;

/** How far networks are from the density against their width, at the last time at which they were compared. */
export function limitFigure({ input }: Scene): Figure[] {
  const distances = readings(input.summary.comparisons);
  const widths = [...new Set(distances.map(({ width }) => width))].sort((a, b) => a - b);
  if (widths.length < 2) return [];
  const names = (Object.keys(DISTANCES) as Quantity[]).filter((name) =>
    distances.some(({ quantity }) => quantity === name),
  );
  const strokes = names.map((name, k) => ({
    label: DISTANCES[name].symbol,
    colour: COLOURS[k % COLOURS.length]!,
    points: distances
      .filter(({ quantity }) => quantity === name)
      .sort((a, b) => a.width - b.width)
      .map(({ width, mean, interval, extremes }) => {
        const [low, high] = interval ?? extremes ?? [mean, mean];
        return { x: width, y: mean, low, high };
      }),
  }));
  const { label, points } = strokes[0]!;
  const [narrow, wide] = [points[0]!, points.at(-1)!];
  // N^(−1/2) through the first of them.
  const guide = [widths[0]!, widths.at(-1)!].map((N) => ({ x: N, y: narrow.y * Math.sqrt(narrow.x / N) }));
  const { t, b } = distances[0]!;
  const counts = distances.map(({ replicas }) => replicas).filter((count) => count > 1);
  return [
    drawFigure({
      name: "limit",
      x: sweptAxis("width *N*", widths, true),
      y: { label: "distance to the density", scale: "logarithmic" },
      layers: [
        ...strokes.map((stroke, k) =>
          measured(stroke, { join: "line", log: true, aside: ASIDE * (k - (strokes.length - 1) / 2) }),
        ),
        lines([{ label: "1/√*N*", colour: MUTED, points: guide }], { shape: "dashes", depth: 1 }),
      ],
      caption: [
        `How far networks are from the ${solverKind(b.solver).kind} at *t* = ${formatNumber(t ?? Number.NaN, 6)}, against their width: ${meanings(names)}.`,
        counts.length > 0 && `Dots: means over ${replicasText(counts)}; bars: ${scatterText(counts)}.`,
        narrow !== wide &&
          `From *N* = ${narrow.x} to ${wide.x} ${label} falls by a factor ${typesetNumber(narrow.y / wide.y, 3)}; 1/√*N* (dashed) by ${typesetNumber(Math.sqrt(wide.x / narrow.x), 3)}.`,
      ],
    }),
  ];
}

/** The positive distances of networks to one density at the last time. Of several integrators the first is read. */
function readings(comparisons: readonly Comparison[]): Reading[] {
  const networks = comparisons.flatMap((comparison): Reading[] =>
    typeof comparison.a.width === "number" && comparison.b.width === undefined && comparison.mean > 0
      ? [{ ...comparison, width: comparison.a.width }]
      : [],
  );
  // Of several densities one that moves stands for the limit before one that rests.
  const rank = ({ b }: Comparison) => solverRank(b.solver);
  const limit = [...networks].sort((a, b) => rank(a) - rank(b))[0]?.b;
  const same = (a: SolverLabel, b: SolverLabel | undefined) => JSON.stringify(a) === JSON.stringify(b);
  const against = networks.filter(({ b }) => same(b, limit));
  const details = ({ a: { width: _, ...others } }: Reading) => JSON.stringify(others);
  const alike = against.filter((reading) => details(reading) === details(against[0]!));
  const last = largestOf(alike.map(({ t }) => t ?? Number.NEGATIVE_INFINITY));
  return alike.filter(({ t }) => t === last);
}

/** What is measured, distances of one kind together: "A over the data; B, C between the laws of the neurons". */
function meanings(names: readonly Quantity[]): string {
  const kinds = [...new Set(names.map((name) => DISTANCES[name].meaning))];
  return kinds
    .map((kind) => {
      const symbols = names.map((name) => DISTANCES[name]).filter(({ meaning }) => meaning === kind);
      return `${symbols.map(({ symbol }) => symbol).join(", ")} ${kind}`;
    })
    .join("; ");
}
