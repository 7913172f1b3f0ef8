// The fits of a study: for each law asked for one picture, its levels with their errors, the fitted lines, the prediction.

import * as Plot from "@observablehq/plot";
import { largestOf, leastOf } from "../../base/extremes.ts";
import { shortened } from "../../base/labels.ts";
import { spread } from "../../base/spread.ts";
import { counted } from "../../base/words.ts";
import type { FittedLevel, StudyFit, Verdict } from "../../study/summary.ts";
import { wordsByKey } from "../../study/value-labels.ts";
import { type Axis, axis, extent, sweptAxis } from "../chart/axes.ts";
import { drawChart, HEIGHT, INK, legendHeight, MUTED } from "../chart/chart.ts";
import { abridged, DASHES, type Key } from "../chart/legend.ts";
import { sentences, timeText } from "../figures/captions.ts";
import type { Figure } from "../folder.ts";
import { asNotation, typesetNumber } from "../notation.ts";
import { QUANTITIES } from "../quantities.ts";
import type { Palette } from "./colours.ts";
import { lawsOf, tellingGroups } from "./laws.ts";
import {
  exponentText,
  levelInterval,
  namesOf,
  quantityOf,
  REACH,
  slopeText,
  valuesNotation,
} from "./words.ts";

/** A level where it is drawn, with the ends of its error bar. */
interface Dot {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
  readonly used: boolean;
}

interface DrawnFit {
  readonly fit: StudyFit;
  /** What tells it from the others of its picture, in notation; empty where it is the only one. */
  readonly group: string;
  readonly colour: string;
  readonly dots: readonly Dot[];
  readonly line: readonly Place[];
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Levels from which on dots are smaller, and bars a band. */
const MANY = 15;
const CROWD = 60;
/** As much as a picture shows: groups of a law, levels of a group. */
const MOST_GROUPS = 24;
const MOST_DOTS = 400;

/** A picture for each law, in the order of the spec. `width`: of each. */
export function fitFigures(fits: readonly StudyFit[], width: number, palette: Palette): Figure[] {
  return lawsOf(fits).flatMap((law, index) => fitFigure(law, index, width, palette));
}

function fitFigure(fits: readonly StudyFit[], index: number, width: number, palette: Palette): Figure[] {
  const { spec } = fits[0]!;
  const power = spec.law === "power";
  const telling = tellingGroups(fits);
  const words = wordsByKey(telling);
  const shown = spread([...fits.keys()], MOST_GROUPS);
  const colours = palette(shown.map((k) => fits[k]!.group));
  const drawn = shown.map((k, place): DrawnFit => {
    const fit = fits[k]!;
    const dots = spread(dotsOf(fit), MOST_DOTS);
    return {
      fit,
      group: valuesNotation(telling[k]!, words),
      colour: colours[place]!,
      dots,
      line: lineOf(fit, dots),
    };
  });
  const dots = drawn.flatMap((one) => one.dots);
  if (dots.length === 0) return [];
  const used = dots.filter((dot) => dot.used);
  const reference = referenceOf(spec, used.length > 0 ? used : dots);
  const { label, phrase } = quantityOf(fits[0]!);
  const along = namesOf([spec.along]).get(spec.along)!.words;
  const y = verticalAxis(label, drawn, reference);
  const places = dots.map((dot) => dot.x);
  const x = spec.along === "time" ? axis(along, places, { log: power }) : sweptAxis(along, places, power);
  const keys = legend(drawn, reference !== null);
  const drawing = drawChart({
    title: `${label} against ${along}, with the fitted law`,
    width,
    height: HEIGHT + legendHeight(keys, width),
    x,
    y,
    keys,
    marks: [...referenceMarks(spec, reference, x), ...drawn.flatMap((one) => marksOf(one, y.domain[0]))],
  });
  const name = `fit-${index + 1}-${slug(spec.quantity)}-along-${slug(spec.along)}`;
  return [{ name, caption: caption(fits, drawn, phrase, along), ...drawing }];
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
      return { x: level.x, y: level.value, low, high, used: level.leftOut === null };
    })
    .sort((a, b) => a.x - b.x);
}

function isShown(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}

