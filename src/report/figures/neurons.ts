import * as Plot from "@observablehq/plot";
import { axis, extent } from "../chart/axes.ts";
import { drawChart, FULL_WIDTH, HALF_WIDTH, HEIGHT, MUTED, widthColours } from "../chart/chart.ts";
import { barsMark, binCount, histogramOf } from "../chart/histogram.ts";
import type { Figure, ReportInput } from "../folder.ts";
import { formatNumber } from "../notation.ts";
import { factsOf } from "../runs/facts.ts";
import type { Group } from "../runs/groups.ts";
import { everyIndex, finiteColumn, type Snapshot, snapshotsOf } from "../runs/snapshots.ts";

const MOST_NEURONS = 3000;
const COLOUR = widthColours(1)[0]!;

/** Where the neurons are at the first and the last snapshot of the widest network's first replica. */
export function neuronsFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const widest = widestKept(input, groups);
  const kept = widest && snapshotsOf(input, widest.runs[0]!);
  if (!kept) return [];
  const ends = kept.snapshots.length > 1 ? [kept.snapshots[0]!, kept.snapshots.at(-1)!] : kept.snapshots;
  const who = `${widest.label}${widest.runs.length > 1 ? ", first replica" : ""}`;
  return [kept.p === 1 ? histogram(input, ends, who) : cloud(input, ends, kept.p, who)];
}

/** The widest network that kept its neurons. */
export function widestKept(input: ReportInput, groups: readonly Group[]): Group | undefined {
  return groups.findLast(({ runs }) => snapshotsOf(input, runs[0]!));
}

/** Two coordinates of the neurons, a panel for each snapshot. */
function cloud(input: ReportInput, ends: readonly Snapshot[], p: number, who: string): Figure {
  const facts = factsOf(input.summary.spec, input.summary.data);
  const trainsOutput = facts.trainsOutput(p);
  const [across, up] = drawnCoordinates(ends, p, trainsOutput).map((k) => ({
    k,
    ...facts.coordinates(p)[k]!,
  }));
  const drawn = everyIndex(ends[0]!.count, MOST_NEURONS);
  const panels = ends.map(({ t }) => `t = ${time(t)}`);
  const points = ends
    .flatMap(({ at }, s) => drawn.map((j) => ({ x: at(j, across!.k), y: at(j, up!.k), panel: panels[s]! })))
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  const svg = drawChart({
    title: "The neurons at the first and the last snapshot",
    width: ends.length > 1 ? FULL_WIDTH : HALF_WIDTH,
    height: ends.length > 1 ? 400 : HEIGHT,
    x: axis(across!.label, columnOf(points, "x")),
    y: axis(up!.label, columnOf(points, "y")),
    keys: [],
    panels,
    marks: [
      Plot.frame({ stroke: "#dddddd" }),
      Plot.dot(points, { fx: "panel", x: "x", y: "y", fill: COLOUR, ...dotStyle(drawn.length) }),
    ],
  });
  const total = ends[0]!.count;
  const caption = [
    `The neurons of the network (${who}) at ${times(ends)}: ${across!.label} across, ${up!.label} up.`,
    drawn.length < total ? ` ${drawn.length} of the ${total} are drawn.` : "",
    p > 2
      ? ` Of the ${p} parameters of a neuron, ${trainsOutput ? "the output's and, of the others, the one" : "the two"} that moved most.`
      : "",
  ].join("");
  return { name: "neurons", caption, svg };
}

/**
 * The coordinates drawn [across, up]: up the output's, where it is trained, against the one of the others that moved
 * most between the snapshots (in mean square); otherwise the two that moved most.
 */
function drawnCoordinates(ends: readonly Snapshot[], p: number, trainsOutput: boolean): number[] {
  const moved = Array.from({ length: p }, (_, k) => meanSquareMove(ends, k));
  const byMove = [...moved.keys()].sort((k, l) => moved[l]! - moved[k]! || k - l);
  return trainsOutput ? [byMove.find((k) => k !== 0)!, 0] : byMove.slice(0, 2).sort((k, l) => k - l);
}

function meanSquareMove(ends: readonly Snapshot[], k: number): number {
  const [first, last] = [ends[0]!, ends.at(-1)!];
  let total = 0;
  for (let j = 0; j < first.count; j++) total += (last.at(j, k) - first.at(j, k)) ** 2;
  return Number.isFinite(total) ? total / first.count : 0;
}

/** Fewer neurons, larger dots. */
function dotStyle(count: number): { r: number; fillOpacity: number } {
  return { r: Math.min(Math.max(40 / Math.sqrt(count), 1.4), 4.5), fillOpacity: count > 500 ? 0.4 : 0.65 };
}

/** The law of a neuron with a single parameter: histograms of unit area over common bins. */
function histogram(input: ReportInput, ends: readonly Snapshot[], who: string): Figure {
  const { label } = factsOf(input.summary.spec, input.summary.data).coordinates(1)[0]!;
  const samples = ends.map((end) => finiteColumn(end, 0));
  const x = axis(
    label,
    samples.flatMap((values) => (values.length > 0 ? extent(values) : [])),
  );
  const bins = binCount(ends[0]!.count);
  const histograms = samples.map((values) => histogramOf(values, x.domain, bins));
  const colours = [...(ends.length > 1 ? [MUTED] : []), COLOUR];
  const svg = drawChart({
    title: "The histogram of the neurons at the first and the last snapshot",
    width: HALF_WIDTH,
    height: HEIGHT,
    x,
    y: axis("density of neurons", columnOf(histograms.flat(), "density"), { zero: true }),
    keys: ends.map(({ t }, s) => ({ label: `*t* = ${time(t)}`, colour: colours[s]!, shape: "area" })),
    marks: histograms.map((bars, s) => barsMark(bars, { fill: colours[s]!, fillOpacity: 0.5 })),
  });
  const caption = `The neurons of the network (${who}) at ${times(ends)}: histograms of ${label}, of area one.`;
  return { name: "neurons", caption, svg };
}

function columnOf<K extends string>(rows: readonly Readonly<Record<K, number>>[], key: K): number[] {
  return rows.map((row) => row[key]);
}

function time(t: number): string {
  return formatNumber(t, 6);
}

function times(ends: readonly Snapshot[]): string {
  return ends.map(({ t }) => `*t* = ${time(t)}`).join(" and ");
}
