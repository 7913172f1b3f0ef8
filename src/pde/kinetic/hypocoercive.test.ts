// 𝓔 against closed forms on Gaussians, its bound and its fall along runs on which H alone stands still, and its tails.

import { describe, expect, it } from "vitest";
import { kinetic } from "../../dynamics/kinetic.ts";
import { axis } from "../../grid/axis.ts";
import { grid } from "../../grid/grid.ts";
import { hamiltonianOf, limitOf, linearNeuron, type PhaseGaussian } from "../../limits/gaussian.ts";
import { gaussian } from "../../problem/law.ts";
import { problem } from "../../problem/problem.ts";
import { GridField } from "../field.ts";
import { stationary } from "../stationary.ts";
import { HypocoerciveFunctional, hypocoerciveConstants } from "./hypocoercive.ts";
import { phaseDensity } from "./initial.ts";
import { positionGrid, positionMarginal } from "./phase.ts";
import { KineticStepper } from "./step.ts";
import { gaussianDensity, gaussianProblem, plane, tanhProblem } from "./testing.ts";

const TAU = 0.05;

describe("a Gaussian under a linear neuron", () => {
  const made = gaussianProblem();
  const { s, c, lambda, tau } = linearNeuron(made);
  const law: PhaseGaussian = { theta: 0.3, omega: -0.4, varTheta: 0.3, covariance: 0.1, varOmega: 0.2 };
  const phase = plane(128, 5, 4);
  const { mean, variance } = limitOf(linearNeuron(made));
  const least = hamiltonianOf(linearNeuron(made), {
    theta: mean,
    omega: 0,
    varTheta: variance,
    covariance: 0,
    varOmega: tau,
  });
  const rho = new Float64Array(128);
  positionMarginal(phase, gaussianDensity(phase, law), rho);
  const functional = new HypocoerciveFunctional({
    problem: made,
    dynamics: kinetic({ friction: 0.7 }),
    phase,
    least,
    references: [rho],
  });
  const found = functional.observe(gaussianDensity(phase, law));
  // X = (s + λ)m − c + (λ − τP₁₁)u − τP₁₂v and Y = w + (1 − τP₂₂)v − τP₁₂u with (u, v) off the mean, P the inverse covariance.
  const { varTheta: A, covariance: B, varOmega: C } = law;
  const det = A * C - B * B;
  const [P11, P12, P22] = [C / det, -B / det, A / det];
  const force = (s + lambda) * law.theta - c;
  const X = [lambda - tau * P11, -tau * P12] as const;
  const Y = [-tau * P12, 1 - tau * P22] as const;
  const form = (p: readonly [number, number], q: readonly [number, number]) =>
    A * p[0] * q[0] + B * (p[0] * q[1] + p[1] * q[0]) + C * p[1] * q[1];

  it("∫|X|², ∫X·Y, ∫|Y|² and H − H* are closed forms", () => {
    expect(Math.abs(found.position - (force * force + form(X, X)))).toBeLessThan(1e-12);
    expect(Math.abs(found.cross - (force * law.omega + form(X, Y)))).toBeLessThan(1e-12);
    expect(Math.abs(found.momentum - (law.omega * law.omega + form(Y, Y)))).toBeLessThan(1e-12);
    expect(Math.abs(found.excess - (hamiltonianOf(linearNeuron(made), law) - least))).toBeLessThan(1e-12);
    const { a, b, c: third } = functional.constants;
    expect(found.value).toBe(
      found.excess + a * found.momentum + 2 * b * found.cross + third * found.position,
    );
  });

  it("Λ is λ + s, and 𝓔 and its bound vanish at the equilibrium", () => {
    expect(Math.abs(functional.constants.stiffness - (lambda + s))).toBeLessThan(1e-12);
    const rest = functional.observe(
      gaussianDensity(phase, { theta: mean, omega: 0, varTheta: variance, covariance: 0, varOmega: tau }),
    );
    expect(Math.abs(rest.value)).toBeLessThan(1e-13);
    expect(rest.decline).toBeLessThan(1e-13);
  });
});

describe("the constants", () => {
  it.each([0.01, 0.3, 1, 3, 100])("satisfy what the proof asks of them, γ = %d", (friction) => {
    for (const stiffness of [0.1, 1, 30]) {
      const { a, b, c, decline } = hypocoerciveConstants(friction, stiffness);
      expect(b * b).toBeLessThan(a * c);
      // 2b x² + (γ + 2aγ − 2bΛ) y² − (2a + 2bγ + 2cΛ)xy ≥ decline: a form of x and y.
      const x = 2 * b - decline.position;
      const y = friction + 2 * a * friction - 2 * b * stiffness - decline.momentum;
      const cross = 2 * a + 2 * b * friction + 2 * c * stiffness;
      expect(x).toBeGreaterThan(0);
      expect(y).toBeGreaterThan(0);
      expect(cross * cross).toBeLessThanOrEqual(4 * x * y * (1 + 1e-12));
    }
  });
});

