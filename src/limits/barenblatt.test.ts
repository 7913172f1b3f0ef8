// Barenblatt's solution: closed constants for m = 2 and 3, mass, variance and energy by quadrature, and the equation itself.

import { describe, expect, it } from "vitest";
import { MuflowError } from "../base/errors.ts";
import { gaussLegendre } from "../problem/gauss-legendre.ts";
import { barenblatt } from "./barenblatt.ts";

/** ∫f over [−r, r] with x = r sin φ, which smooths the profile's edge. */
function integral(f: (x: number) => number, r: number): number {
  const { nodes, weights } = gaussLegendre(60);
  let total = 0;
  for (let i = 0; i < nodes.length; i++) {
    const phi = 0.5 * Math.PI * nodes[i];
    total += weights[i] * 0.5 * Math.PI * r * Math.cos(phi) * f(r * Math.sin(phi));
  }
  return total;
}

describe.each([1.5, 2, 3])("Barenblatt, m = %d", (m) => {
  const exact = barenblatt(m);
  it.each([0.3, 1, 7])("mass 1, variance, and U at t = %d", (t) => {
    const r = exact.radius(t);
    expect(integral((x) => exact.density(x, t), r)).toBeCloseTo(1, 13);
    const variance = integral((x) => x * x * exact.density(x, t), r);
    expect(Math.abs(variance / exact.variance(t) - 1)).toBeLessThan(1e-13);
    const energy = integral((x) => exact.density(x, t) ** m / (m - 1), r);
    expect(Math.abs(energy / exact.energy(t) - 1)).toBeLessThan(1e-13);
    expect(exact.density(r * 1.0001, t)).toBe(0);
  });

  it("solves ∂_tρ = ∂²_xρ^m inside its support, to the fourth-order difference quotients' error", () => {
    const [x, t, d] = [0.4, 1, 1e-2];
    const time = (s: number) => exact.density(x, t + s);
    const flux = (s: number) => exact.density(x + s, t) ** m;
    const left = (time(-2 * d) - 8 * time(-d) + 8 * time(d) - time(2 * d)) / (12 * d);
    const right = (-flux(-2 * d) + 16 * flux(-d) - 30 * flux(0) + 16 * flux(d) - flux(2 * d)) / (12 * d * d);
    expect(Math.abs(left - right)).toBeLessThan(100 * d ** 4);
  });
});

it("has the closed constants of m = 2 and 3", () => {
  // m = 2: k = 1/12, mass (4/3) C^(3/2) k^(−1/2), radius² = C/k. m = 3: k = 1/12, mass (π/2) C k^(−1/2).
  const two = (0.75 * Math.sqrt(1 / 12)) ** (2 / 3) * 12;
  const three = (2 / Math.PI) * Math.sqrt(1 / 12) * 12;
  expect(Math.abs(barenblatt(2).radius(1) ** 2 / two - 1)).toBeLessThan(1e-14);
  expect(Math.abs(barenblatt(3).radius(1) ** 2 / three - 1)).toBeLessThan(1e-14);
  expect(() => barenblatt(1)).toThrow(MuflowError);
});
