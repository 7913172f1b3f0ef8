// φ and the terms of a relative entropy against high precision, over every size of δ.

import { Decimal as Exact } from "decimal.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divergenceTerm, phi } from "./relative-entropy.ts";

const D = Exact.clone({ precision: 120 });

/** A double's own value; new Decimal(x) would take the few digits it prints as. */
function exact(x: number): Exact {
  let [value, power] = [x, 0];
  for (; !Number.isInteger(value); power++) value *= 2;
  return new D(BigInt(value).toString()).times(new D(2).pow(-power));
}

/** |found − expected| in ε of the expected. */
function error(found: number, expected: Exact): number {
  if (expected.isZero()) return found === 0 ? 0 : Number.POSITIVE_INFINITY;
  return exact(found).div(expected).minus(1).abs().toNumber() / Number.EPSILON;
}

const size = (min: number, max: number) => fc.double({ min, max, noNaN: true }).map((u) => 10 ** u);

describe("φ(δ) = (1 + δ) log(1 + δ) − δ", () => {
  const reference = (delta: number) => {
    const whole = exact(delta).plus(1);
    return whole.times(whole.ln()).minus(exact(delta));
  };

  // log1p has 2 ε, which a square doubles; the direct form's terms are 4.4 times their difference at most.
  it("to 12 ε for δ from −1 to 1e15, however small", () => {
    const deltas = fc.oneof(
      size(-30, 15),
      size(-30, -1e-9).map((u) => -u),
    );
    fc.assert(
      fc.property(deltas, (delta) => {
        expect(error(phi(delta), reference(delta))).toBeLessThan(12);
      }),
      { numRuns: 200 },
    );
  });

  it("at its ends", () => {
    expect(phi(-1)).toBe(1);
    expect(phi(0)).toBe(0);
  });
});

describe("μ log(μ/ν) − μ + ν", () => {
  it("is ν φ(μ/ν − 1), to what rounding of the two logarithms makes of it", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -30, max: 3, noNaN: true }),
        size(-12, 1),
        fc.constantFrom(-1, 1),
        (logNu, distance, sign) => {
          const mu = Math.exp(logNu + sign * distance);
          const nu = exact(logNu).exp();
          const expected = exact(mu).times(exact(mu).div(nu).ln()).minus(exact(mu)).plus(nu);
          // log μ is off by ε|log μ| and the difference by a rounding, of which a term near ½μd² feels 2/d times.
          const felt = 4 * (1 + (Math.abs(logNu) + Math.abs(Math.log(mu))) / distance);
          expect(error(divergenceTerm(mu, logNu), expected)).toBeLessThan(12 + felt);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("for a ν that underflows, and for a μ without entropy", () => {
    expect(divergenceTerm(2, -2000)).toBe(2 * (Math.log(2) + 2000) - 2);
    expect(divergenceTerm(0, -1)).toBe(Math.exp(-1));
    expect(divergenceTerm(-1e-3, -3)).toBeCloseTo(Math.exp(-3) - 2e-3, 15);
    expect(divergenceTerm(1e-300, 0)).toBe(1);
  });
});
