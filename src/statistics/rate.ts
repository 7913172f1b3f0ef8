// The rate at which a recorded quantity decays to 0, x(t) ≈ Σ_k a_k e^(λ_k t): the slowest mode that it shows, λ = −rate ± i frequency.
// Linear prediction (pencil.ts) of z = x e^(ρt), ρ the slope of log |x|: late samples, 1e-20 of the first, count as much as those.
// A fit extrapolates. How far it may be off is read off the series: by other windows, and by how the local rate still moves.

import { exp } from "../base/elementary.ts";
import { inputError, MuflowError } from "../base/errors.ts";
import { largestOf, leastOf } from "../base/extremes.ts";
import { requireKeys, requireNumbers } from "../base/keys.ts";
import { counted, rounded } from "../base/words.ts";
import { type LocalRates, localRates, type Thirds } from "./local-rate.ts";
import { type Mode, modesOf } from "./pencil.ts";
import { type DecayingSeries, decayingSeries } from "./series-end.ts";

export interface RateOptions {
  /** Error of the values (and of their limit 0), absolute: nothing below 100 times it is used. Default 1e-14 of the largest. */
  floor?: number;
  /**
   * For sums of squares of what vanishes at rest (a dissipation, a divergence, a squared speed): rounding leaves them a relative error of
   * √(least/x), least the value that they end on, or this share of the largest (true: 1e-24), or `floor`. Default false.
   */
  quadratic?: boolean | number;
  /** True where their limit is not known that well: x(t) − x(t + an eighth of the series) is fitted instead. Default false. */
  offset?: boolean;
}

export interface FittedRate {
  /** −Re λ of the slowest mode. */
  readonly rate: number;
  /** J: the ± that holds in 95 % of solver runs and more; of the fit (window, model), not of the solver: see `fitRate`. */
  readonly uncertainty: number;
  /** I: the ± that holds in 99.9 % and more. */
  readonly widened: number;
  /** |Im λ| of the modes that decay at that rate; 0 where none oscillates. */
  readonly frequency: number;
  /** Two modes nearly coincide, as at critical damping, t e^(−rate t): `rate` is their mean, which is the sharper number. */
  readonly critical: boolean;
  /** −d log |x|/dt along the usable part of the series, oscillations taken out. */
  readonly local: { readonly times: Float64Array; readonly rates: Float64Array };
  /** The fitted sum of modes, at the samples of the window; with `offset`, of the differences of the series over an eighth of it. */
  readonly curve: { readonly times: Float64Array; readonly values: Float64Array };
  /** What was used of the series. */
  readonly window: { readonly from: number; readonly to: number };
  /** How the window was chosen and what limits the ±, in words. */
  readonly reason: string;
}

/** Samples that a fit needs, and the most that it takes (every second, third … beyond). */
const FEWEST = 10;
const MOST = 90;
/** Relative errors at which a window may end: the smaller one where that leaves enough. */
const ENDS = [1e-4, 1e-2];
/** Where windows begin, as shares of the usable series. */
const STARTS = [0, 0.15, 0.3, 0.45, 0.6, 0.72, 0.82];
/** A mode counts when at the window's end it carries this share of the largest, or so many times the error there, at most LOUDEST. */
const SHARE = 1e-3;
const CLEAR = 10;
const LOUDEST = 0.1;
/** A mode that falls by less than e to this over the window is an offset, not a decay; beside steep modes, to that. */
const SLIGHT = 0.1;
const OFFSET = 2;
/** Rates (and frequencies) this close, relatively, belong to one speed … */
const SAME = 0.02;
/** … and to one double mode, where their amplitudes nearly cancel as well. */
const DOUBLE = 0.15;
/** An oscillation turns by so many periods in the window; by half as many where nothing else is in it. */
const PERIODS = 1;

/** The ± counts all that the local rate did over the last FOLDS e-folds of x, … */
const FOLDS = 4;
/** … and is none where over the last RECENT of them it moves faster and faster, by more than this share. */
const RECENT = 3;
const MOVING = 0.003;
/** A change of the local rate from one e-fold to the next is seen above so many times the relative error of x, over an e-fold. */
const NOISY = 4;
/** Weights of the drift and of the spread between windows, and I over the sum; J is half of I. Measured: docs/studies.md. */
const DRIFT = 0.5;
const SPREAD = 3;
const WIDENED = 1.5;
const ORDINARY = 2;
/** Relative ± that no fit goes below: rounding of times and logarithms. */
const SHARPEST = 3e-5;
/** Relative ± above which there is no result. */
const RESOLVED = 0.3;

