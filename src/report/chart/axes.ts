import { tickStep, ticks } from "d3-array";
import { leastOf } from "../../base/extremes.ts";
import { timesPowerOfTen, typesetNumber } from "../notation.ts";

/** An axis: its label in notation, and what it covers. */
export interface Axis {
  readonly label: string;
  readonly log: boolean;
  readonly domain: readonly [number, number];
  /** Where to have ticks, instead of at round places. */
  readonly places?: readonly number[];
  /** Those of them that are labelled; all, where it does not say. */
  readonly labelled?: readonly number[];
}

/**
 * An axis around these values. `zero` keeps zero in sight on a linear axis; `log` asks for a logarithmic one,
 * given only when every value is positive; it spans a decade at least, to have a few ticks.
 */
export function axis(
  label: string,
  values: readonly number[],
  options: { zero?: boolean; log?: boolean } = {},
): Axis {
  const [low, high] = extent(values);
  if (options.log && low > 0) {
    const widen = Math.max(1.2, Math.sqrt(10 / (high / low)));
    return { label, log: true, domain: [low / widen, Math.min(high * widen, Number.MAX_VALUE)] };
  }
  return { label, log: false, domain: linearDomain(low, high, options.zero ?? false) };
}

/** A span of values from which on a logarithmic axis shows more than a linear one. */
const WIDE = 10 ** 1.5;

/** "wide": logarithmic for positive values that span more than 1½ decades. */
export type Scale = "linear" | "from zero" | "wide" | "wide from zero" | "logarithmic";

/** The same by the name of a scale. */
export function scaledAxis(label: string, scale: Scale, values: readonly number[]): Axis {
  const [low, high] = extent(values);
  const log = scale === "logarithmic" || (scale.startsWith("wide") && high / low > WIDE);
  return axis(label, values, { zero: scale.endsWith("zero"), log });
}

