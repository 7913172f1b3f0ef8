// What is recorded of a density on a grid (names as in the experiment file's contract): energies, the dissipation of the
// Lyapunov functional, the certificate of docs/theory.md §3.6 and the distance to the optimum, mass and positivity, and moments.
// Cost: that of Φ, an exponential and two logarithms a cell.

import { log } from "../base/elementary.ts";
import { Sum } from "../base/sum.ts";
import type { Temperature } from "../dynamics/dynamics.ts";
import {
  boundaryMassOf,
  entropyOf,
  type FaceMass,
  leastOf,
  massOf,
  momentsOf,
  negativeMassOf,
} from "../grid/density.ts";
import { Certifier, certifiable } from "../pde/equilibrium/certificate.ts";
import type { Excess } from "../pde/equilibrium/excess.ts";
import { type Features, testFeatures } from "../pde/field/features.ts";
import type { GridField } from "../pde/field/field.ts";
import { dissipationAlong, rates } from "../pde/fokker-planck/scharfetter-gummel.ts";
import type { DensityStepper } from "../pde/fokker-planck/stepper.ts";
import { ordersOfDensity } from "./circular.ts";
import { fitOf } from "./fit.ts";
import type { Observables } from "./values.ts";

export interface DensityMotion {
  readonly mobility: Float64Array;
  /** κ of birth–death; 0 without. */
  readonly rate: number;
  readonly temperature: Temperature;
  /** Where the stepper's fluxes are not Scharfetter–Gummel's, it knows its own dissipation. */
  readonly stepper?: DensityStepper;
}

/** Observes densities of one field under one motion. */
export class DensityObserver {
  private readonly field: GridField;
  private readonly motion: DensityMotion;
  private readonly excess: Excess | null | undefined;
  private readonly certifier: Certifier | null;
  private readonly test: Features | null;
  private readonly testOutputs: Float64Array;
  private readonly z: Float64Array;
  private readonly phi: Float64Array;
  private readonly right: Float64Array;
  private readonly left: Float64Array;

  /** `excess`: null is recorded as blank, undefined is not recorded. */
  constructor(field: GridField, motion: DensityMotion, excess?: Excess | null) {
    this.field = field;
    this.motion = motion;
    this.excess = excess;
    this.certifier = certifiable(field.problem) ? new Certifier(field) : null;
    this.test = testFeatures(field.problem, field.grid);
    this.testOutputs = new Float64Array(this.test?.count ?? 0);
    this.z = new Float64Array(field.count);
    this.phi = new Float64Array(field.grid.size);
    this.right = new Float64Array(field.grid.size);
    this.left = new Float64Array(field.grid.size);
  }

  /** f at the M data points. */
  outputs(density: Float64Array): Float64Array {
    this.field.observe(density, this.z);
    return this.z.slice(0, this.field.outputs);
  }

  /** E_τ at the τ of time t, and everything beside it; the dissipation is given, as it is known at every step. */
  observe(density: Float64Array, t: number, dissipation: number | null): Observables {
    const { field, motion, certifier, excess, z } = this;
    const { grid, problem } = field;
    field.observe(density, z);
    const risk = field.risk(z);
    const energy = risk + field.externalEnergy(density, z);
    const entropy = entropyOf(grid, density);
    const temperature = motion.temperature.at(t);
    const out: Observables = {
      ...(problem.data.size > 0 ? { risk } : {}),
      ...fitOf(problem, z, this.tested(density)),
      energy,
      ...(motion.temperature.constant ? {} : { temperature }),
      entropy,
      free_energy: energy + temperature * entropy,
    };
    if (dissipation !== null) out.dissipation = dissipation;
    if (certifier !== null) {
      const { dual, gap } = certifier.certify(density, z, temperature);
      out.dual = dual;
      out.gap = gap;
    }
    if (excess !== undefined) out.excess = excess?.of(density) ?? Number.NaN;
    out.mass = massOf(grid, density);
    out.min_density = leastOf(density);
    out.negative_mass = negativeMassOf(grid, density);
    out.boundary_mass = this.boundary(density)?.mass ?? 0;
    const moments = momentsOf(grid, density);
    for (const [k, { mean }] of moments.entries()) out[`mean_theta_${k}`] = mean;
    for (const [k, { variance }] of moments.entries()) out[`var_theta_${k}`] = variance;
    return problem.domain === "torus"
      ? Object.assign(out, ordersOfDensity(grid, density, grid.axes.length))
      : out;
  }

  /** f at the data that nothing is learnt from, null where there are none. */
  private tested(density: Float64Array): Float64Array | null {
    const { test, testOutputs } = this;
    if (test === null) return null;
    test.observe(density, testOutputs);
    return testOutputs;
  }

  /** F */
  level(density: Float64Array): number {
    const { field, z } = this;
    field.observe(density, z);
    return field.risk(z) + field.externalEnergy(density, z);
  }

  /** The face with the most mass beside it. */
  boundary(density: Float64Array): FaceMass | null {
    return boundaryMassOf(this.field.grid, density);
  }

  /**
   * −dE_τ/dt at fixed τ, that of time t, of the equation discrete in space: its time integral, with that of `cooling`, is
   * the fall of E_τ to the order of the step.
   */
  dissipation(density: Float64Array, t: number): number {
    const { field, motion, z, phi, right, left } = this;
    const { grid } = field;
    const { mobility, rate, stepper } = motion;
    if (stepper?.dissipation !== undefined) return stepper.dissipation(density);
    field.observe(density, z);
    field.potential(z, phi);
    const temperature = motion.temperature.at(t);
    let total = 0;
    for (const k of grid.axes.keys()) {
      const faces = { grid, k, mobility: mobility[k], temperature };
      rates(faces, phi, 1, right, left);
      total += dissipationAlong(faces, phi, density, right, left);
    }
    return total + (rate > 0 ? rate * this.variance(density, temperature) : 0);
  }

  /** −τ̇∫μ log μ, how fast E_τ falls as τ itself does; of either sign. Cost: a logarithm a cell where τ changes. */
  cooling(density: Float64Array, t: number): number {
    const { temperature } = this.motion;
    return temperature.constant ? 0 : -temperature.slope(t) * entropyOf(this.field.grid, density);
  }

  /** Var_μ ξ, ξ = Φ + τ log μ in `phi`. */
  private variance(density: Float64Array, temperature: number): number {
    const { phi, field } = this;
    const { volume } = field.grid;
    const mean = new Sum();
    for (let i = 0; i < phi.length; i++) {
      if (!(density[i] > 0)) continue;
      if (temperature > 0) phi[i] += temperature * log(density[i]);
      mean.add(density[i] * phi[i]);
    }
    const average = volume * mean.value();
    const square = new Sum();
    for (let i = 0; i < phi.length; i++) {
      if (density[i] > 0) square.add(density[i] * (phi[i] - average) * (phi[i] - average));
    }
    return volume * square.value();
  }
}
