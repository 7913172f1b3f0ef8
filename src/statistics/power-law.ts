// A power law |y| ~ x^s over the levels of a study, of the mean of the samples or of their root mean square, with the levels chosen
// by a stated rule: none whose error is not well below its signal ("noise floor"), none so coarse that log y is still a curve in
// log x ("pre-asymptotic"). s and its interval are those of quasi-likelihood.ts; for y = (E[e²])^{1/2} half those of E[e²].

import { exp, log } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { requireKeys, requireNumber, requireWord } from "../base/keys.ts";
import { bisected } from "../base/search.ts";
import { dotOf, sumOf } from "../base/sum.ts";
import { rounded } from "../base/words.ts";
import { FEWEST_LEVELS, type Finding, type Level, orderedLevels, type Pairing } from "./levels.ts";
import { type QuasiSlope, quasiSlope, type Scatter, type StudentRatio } from "./quasi-likelihood.ts";
import { meanWithError } from "./sample.ts";
import { studentReach } from "./student.ts";
import { widthText } from "./verdict.ts";

export interface PowerLawOptions {
  /** Where x goes as the law becomes true: N → ∞, h → 0. */
  readonly limit: "infinity" | "zero";
  readonly statistic: "mean" | "root mean square";
  readonly pairing: Pairing;
  /** Default: "common" for a root mean square, "by level" for a mean. Only independent replicas ask for it. */
  readonly scatter?: Scatter;
  /** Error of y that no replica shows, of a grid or of rounding, in the unit of y. Default 0. */
  readonly floor?: number;
  /** Half-width asked of the 95 % interval. Default: any. */
  readonly within?: number;
}

export interface LevelUse {
  readonly x: number;
  /** The statistic; a mean with its sign. */
  readonly value: number;
  /** Its standard error. */
  readonly error: number;
  readonly replicas: number;
  /** Why the fit leaves it out; null where it does not. */
  readonly leftOut: Finding | null;
}

export interface PowerLaw {
  /** Ascending in x. */
  readonly levels: readonly LevelUse[];
  /** null where fewer than 3 levels are left. */
  readonly slope: number | null;
  /** |y| ≈ e^(intercept + slope log x); null with the slope. */
  readonly intercept: number | null;
  /** What is left of a curve over the levels used; null with the slope. */
  readonly curvature: StudentRatio | null;
  /** What still speaks against taking the slope for the law's; empty where nothing does. */
  readonly findings: readonly Finding[];
  /** Confidence interval of the slope, 0 < level < 1; null with the slope. */
  interval(level: number): readonly [number, number] | null;
  /**
   * A constant beside the law, an error of step or cells or of a limit not reached, with which that slope would be in the interval of that level and
   * the line straight; null where none is. It may be of either sign, but for a root mean square, whose square it adds to.
   */
  constantFor(slope: number, level: number): number | null;
}

/** A mean counts where it should stand so many standard errors above 0. */
const SIGNAL = 5;
/** Levels known better than that weigh alike in guessing a finer one. */
const MOST_SIGNAL = 1e3;
/** A value counts so far above its floor: over a decade that moves a slope by log10(1 + 1/20) = 0.0212 at most. */
const MARGIN = 20;
/** A curve is seen where a straight line would show as much in 1 % of studies. */
const CURVED = 0.99;
const WIDTH_LEVEL = 0.95;
/** Of the other sign a constant beside a law is at most so many times its least value. */
const OPPOSITE = 10;
/** Steps of the search for the constant that gives a slope; then what it leaves is made larger and smaller by these. */
const HALVINGS = 40;
const AROUND = [1, 0.9, 1.1, 0.8, 1.25, 0.65, 1.5, 0.5, 2];