describe("ψ = tanh(θx), from a product law, where H stands still", () => {
  const made = tanhProblem();
  const phase = plane(96, 5, 2.5);
  const theta = positionGrid(phase);
  const equilibrium = stationary(new GridField(made, theta));
  // ∫½ω² + τ∫N log N of the momenta is −(τ/2) log(2πτ).
  const least = equilibrium.freeEnergy - 0.5 * TAU * Math.log(2 * Math.PI * TAU);

  it.each([0.3, 1, 3])("𝓔 falls at least as fast as proved, and never rests; γ = %d", (friction) => {
    const dynamics = kinetic({ friction });
    const density = phaseDensity(phase, gaussian({ mean: [-1], std: [0.5] }), 1e-6, TAU);
    const rho = new Float64Array(theta.size);
    positionMarginal(phase, density, rho);
    const functional = new HypocoerciveFunctional({
      problem: made,
      dynamics,
      phase,
      least,
      references: [rho, equilibrium.density],
    });
    const step = 0.05;
    const stepper = new KineticStepper({
      problem: made,
      dynamics,
      phase,
      scheme: "spectral",
      integrator: "aboba",
      order: 4,
      step,
      density,
    });
    let last = functional.observe(stepper.density());
    let slowest = Number.POSITIVE_INFINITY;
    let slowestOfH = Number.POSITIVE_INFINITY;
    let widest = 1;
    let stiffest = 0;
    for (let n = 0; n < 240; n++) {
      stepper.step(n);
      const now = functional.observe(stepper.density());
      // Trapezoidal rule for the integral of the bound; its error is far below the factor 2 that the bound gives away.
      expect(last.value - now.value).toBeGreaterThanOrEqual(0.5 * step * (last.decline + now.decline));
      slowest = Math.min(slowest, Math.log(last.value / now.value) / step);
      slowestOfH = Math.min(slowestOfH, Math.log(last.excess / now.excess) / step);
      expect(now.value).toBeGreaterThanOrEqual(now.excess);
      widest = Math.max(widest, now.value / now.excess);
      stiffest = Math.max(stiffest, now.stiffness);
      last = now;
    }
    expect(stiffest).toBeLessThanOrEqual(functional.constants.stiffness * (1 + 1e-12));
    // Measured: 𝓔 falls at .012, .031, .049 at least, H at .0002, .0006, .0018; 𝓔 exceeds H − H* by 5 % at most.
    expect(slowest).toBeGreaterThan(0.01);
    expect(slowest).toBeGreaterThan(10 * slowestOfH);
    expect(widest).toBeLessThan(1.1);
  });

  it("rounding noise in the tails does not count", () => {
    const dynamics = kinetic({ friction: 1 });
    const density = phaseDensity(phase, gaussian({ mean: [-0.5], std: [0.4] }), 1e-6, TAU);
    const rho = new Float64Array(theta.size);
    positionMarginal(phase, density, rho);
    const options = { problem: made, dynamics, phase, least, references: [rho] };
    const functional = new HypocoerciveFunctional(options);
    const clean = functional.observe(density);
    const noisy = functional.observe(density.map((mu, i) => mu + 1e-17 * Math.sin(12.9898 * i * i)));
    // 4τ²ε(π/Δ)² of the finer axis times the volume: 4 · .0025 · 1e-17 · 3600 · 50 = 2e-14, times the forces of the tails, up to 5² : 2τ.
    for (const key of ["position", "momentum", "cross"] as const) {
      expect(Math.abs(noisy[key] - clean[key]), key).toBeLessThan(1e-11);
    }
  });
});

it("p = 2: a product law's 𝓔 is the sum of those of its coordinates", () => {
  const friction = 0.8;
  const well = (dimension: number) =>
    problem({ potential: { kind: "quadratic", strength: 1.5 }, temperature: 0.2, dimension });
  const axes = (p: number) => {
    const along = (high: number) => Array.from({ length: p }, () => axis({ low: -high, high, cells: 24 }));
    return grid([...along(3), ...along(3)]);
  };
  // H* of a coordinate: −τ log ∫∫e^(−(1.5 θ² + ω²)/2τ).
  const least = -0.2 * Math.log((2 * Math.PI * 0.2) / Math.sqrt(1.5));
  const read = (p: number, mean: number[], std: number[]) => {
    const phase = axes(p);
    const law = gaussian({ mean, std, momentum: { mean: mean.map((m) => 0.5 - m), std } });
    const density = phaseDensity(phase, law, 1e-6, 0.2);
    const rho = new Float64Array(24 ** p);
    positionMarginal(phase, density, rho);
    const options = {
      problem: well(p),
      dynamics: kinetic({ friction }),
      phase,
      least: p * least,
      references: [rho],
    };
    return new HypocoerciveFunctional(options).observe(density);
  };
  const [first, second, both] = [
    read(1, [0.2], [0.5]),
    read(1, [-0.1], [0.45]),
    read(2, [0.2, -0.1], [0.5, 0.45]),
  ];
  // Tails cut at 5 standard deviations, 1e-6 of the mass, cells of half a deviation.
  for (const key of ["excess", "position", "momentum", "cross"] as const) {
    expect(Math.abs(both[key] - first[key] - second[key]), key).toBeLessThan(1e-4);
  }
  // |∇²Φ| in Frobenius' norm.
  expect(Math.abs(both.stiffness - 1.5 * Math.SQRT2)).toBeLessThan(1e-9);
});

it("what the proof excludes is refused", () => {
  const flat = problem({ potential: { kind: "quadratic" }, temperature: 0.1 });
  const dynamics = kinetic({ friction: { nesterov: 3, from: 1 } });
  const options = { problem: flat, dynamics, phase: plane(32, 2, 2), least: 0, references: [] };
  expect(() => new HypocoerciveFunctional(options)).toThrow(/constant friction/);
  expect(() => hypocoerciveConstants(0, 1)).toThrow(/allowed: finite numbers > 0/);
});
