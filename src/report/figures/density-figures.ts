// The densities of neurons at their snapshots, with neurons of the widest network and the equilibria: curves where θ has one coordinate,
// panels with its marginals where it has more than two, and shaded planes for two, or for one in phase space.

import { largestOf } from "../../base/extremes.ts";
import { isSameTime } from "../../base/same-time.ts";
import { everyIndex, spread } from "../../base/spread.ts";
import type { NetworkSnapshot } from "../../run/progress.ts";
import { type Axis, axis, extent } from "../chart/axes.ts";
import { drawFigure, type Figure, FULL_WIDTH, HALF_WIDTH } from "../chart/chart.ts";
import { bars, binCount, histogramOf } from "../chart/histogram.ts";
import { type Join, lines, type Stroke } from "../chart/layers.ts";
import { type Density, drawPlanes, FAINT, marginalOf, type Planes } from "../chart/plane.ts";
import { EQUILIBRIUM, INK, stylesOf } from "../chart/styles.ts";
import { formatNumber, notationToText } from "../notation.ts";
import { equilibriumLabel, optimumFor } from "../runs/equilibria.ts";
import type { Group } from "../runs/groups.ts";
import type { Scene, Widest } from "../runs/scene.ts";
import { type DensitySnapshots, densitiesOf, finiteColumn, phaseDensitiesOf } from "../runs/traces.ts";
import { called, timeText } from "./captions.ts";

const MOST_CURVES = 5;
const MOST_PANELS = 4;
/** In a panel. */
const MOST_DOTS = { density: 500, phase: 250 };

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

type Snapshot = DensitySnapshots["snapshots"][number];

/** A density that does not move, or its end: beside one that does. */
interface Still extends Omit<Stroke, "points"> {
  readonly shape: Join;
  readonly axes: readonly Float64Array[];
  readonly snapshot: Snapshot;
}

/** All that there is to draw. */
interface View {
  readonly p: number;
  /** Whether momenta were integrated out. */
  readonly phase: boolean;
  /** The density that moves, the first of them; none where only equilibria were computed. */
  readonly moving: (DensitySnapshots & { readonly group: Group }) | undefined;
  /** Other densities at their ends. */
  readonly others: readonly (Still & { readonly group: Group })[];
  /** The least first. */
  readonly equilibria: readonly Still[];
  readonly widest: Widest | undefined;
}

function viewOf({ input, groups, densities, equilibria: all, phase, widest }: Scene): View | undefined {
  const styles = stylesOf(groups);
  const held = densities.flatMap((group) => {
    const trace = densitiesOf(input, group.runs[0]!);
    return trace ? [{ group, ...trace }] : [];
  });
  const moving = held[0];
  const others = held.slice(1).map(({ group, axes, snapshots }) => ({
    group,
    label: group.label,
    colour: styles[groups.indexOf(group)]!.colour,
    strokeWidth: 1.5,
    shape: "line" as const,
    axes,
    snapshot: snapshots.at(-1)!,
  }));
  const least = optimumFor(all, moving?.group);
  const branches = all.filter(({ run }) => run === least?.run).reverse();
  const equilibria = branches.flatMap((equilibrium, e): Still[] => {
    const trace = densitiesOf(input, equilibrium.run);
    const snapshot = trace?.snapshots[equilibrium.index];
    if (!trace || !snapshot) return [];
    const label = equilibriumLabel(equilibrium, branches);
    const shape = equilibrium.stability === "unstable" ? "dots" : "dashes";
    return [{ label, colour: BRANCHES[e % BRANCHES.length]!, shape, axes: trace.axes, snapshot }];
  });
  const p = moving?.axes.length ?? equilibria[0]?.axes.length;
  if (p === undefined) return undefined;
  return { p, phase: phase.includes(moving?.group as Group), moving, others, equilibria, widest };
}

/** The last time of which both the density and the network have a snapshot; without a density that moves the network's last. */
function lastShared({ moving, widest }: View): number | undefined {
  const times = widest?.snapshots.map(({ t }) => t) ?? [];
  const known = moving?.snapshots.map(({ t }) => t) ?? times;
  return times.findLast((t) => known.some((other) => isSameTime(t, other)));
}

