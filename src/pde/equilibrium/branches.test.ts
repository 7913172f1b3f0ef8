// Equilibria with W: the oracles of docs/theory.md §3.4 on the grid, closed forms with Gaussians, plain damped iteration and plain
// scans as references, and the free energy's own second difference for the stability.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axis } from "../../grid/axis.ts";
import { massOf, momentsOf } from "../../grid/density.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import { linearNeuron } from "../../limits/gaussian.ts";
import { circleOrder, doubleWellCriticalTemperature, doubleWellMean } from "../../limits/mckean-vlasov.ts";
import { fromArrays } from "../../problem/data.ts";
import { neuron } from "../../problem/neuron.ts";
import { type Problem, problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { type Branch, branches, exhaustive } from "./branches.ts";
import { gibbsDensity } from "./gibbs.ts";
import { freeEnergyOf } from "./stationary.ts";

function line(cells: number, low: number, high: number): Grid {
  return grid([axis({ low, high, cells })]);
}

function circle(cells: number): Grid {
  return grid([axis({ low: -Math.PI, high: Math.PI, cells, periodic: true })]);
}

function doubleWell(K: number, temperature: number): Problem {
  return problem({
    potential: { kind: "double-well" },
    interaction: { kind: "quadratic", strength: K },
    temperature,
  });
}

function kuramoto(K: number, temperature: number, field = 0): Problem {
  return problem({
    domain: "torus",
    interaction: { kind: "cosine", strength: K },
    temperature,
    ...(field === 0 ? {} : { potential: { kind: "cosine" as const, strength: field } }),
  });
}

/** The numbers of a density after damped iteration of z ← z(e^(−Φ[z]/τ)), written plainly. */
function damped(field: GridField, start: Float64Array, share: number, rounds: number): Float64Array {
  const { grid, problem } = field;
  const z = new Float64Array(field.count);
  const next = new Float64Array(field.count);
  const phi = new Float64Array(grid.size);
  field.observe(start, z);
  for (let n = 0; n < rounds; n++) {
    field.potential(z, phi);
    const least = phi.reduce((a, b) => Math.min(a, b));
    const gibbs = phi.map((value) => Math.exp((least - value) / problem.temperature));
    const mass = massOf(grid, gibbs);
    field.observe(
      gibbs.map((value) => value / mass),
      next,
    );
    for (let i = 0; i < z.length; i++) z[i] += share * (next[i] - z[i]);
  }
  return z;
}

/** ½ d²E/dε² of μ(1 + εη) over ½ τ∫η² dμ, by a central difference. */
function secondDifference(field: GridField, density: Float64Array, eta: (u: number) => number): number {
  const { centres } = field.grid.axes[0];
  const { volume } = field.grid;
  const mean = centres.reduce((sum, u, i) => sum + eta(u) * density[i] * volume, 0);
  const square = centres.reduce((sum, u, i) => sum + (eta(u) - mean) ** 2 * density[i] * volume, 0);
  const energy = (epsilon: number) => {
    const moved = density.map((mu, i) => mu * (1 + epsilon * (eta(centres[i]) - mean)));
    const z = new Float64Array(field.count);
    field.observe(moved, z);
    return freeEnergyOf(field, moved, z);
  };
  const step = 1e-3;
  return (
    (energy(step) + energy(-step) - 2 * energy(0)) / (step * step) / (field.problem.temperature * square)
  );
}

function labels(found: readonly Branch[]): string[] {
  return found.map(({ stability }) => stability);
}

describe("Desai–Zwanzig", () => {
  it.each([0.5, 1, 2])("K = %d: the symmetric branch turns at τ_c, to 1e-9", (K) => {
    const on = line(400, -5, 5);
    const curvature = (tau: number) => {
      const found = branches(new GridField(doubleWell(K, tau), on));
      return found.reduce((a, b) => (Math.abs(a.numbers[0]) < Math.abs(b.numbers[0]) ? a : b)).curvature;
    };
    let [low, high] = [0.1, 1.2];
    for (let n = 0; n < 33; n++) {
      const middle = 0.5 * (low + high);
      if (curvature(middle) < 0) low = middle;
      else high = middle;
    }
    // The midpoint rule is spectrally accurate for e^(−θ⁴/4τ): the grid's τ_c is the exact one.
    expect(Math.abs(low - doubleWellCriticalTemperature(K))).toBeLessThan(1e-9);
  });

  it("one branch above τ_c, three below: stable, stable, unstable, with the exact mean", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        fc.double({ min: 0.15, max: 2, noNaN: true }),
        fc.boolean(),
        (K, share, lopsided) => {
          fc.pre(Math.abs(share - 1) > 1e-4);
          const tau = share * doubleWellCriticalTemperature(K);
          const found = branches(new GridField(doubleWell(K, tau), line(600, -6, lopsided ? 6.5 : 6)));
          if (share > 1) {
            expect(labels(found)).toEqual(["stable"]);
            expect(Math.abs(found[0].numbers[0])).toBeLessThan(1e-12);
            return;
          }
          expect(labels(found)).toEqual(["stable", "stable", "unstable"]);
          const m = doubleWellMean(K, tau);
          // dm/dε = 1/(1 − K Var/τ): round-off over the curvature.
          const within = (1e-13 * (1 + m)) / found[0].curvature;
          const means = found.map(({ numbers }) => numbers[0]).sort((a, b) => a - b);
          for (const [i, expected] of [-m, 0, m].entries()) {
            expect(Math.abs(means[i] - expected)).toBeLessThan(within);
          }
          for (const { residual } of found) expect(residual).toBeLessThan(1e-12);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("curvature is the free energy's second difference along θ", () => {
    const field = new GridField(doubleWell(1, 0.3), line(600, -5, 5));
    for (const { density, curvature } of branches(field)) {
      // Fourth-order remainder of the difference, step² times some.
      expect(Math.abs(secondDifference(field, density, (u) => u) - curvature)).toBeLessThan(1e-4);
    }
  });

  it("two coordinates: nine products, energies that add up", () => {
    const ends = axis({ low: -3.5, high: 3.5, cells: 80 });
    const made = problem({
      dimension: 2,
      potential: { kind: "double-well" },
      interaction: { kind: "quadratic", strength: 1 },
      temperature: 0.2,
    });
    const found = branches(new GridField(made, grid([ends, ends])));
    const single = branches(new GridField(doubleWell(1, 0.2), grid([ends])));
    expect(labels(found)).toEqual([...Array(4).fill("stable"), ...Array(5).fill("unstable")]);
    const sums = single.flatMap((a) => single.map((b) => a.freeEnergy + b.freeEnergy)).sort((a, b) => a - b);
    for (const [i, { freeEnergy }] of found.entries()) {
      expect(Math.abs(freeEnergy - sums[i])).toBeLessThan(1e-13);
    }
  });
});

describe("closed forms", () => {
  it("V = aθ²/2, W = bθ²/2: N(0, τ/(a+b)) and nothing else", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.double({ min: -0.4, max: 2, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (a, b, tau) => {
          fc.pre(b !== 0);
          const made = problem({
            potential: { kind: "quadratic", strength: a },
            interaction: { kind: "quadratic", strength: b },
            temperature: tau,
          });
          const variance = tau / (a + b);
          const half = 9 * Math.sqrt(variance);
          const on = line(400, -half, half);
          const found = branches(new GridField(made, on));
          expect(found.length).toBe(1);
          const [{ mean, variance: seen }] = momentsOf(on, found[0].density);
          expect(Math.abs(mean)).toBeLessThan(1e-13 * half);
          expect(Math.abs(seen / variance - 1)).toBeLessThan(1e-12);
          const energy = 0.5 * (a + b) * variance - 0.5 * tau * (1 + Math.log(2 * Math.PI * variance));
          expect(Math.abs(found[0].freeEnergy - energy)).toBeLessThan(1e-13 * (1 + Math.abs(energy)));
          expect(Math.abs(found[0].curvature - Math.min(1, a / (a + b)))).toBeLessThan(1e-12);
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([1.5, -0.2])("linear neuron with W = Kθ²/2, K = %d: N(c/(s+λ), τ/(λ+K))", (K) => {
    const base = {
      data: fromArrays([1, -0.5, 1.5], [1, 0.3, 2]),
      neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
      regulariser: { l2: 0.5 },
      temperature: 0.1,
    };
    const { s, c, lambda, constant } = linearNeuron(problem(base));
    const made = problem({ ...base, interaction: { kind: "quadratic", strength: K } });
    const on = line(600, -8, 8);
    const found = branches(new GridField(made, on));
    expect(found.length).toBe(1);
    const mean = c / (s + lambda);
    const variance = 0.1 / (lambda + K);
    const [seen] = momentsOf(on, found[0].density);
    expect(Math.abs(seen.mean - mean)).toBeLessThan(1e-12);
    expect(Math.abs(seen.variance - variance)).toBeLessThan(1e-12);
    const energy =
      0.5 * s * mean ** 2 -
      c * mean +
      constant +
      0.5 * lambda * (variance + mean ** 2) +
      0.5 * K * variance -
      0.05 * (1 + Math.log(2 * Math.PI * variance));
    expect(Math.abs(found[0].freeEnergy - energy)).toBeLessThan(1e-12);
    // Along θ: δ²E = (τ + sA)η² per variance A of θ, less K A by the interaction.
    expect(Math.abs(found[0].curvature - Math.min(1, 1 + ((s - K) * variance) / 0.1))).toBeLessThan(1e-9);
  });
});

describe("the circle", () => {
  it("r = I₁(Kr/τ)/I₀(Kr/τ) on an orbit for K > 2τ, the uniform state otherwise", () => {
    const on = circle(256);
    fc.assert(
      fc.property(fc.double({ min: 0.02, max: 1, noNaN: true }), (tau) => {
        fc.pre(Math.abs(2 * tau - 1) > 1e-4);
        const found = branches(new GridField(kuramoto(1, tau), on));
        if (tau > 0.5) {
          expect(labels(found)).toEqual(["stable"]);
          return;
        }
        expect(labels(found)).toEqual(["marginal", "unstable"]);
        expect(found.map(({ zeroMode }) => zeroMode)).toEqual(["rotation", null]);
        expect(found.map(({ stable }) => stable)).toEqual([true, false]);
        expect(Math.abs(found[0].numbers[0] - circleOrder(1, tau))).toBeLessThan(1e-13 / found[0].curvature);
        expect(found[1].curvature).toBeCloseTo(1 - 1 / (2 * tau), 12);
      }),
      { numRuns: 30 },
    );
  });

  it("order appears at K = 2τ, to 1e-9", () => {
    const on = circle(128);
    let [low, high] = [0.1, 1];
    for (let n = 0; n < 33; n++) {
      const middle = 0.5 * (low + high);
      const found = branches(new GridField(kuramoto(1, middle), on));
      if (found[found.length - 1].curvature < 0) low = middle;
      else high = middle;
    }
    expect(Math.abs(low - 0.5)).toBeLessThan(1e-9);
  });

  it("with a field: as many as a plain scan of ⟨cos⟩ = C finds, stability by second differences", () => {
    const on = circle(128);
    const { centres } = on.axes[0];
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0.03, max: 0.6, noNaN: true }),
        (s, tau) => {
          fc.pre(Math.abs(s) > 1e-3);
          const excess = (C: number) => {
            let above = 0;
            let below = 0;
            for (const u of centres) {
              const weight = Math.exp(((s + C) * Math.cos(u) - Math.abs(s + C)) / tau);
              above += weight * Math.cos(u);
              below += weight;
            }
            return above / below - C;
          };
          const roots: number[] = [];
          for (let i = 0; i < 4000; i++) {
            const [a, b] = [-1 + i / 2000, -1 + (i + 1) / 2000];
            if (excess(a) < 0 !== excess(b) < 0) roots.push(a);
          }
          const field = new GridField(kuramoto(1, tau, s), on);
          const found = branches(field);
          const means = found.map(({ numbers }) => numbers[0]).sort((a, b) => a - b);
          expect(means.length).toBe(roots.length);
          for (const [i, mean] of means.entries()) {
            expect(mean).toBeGreaterThan(roots[i] - 1e-9);
            expect(mean).toBeLessThan(roots[i] + 1 / 2000 + 1e-9);
          }
          for (const { density, curvature } of found) {
            const along = secondDifference(field, density, Math.cos);
            const across = secondDifference(field, density, Math.sin);
            expect(Math.abs(Math.min(1, along, across) - curvature)).toBeLessThan(1e-4 * (1 + 1 / tau));
          }
          expect(found[0].stability).toBe("stable");
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe("searches", () => {
  it("Gaussian W: the stable ones are limits of damped iteration, and come with their mirror images", () => {
    const made = problem({
      potential: { kind: "double-well" },
      interaction: { kind: "gaussian", strength: 1, scale: 0.5 },
      temperature: 0.1,
    });
    expect(exhaustive(made)).toBe(false);
    const field = new GridField(made, line(300, -3.5, 3.5));
    const found = branches(field);
    const stable = found.filter(({ stability }) => stability === "stable");
    expect(stable.length).toBe(2);
    for (const { density, numbers } of stable) {
      const tilted = density.map((mu, i) => mu * (1 + 0.1 * Math.cos(i / 20)));
      const z = damped(field, tilted, 0.5, 400);
      for (let i = 0; i < z.length; i++) expect(Math.abs(z[i] - numbers[i])).toBeLessThan(1e-12);
    }
    const [left, right] = stable.map(({ density }) => momentsOf(field.grid, density)[0].mean);
    expect(Math.abs(left + right)).toBeLessThan(1e-11);
    for (const { residual } of found) expect(residual).toBeLessThan(1e-11);
  });

  it("a wide Gaussian W is a quadratic one, K z²/2s² − K, up to O(s⁻²)", () => {
    const exact = doubleWellMean(1, 0.2);
    const error = (scale: number) => {
      const made = problem({
        potential: { kind: "double-well" },
        interaction: { kind: "gaussian", strength: scale * scale, scale },
        temperature: 0.2,
      });
      const on = line(300, -3.5, 3.5);
      const found = branches(new GridField(made, on));
      expect(labels(found)).toEqual(["stable", "stable", "unstable"]);
      return Math.abs(momentsOf(on, found[0].density)[0].mean) - exact;
    };
    const ratio = error(10) / error(20);
    expect(Math.abs(ratio - 4)).toBeLessThan(0.3);
  });

  it("Gaussian W on the free torus: an orbit", () => {
    const made = (temperature: number) =>
      problem({ domain: "torus", interaction: { kind: "gaussian", strength: 1, scale: 0.8 }, temperature });
    const ordered = branches(new GridField(made(0.1), circle(128)));
    expect(ordered[0].zeroMode).toBe("rotation");
    expect(ordered[0].stable).toBe(true);
    expect(ordered.at(-1)!.stability).toBe("unstable");
    // The uniform state's curvature along cos: 1 + ŵ₁/2τ·… = 1 − (K s/(√(2π) τ)) e^(−s²/2).
    const uniform = 1 - ((0.8 / Math.sqrt(2 * Math.PI)) * Math.exp(-0.32)) / 0.1;
    expect(Math.abs(ordered.at(-1)!.curvature - uniform)).toBeLessThan(1e-12);
    expect(labels(branches(new GridField(made(0.3), circle(128))))).toEqual(["stable"]);
  });

  it("data with W: convex ones have one, damped iteration agrees", () => {
    const x = Array.from({ length: 12 }, (_, i) => -2 + (4 * (i + 0.5)) / 12);
    for (const kind of ["quadratic", "cosine", "gaussian"] as const) {
      const made = problem({
        data: fromArrays(
          x,
          x.map((u) => Math.sin(u)),
        ),
        neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
        regulariser: { l2: 0.6 },
        interaction: { kind, strength: -0.2 },
        temperature: 0.1,
      });
      expect(exhaustive(made)).toBe(true);
      const field = new GridField(made, line(300, -6, 6));
      const found = branches(field);
      expect(labels(found)).toEqual(["stable"]);
      const z = damped(field, found[0].density, 0.2, 400);
      for (let i = 0; i < z.length; i++) expect(Math.abs(z[i] - found[0].numbers[i])).toBeLessThan(1e-12);
      const flat = new Float64Array(300).fill(1 / 12);
      const far = damped(field, flat, 0.2, 400);
      for (let i = 0; i < z.length; i++) expect(Math.abs(far[i] - z[i])).toBeLessThan(1e-11);
    }
  });

  it("data with an attracting W, p = 2: a pair broken from a symmetric unstable state", () => {
    const x = Array.from({ length: 12 }, (_, i) => -2 + (4 * (i + 0.5)) / 12);
    const made = problem({
      data: fromArrays(
        x,
        x.map((u) => 0.5 * Math.sin(u)),
      ),
      neuron: neuron({ activation: "tanh", inputs: 1, output: "trained", bias: false }),
      regulariser: { l2: 0.3 },
      interaction: { kind: "gaussian", strength: 0.5 },
      temperature: 0.05,
    });
    const ends = axis({ low: -4, high: 4, cells: 48 });
    const found = branches(new GridField(made, grid([ends, ends])));
    expect(labels(found)).toEqual(["stable", "stable", "unstable"]);
    expect(Math.abs(found[0].freeEnergy - found[1].freeEnergy)).toBeLessThan(1e-12);
    // (a, w) → (−a, −w) leaves ψ as it is and maps one onto the other.
    const mirrored = found[0].density.slice().reverse();
    for (let i = 0; i < mirrored.length; i++) {
      expect(Math.abs(mirrored[i] - found[1].density[i])).toBeLessThan(1e-9);
    }
  });

  it("without W: the one equilibrium; refuses τ = 0, an open plane, and a domain that cuts", () => {
    const on = line(200, -4, 4);
    const alone = problem({ potential: { kind: "double-well" }, temperature: 0.2 });
    expect(labels(branches(new GridField(alone, on)))).toEqual(["stable"]);
    expect(() => branches(new GridField(doubleWell(1, 0), on))).toThrow(/temperature/);
    const open = problem({ interaction: { kind: "quadratic", strength: 1 }, temperature: 1 });
    expect(() => branches(new GridField(open, on))).toThrow(/problem\.regulariser\.l2/);
    expect(() => branches(new GridField(doubleWell(1, 1), line(200, -1.5, 1.5)))).toThrow(/grid\.extent/);
    expect(() => branches(new GridField(doubleWell(1, 1e-3), line(20, -1.5, 1.5)))).toThrow(/grid\.cells/);
    // V overflows in every cell but the first, and none rests.
    expect(() => branches(new GridField(doubleWell(1, 0.3), line(48, -5, 1.7e308)))).toThrow(
      /no equilibrium was found/,
    );
  });
});

it.each([
  { K: 1.3, temperature: 0.3, field: 0 },
  { K: 1, temperature: 0.2, field: 0.3 },
  { K: 0.7, temperature: 0.3, field: 0.1 },
  { K: -0.8, temperature: 0.2, field: 0.5 },
  { K: 0.4, temperature: 0.3, field: 0 },
])("curvatures on the circle are 1 − K Var/τ of the cosine, and across of the sine: K = $K, τ = $temperature, field $field", (made) => {
  const { K, temperature, field } = made;
  const on = circle(64);
  const [{ centres, spacing }] = on.axes;
  for (const { density, curvature, zeroMode } of branches(
    new GridField(kuramoto(K, temperature, field), on),
  )) {
    const mean = (f: (theta: number) => number) =>
      centres.reduce((sum, theta, i) => sum + spacing * density[i] * f(theta), 0);
    const r = mean(Math.cos);
    const along = 1 - (K * mean((theta) => (Math.cos(theta) - r) ** 2)) / temperature;
    const across = 1 - (K * mean((theta) => Math.sin(theta) ** 2)) / temperature;
    expect(zeroMode).toBe(field === 0 && r > 1e-6 ? "rotation" : null);
    // Turning an orbit costs nothing: that direction is its zero mode.
    const expected = Math.min(1, along, zeroMode === null ? across : 1);
    expect(Math.abs(curvature - expected)).toBeLessThan(1e-12);
  }
});

it("the residual of a branch is ∫|Φ[z′] − Φ[z]| dμ/τ: round-off, but of that size", () => {
  const on = circle(48);
  let largest = 0;
  for (const temperature of [0.05, 0.17, 0.23, 0.31]) {
    const field = new GridField(kuramoto(1.1, temperature, 0.2), on);
    for (const { density, numbers, residual } of branches(field)) {
      const [phi, again, gibbs] = [0, 0, 0].map(() => new Float64Array(on.size));
      field.potential(numbers, phi);
      gibbsDensity(phi, temperature, on.volume, gibbs);
      const next = new Float64Array(field.count);
      field.observe(gibbs, next);
      field.potential(next, again);
      const off = density.reduce((sum, mu, i) => sum + mu * Math.abs(again[i] - phi[i]), 0);
      expect(Math.abs((on.volume * off) / temperature - residual)).toBeLessThanOrEqual(1e-9 * residual);
      largest = Math.max(largest, residual);
    }
  }
  expect(largest).toBeGreaterThan(0);
  expect(largest).toBeLessThan(1e-12);
});
