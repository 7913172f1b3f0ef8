import { largestOf, leastOf } from "../../base/extremes.ts";
import { ranToEnd } from "../../results/formats/summary.ts";
import { axis } from "../chart/axes.ts";
import { type Curve, curveMarks, curvesOf, curveValues, observable } from "../chart/curves.ts";
import type { Key } from "../chart/legend.ts";
import type { Figure, ReportInput } from "../folder.ts";
import { formatNumber, typesetNumber } from "../notation.ts";
import type { Group } from "../runs/groups.ts";
import { phaseGroups } from "../runs/phase-space.ts";
import { called, sentences } from "./captions.ts";
import { DIFFERENCE_FLOOR, untilRoundOff } from "./gap.ts";
import { drawInTime } from "./trajectories.ts";

const excess = observable("excess_hamiltonian");
const modified = observable("hypocoercive");

/** Of ℰ: stands out from the black of H − H*. */
const COLOUR = "#e8710a";
/** H − H* rests where its slowest rate is below that of ℰ by this factor. */
const RESTS = 2;
/** Rates are those of the fall until H − H* is within this factor of its end, which may be the error of the discretisation. */
const CLEAR = 10;

/**
 * H − H*, which rests wherever the momenta are momentarily in equilibrium, beside ℰ, which does not: on a logarithmic scale
 * in time, of the first density that has both; nothing where H − H* does not rest.
 */
export function hypocoerciveFigure(input: ReportInput, groups: readonly Group[]): Figure[] {
  const { series, summary } = input;
  const until = (curve: Curve) => untilRoundOff(input, curve, DIFFERENCE_FLOOR);
  const above = curvesOf(series, phaseGroups(series, groups), excess).map(until)[0];
  const fall = above && curvesOf(series, [above.group], modified).map(until)[0];
  if (!above || !fall) return [];
  const least = leastOf(above.points.map(({ mean }) => mean));
  const end = above.points.findIndex(({ mean }) => mean < CLEAR * least);
  const [uneven, even] = [above, fall].map(({ points }) => ratesOf(points.slice(0, end)));
  if (end < 3 || !(RESTS * leastOf(uneven!) < leastOf(even!))) return [];
  const curves = [above, { ...fall, colour: COLOUR, strokeWidth: 1.75 }];
  const labels = ["*H* − *H*∗", "modified, *ℰ*"];
  const svg = drawInTime(input, {
    title: "H − H∗ and the modified functional ℰ against time",
    y: axis("*H*(*μ*) − *H*∗, and *ℰ*", curveValues(curves), { log: true }),
    keys: curves.map(({ colour }, k): Key => ({ label: labels[k]!, colour, shape: "line" })),
    marks: curveMarks(curves),
  });
  const range = (rates: readonly number[]) =>
    [leastOf(rates), largestOf(rates)].map((rate) => typesetNumber(rate, 2)).join(" and ");
  const caption = sentences(
    `How far ${called(above.group)} is from equilibrium: *H*(*μ*) − *H*∗, *H*∗ the least *H* on its cells, and *ℰ* = *H* − *H*∗ + *β*∫(*Y* + *X*/√*Λ*)² d*μ* with *X* = ∂_θ(*Φ* + *τ* log *μ*), *Y* = *ω* + *τ*∂_ω log *μ*, *β* and *Λ* from the friction and the curvature of *Φ*.`,
    "*H* rests where *Y* = 0, the momenta in equilibrium; there *X* makes *ℰ* fall.",
    `From one record to the next, until *t* = ${formatNumber(above.points[end - 1]!.t, 4)}, *H* − *H*∗ falls at rates between ${range(uneven!)}, *ℰ* between ${range(even!)}.`,
    unproved(input, above.group),
    riseText(fall),
    !ranToEnd(summary) && "The computation ended early.",
  );
  return [{ name: "hypocoercive", caption, svg }];
}

/** −d log/dt between neighbours. */
function ratesOf(points: Curve["points"]): number[] {
  return points.slice(1).map(({ t, mean }, k) => Math.log(points[k]!.mean / mean) / (t - points[k]!.t));
}

/** How often the proof says nothing. */
function unproved({ series }: ReportInput, { runs }: Group): string | undefined {
  const rows = series.rows.filter(({ run }) => runs.includes(run));
  const blank = rows.filter((row) => typeof row.hypocoercive_decline !== "number").length;
  if (blank === 0) return undefined;
  return `At ${blank} of ${rows.length} records *Φ* is curved beyond what the proof allows for, and *ℰ* need not fall.`;
}

function riseText({ points }: Curve): string | undefined {
  const rise = points.findIndex(({ mean }, k) => k > 0 && mean > points[k - 1]!.mean);
  if (rise < 0) return undefined;
  return `From *t* = ${formatNumber(points[rise - 1]!.t, 4)} on what is left of *ℰ* is the error of the discretisation.`;
}