function neuronsAt(
  { widest, p }: Pick<View, "widest" | "p">,
  t: number | undefined,
): NetworkSnapshot | undefined {
  if (t === undefined || widest?.p !== p) return undefined;
  return widest.snapshots.find((snapshot) => isSameTime(snapshot.t, t));
}

/** The lines of coordinate k: the snapshots from early to late, the other solvers at their last, the equilibria. */
function linesOf(
  { moving, others, equilibria }: View,
  k: number,
  panel?: string,
): (Stroke & { shape: Join })[] {
  const chosen = moving ? spread(moving.snapshots, MOST_CURVES) : [];
  const snapshots = chosen.map((snapshot, s): Still => {
    const last = s === chosen.length - 1;
    const early = EARLY[Math.round((s * (EARLY.length - 1)) / Math.max(chosen.length - 2, 1))]!;
    return {
      label: timeText(snapshot.t),
      shape: "line",
      axes: moving!.axes,
      snapshot,
      ...(last ? { colour: INK, strokeWidth: 2.5 } : { colour: early }),
    };
  });
  return [...snapshots, ...others, ...equilibria].map(({ axes, snapshot: { values }, ...line }) => ({
    ...line,
    points: [...marginalOf(axes, values, k)].map((y, i) => ({ x: axes[k]![i]!, y, ...(panel && { panel }) })),
  }));
}

