// How far a decaying series can be trusted: the relative error of each value, from what is known of it (an absolute error, or √(least/x) of a sum
// of squares), from the level that it ends on, and from noise, as differences of order 6 show it.

import { exp, log } from "../base/elementary.ts";

export interface DecayingSeries {
  readonly t: Float64Array;
  /** Values, less the level that they end on. */
  readonly x: Float64Array;
  readonly level: number;
  /** The largest |x| that is still to come: monotone, whatever oscillates. */
  readonly ahead: Float64Array;
  /** Of x, relative to `ahead`. */
  readonly error: Float64Array;
  /** Where a window ends that does not end with the series, in words. */
  readonly why: string;
  /** Samples before the error passes that. */
  countTo(error: number): number;
  /** The same series without its noise: where values turn too fast to tell the two apart. */
  readonly quiet: DecayingSeries | null;
  /** −d log |x|/dt between two samples, by what is still to come. */
  slope(from: number, to: number): number;
}

/** Rounding of values, over the largest of them: of differences, and of sums of squares. */
const ROUNDING = 1e-14;
const LEAST = 1e-24;
/** A stretch of the series, an eighth of it, that falls by less is a level. */
const FLAT = 0.05;
/** What scatters by more than so many times its noise is not noise. */
const NOISY = 5;
/** A sum of squares rests where over its last quarter it falls by fewer e-folds than that, and so many times fewer a time than over the half before. */
const RESTING = 1.1;
const SLOWER = 8;
/** The sixth difference of white noise is √C(12, 6) = 30 times as large; that of a smooth series is nothing. */
const SIXTH = [1, -6, 15, -20, 15, -6, 1];
const GAIN = Math.sqrt(924);
/** Of |a normal number| the median is 0.67 standard deviations. */
const MEDIAN = 0.67;
/** Differences that a median is taken of, either side. */
const BESIDE = 6;

/** Reads a series with its options as `fitRate`'s. */
export function decayingSeries(
  t: Float64Array,
  given: Float64Array,
  { floor, quadratic = false }: { floor?: number; quadratic?: boolean | number },
): DecayingSeries {
  const peak = aheadOf(given)[0];
  const share = quadratic === true ? LEAST : quadratic;
  const { level, least } = share
    ? { level: 0, least: Math.max(share * peak, floor ?? 0, restOf(given)) }
    : endOf(given, floor ?? ROUNDING * peak);
  const x = level === 0 ? given : given.map((value) => value - level);
  const ahead = aheadOf(x);
  const known = ahead.map((size) => {
    if (!(size > 0)) return Number.POSITIVE_INFINITY;
    return share ? Math.sqrt(least / size) : least / size;
  });
  const noise = noiseOf(x, ahead);
  const from = level === 0 ? "" : ` (less the level ${level.toExponential(1)} that they end on)`;
  const quiet: DecayingSeries = {
    t,
    x,
    level,
    ahead,
    error: known,
    quiet: null,
    why: `where the values${from} come near their error${share ? ": squares of rounding" : ` ${least.toExponential(1)}`}, or noise`,
    countTo(most) {
      let count = x.length;
      while (count > 0 && !(this.error[count - 1] <= most)) count -= 1;
      return count;
    },
    slope: (i, j) => log(ahead[i] / ahead[j]) / (t[j] - t[i]),
  };
  return { ...quiet, error: known.map((value, i) => Math.max(value, noise[i])), quiet };
}

function aheadOf(x: Float64Array): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = x.length - 1, most = 0; i >= 0; i--) out[i] = most = Math.max(most, Math.abs(x[i]));
  return out;
}

/** What a sum of squares rests at; 0 where it still falls. */
function restOf(x: Float64Array): number {
  const ahead = aheadOf(x);
  const [early, late, tail] = [0.25, 0.75, 0.92].map((share) => ahead[Math.floor(share * (x.length - 1))]);
  if (!(tail > 0)) return 0;
  const [before, after] = [log(early / late), log(late / tail)];
  return after < RESTING && before > SLOWER * 3 * after ? tail : 0;
}

/** The level that a series ends on, and what its values are known to. */
function endOf(x: Float64Array, known: number): { level: number; least: number } {
  const n = x.length;
  const tail = levelFrom(aheadOf(x));
  if (tail === n) return { level: 0, least: known };
  let level = 0;
  for (let i = tail; i < n; i++) level += x[i] / (n - tail);
  let spread = 0;
  for (let i = tail; i < n; i++) spread = Math.max(spread, Math.abs(x[i] - level));
  // What is neither flat nor noise is a slow decay, or an oscillation.
  if (spread > FLAT * Math.abs(level) && spread > NOISY * scatterOf(x.subarray(Math.floor(0.75 * n))))
    return { level: 0, least: known };
  return { level: Math.abs(level) <= known ? 0 : level, least: Math.max(known, spread) };
}

/** Where the level begins that the series ends on, a quarter of it or more; its length where there is none. */
function levelFrom(ahead: Float64Array): number {
  const n = ahead.length;
  const at = (eighths: number) => Math.min(n - 1, Math.floor((n * eighths) / 8));
  let first = 7;
  while (first > 0 && ahead[at(first - 1)] <= (1 + FLAT) * ahead[at(first)]) first -= 1;
  // Its first half may still be settling.
  return first <= 6 ? Math.floor((at(first) + n) / 2) : n;
}

/** The size of white noise in equidistant values; 0 for fewer than 7. */
function scatterOf(x: Float64Array): number {
  const differences: number[] = [];
  for (let i = 0; i + 6 < x.length; i++) differences.push(Math.abs(sixth(x, i)));
  return medianOf(differences) / (MEDIAN * GAIN);
}

function sixth(x: Float64Array, from: number): number {
  let total = 0;
  for (let j = 0; j <= 6; j++) total += SIXTH[j] * x[from + j];
  return total;
}

/** Noise beside each sample, relative to what is ahead there: the decay itself taken out of the differences. */
function noiseOf(x: Float64Array, ahead: Float64Array): Float64Array {
  const n = x.length;
  if (n < 7) return new Float64Array(n);
  const line = new Float64Array(7);
  const each = Float64Array.from({ length: n - 6 }, (_, i) => {
    // Per sample, over what surrounds the seven.
    const [a, b] = [Math.max(0, i - 3), Math.min(n - 1, i + 9)];
    const rate = ahead[b] > 0 ? log(ahead[a] / ahead[b]) / (b - a) : 0;
    for (let j = 0; j <= 6; j++) line[j] = (x[i + j] / ahead[i + 3]) * exp(rate * (j - 3));
    return ahead[i + 3] > 0 ? Math.abs(sixth(line, 0)) / GAIN : 0;
  });
  return Float64Array.from({ length: n }, (_, i) => {
    const middle = Math.max(0, Math.min(each.length - 1, i - 3));
    const beside = each.subarray(Math.max(0, middle - BESIDE), middle + BESIDE + 1);
    return medianOf([...beside]) / MEDIAN;
  });
}

function medianOf(values: number[]): number {
  if (values.length === 0) return 0;
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)];
}
