// Exponents of series whose law is known: pure powers, with corrections, oscillating, with noise; and the laws told from one another.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillNormals } from "../base/normal.ts";
import { compareDecays, type DecayLaw } from "./compare-decays.ts";
import { type DecayOptions, fitPowerDecay } from "./decay.ts";

type Curve = (t: number) => number;

function series(x: Curve, until = 20, count = 201): [Float64Array, Float64Array] {
  const t = Float64Array.from({ length: count }, (_, i) => (until * i) / (count - 1));
  // x(0) of a power is infinite, and not used.
  return [t, t.map((time) => (time === 0 ? 1 : x(time)))];
}

/** A relative error of each sample, autoregressive: e_i = ρe_(i−1) + √(1 − ρ²) normal. */
function noise(size: number, rho: number, seed: number, count = 201): Float64Array {
  const out = new Float64Array(count + 1);
  fillNormals(out, 0, out.length, seed, 1, 0, 0, 0);
  for (let i = 1; i < out.length; i++) out[i] = rho * out[i - 1] + Math.sqrt(1 - rho * rho) * out[i];
  return out.map((value) => 1 + size * value);
}

describe("the exponent", () => {
  it("of a pure power is exact, in any unit of t and x", () => {
    const exponent = fc.double({ min: 0.2, max: 6, noNaN: true });
    const unit = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
    fc.assert(
      fc.property(exponent, unit, unit, fc.boolean(), (k, unitT, unitX, negative) => {
        const [t, x] = series((time) => (negative ? -unitX : unitX) * time ** -k);
        const found = fitPowerDecay(
          t.map((time) => unitT * time),
          x,
        );
        expect(Math.abs(found.exponent - k)).toBeLessThan(1e-9);
        expect(found.uncertainty).toBeLessThan(1e-9);
      }),
      { numRuns: 30 },
    );
  });

  it("is taken from the whole series where every window is exact: 1/t at powers of 2", () => {
    const t = Float64Array.from({ length: 24 }, (_, i) => 2 ** i);
    const { exponent, uncertainty, window, samples } = fitPowerDecay(
      t,
      t.map((time) => 1 / time),
    );
    expect([exponent, uncertainty, samples]).toEqual([1, 0, 24]);
    expect(window).toEqual({ from: 1, to: 2 ** 23 });
  });

  it("with a correction of relative size 1/t, 20 % where the window begins, is known to the stated uncertainty", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.7, max: 4, noNaN: true }),
        fc.double({ min: -0.5, max: 0.5, noNaN: true }),
        fc.constantFrom(10, 50, 400),
        (k, a, until) => {
          const [t, x] = series((time) => time ** -k * (1 + a / time), until, 401);
          const late = t.findIndex((time) => time >= 1);
          const found = fitPowerDecay(t.slice(late), x.slice(late));
          expect(Math.abs(found.exponent - k)).toBeLessThanOrEqual(found.uncertainty + 1e-9);
        },
      ),
      { numRuns: 50 },
    );
  });

  it("is refused, not guessed, where the correction leaves 30 % of it in doubt; a longer series tells", () => {
    const until = (end: number) => {
      const t = Float64Array.from({ length: 401 }, (_, i) => 1 + ((end - 1) * i) / 400);
      return fitPowerDecay(
        t,
        t.map((time) => time ** -0.5 * (1 - 0.45 / time)),
      );
    };
    expect(() => until(10)).toThrow(/no clean decay, .* run longer/);
    const found = until(50);
    expect(Math.abs(found.exponent - 0.5)).toBeLessThan(found.uncertainty);
  });

  it("of an oscillation is that of its maxima: (2J₁(t)/t)², Nesterov's mode, falls as t⁻³", () => {
    const points = Array.from({ length: 2000 }, (_, i) => (Math.PI * (i + 0.5)) / 2000);
    const bessel = (t: number) =>
      points.reduce((sum, u) => sum + Math.cos(u - t * Math.sin(u)), 0) / points.length;
    const [t, x] = series((time) => ((2 * bessel(time)) / time) ** 2, 100, 1001);
    expect(() => fitPowerDecay(t, x, { floor: 1e-9 })).toThrow(/before larger values.*envelope/);
    const found = fitPowerDecay(t, x, { envelope: true });
    expect(Math.abs(found.exponent - 3)).toBeLessThan(2 * found.uncertainty);
    expect(found.uncertainty).toBeLessThan(0.01);
  });

  it("beside a level is that of x(t) − x(2t); a fit of x itself takes the level for a law, where a shift of time hides it", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.7, max: 4, noNaN: true }),
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 0.4, noNaN: true }),
        (k, level, shift) => {
          const [t, x] = series((time) => level + (time + shift) ** -k, 40, 401);
          const found = fitPowerDecay(t, x, { offset: true, floor: 1e-14 });
          expect(Math.abs(found.exponent - k)).toBeLessThanOrEqual(found.uncertainty + 1e-9);
          expect(found.uncertainty).toBeLessThan(0.1 * k);
        },
      ),
      { numRuns: 50 },
    );
    const [t, x] = series((time) => (time + 0.125) ** -2 + 4e-5, 20, 401);
    const [shown, beside] = [false, true].map((offset) => fitPowerDecay(t, x, { offset }));
    expect(Math.abs(shown!.exponent - 2)).toBeGreaterThan(2 * shown!.uncertainty);
    expect(Math.abs(beside!.exponent - 2)).toBeLessThan(beside!.uncertainty);
    expect(beside!.window.to).toBe(20);
    expect(beside!.reason).toMatch(/^of x\(t\) − x\(2t\), whatever the limit of x; from/);
  });

  it("ends its window 100 times above the floor, and says so", () => {
    const [t, x] = series((time) => time ** -2);
    const found = fitPowerDecay(t, x, { floor: 1e-4 });
    expect(found.window.to).toBeCloseTo(9.9, 10);
    expect(found.reason).toMatch(
      /^from t = .* depends least on the window .* to t = 9.9, where the values come within 100 times their error 1.0e-4$/,
    );
  });

  it.each([
    ["an exponential", (t: number) => Math.exp(-t), {}, /no clean decay/],
    ["growth", (t: number) => t, {}, /no clean decay, .*; the values grow$/],
    ["a change of sign", (t: number) => 1 / t - 0.1, {}, /of the other sign; begin later/],
    [
      "a series all below its floor",
      (t: number) => 1 / t,
      { floor: 1 },
      /found 0 usable samples; needed: 10/,
    ],
    [
      "too short a window",
      (t: number) => 1 / t,
      { floor: 0.03 },
      /found [0-9]+ usable samples from t = 0.1 to 0.3/,
    ],
  ] as [string, Curve, DecayOptions, RegExp][])("of %s is refused", (_, x, options, message) => {
    expect(() => fitPowerDecay(...series(x), options)).toThrow(message);
  });

  it("asks for ascending times and finite values", () => {
    expect(() => fitPowerDecay([1, 2], [1])).toThrow("found 2 times and 1 values");
    expect(() => fitPowerDecay([1, 1], [1, 2])).toThrow("found t = 1 after 1");
    expect(() => fitPowerDecay([1, 2], [1, Number.NaN])).toThrow("found NaN at t = 2");
  });
});

