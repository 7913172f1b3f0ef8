// The dissipation identity X(t) − X(0) = −∫₀ᵗ D, X the Lyapunov functional: its two sides, and how far they are apart. With noise
// N neurons have it in expectation: by Itô's formula X = F + ½⟨|ω|²⟩ obeys dX = −D dt + dM/√N, D = γ⟨|ω|²⟩ − γτp, M a
// martingale of quadratic variation 2γτ∫⟨|ω|²⟩dt, so that √N times the defect has the same law at every width, to leading order.

import * as Plot from "@observablehq/plot";
import { largestOf } from "../../base/extremes.ts";
import { spread } from "../../base/spread.ts";
import type { SeriesRow, SeriesTable } from "../../results/formats/series.ts";
import { type Axis, axis, ticksOf, timeAxis } from "../chart/axes.ts";
import { drawChart, FULL_WIDTH, HALF_WIDTH, HEIGHT, INK, MUTED } from "../chart/chart.ts";
import {
  type Curve,
  type CurvePoint,
  curveKeys,
  curveMarks,
  curvesOf,
  curveValues,
  lineMarks,
  meanAndScatter,
} from "../chart/curves.ts";
import { DASHES } from "../chart/legend.ts";
import type { Figure } from "../folder.ts";
import { notationToText, typesetNumber } from "../notation.ts";
import type { Facts } from "../runs/facts.ts";
import { observable } from "../runs/observable.ts";
import type { Scene } from "../runs/scene.ts";
import {
  called,
  densitiesIn,
  networksIn,
  scatterText,
  sentences,
  symbolFor,
  timeText,
  whose,
} from "./captions.ts";
import { lines, type TimePicture } from "./in-time.ts";

const freeEnergy = observable("free_energy");
const energy = observable("energy");
const kinetic = observable("kinetic");
const dissipation = observable("dissipation");
const residual = observable("identity_residual");
const temperature = observable("temperature");
const entropy = observable("entropy");
const defect = observable("identity_defect");
const change = observable("change");
const lost = observable("lost");

/** ∫D over time, and the identity X(t) − X(0) = −∫₀ᵗ D. */
const LOSS = "∫₀ᵗ *D* d*s*";
const BALANCE = `*X*(*t*) − *X*(0) = −${LOSS}`;

/** What falling temperature adds to E_τ. */
const COOLING = "∫(∫*μ* log *μ*) d*τ*";

/** X beyond that many times its start, or that much, is of a run that diverges: nothing else could be seen beside it. */
const DIVERGED = 1e6;

const MOST_CIRCLES = 25;
const MOST_CURVES = 4;
const MOST_PANELS = 4;
/** The legend's shade of a band. */
const FAINT = "#dcdcdc";
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
  const sides = densities.length > 0 ? densities : networks;
  const losses = spread(
    curvesOf(series, sides, (row) => -lost(row)),
    MOST_CURVES,
  );
  const shown = losses.map(({ group }) => group);
  const changes = curvesOf(series, groups, change).filter(({ group }) => shown.includes(group));
  const first = changes[0];
  if (!first || [changes, losses].some((curves) => curves.every(({ points }) => points.length < 2)))
    return undefined;
  const functional = functionalOf(changes, facts);
  const several = changes.length > 1;
  const inExpectation = series.rows.some((row) => shown[0]!.runs.includes(row.run) && hasDefect(row));
  const cooling = facts.annealed ? `, plus ${COOLING} as the temperature falls` : "";
  return {
    name: "dissipation",
    title: `Energy–dissipation balance: ${BALANCE}, both sides against time`,
    label: `change of ${functional} since *t* = 0`,
    scale: "from zero",
    layers: [
      {
        marks: [...lineMarks(changes), ...losses.map(circlesMark)],
        keys: [
          ...(several
            ? curveKeys(changes)
            : [{ label: "change", colour: first.colour, shape: "line" } as const]),
          {
            label: facts.annealed ? `−∫ dissipation + ${COOLING}` : "−∫ dissipation",
            colour: several ? MUTED : first.colour,
            shape: "circle",
          },
        ],
        values: [...changes, ...losses].flatMap(({ points }) => points.map(({ mean }) => mean)),
        depth: 0,
      },
    ],
    caption: [
      `Energy–dissipation balance${whose(changes, "")}: the change of *X* = ${functional} since *t* = 0 (lines) and minus the integral of its dissipation${cooling} (circles), which the exact ${inExpectation ? "equation makes equal in expectation" : "flow makes equal"}.`,
      apartAtEnd(changes, losses),
      series.rows.some(diverges) && "Drawn up to where a run diverges.",
    ],
  };
}

function circlesMark({ points, colour }: Curve): Plot.Markish {
  const options = { x: "t", y: "mean", r: 3, stroke: colour, strokeWidth: 1.5, fill: "#ffffff" };
  return Plot.dot(spread(points, MOST_CIRCLES), options);
}

