// V(θ) against its formula, coordinate by coordinate, and whether it confines: whether ∫ e^(−V) is finite.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PotentialKind, type PotentialOption, potential } from "./potential.ts";

const FORMULAS: Readonly<Record<PotentialKind, (z: number) => number>> = {
  quadratic: (z) => (z * z) / 2,
  "double-well": (z) => z ** 4 / 4 - (z * z) / 2,
  cosine: (z) => -Math.cos(z),
};
const SLOPES: typeof FORMULAS = {
  quadratic: (z) => z,
  "double-well": (z) => z ** 3 - z,
  cosine: Math.sin,
};
const KINDS = Object.keys(FORMULAS) as PotentialKind[];

const number = fc.double({ min: -3, max: 3, noNaN: true });
const lambdas = fc.tuple(...[0, 1].map(() => fc.double({ min: 0, max: 2, noNaN: true })));

it("is ½ λ_k z² + strength · v(z), added to what is there over any part of a list, as its gradient is", () => {
  const option = fc.option(fc.record({ kind: fc.constantFrom(...KINDS), strength: number }), {
    nil: undefined,
  });
  fc.assert(
    fc.property(lambdas, option, fc.array(number, { minLength: 5, maxLength: 5 }), (l2, external, values) => {
      const V = potential(Float64Array.from(l2), external);
      const theta = Float64Array.from(values);
      for (const k of [0, 1]) {
        const of = (z: number) =>
          (l2[k] * z * z) / 2 + (external ? external.strength * FORMULAS[external.kind](z) : 0);
        const slope = (z: number) =>
          l2[k] * z + (external ? external.strength * SLOPES[external.kind](z) : 0);
        const some = values.slice(1, 4);
        for (const z of some) expect(Math.abs(V.value(k, z) - of(z))).toBeLessThan(1e-12);
        for (const [add, added] of [
          [V.addValues, of],
          [V.addGradient, slope],
        ] as const) {
          const out = new Float64Array(6).fill(7);
          add(k, theta, 1, 3, out, 2);
          for (const [i, found] of out.entries()) {
            const expected = 7 + (i >= 2 && i < 5 ? added(some[i - 2]) : 0);
            expect(Math.abs(found - expected)).toBeLessThan(1e-12);
          }
        }
      }
    }),
  );
});

describe("what it says of itself", () => {
  const cases: readonly (readonly [number[], PotentialOption | undefined, boolean, boolean, string])[] = [
    [[0, 0], undefined, true, false, "0"],
    [[0.5, 0.5], undefined, false, true, "0.5 |θ|²/2"],
    [[0.5, 0], undefined, false, false, "Σ λ_k θ_k²/2, λ = (0.5, 0)"],
    [[0, 0], { kind: "quadratic", strength: 0 }, true, false, "0"],
    [[0, 0], { kind: "quadratic" }, false, true, "Σ_k θ_k²/2"],
    [
      [0.5, 2],
      { kind: "quadratic", strength: -1 },
      false,
      false,
      "Σ λ_k θ_k²/2, λ = (0.5, 2) + -1 Σ_k θ_k²/2",
    ],
    [[2, 2], { kind: "quadratic", strength: -1 }, false, true, "2 |θ|²/2 + -1 Σ_k θ_k²/2"],
    [[1], { kind: "quadratic", strength: -1 }, false, false, "1 |θ|²/2 + -1 θ²/2"],
    [[0], { kind: "double-well", strength: 0.3 }, false, true, "0.3 (θ⁴/4 − θ²/2)"],
    [[9], { kind: "double-well", strength: -0.3 }, false, false, "9 |θ|²/2 + -0.3 (θ⁴/4 − θ²/2)"],
    [[9], { kind: "double-well", strength: 0 }, false, true, "9 |θ|²/2"],
    [[0], { kind: "cosine", strength: 2 }, false, false, "2 (−cos θ)"],
    [[1], { kind: "cosine", strength: 2 }, false, true, "1 |θ|²/2 + 2 (−cos θ)"],
  ];
  it.each(cases)("λ = %j, %j", (l2, external, vanishes, confining, formula) => {
    const V = potential(Float64Array.from(l2), external);
    expect([V.vanishes, V.confining, V.formula]).toEqual([vanishes, confining, formula]);
    // It confines where V is above |θ| far out on both sides, in every coordinate.
    const far = l2.every((_, k) => [-1e4, 1e4].every((z) => V.value(k, z) > 1e4));
    expect(far).toBe(confining);
  });

  it("of a user's own is taken to confine, scaled by its strength; of none at all nothing is left", () => {
    const own = {
      value: (t: Float64Array) => t[0]! ** 4,
      gradient: (_: Float64Array, out: Float64Array) => out.fill(7),
    };
    const V = potential(new Float64Array(2), { ...own, strength: 3 });
    expect([V.confining, V.vanishes, V.joint!.value(Float64Array.of(2, 9))]).toEqual([true, false, 48]);
    const out = new Float64Array(2);
    V.joint!.gradient(Float64Array.of(2, 9), out);
    expect(Array.from(out)).toEqual([21, 21]);
    const none = potential(new Float64Array(2), { ...own, strength: 0 });
    expect([none.joint, none.vanishes, none.confining]).toEqual([null, true, false]);
  });

  it("refuses what is no potential", () => {
    expect(() => potential(Float64Array.of(0.1, -0.1))).toThrow(
      "problem.regulariser.l2: found -0.1; allowed: a number ≥ 0",
    );
    expect(() => potential(Float64Array.of(Number.POSITIVE_INFINITY))).toThrow("found Infinity");
    expect(() => potential(new Float64Array(1), { kind: "quartic" as PotentialKind })).toThrow(
      'found "quartic"',
    );
    expect(() => potential(new Float64Array(1), { kind: "cosine", strength: Number.NaN })).toThrow(
      "found NaN",
    );
  });
});
