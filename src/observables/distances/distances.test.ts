// Distances for p = 1, and f against g, against closed forms and brute force written here: permutations, double sums, scans.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axis } from "../../grid/axis.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import { initialDensity } from "../../grid/initial.ts";
import { sample } from "../../grid/sample-testing.ts";
import { gaussian } from "../../problem/law.ts";
import { circleW1, circleW2Squared } from "./circle-law.ts";
import { type Distances, type Law, rmsDifference, type Space, slicesOf } from "./distances.ts";
import { equalSteps, histogram, type LineLaw } from "./line-law.ts";
import { distances } from "./testing.ts";

const EPSILON = 2 ** -52;
const LINE: Space = { dimension: 1, torus: null };
const CIRCLE: Space = { dimension: 1, torus: { low: -Math.PI, high: Math.PI } };
const TURN = 2 * Math.PI;

function box(
  low: number,
  high: number,
  cells: number,
  periodic = false,
): { grid: Grid; values: Float64Array } {
  const made = grid([axis({ low, high, cells, periodic })]);
  return { grid: made, values: new Float64Array(cells).fill(1 / (high - low)) };
}

function points(...values: number[]): Law {
  return { points: Float64Array.from(values) };
}

function normal(
  mean: number[],
  std: number[],
  cells: number[],
  reach = 8,
): { grid: Grid; values: Float64Array } {
  const axes = cells.map((count, k) =>
    axis({ low: mean[k] - reach * std[k], high: mean[k] + reach * std[k], cells: count }),
  );
  const made = grid(axes);
  return { grid: made, values: initialDensity(made, gaussian({ mean, std }), 1) };
}

/** Relative to the numbers that go in: a few roundings each in sums of up to a thousand terms. */
function expectClose(found: number, expected: number, scale = 1): void {
  expect(Math.abs(found - expected), `found ${found}, expected ${expected}`).toBeLessThan(
    1e3 * EPSILON * scale,
  );
}

const anyPositions = (low: number, high: number, most = 12) =>
  fc.array(fc.double({ min: low, max: high, noNaN: true }), { minLength: 1, maxLength: most });
const anyMasses = fc
  .array(fc.oneof(fc.constant(0), fc.double({ min: 1e-3, max: 1, noNaN: true })), {
    minLength: 4,
    maxLength: 12,
  })
  .filter((masses) => masses.some((mass) => mass > 0));

/** A network or a density on the line (or the circle) within [−π, π]. */
const anyLaw = (periodic: boolean): fc.Arbitrary<Law> =>
  fc.oneof(
    anyPositions(-3, 3).map((values) => points(...values)),
    anyMasses.map((masses) => {
      const made = grid([axis({ low: -Math.PI, high: Math.PI, cells: masses.length, periodic })]);
      return { grid: made, values: Float64Array.from(masses) };
    }),
  );

