// The fits of a study: for each law asked for one picture, its levels with their errors, the fitted lines, the prediction.

import { largestOf, leastOf } from "../../base/extremes.ts";
import { shortened } from "../../base/labels.ts";
import { spread } from "../../base/spread.ts";
import { counted, tally } from "../../base/words.ts";
import { isDistance } from "../../observables/distances/compare.ts";
import { VERDICTS } from "../../statistics/verdict.ts";
import type { FittedLevel, StudyFit } from "../../study/summary.ts";
import { axis, extent, sweptAxis } from "../chart/axes.ts";
import { drawFigure, type Figure } from "../chart/chart.ts";
import { keysOf, lines, measured, type Place, type Stroke } from "../chart/layers.ts";
import { abridged, type Key } from "../chart/legend.ts";
import { MUTED } from "../chart/styles.ts";
import { replicasText, timeText } from "../figures/captions.ts";
import { asNotation, typesetNumber } from "../notation.ts";
import type { Palette } from "./colours.ts";
import { groupNotations, lawsOf } from "./laws.ts";
import { exponentText, levelInterval, namesOf, quantityOf, slopeText } from "./words.ts";

/** A level where it is drawn, with the ends of its error bar. */
type Dot = Required<Omit<Place, "panel">>;

interface DrawnFit extends Stroke {
  readonly fit: StudyFit;
  /** What tells it from the others of its picture, in notation; empty where it is the only one. */
  readonly group: string;
  readonly points: readonly Dot[];
}

/** As much as a picture shows: groups of a law, levels of a group. */
const MOST_GROUPS = 24;
const MOST_DOTS = 400;

/** A picture for each law, in the order of the spec. `width`: of each. */
export function fitFigures(fits: readonly StudyFit[], width: number, palette: Palette): Figure[] {
  return lawsOf(fits).flatMap((law, index) => fitFigure(law, index, width, palette));
}

function fitFigure(fits: readonly StudyFit[], index: number, width: number, palette: Palette): Figure[] {
  const { spec } = fits[0]!;
  const groups = groupNotations(fits);
  const shown = spread([...fits.keys()], MOST_GROUPS);
  const colours = palette(shown.map((k) => fits[k]!.group));
  const drawn = shown.map((k, place): DrawnFit => {
    const [fit, group] = [fits[k]!, groups[k]!];
    return {
      fit,
      group,
      label: keyText(fit, group),
      colour: colours[place]!,
      points: spread(dotsOf(fit), MOST_DOTS),
    };
  });
  const dots = drawn.flatMap(({ points }) => points);
  if (dots.length === 0) return [];
  const used = dots.filter(({ hollow }) => !hollow);
  const { label, phrase } = quantityOf(fits[0]!);
  const along = namesOf([spec.along]).get(spec.along)!.words;
  const places = dots.map(({ x }) => x);
  const log = spec.law === "power";
  const predicted = {
    label: `predicted slope ${exponentText(spec.predicted ?? 0)}`,
    colour: MUTED,
    points: referenceOf(spec, used.length > 0 ? used : dots),
  };
  const hollow: Key = {
    label: "left out of the fit",
    colour: drawn.length === 1 ? drawn[0]!.colour : MUTED,
    shape: "circle",
  };
  const strokes = drawn.map((curve) => ({ ...curve, points: lineOf(curve.fit, curve.points) }));
  return [
    drawFigure({
      name: `fit-${index + 1}-${slug(spec.quantity)}-along-${slug(spec.along)}`,
      width,
      x: spec.along === "time" ? axis(along, places, { log }) : sweptAxis(along, places, log),
      y: { label, scale: "logarithmic" },
      layers: [
        lines(strokes, { keys: abridged(keysOf(drawn)) }),
        ...(predicted.points.length > 0 ? [lines([predicted], { shape: "dashes", depth: 1 })] : []),
        ...drawn.map((curve) => measured(curve, { log: true, keys: [] })),
        { marks: () => [], keys: used.length < dots.length ? [hollow] : [] },
      ],
      caption: caption(fits, drawn, phrase, along),
    }),
  ];
}

/** Letters and digits that make a file's name anywhere. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .slice(0, LONGEST_NAME);
}

const LONGEST_NAME = 40;

/** The levels that a logarithmic axis can show. */
function dotsOf({ spec, levels }: StudyFit): Dot[] {
  const power = spec.law === "power";
  return levels
    .filter(({ x, value }) => isShown(value) && (power ? isShown(x) : Number.isFinite(x)))
    .map((level) => {
      const [low, high] = levelInterval(spec, level);
      return { x: level.x, y: level.value, low, high, hollow: level.leftOut !== null };
    })
    .sort((a, b) => a.x - b.x);
}

function isShown(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}

/** The fitted sum of modes where there is one, else the law, from the first to the last level that it was fitted to. */
function lineOf({ spec, slope, intercept, levels }: StudyFit, dots: readonly Dot[]): Place[] {
  const used = dots.filter(({ hollow }) => !hollow);
  if (slope === null || intercept === null || used.length === 0) return [];
  const curve = levels.filter(({ fitted }) => fitted !== undefined && isShown(fitted));
  if (curve.length > 0) return curve.map(({ x, fitted }) => ({ x, y: fitted! })).sort((a, b) => a.x - b.x);
  const at = spec.law === "power" ? Math.log : (x: number) => x;
  return [used[0]!.x, used.at(-1)!.x].map((x) => ({ x, y: Math.exp(intercept + slope * at(x)) }));
}

/** How far above the highest bar the reference runs, and how much of the picture it may take, in units of log y. */
const CLEARANCE = 0.35;
const MOST_RISE = 1.5;

