// The oracles of docs/theory.md §3.4 against closed forms, series and plain Simpson quadrature, none of which shares code with them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  besselRatio,
  circleCriticalAttraction,
  circleOrder,
  doubleWellCriticalTemperature,
  doubleWellMean,
} from "./mckean-vlasov.ts";

/** ∫f e^(−φ/τ) / ∫e^(−φ/τ) by Simpson's rule on [−6, 6]. */
function simpson(f: (u: number) => number, phi: (u: number) => number, tau: number): number {
  const n = 20000;
  let above = 0;
  let below = 0;
  for (let i = 0; i <= n; i++) {
    const u = -6 + (12 * i) / n;
    const weight = (i === 0 || i === n ? 1 : i % 2 === 1 ? 4 : 2) * Math.exp(-(phi(u) + 0.5) / tau);
    above += weight * f(u);
    below += weight;
  }
  return above / below;
}

const well = (K: number, m: number) => (u: number) => u ** 4 / 4 - u ** 2 / 2 + (K * (u - m) ** 2) / 2;

describe("Desai–Zwanzig", () => {
  it("τ_c = 4 (Γ(3/4)/Γ(1/4))² at K = 1, where the quadratic terms cancel", () => {
    // DLMF 5.4: Γ(1/4) = 3.6256099082219083119, Γ(3/4) = 1.2254167024651776451.
    const exact = 4 * (1.2254167024651776 / 3.625609908221908) ** 2;
    expect(Math.abs(doubleWellCriticalTemperature(1) / exact - 1)).toBeLessThan(1e-14);
  });

  it.each([
    [0.5, 0.2645],
    [1, 0.4569],
    [2, 0.8158],
  ])("K = %d: %d, and K Var = τ by Simpson's rule", (K, known) => {
    const tau = doubleWellCriticalTemperature(K);
    expect(Math.abs(tau - known)).toBeLessThan(1e-4);
    const variance = simpson((u) => u * u, well(K, 0), tau);
    expect(Math.abs((K * variance) / tau - 1)).toBeLessThan(1e-12);
  });

  it("m = ⟨θ⟩_m > 0 below τ_c, 0 above; near 1 for small τ", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 3, noNaN: true }),
        fc.double({ min: 0.1, max: 0.98, noNaN: true }),
        (K, share) => {
          const tau = share * doubleWellCriticalTemperature(K);
          const m = doubleWellMean(K, tau);
          expect(m).toBeGreaterThan(0);
          expect(Math.abs(simpson((u) => u, well(K, m), tau) - m)).toBeLessThan(1e-12);
        },
      ),
      { numRuns: 20 },
    );
    expect(doubleWellMean(1, doubleWellCriticalTemperature(1) * 1.001)).toBe(0);
    const tau = 1e-4;
    const K = 1;
    // δ = ⟨u⟩ − 1 with force −2δ − 3⟨δ²⟩ + K(m − u) = 0 on average: δ = −(3/2)⟨δ²⟩, ⟨δ²⟩ = τ/(2 + K).
    expect(Math.abs(doubleWellMean(K, tau) - (1 - (1.5 * tau) / (2 + K)))).toBeLessThan(100 * tau * tau);
  });
});

describe("the circle", () => {
  it("I₁/I₀ by its power series, and by its asymptotic one", () => {
    for (const x of [1e-6, 0.1, 1, 2.5, 7, 15, 30]) {
      let zero = 0;
      let one = 0;
      for (let k = 0, term = 1; k < 200; k++, term *= (x * x) / 4 / (k * k)) {
        zero += term;
        one += (term * x) / 2 / (k + 1);
      }
      expect(Math.abs(besselRatio(x) / (one / zero) - 1)).toBeLessThan(1e-14);
    }
    // DLMF 10.40.1: 1 − 1/2x − 1/8x² − 1/8x³ − 25/128x⁴ − 13/32x⁵ − O(x⁻⁶)
    for (const x of [300, 5000]) {
      const series =
        1 - 1 / (2 * x) - 1 / (8 * x ** 2) - 1 / (8 * x ** 3) - 25 / (128 * x ** 4) - 13 / (32 * x ** 5);
      expect(Math.abs(besselRatio(x) - series)).toBeLessThan(5 / x ** 6 + 1e-15);
    }
    expect(besselRatio(0)).toBe(0);
  });

  it("r = I₁(Kr/τ)/I₀(Kr/τ), the zero that is not 0 exactly when K > 2τ", () => {
    expect(circleCriticalAttraction(0.3)).toBe(0.6);
    expect(circleOrder(0.6, 0.3)).toBe(0);
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 0.4999, noNaN: true }), (tau) => {
        const r = circleOrder(1, tau);
        expect(r).toBeGreaterThan(0);
        const n = 4096;
        let above = 0;
        let below = 0;
        for (let i = 0; i < n; i++) {
          const u = Math.cos((2 * Math.PI * i) / n);
          const weight = Math.exp((r * (u - 1)) / tau);
          above += weight * u;
          below += weight;
        }
        expect(Math.abs(above / below - r)).toBeLessThan(1e-13);
      }),
    );
    // I₁/I₀ = x/2 − x³/16 + …: r² = 2δ + O(δ²) at K/2τ = 1 + δ.
    const delta = 1e-5;
    expect(Math.abs(circleOrder(2 * (1 + delta), 1) ** 2 / (2 * delta) - 1)).toBeLessThan(10 * delta);
  });
});