/** How well the first density, or the widest network, keeps the identity. */
function apartAtEnd(changes: readonly Curve[], losses: readonly Curve[]): string {
  const one = densitiesIn(changes)[0] ?? changes.at(-1)!;
  const [last, other] = [one, losses[changes.indexOf(one)]!].map(({ points }) => points.at(-1)!);
  const apart = typesetNumber(Math.abs(last!.mean - other!.mean), 2);
  const where = changes.length > 1 ? ` for ${called(one.group)}` : "";
  return `At ${timeText(last!.t)}${where} *X* has changed by ${typesetNumber(last!.mean, 3)}, and the two differ by ${apart}.`;
}

/** What is known of a run up to a record: both sides of the identity by the trapezoidal rule, and what has moved. */
interface Course {
  readonly first: SeriesRow;
  readonly last: SeriesRow;
  /** ∫D over the records. */
  readonly rough: number;
  /** ∫|D| likewise. */
  readonly spent: number;
  /** The most that F, or the kinetic energy, has been from its start. */
  readonly farthest: number;
}

/**
 * The rows with `change` = X − X(0) and `lost` = ∫₀ᵗ D. Where no defect, their sum, is recorded, its size follows from the
 * residual, and its sign is that of the trapezoidal sum over the records. Not defined where the run `diverges`.
 */
function withBothSides({ columns, rows }: SeriesTable): SeriesTable {
  const runs = new Map<number, Course>();
  return {
    columns,
    rows: rows.map((row) => {
      const course = continued(runs.get(row.run), row);
      runs.set(row.run, course);
      const { first } = course;
      const bound = DIVERGED * Math.max(1, Math.abs(lyapunov(first)));
      if (Math.abs(lyapunov(row)) > bound)
        return { ...row, change: Number.NaN, lost: Number.NaN, diverges: 1 };
      const change = lyapunov(row) - lyapunov(first);
      return { ...row, change, lost: hasDefect(row) ? defect(row) - change : lostBy(row, change, course) };
    }),
  };
}

function continued(before: Course | undefined, row: SeriesRow): Course {
  if (before === undefined) return { first: row, last: row, rough: 0, spent: 0, farthest: 0 };
  const { first, last } = before;
  const dissipated = 0.5 * (row.t - last.t) * (dissipation(last) + dissipation(row)) + cooled(last, row);
  const moved = [energy, kinetic].map((part) => Math.abs(part(row) - part(first)));
  return {
    first,
    last: row,
    rough: before.rough + dissipated,
    spent: before.spent + Math.abs(dissipated),
    farthest: Math.max(before.farthest, ...moved.filter(Number.isFinite)),
  };
}

/**
 * The ∫D of which the residual is |change + ∫D| / S, S the largest of what has moved and ∫|D|: ∫D itself where D is nowhere
 * negative; NaN where the residual is blank, as nothing has moved, but for the start.
 */
function lostBy(row: SeriesRow, change: number, { first, rough, spent, farthest }: Course): number {
  if (row === first) return 0 * dissipation(row);
  const signed = (change + rough < 0 ? -1 : 1) * residual(row);
  if (spent > rough) return signed * Math.max(farthest, spent) - change;
  const lost = signed * farthest - change;
  return lost <= farthest || signed >= 1 ? lost : -change / (1 - signed);
}

function diverges(row: SeriesRow): boolean {
  return row.diverges === 1;
}

/** A defect is recorded where the identity holds in expectation only. */
function hasDefect(row: SeriesRow): boolean {
  return Number.isFinite(defect(row));
}

/** −∫∫μ log μ dτ from one record to the next, by the trapezoidal rule: what E_τ falls by as τ does; 0 where τ is constant. */
function cooled(from: SeriesRow, to: SeriesRow): number {
  const fall = 0.5 * (temperature(from) - temperature(to)) * (entropy(from) + entropy(to));
  return Number.isNaN(fall) ? 0 : fall;
}

function lyapunov(row: SeriesRow): number {
  const ofDensity = freeEnergy(row);
  return Number.isNaN(ofDensity) ? energy(row) + (Number.isNaN(kinetic(row)) ? 0 : kinetic(row)) : ofDensity;
}

/** How far the energy balance is from the exact identity, where it is exact and the run is not. */
export function residualPicture({ series, groups, facts }: Scene): TimePicture | undefined {
  const curves = curvesOf(series, groups, (row) =>
    residual(row) > 0 && !hasDefect(row) ? residual(row) : Number.NaN,
  );
  if (curves.length === 0) return undefined;
  const cooling = facts.annealed ? `, less ${COOLING} as the temperature falls` : "";
  const one = densitiesIn(curves)[0] ?? curves.at(-1)!;
  const most = largestOf(one.points.map(({ high }) => high));
  return {
    name: "identity",
    title: `Relative error of the energy–dissipation balance ${BALANCE} against time${networksIn(curves).length > 0 ? ", by width" : ""}`,
    label: "relative error of the balance",
    scale: "logarithmic",
    layers: [lines(curves)],
    caption: [
      `Relative error of the energy–dissipation balance${whose(curves)}: the change of *X* = ${functionalOf(curves, facts)} since *t* = 0 plus the integral of its dissipation${cooling}, which along the exact flow add up to zero.`,
      `What remains is the error of the discretisation, at most ${typesetNumber(most, 2)}${curves.length > 1 ? ` for ${called(one.group)}` : ""}.`,
    ],
  };
}

