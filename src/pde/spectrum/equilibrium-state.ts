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

/** What linearisation needs of an equilibrium. Functions u are given at the cells as v = u √(μ*|cell|), in which L²(μ*) is Euclidean. */
export class EquilibriumState {
  readonly field: GridField;
  /** μ*, the Gibbs measure of `phi`. */
  readonly density: Float64Array;
  /** Φ* */
  readonly phi: Float64Array;
  /** √(μ*|cell|): the constant function 1, of length 1. */
  readonly one: Float64Array;
  private readonly z: Float64Array;
  private readonly perturbation: Float64Array;
  private readonly change: Float64Array;

  /**
   * Errors (input): τ = 0, a plane that V does not confine, or a density that is no equilibrium of that field: further than
   * `tolerance` (in L¹) from the Gibbs measure of its own Φ, which takes its place.
   */
  constructor(field: GridField, density: Float64Array, tolerance = SETTLED) {
    const { grid, problem } = field;
    requireNormalisable(problem);
    this.field = field;
    this.z = new Float64Array(field.count);
    this.phi = new Float64Array(grid.size);
    this.density = new Float64Array(grid.size);
    field.observe(density, this.z);
    field.potential(this.z, this.phi);
    gibbsDensity(this.phi, problem.temperature, grid.volume, this.density);
    let off = 0;
    for (let i = 0; i < grid.size; i++) off += grid.volume * Math.abs(density[i] - this.density[i]);
    if (!(off <= tolerance)) {
      throw inputError(
        "density",
        `no equilibrium: ∫|μ − e^(−Φ[μ]/τ)/Z| is ${off.toExponential(1)}; allowed: ${tolerance}. Take one from the stationary solver on the same grid`,
      );
    }
    this.one = this.density.map((mu) => Math.sqrt(mu * grid.volume));
    const length = Math.sqrt(dotOf(this.one, this.one));
    for (let i = 0; i < grid.size; i++) this.one[i] /= length;
    this.perturbation = new Float64Array(grid.size);
    this.change = new Float64Array(grid.size);
  }

  /** dz: the numbers of the perturbation v. */
  observe(v: Float64Array, dz: Float64Array): void {
    const { field, one, perturbation } = this;
    const { volume } = field.grid;
    for (let i = 0; i < v.length; i++) perturbation[i] = (one[i] * v[i]) / volume;
    field.observe(perturbation, dz);
  }

  /** out = (Φ′ − ⟨Φ′⟩)/τ of the numbers dz, as a function v: its inner products are those of L²(μ*). */
  respond(dz: Float64Array, out: Float64Array): void {
    const { field, one, z, change } = this;
    const { temperature } = field.problem;
    field.potentialDerivative(z, dz, change);
    let mean = 0;
    for (let i = 0; i < one.length; i++) mean += one[i] * one[i] * change[i];
    for (let i = 0; i < one.length; i++) out[i] = (one[i] * (change[i] - mean)) / temperature;
  }

  /** out = P v */
  secondVariation(v: Float64Array, out: Float64Array): void {
    const dz = new Float64Array(this.field.count);
    this.observe(v, dz);
    this.respond(dz, out);
    for (let i = 0; i < v.length; i++) out[i] += v[i];
  }

  /** The least eigenvalue of P off the constants, or 1 where Φ does not depend on μ. */
  curvature(): number {
    if (this.field.count === 0) return 1;
    const apply = (v: Float64Array, out: Float64Array) => this.secondVariation(v, out);
    return Math.min(1, leastEigenpair(apply, this.one.length, [this.one], 1e-10).value);
  }

  /** By coordinate: the marginal is constant. */
  uniform(): boolean[] {
    const { grid } = this.field;
    return grid.axes.map((_, k) => {
      const marginal = marginalOf(grid, this.density, k);
      return marginal.every((value) => Math.abs(value - marginal[0]) <= UNIFORM * marginal[0]);
    });
  }
}