describe("the comparison", () => {
  const clean: [string, Curve, "exponential" | "power", DecayLaw, number, number | null][] = [
    ["an exponential", (t) => 3 * Math.exp(-0.3 * t), "exponential", "exponential", 0.3, null],
    [
      "an exponential over a constant",
      (t) => Math.exp(-0.3 * t) + 1e-3,
      "exponential",
      "exponential + constant",
      0.3,
      1e-3 / (Math.exp(-6) + 1e-3),
    ],
    ["a power", (t) => t ** -2, "power", "power", 2, null],
    ["a power over a constant", (t) => 1 / t + 0.02, "power", "power + constant", 1, 0.02 / 0.07],
    [
      "a power with a logarithm",
      (t) => t ** -2 * Math.log(t + 1e-12) ** 1.5,
      "power",
      "power × logarithm",
      2,
      1.5,
    ],
  ];
  it.each(clean)("knows %s", (_, x, family, law, speed, extra) => {
    // From t = 2.1 on, where log t is positive.
    const [t, values] = series(x);
    const found = compareDecays(t.slice(21), values.slice(21));
    expect(found.family).toBe(family);
    expect(found.laws[0].law).toBe(law);
    expect(found.laws[0].excess).toBe(0);
    expect(found.laws[0].speed).toBeCloseTo(speed, 6);
    if (extra === null) expect(found.laws[0].extra).toBe(null);
    else expect(found.laws[0].extra).toBeCloseTo(extra, 6);
    expect(found.laws.map(({ excess }) => excess)).toEqual(
      found.laws.map(({ excess }) => excess).sort((a, b) => a - b),
    );
  });

  it("takes log t for a factor where its window begins after t = 2", () => {
    const taken = [1.6, 1.9, 2.01, 2.4].map((begin) => {
      // Over a factor of 4.05, of which a window takes 4: it begins with the first.
      const t = Float64Array.from({ length: 12 }, (_, i) => begin * 4.05 ** (i / 11));
      const { laws, window } = compareDecays(
        t,
        t.map((time) => (1 + 1e-3 * Math.sin(37 * time)) * time ** -0.7),
      );
      expect(laws.some(({ law }) => law === "power × logarithm")).toBe(window.from > 2);
      return window.from > 2;
    });
    expect(taken).toEqual([false, false, true, true]);
  });

  it("is not sure where the window cannot tell", () => {
    // Over a factor 4 of t a power looks like an exponential of the right rate, within this noise.
    const [t, x] = series((time) => time ** -0.3);
    const rough = x.map((value, i) => value * noise(0.3, 0, 5)[i]);
    expect(compareDecays(t.slice(50), rough.slice(50)).family).toBe(null);
  });

  it("counts correlated residuals as the few that they are: no false family in 20 noisy series of each", () => {
    let undecided = 0;
    for (let seed = 0; seed < 20; seed++) {
      const errors = noise(0.1, 0.95, seed);
      for (const [family, law] of [
        ["exponential", (t: number) => Math.exp(-0.1 * t)],
        ["power", (t: number) => t ** -1.5],
      ] as const) {
        const [t, x] = series(law);
        const found = compareDecays(
          t,
          x.map((value, i) => value * errors[i]),
          { floor: 1e-5 },
        ).family;
        if (found === null) undecided += 1;
        else expect(found).toBe(family);
      }
    }
    // Most are decided all the same.
    expect(undecided).toBeLessThan(15);
  });
});
