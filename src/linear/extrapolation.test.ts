import { expect, it } from "vitest";
import { Extrapolation } from "./extrapolation.ts";

const at = (value: (n: number) => number[], n: number) => Float64Array.from(value(n));

it("polynomials up to degree 5 are foretold exactly, as soon as one more vector has shown their degree", () => {
  for (let degree = 0; degree <= 5; degree++) {
    const value = (n: number) => [n ** degree, 3 - 2 * n ** degree];
    const sequence = new Extrapolation(2);
    const out = new Float64Array(2);
    for (let n = 0; n < 12; n++) {
      sequence.add(at(value, n));
      const found = sequence.predict(out);
      if (n <= degree) continue;
      expect(found).toBe(degree);
      expect(out).toEqual(at(value, n + 1));
    }
  }
});

it("a smooth sequence to far less than its last difference, a jumping one by its last vector", () => {
  const smooth = new Extrapolation(1);
  const out = new Float64Array(1);
  for (let n = 0; n < 10; n++) smooth.add(Float64Array.of(Math.exp(-0.05 * n)));
  smooth.predict(out);
  expect(Math.abs(out[0]! - Math.exp(-0.5))).toBeLessThan(0.05 ** 5);
  const jumping = new Extrapolation(1);
  for (let n = 0; n < 10; n++) jumping.add(Float64Array.of(n % 2));
  expect(jumping.predict(out)).toBe(0);
  expect(out[0]).toBe(1);
});

it("goes on from a saved state with the same bits, and knows its last vector", () => {
  const value = (n: number) => [Math.sin(n / 7), Math.cos(n / 5), n];
  const whole = new Extrapolation(3);
  expect(whole.endsWith(at(value, 0))).toBe(false);
  for (let n = 0; n < 4; n++) whole.add(at(value, n));
  const other = new Extrapolation(3);
  for (let n = 9; n < 30; n++) other.add(at(value, n));
  other.restore(whole.save());
  for (let n = 4; n < 12; n++) {
    for (const each of [whole, other]) each.add(at(value, n));
    const [a, b] = [new Float64Array(3), new Float64Array(3)];
    expect(other.predict(b)).toBe(whole.predict(a));
    expect(b).toEqual(a);
  }
  expect(other.endsWith(at(value, 11))).toBe(true);
  expect(other.endsWith(at(value, 10))).toBe(false);
  other.clear();
  expect(other.endsWith(at(value, 11))).toBe(false);
  expect(other.save()).toHaveLength(whole.save().length);
});
