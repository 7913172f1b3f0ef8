// The densities of neurons at their snapshots, with neurons of the widest network and the equilibria: curves where θ has one coordinate,
// panels with its marginals where it has more than two, and shaded planes for two, or for one in phase space.

import * as Plot from "@observablehq/plot";
import { spread } from "../../base/spread.ts";
import type { NetworkSnapshot } from "../../run/progress.ts";
import { type Axis, axis, extent } from "../chart/axes.ts";
import { drawChart, FULL_WIDTH, HALF_WIDTH, HEIGHT, INK } from "../chart/chart.ts";
import { type Bar, barsMark, binCount, histogramOf } from "../chart/histogram.ts";
import { DASHES, DOTS, type Key } from "../chart/legend.ts";
import { drawPlanes, FAINT, marginalOf } from "../chart/plane.ts";
import { EQUILIBRIUM, stylesOf } from "../chart/styles.ts";
import type { Figure } from "../folder.ts";
import { formatNumber, notationToText } from "../notation.ts";
import { type Equilibrium, equilibriumLabel, optimumFor } from "../runs/equilibria.ts";
import type { Group } from "../runs/groups.ts";
import type { Scene, Widest } from "../runs/scene.ts";
import {
  type DensitySnapshots,
  densitiesOf,
  everyIndex,
  finiteColumn,
  phaseDensitiesOf,
  sameTime,
} from "../runs/traces.ts";
import { called, sentences, timeText } from "./captions.ts";

const MOST_CURVES = 5;
const MOST_PANELS = 4;
/** In a panel. */
const MOST_DOTS = { plane: 500, phase: 250 };

const NETWORK = "#7fb8ad";
/** From the first snapshot to the last but one; the last is black. */
const EARLY = ["#c4c4c4", "#9a9a9a", "#757575", "#565656"];
/** Of several equilibria: the least first. */
const BRANCHES = [EQUILIBRIUM, "#7048b6", "#1c7ed6", "#2b8a3e"];

export function densityFigure(scene: Scene): Figure[] {
  const view = viewOf(scene);
  if (!view) return [];
  return [view.p === 2 ? planeFigure(scene, view) : linesFigure(scene, view)];
}

/** Whether the picture of the density shows neurons too. */
export function showsNeurons(scene: Scene): boolean {
  const view = viewOf(scene);
  return view !== undefined && view.p <= 2 && neuronsAt(view, lastShared(view)) !== undefined;
}

interface Held {
  readonly group: Group;
  readonly colour: string;
  readonly trace: DensitySnapshots;
}

type Snapshot = DensitySnapshots["snapshots"][number];

/** All that there is to draw. */
interface View {
  readonly p: number;
  /** Whether momenta were integrated out. */
  readonly phase: boolean;
  /** The density that moves, the first of them; none where only equilibria were computed. */
  readonly moving: Held | undefined;
  readonly others: readonly Held[];
  readonly equilibria: readonly {
    readonly equilibrium: Equilibrium;
    readonly axes: readonly Float64Array[];
    readonly snapshot: Snapshot;
  }[];
  readonly widest: Widest | undefined;
}

function viewOf({ input, groups, equilibria: all, phase, widest }: Scene): View | undefined {
  const styles = stylesOf(groups);
  const held = groups.flatMap((group, k) => {
    const trace = group.kind === "density" ? densitiesOf(input, group.runs[0]!) : undefined;
    return trace ? [{ group, trace, colour: styles[k]!.colour }] : [];
  });
  const [moving, ...others] = held;
  const least = optimumFor(all, moving?.group);
  const equilibria = all
    .filter(({ run }) => run === least?.run)
    .reverse()
    .flatMap((equilibrium) => {
      const trace = densitiesOf(input, equilibrium.run);
      const snapshot = trace?.snapshots[equilibrium.index];
      return trace && snapshot ? [{ equilibrium, axes: trace.axes, snapshot }] : [];
    });
  const p = moving?.trace.axes.length ?? equilibria[0]?.axes.length;
  if (p === undefined) return undefined;
  return { p, phase: phase.includes(moving?.group as Group), moving, others, equilibria, widest };
}

/** The last time at which both the density and the network were trace; without a density that moves the network's last. */
function lastShared({ moving, widest }: View): number | undefined {
  const times = widest?.snapshots.map(({ t }) => t) ?? [];
  const known = moving?.trace.snapshots.map(({ t }) => t) ?? times;
  return times.findLast((t) => known.some((other) => sameTime(t, other)));
}

function neuronsAt(
  { widest, p }: Pick<View, "widest" | "p">,
  t: number | undefined,
): NetworkSnapshot | undefined {
  if (t === undefined || widest?.p !== p) return undefined;
  return widest.snapshots.find((one) => sameTime(one.t, t));
}

/** A one-dimensional density as it is drawn. */
interface Line {
  readonly key: Key;
  readonly strokeWidth: number;
  readonly points: readonly { readonly x: number; readonly y: number; readonly panel?: string }[];
}

