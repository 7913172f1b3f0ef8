// Images of laws along directions, and the distances for p = 2, 3 made of them: against sums over all pairs, matchings along
// each direction, translations and Gaussians.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axis } from "../../grid/axis.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import { initialDensity } from "../../grid/initial.ts";
import { gaussian } from "../../problem/law.ts";
import { circleW1 } from "./circle-law.ts";
import type { Space } from "./distances.ts";
import { histogram, type LineLaw, lineTransport } from "./line-law.ts";
import { convolvedUniform, directionsOf, slicesOf, spaceOf } from "./slices.ts";
import { distances } from "./testing.ts";

const PLANES: readonly Space[] = [2, 3].map((dimension) => ({ dimension, torus: null }));
const TORI: readonly Space[] = [2, 3].map((dimension) => ({
  dimension,
  torus: { low: -Math.PI, high: Math.PI },
}));
const TURN = 2 * Math.PI;

const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, x, k) => sum + x * b[k], 0);
const norm = (a: readonly number[]) => Math.sqrt(dot(a, a));

function normal(mean: number[], std: number, cells: number[]): { grid: Grid; values: Float64Array } {
  const made = grid(mean.map((m, k) => axis({ low: m - 8 * std, high: m + 8 * std, cells: cells[k] })));
  return { grid: made, values: initialDensity(made, gaussian({ mean, std: mean.map(() => std) }), 1) };
}

const anyRows = (p: number, count: number) => {
  const coordinate = fc.double({ min: -3, max: 3, noNaN: true });
  const row = fc.array(coordinate, { minLength: p, maxLength: p });
  return fc.array(row, { minLength: count, maxLength: count });
};
const flat = (rows: readonly (readonly number[])[]) => ({ points: Float64Array.from(rows.flat()) });

describe("directions", () => {
  it("of the plane are unit vectors whose second moments are isotropic: exactly for p = 2, to 1 % for p = 3", () => {
    for (const space of PLANES) {
      const p = space.dimension;
      const directions = directionsOf(space).map(({ along }) => along);
      expect(directions.length).toBe([32, 64][p - 2]);
      for (const along of directions) expect(norm(along)).toBeCloseTo(1, 15);
      for (let i = 0; i < p; i++) {
        for (let j = 0; j < p; j++) {
          const moment = directions.reduce((sum, along) => sum + along[i] * along[j], 0) / directions.length;
          expect(Math.abs(moment - (i === j ? 1 / p : 0))).toBeLessThan(p === 2 ? 1e-14 : 0.01);
        }
      }
    }
  });

  it("reproduce |x| from the mean of |x·ω|: to 0.1 % for p = 2, 2 % for p = 3", () => {
    for (const { dimension } of PLANES) {
      const directions = directionsOf({ dimension, torus: null });
      fc.assert(
        fc.property(anyRows(dimension, 1), ([x]) => {
          fc.pre(norm(x) > 1e-3);
          const mean =
            directions.reduce((sum, { along }) => sum + Math.abs(dot(along, x)), 0) / directions.length;
          const ratio = ([Math.PI / 2, 2][dimension - 2] * mean) / norm(x);
          expect(Math.abs(ratio - 1)).toBeLessThan(dimension === 2 ? 1e-3 : 0.02);
        }),
        { seed: 1, numRuns: 400 },
      );
    }
  });

  it("of the torus are primitive integers, one of each ± pair", () => {
    const [two, three] = TORI.map((space) => directionsOf(space).map(({ along }) => along));
    expect(two).toEqual([
      [0, 1],
      [1, -2],
      [1, -1],
      [1, 0],
      [1, 1],
      [1, 2],
      [2, -1],
      [2, 1],
    ]);
    expect(three.length).toBe(13);
    expect(new Set(three.map((n) => n.join())).size).toBe(13);
  });
});

