// Laws on the line as pieces, each uniform on an interval or an atom, with distribution function F and quantile function Q:
// W₁ = ∫|Q_F − Q_G| du = ∫|F − G| dx, W₂² = ∫(Q_F − Q_G)² du, 2E|X−Y| − E|X−X′| − E|Y−Y′| = 2∫(F − G)² dx (Székely, Rizzo,
// J. Statist. Plann. Inference 143, 2013). All are exact: Q is linear between merged quantiles, F between merged positions.

import { Sum } from "../../base/sum.ts";

/** Piece k is uniform on [from[k], to[k]] (an atom where they agree) and holds the quantiles from upper[k − 1] to upper[k]. */
export interface LineLaw {
  /** Sorted. */
  readonly from: Float64Array;
  readonly to: Float64Array;
  /** Strictly increasing; the last is exactly 1. */
  readonly upper: Float64Array;
}

/** The quantiles at which N equal atoms end: k/N. */
export function equalSteps(count: number): Float64Array {
  const upper = new Float64Array(count);
  for (let i = 0; i < count; i++) upper[i] = (i + 1) / count;
  return upper;
}

/** masses[i] spread over [low + i·width, low + (i+1)·width], normalised; what is not positive is left out. */
export function histogram(low: number, width: number, masses: Float64Array): LineLaw {
  const running = new Sum();
  for (let i = 0; i < masses.length; i++) if (masses[i] > 0) running.add(masses[i]);
  const total = running.value();
  const from = new Float64Array(masses.length);
  const to = new Float64Array(masses.length);
  const upper = new Float64Array(masses.length);
  const below = new Sum();
  let count = 0;
  for (let i = 0; i < masses.length; i++) {
    if (!(masses[i] > 0)) continue;
    below.add(masses[i]);
    const reached = Math.min(below.value() / total, 1);
    // A mass below round-off holds no quantiles: the quantile function jumps over its interval.
    if (count > 0 && !(reached > upper[count - 1])) continue;
    from[count] = low + i * width;
    to[count] = low + (i + 1) * width;
    upper[count] = reached;
    count += 1;
  }
  upper[count - 1] = 1;
  return { from: from.subarray(0, count), to: to.subarray(0, count), upper: upper.subarray(0, count) };
}

/** ∫|d| over a length on which d goes linearly from `before` to `after`. */
export function absoluteIntegral(length: number, before: number, after: number): number {
  const a = Math.abs(before);
  const b = Math.abs(after);
  if (before * after >= 0) return 0.5 * length * (a + b);
  return (0.5 * length * (a * a + b * b)) / (a + b);
}

/** ∫d² over a length on which d goes linearly from `before` to `after`. */
export function squareIntegral(length: number, before: number, after: number): number {
  return (length * (before * before + before * after + after * after)) / 3;
}

/** W₁ and W₂² on the line. O(n + m). */
export function lineTransport(a: LineLaw, b: LineLaw): { w1: number; w2Squared: number } {
  const { from: fromA, to: toA, upper: upperA } = a;
  const { from: fromB, to: toB, upper: upperB } = b;
  const first = new Sum();
  const second = new Sum();
  let i = 0;
  let j = 0;
  let lowerA = 0;
  let lowerB = 0;
  let u = 0;
  let x = fromA[0];
  let y = fromB[0];
  while (i < upperA.length && j < upperB.length) {
    const endA = upperA[i];
    const endB = upperB[j];
    const next = endA < endB ? endA : endB;
    const before = x - y;
    x = next === endA ? toA[i] : fromA[i] + (toA[i] - fromA[i]) * ((next - lowerA) / (endA - lowerA));
    y = next === endB ? toB[j] : fromB[j] + (toB[j] - fromB[j]) * ((next - lowerB) / (endB - lowerB));
    first.add(absoluteIntegral(next - u, before, x - y));
    second.add(squareIntegral(next - u, before, x - y));
    u = next;
    if (next === endA) {
      lowerA = next;
      i += 1;
      x = fromA[i];
    }
    if (next === endB) {
      lowerB = next;
      j += 1;
      y = fromB[j];
    }
  }
  return { w1: first.value(), w2Squared: second.value() };
}

/** visit(length, before, after): F_a − F_b on each interval where it is linear, from left to right. O(n + m) visits. */
export function sweepDifference(
  a: LineLaw,
  b: LineLaw,
  visit: (length: number, before: number, after: number) => void,
): void {
  const { from: fromA, to: toA, upper: upperA } = a;
  const { from: fromB, to: toB, upper: upperB } = b;
  let i = 0;
  let j = 0;
  let insideA = false;
  let insideB = false;
  let valueA = 0;
  let valueB = 0;
  let lowerA = 0;
  let lowerB = 0;
  let x = Math.min(fromA[0], fromB[0]);
  while (i < upperA.length || j < upperB.length) {
    const endA = i < upperA.length ? (insideA ? toA[i] : fromA[i]) : Number.POSITIVE_INFINITY;
    const endB = j < upperB.length ? (insideB ? toB[j] : fromB[j]) : Number.POSITIVE_INFINITY;
    const next = endA < endB ? endA : endB;
    const before = valueA - valueB;
    if (insideA) {
      const part = endA === next ? 1 : (next - fromA[i]) / (toA[i] - fromA[i]);
      valueA = part === 1 ? upperA[i] : lowerA + (upperA[i] - lowerA) * part;
    }
    if (insideB) {
      const part = endB === next ? 1 : (next - fromB[j]) / (toB[j] - fromB[j]);
      valueB = part === 1 ? upperB[j] : lowerB + (upperB[j] - lowerB) * part;
    }
    if (next > x) visit(next - x, before, valueA - valueB);
    x = next;
    if (endA === next) {
      if (insideA || fromA[i] === toA[i]) {
        valueA = upperA[i];
        lowerA = valueA;
        insideA = false;
        i += 1;
      } else insideA = true;
    }
    if (endB === next) {
      if (insideB || fromB[j] === toB[j]) {
        valueB = upperB[j];
        lowerB = valueB;
        insideB = false;
        j += 1;
      } else insideB = true;
    }
  }
}

/** 2∫(F − G)² dx, the square of the energy distance. O(n + m). */
export function lineEnergySquared(a: LineLaw, b: LineLaw): number {
  const total = new Sum();
  sweepDifference(a, b, (length, before, after) => total.add(squareIntegral(length, before, after)));
  return 2 * total.value();
}