describe("on the line, closed forms", () => {
  it("boxes shifted by s: W₁ = W₂ = s, energy² = 2s² − ⅔s³", () => {
    for (const s of [0, 0.3, 1]) {
      const found = distances(box(0, 1, 10), box(s, 1 + s, 37), LINE);
      expectClose(found.w1, s);
      expectClose(found.w2, s);
      expectClose(found.energy!, Math.sqrt(2 * s * s - (2 / 3) * s ** 3));
    }
  });

  it("boxes on [−a, a] and [−b, b]: W₁ = |a − b|/2, W₂ = |a − b|/√3", () => {
    const found = distances(box(-1, 1, 8), box(-2.5, 2.5, 11), LINE);
    expectClose(found.w1, 0.75);
    expectClose(found.w2, 1.5 / Math.sqrt(3));
  });

  it("a point against a box: W₁ = ½ − x + x², W₂² = 1/12 + (x − ½)², energy² = 2E|X − Y| − 1/3", () => {
    for (const x of [0, 0.2, 0.5, 0.9, 1]) {
      const found = distances(points(x), box(0, 1, 5), LINE);
      const mean = 0.5 - x + x * x;
      expectClose(found.w1, mean);
      expectClose(found.w2, Math.sqrt(1 / 12 + (x - 0.5) ** 2));
      expectClose(found.energy!, Math.sqrt(2 * mean - 1 / 3));
    }
  });

  it("two points against one", () => {
    const found = distances(points(-1, 2), points(0), LINE);
    expectClose(found.w1, 1.5);
    expectClose(found.w2, Math.sqrt(2.5));
    expectClose(found.energy!, Math.sqrt(3 - 1.5));
  });

  it("Gaussians: W₂² = Δm² + Δs² to second order in the spacing", () => {
    const exact = Math.hypot(0.4, 0.3);
    const errors = [40, 80, 160].map((cells) => {
      const found = distances(normal([0], [1], [cells]), normal([0.4], [0.7], [cells + 7], 9), LINE);
      return Math.abs(found.w2 - exact);
    });
    expect(errors[0] / errors[1]).toBeGreaterThan(3.5);
    expect(errors[1] / errors[2]).toBeGreaterThan(3.5);
    // The cells' own width adds Δ²/12 to each variance, and once more Δ²/12 through the averages.
    expect(errors[2]).toBeLessThan((16 / 160) ** 2 / 6);
  });

  it("Gaussians of one width: W₁ = |Δm|, energy² = 2E|N(m, 2s²)| − 2E|N(0, 2s²)|", () => {
    const [m, s] = [0.6, 0.9];
    const cells = 2000;
    const found = distances(normal([0], [s], [cells]), normal([m], [s], [cells]), LINE);
    expect(Math.abs(found.w1 - m)).toBeLessThan(1e-12);
    // E|N(m, v)| = ∫|x|, by the midpoint rule, which is far more exact here than the grid.
    const v = 2 * s * s;
    const mean = (centre: number) => {
      let total = 0;
      for (let x = -15; x < 15; x += 1e-3) {
        total += Math.abs(x + 5e-4) * Math.exp((-0.5 * (x + 5e-4 - centre) ** 2) / v);
      }
      return (total * 1e-3) / Math.sqrt(2 * Math.PI * v);
    };
    expect(Math.abs(found.energy! ** 2 - 2 * (mean(m) - mean(0)))).toBeLessThan(3e-5);
  });
});

/** Q(u) by looking through the pieces. */
function quantile({ from, to, upper }: LineLaw, u: number): number {
  const k = upper.findIndex((bound) => u < bound);
  const lower = k === 0 ? 0 : upper[k - 1];
  return from[k] + ((to[k] - from[k]) * (u - lower)) / (upper[k] - lower);
}

/** F(x) by looking through the pieces. */
function distribution({ from, to, upper }: LineLaw, x: number): number {
  let total = 0;
  for (let k = 0; k < upper.length; k++) {
    const mass = upper[k] - (k === 0 ? 0 : upper[k - 1]);
    if (x >= to[k]) total += mass;
    else if (x > from[k]) total += (mass * (x - from[k])) / (to[k] - from[k]);
  }
  return total;
}