describe("the law of a sum of uniforms", () => {
  it("is known: a box, a trapezoid, and three by integrating the trapezoid", () => {
    expect(convolvedUniform(0.3, [2])).toBeCloseTo(0.65, 15);
    const trapezoid = (t: number, w: number, v: number) => {
      const [a, b] = [(w + v) / 2, Math.abs(w - v) / 2];
      if (Math.abs(t) >= a) return t > 0 ? 1 : 0;
      if (Math.abs(t) <= b) return 0.5 + t / Math.max(w, v);
      const tail = (a - Math.abs(t)) ** 2 / (2 * w * v);
      return t > 0 ? 1 - tail : tail;
    };
    for (let t = -2; t <= 2; t += 0.05) {
      expect(convolvedUniform(t, [1, 0.7])).toBeCloseTo(trapezoid(t, 1, 0.7), 14);
      expect(convolvedUniform(t, [0.01, 1])).toBeCloseTo(trapezoid(t, 0.01, 1), 13);
      expect(convolvedUniform(t, [0, 1])).toBeCloseTo(Math.min(1, Math.max(0, 0.5 + t)), 15);
      const n = 2000;
      let mean = 0;
      for (let i = 0; i < n; i++) mean += trapezoid(t - 0.4 * ((i + 0.5) / n - 0.5), 1, 0.7) / n;
      expect(Math.abs(convolvedUniform(t, [0.4, 1, 0.7]) - mean)).toBeLessThan(1e-7);
    }
  });

  it("with a thin one is off by less than the thin one's part of a bin: W_∞ ≤ 0.5e-4 of the widest", () => {
    for (const thin of [0.9e-4, 1.1e-4, 1e-3]) {
      for (let t = -1; t <= 1; t += 0.01) {
        const exact = convolvedUniform(t, [1, 0.5]);
        expect(Math.abs(convolvedUniform(t, [1, 0.5, thin]) - exact)).toBeLessThan(0.5 * thin + 1e-9);
      }
    }
  });
});

/** The image's exact law on fine bins: sums over all cells and, around a circle, all turns. */
function exactImage(
  made: Grid,
  values: Float64Array,
  along: readonly number[],
  low: number,
  high: number,
): LineLaw {
  const { axes, strides } = made;
  const periodic = axes[0].periodic;
  const widths = axes.map(({ spacing }, k) => Math.abs(along[k]) * spacing);
  const bins = 3000;
  const turns = periodic ? [-4, -3, -2, -1, 0, 1, 2, 3, 4] : [0];
  const below = Array.from({ length: bins + 1 }, (_, i) => {
    const x = low + ((high - low) * i) / bins;
    let total = 0;
    for (let cell = 0; cell < values.length; cell++) {
      const centre = axes.map(({ centres, cells }, k) => centres[Math.floor(cell / strides[k]) % cells]);
      for (const turn of turns) {
        total += values[cell] * convolvedUniform(x + turn * (high - low) - dot(along, centre), widths);
      }
    }
    return total;
  });
  const masses = Float64Array.from({ length: bins }, (_, i) => Math.max(0, below[i + 1] - below[i]));
  return histogram(low, (high - low) / bins, masses);
}

describe("the image of a density", () => {
  const cells = [
    [5, 7],
    [4, 5, 4],
  ];
  it.each([
    ["plane", false],
    ["torus", true],
  ] as const)("on the %s is within 2b of the exact one, b the width of a bin, and closer in the mean", (_, periodic) => {
    for (const counts of cells) {
      const p = counts.length;
      const made = grid(
        counts.map((count, k) =>
          periodic
            ? axis({ low: -Math.PI, high: Math.PI, cells: count, periodic })
            : axis({ low: -1, high: 1 + 2 * k, cells: count }),
        ),
      );
      const values = Float64Array.from({ length: made.size }, (_, i) => (i * 7919) % 13);
      const space = spaceOf(made);
      const { laws, discarded } = slicesOf({ grid: made, values }, space);
      expect(discarded).toBe(0);
      for (const [i, { along }] of directionsOf(space).entries()) {
        if (i % 5 !== 0) continue;
        const ends = made.axes.map((one, k) => [along[k] * one.low, along[k] * one.high]);
        const low = periodic ? -Math.PI : ends.reduce((sum, pair) => sum + Math.min(...pair), 0);
        const high = periodic ? Math.PI : ends.reduce((sum, pair) => sum + Math.max(...pair), 0);
        const exact = exactImage(made, values, along, low, high);
        const bin = Math.max(...made.axes.map(({ spacing }, k) => spacing * Math.abs(along[k]))) / 16;
        const found = periodic ? circleW1(laws[i], exact, TURN) : lineTransport(laws[i], exact).w1;
        expect(found, `p = ${p}, direction ${along}`).toBeLessThan(0.25 * bin);
        if (periodic) continue;
        const moments = [laws[i], exact].map(momentsOf);
        expect(Math.abs(moments[0].mean - moments[1].mean)).toBeLessThan(1e-6);
        // Two nodes add at most b²/4 and on average b²/6, bins b²/6; the exact law's own bins nearly nothing.
        expect(moments[0].variance - moments[1].variance).toBeGreaterThan(0);
        expect(moments[0].variance - moments[1].variance).toBeLessThan(0.45 * bin * bin);
      }
    }
  });

  it("leaves out negative cells and, above p = 1, those below 1e-15, and says so", () => {
    const made = grid([axis({ low: 0, high: 4, cells: 4 }), axis({ low: 0, high: 4, cells: 4 })]);
    const values = new Float64Array(16);
    values.set([3, -1e-9, 1e-16, 1]);
    expect(slicesOf({ grid: made, values }, PLANES[0]).discarded).toBeCloseTo(2.5e-10, 15);
    const line = grid([axis({ low: 0, high: 4, cells: 4 })]);
    const alone = { grid: line, values: Float64Array.of(1, 1e-16, -1e-9, 1) };
    expect(slicesOf(alone, { dimension: 1, torus: null }).discarded).toBeCloseTo(5e-10, 20);
  });
});

