// Phase space: initial laws, marginals, and the memory that a run takes.

import { describe, expect, it } from "vitest";
import { axis } from "../../grid/axis.ts";
import { massOf, momentsOf } from "../../grid/density.ts";
import { grid } from "../../grid/grid.ts";
import { gaussian, sphere, uniform } from "../../problem/law.ts";
import { phaseDensity } from "../kinetic/phase-density.ts";
import { gaussianDensity, plane } from "../kinetic/testing.ts";
import { boxOf } from "../testing.ts";
import {
  kineticMemory,
  logMaxwellian,
  momentumEntropy,
  momentumFreeEnergy,
  positionGrid,
  positionMarginal,
  requireMemory,
} from "./phase.ts";

describe("the initial law", () => {
  it("is the product Gaussian at the centres", () => {
    const phase = plane(64, 4, 3);
    const law = gaussian({ mean: [-0.5], std: [0.5], momentum: { mean: [0.3], std: [0.4] } });
    const found = phaseDensity(phase, law, 1e-6, 0.1);
    const exact = gaussianDensity(phase, {
      theta: -0.5,
      omega: 0.3,
      varTheta: 0.25,
      covariance: 0,
      varOmega: 0.16,
    });
    // Normalised to the mass inside, which 6.7 standard deviations cut by 1e-11.
    for (const [i, value] of found.entries()) expect(Math.abs(value - exact[i])).toBeLessThan(2e-11);
    expect(Math.abs(massOf(phase, found) - 1)).toBeLessThan(1e-14);
  });

  it("has ω ~ N(0, τ) by default, in p = 2 too, with its moments to 2e^(−2π²σ²/Δ²)", () => {
    const phase = grid([6, 6, 3, 3].map((reach) => axis({ low: -reach, high: reach, cells: 20 })));
    const moments = momentsOf(
      phase,
      phaseDensity(phase, gaussian({ mean: [1, -1], std: [0.7, 0.8] }), 1e-6, 0.2),
    );
    const expected = [
      [1, 0.49],
      [-1, 0.64],
      [0, 0.2],
      [0, 0.2],
    ];
    for (const [k, [mean, variance]] of expected.entries()) {
      // σ/Δ ≥ 1.16: 6e-12; the variance multiplies that by (2πσ/Δ)² and the faces cut 7 standard deviations off.
      expect(Math.abs(moments[k].mean - mean)).toBeLessThan(1e-8);
      expect(Math.abs(moments[k].variance - variance)).toBeLessThan(1e-8);
    }
  });

  it("around a circle is that of its mean's nearest image, and even where it is wide, at once", () => {
    const phase = plane(24, Math.PI, 4, true);
    const [near, far] = [0.3, 0.3 + 2000 * Math.PI].map((mean) =>
      phaseDensity(phase, gaussian({ mean: [mean], std: [0.5] }), 1e-6, 0.3),
    );
    expect(massOf(phase, near!)).toBeCloseTo(1, 14);
    // Places of 6000 are known to 1e-12.
    for (const [i, value] of far!.entries()) expect(Math.abs(value - near![i]!)).toBeLessThan(1e-11);
    const wide = phaseDensity(phase, gaussian({ mean: [0.3], std: [1e8] }), 1e-6, 0.3);
    const values = new Float64Array(24);
    positionMarginal(phase, wide, values);
    for (const value of values) expect(Math.abs(value - 0.5 / Math.PI)).toBeLessThan(1e-15);
  });

  it("keeps mass and mean where it is narrower than a cell, and for a box", () => {
    const phase = plane(10, 2, 2);
    const narrow = gaussian({ mean: [0.13], std: [0.01], momentum: { mean: [0], std: [0.01] } });
    const box = uniform({ low: [-0.5], high: [0.9] });
    const found = phaseDensity(phase, narrow, 1e-6, 0);
    expect(massOf(phase, found)).toBeCloseTo(1, 14);
    // Averages place the mass in its cell: its mean is that cell's centre.
    expect(momentsOf(phase, found)[0].mean).toBeCloseTo(0.2, 12);
    const spread = momentsOf(phase, phaseDensity(phase, box, 1e-3, 0.3));
    expect(Math.abs(spread[0].mean - 0.2)).toBeLessThan(0.02);
  });

  it("wraps around the torus", () => {
    const phase = grid([
      axis({ low: -Math.PI, high: Math.PI, cells: 32, periodic: true }),
      axis({ low: -3, high: 3, cells: 32 }),
    ]);
    const found = phaseDensity(phase, gaussian({ mean: [3], std: [0.8] }), 1e-6, 0.2);
    expect(found[16]).toBeGreaterThan(0.5 * found[31 * 32 + 16]);
  });

  it.each([
    [
      "no width",
      gaussian({ mean: [0], std: [1] }),
      0,
      "initial.momentum.std: found nothing; allowed: numbers > 0 with grid at temperature 0",
    ],
    [
      "std 0",
      gaussian({ mean: [0], std: [1], momentum: { mean: [0], std: [0] } }),
      0,
      "initial.momentum.std: found [0]",
    ],
    ["a sphere", sphere({ radius: 1 }), 0.1, "initial.kind"],
    ["an axis too short", gaussian({ mean: [0], std: [0.5] }), 2, "[-3, 3] on axis 1 cuts off 3.3e-2"],
  ])("refuses %s", (_what, law, temperature, message) => {
    expect(() => phaseDensity(plane(16, 4, 3), law, 1e-6, temperature)).toThrow(message);
  });
});

