// Angles against the arctangent with 40 digits.

import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { angleOf } from "./angle.ts";

const D = Decimal.clone({ precision: 40 });
const EPS = Number.EPSILON;
const PI = D.acos(-1);

/** A double's own value; new Decimal(x) would take the few digits it prints as. */
const exact = (x: number) => new D(x.toPrecision(100));

function exactAngle(x: number, y: number): Decimal {
  const right = exact(y).div(exact(x).abs()).atan();
  return x > 0 ? right : (y < 0 ? PI.neg() : PI).minus(right);
}

const size = fc
  .tuple(fc.double({ min: -12, max: 12, noNaN: true }), fc.boolean())
  .map(([power, minus]) => (minus ? -1 : 1) * 10 ** power);

describe("the angle of a vector", () => {
  it("is that of 40 digits within 2 eps, whatever the lengths", () => {
    const even = fc.double({ min: -3.14, max: 3.14, noNaN: true }).map((angle) => {
      return [Math.cos(angle), Math.sin(angle)] as const;
    });
    fc.assert(
      fc.property(fc.oneof(even, fc.tuple(size, size)), ([x, y]) => {
        const angle = exactAngle(x, y);
        const off = exact(angleOf(x, y)).minus(angle).abs();
        expect(off.toNumber()).toBeLessThanOrEqual(2 * EPS * angle.abs().toNumber());
      }),
      { numRuns: 2000 },
    );
  });

  it("knows the axes and the diagonals", () => {
    const quarter = Math.PI / 4;
    const around: [number, number][] = [
      [1, 0],
      [1, 1],
      [0, 2],
      [-3, 3],
      [-1, 0],
      [-1, -1],
      [0, -1],
      [1, -1],
    ];
    expect(around.map(([x, y]) => Math.abs(angleOf(x, y)) / quarter)).toEqual([0, 1, 2, 3, 4, 3, 2, 1]);
    expect(angleOf(0, -1)).toBeLessThan(0);
    expect(angleOf(0, 0)).toBe(0);
  });
});
