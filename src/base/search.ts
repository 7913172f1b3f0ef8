// Bisection in ascending numbers.

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
