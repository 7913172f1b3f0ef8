// An equilibrium μ* ∝ e^(−Φ*/τ) on a grid, and the second variation of E_τ/τ there: on a perturbation η = μ*u,
//   P u = u + (Φ′[η] − ⟨Φ′[η]⟩)/τ,   Φ′[η] = Σ q_i ℓ″(c_i)(∫ηψ_i)ψ_i + W∗η,
// symmetric in L²(μ*); positive exactly where the equilibrium is stable. It differs from 1 by as many dimensions as Φ needs numbers.

import { inputError } from "../../base/errors.ts";
import { dotOf } from "../../base/sum.ts";
import { marginalOf } from "../../grid/density.ts";
import { leastEigenpair } from "../../linear/lanczos.ts";
import { gibbsDensity } from "../equilibrium/gibbs.ts";
import { requireNormalisable } from "../equilibrium/stationary.ts";
import type { GridField } from "../field/field.ts";

/** ∫|μ* − μ̂| of an equilibrium from a solver: its residual, well above round-off and far below any error of a grid. */
const SETTLED = 1e-6;
/** A marginal that varies by less, relatively, is uniform. */
const UNIFORM = 1e-8;

export type EquilibriumState = ReturnType<typeof equilibriumState>;

/**
 * What linearisation needs of an equilibrium. Functions u are given at the cells as v = u √(μ*|cell|), in which L²(μ*) is Euclidean.
 * Errors (input): τ = 0, a plane that V does not confine, or a density that is no equilibrium of that field: further than
 * `tolerance` (in L¹) from the Gibbs measure of its own Φ, which takes its place.
 */
export function equilibriumState(field: GridField, near: Float64Array, tolerance = SETTLED) {
  const { grid, problem } = field;
  const { temperature } = problem;
  requireNormalisable(problem);
  const z = new Float64Array(field.count);
  const phi = new Float64Array(grid.size);
  const density = new Float64Array(grid.size);
  field.observe(near, z);
  field.potential(z, phi);
  gibbsDensity(phi, temperature, grid.volume, density);
  let off = 0;
  for (let i = 0; i < grid.size; i++) off += grid.volume * Math.abs(near[i] - density[i]);
  if (!(off <= tolerance)) {
    throw inputError(
      "density",
      `no equilibrium: ∫|μ − e^(−Φ[μ]/τ)/Z| is ${off.toExponential(1)}; allowed: ${tolerance}. Take one from the stationary solver on the same grid`,
    );
  }
  const constant = density.map((mu) => Math.sqrt(mu * grid.volume));
  const length = Math.sqrt(dotOf(constant, constant));
  for (let i = 0; i < grid.size; i++) constant[i] /= length;
  const perturbation = new Float64Array(grid.size);
  const change = new Float64Array(grid.size);

  /** dz: the numbers of the perturbation v. */
  function observe(v: Float64Array, dz: Float64Array): void {
    for (let i = 0; i < v.length; i++) perturbation[i] = (constant[i] * v[i]) / grid.volume;
    field.observe(perturbation, dz);
  }

  /** out = (Φ′ − ⟨Φ′⟩)/τ of the numbers dz, as a function v: its inner products are those of L²(μ*). */
  function respond(dz: Float64Array, out: Float64Array): void {
    field.potentialDerivative(z, dz, change);
    let mean = 0;
    for (let i = 0; i < constant.length; i++) mean += constant[i] * constant[i] * change[i];
    for (let i = 0; i < constant.length; i++) out[i] = (constant[i] * (change[i] - mean)) / temperature;
  }

  /** out = P v */
  function secondVariation(v: Float64Array, out: Float64Array): void {
    const dz = new Float64Array(field.count);
    observe(v, dz);
    respond(dz, out);
    for (let i = 0; i < v.length; i++) out[i] += v[i];
  }

  return {
    field,
    /** μ*, the Gibbs measure of `phi`. */
    density,
    /** Φ* */
    phi,
    /** √(μ*|cell|): the constant function 1, of length 1. */
    constant,
    observe,
    respond,
    secondVariation,
    /** The least eigenvalue of P off the constants, or 1 where Φ does not depend on μ. */
    curvature(): number {
      if (field.count === 0) return 1;
      return Math.min(1, leastEigenpair(secondVariation, constant.length, [constant], 1e-10).value);
    },
    /** By coordinate: the marginal is constant. */
    uniform(): boolean[] {
      return grid.axes.map((_, k) => {
        const marginal = marginalOf(grid, density, k);
        return marginal.every((value) => Math.abs(value - marginal[0]) <= UNIFORM * marginal[0]);
      });
    },
  };
}