/** The fitted sum of modes where there is one, else the law, from the first to the last level that it was fitted to. */
function lineOf({ spec, slope, intercept, levels }: StudyFit, dots: readonly Dot[]): Place[] {
  const used = dots.filter((dot) => dot.used);
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
function referenceOf({ law, predicted }: StudyFit["spec"], dots: readonly Dot[]): Place[] | null {
  if (predicted === undefined) return null;
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

/** Around the levels and what is drawn of the laws; bars that reach further down end at its lower end. */
function verticalAxis(label: string, drawn: readonly DrawnFit[], reference: readonly Place[] | null): Axis {
  const values = drawn.flatMap(({ dots, line }) => [
    ...dots.flatMap(({ y, low, high }) => [Math.max(low, y / 3), high]),
    ...line.map(({ y }) => y),
  ]);
  return axis(label, [...values, ...(reference ?? []).map(({ y }) => y)], { log: true });
}

function marksOf({ dots, line, colour }: DrawnFit, floor: number): Plot.Markish[] {
  const crowded = dots.length > CROWD;
  const bars = dots.map(({ x, low, high }) => ({ x, low: Math.max(low, floor), high }));
  const errors = crowded
    ? Plot.areaY(bars, { x: "x", y1: "low", y2: "high", fill: colour, fillOpacity: 0.18 })
    : Plot.ruleX(bars, { x: "x", y1: "low", y2: "high", stroke: colour, strokeWidth: 1.5 });
  const r = crowded ? 1.6 : dots.length > MANY ? 2.4 : 3.5;
  return [
    errors,
    Plot.line(line, { x: "x", y: "y", stroke: colour, strokeWidth: 1.75 }),
    Plot.dot(dots, {
      x: "x",
      y: "y",
      r,
      stroke: colour,
      strokeWidth: 1.5,
      fill: (dot: Dot) => (dot.used ? colour : "#ffffff"),
    }),
  ];
}

function referenceMarks(spec: StudyFit["spec"], reference: readonly Place[] | null, x: Axis): Plot.Markish[] {
  if (reference === null) return [];
  const [from, to] = reference as [Place, Place];
  const middle = (a: number, b: number) => Math.sqrt(a * b);
  const place = spec.law === "power" ? middle(from.x, to.x) : (from.x + to.x) / 2;
  // On the side where a falling line leaves room, unless the picture ends there.
  const rightwards = spec.predicted! <= 0 && !isLate(place, x);
  const label = {
    x: [place],
    y: [middle(from.y, to.y)],
    text: [`slope ${exponentText(spec.predicted!)}`],
    textAnchor: rightwards ? "start" : "end",
    dx: rightwards ? 6 : -6,
    dy: rightwards || spec.predicted! > 0 ? -9 : 16,
    fill: INK,
    fontSize: 12.5,
  } as const;
  return [
    Plot.line(reference, { x: "x", y: "y", stroke: MUTED, strokeWidth: 1.75, strokeDasharray: DASHES }),
    Plot.text([0], label),
  ];
}

/** In the last quarter of the axis. */
function isLate(place: number, { log, domain: [low, high] }: Axis): boolean {
  const at = log ? Math.log : (value: number) => value;
  return at(place) > at(low) + 0.75 * (at(high) - at(low));
}

const MOST_KEYS = 12;

function legend(drawn: readonly DrawnFit[], predicted: boolean): Key[] {
  const { spec } = drawn[0]!.fit;
  const prediction = `predicted slope ${exponentText(spec.predicted ?? 0)}`;
  const leftOut = drawn.some(({ dots }) => dots.some(({ used }) => !used));
  const colour = drawn.length === 1 ? drawn[0]!.colour : MUTED;
  return [
    ...abridged(drawn.map(keyOf), MOST_KEYS),
    ...(predicted ? [{ label: prediction, colour: MUTED, shape: "dashes" } as const] : []),
    ...(leftOut ? [{ label: "left out of the fit", colour, shape: "circle" } as const] : []),
  ];
}

/** `slope −0.51, 95 % [−0.55, −0.46]: HOLDS`, shorter where groups have to be told apart. */
function keyOf({ fit, group, colour }: DrawnFit): Key {
  const { slope, verdict } = fit;
  const alone = group === "";
  const what = alone ? (slope === null ? "" : "slope ") : `${group}: `;
  const found = slopeText(fit, alone ? undefined : " ") ?? "no fit";
  const judged = verdict === null ? "" : `${alone ? ":" : ""} ${verdict}`;
  return { label: `${what}${found}${judged}`, colour, shape: "line" };
}

/** Groups of which the caption gives every verdict; of more it counts them. */
const FEW = 4;

function caption(
  fits: readonly StudyFit[],
  drawn: readonly DrawnFit[],
  phrase: string,
  along: string,
): string {
  const { spec } = fits[0]!;
  const when = spec.at === undefined || spec.along === "time" ? "" : ` at ${timeText(spec.at)}`;
  const levels = drawn.flatMap(({ fit }) => fit.levels);
  const hidden = levels.length - drawn.flatMap(({ fit }) => dotsOf(fit)).length;
  return sentences(
    `${phrase}${when}, against ${along}; dots: ${dotsMean(spec, levels)}${barsMean(spec, drawn)}.`,
    ...(fits.length <= FEW ? drawn.map(found) : [counts(fits)]),
    drawn.length < fits.length && `Drawn: ${drawn.length} of them, evenly chosen.`,
    leftOutOf(levels),
    hidden > 0 && `${counted(hidden, "level")} of no positive value cannot be drawn.`,
  );
}

function dotsMean({ quantity, against, along }: StudyFit["spec"], levels: readonly FittedLevel[]): string {
  const counts = levels.map(({ replicas }) => replicas);
  const [fewest, most] = [leastOf(counts), largestOf(counts)];
  if (most === 1) return "single runs";
  const distance = Object.hasOwn(QUANTITIES, quantity);
  const signed = against !== undefined && !distance;
  const mean =
    distance && along !== "time" ? "the root mean square" : signed ? "the size of the mean" : "the mean";
  return `${mean} over ${fewest === most ? most : `${fewest} to ${most}`} replicas`;
}

function barsMean({ quantity }: StudyFit["spec"], drawn: readonly DrawnFit[]): string {
  const dots = drawn.flatMap((one) => one.dots);
  if (dots.every(({ low, high }) => low === high)) return "";
  const crowded = drawn.some((one) => one.dots.length > CROWD);
  const open = dots.some(({ low }) => low <= 0);
  return `, ${crowded ? "shaded" : "bars"}: 95 %, ±${REACH} standard errors${Object.hasOwn(QUANTITIES, quantity) ? " of the logarithm" : ""}${open ? " (those that end at the lower edge reach 0)" : ""}`;
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
  const number = [...kinds.values()].reduce((sum, one) => sum + one, 0);
  return `Hollow: ${counted(number, "level")} left out of the fit (${reasons.slice(0, FEW).join("; ")}).`;
}

/** `Slope −0.51, 95 % [−0.55, −0.46]; predicted −1/2: HOLDS.` */
function found({ fit, group }: DrawnFit): string {
  const { spec, verdict, reason } = fit;
  const whose = group === "" ? "" : `${group}: `;
  const opening = (word: string) => (whose === "" ? capital(word) : whose + word);
  const slope = slopeText(fit);
  if (slope === null)
    return `${opening("no fit")}: ${asNotation(shortened(reason, 240)).replace(/\.$/, "")}.`;
  const expected = spec.predicted === undefined ? "" : `; predicted ${exponentText(spec.predicted)}`;
  const judged = verdict === null ? "" : `: ${verdict}${MEANING[verdict]}`;
  return `${opening("slope")} ${slope}${expected}${judged}.`;
}

/** Why a verdict is none to be pleased with; the numbers are in the table of the fits. */
const MEANING: Readonly<Record<Verdict, string>> = {
  HOLDS: "",
  FAILS: ", the prediction is outside",
  "NOT RESOLVED": ", the interval does not decide",
};

function capital(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1);
}

const VERDICTS: readonly Verdict[] = ["HOLDS", "FAILS", "NOT RESOLVED"];

/** How many of each verdict, those that no fit has left out. */
export function verdictCounts(fits: readonly StudyFit[]): string[] {
  return VERDICTS.map((verdict) => [verdict, fits.filter((fit) => fit.verdict === verdict).length] as const)
    .filter(([, number]) => number > 0)
    .map(([verdict, number]) => `${number} ${verdict}`);
}

function counts(fits: readonly StudyFit[]): string {
  const slopes = fits.map(({ slope }) => slope).filter((slope) => slope !== null);
  const [least, most] = extent(slopes);
  const range = slopes.length > 0 && `slopes from ${typesetNumber(least, 3)} to ${typesetNumber(most, 3)}`;
  const none = fits.length - slopes.length;
  const parts = [range, ...verdictCounts(fits), none > 0 && `${none} without a fit`].filter(Boolean);
  return `${fits.length} fits: ${parts.join(", ")}; each in the table below.`;
}
