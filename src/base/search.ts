// Bisection: in ascending numbers, and of an interval.

/** The ends of an interval after so many halvings, each keeping the half at whose ends `isLow` differs: true at `low`, false at `high`. */
export function bisected(
  low: number,
  high: number,
  halvings: number,
  isLow: (middle: number) => boolean,
): [low: number, high: number] {
  for (let n = 0; n < halvings; n++) {
    const middle = 0.5 * (low + high);
    if (isLow(middle)) low = middle;
    else high = middle;
  }
  return [low, high];
}

/** The same of low < high, down to neighbouring doubles. */
export function bisectedFully(
  low: number,
  high: number,
  isLow: (middle: number) => boolean,
): [low: number, high: number] {
  for (;;) {
    const middle = 0.5 * (low + high);
    if (!(middle > low && middle < high)) return [low, high];
    if (isLow(middle)) low = middle;
    else high = middle;
  }
}

/** The first index, `last` at the latest, whose number exceeds `level`. */
export function firstAbove(ascending: Float64Array, level: number, last = ascending.length - 1): number {
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle] > level) high = middle;
    else low = middle + 1;
  }
  return low;
}
