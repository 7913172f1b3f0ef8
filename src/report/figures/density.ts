import * as Plot from "@observablehq/plot";
import { spread } from "../../base/spread.ts";
import { type Axis, axis, extent } from "../chart/axes.ts";
import { drawChart, FULL_WIDTH, HALF_WIDTH, HEIGHT, INK } from "../chart/chart.ts";
import { type Bar, barsMark, binCount, histogramOf } from "../chart/histogram.ts";
import { DASHES, DOTS, type Key } from "../chart/legend.ts";
import { drawPlanes, FAINT, marginalOf } from "../chart/plane.ts";
import { EQUILIBRIUM, stylesOf } from "../chart/styles.ts";
import type { Figure, ReportInput } from "../folder.ts";
import { formatNumber } from "../notation.ts";
import { type Equilibrium, equilibriaOf, equilibriumLabel, optimumFor } from "../runs/equilibria.ts";
import { factsOf } from "../runs/facts.ts";
import type { Group } from "../runs/groups.ts";
import {
  type DensitySnapshot,
  type DensitySnapshots,
  densitiesOf,
  everyIndex,
  finiteColumn,
  phaseDensitiesOf,
  type Snapshot,
  sameTime,
  snapshotsOf,
} from "../runs/snapshots.ts";
import { called, sentences } from "./captions.ts";
import { widestKept } from "./neurons.ts";

const MOST_CURVES = 5;
const MOST_DOTS = 500;

const NETWORK = "#7fb8ad";
const NETWORK_BARS = { fill: NETWORK, fillOpacity: 0.55 } as const;
/** From the first snapshot to the last but one; the last is black. */
const EARLY = ["#c4c4c4", "#9a9a9a", "#757575", "#565656"];
/** Of several equilibria: the least first. */
const BRANCHES = [EQUILIBRIUM, "#7048b6", "#1c7ed6", "#2b8a3e"];

/** The densities of neurons at the snapshots, with the neurons of the widest network and the equilibria. */
export function densityFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const view = viewOf(input, groups);
  if (!view) return [];
  const p = view.p;
  return [
    p === 1 ? lineFigure(input, view) : p === 2 ? planeFigure(input, view) : marginalsFigure(input, view),
  ];
}

/** Whether the density's picture shows neurons too. */
export function showsNeurons(input: ReportInput, groups: readonly Group[]): boolean {
  const view = viewOf(input, groups);
  return view !== undefined && view.p <= 2 && neuronsAt(input, view, lastShared(view)) !== undefined;
}

/** All that there is to draw. */
interface View {
  readonly p: number;
  /** Whether momenta were integrated out. */
  readonly phase: boolean;
  /** The density that moves, the first of them; none where only equilibria were computed. */
  readonly moving: { readonly group: Group; readonly kept: DensitySnapshots } | undefined;
  readonly others: readonly {
    readonly group: Group;
    readonly colour: string;
    readonly kept: DensitySnapshots;
  }[];
  readonly equilibria: readonly {
    readonly equilibrium: Equilibrium;
    readonly axes: readonly Float64Array[];
    readonly snapshot: DensitySnapshot;
  }[];
  readonly network: Group | undefined;
  readonly networkTimes: readonly number[];
}

function viewOf(input: ReportInput, groups: readonly Group[]): View | undefined {
  const styles = stylesOf(groups);
  const held = groups.flatMap((group, k) => {
    const kept = group.kind === "density" ? densitiesOf(input, group.runs[0]!) : undefined;
    return kept ? [{ group, kept, colour: styles[k]!.colour }] : [];
  });
  const all = equilibriaOf(input, groups);
  const least = optimumFor(all, held[0]?.group);
  const equilibria = all
    .filter(({ run }) => run === least?.run)
    .reverse()
    .flatMap((equilibrium) => {
      const kept = densitiesOf(input, equilibrium.run);
      const snapshot = kept?.snapshots[equilibrium.index];
      return kept && snapshot ? [{ equilibrium, axes: kept.axes, snapshot }] : [];
    });
  const p = held[0]?.kept.axes.length ?? equilibria[0]?.axes.length;
  if (p === undefined) return undefined;
  const network = widestKept(input, groups);
  const networkTimes = network ? snapshotsOf(input, network.runs[0]!)!.snapshots.map(({ t }) => t) : [];
  const phase = held[0] !== undefined && phaseDensitiesOf(input, held[0].group.runs[0]!) !== undefined;
  return { p, phase, moving: held[0], others: held.slice(1), equilibria, network, networkTimes };
}