/**
 * Fits the slowest decay of equidistant values that tend to 0, of either sign, monotone or not.
 * Window: it ends where the relative error of the values (given, seen as a level at the end, or as noise) comes to 1e-4 (to 1e-2 where
 * that is better); it begins where the rate depends least on where it begins.
 * ±: with r the local rate −d log |x|/dt, I is 1.5 times the larger of
 *   - how far r was from the fitted rate at any time of the last 4 e-folds of x, and
 *   - ½√(2|r′|) + 3 × what the rate changes by when a third of the window goes at either end: two modes of rates δ apart, whose
 *     shares are (1 − w, w), have r = slow + δw, r′ = −δ²w(1 − w), so that while w ≤ ½ the slow one is within √(2|r′|) of r.
 * J is half of that. They are calibrated on solver runs (docs/studies.md). No result where that is over 30 %, where x falls by less than
 * 4 e-folds, or where r moves faster and faster at the end, as it does while a slower mode, hardly excited at first, takes over.
 * It cannot know of a slower mode below the error of the values. The error of the values themselves is not in ±: a scheme of step h that
 * decays at its own rate, off by O(h) or O(Δx), has that rate found.
 * Cost: O(n³), n ≤ 90 samples, some forty times: 0.1 to 0.3 s.
 * Errors: times that are not equidistant (input); no decay known to 30 %, with what would resolve it (numerics).
 * Source: hua1990.
 *
 * @example
 * ```ts
 * import { fitRate } from "muflow";
 *
 * // A slow mode, and a fast one that is gone soon.
 * const times = Array.from({ length: 81 }, (_, n) => n / 4);
 * const values = times.map((t) => Math.exp(-t) + 0.5 * Math.exp(-3 * t));
 * const { rate, uncertainty } = fitRate(times, values);
 * console.log(rate.toFixed(4), uncertainty < 0.01); // 1.0000 true
 * ```
 */
export function fitRate(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  options: RateOptions = {},
): FittedRate {
  requireNumbers("rate: times", times);
  requireNumbers("rate: values", values);
  requireKeys("rate", options, ["floor", "quadratic", "offset"]);
  const t = Float64Array.from(times);
  let x = Float64Array.from(values);
  requireSeries(t, x);
  if (options.offset) {
    const lag = Math.ceil(x.length / 8);
    x = Float64Array.from({ length: x.length - lag }, (_, i) => x[i] - x[i + lag]);
  }
  const series = decayingSeries(t.subarray(0, x.length), x, options);
  const noisy = bestOf(series);
  // What turns within a few samples looks like noise.
  const best = noisy !== null && isResolved(noisy) ? noisy : (bestOf(series.quiet!) ?? noisy);
  if (best === null) {
    const count = series.countTo(ENDS[1]);
    throw unresolved(`no clean decay in ${count} samples ${spanText(t, 0, count)} (${series.why})`);
  }
  const { window, widened, limit } = best;
  const { fit, start, count } = window;
  if (!isResolved(best)) {
    throw unresolved(`no clean decay in ${count} samples ${spanText(t, 0, count)}: ${limit}`);
  }
  const uncertainty = widened / ORDINARY;
  const place = start === 0 ? "the start" : "after the transient";
  return {
    rate: fit.rate,
    uncertainty,
    widened,
    frequency: fit.frequency,
    critical: fit.critical,
    local: best.local.along(),
    curve: { times: fit.times, values: fit.values.map((value) => value + series.level) },
    window: { from: t[start], to: t[count - 1] },
    reason:
      `from t = ${rounded(t[start], 4)}, ${place}: there the rate depends least on the window; ` +
      `to t = ${rounded(t[count - 1], 4)}, ${count === x.length ? "the end" : series.why}; ` +
      `${counted(fit.modes, "mode")}, ± ${uncertainty.toExponential(1)} (window, model); ${limit}`,
  };
}

/** Of the ends, the one that leaves less open. */
function bestOf(series: DecayingSeries): Judged | null {
  let best: Judged | null = null;
  for (const error of ENDS) {
    const count = series.countTo(error);
    if (count < FEWEST || count === best?.window.count) continue;
    const window = bestWindow(series, count);
    const judged = window === null ? null : judge(series, window);
    if (judged !== null && (best === null || judged.widened < 0.5 * best.widened)) best = judged;
  }
  return best;
}

function isResolved({ widened, window }: Judged): boolean {
  return widened <= RESOLVED * window.fit.rate;
}

