// A difference of two success rates on paired trials, P(first) − P(second) = P(first alone) − P(second
// alone): each of these by Clopper and Pearson's interval (Biometrika 26, 1934), at half the error, so that
// both hold together: never too short.

import { bisected } from "../../base/search.ts";

/** P(X ≤ k) for X binomial (n, p), by its terms' logarithms. */
function binomialBelow(k: number, n: number, p: number): number {
  if (p <= 0) return 1;
  if (p >= 1) return k >= n ? 1 : 0;
  let logarithm = n * Math.log1p(-p);
  let total = Math.exp(logarithm);
  for (let i = 1; i <= k; i++) {
    logarithm += Math.log((n - i + 1) / i) + Math.log(p) - Math.log1p(-p);
    total += Math.exp(logarithm);
  }
  return Math.min(1, total);
}

/** The p in [0, 1] at which a falling function of p passes a level, by bisection. */
function passing(of: (p: number) => number, level: number): number {
  const [low, high] = bisected(0, 1, 60, (p) => of(p) > level);
  return 0.5 * (low + high);
}

/** Clopper and Pearson's interval of a probability, k successes of n; cost O(n). */
export function successInterval(k: number, n: number, level: number): readonly [number, number] {
  const tail = (1 - level) / 2;
  const low = k === 0 ? 0 : passing((p) => binomialBelow(k - 1, n, p), 1 - tail);
  const high = k === n ? 1 : passing((p) => binomialBelow(k, n, p), tail);
  return [low, high];
}

/** The interval of P(first) − P(second) from paired trials. */
export function differenceInterval(
  first: readonly boolean[],
  second: readonly boolean[],
  level: number,
): readonly [number, number] {
  const n = first.length;
  const each = 1 - (1 - level) / 2;
  const gained = successInterval(first.filter((won, i) => won && !second[i]).length, n, each);
  const lost = successInterval(second.filter((won, i) => won && !first[i]).length, n, each);
  return [gained[0] - lost[1], gained[1] - lost[0]];
}
