// Laws on a circle of circumference L, as pieces on [low, low + L): W₁ = min_α ∫|F − G − α| dx, α a median of F − G; W₂² =
// min_α ∫(Q_F(u) − Q_G(u + α))² du, Q_G(u + 1) = Q_G(u) + L, convex in α (Delon, Salomon, Sobolevski, SIAM J. Appl. Math. 70, 2010);
// 2 min_α ∫(F − G − α)² dx = 2E c(X−Y) − E c(X−X′) − E c(Y−Y′), c(z) = |z|(1 − |z|/L) for |z| ≤ L: Watson's form of the energy distance.

import { checkpoint } from "../../base/interrupt.ts";
import { firstAbove } from "../../base/search.ts";
import { Sum } from "../../base/sum.ts";
import { absoluteIntegral, type LineLaw, squareIntegral, sweepDifference } from "./line-law.ts";

/** F − G around the circle, as intervals on which it is linear. */
interface Difference {
  readonly count: number;
  readonly length: Float64Array;
  readonly before: Float64Array;
  readonly after: Float64Array;
}

function differenceOf(a: LineLaw, b: LineLaw, circumference: number): Difference {
  // Every piece starts and ends once, and the two ends of the cut are joined.
  const room = 2 * (a.upper.length + b.upper.length) + 1;
  const length = new Float64Array(room);
  const before = new Float64Array(room);
  const after = new Float64Array(room);
  let count = 0;
  let covered = 0;
  sweepDifference(a, b, (over, start, end) => {
    length[count] = over;
    before[count] = start;
    after[count] = end;
    covered += over;
    count += 1;
  });
  length[count] = Math.max(0, circumference - covered);
  return { count: count + 1, length, before, after };
}

/** W₁ on the circle. O((n + m) log(n + m)). */
export function circleW1(a: LineLaw, b: LineLaw, circumference: number): number {
  const difference = differenceOf(a, b, circumference);
  const { count, length, before, after } = difference;
  const middle = medianOf(difference, circumference);
  const total = new Sum();
  for (let k = 0; k < count; k++)
    total.add(absoluteIntegral(length[k], before[k] - middle, after[k] - middle));
  return total.value();
}

/** A median of the values of F − G, by length: exact, since the length below a level is linear between end values. */
function medianOf(difference: Difference, circumference: number): number {
  const { count, before, after } = difference;
  const levels = new Float64Array(2 * count);
  levels.set(before.subarray(0, count));
  levels.set(after.subarray(0, count), count);
  levels.sort();
  const half = 0.5 * circumference;
  let low = -1;
  let high = levels.length - 1;
  while (high - low > 1) {
    const mid = (low + high) >> 1;
    if (lengthBelow(difference, levels[mid], true) < half) low = mid;
    else high = mid;
  }
  if (low < 0) return levels[0];
  const below = lengthBelow(difference, levels[low], true);
  const above = lengthBelow(difference, levels[high], false);
  if (!(above > half)) return levels[high];
  return levels[low] + (levels[high] - levels[low]) * ((half - below) / (above - below));
}

/** The length on which F − G is below that level, or on it where `included`. */
function lengthBelow({ count, length, before, after }: Difference, level: number, included: boolean): number {
  let total = 0;
  for (let k = 0; k < count; k++) {
    const low = Math.min(before[k], after[k]);
    const high = Math.max(before[k], after[k]);
    if (high < level || (included && high === level)) total += length[k];
    else if (low < level) total += length[k] * ((level - low) / (high - low));
  }
  return total;
}

/** The square of Watson's energy distance on the circle. O(n + m). */
export function circleEnergySquared(a: LineLaw, b: LineLaw, circumference: number): number {
  const { count, length, before, after } = differenceOf(a, b, circumference);
  const whole = new Sum();
  for (let k = 0; k < count; k++) whole.add(0.5 * length[k] * (before[k] + after[k]));
  const mean = whole.value() / circumference;
  const total = new Sum();
  for (let k = 0; k < count; k++) total.add(squareIntegral(length[k], before[k] - mean, after[k] - mean));
  return 2 * total.value();
}

/** Enough halvings of [−1, 1] to reach neighbouring doubles, at one in three steps. */
const MOST_STEPS = 180;
const EPSILON = 2 ** -52;

