// H, its dissipation and the moments of Gaussians, for which all are known.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { kinetic } from "../../dynamics/kinetic.ts";
import { axis } from "../../grid/axis.ts";
import { boundaryMassOf, massOf, negativeMassOf } from "../../grid/density.ts";
import { grid } from "../../grid/grid.ts";
import { advisedExtent } from "../../grid/leak.ts";
import { hamiltonianOf, linearNeuron, type PhaseGaussian } from "../../limits/gaussian.ts";
import { momentsOfDensity } from "../../observables/moments.ts";
import type { Observables } from "../../observables/observer.ts";
import { fromArrays } from "../../problem/data.ts";
import { gaussian } from "../../problem/law.ts";
import { neuron } from "../../problem/neuron.ts";
import { problem } from "../../problem/problem.ts";
import { kineticLedger } from "./ledger.ts";
import { phaseDensity } from "./phase-density.ts";
import { gaussianDensity, gaussianProblem, momentumFisher, plane } from "./testing.ts";

const LAW = { theta: 0.3, omega: -0.4, varTheta: 0.3, covariance: 0.1, varOmega: 0.2 };

describe("a Gaussian", () => {
  const phase = plane(128, 5, 4);
  const density = gaussianDensity(phase, LAW);
  const { theta, omega, varTheta, covariance, varOmega } = LAW;
  // ω + τ∂_ω log μ, with ∂_ω log μ = −(P₁₂ (θ − m) + P₂₂ (ω − v)), P the inverse covariance: P₂₂ = A/det.
  const fisher = varTheta / (varTheta * varOmega - covariance ** 2);

  it.each([0, 0.1])("H and dissipation are closed forms, τ = %d", (tau) => {
    const made = gaussianProblem(tau);
    const dynamics = kinetic(tau === 0 ? { friction: { nesterov: 3, from: 1 } } : { friction: 0.7 });
    const found = kineticLedger(made, dynamics, phase).observe(density, 2);
    const gamma = tau === 0 ? 1 : 0.7;
    expect(Math.abs(found.free_energy - hamiltonianOf(linearNeuron(made), LAW))).toBeLessThan(1e-13);
    const dissipation = gamma * (varOmega + omega ** 2 - 2 * tau + tau ** 2 * fisher);
    expect(Math.abs(found.dissipation - dissipation)).toBeLessThan(1e-12);
    expect(found.free_energy).toBe(found.energy + found.kinetic + tau * found.entropy);
  });

  it("its moments", () => {
    const found: Observables = {
      ...momentsOfDensity(phase, density, true),
      ...kineticLedger(gaussianProblem(), kinetic({ friction: 1 }), phase).observe(density, 0),
      mass: massOf(phase, density),
      negative_mass: negativeMassOf(phase, density),
    };
    const expected = {
      mean_theta_0: theta,
      mean_omega_0: omega,
      var_theta_0: varTheta,
      var_omega_0: varOmega,
      cov_theta_0_omega_0: covariance,
      mass: 1,
      kinetic: 0.5 * (varOmega + omega ** 2),
      negative_mass: 0,
    } as const;
    for (const [name, value] of Object.entries(expected)) {
      expect(Math.abs(found[name as keyof typeof expected] - value), name).toBeLessThan(1e-13);
    }
  });
});