function momentsOf({ from, to, upper }: LineLaw): { mean: number; variance: number } {
  let [mean, square] = [0, 0];
  for (let k = 0; k < upper.length; k++) {
    const mass = upper[k] - (k === 0 ? 0 : upper[k - 1]);
    mean += (mass * (from[k] + to[k])) / 2;
    square += (mass * (from[k] ** 2 + from[k] * to[k] + to[k] ** 2)) / 3;
  }
  return { mean, variance: square - mean * mean };
}

describe.each(
  PLANES.map((space) => [space.dimension, space] as const),
)("in the plane, p = %d", (p, space) => {
  const directions = directionsOf(space);

  it("networks of one width: sorted along each direction; the energy distance by its sum over pairs", () => {
    fc.assert(
      fc.property(anyRows(p, 6), anyRows(p, 6), (x, y) => {
        const found = distances(flat(x), flat(y), space);
        let [w1, w2] = [0, 0];
        for (const { along } of directions) {
          const sorted = (rows: number[][]) => rows.map((row) => dot(row, along)).sort((s, t) => s - t);
          const [left, right] = [sorted(x), sorted(y)];
          for (let j = 0; j < 6; j++) {
            w1 += Math.abs(left[j] - right[j]) / (6 * directions.length);
            w2 += (left[j] - right[j]) ** 2 / (6 * directions.length);
          }
        }
        expect(found.w1).toBeCloseTo(w1, 12);
        expect(found.w2 ** 2).toBeCloseTo(w2, 12);
        // The identity |x| = C_p mean|x·ω| over these directions is one of algebra; with |x| itself, to its quadrature.
        const gap = (length: (d: number[]) => number) => {
          const mean = (a: number[][], b: number[][]) =>
            a.flatMap((s) => b.map((t) => length(s.map((v, k) => v - t[k])))).reduce((sum, v) => sum + v, 0) /
            36;
          return { squared: 2 * mean(x, y) - mean(x, x) - mean(y, y), size: 2 * mean(x, y) };
        };
        const factor = p === 2 ? Math.PI / 2 : 2;
        const sliced = gap(
          (d) =>
            (factor * directions.reduce((sum, { along }) => sum + Math.abs(dot(along, d)), 0)) /
            directions.length,
        );
        expect(found.energy! ** 2).toBeCloseTo(sliced.squared, 11);
        const whole = gap(norm);
        expect(Math.abs(found.energy! ** 2 - whole.squared)).toBeLessThan(
          (p === 2 ? 2e-3 : 0.04) * whole.size,
        );
      }),
      { seed: 2, numRuns: 50 },
    );
  });

  it("a translation by v: W₂ = |v|/√p, W₁ = |v|/C_p", () => {
    const v = [0.3, -0.5, 0.7].slice(0, p);
    const still = normal([0, 0, 0].slice(0, p), 0.5, [24, 24, 24].slice(0, p));
    const moved = normal(v, 0.5, [24, 24, 24].slice(0, p));
    const { w1, w2 } = distances(still, moved, space);
    // Each image is off by 2b at most, b = Δ/16, and the bins of two images are cut differently; Fibonacci adds 1 %.
    const slack = p === 2 ? 2e-3 : 0.01;
    expect(Math.abs(w2 - norm(v) / Math.sqrt(p))).toBeLessThan(slack);
    expect(Math.abs(w1 - norm(v) / (p === 2 ? Math.PI / 2 : 2))).toBeLessThan(slack);
  });

  it("isotropic Gaussians on different grids: W₂² = |Δm|²/p + Δs²", () => {
    const v = [0.3, -0.5, 0.7].slice(0, p);
    const still = normal([0, 0, 0].slice(0, p), 0.5, [40, 44, 48].slice(0, p));
    const wide = normal(v, 0.8, [48, 40, 44].slice(0, p));
    const { w2 } = distances(still, wide, space);
    // Δ = 0.2 and 0.32 raise each standard deviation by Δ²/12s: 0.007 and 0.011.
    expect(Math.abs(w2 - Math.sqrt(dot(v, v) / p + 0.09))).toBeLessThan(0.012);
  });

  it("0 for equal laws; symmetric; triangle inequality", () => {
    fc.assert(
      fc.property(anyRows(p, 4), anyRows(p, 5), (x, y) => {
        const third = normal([0.2, 0.1, 0].slice(0, p), 1, [6, 5, 4].slice(0, p));
        const [a, b] = [flat(x), flat(y)];
        expect(distances(a, flat(x), space)).toEqual({ w1: 0, w2: 0, energy: 0, discarded: 0 });
        expect(distances(third, structuredClone(third), space)).toMatchObject({ w1: 0, w2: 0, energy: 0 });
        const [ab, ba, bc, ac] = [
          [a, b],
          [b, a],
          [b, third],
          [a, third],
        ].map(([s, t]) => distances(s, t, space));
        for (const key of ["w1", "w2", "energy"] as const) {
          expect(Math.abs(ab[key]! - ba[key]!)).toBeLessThan(1e-6);
          expect(ac[key]!).toBeLessThan(ab[key]! + bc[key]! + 1e-6);
        }
      }),
      { seed: 3, numRuns: 20 },
    );
  });
});