it("the θ-marginal integrates ω out", () => {
  const phase = grid([3, 4, 2, 1].map((reach, k) => axis({ low: -reach, high: reach, cells: 4 + 2 * k })));
  const values = Float64Array.from({ length: phase.size }, (_, at) => Math.sin(at));
  const theta = positionGrid(phase);
  const rho = new Float64Array(theta.size);
  positionMarginal(phase, values, rho);
  const row = phase.size / theta.size;
  const volume = phase.volume / theta.volume;
  for (const [cell, found] of rho.entries()) {
    let expected = 0;
    for (let i = 0; i < row; i++) expected += values[cell * row + i] * volume;
    expect(Math.abs(found - expected)).toBeLessThan(1e-13);
  }
});

describe("memory", () => {
  it("of 64⁴ stays under 2 GiB, at order 4 too", () => {
    expect(kineticMemory([64, 64, 64, 64], 2, 100)).toBeLessThan(2 ** 29);
    expect(kineticMemory([64, 64, 64, 64], 4, 100)).toBeLessThan(2 ** 30);
  });

  it("is counted array by array", () => {
    // 10 × 20 cells, 3 data points: ψ and ∂ψ at 10 positions; phases of A and B and the propagator for each run.
    const tables = 2 * 3 * 10;
    const moves = 20 * (10 + 2) + 10 * (20 + 2) + 20 * 20;
    expect(kineticMemory([10, 20], 2, 3)).toBe(8 * (200 + 200 + tables + moves));
    expect(kineticMemory([10, 20], 4, 3)).toBe(8 * (3 * 200 + 2 * 200 + tables + 2 * moves));
  });

  it("is told, with what would fit, before it is taken", () => {
    expect(() => requireMemory([64, 64, 64, 64], 2, 0)).not.toThrow();
    expect(() => requireMemory([128, 128, 128, 128], 2, 24)).toThrow(
      "grid.cells: [128, 128, 128, 128] takes 4.04 GiB at order 2; allowed: 2.00 GiB, 106 cells on each of 4 axes",
    );
  });
});

it("the Maxwellian of two momenta is the product of its factors, of mass 1 on the cells of each", () => {
  const phase = boxOf(
    { low: -1, high: 1, cells: 4 },
    { low: -1, high: 1, cells: 5 },
    { low: -2, high: 3, cells: 6 },
    { low: -1, high: 2, cells: 7 },
  );
  const temperature = 0.4;
  const found = logMaxwellian(phase, temperature);
  const factors = phase.axes.slice(2).map(({ centres, spacing }) => {
    const values = Array.from(centres, (omega) => Math.exp((-0.5 * omega * omega) / temperature));
    const mass = spacing * values.reduce((a, b) => a + b);
    return values.map((value) => value / mass);
  });
  expect(found).toHaveLength(42);
  for (let i = 0; i < 6; i++) {
    for (let j = 0; j < 7; j++)
      expect(Math.exp(found[i * 7 + j])).toBeCloseTo(factors[0][i] * factors[1][j], 13);
  }
});

it("momenta at rest have the kinetic energy pτ/2 and the entropy of N(0, τI), by a sum over ω", () => {
  for (const tau of [0.05, 0.4, 3]) {
    const spacing = 0.01 * Math.sqrt(tau);
    let [energy, entropy] = [0, 0];
    for (let k = -1200; k <= 1200; k++) {
      const omega = spacing * k;
      const density = Math.exp((-0.5 * omega * omega) / tau) / Math.sqrt(2 * Math.PI * tau);
      energy += spacing * density * 0.5 * omega * omega;
      entropy += spacing * density * (density > 0 ? Math.log(density) : 0);
    }
    for (const p of [1, 2]) {
      expect(momentumEntropy(tau, p)).toBeCloseTo(p * entropy, 12);
      expect(momentumFreeEnergy(tau, p)).toBeCloseTo(p * (energy + tau * entropy), 12);
    }
  }
  expect(momentumFreeEnergy(0, 1)).toBe(0);
});
