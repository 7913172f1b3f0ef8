// The exponent of a power law in time, |x(t)| ~ t^(−k): minus the slope of log |x| against log t over a window chosen by the rule of
// statistics/rate.ts, which fits exponentials: it ends where the values come within 100 times their error, and begins where k depends
// least on where it begins. What oscillates is fitted at its local maxima.

import { exp, log } from "../base/elementary.ts";
import { inputError, MuflowError } from "../base/errors.ts";
import { largestOf } from "../base/extremes.ts";
import { requireKeys, requireNumbers } from "../base/keys.ts";
import { dotOf, sumOf } from "../base/sum.ts";
import { rounded } from "../base/words.ts";
import { meanOf, squaresAbout } from "./sample.ts";

export interface DecayOptions {
  /** Error of the values (and of their limit 0), absolute. Default 1e-14 of the largest. */
  floor?: number;
  /** Fit the local maxima of |x| only. Default false. */
  envelope?: boolean;
}

export interface PowerDecayOptions extends DecayOptions {
  /** True where their limit may be another than 0: x(t) − x(2t) is fitted instead, at the times whose double is a time too. Default false. */
  offset?: boolean;
}

export interface PowerDecay {
  /** k */
  readonly exponent: number;
  /** Of k: its standard error, four times its change when half the window goes, or what windows as good differ by: the largest. */
  readonly uncertainty: number;
  readonly window: { readonly from: number; readonly to: number };
  readonly samples: number;
  /** How the window was chosen, in words. */
  readonly reason: string;
}

/** Samples above their floor, at t > 0. */
export interface DecaySeries {
  readonly times: Float64Array;
  /** log |x| */
  readonly logs: Float64Array;
  readonly why: string;
}

/** A straight line through log |x| over a window of a clock, t itself or log t. */
export interface WindowFit {
  /** Index of the first sample. */
  readonly start: number;
  readonly slope: number;
  readonly uncertainty: number;
}

const FEWEST = 10;
/** Values used are this far above their error. */
const MARGIN = 100;
/** A window is this long, last time over first, in octaves and as a factor … */
const OCTAVES = 2;
const RATIO = 4;
/** … and begins at one of so many times an octave. */
const STARTS = 4;
/**
 * Where |x| = t^(−k)(1 + a/t), k is off by so many times its change when the first half of log t goes: measured on windows of a factor
 * 4, 3.6, 3.8, 4.0 and 4.3 times for |a|/t = .05, .2, .3 and .5 where they begin.
 */
const REMAINDER = 4;
/** Windows whose slope is this many times less certain have a say in the uncertainty. */
const RIVAL = 3;
/** Relative uncertainty above which there is no result. */
const RESOLVED = 0.3;
/** Times as close, relatively, are one. */
const SAME_TIME = 1e-9;

/**
 * Fits t^(−k) to values that tend to 0. Restrictions: t counts from where the experiment begins; a factor log t, or a limit that is
 * not quite 0, bends the line and shifts k by more than the window can tell: `compareDecays` asks; with `offset` the limit may be any, as
 * x(t) − x(2t) = (1 − 2^(−k)) t^(−k) has none, and the window is half as long. O(windows × samples).
 * Errors: times that do not ascend, values not finite (input); a change of sign without `envelope`, fewer than 10 usable
 * samples over a factor 4 of time, values that grow, or no k known to 30 % (numerics).
 *
 * @example
 * ```ts
 * import { fitPowerDecay } from "muflow";
 *
 * const times = Array.from({ length: 100 }, (_, n) => 1 + n);
 * const values = times.map((t) => 5 * t ** -1.5 * (1 + t ** -2));
 * const { exponent, uncertainty } = fitPowerDecay(times, values);
 * console.log(exponent.toFixed(2), uncertainty < 0.05); // 1.50 true
 * ```
 */
export function fitPowerDecay(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  given: PowerDecayOptions = {},
): PowerDecay {
  requireNumbers("power law: times", times);
  requireNumbers("power law: values", values);
  requireKeys("power law", given, ["floor", "envelope", "offset"]);
  const { offset = false, ...options } = given;
  const [t, x] = offset ? doublings(times, values) : [times, values];
  const series = decaySeries(t, x, options);
  const fit = bestWindow(series.times.map(log), series);
  const exponent = -fit.slope;
  if (!(fit.uncertainty <= RESOLVED * exponent)) {
    const found = `the exponent is ${rounded(exponent, 4)} ± ${rounded(fit.uncertainty, 4)}`;
    const grows = Math.abs(values[values.length - 1]) > Math.abs(values[0]);
    throw new MuflowError(
      "numerics",
      `power law: no clean decay, ${found}; ${grows ? "the values grow" : "run longer"}`,
    );
  }
  // A difference ends twice as late as it begins.
  const [from, to] = [series.times[fit.start], (offset ? 2 : 1) * series.times.at(-1)!];
  return {
    exponent,
    uncertainty: fit.uncertainty,
    window: { from, to },
    samples: series.times.length - fit.start,
    reason: `${offset ? "of x(t) − x(2t), whatever the limit of x; " : ""}from t = ${rounded(from, 4)}: there the exponent depends least on the window (± ${fit.uncertainty.toExponential(1)}); to t = ${rounded(to, 4)}, ${series.why}`,
  };
}

/** x(t) − x(2t), at the times t > 0 whose double is one too. */
function doublings(times: ArrayLike<number>, values: ArrayLike<number>): [Float64Array, Float64Array] {
  requireSeries(Float64Array.from(times), Float64Array.from(values));
  const t: number[] = [];
  const x: number[] = [];
  for (let i = 0, j = 0; i < times.length; i++) {
    const twice = 2 * times[i];
    while (j < times.length && times[j] < (1 - SAME_TIME) * twice) j += 1;
    if (!(times[i] > 0 && j < times.length && times[j] <= (1 + SAME_TIME) * twice)) continue;
    t.push(times[i]);
    x.push(values[i] - values[j]);
  }
  return [Float64Array.from(t), Float64Array.from(x)];
}