/** The last time at which both the density and the network were kept; without a density that moves the network's last. */
function lastShared({ moving, networkTimes }: View): number | undefined {
  const times = moving ? moving.kept.snapshots.map(({ t }) => t) : networkTimes;
  return networkTimes.findLast((t) => times.some((other) => sameTime(t, other)));
}

/** The neurons of the widest network's first replica at a time. */
function neuronsAt(input: ReportInput, { network, p }: View, t: number | undefined): Snapshot | undefined {
  if (!network || t === undefined) return undefined;
  const kept = snapshotsOf(input, network.runs[0]!)!;
  const found = kept.snapshots.find((one) => sameTime(one.t, t));
  return kept.p === p ? found : undefined;
}

/** A one-dimensional density as it is drawn. */
interface Line {
  readonly key: Key;
  readonly strokeWidth: number;
  readonly points: readonly { readonly x: number; readonly y: number; readonly panel?: string }[];
}

/** The lines of coordinate k: the snapshots from early to late, the other solvers at their last, the equilibria. */
function linesOf({ moving, others, equilibria }: View, k: number, panel?: string): Line[] {
  const points = (axes: readonly Float64Array[], { values }: DensitySnapshot) =>
    [...marginalOf(axes, values, k)].map((y, i) => ({ x: axes[k]![i]!, y, ...(panel && { panel }) }));
  const chosen = moving ? spread(moving.kept.snapshots, MOST_CURVES) : [];
  const snapshots = chosen.map((snapshot, s): Line => {
    const last = s === chosen.length - 1;
    const early = EARLY[Math.round((s * (EARLY.length - 1)) / Math.max(chosen.length - 2, 1))]!;
    return {
      key: { label: timeLabel(snapshot.t), colour: last ? INK : early, shape: "line" },
      strokeWidth: last ? 2.5 : 1.75,
      points: points(moving!.kept.axes, snapshot),
    };
  });
  const elsewhere = others.map(
    ({ group, colour, kept }): Line => ({
      key: { label: group.label, colour, shape: "line" },
      strokeWidth: 1.5,
      points: points(kept.axes, kept.snapshots.at(-1)!),
    }),
  );
  const all = equilibria.map(({ equilibrium }) => equilibrium);
  const resting = equilibria.map(
    ({ equilibrium, axes, snapshot }, e): Line => ({
      key: {
        label: equilibriumLabel(equilibrium, all),
        colour: BRANCHES[e % BRANCHES.length]!,
        shape: equilibrium.stability === "unstable" ? "dots" : "dashes",
      },
      strokeWidth: 1.75,
      points: points(axes, snapshot),
    }),
  );
  return [...snapshots, ...elsewhere, ...resting];
}

function lineMark({ key, strokeWidth, points }: Line): Plot.Markish {
  const pattern = key.shape === "dashes" ? DASHES : key.shape === "dots" ? DOTS : undefined;
  const options = {
    x: "x",
    y: "y",
    stroke: key.colour,
    strokeWidth,
    ...(pattern && { strokeDasharray: pattern }),
  };
  return Plot.line(points, points[0]?.panel === undefined ? options : { ...options, fx: "panel" });
}

