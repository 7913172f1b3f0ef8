import * as Plot from "@observablehq/plot";
import { counted } from "../../base/words.ts";
import type { NumericArray } from "../../tables/npz.ts";
import { axis } from "../chart/axes.ts";
import { drawChart, HALF_WIDTH, HEIGHT, INK, MUTED } from "../chart/chart.ts";
import { DASHES, type Key } from "../chart/legend.ts";
import { EQUILIBRIUM, type Style, stylesOf } from "../chart/styles.ts";
import type { Figure, ReportInput } from "../folder.ts";
import { formatNumber } from "../notation.ts";
import { inputLabels, targetLabel } from "../runs/columns.ts";
import { equilibriaOf, optimumFor } from "../runs/equilibria.ts";
import type { Group } from "../runs/groups.ts";
import { everyIndex } from "../runs/snapshots.ts";
import { called, densitiesIn, networksIn, sentences, symbolFor } from "./captions.ts";

type Point = readonly [x: number, y: number];

interface Fit extends Style {
  readonly group: Group;
  /** Of its last snapshot. */
  readonly t: number;
  readonly points: readonly Point[];
}

const MOST_POINTS = 1500;
/** Of a line, several a pixel. */
const MOST_NODES = 4000;

/** What was learnt over one-dimensional data: the points, and the function of each width and density at its last snapshot. */
export function fitFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const { data_x: x, data_y: y } = dataOf(input);
  if (!x || !y || x.shape[1] !== 1) return [];
  const order = orderOf(x.data);
  const styles = stylesOf(groups);
  const fits = groups
    .filter(({ kind }) => kind !== "equilibrium")
    .map((group): Fit => {
      const run = group.runs[0]!;
      const t = arrayOf(input, run, "times")?.data.at(-1) ?? 0;
      return { group, ...styles[groups.indexOf(group)]!, t, points: functionAt(input, run, -1, order) };
    })
    .filter(({ points }) => points.length > 0);
  const optimum = optimumFor(equilibriaOf(input, groups));
  const best = optimum ? functionAt(input, optimum.run, optimum.index, order) : [];
  const leading = densitiesIn(fits)[0] ?? fits.at(-1);
  if (!leading && best.length === 0) return [];
  const data = everyIndex(x.data.length, MOST_POINTS).map((i): Point => [x.data[i]!, y.data[i]!]);
  const start = leading ? functionAt(input, leading.group.runs[0]!, 0, order) : [];
  const keys: Key[] = [
    { label: "data", colour: MUTED, shape: "dot" },
    ...fits.map(({ group, colour }): Key => ({ label: group.label, colour, shape: "line" })),
    ...(start.length > 0 ? [{ label: "at the start", colour: INK, shape: "dashes" } as const] : []),
    ...(best.length > 0 ? [{ label: "equilibrium", colour: EQUILIBRIUM, shape: "dashes" } as const] : []),
  ];
  const heights = [data, start, best, ...fits.map(({ points }) => points)].flat().map(([, value]) => value);
  const functions = symbolFor(fits, {
    network: "network *f*_N(*x*)",
    density: "*f*_μ(*x*)",
    both: "*f*_N(*x*), *f*_μ(*x*)",
  });
  const dashed = { x: "0", y: "1", strokeDasharray: DASHES };
  const svg = drawChart({
    title: "The data and the function learnt",
    width: HALF_WIDTH,
    height: HEIGHT,
    x: axis(inputLabels(input.summary, 1)[0]!, [...x.data]),
    y: axis(`${targetLabel(input.summary)}; ${functions}`, heights),
    keys,
    marks: [
      Plot.dot(data, { x: "0", y: "1", r: data.length > 200 ? 1.8 : 3, fill: MUTED, fillOpacity: 0.6 }),
      Plot.line(start, { ...dashed, stroke: INK, strokeWidth: 1.2 }),
      ...fits.map(({ points, colour, strokeWidth }) =>
        Plot.line(points, { x: "0", y: "1", stroke: colour, strokeWidth }),
      ),
      Plot.line(best, { ...dashed, stroke: EQUILIBRIUM, strokeWidth: 1.75 }),
    ],
  });
  return [{ name: "fit", caption: caption(x.data.length, data.length, fits, leading, best.length > 0), svg }];
}

function caption(
  total: number,
  drawn: number,
  fits: readonly Fit[],
  leading: Fit | undefined,
  equilibrium: boolean,
): string {
  const points = drawn < total ? `${drawn} of the ${total} data points` : counted(total, "data point");
  return sentences(
    `Grey: ${points}.`,
    leading &&
      `Lines: ${whose(fits)} at *t* = ${formatNumber(leading.t, 6)}, known at the data and joined by straight lines.`,
    leading &&
      `Dashed: where ${fits.length > 1 ? startOf(leading.group) : "it"} started${equilibrium ? "; in colour the equilibrium" : ""}.`,
    !leading &&
      "Dashed: the function *f*_μ of the equilibrium, known at the data and joined by straight lines.",
  );
}

function whose(fits: readonly Fit[]): string {
  const networks = networksIn(fits);
  const densities = densitiesIn(fits);
  const replica = networks.some(({ group }) => group.runs.length > 1) ? " (the first replica)" : "";
  const width = networks.length > 1 ? "for each width" : `for ${networks[0]?.group.label}`;
  return [
    networks.length > 0 && `the network *f*_N ${width}${replica}`,
    densities.length > 0 &&
      `the function *f*_μ of the ${densities.length > 1 ? "densities" : `density${networks.length > 0 ? " (black)" : ""}`}`,
  ]
    .filter(Boolean)
    .join(" and ");
}

function startOf(group: Group): string {
  return group.kind === "density" ? called(group) : "the widest";
}

function dataOf({ neurons, densities }: ReportInput): Readonly<Record<string, NumericArray>> {
  return "data_x" in neurons ? neurons : densities;
}

function arrayOf({ neurons, densities }: ReportInput, run: number, name: string): NumericArray | undefined {
  return neurons[`run${run}_${name}`] ?? densities[`run${run}_${name}`];
}

/** The data in the order of x; of very many some, evenly spread. */
function orderOf(x: ArrayLike<number>): number[] {
  const order = Uint32Array.from({ length: x.length }, (_, i) => i).sort((i, j) => x[i]! - x[j]! || i - j);
  return everyIndex(order.length, MOST_NODES).map((n) => order[n]!);
}

/** f at those data at one of a run's snapshots (from the end where negative). */
function functionAt(input: ReportInput, run: number, snapshot: number, order: readonly number[]): Point[] {
  const outputs = arrayOf(input, run, "outputs");
  const x = dataOf(input).data_x!.data;
  if (!outputs || outputs.data.length === 0) return [];
  const start = snapshot < 0 ? outputs.data.length + snapshot * x.length : snapshot * x.length;
  const points = order.map((i): Point => [x[i]!, outputs.data[start + i]!]);
  return points.filter(([, value]) => Number.isFinite(value));
}
