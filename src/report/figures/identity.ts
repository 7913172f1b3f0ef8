// The dissipation identity X(t) − X(0) = −∫₀ᵗ D, X the Lyapunov functional: its two sides, and how far they are apart. With noise
// N neurons have it in expectation: by Itô's formula X = F + ½⟨|ω|²⟩ obeys dX = −D dt + dM/√N, D = γ⟨|ω|²⟩ − γτp, M a
// martingale of quadratic variation 2γτ∫⟨|ω|²⟩dt, so that √N times the defect has the same law at every width, to leading order.

import * as Plot from "@observablehq/plot";
import { largestOf } from "../../base/extremes.ts";
import { grouped } from "../../base/grouped.ts";
import { everyIndex, spread } from "../../base/spread.ts";
import type { SeriesRow, SeriesTable } from "../../results/formats/series.ts";
import { type Axis, ticksOf, timeAxis } from "../chart/axes.ts";
import { drawFigure, type Figure, FULL_WIDTH, HALF_WIDTH } from "../chart/chart.ts";
import { type Curve, type CurvePoint, curvesOf, meanAlone, meanAndScatter } from "../chart/curves.ts";
import { keysOf, lines, measured, type Place } from "../chart/layers.ts";
import type { Key } from "../chart/legend.ts";
import { INK, MUTED } from "../chart/styles.ts";
import { notationToText, typesetNumber } from "../notation.ts";
import type { Facts } from "../runs/facts.ts";
import type { Group } from "../runs/groups.ts";
import { lyapunov, valueIn } from "../runs/observable.ts";
import type { Scene } from "../runs/scene.ts";
import { called, leadingIn, limitsIn, scatterText, timeText, whose } from "./captions.ts";
import type { TimePicture } from "./in-time.ts";

/** What falling temperature adds to E_τ. */
const COOLING = "∫(∫*μ* log *μ*) d*τ*";

/** X beyond that many times its start, or that much, is of a run that diverges: nothing else could be seen beside it. */
const DIVERGED = 1e6;

const MOST_CIRCLES = 25;
const MOST_CURVES = 4;
const MOST_PANELS = 4;
/** P(|Z| ≤ 1.96) = 95 % for a standard normal Z. */
const NORMAL_95 = 1.959964;

/** Both sides of the identity: of the densities, where there are any, else by width. */
export function dissipationPicture({
  groups,
  networks,
  densities,
  facts,
  ...scene
}: Scene): TimePicture | undefined {
  const series = withBothSides(scene.series);
  const loss = (sides: readonly Group[]) =>
    curvesOf(series, sides, (row) => -valueIn(row, "lost"), meanAlone);
  const ofDensities = loss(densities);
  const losses = spread(ofDensities.length > 0 ? ofDensities : loss(networks), MOST_CURVES);
  const shown = losses.map(({ group }) => group);
  const changes = curvesOf(series, groups, "change", meanAlone).filter(({ group }) => shown.includes(group));
  const first = changes[0];
  if (!first || [changes, losses].some((curves) => curves.every(({ points }) => points.length < 2)))
    return undefined;
  const functional = functionalOf(changes, facts);
  const several = changes.length > 1;
  const inExpectation = series.rows.some((row) => shown[0]!.runs.includes(row.run) && hasDefect(row));
  const key: Key = {
    label: facts.annealed ? `−∫ dissipation + ${COOLING}` : "−∫ dissipation",
    colour: several ? MUTED : first.colour,
    shape: "circle",
  };
  const circles = losses.map((curve) => ({
    ...curve,
    points: everyIndex(curve.points.length, MOST_CIRCLES).map((n) => ({ ...curve.points[n]!, hollow: true })),
  }));
  return {
    name: "dissipation",
    label: `change of ${functional} since *t* = 0`,
    scale: "from zero",
    layers: [
      lines(changes, {
        keys: keysOf(several ? changes : [{ ...first, label: "change" }]),
        depth: 1,
      }),
      ...circles.map((curve) => measured(curve, { keys: [key] })),
    ],
    caption: [
      `Energy–dissipation balance${whose(changes)}: the change of *X* = ${functional} since *t* = 0 (lines) and minus the integral of its dissipation${facts.annealed ? `, plus ${COOLING} as the temperature falls` : ""} (circles), which the exact ${inExpectation ? "equation makes equal in expectation" : "flow makes equal"}.`,
      apartAtEnd(changes, losses),
      series.rows.some(({ diverges }) => diverges === 1) && "Drawn up to where a run diverges.",
    ],
  };
}

