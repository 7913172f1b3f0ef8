// Densities on a grid, as cell averages: ∫g dμ ≈ Σ_i g(θ_i) μ_i |cell|, second order in the spacing (and spectrally
// accurate for smooth densities that vanish at the faces). What is asked of a density is here; how it moves is in pde/.

import { log } from "../base/elementary.ts";
import { checkpoint } from "../base/interrupt.ts";
import { dotOf, sumOf } from "../base/sum.ts";
import { type Grid, sumAcross } from "./grid.ts";

/** ∫dμ */
export function massOf(grid: Grid, values: Float64Array): number {
  return grid.volume * sumOf(values);
}

/** ∫μ log μ over cells with μ > 0. */
export function entropyOf(grid: Grid, values: Float64Array): number {
  checkpoint();
  let total = 0;
  let lost = 0;
  for (let i = 0; i < values.length; i++) {
    const mu = values[i];
    if (!(mu > 0)) continue;
    const x = mu * log(mu);
    const next = total + x;
    lost += Math.abs(total) >= Math.abs(x) ? total - next + x : x - next + total;
    total = next;
  }
  return grid.volume * (total + lost);
}

/** The density of coordinate k (length cells of that axis). */
export function marginalOf(grid: Grid, values: Float64Array, k: number): Float64Array {
  const { cells, spacing } = grid.axes[k];
  const out = new Float64Array(cells);
  sumAcross(grid, k, values, out);
  const scale = grid.volume / spacing;
  for (let i = 0; i < cells; i++) out[i] *= scale;
  return out;
}

/** Mean and variance of every coordinate. */
export function momentsOf(grid: Grid, values: Float64Array): { mean: number; variance: number }[] {
  return grid.axes.map(({ centres, spacing }, k) => {
    const marginal = marginalOf(grid, values, k);
    const mean = spacing * dotOf(marginal, centres);
    const square = centres.map((theta) => (theta - mean) * (theta - mean));
    return { mean, variance: spacing * dotOf(marginal, square) };
  });
}

/** The least number of a cell; one that is NaN is passed over, but for the first. */
export function leastCell(values: Float64Array): number {
  let least = values[0];
  for (let i = 1; i < values.length; i++) if (values[i] < least) least = values[i];
  return least;
}

/** ε of the largest cell that an operation which mixes cells, such as a transform, may leave in every cell. */
const MIXED = 4 * Number.EPSILON;

/** What the cells of a density are known to: rounding relative to the largest, or twice as far as any is below 0. */
export function noiseOf(values: Float64Array): number {
  let [least, most] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    if (values[i] < least) least = values[i];
    else if (values[i] > most) most = values[i];
  }
  return noiseBetween(least, most);
}

/** The same of cells whose least is that, or 0, and whose largest is that. */
export function noiseBetween(least: number, most: number): number {
  return Math.max(MIXED * most, -2 * least);
}

/** −∫min(μ, 0) */
export function negativeMassOf(grid: Grid, values: Float64Array): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) if (values[i] < 0) total -= values[i];
  return grid.volume * total;
}

/** The mass in the two outermost cells of one face. */
export interface FaceMass {
  readonly axis: number;
  readonly side: "low" | "high";
  readonly mass: number;
}

/** Cells from a face that count as its boundary. */
const RIM = 2;

/** The face with the most mass beside it; null where every axis is periodic. */
export function boundaryMassOf(grid: Grid, values: Float64Array): FaceMass | null {
  return worstFace(faceMassesOf(grid, values));
}

/** The first of those with the most mass; null where there is none. */
export function worstFace(faces: readonly FaceMass[]): FaceMass | null {
  let worst: FaceMass | null = null;
  for (const face of faces) if (worst === null || face.mass > worst.mass) worst = face;
  return worst;
}

/** The mass beside every face of the axes that are not periodic, low before high. */
export function faceMassesOf(grid: Grid, values: Float64Array): FaceMass[] {
  return grid.axes.flatMap(({ cells, spacing, periodic }, axis): FaceMass[] => {
    if (periodic) return [];
    const rim = (from: number) => {
      const beside = new Float64Array(RIM);
      sumAcross(grid, axis, values, beside, from);
      const scale = grid.volume / spacing;
      return spacing * sumOf(beside.map((sum) => scale * sum));
    };
    return [
      { axis, side: "low", mass: rim(0) },
      { axis, side: "high", mass: rim(cells - RIM) },
    ];
  });
}