/** p = 1: curves, over the histogram of the widest network at the last time both know. */
function lineFigure(input: ReportInput, view: View): Figure {
  const { label } = factsOf(input.summary.spec, input.summary.data).coordinates(1)[0]!;
  const lines = linesOf(view, 0);
  const t = lastShared(view);
  const neurons = neuronsAt(input, view, t);
  const column = neurons && finiteColumn(neurons, 0);
  const x = axisAround(label, lines, column ? [column] : []);
  const drawn = lines.map((line) => ({ ...line, points: within(line.points, x) }));
  const bars = column ? histogramOf(column, x.domain, binCount(neurons.count)) : [];
  const svg = drawChart({
    title: "The density of neurons at the snapshots",
    width: HALF_WIDTH,
    height: HEIGHT,
    x,
    y: axis(`density of neurons ${view.phase ? "*ρ*" : "*μ*"}`, heightsOf(drawn, bars), { zero: true }),
    keys: [
      ...(neurons ? [{ label: view.network!.label, colour: NETWORK, shape: "area" } as const] : []),
      ...drawn.map(({ key }) => key),
    ],
    marks: [barsMark(bars, NETWORK_BARS), ...drawn.map(lineMark)],
  });
  return { name: "density", caption: sentences(...lineCaption(view, t, neurons !== undefined)), svg };
}

function lineCaption(view: View, t: number | undefined, histogram: boolean): (string | false)[] {
  const { moving, others, equilibria, network } = view;
  const density = view.phase ? "*ρ*, the marginal of *μ* in *θ*," : "*μ*";
  const replica = network && network.runs.length > 1 ? " (the first replica)" : "";
  return [
    moving
      ? `The density of neurons ${density} at its snapshots, from early (light) to late (black)${others.length > 0 ? `; ${others.map(({ group }) => called(group)).join(" and ")} at the end` : ""}.`
      : `The ${equilibria.length > 1 ? "densities" : "density"} of neurons *μ* in equilibrium.`,
    histogram &&
      `Bars: the histogram of the neurons of ${network!.label}${replica} at *t* = ${formatNumber(t!, 6)}.`,
    (moving !== undefined || equilibria.length > 1) && equilibriaSentence(equilibria.length),
  ];
}

function equilibriaSentence(count: number): string | false {
  if (count === 0) return false;
  return count === 1
    ? "Dashed: the equilibrium."
    : "Dashed: equilibria that attract (marginal: one of a family); dotted: those that repel; that of least free energy comes first.";
}

/** p = 3: the marginals of the coordinates, a panel each. */
function marginalsFigure(input: ReportInput, view: View): Figure {
  const coordinates = factsOf(input.summary.spec, input.summary.data).coordinates(view.p);
  const panels = coordinates.map(({ symbol }) => symbol.replaceAll("*", ""));
  const byPanel = panels.map((panel, k) => linesOf(view, k, panel));
  const t = lastShared(view);
  const neurons = neuronsAt(input, view, t);
  const columns = neurons ? panels.map((_, k) => finiteColumn(neurons, k)) : [];
  const x = axisAround("parameter of a neuron", byPanel.flat(), columns);
  const bars = columns.flatMap((column, k) =>
    histogramOf(column, x.domain, binCount(neurons!.count)).map((bar) => ({ ...bar, panel: panels[k]! })),
  );
  const drawn = byPanel.flat().map((line) => ({ ...line, points: within(line.points, x) }));
  const svg = drawChart({
    title: "The marginal densities of the parameters at the snapshots",
    width: FULL_WIDTH,
    height: HEIGHT,
    x,
    y: axis("marginal density", heightsOf(drawn, bars), { zero: true }),
    keys: [
      ...(neurons ? [{ label: view.network!.label, colour: NETWORK, shape: "area" } as const] : []),
      ...byPanel[0]!.map(({ key }) => key),
    ],
    panels,
    marks: [Plot.frame({ stroke: "#dddddd" }), barsMark(bars, NETWORK_BARS), ...drawn.map(lineMark)],
  });
  const names = coordinates.map(({ label }) => label).join(", ");
  const caption = sentences(`The marginals in ${names}.`, ...lineCaption(view, t, neurons !== undefined));
  return { name: "density", caption, svg };
}

