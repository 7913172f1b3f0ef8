// A law as pieces of fixed masses, against what defines them: masses that are differences of s, edges at quantiles, end pieces of the right
// mean, by plain integration of the density; and pieces as cell averages, against overlaps written plainly.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axis } from "../../grid/axis.ts";
import { uniforms } from "../../particles/testing.ts";
import { gaussian, uniform } from "../../problem/law.ts";
import { edgesOfDensity, edgesOfLaw, pieceMasses, restrict } from "./pieces.ts";

const level = (j: number, n: number) => 10 * (j / n) ** 3 - 15 * (j / n) ** 4 + 6 * (j / n) ** 5;

/** Mass below b and ∫θ over [a, b] of a piecewise constant density. */
function integrals(density: Float64Array, low: number, spacing: number, a: number, b: number) {
  let [mass, moment] = [0, 0];
  for (const [i, value] of density.entries()) {
    const from = Math.max(a, low + i * spacing);
    const to = Math.min(b, low + (i + 1) * spacing);
    if (to <= from) continue;
    mass += value * (to - from);
    moment += 0.5 * value * (to - from) * (to + from);
  }
  return { mass, moment };
}

describe("pieces", () => {
  it.each([8, 9, 31, 200])("%i masses are the differences of s, symmetric, of sum 1", (n) => {
    const masses = pieceMasses(n);
    for (let j = 0; j < n; j++)
      expect(Math.abs(masses[j] - (level(j + 1, n) - level(j, n)))).toBeLessThan(1e-14);
    for (let j = 0; j < n; j++) expect(masses[j]).toBe(masses[n - 1 - j]);
    expect(Math.abs(masses.reduce((a, b) => a + b) - 1)).toBeLessThan(1e-14);
    expect(masses[0]).toBeCloseTo(level(1, n), 15);
  });

  it("of cell averages: quantiles, and the means of the ends", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 20 }),
        fc.integer({ min: 8, max: 30 }),
        fc.nat(1e6),
        (cells, n, seed) => {
          const next = uniforms(seed);
          const one = axis({ low: -1 - next(), high: 1 + next(), cells });
          const density = Float64Array.from({ length: cells }, () => 0.1 + next());
          const { mass } = integrals(density, one.low, one.spacing, one.low, one.high);
          const edges = edgesOfDensity(one, density, n);
          for (let j = 1; j < n; j++) {
            const below = integrals(density, one.low, one.spacing, one.low, edges[j]).mass / mass;
            expect(Math.abs(below - level(j, n))).toBeLessThan(1e-13);
          }
          for (const [outer, inner, wall] of [
            [edges[0], edges[1], one.low],
            [edges[n], edges[n - 1], one.high],
          ]) {
            const end = integrals(
              density,
              one.low,
              one.spacing,
              Math.min(wall, inner),
              Math.max(wall, inner),
            );
            const reflected = 2 * (end.moment / end.mass) - inner;
            const expected = wall < inner ? Math.max(wall, reflected) : Math.min(wall, reflected);
            expect(Math.abs(outer - expected)).toBeLessThan(1e-10);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("of laws cut off by the axis, against fine cell averages of the same", () => {
    const one = axis({ low: -0.7, high: 2.1, cells: 40000 });
    const density = one.centres.map((u) => Math.exp(-0.5 * ((u - 0.4) / 0.6) ** 2));
    const fine = edgesOfDensity(one, density, 24);
    const exact = edgesOfLaw(one, gaussian({ mean: 0.4, std: 0.6 }), 24);
    for (let j = 0; j <= 24; j++) expect(Math.abs(exact[j] - fine[j])).toBeLessThan(1e-6);
    const box = edgesOfLaw(one, uniform({ low: 0.2, high: 5 }), 24);
    for (let j = 1; j < 24; j++) expect(Math.abs(box[j] - (0.2 + 1.9 * level(j, 24)))).toBeLessThan(1e-14);
    expect([box[0], box[24]]).toEqual([0.2, 2.1].map((value) => expect.closeTo(value, 14)));
  });

  it("as cell averages: the mass of each piece goes where it lies", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 12 }),
        fc.integer({ min: 8, max: 20 }),
        fc.nat(1e6),
        (cells, n, seed) => {
          const next = uniforms(seed);
          const one = axis({ low: -1, high: 2, cells });
          const masses = pieceMasses(n);
          const edges = Float64Array.from({ length: n + 1 }, () => 3 * next() - 1).sort();
          const density = restrict(one, edges, masses);
          for (let i = 0; i < cells; i++) {
            let expected = 0;
            for (let j = 0; j < n; j++) {
              const from = Math.max(edges[j], one.low + i * one.spacing);
              const to = Math.min(edges[j + 1], one.low + (i + 1) * one.spacing);
              if (to > from) expected += (masses[j] * (to - from)) / (edges[j + 1] - edges[j]);
            }
            expect(Math.abs(density[i] * one.spacing - expected)).toBeLessThan(1e-12);
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