/** Where chance moves neurons: √N times the defect of the identity, which has mean zero, a panel for each width. */
export function defectFigure({ series, networks, facts }: Scene): Figure[] {
  const widths = new Map(networks.flatMap(({ runs, width }) => runs.map((run) => [run, width ?? 1])));
  const scaled = (row: SeriesRow) => Math.sqrt(widths.get(row.run) ?? 1) * defect(row);
  const curves = spread(curvesOf(series, networks, scaled, meanAndScatter), MOST_PANELS);
  if (curves.length === 0) return [];
  const titleOf = ({ group }: Curve) => notationToText(group.label);
  const inPanels = curves.map((curve) => ({
    ...curve,
    points: curve.points.map((point) => ({ ...point, panel: titleOf(curve) })),
  }));
  const expected = curves.map((curve) => {
    const { group } = curve;
    const points = curvesOf(series, [group], kinetic)[0]?.points ?? [];
    return expectedReach(points, group.runs.length, facts).map((one) => ({ ...one, panel: titleOf(curve) }));
  });
  const reaches = expected.flatMap((points) => points.map(({ reach }) => reach));
  const replicated = curves.filter(({ group }) => group.runs.length > 1);
  const several = replicated.length > 0;
  const counts = replicated.map(({ group }) => group.runs.length);
  const judged = replicated.filter(({ group }) => group.runs.length > 2);
  const time = timeAxis(series.rows.map(({ t }) => t));
  const drawing = drawChart({
    title: `√*N* times the defect *X*(*t*) − *X*(0) + ${LOSS} of the energy–dissipation balance, whose expectation is 0, against time, by width`,
    width: curves.length > 1 ? FULL_WIDTH : HALF_WIDTH,
    height: HEIGHT,
    x: curves.length > 1 ? withoutLastTick(time) : time,
    y: axis("√*N* × defect of the balance", [
      ...curveValues(curves),
      ...reaches,
      ...reaches.map((reach) => -reach),
    ]),
    keys: [
      { label: several ? "mean over replicas" : "one replica", colour: MUTED, shape: "line" },
      ...(several ? [{ label: shadeText(counts), colour: FAINT, shape: "area" } as const] : []),
      ...(reaches.length > 0 ? [{ label: "predicted 95 %", colour: INK, shape: "dashes" } as const] : []),
    ],
    panels: curves.map(titleOf),
    marks: [
      Plot.ruleY([0], { stroke: INK }),
      ...curveMarks(inPanels, "panel"),
      ...expected.flatMap((points) => [
        reachMark(points, ({ reach }) => reach),
        reachMark(points, ({ reach }) => -reach),
      ]),
    ],
  });
  const coverages =
    judged.length > 0 && `0 lies in the interval at ${judged.map(coverage).join(", ")} recorded times.`;
  const caption = sentences(
    `√*N* times the defect of the energy–dissipation balance of *X* = ${functionalOf(curves, facts)}, which holds in expectation, by width: ${several ? `the mean over replicas (shaded: ${scatterText(counts, "its 95 % interval")})` : "of one replica"}${reaches.length > 0 ? " and where it should be with probability 95 % (dashed)" : ""}.`,
    coverages || (several ? undefined : "One replica has no interval."),
  );
  return [{ name: "defect", caption, ...drawing }];
}

/** Labels at both ends of an axis would run into those of the next panel. */
function withoutLastTick(x: Axis): Axis {
  const places = ticksOf(x, 5).map(({ value }) => value);
  return { ...x, places: places.filter((place) => place < x.domain[1]) };
}

interface Reach {
  readonly t: number;
  readonly reach: number;
}

function reachMark(
  points: readonly (Reach & { panel: string })[],
  y: (point: Reach) => number,
): Plot.Markish {
  return Plot.line(points, { x: "t", y, fx: "panel", stroke: INK, strokeDasharray: DASHES });
}

/**
 * 1.96 standard deviations of √N times the mean defect of so many replicas, from kinetic energies at the recorded times by the
 * trapezoidal rule; nothing where the friction is not known.
 */
export function expectedReach(
  kinetic: readonly CurvePoint[],
  replicas: number,
  { friction, temperature }: Pick<Facts, "friction" | "temperature">,
): Reach[] {
  if (!Number.isFinite(friction)) return [];
  let integral = 0;
  return kinetic.map(({ t, mean }, k) => {
    const before = kinetic[k - 1];
    // The mean of ⟨|ω|²⟩, twice the kinetic energy, over the interval.
    if (before) integral += (t - before.t) * (mean + before.mean);
    return { t, reach: NORMAL_95 * Math.sqrt((2 * friction * temperature * integral) / replicas) };
  });
}

/** The same in a legend. */
function shadeText(replicas: readonly number[]): string {
  return replicas.some((count) => count > 2) ? "95 % interval" : "both replicas";
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
  const both = network === density ? network : `${network} (networks) or ${density} (densities)`;
  return symbolFor(curves, { network, density, both });
}
