import * as Plot from "@observablehq/plot";
import { axis, timeAxis } from "./axes.ts";
import { type Chart, drawChart, HALF_WIDTH, HEIGHT, MUTED } from "./chart.ts";
import {
  type Curve,
  type CurvePoint,
  curveAxis,
  curveKeys,
  curveMarks,
  curvesOf,
  curveValues,
  observable,
} from "./curves.ts";
import { factsOf } from "./facts.ts";
import type { Figure, ReportInput } from "./folder.ts";
import type { Group } from "./groups.ts";
import { DASHES } from "./legend.ts";
import { formatNumber, typesetNumber } from "./notation.ts";

const risk = observable("risk");
const energy = observable("energy");
const kinetic = observable("kinetic");
const residual = observable("identity_residual");

/** The risk against time by width; nothing without data, where there is no risk. */
export function riskFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const curves = curvesOf(input.series, groups, risk);
  if (curves.length === 0 || !hasRisk(input)) return [];
  const caption = sentences(
    `The risk *R*(*f*_N) of the network along training${byWidth(curves)}.`,
    changeOfWidest("It", curves),
    differenceOfWidest(curves),
    replicasShown(input, curves),
    energyIsRisk(input) && "The energy *F* equals the risk: nothing else is minimised.",
  );
  const svg = drawInTime(input, {
    title: "The risk against time by width",
    y: curveAxis("risk *R*(*f*_N)", curves, { zero: true }),
    keys: curveKeys(curves),
    marks: curveMarks(curves),
  });
  return [{ name: "risk", caption, svg }];
}

/**
 * The energy against time by width, with the kinetic energy on top where there is momentum;
 * nothing when the picture would be that of the risk.
 */
export function energyFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const alone = curvesOf(input.series, groups, energy);
  const total = curvesOf(input.series, groups, (row) => energy(row) + kinetic(row));
  if (total.length > 0) return [totalEnergyFigure(input, alone, total)];
  if (alone.length === 0 || (hasRisk(input) && energyIsRisk(input))) return [];
  const caption = sentences(
    `The energy *F*(*μ*_N) that is minimised${byWidth(alone)}.`,
    changeOfWidest("It", alone),
    replicasShown(input, alone),
    temperatureNote(input),
  );
  const svg = drawInTime(input, {
    title: "The energy against time by width",
    y: curveAxis("energy *F*(*μ*_N)", alone, { zero: false }),
    keys: curveKeys(alone),
    marks: curveMarks(alone),
  });
  return [{ name: "energy", caption, svg }];
}

function totalEnergyFigure(input: ReportInput, alone: readonly Curve[], total: readonly Curve[]): Figure {
  const { temperature } = factsOf(input.summary.spec);
  const caption = sentences(
    `Solid: energy + kinetic energy, *F*(*μ*_N) + ½⟨|*ω*|²⟩${byWidth(total)}. Dashed: the energy *F*(*μ*_N) alone.`,
    temperature === 0
      ? "At temperature 0 the sum is the Lyapunov functional, which never increases along the exact flow; the energy alone may."
      : "At positive temperature the functional that decreases holds an entropy too, which *N* neurons do not have: neither curve need be monotone.",
    changeOfWidest("The sum", total),
    replicasShown(input, total),
  );
  const svg = drawInTime(input, {
    title: "Energy plus kinetic energy, and energy alone, against time by width",
    y: curveAxis("energy + kinetic energy", [...total, ...alone], { zero: false }),
    keys: [...curveKeys(total), { label: "energy alone", colour: MUTED, shape: "dashes" }],
    marks: [...alone.map(dashedMark), ...curveMarks(total)],
  });
  return { name: "energy", caption, svg };
}

function dashedMark({ points, colour }: Curve): Plot.Markish {
  return Plot.lineY(points, { x: "t", y: "mean", stroke: colour, strokeWidth: 1.5, strokeDasharray: DASHES });
}

