// The fit against an independent one (SciPy's roots of the same equations), against Student's test where that is exact, and its symmetries.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { meanWithInterval } from "./interval.ts";
import type { Level, Pairing } from "./levels.ts";
import { quasiSlope, type Scatter } from "./quasi-likelihood.ts";

const DESIGNS: readonly (readonly [Pairing, Scatter])[] = [
  ["paired", "by level"],
  ["independent", "common"],
  ["independent", "by level"],
];

const LEVELS: Level[] = [
  { x: 1, samples: [3.1, 2.2, 4.0, 2.9] },
  { x: 2, samples: [1.4, 2.5, 1.9, 1.2] },
  { x: 8, samples: [0.5, 0.8, 0.35, 0.6] },
];
const UNEVEN = [{ x: 1, samples: [...LEVELS[0].samples, 2.0, 3.3] }, LEVELS[1], LEVELS[2]];

/** design, levels, level of confidence; slope, interval, degrees of freedom, t of the curvature. */
const REFERENCE = [
  [0, LEVELS, 0.95, -0.8137863659278649, [-1.317702625656907, -0.4157414234742166], 3, -0.046758702025899955],
  [1, LEVELS, 0.95, -0.8137863659278649, [-1.0535925059105522, -0.5756145989613211], 9, -0.04176344566038903],
  [
    2,
    LEVELS,
    0.95,
    -0.8137863659278649,
    [-1.1255361860886761, -0.5705354342390487],
    5.089036805830664,
    -0.04128465067508532,
  ],
  [
    1,
    UNEVEN,
    0.999,
    -0.7929260253684605,
    [-1.2340172704699734, -0.3022564287725798],
    11,
    -0.2139163608375677,
  ],
  [
    2,
    UNEVEN,
    0.999,
    -0.7929260253684605,
    [-1.6886015500195304, -0.12891970455752041],
    4.9668547660983275,
    -0.19883588123288223,
  ],
] as const;

describe("the slope and its interval", () => {
  it.each(
    REFERENCE,
  )("of design %i agree with SciPy's", (design, levels, level, slope, interval, degrees, t) => {
    const fit = quasiSlope(levels, ...DESIGNS[design]);
    expect(fit.slope).toBeCloseTo(slope, 12);
    expect(fit.degrees).toBeCloseTo(degrees, 10);
    expect(fit.curvature.t).toBeCloseTo(t, 10);
    // t between integers is too long by up to 0.31 %, the interval by as much.
    const tolerance = Number.isInteger(degrees) ? 1e-7 : 0.003 * (interval[1] - interval[0]);
    const [low, high] = fit.interval(level);
    expect(Math.abs(low - interval[0])).toBeLessThan(tolerance);
    expect(Math.abs(high - interval[1])).toBeLessThan(tolerance);
  });

  it("of a clean power law are the exponent, to rounding", () => {
    for (const design of DESIGNS) {
      const levels = [1, 3, 10, 1000].map((x) => ({ x, samples: [1, 2, 3].map((z) => z * 5 * x ** -0.5) }));
      const fit = quasiSlope(levels, ...design);
      expect(fit.slope).toBeCloseTo(-0.5, 12);
      expect(Math.exp(fit.intercept - fit.slope * fit.centre)).toBeCloseTo(10, 11);
      // Rounding over the rounding that is allowed for.
      expect(Math.abs(fit.curvature.t)).toBeLessThan(0.01);
    }
    const shared = [1, 3, 10].map((x) => ({ x, samples: [1, 2, 4].map((z) => z / x) }));
    const [low, high] = quasiSlope(shared, "paired", "common").interval(0.999);
    // Nothing but the common factor scatters: what is left is the stated resolution.
    expect(high - low).toBeLessThan(1e-6);
    expect(low <= -1 && -1 <= high).toBe(true);
  });

  it("of equal replicas have no curvature but rounding", () => {
    for (const pairing of ["paired", "independent"] as const) {
      const levels = [1, 3, 10, 33].map((x) => ({ x, samples: Array(3).fill(x ** -0.7) }));
      expect(Math.abs(quasiSlope(levels, pairing, "common").curvature.t)).toBeLessThan(1);
    }
  });

  it("have ends at infinity where two replicas are asked for 0.99999", () => {
    const levels = [1, 2, 4].map((x) => ({ x, samples: [1 / x, 3 / x] }));
    const fit = quasiSlope(levels, "independent", "by level");
    expect(fit.interval(0.95).every(Number.isFinite)).toBe(true);
    const few = quasiSlope([levels[0], levels[1], { x: 4, samples: [0.1, 5] }], "paired", "by level");
    expect(few.interval(0.99999)).toEqual([-Infinity, Infinity]);
  });

  it("of equal replicas are a point, to the resolution", () => {
    const levels = [1, 2, 4].map((x) => ({ x, samples: [1 / x, 1 / x] }));
    for (const design of DESIGNS) {
      const [low, high] = quasiSlope(levels, ...design).interval(0.999);
      expect(low <= -1 && -1 <= high && high - low < 1e-6).toBe(true);
    }
  });

  it("of a small scatter are those of the straight line through the logarithms", () => {
    // First order in the scatter: s_r = Σ w log y_kr / Σ w², a mean over paired replicas.
    const noise = [0.3, -1.1, 0.4, 0.9, -0.2, 1.4, -0.7, 0.1, -0.5, 0.8, 0.2, -1.3];
    const levels = [1, 10, 100].map((x, k) => ({
      x,
      samples: [0, 1, 2, 3].map((r) => (1 + 1e-5 * noise[4 * k + r]) / x),
    }));
    const slopes = [0, 1, 2, 3].map(
      (r) => (Math.log(levels[2].samples[r]) - Math.log(levels[0].samples[r])) / Math.log(100),
    );
    const expected = meanWithInterval(slopes, 0.95);
    const fit = quasiSlope(levels, "paired", "common");
    expect(Math.abs(fit.slope - expected.mean)).toBeLessThan(1e-9);
    // A relative correction of the size of the scatter, 1e-5, and the rounding of D.
    for (const end of [0, 1] as const) {
      expect(Math.abs(fit.interval(0.95)[end] - expected.interval![end])).toBeLessThan(1e-8);
    }
  });
});