/**
 * W₂² on the circle, to round-off in W₂² (so to its root in W₂ where laws agree but for a rotation): about 30 sweeps of
 * O(n + m), 180 at most. The slope in α is exact and increases; by convexity C − min C ≤ |slope| · (the bracket's length).
 */
export function circleW2Squared(a: LineLaw, b: LineLaw, circumference: number): number {
  const cut = shifted(a, b, 0, circumference);
  // Beyond a whole turn every neuron of b would be on the same side of every one of a: the slope has its sign there.
  const far = cut.slope < 0 ? 1 : -1;
  const turned = shifted(a, b, far, circumference);
  let best = Math.min(cut.cost, turned.cost);
  let [low, high] = [Math.min(0, far), Math.max(0, far)];
  let [slopeLow, slopeHigh] = far > 0 ? [cut.slope, turned.slope] : [turned.slope, cut.slope];
  let [weightLow, weightHigh] = [slopeLow, slopeHigh];
  for (let n = 0; n < MOST_STEPS; n++) {
    checkpoint();
    if (Math.min(-slopeLow, slopeHigh) * (high - low) <= EPSILON * best) break;
    // False position, the end that stays losing half its weight (Illinois); every third step halves.
    const guess = low + ((high - low) * weightLow) / (weightLow - weightHigh);
    const middle = n % 3 === 2 || !(guess > low && guess < high) ? 0.5 * (low + high) : guess;
    if (middle <= low || middle >= high) break;
    const { cost, slope } = shifted(a, b, middle, circumference);
    if (cost < best) best = cost;
    if (slope < 0) {
      low = middle;
      slopeLow = slope;
      weightLow = slope;
      weightHigh *= 0.5;
    } else {
      high = middle;
      slopeHigh = slope;
      weightHigh = slope;
      weightLow *= 0.5;
    }
  }
  return best;
}

/** C(α) = ∫(Q_a(u) − Q_b(u + α))² du and its derivative from the right, −∫(d₋ + d₊) dQ_b, d = Q_a − Q_b before and after. */
function shifted(
  a: LineLaw,
  b: LineLaw,
  alpha: number,
  circumference: number,
): { cost: number; slope: number } {
  const { from: fromA, to: toA, upper: upperA } = a;
  const { from: fromB, to: toB, upper: upperB } = b;
  // Piece j of b in its turn around the circle: quantiles and positions shifted by whole turns, and by α.
  let turn = Math.floor(alpha);
  const start = alpha - turn;
  let j = firstAbove(upperB, start);
  let offset = turn * circumference;
  const under = j === 0 ? 0 : upperB[j - 1];
  let lowerB = under + turn - alpha;
  let endB = upperB[j] + turn - alpha;
  let i = 0;
  let lowerA = 0;
  let endA = upperA[0];
  let u = 0;
  let x = fromA[0];
  let y = offset + fromB[j] + (toB[j] - fromB[j]) * ((start - under) / (upperB[j] - under));
  let cost = 0;
  let slope = 0;
  while (true) {
    const next = endA < endB ? endA : endB;
    const before = x - y;
    const startB = y;
    x = next === endA ? toA[i] : fromA[i] + (toA[i] - fromA[i]) * ((next - lowerA) / (endA - lowerA));
    y =
      offset +
      (next === endB ? toB[j] : fromB[j] + (toB[j] - fromB[j]) * ((next - lowerB) / (endB - lowerB)));
    const after = x - y;
    cost += (next - u) * (before * before + before * after + after * after);
    slope -= (before + after) * (y - startB);
    u = next;
    // As α increases, b's jumps come first: at a common jump a is still where it was.
    if (next === endB) {
      const left = y;
      j += 1;
      if (j === upperB.length) {
        j = 0;
        turn += 1;
        offset = turn * circumference;
      }
      lowerB = endB;
      endB = upperB[j] + turn - alpha;
      y = offset + fromB[j];
      slope -= (x - left + x - y) * (y - left);
    }
    if (next === endA) {
      i += 1;
      if (i === upperA.length) break;
      lowerA = endA;
      endA = upperA[i];
      x = fromA[i];
    }
  }
  return { cost: cost / 3, slope };
}
