import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axis, isGeometric, sweptAxis, ticksOf, timeAxis } from "./axes.ts";

const labels = (low: number, high: number, log = false) =>
  ticksOf({ label: "", log, domain: [low, high] }, 5).map(({ label }) => label);

describe("axes", () => {
  it("keep zero in sight, pad, and widen a single value", () => {
    expect(axis("", [1, 5], { zero: true }).domain).toEqual([0, 5.2]);
    expect(axis("", [0, 100]).domain).toEqual([-4, 104]);
    expect(axis("", [5, 5]).domain).toEqual([4.5, 5.5]);
    expect(axis("", [0, 0]).domain).toEqual([-1, 1]);
    expect(axis("", []).domain[0]).toBeLessThan(0);
  });

  it("are logarithmic for positive values only", () => {
    expect(axis("", [1e-3, 1], { log: true }).log).toBe(true);
    expect(axis("", [0, 1], { log: true }).log).toBe(false);
    const [low, high] = axis("", [5e-4, 6e-4], { log: true }).domain;
    expect(high / low).toBeGreaterThan(9.99);
    expect(low < 5e-4 && 6e-4 < high).toBe(true);
  });
});

describe("the time axis", () => {
  it("ends at the last finite time", () => {
    expect(timeAxis([0, 4, Number.POSITIVE_INFINITY]).domain).toEqual([0, 4]);
    expect(timeAxis([Number.POSITIVE_INFINITY]).domain).toEqual([0, 1]);
  });
});

describe("ticks", () => {
  it("are where the axis says, if it does", () => {
    const ticks = ticksOf({ label: "", log: true, domain: [50, 400], places: [100, 300] }, 5);
    expect(ticks).toEqual([
      { value: 100, label: "100" },
      { value: 300, label: "300" },
    ]);
  });

  it("have short labels in common decimals", () => {
    expect(labels(0, 0.22)).toEqual(["0.00", "0.05", "0.10", "0.15", "0.20"]);
    expect(labels(-1, 1)).toEqual(["−1.0", "−0.5", "0.0", "0.5", "1.0"]);
    expect(labels(0, 40)).toEqual(["0", "10", "20", "30", "40"]);
    expect(labels(1, 1 + 4.1e-12).at(-1)).toBe("1.000000000004");
  });

  it("have powers of ten where decimals are long", () => {
    expect(labels(-1e20, 0)).toEqual(["−10²⁰", "−8×10¹⁹", "−6×10¹⁹", "−4×10¹⁹", "−2×10¹⁹", "0"]);
    expect(labels(0, 5e-9).slice(0, 3)).toEqual(["0", "10⁻⁹", "2×10⁻⁹"]);
    expect(new Set(labels(1e7, 1e7 + 4)).size).toBe(5);
  });

  it("are 1, 2, 5 on short logarithmic axes and powers of ten on long ones", () => {
    expect(labels(0.008, 1.2, true)).toEqual(["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]);
    expect(labels(1e-12, 10, true)).toEqual(["10⁻¹²", "10⁻¹⁰", "10⁻⁸", "10⁻⁶", "10⁻⁴", "10⁻²", "1"]);
    expect(labels(1e-70, 1e50, true).slice(0, 2)).toEqual(["10⁻⁶⁰", "10⁻⁴⁰"]);
  });

  it("lie in the domain, in order, few and distinct", () => {
    const scale = fc.integer({ min: -290, max: 290 }).map((exponent) => 10 ** exponent);
    fc.assert(
      fc.property(scale, fc.double({ min: -1, max: 1, noNaN: true }), fc.boolean(), (size, start, log) => {
        const [low, high] = log
          ? [size, size * 10 ** (2 + 5 * Math.abs(start))]
          : [start * size, (start + 1) * size];
        const ticks = ticksOf({ label: "", log, domain: [low, high] }, 5);
        const values = ticks.map(({ value }) => value);
        expect(values.length).toBeGreaterThanOrEqual(2);
        expect(values.length).toBeLessThanOrEqual(log ? 10 : 9);
        expect(values).toEqual([...values].sort((a, b) => a - b));
        const slack = 1e-12 * size;
        for (const value of values) expect(value >= low - slack && value <= high + slack).toBe(true);
        expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
      }),
    );
  });
});

describe("axes of what was swept", () => {
  it.each<[boolean, number[]]>([
    [true, [10, 100, 1000]],
    [true, [0.025, 0.05, 0.1, 0.2]],
    [true, [1, 2, 5, 10, 20, 50]],
    [true, [16, 256]],
    [true, [100, 300, 1000, 30000]],
    [true, [1, 10]],
    [false, [16, 32]],
    [false, [1, 5]],
    [false, [1, 9.9]],
    [true, [1, 2, 4]],
    [false, [1, 2, 3.9]],
    [false, [1, 2, 3, 4, 5]],
    [false, [0.9, 1, 1.1]],
    [false, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    [false, [0, 0.1, 1]],
    [false, [-1, 10, 100]],
    [false, [5]],
  ])("logarithmic: %s for %j", (log, values) => {
    expect(isGeometric(values)).toBe(log);
    expect(sweptAxis("", values).log).toBe(log);
  });

  it("have a tick at every value, where these are few, and labels that leave one another room", () => {
    const steps = sweptAxis("", [0.2, 0.1, 0.05, 0.025, 0.1]);
    expect(ticksOf(steps, 5).map(({ label }) => label)).toEqual(["0.025", "0.05", "0.1", "0.2"]);
    const crowded = sweptAxis("", [10, 11, 12, 100, 1000, 1010]);
    expect(ticksOf(crowded, 5).map(({ value, label }) => [value, label])).toEqual([
      [10, ""],
      [11, ""],
      [12, "12"],
      [100, "100"],
      [1000, ""],
      [1010, "1010"],
    ]);
    expect(
      sweptAxis(
        "",
        Array.from({ length: 40 }, (_, k) => 1 + k),
      ).places,
    ).toBeUndefined();
  });

  it("hold all their values, away from the edges", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 12 }),
        (values) => {
          const { domain, places = [], labelled = [] } = sweptAxis("", values);
          for (const value of values) {
            expect(value).toBeGreaterThanOrEqual(domain[0]);
            expect(value).toBeLessThanOrEqual(domain[1]);
          }
          for (const value of labelled) expect(places).toContain(value);
        },
      ),
    );
  });
});