describe("on the line, brute force", () => {
  it("W₁ and W₂ by 4000 quantiles, the energy distance by 4000 positions", () => {
    fc.assert(
      fc.property(anyLaw(false), anyLaw(false), (a, b) => {
        const [left, right] = [slicesOf(a, LINE).laws[0], slicesOf(b, LINE).laws[0]];
        const found = distances(a, b, LINE);
        const n = 4000;
        let [w1, w2, energy] = [0, 0, 0];
        for (let i = 0; i < n; i++) {
          const u = (i + 0.5) / n;
          const d = quantile(left, u) - quantile(right, u);
          w1 += Math.abs(d) / n;
          w2 += (d * d) / n;
          const x = -Math.PI + TURN * u;
          energy += 2 * (TURN / n) * (distribution(left, x) - distribution(right, x)) ** 2;
        }
        // Each of at most 24 jumps can fall inside one interval of the sums, where d is off by at most 2π (F − G by 1).
        expect(Math.abs(found.w1 - w1)).toBeLessThan((26 * TURN) / n);
        expect(Math.abs(found.w2 ** 2 - w2)).toBeLessThan((26 * TURN ** 2) / n);
        expect(Math.abs(found.energy! ** 2 - energy)).toBeLessThan((2 * 26 * TURN) / n);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  it("networks of different widths: the energy distance is its double sum, W₁ = ∫|F − G|", () => {
    fc.assert(
      fc.property(anyPositions(-3, 3), anyPositions(-3, 3), (x, y) => {
        const found = distances(points(...x), points(...y), LINE);
        const squared = doubleSum(x, y, (s, t) => Math.abs(s - t));
        expectClose(found.energy! ** 2, squared, 100);
        const all = [...x, ...y].sort((s, t) => s - t);
        let area = 0;
        for (let i = 1; i < all.length; i++) {
          const below = (values: number[]) => values.filter((v) => v <= all[i - 1]).length / values.length;
          area += (all[i] - all[i - 1]) * Math.abs(below(x) - below(y));
        }
        expectClose(found.w1, area, 10);
      }),
      { seed: 2 },
    );
  });
});

/** 2E c(X, Y) − E c(X, X′) − E c(Y, Y′) */
function doubleSum<T>(x: readonly T[], y: readonly T[], c: (s: T, t: T) => number): number {
  const mean = (a: readonly T[], b: readonly T[]) =>
    a.reduce((sum, s) => sum + b.reduce((inner, t) => inner + c(s, t), 0), 0) / (a.length * b.length);
  return 2 * mean(x, y) - mean(x, x) - mean(y, y);
}

describe.each([
  ["line", LINE],
  ["circle", CIRCLE],
] as const)("metric on the %s", (_name, space) => {
  const law = anyLaw(space.torus !== null);
  const keys = ["w1", "w2", "energy"] as const;
  // W₂² and energy² carry round-off of the scale squared, hence its root.
  const slack = { w1: 1e-12, w2: 1e-6, energy: 1e-6 };
  const between = (a: Law, b: Law) => distances(a, b, space) as Distances & { energy: number };

  it("0 for equal laws, exactly", () => {
    fc.assert(
      fc.property(law, (a) => {
        expect(between(a, structuredClone(a))).toMatchObject({ w1: 0, w2: 0, energy: 0 });
      }),
      { seed: 3 },
    );
  });

  it("symmetric, triangle inequality, W₁ ≤ W₂, energy² ≤ 2W₁", () => {
    fc.assert(
      fc.property(law, law, law, (a, b, c) => {
        const [ab, ba, bc, ac] = [between(a, b), between(b, a), between(b, c), between(a, c)];
        for (const key of keys) {
          expect(Math.abs(ab[key] - ba[key])).toBeLessThan(slack[key]);
          expect(ac[key]).toBeLessThan(ab[key] + bc[key] + slack[key]);
        }
        expect(ab.w1).toBeLessThan(ab.w2 + slack.w2);
        expect(ab.energy ** 2).toBeLessThan(2 * ab.w1 + slack.w1);
      }),
      { seed: 4 },
    );
  });
});

/** The least mean cost of matching equally many points: all permutations. */
function bestMatching(
  x: readonly number[],
  y: readonly number[],
  cost: (s: number, t: number) => number,
): number {
  if (x.length === 0) return 0;
  let best = Number.POSITIVE_INFINITY;
  for (let j = 0; j < y.length; j++) {
    const rest = y.filter((_, k) => k !== j);
    best = Math.min(best, cost(x[0], y[j]) + bestMatching(x.slice(1), rest, cost));
  }
  return best;
}

const arc = (s: number, t: number) => {
  const gap = Math.abs(s - t) % TURN;
  return Math.min(gap, TURN - gap);
};

const repeated = (values: readonly number[], times: number) =>
  values.flatMap((v) => Array(times).fill(v) as number[]);

describe("on the circle", () => {
  const anyAngles = (count: number) =>
    fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: count, maxLength: count });

  it.each([
    [1, 1],
    [5, 5],
    [2, 3],
    [3, 6],
  ])("%d points against %d, anywhere on R: W₁ and W₂ are the best of all matchings", (n, m) => {
    fc.assert(
      fc.property(anyAngles(n), anyAngles(m), (x, y) => {
        const found = distances(points(...x), points(...y), CIRCLE);
        const common = n === m ? n : 6;
        const [left, right] = [repeated(x, common / n), repeated(y, common / m)];
        expectClose(found.w1, bestMatching(left, right, arc) / common, 10);
        expectClose(found.w2 ** 2, bestMatching(left, right, (s, t) => arc(s, t) ** 2) / common, 100);
      }),
      { seed: 5, numRuns: 60 },
    );
  });

  it("many points against a density: W₁ by scanning the cut, W₂ by scanning the shift", () => {
    fc.assert(
      fc.property(anyPositions(-3, 3), anyMasses, (x, masses) => {
        const sorted = Float64Array.from(x).sort();
        const a = { from: sorted, to: sorted, upper: equalSteps(x.length) };
        const b = histogram(-Math.PI, TURN / masses.length, Float64Array.from(masses));
        const n = 400;
        let [w1, w2] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
        const quantiles = (law: LineLaw) => Array.from({ length: n }, (_, i) => quantile(law, (i + 0.5) / n));
        const [left, right] = [quantiles(a), quantiles(b)];
        for (let shift = -n; shift <= n; shift++) {
          let [first, second] = [0, 0];
          for (let i = 0; i < n; i++) {
            const turns = Math.floor((i + shift) / n);
            const d = left[i] - right[i + shift - turns * n] - turns * TURN;
            first += Math.abs(d) / n;
            second += (d * d) / n;
          }
          w1 = Math.min(w1, first);
          w2 = Math.min(w2, second);
        }
        // Both laws are moved by at most their variation 2π over 1/n of mass, jump by jump: W₁ by 2π/n each.
        const slack = (2 * TURN) / n;
        expect(Math.abs(circleW1(a, b, TURN) - w1)).toBeLessThan(slack);
        expect(Math.abs(circleW2Squared(a, b, TURN) - w2)).toBeLessThan(2 * TURN * slack);
      }),
      { seed: 6, numRuns: 25 },
    );
  });

  it("a point against the uniform law: W₁ = L/4, W₂² = L²/12, energy² = L/6", () => {
    for (const x of [-Math.PI, -1, 0, 3.1, 7]) {
      const found = distances(points(x), box(-Math.PI, Math.PI, 12, true), CIRCLE);
      expectClose(found.w1, TURN / 4, 10);
      expectClose(found.w2 ** 2, TURN ** 2 / 12, 100);
      expectClose(found.energy! ** 2, TURN / 6, 10);
    }
  });

  it("the energy distance is its double sum with |z|(1 − |z|/L)", () => {
    fc.assert(
      fc.property(anyAngles(4), anyAngles(7), (x, y) => {
        const c = (s: number, t: number) => arc(s, t) * (1 - arc(s, t) / TURN);
        expectClose(distances(points(...x), points(...y), CIRCLE).energy! ** 2, doubleSum(x, y, c), 100);
      }),
      { seed: 7 },
    );
  });

  it("no distance sees where the circle is cut", () => {
    fc.assert(
      fc.property(anyAngles(6), anyAngles(9), fc.double({ min: -9, max: 9, noNaN: true }), (x, y, turn) => {
        const turned = (values: readonly number[]) => points(...values.map((v) => v + turn));
        const before = distances(points(...x), points(...y), CIRCLE);
        const after = distances(turned(x), turned(y), CIRCLE);
        expectClose(after.w1, before.w1, 100);
        expectClose(after.w2 ** 2, before.w2 ** 2, 1000);
        expectClose(after.energy! ** 2, before.energy! ** 2, 100);
      }),
      { seed: 8 },
    );
  });

  it("clusters across the cut are near, though far on the line", () => {
    const [x, y] = [points(-3.1, -3.12), points(3.1, 3.12)];
    expectClose(distances(x, y, CIRCLE).w1, TURN - 6.22, 10);
    expect(distances(x, y, LINE).w1).toBeCloseTo(6.22, 12);
    expect(distances(x, y, CIRCLE).w2).toBeLessThan(0.07);
  });

  it("is the line where laws are concentrated", () => {
    const { grid: made, values } = box(-1, 1, 4);
    const random = sample(made, values, { count: 300, seed: 9 });
    const a = { points: random.subarray(0, 100) };
    const b = { points: random.subarray(100) };
    const [line, circle] = [distances(a, b, LINE), distances(a, b, CIRCLE)];
    expectClose(circle.w1, line.w1, 10);
    expectClose(circle.w2 ** 2, line.w2 ** 2, 100);
    expect(circle.energy!).toBeLessThan(line.energy!);
  });
});

describe("f against g over the data", () => {
  it("is the root of the weighted mean square", () => {
    const [f, g, q] = [
      [1, 2, 3],
      [1, 0, 6],
      [0.5, 0.25, 0.25],
    ].map((values) => Float64Array.from(values));
    expectClose(rmsDifference(f, g, q), Math.sqrt(0.25 * 4 + 0.25 * 9));
    expect(rmsDifference(f, f, q)).toBe(0);
    expect(() => rmsDifference(f, g, q.subarray(1))).toThrow(
      "outputs: found 3 and 3 values for 2 data points",
    );
  });
});
