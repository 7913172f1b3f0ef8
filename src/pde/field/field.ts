// The mean field of a density on a grid, through the numbers z of μ that Φ depends on (docs/theory.md §1.3):
//   z = (c_1 … c_M, numbers of W),  c_i = ∫ψ(θ; x_i) dμ,   Φ = Σ_i q_i ∂ℓ(c_i, y_i) ψ(·; x_i) + V + W∗μ.
// Cost: that of the features (features.ts), plus O(n) and, for a Gaussian W, O(p n_k log n_k).

import { checkpoint } from "../../base/interrupt.ts";
import { dotOf } from "../../base/sum.ts";
import { addAlong, centreOf, type Grid } from "../../grid/grid.ts";
import { residentArray } from "../../kernels/resident.ts";
import { type Problem, residualAt, riskAt } from "../../problem/problem.ts";
import { Features } from "./features.ts";
import { type InteractionField, interactionField } from "./interaction.ts";

/** observe: μ → z, potential: z → Φ, and the derivative of the latter. */
export class GridField {
  readonly problem: Problem;
  readonly grid: Grid;
  /** Numbers in z; the first M are the outputs c. */
  readonly count: number;
  /** M */
  readonly outputs: number;
  readonly features: Features;
  /** V at the cells. */
  readonly external: Float64Array;
  private readonly pairs: InteractionField | null;
  private readonly residual: Float64Array;

  /** `features`: where another field of the same neuron, data and grid has them already. */
  constructor(problem: Problem, grid: Grid, features = new Features(problem, grid)) {
    this.problem = problem;
    this.grid = grid;
    this.features = features;
    this.pairs = interactionField(problem.interaction, grid);
    this.outputs = problem.data.size;
    this.count = this.outputs + (this.pairs?.count ?? 0);
    this.residual = new Float64Array(this.outputs);
    this.external = externalPotential(problem, grid);
  }

  /** z of a density (cell averages). */
  observe(density: Float64Array, z: Float64Array): void {
    this.features.observe(density, z);
    this.pairs?.observe(density, z, this.outputs);
  }

  /** Φ at the cells, from z. */
  potential(z: Float64Array, phi: Float64Array): void {
    if (this.outputs > 0) residualAt(this.problem, z, this.residual);
    this.features.potential(this.residual, this.external, phi);
    this.pairs?.addPotential(z, this.outputs, phi, true);
  }

  /** The derivative of `potential` at z in the direction dz. ∂²ℓ of Huber's loss at its corner: of the quadratic side. */
  potentialDerivative(z: Float64Array, dz: Float64Array, dphi: Float64Array): void {
    const { data, loss } = this.problem;
    for (let i = 0; i < this.outputs; i++) {
      this.residual[i] = data.weight[i] * loss.curvatureAt(z[i], data.y[i]) * dz[i];
    }
    this.features.potential(this.residual, null, dphi);
    this.pairs?.addPotential(dz, this.outputs, dphi, false);
  }

  /** R at the outputs in z. */
  risk(z: Float64Array): number {
    return riskAt(this.problem, z);
  }

  /** F − R = ∫V dμ + ½∬W dμ dμ of a density whose numbers are z. */
  externalEnergy(density: Float64Array, z: Float64Array): number {
    const potentialEnergy = this.grid.volume * dotOf(density, this.external);
    return potentialEnergy + (this.pairs?.energy(density, z, this.outputs) ?? 0);
  }
}

function externalPotential({ potential }: Problem, grid: Grid): Float64Array {
  const out = residentArray(grid.size);
  for (const [k, { centres }] of grid.axes.entries()) {
    const along = centres.map((theta) => potential.value(k, theta));
    addAlong(grid, k, along, out);
  }
  if (potential.joint !== null) {
    const theta = new Float64Array(grid.axes.length);
    for (let cell = 0; cell < grid.size; cell++) {
      if (cell % BETWEEN_CHECKPOINTS === 0) checkpoint();
      centreOf(grid, cell, theta);
      out[cell] += potential.joint.value(theta);
    }
  }
  return out;
}

/** Evaluations of a user's own V between two looks at whether to stop. */
const BETWEEN_CHECKPOINTS = 4096;
