// Fixed points of polynomials whose roots are chosen: f = −ε Π(m − r_i), ε small enough for M = m + f to rise.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uniforms } from "../../particles/testing.ts";
import { type ExcessMap, fixedPoints, onlyFixedPoint } from "./fixed-points.ts";

/** f(m) = −ε Π(m − r), on [−2, 2]. */
function polynomial(roots: readonly number[], epsilon = 4 ** -roots.length / roots.length): ExcessMap {
  return {
    excess: (m) => -epsilon * roots.reduce((product, r) => product * (m - r), 1),
    slope: (m) =>
      -epsilon *
      roots.reduce((sum, _, i) => sum + roots.reduce((p, r, j) => (j === i ? p : p * (m - r)), 1), 0),
  };
}

function expectRoots(found: readonly number[], expected: readonly number[], within: number): void {
  expect(found.length).toBe(expected.length);
  for (const [i, root] of found.entries()) expect(Math.abs(root - expected[i])).toBeLessThan(within);
}

describe("fixed points", () => {
  it("are all found: 1, 3 or 5 roots, anywhere", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(1, 3, 5),
        fc.array(fc.double({ min: -1.9, max: 1.9, noNaN: true }), { minLength: 5, maxLength: 5 }),
        (count, values) => {
          const roots = values.slice(0, count).sort((a, b) => a - b);
          // So far apart |f| between roots is above 1e-11, and |f′| at them above 1e-9: f is round-off within 1e-7 of them.
          fc.pre(roots.every((r, i) => i === 0 || r - roots[i - 1] > 0.05));
          expectRoots(fixedPoints(polynomial(roots), -2, 2, false), roots, 1e-7);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("odd maps: 0 exactly, the others in exact pairs, however close to 0", () => {
    for (const r of [1.5, 0.1, 1e-2, 1e-3]) {
      const found = fixedPoints(polynomial([-r, 0, r], 0.05), -2, 2, true);
      expectRoots(found, [-r, 0, r], 1e-9 * r + 1e-16);
      expect(found[1]).toBe(0);
      expect(found[0]).toBe(-found[2]);
    }
    expect(
      fixedPoints({ excess: (m) => -m * (1 + m * m) * 0.1, slope: (m) => -0.1 - 0.3 * m * m }, -2, 2, true),
    ).toEqual([0]);
  });

  it("three roots behind one change of sign, and tangencies", () => {
    const close = [0.31, 0.3105, 0.311];
    expectRoots(fixedPoints(polynomial(close, 0.05), -2, 2, false), close, 1e-7);
    // (m + 1)(m − 0.3)²: the double root is found once, to the square root of round-off.
    const found = fixedPoints(polynomial([-1, 0.3, 0.3], 0.05), -2, 2, false);
    expectRoots(found, [-1, 0.3], 1e-7);
  });

  it("three roots inside one interval of the scan, of slopes that M may have, and beside 0", () => {
    // f = −cu + Au e^(−u²/2s²), u = m − r: roots at u = 0 and ±s√(2 log(A/c)).
    const [A, c, s] = [0.5, 0.2, 1e-4];
    const around = (r: number): ExcessMap => ({
      excess: (m) => (m - r) * (A * Math.exp(-0.5 * ((m - r) / s) ** 2) - c),
      slope: (m) => A * (1 - ((m - r) / s) ** 2) * Math.exp(-0.5 * ((m - r) / s) ** 2) - c,
    });
    const apart = s * Math.sqrt(2 * Math.log(A / c));
    // The middle of an interval, where the search begins.
    const r = -2 + 2355.5 / 1024;
    expectRoots(fixedPoints(around(r), -2, 2, false), [r - apart, r, r + apart], 1e-14);
    expectRoots(fixedPoints(around(0), -2, 2, true), [-apart, 0, apart], 1e-14);
  });

  it("at the ends too, where f leaves 0 downwards", () => {
    const upper: ExcessMap = { excess: (m) => 0.05 * (m + 1) * (m - 2), slope: (m) => 0.05 * (2 * m - 1) };
    expectRoots(fixedPoints(upper, -2, 2, false), [-1, 2], 1e-14);
    expectRoots(fixedPoints(polynomial([-2, 0.5, 1], 0.05), -2, 2, false), [-2, 0.5, 1], 1e-13);
  });

  it("of a falling map there is one", () => {
    expect(Math.abs(onlyFixedPoint(polynomial([0.7], 3), -2, 2) - 0.7)).toBeLessThan(1e-15);
  });
});

it("searches go as they went: evaluations of M and of its slope, and what is found", async () => {
  const lines: string[] = [];
  for (let seed = 1; seed <= 60; seed++) {
    const next = uniforms(seed);
    const kind = seed % 6;
    const odd = kind === 5;
    const values = Array.from({ length: 1 + 2 * (seed % 3) }, () => 3.8 * next() - 1.9);
    // On nodes, at the lower end, double, close together, odd.
    if (kind === 1) values[0] = [-2, 1.5, 0, -1.5][Math.floor(4 * next())];
    if (kind === 2 && values.length > 2) values[1] = values[0];
    if (kind === 3 && values.length > 2)
      values.splice(0, 3, values[0], values[0] + 3e-4, values[0] + 5e-4 * next());
    const pairs = values.slice(0, seed % 3).map(Math.abs);
    const roots = odd ? [0, ...pairs, ...pairs.map((r) => -r)] : values;
    const map = polynomial(roots, 0.5 * 4 ** -roots.length);
    let [excesses, slopes] = [0, 0];
    const counting: ExcessMap = {
      excess: (m) => {
        excesses += 1;
        return map.excess(m);
      },
      slope: (m) => {
        slopes += 1;
        return map.slope(m);
      },
    };
    const found = fixedPoints(counting, -2, 2, odd);
    lines.push(`${seed}: ${excesses} ${slopes} ${found.map((m) => Number(m.toPrecision(5))).join(" ")}`);
  }
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("fixed-points.txt");
});
