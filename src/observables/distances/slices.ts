// One-dimensional images of a law on Θ = R^p or the torus, p ≤ 3. Plane: θ ↦ θ·ω along unit vectors ω, equidistributed on the
// half-circle (p = 2) or a Fibonacci half-sphere (p = 3). Torus: θ ↦ n·θ mod L for small primitive integers n, a circle on which
// lengths are |n| times too long. Both maps contract by |ω| = 1 or |n|, so distances of images bound those of laws from below.

import { onCircle } from "../../base/circle.ts";
import { cos, sin } from "../../base/elementary.ts";
import { inputError } from "../../base/errors.ts";
import { checkpoint } from "../../base/interrupt.ts";
import { sumOf } from "../../base/sum.ts";
import type { Grid } from "../../grid/grid.ts";
import { equalSteps, histogram, type LineLaw } from "./line-law.ts";

/** Where θ lives. */
export interface Space {
  /** p */
  readonly dimension: number;
  /** The interval that every coordinate goes around; null for the plane. */
  readonly torus: { readonly low: number; readonly high: number } | null;
}

/** N neurons of equal weight, rows in C order, or a density constant on each cell. */
export type Law = { readonly points: Float64Array } | { readonly grid: Grid; readonly values: Float64Array };

/** The images of one law, in the order of the space's directions. */
export interface Slices {
  readonly space: Space;
  readonly laws: readonly LineLaw[];
  /** The mass left out, relative to the whole: cells that are negative, and for p ≥ 2 those below 1e-15 of it. */
  readonly discarded: number;
}

/** A direction and the factor by which lengths along it are too long. */
export interface Direction {
  readonly along: readonly number[];
  readonly scale: number;
}

const PLANE_DIRECTIONS = [1, 32, 64] as const;
/** Largest |n_k| of the torus's integer directions: 1, 8 and 13 of them. */
const TORUS_REACH = [1, 2, 1] as const;
const GOLDEN_ANGLE = 2.399963229728653; // π(3 − √5)

/** The space of a grid over θ. Errors (input): axes of both kinds, or circles that differ. */
export function spaceOf({ axes }: Grid): Space {
  const { low, high, periodic } = axes[0];
  if (!axes.every((axis) => axis.periodic === periodic && (!periodic || axis.low === low))) {
    throw inputError("grid", "found axes of different kinds; distances need all bounded, or one torus");
  }
  if (periodic && !axes.every((axis) => axis.high === high)) {
    throw inputError("grid", "found circles of different lengths; allowed: the torus [low, high)^p");
  }
  return { dimension: axes.length, torus: periodic ? { low, high } : null };
}

/** The directions of a space, the same for every law. Errors (input): p > 3. */
export function directionsOf({ dimension, torus }: Space): readonly Direction[] {
  if (!(dimension >= 1 && dimension <= 3)) {
    throw inputError("dimension", `found p = ${dimension}; distances are for p = 1, 2, 3`);
  }
  if (dimension === 1) return [{ along: [1], scale: 1 }];
  if (torus !== null) return integerDirections(dimension);
  const count = PLANE_DIRECTIONS[dimension - 1];
  return Array.from({ length: count }, (_, i) => ({ along: unitVector(dimension, i, count), scale: 1 }));
}

/** Half a step away from the axes, along which the images of cells would line up. */
function unitVector(dimension: number, i: number, count: number): number[] {
  const part = (i + 0.5) / count;
  if (dimension === 2) return [cos(Math.PI * part), sin(Math.PI * part)];
  const height = 1 - part;
  const radius = Math.sqrt(1 - height * height);
  return [radius * cos(GOLDEN_ANGLE * i), radius * sin(GOLDEN_ANGLE * i), height];
}

