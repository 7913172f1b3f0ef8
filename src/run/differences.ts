// A derivative beside differences of its function f at one point. With D(h) = (f(x + h) − f(x − h))/2h the error of D(h) is
// h²f‴/6, of which (D(2h) − D(h))/3 tells, and rounding, of which the fourth difference tells (h⁴f⁗ is far below it). At a corner
// any slope between those of the two sides is right.

/** 2⁻¹⁷, near the cube root of the rounding of doubles: truncation and rounding are of one size there. */
const STEP = 2 ** -17;
/** Of |x|, where that is more: steps of a double. */
const LEAST = 2 ** -26;
/** Values to each side. */
const REACH = 6;

export interface DifferenceQuotient {
  readonly value: number;
  /** What it may be off. */
  readonly error: number;
  /** The slopes to the left and to the right. */
  readonly sides: readonly [number, number];
}

/** f′(x) from values of f on both sides. */
export function differenceQuotient(f: (x: number) => number, x: number): DifferenceQuotient {
  // A power of two, so that x ± kh are those numbers.
  const h = Math.max(STEP, LEAST * 2 ** Math.ceil(Math.log2(Math.abs(x) + Number.MIN_VALUE)));
  const values = Float64Array.from({ length: 2 * REACH + 1 }, (_, k) => f(x + (k - REACH) * h));
  const at = (k: number) => values[REACH + k]!;
  const value = (at(1) - at(-1)) / (2 * h);
  const wide = (at(2) - at(-2)) / (4 * h);
  // Windows on one side each: a corner at x is in none.
  const fourth = [-6, -5, -4, 0, 1, 2].map((k) =>
    Math.abs(at(k) - 4 * at(k + 1) + 6 * at(k + 2) - 4 * at(k + 3) + at(k + 4)),
  );
  const size = values.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const rounding = 16 * Number.EPSILON * size + Math.max(...fourth);
  return {
    value,
    error: Math.abs(wide - value) + rounding / h,
    sides: [(at(0) - at(-1)) / h, (at(1) - at(0)) / h],
  };
}

/** How far off a stated derivative is: 0 where differences cannot tell it from the right one. */
export function discrepancy(stated: number, { value, error, sides }: DifferenceQuotient): number {
  const low = Math.min(value, ...sides) - error;
  const high = Math.max(value, ...sides) + error;
  return stated >= low && stated <= high ? 0 : Math.abs(stated - value);
}
