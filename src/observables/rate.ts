// The rate at which a recorded quantity decays to 0, x(t) ≈ Σ_k a_k e^(λ_k t): the slowest mode that it shows, λ = −rate ± i frequency.
// Linear prediction by the matrix pencil: the Hankel matrix x_(i+j) of samples has the rank of the sum, and its row space, shifted by one
// sample, gives the e^(λΔ) as eigenvalues (Hua, Sarkar 1990; Prony 1795). It sees the envelope through an oscillation.
// A fit extrapolates: sums of many modes look like few. How far it may be off is therefore read off the series as well: the rate that the
// last quarter of the window shows by itself, and how that has moved since the quarter before.

import { EigenvalueDecomposition, Matrix, pseudoInverse, SingularValueDecomposition } from "ml-matrix";
import { exp, log } from "../base/elementary.ts";
import { inputError, MuflowError } from "../base/errors.ts";
import { requireKeys } from "../base/keys.ts";

export interface RateOptions {
  /** Error of the values (and of their limit 0), absolute: nothing below 100 times it is used. Default 1e-14 of the largest. */
  floor?: number;
  /** True where their limit is not known that well: x(t) − x(t + an eighth of the series) is fitted instead. Default false. */
  offset?: boolean;
}

export interface FittedRate {
  /** −Re λ of the slowest mode. */
  readonly rate: number;
  /** How far the slowest decay may be from `rate`, of the fit (window, model): see `fitRate`. No probability, and not the solver's bias. */
  readonly uncertainty: number;
  /** |Im λ| of the modes that decay at that rate; 0 where none oscillates. */
  readonly frequency: number;
  /** Two modes nearly coincide, as at critical damping, t e^(−rate t): `rate` is their mean, which is the sharper number. */
  readonly critical: boolean;
  /** The rates that the last two quarters of the window show by themselves, the later one last; null where the decay oscillates. */
  readonly local: readonly [number, number] | null;
  /** The fitted sum of modes, at the samples of the window; with `offset`, of the differences of the series over an eighth of it. */
  readonly curve: { readonly times: Float64Array; readonly values: Float64Array };
  /** What was used of the series. */
  readonly window: { readonly from: number; readonly to: number };
  /** How the window was chosen, in words. */
  readonly reason: string;
}

/** Samples that a fit needs, and the most that it takes (every second, third … beyond). */
const FEWEST = 10;
const MOST = 160;
/** Values used are this far above their error. */
const MARGIN = 100;
/** Windows begin after 0, 1, … so many twentieths of the usable series. */
const LAST_START = 12;
/** Relative uncertainty above which noise is looked for, and above which there is no result. */
const CLEAN = 0.01;
const RESOLVED = 0.3;
/** Windows whose rate is this many times less certain have a say in the uncertainty. */
const RIVAL = 3;
/** A mode counts when it carries this share of the largest at the window's end. */
const SHARE = 0.05;
/** A mode that falls by less than e to this over the window is an offset, not a decay; beside steep modes, to that. */
const SLIGHT = 0.1;
const OFFSET = 2;
/** Rates (and frequencies) this close, relatively, belong to one speed … */
const SAME = 0.02;
/** … and to one double mode, where their amplitudes nearly cancel as well. */
const DOUBLE = 0.15;
const MOST_MODES = 20;
/** An oscillation tells its modes apart by themselves: from as many periods in the window on. */
const PERIODS = 0.5;
/** Over L two modes of like size whose rates differ by δ bend log x by (δL)²/16; noise of 1/3 of that hides it: δ = 7 √noise / L. */
const HIDDEN = 7;
/** Noise below that, of the largest value, is rounding. */
const ROUNDING = 1e-14;
/** A stretch of the series, an eighth of it, that falls by less is a floor. */
const FLAT = 0.05;
/** What scatters by more than so many times its noise is not noise. */
const NOISY = 5;

/**
 * Fits the slowest decay of equidistant values that tend to 0, of either sign, monotone or not.
 * Window: it ends where the values come within 100 times their error (given, or seen as a level at the end); it begins where the rate
 * depends least on where it begins. Accuracy: near round-off for clean sums of up to 20 modes.
 * Uncertainty, the sum of: the largest change of the rate when a fifth of the window goes, modes near the noise go, or the window is
 * another as good; how far it is from the rate of the window's last quarter alone, and that from the quarter before (of an
 * oscillation: what the other modes still add to the local rate at the end); half the split of a double mode; the distance to any
 * slower mode that stands above the noise; what noise above rounding can hide, 7 √(noise / last value) / length. No result where
 * that is over 30 %. Measured: it holds the slowest rate in 585 of 586 results on clean series (sums of 2 to 4 exponentials of either
 * sign, damped oscillations, energies of a neuron under Langevin, stopped anywhere), in 97 % with noise 1e-6 where the slowest mode
 * is twice the others at the end, in 41 % where noise hides it.
 * It cannot know of a slower mode below the noise, nor tell a slow mode from an error that drifts: give `floor`. The error of the
 * values themselves is not in it: a scheme of step h that decays at its own rate, off by O(h) or O(Δx), has that rate found.
 * Cost: O(n³), n ≤ 160 samples, some forty times: 0.1 to 0.3 s.
 * Errors: times that are not equidistant (input); fewer than 10 usable samples, no decay, or none known to 30 % (numerics).
 * Source: hua1990.
 */