/** The lines of coordinate k: the snapshots from early to late, the other solvers at their last, the equilibria. */
function linesOf({ moving, others, equilibria }: View, k: number, panel?: string): Line[] {
  const points = (axes: readonly Float64Array[], { values }: Snapshot) =>
    [...marginalOf(axes, values, k)].map((y, i) => ({ x: axes[k]![i]!, y, ...(panel && { panel }) }));
  const chosen = moving ? spread(moving.trace.snapshots, MOST_CURVES) : [];
  const snapshots = chosen.map((snapshot, s): Line => {
    const last = s === chosen.length - 1;
    const early = EARLY[Math.round((s * (EARLY.length - 1)) / Math.max(chosen.length - 2, 1))]!;
    return {
      key: { label: timeText(snapshot.t), colour: last ? INK : early, shape: "line" },
      strokeWidth: last ? 2.5 : 1.75,
      points: points(moving!.trace.axes, snapshot),
    };
  });
  const elsewhere = others.map(
    ({ group, colour, trace }): Line => ({
      key: { label: group.label, colour, shape: "line" },
      strokeWidth: 1.5,
      points: points(trace.axes, trace.snapshots.at(-1)!),
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

/** Curves over the histogram of the widest network at the last time that both know; a panel for each coordinate where there are several. */
function linesFigure({ facts }: Scene, view: View): Figure {
  const { p, widest } = view;
  const coordinates = facts.coordinates(p);
  const single = p === 1;
  const panels = coordinates.map(({ symbol }) => symbol.replaceAll("*", ""));
  const inPanel = (k: number) => (single ? undefined : panels[k]!);
  const lines = panels.map((_, k) => linesOf(view, k, inPanel(k)));
  const t = lastShared(view);
  const neurons = neuronsAt(view, t);
  const columns = neurons ? panels.map((_, k) => finiteColumn(neurons, p, k)) : [];
  const label = single ? coordinates[0]!.label : "parameter of a neuron";
  const x = axisAround(label, lines.flat(), columns);
  const drawn = lines.flat().map((line) => ({ ...line, points: within(line.points, x) }));
  const bars = columns.flatMap((column, k) =>
    histogramOf(column, x.domain, binCount(neurons!.theta.length / p)).map((bar) => ({
      ...bar,
      ...(single ? {} : { panel: panels[k]! }),
    })),
  );
  const symbol = view.phase ? "*ρ*" : "*μ*";
  const drawing = drawChart({
    title: single
      ? "The density of neurons at the snapshots"
      : "The marginal densities of the parameters at the snapshots",
    width: single ? HALF_WIDTH : FULL_WIDTH,
    height: HEIGHT,
    x,
    y: axis(single ? `density of neurons ${symbol}` : "marginal density", heightsOf(drawn, bars), {
      zero: true,
    }),
    keys: [
      ...(neurons ? [{ label: widest!.label, colour: NETWORK, shape: "area" } as const] : []),
      ...lines[0]!.map(({ key }) => key),
    ],
    ...(single ? {} : { panels }),
    marks: [
      ...(single ? [] : [Plot.frame({ stroke: "#dddddd" })]),
      barsMark(bars, { fill: NETWORK, fillOpacity: 0.55 }),
      ...drawn.map(lineMark),
    ],
  });
  const names = coordinates.map((one) => one.label).join(", ");
  const caption = sentences(
    !single && `The marginals in ${names}.`,
    linesText(view),
    neurons && `Bars: the histogram of the neurons of ${widest!.called} at ${timeText(t!)}.`,
  );
  return { name: "density", caption, ...drawing };
}

function lineMark({ key, strokeWidth, points }: Line): Plot.Markish {
  const pattern = key.shape === "dashes" ? DASHES : key.shape === "dots" ? DOTS : undefined;
  return Plot.line(points, {
    ...{ x: "x", y: "y", stroke: key.colour, strokeWidth },
    ...(pattern && { strokeDasharray: pattern }),
    ...(points[0]?.panel !== undefined && { fx: "panel" }),
  });
}

function linesText({ moving, others, equilibria, phase }: View): string {
  const several = equilibria.length > 1;
  const resting = several
    ? "; dashed: equilibria that attract, dotted: those that repel"
    : equilibria.length > 0 && moving
      ? "; dashed: the equilibrium"
      : "";
  if (!moving) return `The ${several ? "densities" : "density"} of neurons *μ* in equilibrium${resting}.`;
  const elsewhere =
    others.length > 0 ? `; ${others.map(({ group }) => called(group)).join(" and ")} at the end` : "";
  const density = phase ? "*ρ*, the marginal of *μ* in *θ*," : "*μ*";
  return `The density of neurons ${density} at its snapshots, from early (light) to late (black)${elsewhere}${resting}.`;
}

/** p = 2: the density at its first and last snapshot, and the equilibrium. */
function planeFigure({ facts }: Scene, view: View): Figure {
  const { moving, equilibria, widest } = view;
  const [across, up] = facts.trainsOutput(2) ? ([1, 0] as const) : ([0, 1] as const);
  const snapshots = moving?.trace.snapshots ?? [];
  const ends = snapshots.length > 1 ? [snapshots[0]!, snapshots.at(-1)!] : snapshots;
  const resting = equilibria
    .slice(0, 1)
    .map(({ axes, snapshot }) => ({ panel: "equilibrium", axes, ...snapshot }));
  const layers = [...ends.map((end) => layerOf(moving!.trace.axes, end)), ...resting];
  const dots = layers.flatMap(({ t, panel }) => {
    // Without a density that moves the network's end stands beside the equilibrium.
    const neurons = neuronsAt(view, Number.isFinite(t) ? t : moving ? undefined : lastShared(view));
    return neurons === undefined
      ? []
      : dotsIn(panel, neurons.theta.length / 2, MOST_DOTS.plane, (j) => [
          neurons.theta[2 * j + across]!,
          neurons.theta[2 * j + up]!,
        ]);
  });
  const labels = facts.coordinates(2).map(({ label }) => label);
  const drawing = drawPlanes({
    title: "The density of neurons at the first and the last snapshot",
    ...{ layers, dots, network: widest?.label },
    coordinates: [across, up],
    labels: [labels[across]!, labels[up]!],
    width: layers.length > 1 ? FULL_WIDTH : HALF_WIDTH,
    height: layers.length === 2 ? 440 : 380,
  });
  const which = moving && moving.group.label !== "density" ? ` (${moving.group.label})` : "";
  const times = ends.map(({ t }) => timeText(t));
  const where = [times.length > 0 && `at ${times.join(" and ")}`, resting.length > 0 && "in equilibrium"];
  const least = equilibria.length > 1 ? `, that of least free energy of the ${equilibria.length} found` : "";
  const end = moving ? "" : ` at ${timeText(widest?.snapshots.at(-1)?.t ?? 0)}`;
  const caption = sentences(
    `The density of neurons *μ*${which} ${where.filter(Boolean).join(" and ")}${least}: ${labels[across]} across, ${labels[up]} up${dots.length > 0 ? `; dots: neurons of ${widest!.called}${end}` : ""}.`,
    highestText(layers),
  );
  return { name: "density", caption, ...drawing };
}

/** p = 1 with momenta: the density over (θ, ω) at its snapshots, with neurons at the same times. */
export function phaseFigure({ input, densities, facts, widest }: Scene): Figure[] {
  const held = densities.flatMap((group) => {
    const trace = phaseDensitiesOf(input, group.runs[0]!);
    return trace ? [{ group, trace }] : [];
  });
  const first = held[0];
  if (!first) return [];
  const layers = spread(first.trace.snapshots, MOST_PANELS).map((snapshot) =>
    layerOf(first.trace.axes, snapshot),
  );
  const dots = layers.flatMap(({ t, panel }) => {
    const neurons = neuronsAt({ widest, p: 1 }, t);
    if (neurons === undefined || neurons.omega.length === 0) return [];
    const { theta, omega } = neurons;
    return dotsIn(panel, theta.length, MOST_DOTS.phase, (j) => [theta[j]!, omega[j]!]);
  });
  const { label, symbol } = facts.coordinates(1)[0]!;
  const drawing = drawPlanes({
    title: "The density of neurons and their momenta at the snapshots",
    ...{ layers, dots, network: widest?.label },
    coordinates: [0, 1],
    labels: [label, "momentum *ω*"],
    width: layers.length > 1 ? FULL_WIDTH : HALF_WIDTH,
    height: layers.length > 2 ? 340 : layers.length > 1 ? 440 : 380,
  });
  const whose = held.length > 1 ? ` (${first.group.details.join(", ")})` : "";
  const times = layers.map(({ t }) => formatNumber(t, 6)).join(", ");
  const caption = sentences(
    `The density of neurons *μ*${whose} in phase space at *t* = ${times}: ${symbol} across, its momentum *ω* up${dots.length > 0 ? `; dots: neurons of ${widest!.called}` : ""}.`,
    highestText(layers),
  );
  return [{ name: "phase", caption, ...drawing }];
}

function layerOf(axes: readonly Float64Array[], snapshot: Snapshot) {
  return { panel: notationToText(timeText(snapshot.t)), axes, ...snapshot };
}

/** At most so many of the neurons, where they are finite. */
function dotsIn(panel: string, count: number, most: number, at: (j: number) => readonly [number, number]) {
  return everyIndex(count, most)
    .map(at)
    .filter((place) => place.every(Number.isFinite))
    .map(([x, y]) => ({ panel, x, y }));
}

function highestText(layers: readonly Snapshot[]): string {
  const highest = layers.map(({ values }) => formatNumber(Math.max(0, extent(values)[1]), 3));
  return `The darkest shade of each panel is its largest value: ${highest.join(", ")}.`;
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
