import * as Plot from "@observablehq/plot";
import { type Axis, axis, timeAxis } from "../chart/axes.ts";
import { type Chart, drawChart, HALF_WIDTH, HEIGHT, MUTED } from "../chart/chart.ts";
import {
  type Curve,
  curveAxis,
  curveKeys,
  curveMarks,
  curvesOf,
  curveValues,
  observable,
  patternedMark,
} from "../chart/curves.ts";
import { DASHES } from "../chart/legend.ts";
import type { Figure, ReportInput } from "../folder.ts";
import { typesetNumber } from "../notation.ts";
import { equilibriaOf, type Level, levelMarks, levelsOf } from "../runs/equilibria.ts";
import { factsOf } from "../runs/facts.ts";
import { fallCaption } from "../runs/fall.ts";
import type { Group } from "../runs/groups.ts";
import { momentaIn, phaseGroups } from "../runs/phase-space.ts";
import {
  byWidth,
  changeOfLast,
  differenceAtEnd,
  networksIn,
  replicasShown,
  sentences,
  symbolFor,
  temperatureNote,
} from "./captions.ts";

const risk = observable("risk");
const energy = observable("energy");
const kinetic = observable("kinetic");

/** The risk against time by width; nothing without data, where there is no risk. */
export function riskFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const curves = curvesOf(input.series, groups, risk);
  if (curves.length === 0 || !hasRisk(input)) return [];
  const symbol = symbolFor(curves, { network: "*R*(*f*_N)", density: "*R*(*f*_μ)", both: "*R*" });
  const levels = levelsOf(equilibriaOf(input, groups), risk, false);
  const caption = sentences(
    `The risk ${symbol} along training${byWidth(curves)}.`,
    changeOfLast("It", curves),
    differenceAtEnd(curves),
    atEquilibrium("its", levels),
    replicasShown(input, curves),
    energyIsRisk(input) && "The energy *F* equals the risk: nothing else is minimised.",
    energyIsRisk(input) && fallOf(input, curves),
  );
  const svg = drawInTime(input, {
    title: `The risk against time${titleEnd(curves)}`,
    y: axisWith(`risk ${symbol}`, curves, levels, { zero: true }),
    keys: [...curveKeys(curves), ...levels.map(({ key }) => key)],
    marks: [...levelMarks(levels), ...curveMarks(curves)],
  });
  return [{ name: "risk", caption, svg }];
}

/**
 * The energy against time by width, with the kinetic energy on top where there is momentum;
 * nothing when the picture would be that of the risk, or hold nothing that the picture of H does not.
 */
export function energyFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const alone = curvesOf(input.series, groups, energy);
  const total = curvesOf(input.series, groups, (row) => energy(row) + kinetic(row));
  if (total.length > 0 && networksIn(total).length === 0 && phaseGroups(input.series, groups).length > 0)
    return [];
  if (total.length > 0) return [totalEnergyFigure(input, alone, total)];
  if (alone.length === 0 || (hasRisk(input) && energyIsRisk(input))) return [];
  const symbol = symbolFor(alone, { network: "*F*(*μ*_N)", density: "*F*(*μ*)", both: "*F*" });
  const levels = levelsOf(equilibriaOf(input, groups), energy, false);
  const caption = sentences(
    `The energy ${symbol}${byWidth(alone)}.`,
    changeOfLast("It", alone),
    differenceAtEnd(alone),
    atEquilibrium("its", levels),
    replicasShown(input, alone),
    temperatureNote(input),
    fallOf(input, alone),
  );
  const svg = drawInTime(input, {
    title: `The energy against time${titleEnd(alone)}`,
    y: axisWith(`energy ${symbol}`, alone, levels, { zero: false }),
    keys: [...curveKeys(alone), ...levels.map(({ key }) => key)],
    marks: [...levelMarks(levels), ...curveMarks(alone)],
  });
  return [{ name: "energy", caption, svg }];
}