function unresolved(what: string): MuflowError {
  return new MuflowError("numerics", `rate: ${what}; record more often, or run longer`);
}

function spanText(t: Float64Array, start: number, count: number): string {
  return `from t = ${rounded(t[start], 4)} to ${rounded(t[Math.max(start, count - 1)], 4)}`;
}

function requireSeries(t: Float64Array, x: Float64Array): void {
  if (t.length !== x.length || t.length < FEWEST) {
    throw inputError("rate", `found ${t.length} times and ${x.length} values; allowed: as many, ≥ ${FEWEST}`);
  }
  const spacing = (t[t.length - 1] - t[0]) / (t.length - 1);
  for (let i = 0; i < t.length; i++) {
    if (!(Math.abs(t[i] - t[0] - i * spacing) <= 1e-6 * spacing)) {
      throw inputError("rate", `found t = ${t[i]} as sample ${i + 1}; allowed: equidistant times`);
    }
    if (!Number.isFinite(x[i]))
      throw inputError("rate", `found ${x[i]} at t = ${t[i]}; allowed: finite values`);
  }
}

interface Window {
  readonly fit: Fit;
  readonly start: number;
  readonly count: number;
  /** What the rate changes by when a third of the window goes at either end. */
  readonly spread: number;
}

/** Of the windows that end with so many samples, the one whose rate depends least on it. */
function bestWindow(series: DecayingSeries, count: number): Window | null {
  const windows: Window[] = [];
  for (const share of STARTS) {
    const start = Math.floor(count * share);
    const third = Math.floor((count - start) / 3);
    const fit = fitWindow(series, start, count);
    const earlier = fitWindow(series, start, count - third);
    const later = fitWindow(series, start + third, count);
    if (fit === null || earlier === null || later === null) continue;
    const spread = Math.max(Math.abs(fit.rate - earlier.rate), Math.abs(fit.rate - later.rate));
    windows.push({ fit, start, count, spread });
  }
  // Where the longest window sees an oscillation, those too short for it do not count; a longer one is kept unless a shorter one is clearly better.
  const turning = windows[0]?.fit.oscillating ?? false;
  let best: Window | null = null;
  for (const window of windows.filter(({ fit }) => fit.oscillating || !turning))
    if (best === null || window.spread < 0.5 * best.spread) best = window;
  return best;
}

interface Judged {
  readonly window: Window;
  readonly local: LocalRates;
  readonly widened: number;
  /** What the ± comes from, in words. */
  readonly limit: string;
}

function judge(series: DecayingSeries, window: Window): Judged {
  const { fit, start, count, spread } = window;
  const local = localRates(series, count, fit.oscillating ? fit.frequency : 0, fit.stride);
  const { rate } = fit;
  const folds = local.folds();
  if (folds < FOLDS) {
    const limit = `x falls by ${rounded(folds, 4)} e-folds above its error, and ${FOLDS} are needed`;
    return { window, local, widened: Number.POSITIVE_INFINITY, limit };
  }
  const recent = local.lastFolds(RECENT);
  const [before, after] = [recent.middle - recent.first, recent.last - recent.middle];
  const path = `over the last ${RECENT} e-folds the local rate moves from ${rounded(recent.first, 4)} over ${rounded(recent.middle, 4)} to ${rounded(recent.last, 4)}`;
  const seen = Math.max(MOVING * rate, (NOISY * series.error[count - 1]) / recent.length);
  if (!fit.oscillating && Math.abs(after) > Math.abs(before) && Math.abs(after) > seen) {
    const what =
      after < 0
        ? "faster and faster, as while a slower mode, hardly excited, takes over"
        : "away from where it was going: it is not monotone towards its end";
    return { window, local, widened: Number.POSITIVE_INFINITY, limit: `${path}, ${what}` };
  }
  // Over the window, or over the last e-folds: noise tells which is clearer.
  const drift = leastOf([local.over(start, count), recent].map(driftOf));
  const model = DRIFT * drift + SPREAD * spread;
  const reach = local.farthestFrom(rate, FOLDS);
  const widened = Math.max(WIDENED * Math.max(reach, model), SHARPEST * rate);
  const other =
    fit.next === null
      ? ""
      : `; at the end a mode of rate ${rounded(fit.next.rate, 4)} has ${rounded(fit.next.share, 4)} of the slowest one's size`;
  return { window, local, widened, limit: `${path}${other}` };
}