export function fitRate(
  times: ArrayLike<number>,
  values: ArrayLike<number>,
  options: RateOptions = {},
): FittedRate {
  requireKeys("rate", options, ["floor", "offset"]);
  const t = Float64Array.from(times);
  let x = Float64Array.from(values);
  requireSeries(t, x);
  if (options.offset) {
    const lag = Math.ceil(x.length / 8);
    x = Float64Array.from({ length: x.length - lag }, (_, i) => x[i] - x[i + lag]);
  }
  const end = usable(x, options.floor);
  let best = bestWindow(t, x, end);
  if (best === null || best.uncertainty > CLEAN * best.fit.rate) {
    // Noise that nobody named spoils a fit; it is what a smooth series' differences do not explain.
    const noisy = usable(x, Math.max(end.floor, noiseAtEnd(x)));
    const other = bestWindow(t, x, noisy);
    if (other !== null && (best === null || other.uncertainty < best.uncertainty)) best = other;
  }
  if (best === null) throw unresolved(t, end.count, end.why);
  const { fit, start } = best;
  const until = t[best.end.count - 1];
  const local = fit.oscillating ? null : localRates(t, x, best);
  const uncertainty = best.uncertainty + (local === null ? 0 : driftError(t, x, best, local));
  const moves =
    local === null || !local.every(Number.isFinite)
      ? ""
      : `over the last half of the window the local rate moves from ${round(local[0])} to ${round(local[1])}`;
  if (!(uncertainty <= RESOLVED * fit.rate)) throw unresolved(t, best.end.count, moves || best.end.why);
  return {
    rate: fit.rate,
    uncertainty,
    frequency: fit.frequency,
    critical: fit.critical,
    local,
    curve: { times: fit.times, values: fit.values.map((value) => value + best.end.level) },
    window: { from: t[start], to: until },
    reason:
      `from t = ${round(t[start])}, ${start === 0 ? "the start" : "after the transient"}: there the rate depends least on the window; ` +
      `to t = ${round(until)}, ${best.end.why}; ${fit.modes} mode${fit.modes === 1 ? "" : "s"}, ± ${uncertainty.toExponential(1)} (window, model)${moves && `; ${moves}`}`,
  };
}

function unresolved(t: Float64Array, count: number, why: string): MuflowError {
  return new MuflowError(
    "numerics",
    `rate: no clean decay in ${count} samples from t = ${round(t[0])} to ${round(t[Math.max(0, count - 1)])} (${why}); record more often, or run longer`,
  );
}

/** The rates of the quarter of a window before the last, and of the last, each by itself. */
function localRates(t: Float64Array, series: Float64Array, { fit, start, end }: Window): [number, number] {
  const x = end.level === 0 ? series : series.map((value) => value - end.level);
  const n = end.count;
  const quarter = Math.max(4, Math.floor((n - start) / 4));
  const before = localRate(t, x, Math.max(0, n - 2 * quarter - 1), n - quarter, fit);
  return [before, localRate(t, x, n - quarter - 1, n, fit)];
}

/** How far the series may still drift from the rates that it shows: as far as the fit goes beyond them, and as they have moved. */
function driftError(
  t: Float64Array,
  x: Float64Array,
  { fit, start, end }: Window,
  [before, last]: readonly [number, number],
): number {
  const n = end.count;
  const rounding = ROUNDING * aheadOf(x, 0)[0];
  const noise = Math.max(0, Math.min(end.floor, noiseAtEnd(x.subarray(start, n))) - rounding);
  const size = aheadOf(x.subarray(0, n), end.level)[n - 2];
  const hidden = (HIDDEN * Math.sqrt(noise / size)) / (t[n - 1] - t[start]);
  return Math.abs(fit.rate - last) + Math.abs(last - before) + hidden;
}

/** Points of each search of a local rate, either side; the first search reaches so many e-folds of a quarter, each next one two points. */
const POINTS = 16;
const REACH = 4;
const FINEST = 1e-12;