/**
 * Fits |y| = e^c x^s. Rule, from coarse to fine:
 * 1. The first value below 20 floors is left out, with all finer ones.
 * 2. Of means whose samples have both signs, the fit begins with the first two in a row that are 5 standard errors or more, and
 *    ends before the first that would be less by the lines through the coarser values and through all errors: its own
 *    numbers would select high values of low scatter.
 * 3. Levels coarser than a change of sign are left out.
 * 4. So is the coarsest, while the quadratic in log x is significant at 1 %, and then one beyond; never below 3 levels.
 * Restriction: a bend that hides in the error stays, and no interval knows of it: choose levels where the law's next term is less
 * than the slope is asked for. Errors: as `quasiSlope`; a negative floor (input).
 *
 * @example
 * ```ts
 * import { powerLaw } from "muflow";
 *
 * // Three replicas a width of an error that falls as N^(−½).
 * const levels = [16, 64, 256, 1024].map((N) => ({ x: N, samples: [0.96, 1, 1.04].map((size) => size * N ** -0.5) }));
 * const fit = powerLaw(levels, { limit: "infinity", statistic: "root mean square", pairing: "independent" });
 * console.log(fit.slope?.toFixed(3), fit.interval(0.95)?.map((end) => end.toFixed(2))); // -0.500 [ '-0.52', '-0.48' ]
 * ```
 */
export function powerLaw(levels: readonly Level[], options: PowerLawOptions): PowerLaw {
  requireKeys("power law", options, ["limit", "statistic", "pairing", "scatter", "floor", "within"]);
  const { limit, statistic, pairing, floor = 0, within } = options;
  requireWord("limit", limit, ["infinity", "zero"]);
  requireWord("statistic", statistic, ["mean", "root mean square"]);
  requireWord("pairing", pairing, ["paired", "independent"]);
  if (within !== undefined) requireNumber("within", within);
  if (!(floor >= 0)) throw inputError("floor", `found ${floor}; allowed: ≥ 0`);
  const scatter = options.scatter ?? (statistic === "mean" ? "by level" : "common");
  const measured = orderedLevels(levels, pairing).map((level) => measure(level, statistic));
  const course = limit === "infinity" ? measured : measured.toReversed();
  const leftOut = new Map<Measured, Finding>();

  let used = aboveFloor(course, floor, leftOut);
  if (statistic === "mean") used = sameSign(aboveNoise(used, leftOut), leftOut);
  const clear = used;
  let fit = fitOf(used, pairing, scatter);
  const dropCoarsest = (reason: string) => {
    leftOut.set(used[0], { kind: "pre-asymptotic", reason });
    used = used.slice(1);
    fit = fitOf(used, pairing, scatter);
  };
  let bent = false;
  while (fit !== null && isCurved(fit) && used.length > FEWEST_LEVELS) {
    bent = true;
    dropCoarsest(`with it, ${curveText(fit)}`);
  }
  if (bent && used.length > FEWEST_LEVELS)
    dropCoarsest("next to levels that are bent; its own bend hides in the error");

  const power = statistic === "mean" ? 1 : 0.5;
  const interval = (level: number): readonly [number, number] | null => {
    if (fit === null) return null;
    const [low, high] = fit.interval(level);
    return [power * low, power * high];
  };
  const constantFor = (slope: number, level: number): number | null => {
    if (fit === null) return null;
    // What does not move with x may be a constant alone.
    const [low, high] = interval(level)!;
    if (low <= 0 && 0 <= high && slope !== 0) return used.at(-1)!.value;
    // What bends the line at its coarse end may be the constant at its far one.
    for (const levels of [used, clear]) {
      const constant = constantIn(levels, slope / power, level, {
        pairing,
        scatter,
        signed: statistic === "mean",
      });
      if (constant !== null) return statistic === "mean" ? constant : Math.sqrt(constant);
    }
    return null;
  };
  const findings: Finding[] = [];
  if (fit === null) {
    const few = `${used.length} of ${levels.length} levels are left, of the ${FEWEST_LEVELS} that a slope needs`;
    findings.push({ kind: "not resolved", reason: `${few}: ${remedyOf(measured, leftOut, floor)}` });
  } else {
    if (isCurved(fit)) {
      const reason = `over the last ${FEWEST_LEVELS} levels ${curveText(fit)}: coarse still, or a floor unnamed`;
      findings.push({ kind: "pre-asymptotic", reason });
    }
    const [low, high] = interval(WIDTH_LEVEL)!;
    const half = 0.5 * (high - low);
    if (within !== undefined && !(half <= within)) {
      findings.push({ kind: "not resolved", reason: widthText("the 95 % interval is", half, within) });
    }
  }
  return {
    levels: measured.map((level) => ({
      x: level.x,
      value: level.value,
      error: level.error,
      replicas: level.samples.length,
      leftOut: leftOut.get(level) ?? null,
    })),
    slope: fit === null ? null : power * fit.slope,
    intercept: fit === null ? null : power * (fit.intercept - fit.slope * fit.centre),
    curvature: fit?.curvature ?? null,
    findings,
    interval,
    constantFor,
  };
}

