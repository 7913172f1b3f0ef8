// ∇Φ[ρ] at the centres of the θ grid, what move B shifts by:
//   ∂_kΦ = Σ_i g_i ∂_kψ(θ; x_i) + ∂_kV + ∂_k(W∗ρ),  g_i = q_i ∂ℓ(c_i, y_i),
// every derivative analytic: no difference of Φ is taken, so a resolved density keeps spectral accuracy.
// Cost O(M n_θ p) an update, and as much memory for ∂ψ.

import { inputError, MuflowError } from "../../base/errors.ts";
import { checkpoint } from "../../base/interrupt.ts";
import { sumOf } from "../../base/sum.ts";
import { type Convolution, convolutionWith } from "../../grid/convolution.ts";
import { marginalOf } from "../../grid/density.ts";
import { addAlong, centreOf, coordinatesOf, type Grid } from "../../grid/grid.ts";
import { gradientTabulated } from "../../problem/feature.ts";
import type { PairInteraction } from "../../problem/interaction.ts";
import type { JointPotential } from "../../problem/potential.ts";
import { type Problem, residualAt } from "../../problem/problem.ts";
import type { GridField } from "../field/field.ts";

/** Numbers of ∂ψ that a grid may hold: 2 GiB, as for the features. */
const MOST_SLOPES = 2 ** 28;

export type Force = ReturnType<typeof forceOf>;

/** The force of a density of θ. Errors (input): slopes that do not fit memory, or are not finite somewhere on the grid. */
export function forceOf(field: GridField) {
  const { problem, grid: theta, outputs } = field;
  const { potential, interaction, data, loss } = problem;
  /** ∂_kΦ at the cells, by coordinate. */
  const gradient = theta.axes.map(() => new Float64Array(theta.size));
  /** ∂_kψ(θ; x_i) at [i·n_θ + cell], by coordinate. */
  const slopes = slopesOf(problem, theta);
  /** ∂_kV */
  const external = theta.axes.map(({ cells, centres }, k) => {
    const along = new Float64Array(cells);
    potential.addGradient(k, centres, 0, cells, along, 0);
    const out = new Float64Array(theta.size);
    addAlong(theta, k, along, out);
    return out;
  });
  if (potential.joint !== null) addJointGradient(potential.joint, theta, external);
  const convolutions = interaction?.type === "pairs" ? oddConvolutions(interaction, theta) : [];
  const z = new Float64Array(field.count);
  const residual = new Float64Array(data.size);

  function addInteraction(marginal: Float64Array): void {
    if (interaction === null) return;
    for (const [k, { cells, centres }] of theta.axes.entries()) {
      const along = new Float64Array(cells);
      if (interaction.type === "pairs") convolutions[k].apply(marginalOf(theta, marginal, k), along, 0);
      else {
        interaction.addGradient(centres, 0, cells, z, outputs + interaction.count * k, along, 0);
      }
      addAlong(theta, k, along, gradient[k]);
    }
  }

  return {
    gradient,
    /** Its ψ at the cells are the force's own: who needs both takes it from here. */
    field,
    /** ∇Φ of that density of θ. Errors (numerics): a mean field that is not finite. */
    update(marginal: Float64Array): void {
      field.observe(marginal, z);
      if (!z.every(Number.isFinite)) {
        throw new MuflowError(
          "numerics",
          "the density diverged: its mean field is not finite; take a smaller step",
        );
      }
      residualAt(problem, z, residual);
      for (const [k, out] of gradient.entries()) {
        out.set(external[k]);
        for (let i = 0; i < residual.length; i++) {
          checkpoint();
          addRow(slopes[k], i * theta.size, residual[i], out);
        }
      }
      addInteraction(marginal);
    },
    /** Σ_i q_i ∂²ℓ(c_i, y_i)|∇ψ(θ; x_i)|² at the cells, at the outputs c of the last update. */
    coupling(out: Float64Array): void {
      out.fill(0);
      for (let i = 0; i < data.size; i++) {
        const weight = data.weight[i] * loss.curvatureAt(z[i], data.y[i]);
        for (const along of slopes) addSquares(along, i * out.length, weight, out);
      }
    },
  };
}

/** Adds ∂_kV of a V that is no sum over coordinates, at the cells. */
function addJointGradient(joint: JointPotential, theta: Grid, out: readonly Float64Array[]): void {
  const point = new Float64Array(theta.axes.length);
  const force = new Float64Array(theta.axes.length);
  for (let cell = 0; cell < theta.size; cell++) {
    if (cell % theta.axes[0].cells === 0) checkpoint();
    centreOf(theta, cell, point);
    joint.gradient(point, force);
    for (const [k, along] of out.entries()) along[cell] += force[k];
  }
}

function slopesOf({ neuron, data }: Problem, theta: Grid): Float64Array[] {
  const p = theta.axes.length;
  const length = neuron === null ? 0 : data.size * theta.size;
  if (p * length > MOST_SLOPES) {
    throw inputError(
      "grid.cells",
      `${data.size} data points on ${theta.size} cells of θ need ${((p * length) / 2 ** 27).toPrecision(3)} GiB for ∂ψ; ` +
        `allowed: ${MOST_SLOPES / 2 ** 27} GiB, ${Math.floor(MOST_SLOPES / (p * data.size))} cells`,
    );
  }
  const slopes = theta.axes.map(() => new Float64Array(length));
  if (neuron === null) return slopes;
  const along = gradientTabulated(neuron, coordinatesOf(theta.axes.map(({ centres }) => centres)));
  const x = new Float64Array(data.inputs);
  for (let i = 0; i < data.size; i++) {
    checkpoint();
    for (let k = 0; k < data.inputs; k++) x[k] = data.x[k * data.size + i];
    along(x, 0, theta.size, slopes, i * theta.size);
  }
  requireFiniteSlopes(slopes, theta);
  return slopes;
}

function requireFiniteSlopes(slopes: readonly Float64Array[], theta: Grid): void {
  for (const along of slopes) {
    if (Number.isFinite(sumOf(along))) continue;
    const at = along.findIndex((slope) => !Number.isFinite(slope));
    if (at < 0) continue;
    const point = new Float64Array(theta.axes.length);
    centreOf(theta, at % theta.size, point);
    throw inputError(
      "problem.neuron",
      `∂ψ is ${along[at]} at data point ${Math.floor(at / theta.size) + 1}, θ = (${point.join(", ")}); allowed: finite values on the whole extent`,
    );
  }
}

function oddConvolutions(interaction: PairInteraction, theta: Grid): Convolution[] {
  const origin = new Float64Array(1);
  return theta.axes.map((axis) => convolutionWith(axis, (z) => interaction.sumSlope(z, origin), "odd"));
}

function addRow(rows: Float64Array, at: number, scale: number, out: Float64Array): void {
  for (let cell = 0; cell < out.length; cell++) out[cell] += scale * rows[at + cell];
}

function addSquares(rows: Float64Array, at: number, scale: number, out: Float64Array): void {
  for (let cell = 0; cell < out.length; cell++) out[cell] += scale * rows[at + cell] * rows[at + cell];
}