/** The r for which x e^(rt) is nearest to a constant (a line where modes nearly coincide or turn slowly), samples start … end − 1; NaN where none is near. */
function localRate(t: Float64Array, x: Float64Array, start: number, end: number, fit: Fit): number {
  const half = 0.5 * (t[end - 1] - t[start]);
  const u = Array.from(t.subarray(start, end), (time) => (time - t[start]) / half - 1);
  const basis = new Matrix(u.map((value) => (fit.critical || fit.frequency > 0 ? [1, value] : [1])));
  const inverse = pseudoInverse(basis);
  const misfit = (shift: number) => {
    const y = Matrix.columnVector(u.map((value, i) => exp((fit.rate * half + shift) * value) * x[start + i]));
    const rest = Matrix.sub(y, basis.mmul(inverse.mmul(y)));
    return rest.dot(rest) / y.dot(y);
  };
  let centre = 0;
  for (let reach = REACH; reach > FINEST; reach *= 2 / POINTS) {
    let [best, least] = [0, misfit(centre)];
    for (let k = 1; k <= POINTS; k++) {
      for (const point of [-k, k]) {
        const value = misfit(centre + (point / POINTS) * reach);
        if (value < least) [best, least] = [point, value];
      }
    }
    if (reach === REACH && Math.abs(best) === POINTS) return Number.NaN;
    centre += (best / POINTS) * reach;
  }
  return fit.rate + centre / half;
}

interface Window {
  readonly fit: Fit;
  readonly start: number;
  readonly end: End;
  readonly uncertainty: number;
}

/** Of the windows that end there, the one whose rate depends least on where it begins. */
function bestWindow(t: Float64Array, series: Float64Array, end: End): Window | null {
  const { count, floor, level } = end;
  const x = level === 0 ? series : series.map((value) => value - level);
  const windows: Window[] = [];
  for (let twentieths = 0; twentieths <= LAST_START; twentieths++) {
    const start = Math.floor((count * twentieths) / 20);
    const fit = fitWindow(t, x, start, count, floor);
    if (fit === null) continue;
    const later = fitWindow(t, x, start + Math.ceil((count - start) / 5), count, floor);
    const coarser = fitWindow(t, x, start, count, 30 * floor);
    if (later === null || coarser === null) continue;
    const change = Math.max(Math.abs(fit.rate - later.rate), Math.abs(fit.rate - coarser.rate));
    const uncertainty = change + fit.beside + (fit.oscillating ? fit.pull : 0);
    windows.push({ fit, start, end, uncertainty });
  }
  // Where the longest window sees an oscillation, those too short for it do not count; a longer one is kept unless a shorter one is clearly better.
  const turning = windows[0]?.fit.oscillating ?? false;
  let best: Window | null = null;
  for (const window of windows.filter(({ fit }) => fit.oscillating || !turning))
    if (best === null || window.uncertainty < 0.5 * best.uncertainty) best = window;
  if (best === null) return null;
  const { fit, uncertainty } = best;
  const rivals = windows.filter((window) => window.uncertainty <= RIVAL * uncertainty);
  const spread = Math.max(...rivals.map((window) => Math.abs(window.fit.rate - fit.rate)));
  return { ...best, uncertainty: Math.max(uncertainty, spread) };
}