/** How well the first density, or the widest network, keeps the identity. */
function apartAtEnd(changes: readonly Curve[], losses: readonly Curve[]): string {
  const leading = leadingIn(changes)!;
  const [last, other] = [leading, losses[changes.indexOf(leading)]!].map(({ points }) => points.at(-1)!);
  const where = changes.length > 1 ? ` for ${called(leading.group)}` : "";
  return `At ${timeText(last!.x)}${where} *X* has changed by ${typesetNumber(last!.y, 3)}, and the two differ by ${typesetNumber(Math.abs(last!.y - other!.y), 2)}.`;
}

/**
 * The rows with `change` = X − X(0) and `lost` = ∫₀ᵗ D, run after run. Where no defect, their sum, is recorded, its size follows from the
 * residual, and its sign is that of the trapezoidal sum over the records. Not defined where the run `diverges`.
 */
function withBothSides({ columns, rows }: SeriesTable): SeriesTable {
  return { columns, rows: grouped(rows, ({ run }) => run).flatMap(bothSides) };
}

function bothSides(rows: readonly [SeriesRow, ...SeriesRow[]]): SeriesRow[] {
  const [first] = rows;
  // ∫D and ∫|D| over the records so far, and the most that F, or the kinetic energy, has been from its start.
  let [rough, spent, farthest] = [0, 0, 0];
  return rows.map((row, k) => {
    const last = rows[k - 1];
    if (last !== undefined) {
      const rates = valueIn(last, "dissipation") + valueIn(row, "dissipation");
      const dissipated = 0.5 * (row.t - last.t) * rates + cooled(last, row);
      rough += dissipated;
      spent += Math.abs(dissipated);
    }
    for (const name of ["energy", "kinetic"]) {
      const moved = Math.abs(valueIn(row, name) - valueIn(first, name));
      if (Number.isFinite(moved)) farthest = Math.max(farthest, moved);
    }
    if (Math.abs(lyapunov(row)) > DIVERGED * Math.max(1, Math.abs(lyapunov(first))))
      return { ...row, change: Number.NaN, lost: Number.NaN, diverges: 1 };
    const change = lyapunov(row) - lyapunov(first);
    const lost = hasDefect(row) ? valueIn(row, "identity_defect") - change : lostBy(change);
    return { ...row, change, lost: row === first ? 0 * valueIn(row, "dissipation") : lost };

    /**
     * The ∫D of which the residual is |change + ∫D| / S, S the largest of what has moved and ∫|D|: ∫D itself where D is nowhere
     * negative; NaN where the residual is blank, as nothing has moved.
     */
    function lostBy(change: number): number {
      const signed = (change + rough < 0 ? -1 : 1) * valueIn(row, "identity_residual");
      if (spent > rough) return signed * Math.max(farthest, spent) - change;
      const lost = signed * farthest - change;
      return lost <= farthest || signed >= 1 ? lost : -change / (1 - signed);
    }
  });
}

/** A defect is recorded where the identity holds in expectation only. */
function hasDefect(row: SeriesRow): boolean {
  return Number.isFinite(valueIn(row, "identity_defect"));
}

/** −∫∫μ log μ dτ from one record to the next, by the trapezoidal rule: what E_τ falls by as τ does; 0 where τ is constant. */
function cooled(from: SeriesRow, to: SeriesRow): number {
  const fall =
    0.5 *
    (valueIn(from, "temperature") - valueIn(to, "temperature")) *
    (valueIn(from, "entropy") + valueIn(to, "entropy"));
  return Number.isNaN(fall) ? 0 : fall;
}

/** How far the energy balance is from the exact identity, where it is exact and the run is not. */
export function residualPicture({ series, groups, facts }: Scene): TimePicture | undefined {
  const curves = curvesOf(series, groups, (row) => {
    const residual = valueIn(row, "identity_residual");
    return residual > 0 && !hasDefect(row) ? residual : Number.NaN;
  });
  const leading = leadingIn(curves);
  if (leading === undefined) return undefined;
  const most = largestOf(leading.points.map(({ high }) => high));
  return {
    name: "identity",
    label: "relative error of the balance",
    scale: "logarithmic",
    layers: [lines(curves)],
    caption: [
      `Relative error of the energy–dissipation balance${whose(curves)}: the change of *X* = ${functionalOf(curves, facts)} since *t* = 0 plus the integral of its dissipation${facts.annealed ? `, less ${COOLING} as the temperature falls` : ""}, which along the exact flow add up to zero.`,
      `What remains is the error of the discretisation, at most ${typesetNumber(most, 2)}${curves.length > 1 ? ` for ${called(leading.group)}` : ""}.`,
    ],
  };
}