describe("symmetries", () => {
  const samples = fc.array(fc.double({ min: 0.2, max: 5, noNaN: true }), { minLength: 4, maxLength: 4 });
  const levelsOf = fc
    .array(samples, { minLength: 4, maxLength: 4 })
    .map((rows) => rows.map((row, k) => ({ x: [1, 4, 9, 70][k], samples: row })));
  const design = fc.constantFrom(...DESIGNS);
  const factor = fc.double({ min: 1e-3, max: 1e3, noNaN: true });

  function agree(
    a: readonly Level[],
    b: readonly Level[],
    [pairing, scatter]: (typeof DESIGNS)[number],
    times = 1,
  ) {
    const [first, second] = [quasiSlope(a, pairing, scatter), quasiSlope(b, pairing, scatter)];
    expect(second.slope).toBeCloseTo(times * first.slope, 9);
    expect(Math.abs(second.curvature.t)).toBeCloseTo(Math.abs(first.curvature.t), 6);
    const [low, high] = first.interval(0.95);
    const found = second.interval(0.95);
    const [below, above] = times < 0 ? [found[1], found[0]] : found;
    expect(Math.abs(below - times * low)).toBeLessThan(1e-6);
    expect(Math.abs(above - times * high)).toBeLessThan(1e-6);
  }

  it("the units of x and y do not matter", () => {
    fc.assert(
      fc.property(levelsOf, design, factor, factor, (levels, which, unitX, unitY) => {
        const scaled = levels.map(({ x, samples: row }) => ({
          x: unitX * x,
          samples: row.map((y) => unitY * y),
        }));
        agree(levels, scaled, which);
      }),
      { numRuns: 30 },
    );
  });

  it("1/x has the opposite slope", () => {
    fc.assert(
      fc.property(levelsOf, design, (levels, which) => {
        const inverse = levels.map(({ x, samples: row }) => ({ x: 1 / x, samples: row }));
        agree(levels, inverse, which, -1);
      }),
      { numRuns: 30 },
    );
  });

  it("neither the order of the levels nor that of the replicas matters", () => {
    fc.assert(
      fc.property(levelsOf, design, (levels, which) => {
        const order = [2, 0, 3, 1];
        const moved = levels
          .map(({ x, samples: row }) => ({ x, samples: order.map((r) => row[r]) }))
          .reverse();
        agree(levels, moved, which);
      }),
      { numRuns: 30 },
    );
  });

  it("an interval of higher level holds the lower one and the slope", () => {
    fc.assert(
      fc.property(levelsOf, design, (levels, which) => {
        const fit = quasiSlope(levels, ...which);
        const [wide, narrow] = [fit.interval(0.999), fit.interval(0.95)];
        expect(wide[0]).toBeLessThanOrEqual(narrow[0]);
        expect(wide[1]).toBeGreaterThanOrEqual(narrow[1]);
        expect(narrow[0] <= fit.slope && fit.slope <= narrow[1]).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

describe("what cannot be fitted is refused", () => {
  const cases: [string, Level[], Pairing, RegExp][] = [
    ["two levels", LEVELS.slice(1), "paired", /levels: found 2; allowed: ≥ 3/],
    ["no level", [], "paired", /levels: found none/],
    ["one replica", LEVELS.map(({ x }) => ({ x, samples: [1] })), "paired", /replicas: found 1 .* ≥ 2/],
    ["a level twice", [...LEVELS, LEVELS[1]], "paired", /x = 2 twice/],
    ["x = 0", [{ ...LEVELS[0], x: 0 }, LEVELS[1], LEVELS[2]], "paired", /x = 0; allowed/],
    ["uneven pairs", UNEVEN, "paired", /found 6 at x = 1 and 4 at x = 2/],
    [
      "a mean below 0",
      [{ x: 1, samples: [1, -2] }, LEVELS[1], LEVELS[2]],
      "independent",
      /mean -0.5 at x = 1/,
    ],
    ["NaN", [{ x: 1, samples: [1, NaN] }, LEVELS[1], LEVELS[2]], "independent", /value NaN at x = 1/],
  ];
  it.each(cases)("%s", (_, levels, pairing, message) => {
    expect(() => quasiSlope(levels, pairing, "common")).toThrow(message);
  });
});
