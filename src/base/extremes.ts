// The largest and the least of numbers, however many: Math.max(...values) has them as arguments, of which a stack holds some 100 000.

/** As Math.max of all of them: −∞ of none, NaN where one is. */
export function largestOf(values: Iterable<number>): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (const value of values) largest = Math.max(largest, value);
  return largest;
}

/** As Math.min of all of them: ∞ of none, NaN where one is. */
export function leastOf(values: Iterable<number>): number {
  let least = Number.POSITIVE_INFINITY;
  for (const value of values) least = Math.min(least, value);
  return least;
}