/** p = 2: shaded panels of the density at its first and last snapshot and of the equilibrium, with neurons as dots. */
function planeFigure(input: ReportInput, view: View): Figure {
  const facts = factsOf(input.summary.spec, input.summary.data);
  const [across, up] = facts.trainsOutput(2) ? [1, 0] : [0, 1];
  const [first, last] = view.moving
    ? [view.moving.kept.snapshots[0]!, view.moving.kept.snapshots.at(-1)!]
    : [];
  const moving = view.moving ? [...new Set([first!, last!])] : [];
  const resting = view.equilibria.slice(0, 1);
  const layers = [
    ...moving.map((snapshot) => ({
      panel: panelTitle(snapshot.t),
      axes: view.moving!.kept.axes,
      ...snapshot,
    })),
    ...resting.map(({ axes, snapshot }) => ({ panel: "equilibrium", axes, ...snapshot })),
  ];
  const dots = layers.flatMap(({ t, panel }) => {
    // Without a density that moves the network's end stands beside the equilibrium.
    const when = Number.isFinite(t) ? t : view.moving ? undefined : lastShared(view);
    const neurons = neuronsAt(input, view, when);
    if (!neurons) return [];
    return everyIndex(neurons.count, MOST_DOTS)
      .map((j) => ({ panel, x: neurons.at(j, across), y: neurons.at(j, up) }))
      .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  });
  const coordinates = facts.coordinates(2);
  const svg = drawPlanes({
    title: "The density of neurons at the first and the last snapshot",
    layers,
    dots,
    coordinates: [across, up],
    labels: [coordinates[across]!.label, coordinates[up]!.label],
    width: layers.length > 1 ? FULL_WIDTH : HALF_WIDTH,
    height: layers.length > 2 ? 380 : layers.length > 1 ? 440 : 380,
    network: view.network,
  });
  return {
    name: "density",
    caption: planeCaption(view, layers, dots.length > 0, [
      coordinates[across]!.label,
      coordinates[up]!.label,
    ]),
    svg,
  };
}

function planeCaption(
  { moving, equilibria, network, networkTimes }: View,
  layers: readonly { readonly t: number; readonly values: Float64Array }[],
  dots: boolean,
  [across, up]: readonly [string, string],
): string {
  const times = layers.filter(({ t }) => Number.isFinite(t)).map(({ t }) => `*t* = ${formatNumber(t, 6)}`);
  const where = [times.join(" and "), equilibria.length > 0 && "in equilibrium"]
    .filter(Boolean)
    .join(" and ");
  const highest = layers.map(({ values }) => formatNumber(extent([...values])[1], 3)).join(", ");
  const replica = network && network.runs.length > 1 ? ", first replica" : "";
  return sentences(
    `${moving && moving.group.label !== "density" ? `The density of neurons *μ* (${moving.group.label})` : "The density of neurons *μ*"} ${times.length > 0 ? "at " : ""}${where}: ${across} across, ${up} up.`,
    `Shades from white to dark are even steps from 0 to the largest value of each panel (${highest}).`,
    equilibria.length > 1 &&
      `The equilibrium is that of least free energy of the ${equilibria.length} found.`,
    dots &&
      `Dots: neurons of ${network!.label}${replica}${moving ? "" : ` at *t* = ${formatNumber(networkTimes.at(-1)!, 6)}`}${network!.width! > MOST_DOTS ? `, about ${MOST_DOTS} of them` : ""}.`,
  );
}

/** The axis around what is not faint of some line, and around these values. */
function axisAround(label: string, lines: readonly Line[], columns: readonly Float64Array[]): Axis {
  const seen = lines.flatMap(({ points }) => {
    const faint = FAINT * points.reduce((most, { y }) => Math.max(most, y), 0);
    return points.filter(({ y }) => y > faint).map(({ x }) => x);
  });
  const ends = columns.flatMap((values) => (values.length > 0 ? extent(values) : []));
  return axis(label, [...seen, ...extent([...seen, ...ends])]);
}

function within<P extends { readonly x: number }>(points: readonly P[], x: Axis): P[] {
  return points.filter((point) => inside(point.x, x));
}

function inside(value: number, { domain: [low, high] }: Axis): boolean {
  return value >= low && value <= high;
}

function heightsOf(lines: readonly Line[], bars: readonly Bar[]): number[] {
  return [...lines.flatMap(({ points }) => points.map(({ y }) => y)), ...bars.map(({ density }) => density)];
}

function timeLabel(t: number): string {
  return `*t* = ${formatNumber(t, 6)}`;
}

/** The title of a panel. */
export function panelTitle(t: number): string {
  return `t = ${formatNumber(t, 6)}`;
}
