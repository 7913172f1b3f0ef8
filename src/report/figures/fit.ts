import * as Plot from "@observablehq/plot";
import { counted } from "../../base/words.ts";
import { axis } from "../chart/axes.ts";
import { drawChart, HALF_WIDTH, HEIGHT, INK, MUTED } from "../chart/chart.ts";
import { DASHES, type Key } from "../chart/legend.ts";
import { EQUILIBRIUM, type Style, stylesOf } from "../chart/styles.ts";
import type { Figure, ReportInput } from "../folder.ts";
import { inputLabels, targetLabel } from "../runs/columns.ts";
import { optimumFor } from "../runs/equilibria.ts";
import type { Group } from "../runs/groups.ts";
import type { Scene } from "../runs/scene.ts";
import { everyIndex } from "../runs/traces.ts";
import { called, densitiesIn, networksIn, symbolFor, timeText } from "./captions.ts";

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
export function fitFigure({ input, groups, equilibria }: Scene): Figure[] {
  const { size, inputs, x, y } = input.data;
  if (size === 0 || inputs !== 1) return [];
  const order = orderOf(x);
  const styles = stylesOf(groups);
  const fits = groups
    .filter(({ kind }) => kind !== "equilibrium")
    .map((group): Fit => {
      const run = group.runs[0]!;
      const t = input.traces[run]?.snapshots.at(-1)?.t ?? 0;
      return { group, ...styles[groups.indexOf(group)]!, t, points: functionAt(input, run, -1, order) };
    })
    .filter(({ points }) => points.length > 0);
  const optimum = optimumFor(equilibria);
  const best = optimum ? functionAt(input, optimum.run, optimum.index, order) : [];
  const leading = densitiesIn(fits)[0] ?? fits.at(-1);
  if (!leading && best.length === 0) return [];
  const data = everyIndex(size, MOST_POINTS).map((i): Point => [x[i]!, y[i]!]);
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
  const drawing = drawChart({
    title: "The data and the function learnt",
    width: HALF_WIDTH,
    height: HEIGHT,
    x: axis(inputLabels(input.summary, 1)[0]!, [...x]),
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
  return [{ name: "fit", caption: caption(size, data.length, fits, leading, best.length > 0), ...drawing }];
}

function caption(
  total: number,
  drawn: number,
  fits: readonly Fit[],
  leading: Fit | undefined,
  equilibrium: boolean,
): string {
  const points = drawn < total ? `${drawn} of the ${total} data points` : counted(total, "data point");
  if (!leading) return `${points} (grey) and the function *f*_μ of the equilibrium (dashed).`;
  const start =
    fits.length === 1 ? "it" : leading.group.kind === "density" ? called(leading.group) : "the widest";
  return `${points} (grey) and ${whose(fits)} at ${timeText(leading.t)}; dashed: where ${start} started${equilibrium ? ", and in colour the equilibrium" : ""}.`;
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

/** The data in the order of x; of very many some, evenly spread. */
function orderOf(x: ArrayLike<number>): number[] {
  const order = Uint32Array.from({ length: x.length }, (_, i) => i).sort((i, j) => x[i]! - x[j]! || i - j);
  return everyIndex(order.length, MOST_NODES).map((n) => order[n]!);
}

/** f at those data at one of a run's snapshots (from the end where negative). */
function functionAt(
  { traces, data: { x } }: ReportInput,
  run: number,
  snapshot: number,
  order: readonly number[],
): Point[] {
  const outputs = traces[run]?.snapshots.at(snapshot)?.outputs ?? [];
  if (outputs.length === 0) return [];
  return order.map((i): Point => [x[i]!, outputs[i]!]).filter(([, value]) => Number.isFinite(value));
}