/** Curves over the histogram of the widest network at the last time that both know; a panel for each coordinate where there are several. */
function linesFigure({ facts }: Scene, view: View): Figure {
  const { p, widest } = view;
  const coordinates = facts.coordinates(p);
  const single = p === 1;
  const panels = single ? undefined : coordinates.map(({ symbol }) => notationToText(symbol));
  const strokes = coordinates.flatMap((_, k) => linesOf(view, k, panels?.[k]));
  const t = lastShared(view);
  const neurons = neuronsAt(view, t);
  const columns = neurons ? coordinates.map((_, k) => finiteColumn(neurons, p, k)) : [];
  const label = single ? coordinates[0]!.label : "parameter of a neuron";
  const x = axisAround(label, strokes, columns);
  const shown = strokes.map((line) => ({
    ...line,
    points: line.points.filter((point) => point.x >= x.domain[0] && point.x <= x.domain[1]),
  }));
  const histograms = columns.flatMap((column, k) =>
    histogramOf(column, x.domain, binCount(neurons!.theta.length / p)).map((bar) => ({
      ...bar,
      ...(panels && { panel: panels[k]! }),
    })),
  );
  return drawFigure({
    name: "density",
    width: single ? HALF_WIDTH : FULL_WIDTH,
    x,
    y: {
      label: single ? `density of neurons ${view.phase ? "*ρ*" : "*μ*"}` : "marginal density",
      scale: "from zero",
    },
    ...(panels && { panels }),
    layers: [
      ...(neurons ? [bars({ label: widest!.label, colour: NETWORK }, histograms)] : []),
      ...(["line", "dashes", "dots"] as const).map((shape) =>
        lines(
          shown.filter((line) => line.shape === shape),
          { shape },
        ),
      ),
    ],
    caption: [
      !single && `The marginals in ${coordinates.map((coordinate) => coordinate.label).join(", ")}.`,
      linesText(view),
      neurons && `Bars: the histogram of the neurons of ${widest!.called} at ${timeText(t!)}.`,
    ],
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
  const snapshots = moving?.snapshots ?? [];
  const ends = snapshots.length > 1 ? [snapshots[0]!, snapshots.at(-1)!] : snapshots;
  const resting = equilibria
    .slice(0, 1)
    .map(({ axes, snapshot }) => ({ panel: "equilibrium", axes, ...snapshot }));
  const labels = facts.coordinates(2).map(({ label }) => label);
  const least =
    equilibria.length > 1
      ? `, in equilibrium that of least free energy of the ${equilibria.length} found`
      : "";
  return planes(view, {
    name: "density",
    densities: [...ends.map((end) => densityAt(moving!.axes, end)), ...resting],
    coordinates: [across, up],
    labels: [labels[across]!, labels[up]!],
    neurons: ({ theta }, j) => [theta[2 * j + across]!, theta[2 * j + up]!],
    what: `${moving && moving.group.label !== "density" ? ` (${moving.group.label})` : ""}${least}`,
    dotted: moving ? "" : ` at ${timeText(widest?.snapshots.at(-1)?.t ?? 0)}`,
  });
}

/** p = 1 with momenta: the density over (θ, ω) at its snapshots, with neurons at the same times. */
export function phaseFigure({ input, densities, facts, widest }: Scene): Figure[] {
  const held = densities.flatMap((group) => {
    const trace = phaseDensitiesOf(input, group.runs[0]!);
    return trace ? [{ group, ...trace }] : [];
  });
  const moving = held[0];
  if (!moving) return [];
  const picture = planes(
    { widest, p: 1, moving },
    {
      name: "phase",
      densities: spread(moving.snapshots, MOST_PANELS).map((snapshot) => densityAt(moving.axes, snapshot)),
      coordinates: [0, 1],
      labels: [facts.coordinates(1)[0]!.label, "momentum *ω*"],
      neurons: ({ theta, omega }, j) => [theta[j]!, omega[j] ?? Number.NaN],
      what: `${held.length > 1 ? ` (${moving.group.details.join(", ")})` : ""} in phase space`,
      dotted: "",
    },
  );
  return [picture];
}

type DensityAt = Density & { readonly t: number };

interface Shaded extends Pick<Planes, "coordinates" | "labels"> {
  readonly name: "density" | "phase";
  readonly densities: readonly DensityAt[];
  /** The place of a neuron. */
  readonly neurons: (snapshot: NetworkSnapshot, j: number) => readonly [x: number, y: number];
  /** Which density it is. */
  readonly what: string;
  /** When the dots are of, where no panel says it. */
  readonly dotted: string;
}

/** Densities over a plane, with neurons at the same times; without a density that moves the network's end stands beside the equilibrium. */
function planes(
  view: Pick<View, "widest" | "p"> & { readonly moving: object | undefined },
  { neurons, what, dotted, densities, ...plane }: Shaded,
): Figure {
  const last = view.widest?.snapshots.at(-1)?.t;
  const dots = densities.flatMap(({ t, panel }) => {
    const snapshot = neuronsAt(view, Number.isFinite(t) ? t : view.moving ? undefined : last);
    const shown = snapshot && everyIndex(snapshot.theta.length / view.p, MOST_DOTS[plane.name]);
    const places = shown?.map((j) => neurons(snapshot!, j)) ?? [];
    return places.filter((place) => place.every(Number.isFinite)).map(([x, y]) => ({ panel, x, y }));
  });
  const highest = densities.map(({ values }) => formatNumber(Math.max(0, largestOf(values)), 3));
  return drawPlanes({
    ...plane,
    densities,
    dots,
    network: view.widest?.label,
    caption: [
      `The density of neurons *μ*${what}${dots.length > 0 ? `; dots: neurons of ${view.widest!.called}${dotted}` : ""}.`,
      `The darkest shade of each panel is its largest value: ${highest.join(", ")}.`,
    ],
  });
}

function densityAt(axes: readonly Float64Array[], snapshot: Snapshot): DensityAt {
  return { panel: notationToText(timeText(snapshot.t)), axes, ...snapshot };
}

/** The axis around what is not faint of some line, and around these values. */
function axisAround(label: string, strokes: readonly Stroke[], columns: readonly Float64Array[]): Axis {
  const seen = strokes.flatMap(({ points }) => {
    const faint = FAINT * Math.max(0, largestOf(points.map(({ y }) => y)));
    return points.filter(({ y }) => y > faint).map(({ x }) => x);
  });
  const ends = columns.flatMap((values) => (values.length > 0 ? extent(values) : []));
  return axis(label, [...seen, ...extent([...seen, ...ends])]);
}