describe.each(TORI.map((space) => [space.dimension, space] as const))("on the torus, p = %d", (p, space) => {
  const around = (z: number) => Math.abs(z - TURN * Math.round(z / TURN));

  it("one neuron against another: along each n, the arc of n·(x − y) over |n|; never more than their distance", () => {
    const directions = directionsOf(space);
    fc.assert(
      fc.property(anyRows(p, 2), ([x, y]) => {
        const found = distances(flat([x]), flat([y]), space);
        const gap = x.map((value, k) => value - y[k]);
        const arcs = directions.map(({ along, scale }) => around(dot(along, gap)) / scale);
        const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
        expect(found.w1).toBeCloseTo(mean(arcs), 12);
        expect(found.w2).toBeCloseTo(Math.sqrt(mean(arcs.map((v) => v * v))), 12);
        expect(found.w2).toBeLessThan(norm(gap.map(around)) + 1e-12);
        expect(found.energy).toBeNull();
      }),
      { seed: 4 },
    );
  });

  it("turning both laws by whole turns, or by the same angles, changes nothing", () => {
    fc.assert(
      fc.property(anyRows(p, 3), anyRows(p, 4), anyRows(p, 1), (x, y, [by]) => {
        const moved = (rows: number[][], turns: number) =>
          flat(rows.map((row) => row.map((value, k) => value + by[k] + turns * TURN * (k - 1))));
        const before = distances(flat(x), flat(y), space);
        const after = distances(moved(x, 1), moved(y, -2), space);
        expect(after.w1).toBeCloseTo(before.w1, 11);
        expect(after.w2 ** 2).toBeCloseTo(before.w2 ** 2, 10);
      }),
      { seed: 5, numRuns: 40 },
    );
  });
});

describe("what cannot be compared is refused", () => {
  const square = grid([axis({ low: 0, high: 1, cells: 4 }), axis({ low: 0, high: 1, cells: 4 })]);
  const ones = new Float64Array(16).fill(1);
  it.each([
    ["p > 3", () => directionsOf({ dimension: 4, torus: null }), "found p = 4"],
    ["half a neuron", () => slicesOf({ points: Float64Array.of(1, 2, 3) }, PLANES[0]), "N × 2"],
    ["no neuron", () => slicesOf({ points: new Float64Array(0) }, PLANES[0]), "N ≥ 1"],
    ["a lost neuron", () => slicesOf({ points: Float64Array.of(1, Number.NaN) }, PLANES[0]), "not finite"],
    ["another space", () => slicesOf({ grid: square, values: ones }, PLANES[1]), "another space"],
    ["a torus's law in the plane", () => slicesOf({ grid: square, values: ones }, TORI[0]), "another space"],
    [
      "a wrong length",
      () => slicesOf({ grid: square, values: ones.subarray(1) }, PLANES[0]),
      "15 values for 16",
    ],
    ["no mass", () => slicesOf({ grid: square, values: new Float64Array(16) }, PLANES[0]), "no mass"],
    [
      "a cylinder",
      () =>
        spaceOf(
          grid([axis({ low: 0, high: 1, cells: 4 }), axis({ low: 0, high: 1, cells: 4, periodic: true })]),
        ),
      "different kinds",
    ],
  ])("%s", (_name, act, message) => {
    expect(act).toThrow(message);
  });
});