/** The primitive integer vectors up to sign, each as the one whose first entry ≠ 0 is positive. */
function integerDirections(dimension: number): Direction[] {
  const reach = TORUS_REACH[dimension - 1];
  const entries = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  let vectors: number[][] = [[]];
  for (let k = 0; k < dimension; k++) vectors = vectors.flatMap((head) => entries.map((n) => [...head, n]));
  return vectors
    .filter((n) => (n.find((entry) => entry !== 0) ?? -1) > 0)
    .filter((n) => n.some((entry) => Math.abs(entry) === 1))
    .map((along) => ({ along, scale: Math.sqrt(along.reduce((sum, n) => sum + n * n, 0)) }));
}

/** The images of a law. O(directions × (N log N + cells)). Errors (input): p > 3, a shape that does not fit, values that are not finite, no mass. */
export function slicesOf(law: Law, space: Space): Slices {
  if ("points" in law) {
    const laws = Array.from(slicesOfPoints(law.points, space), ([, { from, upper }]) => {
      const atoms = from.slice();
      return { from: atoms, to: atoms, upper };
    });
    return { space, laws, discarded: 0 };
  }
  const { grid, values } = law;
  const { dimension, torus } = spaceOf(grid);
  if (dimension !== space.dimension || torus?.low !== space.torus?.low) {
    throw inputError("density", "found a grid of another space than the law it is compared with");
  }
  if (values.length !== grid.size || torus?.high !== space.torus?.high) {
    throw inputError("density", `found ${values.length} values for ${grid.size} cells of that space`);
  }
  const cells = heavyCells(grid, values);
  const { discarded } = cells;
  if (space.dimension === 1) {
    const { low, spacing } = grid.axes[0];
    return { space, laws: [histogram(low, spacing, values)], discarded };
  }
  const laws = directionsOf(space).map(({ along }) => imageOfCells(grid, cells, along));
  return { space, laws, discarded };
}

/** The images of N neurons of equal weight, one after the other in the same memory. */
export function* slicesOfPoints(points: Float64Array, space: Space): Generator<[Direction, LineLaw]> {
  const directions = directionsOf(space);
  checkPoints(points, space.dimension);
  const count = points.length / space.dimension;
  const image = new Float64Array(count);
  const upper = equalSteps(count);
  for (const direction of directions) {
    checkpoint();
    imageOfPoints(points, direction.along, space, image);
    image.sort();
    yield [direction, { from: image, to: image, upper }];
  }
}

function checkPoints(points: Float64Array, dimension: number): void {
  if (points.length === 0 || points.length % dimension !== 0) {
    throw inputError("theta", `found ${points.length} numbers; allowed: N × ${dimension}, N ≥ 1`);
  }
  if (!points.every(Number.isFinite)) throw inputError("theta", "found a neuron that is not finite");
}

function imageOfPoints(
  points: Float64Array,
  along: readonly number[],
  { dimension, torus }: Space,
  image: Float64Array,
): void {
  for (let j = 0; j < image.length; j++) {
    let x = 0;
    for (let k = 0; k < dimension; k++) x += along[k] * points[j * dimension + k];
    image[j] = torus === null ? x : onCircle(x, torus.low, torus.high - torus.low);
  }
}

interface Cells {
  /** The index of each cell kept. */
  readonly index: Int32Array;
  readonly mass: Float64Array;
  readonly discarded: number;
}

const NEGLIGIBLE = 1e-15;

function heavyCells({ axes, size }: Grid, values: Float64Array): Cells {
  const total = sumOf(values.map((value) => Math.max(value, 0)));
  if (!(total > 0 && total < Number.POSITIVE_INFINITY) || !values.every(Number.isFinite)) {
    throw inputError("density", "found values that are not finite, or no mass");
  }
  const least = axes.length === 1 ? 0 : NEGLIGIBLE * total;
  const heavy = new Int32Array(size);
  let count = 0;
  for (let i = 0; i < size; i++) if (values[i] > least) heavy[count++] = i;
  const discarded = sumOf(values.map((value) => (value > least ? 0 : Math.abs(value)))) / total;
  const index = heavy.subarray(0, count);
  const mass = Float64Array.from(index, (i) => values[i]);
  return { index, mass, discarded };
}