/** What a fit may use of a series; errors as `fitPowerDecay`. */
export function decaySeries(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  { floor, envelope = false }: DecayOptions,
): DecaySeries {
  const t = Float64Array.from(times);
  const x = Float64Array.from(values);
  requireSeries(t, x);
  const error = floor ?? 1e-14 * x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  let end = x.length;
  while (end > 0 && !(Math.abs(x[end - 1]) > MARGIN * error)) end -= 1;
  const size = (i: number) => Math.abs(x[i]);
  const used: number[] = [];
  for (let i = 0; i < end; i++) {
    if (!(t[i] > 0)) continue;
    const peak = i > 0 && i + 1 < x.length && size(i) >= size(i - 1) && size(i) > size(i + 1);
    if (peak || !envelope) used.push(i);
  }
  const low = used.find((i) => size(i) <= MARGIN * error || (!envelope && x[i] > 0 !== x[end - 1] > 0));
  if (low !== undefined) {
    const found = `found x = ${rounded(x[low], 4)} at t = ${rounded(t[low], 4)} before larger values, or such of the other sign`;
    throw new MuflowError("numerics", `decay: ${found}; begin later, or fit its local maxima (envelope)`);
  }
  const [from, to] = [t[used[0]], t[used.at(-1)!]];
  if (used.length < FEWEST || !(to >= RATIO * from)) {
    throw new MuflowError(
      "numerics",
      `decay: found ${used.length} usable samples${used.length > 0 ? ` from t = ${rounded(from, 4)} to ${rounded(to, 4)}` : ""}; needed: ${FEWEST}, over a factor ${RATIO} of t; record more often, or run longer`,
    );
  }
  return {
    times: Float64Array.from(used, (i) => t[i]),
    logs: Float64Array.from(used, (i) => log(size(i))),
    why:
      end === x.length
        ? "the end"
        : `where the values come within ${MARGIN} times their error ${error.toExponential(1)}`,
  };
}

/** Of the windows that end with the series, the one whose slope against the clock depends least on where it begins. */
export function bestWindow(clock: Float64Array, { times, logs }: DecaySeries): WindowFit {
  const last = times.length - 1;
  const middle = (start: number) => {
    const half = 0.5 * (clock[start] + clock[last]);
    return clock.findIndex((value) => value >= half);
  };
  const windows: WindowFit[] = [];
  for (let step = STARTS * OCTAVES; windows[0]?.start !== 0; step++) {
    // Each an STARTS-th of an octave longer than the one before.
    const from = times[last] * exp((-step / STARTS) * Math.LN2) * (1 - 1e-12);
    const start = times.findIndex((t) => t >= from);
    if (times.length - start < FEWEST) continue;
    const { slope, error } = lineThrough(clock, logs, start);
    const later = lineThrough(clock, logs, middle(start));
    windows.unshift({
      start,
      slope,
      uncertainty: Math.max(error, REMAINDER * Math.abs(slope - later.slope)),
    });
  }
  // Two slopes may agree by chance: all windows that begin in the first half of this one must.
  const judged = windows.map((window, i) => {
    const within = windows.slice(i).filter(({ start }) => start <= middle(window.start));
    return { ...window, uncertainty: largestOf(within.map(({ uncertainty }) => uncertainty)) };
  });
  // Longest first: a shorter one must be clearly better.
  let best = judged[0];
  for (const window of judged) if (window.uncertainty < 0.5 * best.uncertainty) best = window;
  const rivals = judged.filter(({ uncertainty }) => uncertainty <= RIVAL * best.uncertainty);
  const spread = largestOf(rivals.map(({ slope }) => Math.abs(slope - best.slope)));
  return { ...best, uncertainty: Math.max(best.uncertainty, spread) };
}

/** Least squares from `start` on; the standard error counts residuals that follow their neighbours as fewer. */
function lineThrough(
  clock: Float64Array,
  logs: Float64Array,
  start: number,
): { slope: number; error: number } {
  const u = clock.subarray(start);
  const v = logs.subarray(start);
  const [meanU, meanV] = [meanOf(u), meanOf(v)];
  const spread = squaresAbout(u, meanU);
  const slope = sumOf(u.map((value, i) => (value - meanU) * (v[i] - meanV))) / spread;
  const residuals = v.map((value, i) => value - meanV - slope * (u[i] - meanU));
  const squares = dotOf(residuals, residuals);
  return { slope, error: Math.sqrt(squares / (effectiveCount(residuals) * spread)) };
}

/** How many independent residuals so many are worth that follow their neighbours, as autoregressive noise does: n(1 − ρ)/(1 + ρ). */
export function effectiveCount(residuals: Float64Array): number {
  const squares = dotOf(residuals, residuals);
  if (squares === 0) return residuals.length;
  const rho = Math.max(0, dotOf(residuals.subarray(1), residuals) / squares);
  return (residuals.length * (1 - rho)) / (1 + rho);
}

function requireSeries(t: Float64Array, x: Float64Array): void {
  if (t.length !== x.length) {
    throw inputError("decay", `found ${t.length} times and ${x.length} values; allowed: as many`);
  }
  for (let i = 0; i < t.length; i++) {
    if (i > 0 && !(t[i] > t[i - 1]))
      throw inputError("decay", `found t = ${t[i]} after ${t[i - 1]}; allowed: ascending times`);
    if (!Number.isFinite(x[i]))
      throw inputError("decay", `found ${x[i]} at t = ${t[i]}; allowed: finite values`);
  }
}
