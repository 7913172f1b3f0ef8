import * as Plot from "@observablehq/plot";
import { axis } from "./axes.ts";
import { drawChart, HALF_WIDTH, HEIGHT, INK, MUTED, widthColours } from "./chart.ts";
import type { Figure, ReportInput } from "./folder.ts";
import type { Group } from "./groups.ts";
import { DASHES, type Key } from "./legend.ts";
import { counted, formatNumber } from "./notation.ts";
import { everyNth, lastTime } from "./snapshots.ts";

type Point = readonly [x: number, y: number];

const MOST_POINTS = 1500;

/** The network over one-dimensional data: the points, and the function of each width at the last snapshot. */
export function fitFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const { data_x: x, data_y: y } = input.neurons;
  if (!x || !y || x.shape[1] !== 1) return [];
  const colours = widthColours(groups.length);
  const fits = groups
    .map((group, k) => ({ group, colour: colours[k]!, points: networkAt(input, group.runs[0]!, "last") }))
    .filter(({ points }) => points.length > 0);
  const widest = fits.at(-1);
  if (!widest) return [];
  const data = everyNth([...x.data.keys()], MOST_POINTS).map((i): Point => [x.data[i]!, y.data[i]!]);
  const start = networkAt(input, widest.group.runs[0]!, "first");
  const keys: Key[] = [
    { label: "data", colour: MUTED, shape: "dot" },
    ...fits.map(({ group, colour }): Key => ({ label: group.label, colour, shape: "line" })),
    { label: "at the start", colour: INK, shape: "dashes" },
  ];
  const heights = [data, start, ...fits.map(({ points }) => points)].flat().map(([, value]) => value);
  const svg = drawChart({
    title: "The data and the trained network by width",
    width: HALF_WIDTH,
    height: HEIGHT,
    x: axis("input *x*", [...x.data]),
    y: axis("target *y*, network *f*_N(*x*)", heights),
    keys,
    marks: [
      Plot.dot(data, { x: "0", y: "1", r: data.length > 200 ? 1.8 : 3, fill: MUTED, fillOpacity: 0.6 }),
      Plot.line(start, { x: "0", y: "1", stroke: INK, strokeWidth: 1.2, strokeDasharray: DASHES }),
      ...fits.map(({ points, colour }) =>
        Plot.line(points, { x: "0", y: "1", stroke: colour, strokeWidth: 2 }),
      ),
    ],
  });
  const trained = fits.map(({ group }) => group);
  return [{ name: "fit", caption: caption(input, trained, data.length), svg }];
}

function caption(input: ReportInput, groups: readonly Group[], drawn: number): string {
  const total = input.neurons.data_x!.data.length;
  const time = lastTime(input, groups.at(-1)!.runs[0]!);
  const widths = groups.length > 1 ? " for each width" : ` for ${groups[0]!.label}`;
  const replica = groups.some(({ runs }) => runs.length > 1) ? " (the first replica)" : "";
  const points = drawn < total ? `${drawn} of the ${total} data points` : counted(total, "data point");
  return `Grey: ${points}. Lines: the network *f*_N at *t* = ${formatNumber(time, 6)}${widths}${replica}, known at the data and joined by straight lines. Dashed: where ${groups.length > 1 ? "the widest" : "it"} started.`;
}

/** f_N at the data points at a run's first or last snapshot, in the order of x. */
function networkAt({ neurons }: ReportInput, run: number, snapshot: "first" | "last"): Point[] {
  const outputs = neurons[`run${run}_outputs`];
  const x = neurons.data_x!.data;
  if (!outputs || outputs.data.length === 0) return [];
  const start = snapshot === "first" ? 0 : outputs.data.length - x.length;
  const points = [...x].map((value, i): Point => [value, outputs.data[start + i]!]);
  return points.filter(([, value]) => Number.isFinite(value)).sort(([a], [b]) => a - b);
}
