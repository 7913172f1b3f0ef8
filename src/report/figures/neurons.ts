import { everyIndex } from "../../base/spread.ts";
import type { NetworkSnapshot } from "../../run/progress.ts";
import { axis, extent } from "../chart/axes.ts";
import { drawFigure, type Figure, FULL_WIDTH, HALF_WIDTH, HEIGHT } from "../chart/chart.ts";
import { bars, binCount, histogramOf } from "../chart/histogram.ts";
import { cloud } from "../chart/layers.ts";
import { MUTED, widthColours } from "../chart/styles.ts";
import { notationToText } from "../notation.ts";
import type { Facts } from "../runs/facts.ts";
import type { Scene } from "../runs/scene.ts";
import { finiteColumn } from "../runs/traces.ts";
import { timeText } from "./captions.ts";

const MOST_NEURONS = 3000;
const COLOUR = widthColours(1)[0]!;

/** Where the neurons are at the first and the last snapshot of the widest network's first replica. */
export function neuronsFigure({ widest, facts }: Scene): Figure[] {
  if (!widest) return [];
  const { p, snapshots, called } = widest;
  const ends = snapshots.length > 1 ? [snapshots[0]!, snapshots.at(-1)!] : snapshots;
  const drawn = `The neurons of ${called} at ${ends.map(({ t }) => timeText(t)).join(" and ")}`;
  return [p === 1 ? histograms(facts, ends, drawn) : plane(facts, ends, p, drawn)];
}

/** Two coordinates of the neurons, a panel for each snapshot. */
function plane(facts: Facts, ends: readonly NetworkSnapshot[], p: number, drawn: string): Figure {
  const [across, up] = drawnCoordinates(ends, p, facts.trainsOutput(p)) as [number, number];
  const labels = facts.coordinates(p).map(({ label }) => label);
  const total = ends[0]!.theta.length / p;
  const shown = everyIndex(total, MOST_NEURONS);
  const panels = ends.map(({ t }) => notationToText(timeText(t)));
  const points = ends
    .flatMap(({ theta }, s) =>
      shown.map((j) => ({ x: theta[j * p + across]!, y: theta[j * p + up]!, panel: panels[s]! })),
    )
    .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  // Fewer neurons, larger dots.
  const r = Math.min(Math.max(40 / Math.sqrt(shown.length), 1.4), 4.5);
  return drawFigure({
    name: "neurons",
    width: ends.length > 1 ? FULL_WIDTH : HALF_WIDTH,
    height: ends.length > 1 ? 400 : HEIGHT,
    x: axis(
      labels[across]!,
      points.map(({ x }) => x),
    ),
    y: { label: labels[up]!, scale: "linear" },
    panels,
    layers: [cloud({ label: "", colour: COLOUR, points }, { r, opacity: shown.length > 500 ? 0.4 : 0.65 })],
    caption: [
      `${drawn}: ${labels[across]} across, ${labels[up]} up.`,
      shown.length < total && `${shown.length} of the ${total} are drawn.`,
    ],
  });
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

/** The law of a neuron with a single parameter: histograms of unit area over common bins. */
function histograms(facts: Facts, ends: readonly NetworkSnapshot[], drawn: string): Figure {
  const { label } = facts.coordinates(1)[0]!;
  const samples = ends.map((end) => finiteColumn(end, 1, 0));
  const x = axis(
    label,
    samples.flatMap((values) => (values.length > 0 ? extent(values) : [])),
  );
  const bins = binCount(ends[0]!.theta.length);
  return drawFigure({
    name: "neurons",
    x,
    y: { label: "density of neurons", scale: "from zero" },
    layers: samples.map((values, s) =>
      bars(
        { label: timeText(ends[s]!.t), colour: s === samples.length - 1 ? COLOUR : MUTED },
        histogramOf(values, x.domain, bins),
      ),
    ),
    caption: [`${drawn}: histograms of ${label}, of area one.`],
  });
}
