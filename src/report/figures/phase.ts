import { spread } from "../../base/spread.ts";
import { FULL_WIDTH, HALF_WIDTH } from "../chart/chart.ts";
import { drawPlanes } from "../chart/plane.ts";
import type { Figure, ReportInput } from "../folder.ts";
import { formatNumber } from "../notation.ts";
import { factsOf } from "../runs/facts.ts";
import type { Group } from "../runs/groups.ts";
import { everyIndex, phaseDensitiesOf, sameTime, snapshotsOf } from "../runs/snapshots.ts";
import { sentences } from "./captions.ts";
import { panelTitle } from "./density.ts";
import { widestKept } from "./neurons.ts";

const MOST_PANELS = 4;
/** In a panel. */
const MOST_DOTS = 250;

/** p = 1 with momenta: the density over (θ, ω) at its snapshots, with neurons of the widest network at the same times. */
export function phaseFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const held = groups
    .filter(({ kind }) => kind === "density")
    .flatMap((group) => {
      const kept = phaseDensitiesOf(input, group.runs[0]!);
      return kept ? [{ group, kept }] : [];
    });
  const first = held[0];
  if (!first) return [];
  const layers = spread(first.kept.snapshots, MOST_PANELS).map((snapshot) => ({
    panel: panelTitle(snapshot.t),
    axes: first.kept.axes,
    ...snapshot,
  }));
  const network = widestKept(input, groups);
  const kept = network && snapshotsOf(input, network.runs[0]!);
  const dots = layers.flatMap(({ t, panel }) => {
    const found = kept?.p === 1 ? kept.snapshots.find((one) => sameTime(one.t, t)) : undefined;
    const momentum = found?.momentum;
    if (!found || !momentum) return [];
    return everyIndex(found.count, MOST_DOTS)
      .map((j) => ({ panel, x: found.at(j, 0), y: momentum(j, 0) }))
      .filter(({ x, y }) => Number.isFinite(x) && Number.isFinite(y));
  });
  const { label, symbol } = factsOf(input.summary.spec, input.summary.data).coordinates(1)[0]!;
  const svg = drawPlanes({
    title: "The density of neurons and their momenta at the snapshots",
    layers,
    dots,
    coordinates: [0, 1],
    labels: [label, "momentum *ω*"],
    width: layers.length > 1 ? FULL_WIDTH : HALF_WIDTH,
    height: layers.length > 2 ? 340 : layers.length > 1 ? 440 : 380,
    network,
  });
  const highest = layers.map(({ values }) =>
    formatNumber(
      values.reduce((most, value) => Math.max(most, value), 0),
      3,
    ),
  );
  const times = layers.map(({ t }) => formatNumber(t, 6));
  const whose = held.length > 1 ? ` (${first.group.label.replace(/^density, /, "")})` : "";
  const replica = network && network.runs.length > 1 ? " (the first replica)" : "";
  const some = dots.length > 0 && network!.width! > MOST_DOTS ? `, about ${MOST_DOTS} in each panel` : "";
  const caption = sentences(
    `The density of neurons *μ*${whose} in phase space at *t* = ${times.join(", ")}: ${symbol} across, its momentum *ω* up.`,
    `Shades from white to dark are even steps from 0 to the largest value of each panel (${highest.join(", ")}).`,
    dots.length > 0 && `Dots: neurons of ${network!.label}${replica} at the same times${some}.`,
  );
  return [{ name: "phase", caption, svg }];
}
