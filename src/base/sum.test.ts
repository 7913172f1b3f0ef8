// Compensated sums against whole numbers of any length, on terms that cancel.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dotBetween, dotOf, Sum, sumOf } from "./sum.ts";

const EPS = Number.EPSILON;

/** Σ and Σ|·| of multiples of 2^−80, the first by whole numbers without rounding. */
function exactly(terms: Iterable<number>): { sum: number; size: number } {
  let [sum, size] = [0n, 0];
  for (const term of terms) {
    sum += BigInt(term * 2 ** 80);
    size += Math.abs(term);
  }
  return { sum: Number(sum) / 2 ** 80, size };
}

/** Terms of sizes from 1e-12 to 1e12, with the opposite of most of them, in any order: |Σ| is far below Σ|·|. */
const cancelling = fc
  .array(
    fc.tuple(fc.integer({ min: -(2 ** 40), max: 2 ** 40 }), fc.integer({ min: -40, max: 0 }), fc.boolean()),
    { minLength: 1, maxLength: 40 },
  )
  .chain((parts) => {
    const terms = parts.flatMap(([whole, exponent, alone]) => {
      const term = whole * 2 ** exponent;
      return alone ? [term * 2 ** -40] : [term, -term];
    });
    return fc.shuffledSubarray(terms, { minLength: terms.length });
  })
  .map((terms) => Float64Array.from(terms));

describe("compensated sums err by 2ε|Σ| + n²ε²Σ|·| at most", () => {
  it("of a list, and one by one", () => {
    fc.assert(
      fc.property(cancelling, (terms) => {
        const { sum, size } = exactly(terms);
        const bound = 2 * EPS * Math.abs(sum) + (terms.length * EPS) ** 2 * size;
        const added = new Sum();
        for (const term of terms) added.add(term);
        expect(Math.abs(sumOf(terms) - sum)).toBeLessThanOrEqual(bound);
        expect(Math.abs(added.value() - sum)).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 300 },
    );
    expect(sumOf(Float64Array.of(1, 1e100, 1, -1e100))).toBe(2);
    expect(sumOf(Float64Array.of(1e100, 1, 1, -1e100))).toBe(2);
    expect(sumOf(new Float64Array())).toBe(0);
  });

  it("of products, by the products as they round", () => {
    fc.assert(
      fc.property(cancelling, fc.integer({ min: 1, max: 1000 }), (terms, seed) => {
        const factors = terms.map((_, i) => ((seed * (i + 1)) % 7) - 3);
        const { sum, size } = exactly(terms.map((term, i) => term * factors[i]));
        const bound = 2 * EPS * Math.abs(sum) + (terms.length * EPS) ** 2 * size;
        expect(Math.abs(dotOf(terms, factors) - sum)).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 300 },
    );
    expect(dotOf(Float64Array.of(1, 1e50, 1, -1e50), Float64Array.of(3, 1e50, 5, 1e50))).toBe(8);
  });
});

it("Σ a[atA + k] b[atB + k] of any part of two lists, whole numbers exactly", () => {
  const whole = fc.integer({ min: -1000, max: 1000 });
  const list = fc.array(whole, { minLength: 20, maxLength: 20 }).map((values) => Float64Array.from(values));
  const at = fc.integer({ min: 0, max: 7 });
  fc.assert(
    fc.property(list, list, at, at, fc.integer({ min: 0, max: 13 }), (a, b, atA, atB, count) => {
      let sum = 0;
      for (let k = 0; k < count; k++) sum += a[atA + k] * b[atB + k];
      expect(dotBetween(a, atA, b, atB, count)).toBe(sum);
    }),
    { numRuns: 300 },
  );
});