/** The mean kinetic energy against time by width, with its equilibrium pτ/2 where the temperature is positive. */
export function kineticFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const curves = curvesOf(input.series, groups, kinetic);
  if (curves.length === 0) return [];
  const label = "kinetic energy ½⟨|*ω*|²⟩";
  const level = equipartition(input);
  const atRest = level === undefined;
  const caption = sentences(
    `The mean kinetic energy of the neurons, ½⟨|*ω*|²⟩${byWidth(curves)}.`,
    atRest
      ? "The fall of the energy feeds it, friction takes it away."
      : `Dashed: its value at equilibrium, *pτ*/2 = ${typesetNumber(level)}, where every momentum has variance *τ*.`,
    replicasShown(input, curves),
  );
  const svg = drawInTime(input, {
    title: "The mean kinetic energy against time by width",
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
  const p = series.columns.filter((column) => /^mean_omega_\d+$/.test(column)).length;
  return temperature > 0 && p > 0 ? (p * temperature) / 2 : undefined;
}

/** How far the energy balance is from the exact identity, against time by width, where it is positive. */
export function residualFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const positive = curvesOf(input.series, groups, (row) => (residual(row) > 0 ? residual(row) : Number.NaN));
  if (positive.length === 0) return [];
  const facts = factsOf(input.summary.spec);
  const functional = facts.kinetic ? "*F* + ½⟨|*ω*|²⟩" : "*F*";
  const caption = sentences(
    `How far the run is from the dissipation identity${byWidth(positive)}: the change of *X* = ${functional} since *t* = 0 plus the dissipation integrated over time, which along the exact flow add up to zero, relative to that change.`,
    facts.temperature > 0
      ? "The identity holds in expectation; the noise of *N* neurons remains."
      : "What remains is the error of the discretisation.",
    replicasShown(input, positive),
  );
  const svg = drawInTime(input, {
    title: "The relative residual of the dissipation identity against time by width",
    y: axis("relative residual of the identity", curveValues(positive), { log: true }),
    keys: curveKeys(positive),
    marks: curveMarks(positive),
  });
  return [{ name: "identity", caption, svg }];
}

/** A chart of half the page's width over the times of the whole series, so that all pictures share their time axis. */
function drawInTime({ series }: ReportInput, chart: Pick<Chart, "title" | "y" | "keys" | "marks">): string {
  const x = timeAxis(series.rows.map(({ t }) => t));
  return drawChart({ ...chart, x, width: HALF_WIDTH, height: HEIGHT });
}

function hasRisk({ series, neurons }: ReportInput): boolean {
  return "data_x" in neurons || series.rows.some((row) => Math.abs(risk(row)) > 0);
}

/** Whether energy and risk agree to round-off in every row. */
function energyIsRisk({ series }: ReportInput): boolean {
  return series.rows.every((row) => Math.abs(energy(row) - risk(row)) <= 1e-13 * Math.abs(risk(row)));
}

function sentences(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(" ");
}

function byWidth(curves: readonly Curve[]): string {
  return curves.length > 1 ? ", by width *N*" : ` at ${curves[0]!.group.label}`;
}

function changeOfWidest(subject: string, curves: readonly Curve[]): string {
  const { group, points } = curves.at(-1)!;
  const [first, last] = [points[0]!, points.at(-1)!];
  const where = curves.length > 1 ? ` for ${group.label}` : "";
  const at = ({ t, mean }: CurvePoint) => `${typesetNumber(mean, 3)} at *t* = ${formatNumber(t, 6)}`;
  return `${subject} goes from ${at(first)} to ${at(last)}${where}.`;
}

/** How close the two widest are at the end: what is left of N on the way to the mean-field limit. */
function differenceOfWidest(curves: readonly Curve[]): string | undefined {
  const [wide, widest] = curves.slice(-2);
  if (!wide || !widest) return undefined;
  const [a, b] = [wide.points.at(-1)!, widest.points.at(-1)!];
  const scale = Math.max(Math.abs(a.mean), Math.abs(b.mean));
  if (a.t !== b.t || scale === 0) return undefined;
  const percent = typesetNumber((100 * Math.abs(a.mean - b.mean)) / scale, 2);
  return `The final values for ${wide.group.label} and ${widest.group.label} differ by ${percent} %.`;
}

function replicasShown({ summary }: ReportInput, curves: readonly Curve[]): string {
  const counts = new Set(curves.map(({ group }) => group.runs.length));
  const replicas = counts.size === 1 ? `${[...counts][0]} replicas` : "the replicas";
  return sentences(
    Math.max(...counts) > 1 && `Lines: the mean over ${replicas}; shaded: from the smallest to the largest.`,
    summary.outcome !== "done" &&
      "The computation ended early: each curve stops where the first of its runs did.",
  );
}

function temperatureNote({ summary }: ReportInput): string | undefined {
  const { dynamics, temperature } = factsOf(summary.spec);
  if (temperature === 0 || dynamics !== "langevin") return undefined;
  return "At positive temperature the functional that decreases is *F* + *τ*∫*μ* log *μ*: *F* alone need not.";
}
