// What is recorded of an ensemble (names as in the experiment file's contract): risk R(f_N), energy F(μ_N),
// kinetic ½⟨|ω|²⟩, the dissipation of the Lyapunov functional, and moments of θ and ω. Cost O(N·p), plus one
// observation of f_N where it is not up to date.

import { hasJumps, isNoisy, jumpRate } from "../dynamics/dynamics.ts";
import { TILE } from "../kernels/layout.ts";
import { potentialVariance } from "../particles/birth-death.ts";
import { average, type Ensemble } from "../particles/ensemble.ts";
import { isFirstOrder, isKinetic, type ParticleSystem } from "../particles/system.ts";
import { riskAt } from "../problem/problem.ts";
import { ordersOfEnsemble } from "./circular.ts";
import { fitOf } from "./fit.ts";
import type { Observables } from "./values.ts";

/** Means, variances and covariances in the order recorded. Variances are central: ⟨(θ − ⟨θ⟩)²⟩, divided by N. */
export function moments(particles: Ensemble): Observables {
  const { dimension: p, momentum, state } = particles;
  const rows = particles.layout.coordinates;
  const means = new Float64Array(rows);
  average(particles, rows, means, (base, lanes, buffer, row) => {
    for (let k = 0; k < rows; k++) buffer[row + k] += sum(state, base + k * TILE, lanes);
  });
  const pairs = momentum ? p : 0;
  const seconds = new Float64Array(rows + pairs);
  average(particles, rows + pairs, seconds, (base, lanes, buffer, row) => {
    for (let k = 0; k < rows; k++) {
      const at = base + k * TILE;
      buffer[row + k] += centredProduct(state, at, means[k], at, means[k], lanes);
    }
    for (let k = 0; k < pairs; k++) {
      const theta = base + k * TILE;
      const omega = theta + p * TILE;
      buffer[row + rows + k] += centredProduct(state, theta, means[k], omega, means[p + k], lanes);
    }
  });
  const out: Observables = {};
  const put = (name: string, from: Float64Array, at: number) => {
    for (let k = 0; k < p; k++) out[name.replace("#", `${k}`)] = from[at + k];
  };
  put("mean_theta_#", means, 0);
  put("var_theta_#", seconds, 0);
  if (momentum) {
    put("mean_omega_#", means, p);
    put("var_omega_#", seconds, p);
    for (let k = 0; k < p; k++) out[`cov_theta_${k}_omega_${k}`] = seconds[rows + k];
  }
  return out;
}

/** ½⟨|ω|²⟩, or null without momenta. */
export function kineticEnergy(particles: Ensemble): number | null {
  if (!particles.momentum) return null;
  const { dimension: p, state } = particles;
  const out = new Float64Array(1);
  average(particles, 1, out, (base, lanes, buffer, row) => {
    for (let k = p; k < 2 * p; k++) {
      const at = base + k * TILE;
      buffer[row] += 0.5 * centredProduct(state, at, 0, at, 0, lanes);
    }
  });
  return out[0];
}

/**
 * The rate at which energy (+ kinetic) falls, at time t: ⟨∇Φ·D∇Φ⟩ for first-order dynamics without noise, with births and
 * deaths + κ Var_{μ_N} Φ (in expectation, to O(h) + O(1/N)); γ(2·kinetic − τp) with momenta (in expectation where τ > 0).
 * Null for Langevin noise, where an ensemble has none.
 */
export function dissipationRate(system: ParticleSystem, t: number): number | null {
  const { problem, particles, field } = system;
  if (isKinetic(system)) {
    const doubled = 2 * (kineticEnergy(particles) ?? 0) - problem.temperature * problem.dimension;
    // Nesterov's friction is infinite at t = 0, where momenta are zero: γ|ω|² → 0.
    return doubled === 0 ? 0 : system.dynamics.friction.at(t) * doubled;
  }
  if (isNoisy(problem, system.dynamics) || !isFirstOrder(system)) return null;
  const mobility = system.dynamics.mobility(problem);
  field.differentiate();
  const { dimension: p, rows } = particles;
  const out = new Float64Array(1);
  average(particles, 1, out, (base, lanes, buffer, row) => {
    for (let k = 0; k < p; k++) {
      const at = (base / rows) * p + k * TILE;
      buffer[row] += mobility[k] * centredProduct(field.gradient, at, 0, at, 0, lanes);
    }
  });
  const rate = jumpRate(system.dynamics);
  return out[0] + (rate > 0 ? rate * potentialVariance(system) : 0);
}

/** Whether that rate is the fall of energy (+ kinetic) in expectation only: under noise, or births and deaths at random. */
export function holdsInExpectation({ problem, dynamics }: ParticleSystem): boolean {
  return isNoisy(problem, dynamics) || hasJumps(dynamics);
}

/** risk (where there is data) and what else says how outputs fit, energy, kinetic (with momenta), the moments, and on the torus the order parameters. */
export function observe(system: ParticleSystem): Observables {
  const { problem, particles, field } = system;
  field.observe();
  const out: Observables = {};
  const risk = riskAt(problem, field.outputs);
  if (problem.data.size > 0) out.risk = risk;
  Object.assign(out, fitOf(problem, field.outputs, system.test?.observe() ?? null));
  out.energy = risk + field.externalEnergy();
  const kinetic = kineticEnergy(particles);
  if (kinetic !== null) out.kinetic = kinetic;
  Object.assign(out, moments(particles));
  return problem.domain === "torus" ? Object.assign(out, ordersOfEnsemble(particles)) : out;
}

function sum(values: Float64Array, at: number, count: number): number {
  let total = 0;
  for (let i = at; i < at + count; i++) total += values[i];
  return total;
}

/** Σ (values[at + i] − mean)(values[otherAt + i] − otherMean), i < count. */
function centredProduct(
  values: Float64Array,
  at: number,
  mean: number,
  otherAt: number,
  otherMean: number,
  count: number,
): number {
  let total = 0;
  for (let i = 0; i < count; i++) total += (values[at + i] - mean) * (values[otherAt + i] - otherMean);
  return total;
}