/**
 * A line with the predicted slope, above everything else: its place says nothing. A slope far from that of the levels is
 * shown over the middle of them only, so that they keep the picture.
 */
function referenceOf({ law, predicted }: StudyFit["spec"], dots: readonly Dot[]): Place[] {
  if (predicted === undefined) return [];
  const power = law === "power";
  const at = (x: number) => (power ? Math.log(x) : x);
  const heights = dots.map(({ y }) => Math.log(y));
  const places = dots.map(({ x }) => at(x));
  const [first, last] = [leastOf(places), largestOf(places)];
  const rise = Math.abs(predicted) * (last - first);
  const most = MOST_RISE * Math.max(largestOf(heights) - leastOf(heights), 1);
  const [middle, half] = [(first + last) / 2, ((last - first) / 2) * Math.min(1, most / (rise || 1))];
  const below = dots.filter(({ x }) => Math.abs(at(x) - middle) <= half * (1 + 1e-9));
  const lift = Math.max(
    ...below.map(({ x, high }) => Math.log(high) - predicted * at(x)),
    -predicted * middle + Math.max(...heights) - most,
  );
  return [middle - half, middle + half].map((place) => ({
    x: power ? Math.exp(place) : place,
    y: Math.exp(lift + CLEARANCE + predicted * place),
  }));
}

/** `slope −0.51, 95 % [−0.55, −0.46]: HOLDS`, shorter where groups have to be told apart. */
function keyText(fit: StudyFit, group: string): string {
  const { slope, verdict } = fit;
  const alone = group === "";
  const what = alone ? (slope === null ? "" : "slope ") : `${group}: `;
  const judged = verdict === null ? "" : `${alone ? ":" : ""} ${verdict}`;
  return `${what}${slopeText(fit, alone ? undefined : " ") ?? "no fit"}${judged}`;
}

/** Groups of which the caption gives every verdict; of more it counts them. */
const FEW = 4;

function caption(
  fits: readonly StudyFit[],
  drawn: readonly DrawnFit[],
  phrase: string,
  along: string,
): (string | false)[] {
  const { spec } = fits[0]!;
  const when = spec.at === undefined || spec.along === "time" ? "" : ` at ${timeText(spec.at)}`;
  const levels = drawn.flatMap(({ fit }) => fit.levels);
  const hidden = levels.length - drawn.flatMap(({ fit }) => dotsOf(fit)).length;
  const bars = drawn.some(({ points }) => points.some(({ low, high }) => low < high));
  return [
    `${phrase}${when}, against ${along}; dots: ${dotsMean(spec, levels)}${bars ? ", with 95 % intervals" : ""}.`,
    ...(fits.length <= FEW ? drawn.map(resultText) : [counts(fits)]),
    drawn.length < fits.length && `Drawn: ${drawn.length} of them, evenly chosen.`,
    leftOutOf(levels),
    hidden > 0 && `${counted(hidden, "level")} of no positive value cannot be drawn.`,
  ];
}

function dotsMean({ quantity, against, along }: StudyFit["spec"], levels: readonly FittedLevel[]): string {
  const counts = levels.map(({ replicas }) => replicas);
  const replicas = replicasText(counts);
  if (replicas === "") return "single runs";
  const distance = isDistance(quantity);
  if (distance && along !== "time") return `the root mean square over ${replicas}`;
  return `the ${against !== undefined && !distance ? "size of the mean" : "mean"} over ${replicas}`;
}

/** How many levels are left out, by the kind of reason, which stands before its colon. */
function leftOutOf(levels: readonly FittedLevel[]): string | false {
  const kinds = new Map<string, number>();
  for (const { leftOut } of levels) {
    if (leftOut === null) continue;
    const [kind] = leftOut.split(":") as [string];
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  if (kinds.size === 0) return false;
  const reasons = [...kinds].map(([kind, number]) => {
    const text = asNotation(shortened(kind, 60));
    return kinds.size === 1 ? text : `${text}: ${number}`;
  });
  const number = [...kinds.values()].reduce((sum, count) => sum + count, 0);
  return `Hollow: ${counted(number, "level")} left out of the fit (${reasons.slice(0, FEW).join("; ")}).`;
}

/** `Slope −0.51, 95 % [−0.55, −0.46]; predicted −1/2: HOLDS.` */
function resultText({ fit, group }: DrawnFit): string {
  const { spec, verdict, reason } = fit;
  const slope = slopeText(fit);
  const why = `no fit: ${asNotation(shortened(reason, 240)).replace(/\.$/, "")}`;
  const expected = spec.predicted === undefined ? "" : `; predicted ${exponentText(spec.predicted)}`;
  const text = slope === null ? why : `slope ${slope}${expected}${verdict === null ? "" : `: ${verdict}`}`;
  return `${group === "" ? text[0]!.toUpperCase() + text.slice(1) : `${group}: ${text}`}.`;
}

/** How many of each verdict, those that no fit has left out. */
export function verdictCounts(fits: readonly StudyFit[]): string[] {
  return tally(
    fits.map(({ verdict }) => verdict),
    VERDICTS,
  );
}

function counts(fits: readonly StudyFit[]): string {
  const slopes = fits.map(({ slope }) => slope).filter((slope) => slope !== null);
  const [least, most] = extent(slopes);
  const range = slopes.length > 0 && `slopes from ${typesetNumber(least, 3)} to ${typesetNumber(most, 3)}`;
  const none = fits.length - slopes.length;
  const parts = [range, ...verdictCounts(fits), none > 0 && `${none} without a fit`].filter(Boolean);
  return `${fits.length} fits: ${parts.join(", ")}; each in the table below.`;
}