function totalEnergyFigure(input: ReportInput, alone: readonly Curve[], total: readonly Curve[]): Figure {
  const { temperature } = factsOf(input.summary.spec);
  const symbol = symbolFor(total, { network: "*F*(*μ*_N)", density: "*F*(*μ*)", both: "*F*" });
  const entropy = networksIn(total).length > 0 ? ", which *N* neurons do not have" : "";
  const caption = sentences(
    `Solid: energy + kinetic energy, ${symbol} + ½⟨|*ω*|²⟩${byWidth(total)}. Dashed: the energy ${symbol} alone.`,
    temperature === 0
      ? "At temperature 0 the sum is the Lyapunov functional, which never increases along the exact flow; the energy alone may."
      : `At positive temperature the functional that decreases holds an entropy too${entropy}: neither curve need be monotone.`,
    changeOfLast("The sum", total),
    fallOf(input, total),
    replicasShown(input, total),
  );
  const svg = drawInTime(input, {
    title: `Energy plus kinetic energy, and energy alone, against time${titleEnd(total)}`,
    y: curveAxis("energy + kinetic energy", [...total, ...alone], { zero: false }),
    keys: [...curveKeys(total), { label: "energy alone", colour: MUTED, shape: "dashes" }],
    marks: [...alone.map((curve) => patternedMark(curve, DASHES)), ...curveMarks(total)],
  });
  return { name: "energy", caption, svg };
}

/** The mean kinetic energy against time by width, with its equilibrium pτ/2 where the temperature is positive. */
export function kineticFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const curves = curvesOf(input.series, groups, kinetic);
  if (curves.length === 0) return [];
  const label = "kinetic energy ½⟨|*ω*|²⟩";
  const level = equipartition(input);
  const atRest = level === undefined;
  const caption = sentences(
    `The mean kinetic energy ½⟨|*ω*|²⟩${byWidth(curves)}.`,
    atRest
      ? "The fall of the energy feeds it, friction takes it away."
      : `Dashed: its value at equilibrium, *pτ*/2 = ${typesetNumber(level)}, where every momentum has variance *τ*.`,
    replicasShown(input, curves),
  );
  const svg = drawInTime(input, {
    title: `The mean kinetic energy against time${titleEnd(curves)}`,
    y: atRest
      ? curveAxis(label, curves, { zero: true })
      : axis(label, [...curveValues(curves), level], { zero: true }),
    keys: [
      ...curveKeys(curves),
      ...(atRest ? [] : [{ label: "equilibrium *pτ*/2", colour: MUTED, shape: "dashes" } as const]),
    ],
    marks: [...(atRest ? [] : [levelMark(level)]), ...curveMarks(curves)],
  });
  return [{ name: "kinetic", caption, svg }];
}

function levelMark(level: number): Plot.Markish {
  return Plot.ruleY([level], { stroke: MUTED, strokeWidth: 1.5, strokeDasharray: DASHES });
}

/** pτ/2, the mean of ½|ω|² when ω ~ N(0, τI); undefined at temperature 0. */
function equipartition({ summary, series }: ReportInput): number | undefined {
  const { temperature } = factsOf(summary.spec);
  const p = momentaIn(series.columns);
  return temperature > 0 && p > 0 ? (p * temperature) / 2 : undefined;
}

/** A chart of half the page's width over the times of the whole series, so that all pictures share their time axis. */
export function drawInTime(
  { series }: ReportInput,
  chart: Pick<Chart, "title" | "y" | "keys" | "marks">,
): string {
  const x = timeAxis(series.rows.map(({ t }) => t));
  return drawChart({ ...chart, x, width: HALF_WIDTH, height: HEIGHT });
}

/** The vertical axis of curves that keeps levels in sight. */
function axisWith(
  label: string,
  curves: readonly Curve[],
  levels: readonly Level[],
  options: { zero: boolean },
): Axis {
  const points = levels.map(({ value }) => ({ t: 0, mean: value, low: value, high: value }));
  return curveAxis(label, [...curves, ...(points.length > 0 ? [{ points }] : [])], options);
}

function atEquilibrium(whose: string, levels: readonly Level[]): string | undefined {
  const level = levels[0];
  return level && `Dashed: ${whose} value at equilibrium, ${typesetNumber(level.value, 3)}.`;
}

function titleEnd(curves: readonly Curve[]): string {
  return networksIn(curves).length > 0 ? " by width" : "";
}

/** Whether the functional of networks without noise fell. */
function fallOf({ series }: ReportInput, curves: readonly Curve[]): string {
  return fallCaption(
    series,
    networksIn(curves).map(({ group }) => group),
  );
}

function hasRisk({ series, neurons }: ReportInput): boolean {
  return "data_x" in neurons || series.rows.some((row) => Math.abs(risk(row)) > 0);
}

/** Whether energy and risk agree to round-off in every row. */
function energyIsRisk({ series }: ReportInput): boolean {
  return series.rows.every((row) => Math.abs(energy(row) - risk(row)) <= 1e-13 * Math.abs(risk(row)));
}