/** The smallest and the largest value; [0, 1] when there is none. */
export function extent(values: readonly number[] | Float64Array): [number, number] {
  if (values.length === 0) return [0, 1];
  let [low, high] = [values[0]!, values[0]!];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

function linearDomain(low: number, high: number, zero: boolean): [number, number] {
  const from = zero ? Math.min(low, 0) : low;
  const to = zero ? Math.max(high, 0) : high;
  const pad = (to - from) * 0.04 || Math.abs(to) * 0.1 || 1;
  return [zero && from === 0 ? 0 : from - pad, to + pad];
}

/** How far a log axis goes beyond its outermost values, and how near labels may come, as shares of it. */
const MARGIN = 0.08;
const APART = 0.12;
/** Values up to which each has a tick. */
const FEW_VALUES = 12;

/**
 * The axis of a quantity that was given these values: logarithmic where they are a geometric sequence, or nearly; with ticks at the values where
 * they are few, those without a label that would touch the next larger. `log`: whether it must be.
 */
export function sweptAxis(label: string, values: readonly number[], log = isGeometric(values)): Axis {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const at = log ? Math.log : (value: number) => value;
  const [low, high] = extent(sorted);
  if (sorted.length < 2 || sorted.length > FEW_VALUES || (log && !(low > 0)))
    return axis(label, values, { log });
  const span = at(high) - at(low);
  const domain: [number, number] = log
    ? [low / Math.exp(MARGIN * span), high * Math.exp(MARGIN * span)]
    : [low - MARGIN * span, high + MARGIN * span];
  return { label, log, domain, places: sorted, labelled: withRoom(sorted, at, APART * span) };
}

/** Those whose labels have room, from the largest down. */
function withRoom(sorted: readonly number[], at: (value: number) => number, apart: number): number[] {
  const labelled: number[] = [];
  let last = Number.POSITIVE_INFINITY;
  for (const value of [...sorted].reverse()) {
    if (last - at(value) < apart) continue;
    labelled.unshift(value);
    last = at(value);
  }
  return labelled;
}

/** The least ratio of the ends of a geometric sequence that is worth a logarithmic axis; two values are one if they are a decade apart. */
const LEAST_SPAN = 4;
const DECADE = 10;

/** Whether positive values are spread more evenly by their logarithms. */
export function isGeometric(values: readonly number[]): boolean {
  const sorted = [...new Set(values)].sort((a, b) => a - b);
  const [low, high] = extent(sorted);
  if (!(low > 0) || high / low < (sorted.length === 2 ? DECADE : LEAST_SPAN)) return false;
  if (sorted.length === 2) return true;
  const closest = (at: (value: number) => number) =>
    leastOf(sorted.slice(1).map((value, k) => at(value) - at(sorted[k]!))) / (at(high) - at(low));
  return closest(Math.log) > closest((value) => value);
}

/** The time axis, from the first to the last of these times, equilibria (t = ∞) aside. */
export function timeAxis(times: readonly number[]): Axis {
  const [first, last] = extent(times.filter(Number.isFinite));
  return { label: "time *t*", log: false, domain: [first, last > first ? last : first + 1] };
}

/** A labelled place on an axis. */
export interface Tick {
  readonly value: number;
  readonly label: string;
}

/** Round places along an axis, about as many as wished for. */
export function ticksOf(
  { log, domain: [low, high], places, labelled = places }: Axis,
  wished: number,
): Tick[] {
  if (places) {
    return places.map((value) => ({ value, label: labelled?.includes(value) ? placeLabel(value) : "" }));
  }
  return log ? logTicks(low, high, wished) : linearTicks(low, high, wished);
}

/** As short as it may be: 0.025, 3000, 10⁻⁵. */
function placeLabel(value: number): string {
  const size = Math.abs(value);
  return size === 0 || (size >= 1e-3 && size < 1e5)
    ? String(Number(value.toPrecision(6))).replace("-", "−")
    : typesetNumber(value, 3);
}

/** Multiples of 1, 2 or 5 times a power of ten, all with the same number of decimals. */
function linearTicks(low: number, high: number, wished: number): Tick[] {
  const exponent = Number(tickStep(low, high, wished).toExponential().split("e")[1]);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  return ticks(low, high, wished).map((value) => ({ value, label: linearLabel(value, exponent, largest) }));
}

/** Decimals where these are short, powers of ten where they are not. */
function linearLabel(value: number, exponent: number, largest: number): string {
  const significant = Math.floor(Math.log10(largest)) - exponent + 1;
  const short = largest < 1e5 && (exponent >= -4 || largest >= 0.1);
  return short
    ? value.toFixed(Math.max(0, -exponent)).replace("-", "−")
    : typesetNumber(value, Math.min(Math.max(significant, 1), 17));
}

const DECADE_STRIDES = [1, 2, 3, 5, 10, 20, 50, 100, 200] as const;

/** Powers of ten, evenly thinned; 1, 2, 5 times them when they are fewer than four. */
function logTicks(low: number, high: number, wished: number): Tick[] {
  const first = Math.floor(Math.log10(low));
  const exponents = Array.from({ length: Math.floor(Math.log10(high)) - first + 1 }, (_, k) => first + k);
  const stride = DECADE_STRIDES.find((s) => exponents.length / s <= wished + 2) ?? 1;
  const digits = Math.log10(high / low) < 3 ? [1, 2, 5] : [1];
  const plain = low >= 1e-3 && high < 1e5;
  return exponents
    .filter((exponent) => exponent % stride === 0)
    .flatMap((exponent) =>
      digits.map((digit) => ({ digit, exponent, value: Number(`${digit}e${exponent}`) })),
    )
    .filter(({ value }) => value >= low && value <= high)
    .map(({ digit, exponent, value }) => ({
      value,
      label: plain || value === 1 || value === 10 ? String(value) : timesPowerOfTen(String(digit), exponent),
    }));
}
