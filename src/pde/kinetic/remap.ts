// The part of a cell's mass that lies in its right fraction α, from the averages of 2r + 1 cells around it:
//   F = Σ_c w_c(α) u_c,  w_c(α) = Σ_{faces f > c} (ℓ_f(½) − ℓ_f(½ − α)),  ℓ_f Lagrange's polynomials on the 2r + 2 faces
// (the interpolated primitive), then clamped to [0, u_0]. Two parts of a cell are so ≥ 0 and sum to it, and a remap that
// sends each part somewhere is positive and conservative. Away from the clamp a shift is Lagrange interpolation of
// degree 2r + 1 between its two middle points: order 2r + 1 for averages and for point values, stable in L² (Strang).
// Source: Filbet, Sonnendrücker, Bertrand, J. Comput. Phys. 172, 2001 (r = 1, with a limiter of slopes).

import type { Axis } from "../../grid/axis.ts";
import { LANES } from "../../grid/panel.ts";

/** Numbers of a cell in a panel: a constant of this file, as imports that are not bundled cost a look-up in every turn of a loop. */
const ROW = LANES;

/** r */
export const REACH = 3;
/** Weights a cell, 2r + 1. */
export const WIDTH = 2 * REACH + 1;

const FACES = WIDTH + 1;

/** weights[at … at + WIDTH) = w_{−r}(α) … w_r(α), 0 ≤ α ≤ 1. */
export function rightWeights(alpha: number, weights: Float64Array, at: number): void {
  // In units of the spacing the cell's faces are REACH and REACH + 1; the cut lies at REACH + 1 − α.
  const cut = REACH + 1 - alpha;
  let beyond = 0;
  for (let f = FACES - 1; f > 0; f--) {
    let value = 1;
    for (let g = 0; g < FACES; g++) if (g !== f) value *= (cut - g) / (f - g);
    beyond += value;
    weights[at + f - 1] = (f - 1 <= REACH ? 1 : 0) - beyond;
  }
}

/** Shifts by those distances, as whole cells and the weights of the fraction that goes one cell further. */
export function setCuts(
  { cells, spacing }: Axis,
  distances: Float64Array,
  whole: Int32Array,
  weights: Float64Array,
): void {
  for (let line = 0; line < distances.length; line++) {
    // A shift by more than the whole axis is that of its length: everything at the wall, or around once more.
    const distance = Math.max(-cells, Math.min(cells, distances[line] / spacing));
    whole[line] = Math.floor(distance);
    rightWeights(distance - whole[line], weights, WIDTH * line);
  }
}

/** A panel's averages with r cells beyond each end: 0 where the axis is bounded, around the period where it is not. */
export function pad(lines: Float64Array, cells: number, periodic: boolean, padded: Float64Array): void {
  const rim = REACH * ROW;
  const size = cells * ROW;
  padded.set(lines.subarray(0, size), rim);
  if (periodic) {
    padded.copyWithin(0, size, size + rim);
    padded.copyWithin(rim + size, rim, 2 * rim);
  } else {
    padded.fill(0, 0, rim);
    padded.fill(0, rim + size, rim + size + rim);
  }
}

/** parts[i·ROW + ℓ] = F of cell i of lane ℓ; w_c of that lane is at weights[c·ROW + ℓ]. */
export function partsByLane(
  padded: Float64Array,
  cells: number,
  weights: Float64Array,
  parts: Float64Array,
): void {
  for (let at = 0; at < cells * ROW; at += ROW) {
    for (let lane = 0; lane < ROW; lane++) {
      const cell = at + lane;
      let part = weights[lane] * padded[cell];
      part += weights[ROW + lane] * padded[cell + ROW];
      part += weights[2 * ROW + lane] * padded[cell + 2 * ROW];
      const whole = padded[cell + 3 * ROW];
      part += weights[3 * ROW + lane] * whole;
      part += weights[4 * ROW + lane] * padded[cell + 4 * ROW];
      part += weights[5 * ROW + lane] * padded[cell + 5 * ROW];
      part += weights[6 * ROW + lane] * padded[cell + 6 * ROW];
      parts[cell] = part > 0 ? (part < whole ? part : whole) : 0;
    }
  }
}

/** The same, where w_c is that of the cell, at weights[i·WIDTH + c]. */
export function partsByCell(
  padded: Float64Array,
  cells: number,
  weights: Float64Array,
  parts: Float64Array,
): void {
  for (let i = 0; i < cells; i++) {
    const w = i * WIDTH;
    for (let cell = i * ROW; cell < (i + 1) * ROW; cell++) {
      let part = weights[w] * padded[cell];
      for (let c = 1; c < WIDTH; c++) part += weights[w + c] * padded[cell + c * ROW];
      const whole = padded[cell + REACH * ROW];
      parts[cell] = part > 0 ? (part < whole ? part : whole) : 0;
    }
  }
}