/** Bins to the widest image of a cell's sides. */
const REFINEMENT = 16;

/**
 * The image of a density, its cells' own width included: masses go to two neighbouring nodes (so that the mean is exact),
 * and from there to bins of width b by the exact law of a cell's image, a convolution of uniform laws of width Δ_k|along_k|.
 * Off by at most 2b in W_∞ and about b²/3 in variance, b ≤ 1/16 of the largest of these widths.
 */
function imageOfCells(grid: Grid, { index, mass }: Cells, along: readonly number[]): LineLaw {
  checkpoint();
  const { axes, strides } = grid;
  const { periodic } = axes[0];
  const ends = axes.map(({ low, high }, k) => [along[k] * low, along[k] * high]);
  const low = periodic ? axes[0].low : ends.reduce((sum, pair) => sum + Math.min(...pair), 0);
  const high = periodic ? axes[0].high : ends.reduce((sum, pair) => sum + Math.max(...pair), 0);
  const widths = axes.map(({ spacing }, k) => Math.abs(along[k]) * spacing);
  const bins = Math.ceil((REFINEMENT * (high - low)) / Math.max(...widths));
  const width = (high - low) / bins;
  const reach = Math.ceil((0.5 * widths.reduce((sum, x) => sum + x, 0)) / width) + 1;
  // A cell's image reaches over the ends by a node's distance at most; around the circle it goes on at the other end.
  const margin = periodic ? 0 : reach;
  const nodes = new Float64Array(bins + 1);
  for (let c = 0; c < index.length; c++) {
    let x = 0;
    for (let k = 0; k < axes.length; k++) {
      x += along[k] * axes[k].centres[Math.floor(index[c] / strides[k]) % axes[k].cells];
    }
    const at = ((periodic ? onCircle(x, low, high - low) : x) - low) / width;
    const node = Math.max(0, Math.min(bins - 1, Math.floor(at)));
    nodes[node] += mass[c] * (node + 1 - at);
    nodes[node + 1] += mass[c] * (at - node);
  }
  const out = new Float64Array(bins + 2 * margin);
  for (let offset = -reach; offset < reach; offset++) {
    const part = convolvedUniform((offset + 1) * width, widths) - convolvedUniform(offset * width, widths);
    if (!(part > 0)) continue;
    for (let node = 0; node <= bins; node++) {
      const bin = node + offset + margin;
      out[periodic ? (bin + reach * bins) % bins : bin] += part * nodes[node];
    }
  }
  return histogram(low - margin * width, width, out);
}

/** Beside the widest, a width below this part of it is nothing: far below a bin (a sixteenth), and lost to round-off in the cubes. */
const THIN = 1e-4;

/** P(U₁ + … ≤ t) for independent uniform U_k on [−w_k/2, w_k/2], one to three of them. */
export function convolvedUniform(t: number, widths: readonly number[]): number {
  const widest = Math.max(...widths);
  const w = widths.filter((width) => width > THIN * widest);
  const half = 0.5 * w.reduce((sum, width) => sum + width, 0);
  if (t <= -half) return 0;
  if (t >= half) return 1;
  if (t > 0) return 1 - convolvedUniform(-t, w);
  // Σ over subsets S of (−1)^|S| (t + half − Σ_S w)₊^n / (n! Π w).
  let total = 0;
  for (let subset = 0; subset < 1 << w.length; subset++) {
    let base = t + half;
    let term = 1;
    for (let k = 0; k < w.length; k++) {
      if (((subset >> k) & 1) === 0) continue;
      base -= w[k];
      term = -term;
    }
    if (base <= 0) continue;
    for (let k = 0; k < w.length; k++) term *= base / ((k + 1) * w[k]);
    total += term;
  }
  return Math.min(1, Math.max(0, total));
}