describe("∫|ω + τ∂_ω log μ|² dμ", () => {
  const TAU = 0.1;
  const exactOf = ({ omega, varTheta, covariance, varOmega }: PhaseGaussian) =>
    varOmega + omega ** 2 - 2 * TAU + (TAU ** 2 * varTheta) / (varTheta * varOmega - covariance ** 2);

  it.each([63, 64])("does not blow up where μ is rounding noise of either sign, %i cells", (cells) => {
    const phase = plane(cells, 5, 4);
    const density = gaussianDensity(phase, LAW).map((value, i) => value + 1e-17 * Math.sin(12.9898 * i * i));
    // The noise, 4 ε max μ or less, times |Y| and the volume of the cells that are left out: 1e-15 · 10 · 80; the rest is what
    // 64 cells resolve.
    expect(Math.abs(momentumFisher(phase, density, TAU) - exactOf(LAW))).toBeLessThan(1e-11);
  });

  it("is that of a mixture, whose score is known in every cell", () => {
    const phase = plane(128, 5, 4);
    const parts = [LAW, { theta: -0.6, omega: 0.8, varTheta: 0.2, covariance: -0.05, varOmega: 0.15 }];
    const densities = parts.map((law) => gaussianDensity(phase, law));
    const scores = parts.map(
      ({ varTheta, covariance, varOmega, ...mean }) =>
        (theta: number, omega: number) => {
          const det = varTheta * varOmega - covariance ** 2;
          return (covariance * (theta - mean.theta) - varTheta * (omega - mean.omega)) / det;
        },
    );
    const density = densities[0]!.map((value, i) => 0.7 * value + 0.3 * densities[1]![i]!);
    const [theta, omega] = phase.axes;
    let expected = 0;
    for (const [i, u] of theta!.centres.entries()) {
      for (const [j, v] of omega!.centres.entries()) {
        const at = i * 128 + j;
        const slope =
          0.7 * densities[0]![at]! * scores[0]!(u, v) + 0.3 * densities[1]![at]! * scores[1]!(u, v);
        if (density[at]! > 0)
          expected += (phase.volume * (v * density[at]! + TAU * slope) ** 2) / density[at]!;
      }
    }
    expect(Math.abs(momentumFisher(phase, density, TAU) - expected)).toBeLessThan(1e-12);
  });

  it("of a Gaussian ever nearer to its equilibrium keeps its digits, and is never below 0", () => {
    const phase = plane(128, 5, 4);
    const volume = 80;
    for (let distance = 0.1; distance > 1e-14; distance /= 3) {
      const law = { theta: 0.3, omega: distance, varTheta: 0.3, covariance: 0, varOmega: TAU };
      const found = momentumFisher(phase, gaussianDensity(phase, law), TAU);
      // Y = distance in every cell. A cell is left out where μY is below its noise, 4 ε max μ (|ω| + τπ/Δ), and rounding of μ is
      // felt as ε(1 + |log μ|)(|ω| + τπ/Δ) of Y.
      const noise = 4 * Number.EPSILON * (0.5 / (Math.PI * Math.sqrt(0.3 * TAU)));
      const steepest = 4 + (TAU * Math.PI) / phase.axes[1]!.spacing;
      expect(Math.abs(found / distance ** 2 - 1)).toBeLessThan((4 * noise * steepest * volume) / distance);
      expect(found).toBeGreaterThanOrEqual(0);
    }
    const rest = { theta: 0.3, omega: 0, varTheta: 0.3, covariance: 0, varOmega: TAU };
    expect(momentumFisher(phase, gaussianDensity(phase, rest), TAU)).toBe(0);
  });

  it("is finite and not below 0 for any cells, of either sign", () => {
    const sizes = fc.array(fc.double({ min: -1e-9, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(sizes, fc.constantFrom(11, 12), (values, cells) => {
        const phase = plane(cells, 1, 1);
        const density = Float64Array.from({ length: phase.size }, (_, i) => values[(5 * i) % 12]!);
        const found = momentumFisher(phase, density, TAU);
        expect(found).toBeGreaterThanOrEqual(0);
        expect(Number.isFinite(found)).toBe(true);
      }),
    );
  });

  it("of what the cells hardly resolve is read off √μ, whose modes fall twice as fast", () => {
    // σ = 1.6 Δ: the spectrum of μ falls to e^(−(1.6π)²/2) = 3e-6 at the sawtooth, that of √μ to its square.
    const phase = plane(64, 5, 4);
    const std = 1.6 * phase.axes[1]!.spacing;
    const law = { theta: 0.3, omega: 0.2, varTheta: 0.3, covariance: 0, varOmega: std * std };
    const found = momentumFisher(phase, gaussianDensity(phase, law), TAU);
    expect(Math.abs(found / exactOf(law) - 1)).toBeLessThan(1e-9);
  });
});

it("p = 2: sums over coordinates, covariances by coordinate", () => {
  const phase = grid(
    [4, 4.5, 3, 3].map((reach, k) => axis({ low: -reach, high: reach, cells: [22, 24, 20, 26][k] })),
  );
  const made = problem({
    data: fromArrays([-1, 1], [0.5, 0.2]),
    neuron: neuron({ activation: "tanh", inputs: 1, bias: false }),
    temperature: 0.2,
  });
  const law = gaussian({
    mean: [0.2, -0.3],
    std: [0.6, 0.65],
    momentum: { mean: [0.1, 0.4], std: [0.5, 0.45] },
  });
  const density = phaseDensity(phase, law, 1e-6, 0.2);
  const found: Observables = {
    ...momentsOfDensity(phase, density, true),
    ...kineticLedger(made, kinetic({ friction: 1 }), phase).observe(density, 0),
  };
  const kineticEnergy = 0.5 * (0.5 ** 2 + 0.1 ** 2 + 0.45 ** 2 + 0.4 ** 2);
  const entropy = -[0.6, 0.65, 0.5, 0.45].reduce(
    (total, std) => total + 0.5 * (1 + Math.log(2 * Math.PI)) + Math.log(std),
    0,
  );
  const dissipation = 2 * kineticEnergy - 4 * 0.2 + 0.04 * (1 / 0.25 + 1 / 0.2025);
  // 2e^(−2π²σ²/Δ²) with σ/Δ ≥ 1.6 is 1e-22; the faces lie at 5.2 standard deviations and more: 2e-7.
  expect(Math.abs(found.kinetic - kineticEnergy)).toBeLessThan(1e-6);
  expect(Math.abs(found.entropy - entropy)).toBeLessThan(1e-5);
  expect(Math.abs(found.dissipation - dissipation)).toBeLessThan(1e-5);
  expect(Math.abs(found.cov_theta_0_omega_0)).toBeLessThan(1e-12);
  expect(Math.abs(found.cov_theta_1_omega_1)).toBeLessThan(1e-12);
  expect(Math.abs(found.mean_theta_1 + 0.3)).toBeLessThan(1e-6);
  expect(Math.abs(found.var_omega_1 - 0.2025)).toBeLessThan(1e-5);
});

it("a face that holds too much is named, with a range that would do", () => {
  const phase = plane(64, 5, 2);
  const density = gaussianDensity(phase, { ...LAW, omega: 1 });
  const face = boundaryMassOf(phase, density);
  expect(face).toMatchObject({ axis: 1, side: "high" });
  if (face === null) return;
  const [low, high] = advisedExtent(phase, density, face, 1e-6);
  expect(low).toBe(-2);
  const wide = plane(64, 5, high);
  expect(boundaryMassOf(wide, gaussianDensity(wide, { ...LAW, omega: 1 }))!.mass).toBeLessThan(1e-6);
});
