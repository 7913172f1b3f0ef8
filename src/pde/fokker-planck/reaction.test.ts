// Birth–death against the solution of its equation in log μ, and against small explicit steps.

import { describe, expect, it } from "vitest";
import { massOf } from "../../grid/density.ts";
import { uniforms } from "../../particles/testing.ts";
import { boxOf, normalised } from "../testing.ts";
import { reaction } from "./reaction.ts";

const grid = boxOf({ low: 0, high: 3, cells: 12 });
const draw = uniforms(1);
const phi = Float64Array.from({ length: 12 }, () => 4 * draw() - 2);
const start = normalised(grid, Float64Array.from({ length: 12 }, draw));

function reacted(rate: number, temperature: number, duration: number, mu = start): Float64Array {
  const stage = reaction({ grid, rate, duration });
  const out = mu.slice();
  stage.prepare(phi, temperature);
  stage.forward(out);
  return out;
}

describe("birth–death with Φ frozen", () => {
  it.each([0, 0.3])("τ = %d: solves μ̇ = −κμ(ξ − ∫ξ dμ), as 20000 steps of the midpoint rule do", (tau) => {
    const slope = (mu: Float64Array) => {
      const xi = mu.map((value, i) => phi[i] + tau * Math.log(value));
      let mean = 0;
      for (let i = 0; i < 12; i++) mean += grid.volume * mu[i] * xi[i];
      return mu.map((value, i) => -0.9 * value * (xi[i] - mean));
    };
    let mu = start.slice();
    const h = 0.7 / 20000;
    for (let n = 0; n < 20000; n++) {
      const half = slope(mu);
      const full = slope(mu.map((value, i) => value + 0.5 * h * half[i]));
      mu = mu.map((value, i) => value + h * full[i]);
    }
    const found = reacted(0.9, tau, 0.7);
    for (let i = 0; i < 12; i++) expect(Math.abs(found[i] - mu[i])).toBeLessThan(10 * h * h);
  });

  it("is a semigroup: steps of h/2 twice are one of h, and its limit e^(−Φ/τ)", () => {
    for (const tau of [0, 1e-9, 0.2]) {
      const once = reacted(2, tau, 0.6);
      const twice = reacted(2, tau, 0.3, reacted(2, tau, 0.3));
      for (let i = 0; i < 12; i++) expect(Math.abs(twice[i] / once[i] - 1)).toBeLessThan(1e-14);
    }
    const limit = normalised(
      grid,
      phi.map((value) => Math.exp(-value / 0.2)),
    );
    const found = reacted(1, 0.2, 500);
    for (let i = 0; i < 12; i++) expect(Math.abs(found[i] / limit[i] - 1)).toBeLessThan(1e-13);
  });

  it("is continuous in τ → 0", () => {
    const zero = reacted(1.5, 0, 1);
    const small = reacted(1.5, 1e-12, 1);
    for (let i = 0; i < 12; i++) expect(Math.abs(small[i] / zero[i] - 1)).toBeLessThan(1e-10);
  });

  it("leaves empty cells empty, keeps any mass, and does not overflow where κhΦ is 10⁵", () => {
    const holes = start.map((value, i) => (i % 3 === 0 ? 0 : 2 * value));
    for (const [rate, tau] of [
      [1, 0.1],
      [1e5, 0],
      [1e5, 1e-3],
    ]) {
      const mu = reacted(rate, tau, 1, holes);
      for (let i = 0; i < 12; i += 3) expect(mu[i]).toBe(0);
      expect(massOf(grid, mu)).toBeCloseTo(massOf(grid, holes), 14);
      expect(mu.every((value) => value >= 0)).toBe(true);
    }
  });
});
