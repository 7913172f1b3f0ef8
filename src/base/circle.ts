// Places on a circle: x is brought into [low, low + period) by whole periods, x − period ⌊(x − low)/period⌋.

/** Periods beyond which the product of their number and the period is rounded by too much. */
const FAR = 2 ** 17;

/** The image of x in [low, low + period); NaN where x is not finite. */
export function onCircle(x: number, low: number, period: number): number {
  // Of a division the remainder is exact.
  const near = Math.abs(x) < FAR * period ? x : x % period;
  const inside = near - period * Math.floor((near - low) / period);
  if ((inside >= low && inside < low + period) || Number.isNaN(inside)) return inside;
  // Just outside, by rounding.
  const back = inside < low ? inside + period : inside - period;
  return back >= low && back < low + period ? back : low;
}
