import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cosReduced, erf, log, sinReduced } from "./elementary.ts";
import { below, fillNormals, fillUniforms } from "./normal.ts";
import { philox4x32 } from "./philox.ts";

const words = new Uint32Array(4);
const u32 = fc.integer({ min: 0, max: 0xffffffff });
const step = fc.oneof(
  fc.integer({ min: 0, max: 1000 }),
  fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
);
const particle = fc
  .oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 0, max: 2 ** 32 }))
  .map((n) => 2 * Math.floor(n / 2));

/** The block of a pair as its two 53-bit integers. */
function integers(pair: number, at: number, lane: number, k0: number, k1: number): [number, number] {
  philox4x32(pair, Number(BigInt(at) & 0xffffffffn), Number(BigInt(at) >> 32n), lane, k0, k1, words, 0);
  return [words[0]! * 2 ** 21 + (words[1]! >>> 11), words[2]! * 2 ** 21 + (words[3]! >>> 11)];
}

function normals(count: number, key: [number, number], first = 0, at = 0, lane = 0): Float64Array {
  const out = new Float64Array(count);
  fillNormals(out, 0, count, key[0], key[1], first, at, lane);
  return out;
}

describe("fillNormals", () => {
  it("is Box-Muller on the block of the pair, to 1e-12", () => {
    fc.assert(
      fc.property(particle, step, u32, u32, u32, (first, at, lane, k0, k1) => {
        const found = normals(6, [k0, k1], first, at, lane);
        for (let m = 0; m < 3; m++) {
          const [r, a] = integers(first / 2 + m, at, lane, k0, k1);
          const radius = Math.sqrt(-2 * Math.log((r + 1) / 2 ** 53));
          const angle = (2 * Math.PI * a) / 2 ** 53;
          expect(Math.abs(found[2 * m]! - radius * Math.cos(angle))).toBeLessThanOrEqual(1e-12);
          expect(Math.abs(found[2 * m + 1]! - radius * Math.sin(angle))).toBeLessThanOrEqual(1e-12);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("has philox4x32 inlined bit for bit", () => {
    fc.assert(
      fc.property(particle, step, u32, u32, u32, (first, at, lane, k0, k1) => {
        const [r, a] = integers(first / 2, at, lane, k0, k1);
        const radius = Math.sqrt(-2 * log((r + 1) / 2 ** 53));
        const quarter = Math.floor(a / 2 ** 51 + 0.5);
        const rest = (a - quarter * 2 ** 51) * 6.975736996017264e-16;
        const [c, s] = [radius * cosReduced(rest), radius * sinReduced(rest)];
        const want = [
          [c, s],
          [-s, c],
          [-c, -s],
          [s, -c],
        ][quarter % 4]!;
        const found = normals(2, [k0, k1], first, at, lane);
        // === : the quarter turn multiplies by 0, 1 and -1, which moves nothing but the sign of a zero
        expect(found[0] === want[0] && found[1] === want[1]).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("depends on key, particle, step and lane alone", () => {
    const all = normals(4096, [1, 2], 0, 99, 3);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2000 }),
        fc.integer({ min: 0, max: 40 }),
        fc.nat(5),
        (half, pairs, offset) => {
          const out = new Float64Array(2 * pairs + 10).fill(-77);
          fillNormals(out, offset, 2 * pairs, 1, 2, 2 * half, 99, 3);
          expect(out.subarray(offset, offset + 2 * pairs)).toEqual(
            all.subarray(2 * half, 2 * half + 2 * pairs),
          );
          expect(out.subarray(0, offset).every((x) => x === -77)).toBe(true);
          expect(out.subarray(offset + 2 * pairs).every((x) => x === -77)).toBe(true);
        },
      ),
    );
  });

  it("keeps every bit of the step, beyond 2^32 too", () => {
    const steps = [0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 33, 2 ** 52, 2 ** 53 - 1];
    const firsts = steps.map((at) => normals(2, [5, 6], 0, at)[0]);
    expect(new Set(firsts).size).toBe(steps.length);
  });

  it("refuses what it cannot count or place", () => {
    const out = new Float64Array(8);
    const call =
      (offset: number, count: number, first: number, at = 0, lane = 0) =>
      () =>
        fillNormals(out, offset, count, 1, 2, first, at, lane);
    for (const bad of [
      call(0, 3, 0),
      call(0, 2, 1),
      call(0, 2, 2.5),
      call(0, 10, 0),
      call(7, 2, 0),
      call(-1, 2, 0),
      call(0.5, 2, 0),
      call(0, -2, 0),
      call(0, 2, -2),
      call(0, 2, 2 ** 33),
      call(0, 2, NaN),
      call(0, 2, 0, 2 ** 53),
      call(0, 2, 0, 0.5),
      call(0, 2, 0, -1),
      call(0, 2, 0, 0, 2 ** 32),
      call(0, 2, 0, 0, -1),
    ]) {
      expect(bad).toThrow(RangeError);
    }
    expect(call(8, 0, 0)).not.toThrow();
    expect(call(0, 8, 2 ** 33 - 8)).not.toThrow();
  });

  it("never moves: the first eight", () => {
    expect(Array.from(normals(8, [1, 2], 0, 3, 4))).toMatchInlineSnapshot(`
      [
        -0.007966106417393043,
        -1.305777728804649,
        1.3332592413795428,
        0.4917414693307956,
        0.1895834420255666,
        -0.6585351546653238,
        -0.46153160509919644,
        1.0151783033470971,
      ]
    `);
  });
});

// Key fixed, so the outcomes below are; each bound is the two-sided normal (or Kolmogorov) quantile at 1e-6.
const Z = 4.892;
const COUNT = 1_000_000;

describe("a million normals", () => {
  const x = normals(COUNT, [20250101, 42]);
  const mean = (f: (value: number, i: number) => number) => {
    let sum = 0;
    for (let i = 0; i < COUNT; i++) sum += f(x[i]!, i);
    return sum / COUNT;
  };
  /** Correlation with another million, under independence of deviation 1/sqrt(COUNT). */
  const correlation = (y: Float64Array) => Math.abs(mean((value, i) => value * y[i]!)) * Math.sqrt(COUNT);

  it("have the moments 0, 1, 0, 3, 0, 15", () => {
    // The variance of x^k is E x^2k - (E x^k)^2.
    for (const [k, moment, variance] of [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
      [5, 0, 945],
      [6, 15, 10170],
    ] as const) {
      expect(Math.abs(mean((v) => v ** k) - moment) * Math.sqrt(COUNT / variance)).toBeLessThan(Z);
    }
  });

  it("follow the normal law: Kolmogorov-Smirnov, false alarm 1e-6", () => {
    const sorted = x.slice().sort();
    let distance = 0;
    for (let i = 0; i < COUNT; i++) {
      const cdf = 0.5 + 0.5 * erf(sorted[i]! * Math.SQRT1_2);
      distance = Math.max(distance, cdf - i / COUNT, (i + 1) / COUNT - cdf);
    }
    // P(sqrt(n) D > t) ~ 2 exp(-2 t^2) = 1e-6 at t = 2.694.
    expect(distance * Math.sqrt(COUNT)).toBeLessThan(2.694);
  });

  it("have the right tails beyond 4: Poisson, false alarm 1e-6", () => {
    let beyond = 0;
    for (const value of x) if (Math.abs(value) > 4) beyond++;
    const expected = COUNT * 6.334248366623996e-5; // 63.3
    expect(Math.abs(beyond - expected)).toBeLessThan(5.5 * Math.sqrt(expected)); // wider than Z: Poisson's right tail
  });

  it("are uncorrelated within the pair, along the particles, and in the squares", () => {
    for (const lag of [1, 2, 3, 4, 8, 100]) {
      const shifted = new Float64Array(COUNT);
      for (let i = 0; i < COUNT; i++) shifted[i] = x[(i + lag) % COUNT]!;
      expect(correlation(shifted)).toBeLessThan(Z);
      const squares = mean((v, i) => (v * v - 1) * (shifted[i]! * shifted[i]! - 1)) / 2;
      expect(Math.abs(squares) * Math.sqrt(COUNT)).toBeLessThan(Z);
    }
    let pairs = 0;
    for (let i = 0; i < COUNT; i += 2) pairs += x[i]! * x[i + 1]!;
    expect(Math.abs(pairs) / Math.sqrt(COUNT / 2)).toBeLessThan(Z);
  });

  it("are uncorrelated with those of other lanes, steps and keys", () => {
    for (const [key0, key1, at, lane] of [
      [20250101, 42, 1, 0],
      [20250101, 42, 2 ** 32, 0],
      [20250101, 42, 0, 1],
      [20250102, 42, 0, 0],
      [20250101, 43, 0, 0],
    ] as const) {
      expect(correlation(normals(COUNT, [key0, key1], 0, at, lane))).toBeLessThan(Z);
    }
  });

  it("are uncorrelated along steps and along lanes for one particle", () => {
    for (const along of ["step", "lane"] as const) {
      const n = 100_000;
      const out = new Float64Array(2);
      let previous = 0;
      let sum = 0;
      for (let i = 0; i < n; i++) {
        fillNormals(out, 0, 2, 11, 12, 0, along === "step" ? i : 0, along === "lane" ? i : 0);
        sum += out[0]! * previous;
        previous = out[0]!;
      }
      expect(Math.abs(sum) / Math.sqrt(n)).toBeLessThan(Z);
    }
  });
});

describe("fillUniforms", () => {
  it("is the block of the pair, its last bit set, in (0, 1)", () => {
    const out = new Float64Array(4);
    fc.assert(
      fc.property(particle, step, u32, u32, u32, (first, at, lane, k0, k1) => {
        fillUniforms(out, 0, 4, k0, k1, first, at, lane);
        for (let m = 0; m < 2; m++) {
          const [r, a] = integers(first / 2 + m, at, lane, k0, k1).map((n) => 2 * Math.floor(n / 2) + 1);
          expect([out[2 * m], out[2 * m + 1]]).toEqual([r! / 2 ** 53, a! / 2 ** 53]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("is uniform: Kolmogorov-Smirnov, false alarm 1e-6, and stays inside", () => {
    const u = new Float64Array(COUNT);
    fillUniforms(u, 0, COUNT, 8, 9, 0, 5, 1);
    u.sort();
    let distance = 0;
    for (let i = 0; i < COUNT; i++) distance = Math.max(distance, u[i]! - i / COUNT, (i + 1) / COUNT - u[i]!);
    expect(distance * Math.sqrt(COUNT)).toBeLessThan(2.694);
    expect(u[0]! > 0 && u[COUNT - 1]! < 1).toBe(true);
  });

  it("refuses odd counts", () => {
    expect(() => fillUniforms(new Float64Array(8), 0, 3, 1, 2, 0, 0, 0)).toThrow(RangeError);
  });
});

it("below(count, u) is the part of (0, 1), cut in count equal ones, that u lies in", () => {
  for (const count of [1, 2, 3, 10, 2 ** 20]) {
    expect(below(count, 2 ** -53)).toBe(0);
    expect(below(count, 1 - 2 ** -53)).toBe(count - 1);
    for (const k of [0, Math.floor(count / 2), count - 1]) expect(below(count, (k + 0.5) / count)).toBe(k);
  }
});
