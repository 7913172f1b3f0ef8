import * as Plot from "@observablehq/plot";
import { ranToEnd } from "../../results/formats/summary.ts";
import { axis, extent } from "../chart/axes.ts";
import { type Curve, curveKeys, curveMarks, curvesOf, observable } from "../chart/curves.ts";
import type { Figure, ReportInput } from "../folder.ts";
import { formatNumber, typesetNumber } from "../notation.ts";
import { equilibriaOf, levelMarks, levelsOf } from "../runs/equilibria.ts";
import { factsOf } from "../runs/facts.ts";
import { fallCaption } from "../runs/fall.ts";
import type { Group } from "../runs/groups.ts";
import { phaseGroups } from "../runs/phase-space.ts";
import { called, changeOfLast, sentences } from "./captions.ts";
import { drawInTime } from "./trajectories.ts";

const freeEnergy = observable("free_energy");
const dual = observable("dual");

export const BAND = "#c9c9c9";
/** The share of the picture's height, below the least free energy, that a low dual value may take. */
const BELOW = 0.5;

/**
 * The functional that decreases, of the densities over θ, in time: the certificate as a band below it, equilibria as levels.
 * That of densities in phase space is H, with a picture of its own.
 */
export function freeEnergyFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const phase = phaseGroups(input.series, groups);
  const densities = groups.filter((group) => group.kind === "density" && !phase.includes(group));
  const curves = curvesOf(input.series, densities, freeEnergy);
  const first = curves[0];
  if (!first) return [];
  const levels = levelsOf(equilibriaOf(input, groups), freeEnergy, true);
  const bounds = curvesOf(input.series, densities, dual).find(({ group }) => group === first.group);
  const values = [
    ...curves.flatMap(({ points }) => points.map(({ mean }) => mean)),
    ...levels.map(({ value }) => value),
  ];
  const [low, high] = extent(values);
  const floor = low - BELOW * (high - low || Math.abs(high));
  const band = bounds ? between(first, bounds, floor) : [];
  const { temperature, annealed } = factsOf(input.summary.spec);
  const symbol = temperature > 0 ? "*E*_τ(*μ*)" : "*F*(*μ*)";
  const svg = drawInTime(input, {
    title: "The free energy against time",
    y: axis(`free energy ${symbol}`, [...values, ...band.map(({ bound }) => bound)]),
    keys: [
      ...curveKeys(curves),
      ...(band.length > 0 ? [{ label: "certificate", colour: BAND, shape: "area" } as const] : []),
      ...levels.map(({ key }) => key),
    ],
    marks: [
      Plot.areaY(band, { x: "t", y1: "bound", y2: "mean", fill: BAND, fillOpacity: 0.7 }),
      ...levelMarks(levels),
      ...curveMarks(curves),
    ],
  });
  const sum = temperature > 0 ? "*F* + *τ*∫*μ* log *μ*" : "";
  const cut = bounds?.points.some(({ mean }) => mean < floor);
  const course = annealed
    ? `at the temperature of each time, *τ* = ${formatNumber(temperature)}/log(e + *t*)`
    : "which never increases along the exact flow";
  const optimum = annealed ? "its least value at that temperature" : "the optimum";
  const caption = sentences(
    `The free energy ${[symbol, sum].filter(Boolean).join(" = ")} of the ${curves.length > 1 ? "densities" : "density"}, ${course}.`,
    annealed && "It need not fall: as *τ* does, it changes by ∫*μ* log *μ* d*τ*, of either sign.",
    changeOfLast("It", curves),
    fallCaption(
      input.series,
      curves.map(({ group }) => group),
    ),
    levels.length === 1 && `Dashed: its value at equilibrium, ${typesetNumber(levels[0]!.value, 6)}.`,
    levels.length > 1 &&
      "Dashed: its value at equilibria that attract (marginal: one of a family); dotted: at those that repel.",
    band.length > 0 &&
      `Grey: from the dual value *D* of ${called(first.group)} up to its free energy; ${optimum} lies in it at every time${cut ? " (cut off where *D* is far below)" : ""}.`,
    !ranToEnd(input.summary) && "The computation ended early.",
  );
  return [{ name: "free-energy", caption, svg }];
}

/** A curve and what bounds it from below. */
export interface Span {
  readonly t: number;
  readonly mean: number;
  readonly bound: number;
}

/** The times at which both are known, the bound cut off at a floor. */
export function between(curve: Curve, bounds: Pick<Curve, "points">, floor: number): Span[] {
  const known = new Map(bounds.points.map(({ t, mean }) => [t, mean]));
  return curve.points.flatMap(({ t, mean }) => {
    const bound = known.get(t);
    return bound === undefined ? [] : { t, mean, bound: Math.max(bound, floor) };
  });
}
