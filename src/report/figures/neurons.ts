import * as Plot from "@observablehq/plot";
import type { NetworkSnapshot } from "../../run/progress.ts";
import { axis, extent } from "../chart/axes.ts";
import { drawChart, FULL_WIDTH, HALF_WIDTH, HEIGHT, MUTED, widthColours } from "../chart/chart.ts";
import { barsMark, binCount, histogramOf } from "../chart/histogram.ts";
import type { Figure } from "../folder.ts";
import { notationToText } from "../notation.ts";
import type { Facts } from "../runs/facts.ts";
import type { Scene } from "../runs/scene.ts";
import { everyIndex, finiteColumn } from "../runs/traces.ts";
import { sentences, timeText } from "./captions.ts";

const MOST_NEURONS = 3000;
const COLOUR = widthColours(1)[0]!;

/** Where the neurons are at the first and the last snapshot of the widest network's first replica. */
export function neuronsFigure({ widest, facts }: Scene): Figure[] {
  if (!widest) return [];
  const { p, snapshots, called } = widest;
  const ends = snapshots.length > 1 ? [snapshots[0]!, snapshots.at(-1)!] : snapshots;
  return [p === 1 ? histogram(facts, ends, called) : cloud(facts, ends, p, called)];
}

/** Two coordinates of the neurons, a panel for each snapshot. */
function cloud(facts: Facts, ends: readonly NetworkSnapshot[], p: number, who: string): Figure {
  const trainsOutput = facts.trainsOutput(p);
  const [across, up] = drawnCoordinates(ends, p, trainsOutput).map((k) => ({
    k,
    ...facts.coordinates(p)[k]!,
  }));
  const total = ends[0]!.theta.length / p;
  const drawn = everyIndex(total, MOST_NEURONS);
  const panels = ends.map(({ t }) => notationToText(timeText(t)));
  const points = ends
    .flatMap(({ theta }, s) =>
      drawn.map((j) => ({ x: theta[j * p + across!.k]!, y: theta[j * p + up!.k]!, panel: panels[s]! })),
    )
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  const drawing = drawChart({
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
  const caption = sentences(
    `The neurons of ${who} at ${times(ends)}: ${across!.label} across, ${up!.label} up.`,
    drawn.length < total && `${drawn.length} of the ${total} are drawn.`,
  );
  return { name: "neurons", caption, ...drawing };
}

/**
 * The coordinates drawn [across, up]: up the output's, where it is trained, against the one of the others that moved
 * most between the snapshots (in mean square); otherwise the two that moved most.
 */
function drawnCoordinates(ends: readonly NetworkSnapshot[], p: number, trainsOutput: boolean): number[] {
  const moved = Array.from({ length: p }, (_, k) => meanSquareMove(ends, p, k));
  const byMove = [...moved.keys()].sort((k, l) => moved[l]! - moved[k]! || k - l);
  return trainsOutput ? [byMove.find((k) => k !== 0)!, 0] : byMove.slice(0, 2).sort((k, l) => k - l);
}

function meanSquareMove(ends: readonly NetworkSnapshot[], p: number, k: number): number {
  const [first, last] = [ends[0]!, ends.at(-1)!];
  let total = 0;
  for (let i = k; i < first.theta.length; i += p) total += (last.theta[i]! - first.theta[i]!) ** 2;
  return Number.isFinite(total) ? (total * p) / first.theta.length : 0;
}

/** Fewer neurons, larger dots. */
function dotStyle(count: number): { r: number; fillOpacity: number } {
  return { r: Math.min(Math.max(40 / Math.sqrt(count), 1.4), 4.5), fillOpacity: count > 500 ? 0.4 : 0.65 };
}

/** The law of a neuron with a single parameter: histograms of unit area over common bins. */
function histogram(facts: Facts, ends: readonly NetworkSnapshot[], who: string): Figure {
  const { label } = facts.coordinates(1)[0]!;
  const samples = ends.map((end) => finiteColumn(end, 1, 0));
  const x = axis(
    label,
    samples.flatMap((values) => (values.length > 0 ? extent(values) : [])),
  );
  const bins = binCount(ends[0]!.theta.length);
  const histograms = samples.map((values) => histogramOf(values, x.domain, bins));
  const colours = [...(ends.length > 1 ? [MUTED] : []), COLOUR];
  const drawing = drawChart({
    title: "The histogram of the neurons at the first and the last snapshot",
    width: HALF_WIDTH,
    height: HEIGHT,
    x,
    y: axis("density of neurons", columnOf(histograms.flat(), "density"), { zero: true }),
    keys: ends.map(({ t }, s) => ({ label: timeText(t), colour: colours[s]!, shape: "area" })),
    marks: histograms.map((bars, s) => barsMark(bars, { fill: colours[s]!, fillOpacity: 0.5 })),
  });
  const caption = `The neurons of ${who} at ${times(ends)}: histograms of ${label}, of area one.`;
  return { name: "neurons", caption, ...drawing };
}

function columnOf<K extends string>(rows: readonly Readonly<Record<K, number>>[], key: K): number[] {
  return rows.map((row) => row[key]);
}

function times(ends: readonly NetworkSnapshot[]): string {
  return ends.map(({ t }) => timeText(t)).join(" and ");
}
