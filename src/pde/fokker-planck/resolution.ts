// Are the cells fine enough for the noise? A Scharfetter–Gummel flux diffuses τ(u/2)coth(u/2), u = ΔΦ/τ over a cell, in the
// place of τ: second order while |u| ≲ 1, upwind's |∂Φ|Δ/2 beyond. The excess over τ, averaged over the mass, is the
// share of the temperature that the cells make up.

import { rounded } from "../../base/words.ts";
import { eachFace, type Grid, MOST_ADVISED } from "../../grid/grid.ts";
import type { GridField } from "../field/field.ts";
import { bernoulli } from "./scharfetter-gummel.ts";

export interface Resolution {
  readonly axis: number;
  /** Mean over the mass of (u/2)coth(u/2) − 1. */
  readonly excess: number;
  /** Root mean square of u over the mass. */
  readonly rise: number;
}

/** A rise of Φ/τ over a cell that adds 31 % to τ. */
const MODERATE = 2;

/** How well the cells along one axis resolve e^(−Φ/τ) where the density is. */
export function resolutionAlong(
  grid: Grid,
  k: number,
  density: Float64Array,
  phi: Float64Array,
  temperature: number,
): Resolution {
  let mass = 0;
  let excess = 0;
  let square = 0;
  eachFace(grid, k, (at, next, count) => {
    for (let j = 0; j < count; j++) {
      const weight = Math.max(0, density[at + j]) + Math.max(0, density[next + j]);
      // Φ/τ may rise beyond double precision where there is no mass.
      if (weight === 0) continue;
      const u = Math.abs(phi[next + j] - phi[at + j]) / temperature;
      mass += weight;
      excess += weight * (bernoulli(u) + 0.5 * u - 1);
      square += weight * u * u;
    }
  });
  return { axis: k, excess: excess / mass, rise: Math.sqrt(square / mass) };
}

/**
 * The axis whose cells add more than `most` of τ > 0, in words; null where none does. Where D is 0 nothing moves along an axis.
 * Cost: Φ, and an exponential a face.
 */
export function coarseness(
  field: GridField,
  density: Float64Array,
  temperature: number,
  most: number,
  mobility: Float64Array,
): string | null {
  const { grid } = field;
  const z = new Float64Array(field.count);
  const phi = new Float64Array(grid.size);
  field.observe(density, z);
  field.potential(z, phi);
  const worst = grid.axes
    .map((_, k) => resolutionAlong(grid, k, density, phi, temperature))
    .find(({ axis, excess }) => mobility[axis] !== 0 && !(excess <= most));
  if (worst === undefined) return null;
  const { cells } = grid.axes[worst.axis];
  const enough = 2 * Math.ceil((cells * worst.rise) / MODERATE / 2);
  const found = `${cells} cells on axis ${worst.axis} are too coarse for τ = ${rounded(temperature, 6)}`;
  if (!(enough <= MOST_ADVISED)) return `${found}: try a smaller extent, or a higher temperature`;
  return (
    `${found}: ΔΦ/τ is ${worst.rise.toPrecision(2)} from cell to cell, ` +
    `so that the scheme's own diffusion adds ${Math.ceil(1000 * worst.excess) / 10} % to τ, allowed ${100 * most} %. Try ${enough} cells, a smaller extent, or a higher temperature`
  );
}