/** Where chance moves neurons: √N times the defect of the identity, which has mean zero, a panel for each width. */
export function defectFigure({ series, networks, facts }: Scene): Figure[] {
  const widths = new Map(networks.flatMap(({ runs, width }) => runs.map((run) => [run, width ?? 1])));
  const scaled = (row: SeriesRow) => Math.sqrt(widths.get(row.run) ?? 1) * valueIn(row, "identity_defect");
  const curves = spread(curvesOf(series, networks, scaled, meanAndScatter), MOST_PANELS);
  if (curves.length === 0) return [];
  const titleOf = ({ group }: Curve) => notationToText(group.label);
  const inPanel = <P extends Place>(curve: Curve, points: readonly P[]) => ({
    ...curve,
    points: points.map((point) => ({ ...point, panel: titleOf(curve) })),
  });
  const reaches = curves.flatMap((curve) => {
    const { group } = curve;
    const points = curvesOf(series, [group], "kinetic")[0]?.points ?? [];
    const expected = expectedReach(points, group.runs.length, facts);
    return [1, -1].map((sign) => ({
      ...inPanel(
        curve,
        expected.map(({ x, y }) => ({ x, y: sign * y })),
      ),
      colour: INK,
    }));
  });
  const predicted = reaches.some(({ points }) => points.length > 0);
  const counts = curves.map(({ group }) => group.runs.length).filter((count) => count > 1);
  const several = counts.length > 0;
  const shade = counts.some((count) => count > 2) ? "95 % interval" : "both replicas";
  const time = timeAxis(series.rows.map(({ t }) => t));
  const judged = curves.filter(({ group }) => group.runs.length > 2).map(coverage);
  return [
    drawFigure({
      name: "defect",
      width: curves.length > 1 ? FULL_WIDTH : HALF_WIDTH,
      x: curves.length > 1 ? withoutLastTick(time) : time,
      y: { label: "√*N* × defect of the balance", scale: "linear" },
      panels: curves.map(titleOf),
      layers: [
        { marks: () => [Plot.ruleY([0], { stroke: INK })], depth: 1 },
        lines(
          curves.map((curve) => inPanel(curve, curve.points)),
          {
            keys: [
              { label: several ? "mean over replicas" : "one replica", colour: MUTED, shape: "line" },
              ...(several ? [{ label: shade, colour: "#dcdcdc", shape: "area" } as const] : []),
            ],
          },
        ),
        lines(reaches, {
          shape: "dashes",
          keys: predicted ? [{ label: "predicted 95 %", colour: INK, shape: "dashes" }] : [],
        }),
      ],
      caption: [
        `√*N* times the defect of the energy–dissipation balance of *X* = ${functionalOf(curves, facts)}, which holds in expectation, by width: ${several ? `the mean over replicas (shaded: ${scatterText(counts)})` : "of one replica"}${predicted ? " and where it should be with probability 95 % (dashed)" : ""}.`,
        judged.length > 0 && `0 lies in the interval at ${judged.join(", ")} recorded times.`,
        !several && "One replica has no interval.",
      ],
    }),
  ];
}

/** Labels at both ends of an axis would run into those of the next panel. */
function withoutLastTick(x: Axis): Axis {
  const places = ticksOf(x, 5).map(({ value }) => value);
  return { ...x, places: places.filter((place) => place < x.domain[1]) };
}

/**
 * 1.96 standard deviations of √N times the mean defect of so many replicas, from kinetic energies at the recorded times by the
 * trapezoidal rule; nothing where the friction is not known.
 */
export function expectedReach(
  kinetic: readonly CurvePoint[],
  replicas: number,
  { friction, temperature }: Pick<Facts, "friction" | "temperature">,
): Place[] {
  if (!Number.isFinite(friction)) return [];
  let integral = 0;
  return kinetic.map(({ x, y }, k) => {
    const before = kinetic[k - 1];
    // The mean of ⟨|ω|²⟩, twice the kinetic energy, over the interval.
    if (before) integral += (x - before.x) * (y + before.y);
    return { x, y: NORMAL_95 * Math.sqrt((2 * friction * temperature * integral) / replicas) };
  });
}

/** At how many of the recorded times after the start the interval holds 0. */
function coverage({ group, points }: Curve): string {
  const after = points.slice(1);
  const held = after.filter(({ low, high }) => low <= 0 && high >= 0);
  return `${held.length} of ${after.length} (${group.label})`;
}

/** X of the identity. */
function functionalOf(curves: readonly Curve[], { kinetic, temperature }: Facts): string {
  const network = kinetic ? "*F* + ½⟨|*ω*|²⟩" : "*F*";
  const density = temperature === 0 ? network : kinetic ? "*H*" : "*E*_τ";
  const limits = limitsIn(curves).length;
  if (limits === 0 || network === density) return network;
  return limits === curves.length ? density : `${network} (networks) or ${density} (densities)`;
}