/** Why levels are missing, and what would bring them back: what most of them lack, and of noise how many replicas end it. */
function remedyOf(
  measured: readonly Measured[],
  leftOut: ReadonlyMap<Measured, Finding>,
  floor: number,
): string {
  const missing = measured.filter((level) => leftOut.has(level));
  const isDrowned = (level: Measured) => level.signal < SIGNAL;
  const isLow = ({ value }: Measured) => !(Math.abs(value) > MARGIN * floor);
  const number = (which: (level: Measured) => boolean) => {
    const count = missing.filter(which).length;
    return count === missing.length ? "all others" : `${count} of the others`;
  };
  if (missing.some(isDrowned)) {
    // The error falls as the root of the replicas; those levels count that need the least.
    const wanted = measured
      .map(({ samples, signal }) => samples.length * Math.max(1, (SIGNAL / signal) ** 2))
      .sort((a, b) => a - b)[FEWEST_LEVELS - 1];
    const replicas = Number.isFinite(wanted) ? `about ${rounded(wanted, 2)}` : "far more";
    return `${number(isDrowned)} are below the Monte Carlo noise, less than ${SIGNAL} standard errors; ${replicas} replicas are needed`;
  }
  if (missing.some(isLow)) {
    return `${number(isLow)} are below ${MARGIN} times the floor ${floor}; a smaller floor is needed, or levels further from the limit`;
  }
  return `${[...new Set(missing.map((level) => leftOut.get(level)!.reason))].join("; ")}; more levels are needed, nearer the limit`;
}

/** A level, with samples of what is averaged: e² for a root mean square. */
interface Measured extends Level {
  readonly value: number;
  readonly error: number;
  /** |value| over its standard error; infinite where the samples have one sign: what cannot vanish has no noise to drown in. */
  readonly signal: number;
}

function measure({ x, samples }: Level, statistic: "mean" | "root mean square"): Measured {
  const averaged = statistic === "mean" ? samples : samples.map((value) => value * value);
  const { mean, error } = meanWithError(averaged);
  if (statistic === "root mean square") {
    const value = Math.sqrt(mean);
    // d√m = dm/2√m
    return { x, samples: averaged, value, error: value > 0 ? (0.5 * error) / value : 0, signal: Infinity };
  }
  const oneSign = samples.every((value) => value > 0) || samples.every((value) => value < 0);
  return { x, samples, value: mean, error, signal: oneSign ? Infinity : Math.abs(mean) / error };
}

/** A constant with which those levels have that slope in their interval, and no bend; null where there is none. */
function constantIn(
  levels: readonly Measured[],
  slope: number,
  level: number,
  { pairing, scatter, signed }: { pairing: Pairing; scatter: Scatter; signed: boolean },
): number | null {
  if (levels.length < FEWEST_LEVELS) return null;
  const means = levels.map(({ samples }) => meanWithError(samples).mean);
  const least = means.reduce((a, b) => (Math.abs(b) < Math.abs(a) ? b : a));
  if (!(least !== 0)) return null;
  const beside = (share: number) => {
    const rest = levels.map((level) => ({
      ...level,
      samples: level.samples.map((value) => value - share * least),
    }));
    return fitOf(rest, pairing, scatter)!;
  };
  // The more a constant takes off, the faster what is left falls, to 0 at a share of 1.
  const most = 1 - 2 ** -HALVINGS;
  const [from] = bisected(signed ? -OPPOSITE : 0, most, HALVINGS, (share) => beside(share).slope > slope);
  for (const factor of AROUND) {
    const share = 1 - factor * (1 - from);
    if (!signed && share < 0) continue;
    const fit = beside(share);
    const [low, high] = fit.interval(level);
    if (low <= slope && slope <= high && !isCurved(fit)) return share * least;
  }
  return null;
}