/** √(2|r′|) */
function driftOf({ middle, last, length }: Thirds): number {
  return Math.sqrt((2 * Math.abs(last - middle)) / length);
}

interface Fit {
  readonly rate: number;
  readonly frequency: number;
  readonly critical: boolean;
  readonly modes: number;
  /** It was made from every so-many-th sample. */
  readonly stride: number;
  /** Whether the slowest modes turn often enough in the window to be one. */
  readonly oscillating: boolean;
  /** The largest mode beside those of that rate, over them; null where none counts. */
  readonly next: { readonly rate: number; readonly share: number } | null;
  /** Samples, and the sum of the modes there. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

/** The slowest mode of samples start … end − 1; null where they are too few or do not decay. */
function fitWindow(series: DecayingSeries, start: number, end: number): Fit | null {
  const { t, x } = series;
  const stride = Math.ceil((end - start) / MOST);
  // The last sample is kept, where the slowest mode stands out.
  const first = start + ((end - 1 - start) % stride);
  const at = Array.from({ length: Math.floor((end - 1 - first) / stride) + 1 }, (_, i) => first + i * stride);
  if (at.length < FEWEST) return null;
  const slope = series.slope(start + Math.floor((end - start) / 2), end - 1);
  const scale = series.ahead[end - 1];
  const growth = at.map((i) => exp(slope * (t[i] - t[end - 1])) / scale);
  const samples = Float64Array.from(at, (i, k) => x[i] * growth[k]);
  // Samples that overflow fall far faster than the end does: a later start sees it.
  if (!samples.every(Number.isFinite)) return null;
  const noise = largestOf(at.map((i, k) => series.error[i] * series.ahead[i] * growth[k]));
  const spacing = t[first + stride] - t[first];
  const { modes: scaledModes, values } = modesOf(samples, spacing, 3 * noise);
  const modes = scaledModes.map((mode) => ({ ...mode, rate: mode.rate + slope }));
  const span = spacing * (samples.length - 1);
  const falling = modes.filter(({ rate }) => rate * span > SLIGHT);
  const steep = falling.some(({ rate }) => rate * span > 3 * OFFSET);
  const decaying = steep ? falling.filter(({ rate }) => rate * span > OFFSET) : falling;
  const counts = Math.max(SHARE, Math.min(LOUDEST, CLEAR * series.error[end - 1]));
  const most = largestOf(decaying.map(({ size }) => size));
  // What is left of it at the end tells a slow decay from an offset: a window too short for that has no rate.
  if (modes.some((mode) => !decaying.includes(mode) && mode.size >= LOUDEST * most)) return null;
  const seen = decaying.filter(({ size }) => size >= counts * most).sort((a, b) => a.rate - b.rate);
  if (seen.length === 0) return null;
  return {
    ...slowestOf(seen, span, modes.length),
    modes: modes.length,
    stride,
    times: Float64Array.from(at, (i) => t[i]),
    values: values.map((value, k) => value / growth[k]),
  };
}

/** Which of the modes, slowest first, make the rate. */
function slowestOf(
  seen: readonly Mode[],
  span: number,
  modes: number,
): Pick<Fit, "rate" | "frequency" | "critical" | "oscillating" | "next"> {
  const [slow, next] = seen;
  // x of an energy holds 2 Re λ with and without oscillation.
  const together = seen.filter(({ rate }) => rate <= (1 + SAME) * slow.rate);
  const frequency = largestOf(together.map((mode) => mode.frequency));
  const close =
    next !== undefined &&
    Math.max(next.rate - slow.rate, Math.abs(next.frequency - slow.frequency)) <= DOUBLE * slow.rate;
  const paired = slow.frequency > 0 && slow.frequency <= DOUBLE * slow.rate;
  // The parts of a double mode nearly cancel: each is far larger than the sum, which is of size 1 at the end.
  const cancel = close && Math.min(slow.size, next.size) > 1;
  const critical = (cancel && slow.frequency === 0 && next.frequency === 0) || paired;
  const size = largestOf(together.map((mode) => mode.size));
  const others = seen.filter((mode) => !together.includes(mode)).sort((a, b) => b.size - a.size);
  return {
    rate: critical && close ? 0.5 * (slow.rate + next.rate) : slow.rate,
    frequency: critical ? 0 : frequency,
    critical,
    oscillating: frequency * span > (modes === 1 ? 0.5 : 1) * PERIODS * 2 * Math.PI,
    next: others.length === 0 ? null : { rate: others[0].rate, share: others[0].size / size },
  };
}