function round(t: number): number {
  return Number(t.toPrecision(4));
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

interface End {
  /** Samples before it. */
  readonly count: number;
  /** What the values are known to. */
  readonly floor: number;
  /** What they are taken less: the level that they end on. */
  readonly level: number;
  readonly why: string;
}

/** How much of the series stands above its error, given or seen where its end is level. */
function usable(x: Float64Array, given: number | undefined): End {
  const n = x.length;
  const known = given ?? ROUNDING * aheadOf(x, 0)[0];
  const tail = levelFrom(aheadOf(x, 0));
  let level = 0;
  let spread = 0;
  if (tail < n) {
    for (let i = tail; i < n; i++) level += x[i] / (n - tail);
    for (let i = tail; i < n; i++) spread = Math.max(spread, Math.abs(x[i] - level));
    // What is neither flat nor noise is a slow decay, or an oscillation.
    if (spread > FLAT * Math.abs(level) && spread > NOISY * noiseAtEnd(x)) level = spread = 0;
    if (Math.abs(level) <= known) level = 0;
  }
  const floor = Math.max(known, spread);
  const ahead = aheadOf(x, level);
  let count = n;
  while (count > 0 && ahead[count - 1] <= MARGIN * floor) count -= 1;
  const from = level === 0 ? "" : ` (less the level ${level.toExponential(1)} that they end on)`;
  const why =
    count === n
      ? "the end"
      : `where the values${from} come within ${MARGIN} times their error ${floor.toExponential(1)}`;
  return { count, floor, level, why };
}

/** The largest |x − level| that is still to come: monotone, whatever oscillates. */
function aheadOf(x: Float64Array, level: number): Float64Array {
  const out = new Float64Array(x.length);
  for (let i = x.length - 1, most = 0; i >= 0; i--) out[i] = most = Math.max(most, Math.abs(x[i] - level));
  return out;
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

/** The size of white noise by sixth differences over the last quarter: √C(12, 6) = 30 times its own, nothing of a smooth series. */
function noiseAtEnd(x: Float64Array): number {
  const weights = [1, -6, 15, -20, 15, -6, 1];
  const differences: number[] = [];
  for (let i = Math.floor(0.75 * x.length); i + 6 < x.length; i++) {
    differences.push(Math.abs(weights.reduce((sum, weight, j) => sum + weight * x[i + j], 0)));
  }
  differences.sort((a, b) => a - b);
  // Of |a normal number| the median is 0.67 standard deviations.
  return differences.length === 0
    ? 0
    : differences[Math.floor(differences.length / 2)] / (0.67 * Math.sqrt(924));
}

interface Fit {
  readonly rate: number;
  readonly frequency: number;
  readonly critical: boolean;
  readonly modes: number;
  /** Whether the slowest modes turn by half a period or more in the window. */
  readonly oscillating: boolean;
  /** What the other modes add to the local rate at the end, at most. */
  readonly pull: number;
  /** How far other modes are from `rate` that may be the slowest: slower ones above the noise, the halves of a double one. */
  readonly beside: number;
  /** Samples, and the sum of the modes there. */
  readonly times: Float64Array;
  readonly values: Float64Array;
}

interface Mode {
  readonly rate: number;
  readonly frequency: number;
  /** |a e^(λt)| at the window's end. */
  readonly size: number;
}

/** The slowest mode of samples start … end − 1, values known to `floor`; null where they are too few or do not decay. */
function fitWindow(t: Float64Array, x: Float64Array, start: number, end: number, floor: number): Fit | null {
  if (end - start < FEWEST) return null;
  const stride = Math.ceil((end - start) / MOST);
  // The last sample is kept, where the slowest mode stands out.
  const first = start + ((end - 1 - start) % stride);
  const samples = Float64Array.from(
    { length: Math.floor((end - 1 - first) / stride) + 1 },
    (_, i) => x[first + i * stride],
  );
  if (samples.length < FEWEST) return null;
  const spacing = t[first + stride] - t[first];
  const { modes, values } = modesOf(samples, spacing, floor);
  const span = spacing * (samples.length - 1);
  const falling = modes.filter(({ rate }) => rate * span > SLIGHT);
  const steep = falling.some(({ rate }) => rate * span > 3 * OFFSET);
  const decaying = steep ? falling.filter(({ rate }) => rate * span > OFFSET) : falling;
  const most = Math.max(...decaying.map(({ size }) => size));
  // What is left of it at the end tells a slow decay from an offset: a window too short for that has no rate.
  if (falling.some((mode) => !decaying.includes(mode) && mode.size >= SHARE * most)) return null;
  const seen = decaying.filter(({ size }) => size >= SHARE * most).sort((a, b) => a.rate - b.rate);
  if (seen.length === 0) return null;
  const [slow, next] = seen;
  // x of an energy holds 2 Re λ with and without oscillation.
  const together = seen.filter(({ rate }) => rate <= (1 + SAME) * slow.rate);
  const frequency = Math.max(...together.map((mode) => mode.frequency));
  const close =
    next !== undefined &&
    Math.max(Math.abs(next.rate - slow.rate), Math.abs(next.frequency - slow.frequency)) <=
      DOUBLE * slow.rate;
  const paired = slow.frequency > 0 && slow.frequency <= DOUBLE * slow.rate;
  const critical = (close && slow.frequency === 0 && next.frequency === 0) || paired;
  const rate = critical && close ? 0.5 * (slow.rate + next.rate) : slow.rate;
  const others = decaying.filter((mode) => !together.includes(mode));
  const size = Math.max(...together.map((mode) => mode.size));
  const slowest = Math.min(
    slow.rate,
    ...falling.filter((mode) => mode.size > MARGIN * floor).map((mode) => mode.rate),
  );
  return {
    rate,
    frequency: critical ? 0 : frequency,
    critical,
    modes: modes.length,
    oscillating: frequency * span > PERIODS * 2 * Math.PI,
    pull: others.reduce((sum, mode) => sum + Math.abs(mode.rate - rate) * (mode.size / size), 0),
    beside: rate - slowest,
    times: Float64Array.from(samples, (_, i) => t[first + i * stride]),
    values,
  };
}

function modesOf(
  samples: Float64Array,
  spacing: number,
  floor: number,
): { modes: Mode[]; values: Float64Array } {
  const n = samples.length;
  const pencil = Math.floor(n / 2);
  const hankel = new Matrix(n - pencil, pencil + 1);
  for (let i = 0; i < n - pencil; i++) for (let j = 0; j <= pencil; j++) hankel.set(i, j, samples[i + j]);
  const { diagonal, rightSingularVectors } = new SingularValueDecomposition(hankel, { autoTranspose: true });
  // Noise of that size gives singular values up to about floor (√rows + √columns); rounding, ε of the largest.
  const noise = Math.max(floor * (Math.sqrt(n - pencil) + Math.sqrt(pencil + 1)), 1e-14 * diagonal[0]);
  const rank = Math.min(MOST_MODES, diagonal.filter((value) => value > noise).length);
  if (rank === 0) return { modes: [], values: new Float64Array(n) };
  const upper = rightSingularVectors.subMatrix(0, pencil - 1, 0, rank - 1);
  const lower = rightSingularVectors.subMatrix(1, pencil, 0, rank - 1);
  const turn = pseudoInverse(upper).mmul(lower);
  const { realEigenvalues: re, imaginaryEigenvalues: im } = new EigenvalueDecomposition(turn);
  const { sizes, values } = amplitudes(samples, re, im);
  const modes = re.flatMap((real, k) => {
    const square = real * real + im[k] * im[k];
    if (im[k] < 0 || !(square > 0)) return [];
    return [
      { rate: (-0.5 * log(square)) / spacing, frequency: angle(real, im[k]) / spacing, size: sizes[k] },
    ];
  });
  return { modes, values };
}

/** The size of each mode at the last sample, and their sum at all, by least squares on modes counted from there, so that the late samples weigh in full. */
function amplitudes(
  samples: Float64Array,
  re: readonly number[],
  im: readonly number[],
): { sizes: number[]; values: Float64Array } {
  const n = samples.length;
  const columns: number[][] = [];
  const owner: number[] = [];
  for (let k = 0; k < re.length; k++) {
    if (im[k] < 0) continue;
    const powers = powersFromEnd(re[k], im[k], n);
    columns.push(powers.map(([c]) => c));
    owner.push(k);
    if (im[k] === 0) continue;
    columns.push(powers.map(([, s]) => s));
    owner.push(k);
  }
  // Scaled to length 1: modes that are long gone are huge at the first sample.
  const lengths = columns.map((column) => Math.sqrt(column.reduce((sum, value) => sum + value * value, 0)));
  const design = new Matrix(n, columns.length);
  for (const [j, column] of columns.entries()) {
    for (let i = 0; i < n; i++) design.set(i, j, column[i] / lengths[j]);
  }
  const solution = pseudoInverse(design).mmul(Matrix.columnVector(samples));
  const coefficients = solution.to1DArray();
  const squares = new Array<number>(re.length).fill(0);
  for (const [j, k] of owner.entries()) {
    const size = coefficients[j] / lengths[j];
    squares[k] += size * size;
  }
  return { sizes: squares.map(Math.sqrt), values: Float64Array.from(design.mmul(solution).to1DArray()) };
}

/** (Re, Im) of z^(i − (n − 1)), i = 0 … n − 1. */
function powersFromEnd(re: number, im: number, n: number): [number, number][] {
  const square = re * re + im * im;
  const [a, b] = [re / square, -im / square];
  const out: [number, number][] = new Array(n);
  let value: [number, number] = [1, 0];
  for (let i = n - 1; i >= 0; i--) {
    out[i] = value;
    value = [value[0] * a - value[1] * b, value[0] * b + value[1] * a];
  }
  return out;
}

/** The angle of a complex number in the upper half plane, by halving: tan(φ/2) = im/(|z| + re). */
function angle(re: number, im: number): number {
  if (im === 0) return re < 0 ? Math.PI : 0;
  let [x, y] = [re, im];
  let factor = 1;
  // Halved until the series of the arctangent is short.
  while (y > 0.1 * x) {
    const modulus = Math.sqrt(x * x + y * y);
    x += modulus;
    factor *= 2;
  }
  const u = y / x;
  const square = u * u;
  let total = 0;
  for (let k = 12; k >= 0; k--) total = 1 / (2 * k + 1) - square * total;
  return factor * u * total;
}