/** The levels before the first that is too near its floor, or is 0. */
function aboveFloor(course: Measured[], floor: number, leftOut: Map<Measured, Finding>): Measured[] {
  const first = course.findIndex(({ value }) => !(Math.abs(value) > MARGIN * floor));
  if (first < 0) return course;
  const { x, value } = course[first];
  const reason = `|y| = ${Math.abs(value).toPrecision(2)} at x = ${x} is not ${MARGIN} times its floor ${floor}`;
  for (const level of course.slice(first)) leftOut.set(level, { kind: "noise floor", reason });
  return course.slice(0, first);
}

/** The levels whose means stand out of their scatter; see `powerLaw`. */
function aboveNoise(course: Measured[], leftOut: Map<Measured, Finding>): Measured[] {
  const leave = (levels: readonly Measured[], reason: string) => {
    for (const level of levels) leftOut.set(level, { kind: "noise floor", reason });
  };
  const clear = ({ signal }: Measured) => signal >= SIGNAL;
  const pair = course.findIndex((level, i) => i + 1 < course.length && clear(level) && clear(course[i + 1]));
  const start = pair < 0 ? course.length : pair;
  leave(course.slice(0, start), `here or at the next level y is below ${SIGNAL} standard errors`);
  // A level's own scatter, where it came out low, would both let it in and give it too short an interval.
  const scattered = course.filter(({ error }) => error > 0);
  const expectedError = lineThrough(scattered, ({ error }) => error);
  for (let end = start + 2; end < course.length; end++) {
    const used = course.slice(start, end);
    const { x, signal } = course[end];
    // Each level weighs as it is known, lest the noise of the last decide both whether the next is used and what the slope becomes.
    const weigh = ({ value, error }: Measured) => Math.min(Math.abs(value) / error, MOST_SIGNAL) ** 2;
    const expected = lineThrough(used, ({ value }) => Math.abs(value), weigh)(x) / expectedError(x);
    if (signal === Infinity || expected >= SIGNAL) continue;
    const forecast = `y at x = ${x} should be ${expected.toPrecision(2)} standard errors`;
    leave(course.slice(end), `by the other levels ${forecast}; ${SIGNAL} are asked`);
    return used;
  }
  return course.slice(start);
}

/** The power law through positive numbers of the levels, by least squares of the logarithms. */
function lineThrough(
  levels: readonly Measured[],
  number: (level: Measured) => number,
  weigh: (level: Measured) => number = () => 1,
): (x: number) => number {
  const weights = Float64Array.from(levels, weigh);
  const logX = Float64Array.from(levels, ({ x }) => log(x));
  const logY = Float64Array.from(levels, (level) => log(number(level)));
  const total = sumOf(weights);
  const [meanX, meanY] = [dotOf(weights, logX) / total, dotOf(weights, logY) / total];
  const away = logX.map((value, k) => weights[k] * (value - meanX));
  const spread = dotOf(away, logX);
  const slope = spread > 0 ? dotOf(away, logY) / spread : 0;
  return (x) => exp(meanY + slope * (log(x) - meanX));
}

/** The levels from the last change of sign on, as positive values. */
function sameSign(course: Measured[], leftOut: Map<Measured, Finding>): Measured[] {
  const sign = Math.sign(course.at(-1)?.value ?? 1);
  const start = course.findLastIndex(({ value }) => Math.sign(value) !== sign) + 1;
  for (const level of course.slice(0, start)) {
    leftOut.set(level, { kind: "pre-asymptotic", reason: "a finer level has the other sign" });
  }
  return course.slice(start);
}

/** The fit, null for too few levels. */
function fitOf(used: readonly Measured[], pairing: Pairing, scatter: Scatter): QuasiSlope | null {
  if (used.length < FEWEST_LEVELS) return null;
  const sign = Math.sign(used[0].value);
  const positive = used.map(({ x, samples }) => ({ x, samples: samples.map((value) => sign * value) }));
  return quasiSlope(positive, pairing, scatter);
}

function isCurved({ curvature: { t, degrees } }: QuasiSlope): boolean {
  return Math.abs(t) > studentReach(CURVED, degrees);
}

function curveText({ curvature: { t, degrees } }: QuasiSlope): string {
  return `the line in log x is bent: t = ${t.toPrecision(2)}, beyond the ± ${studentReach(CURVED, degrees).toPrecision(2)} of 99 %`;
}
