// O at τ = 0 as a conservative remap: ω ← aω, a = e^(−∫γ) ≤ 1. The images of the faces are closer than Δ, so a cell is cut
// at most once, and its two parts (remap.ts) go to two neighbouring cells.
// ≥ 0 exactly, mass to round-off. The averages contract as the density does up to the width of a cell: the variance of
// a cell, Δ²/12, stays: order 2 in Δ. Cost O(7 n) a line.

import type { Axis } from "../../grid/axis.ts";
import { LANES } from "../../grid/panel.ts";
import { pad, partsByCell, REACH, rightWeights, WIDTH } from "./remap.ts";

/** Numbers of a cell in a panel: a constant of this file, as imports that are not bundled cost a look-up in every turn of a loop. */
const ROW = LANES;

/** Contraction of one axis towards 0, in place on a panel; `padded` and `parts` are for its use. */
export class Contraction {
  /** Where the left part of a cell goes … */
  readonly left: Int32Array;
  /** … and the right part. */
  readonly right: Int32Array;
  readonly weights: Float64Array;

  constructor(private readonly axis: Axis) {
    this.left = new Int32Array(axis.cells);
    this.right = new Int32Array(axis.cells);
    this.weights = new Float64Array(WIDTH * axis.cells);
  }

  /** a, 0 ≤ a ≤ 1 */
  set(damping: number): void {
    const { left, right, weights } = this;
    const { cells, low, spacing } = this.axis;
    const clamp = (i: number) => Math.max(0, Math.min(cells - 1, i));
    // The image of a face, in cells from the low face. A face that stays put must not slip into its neighbour.
    const image = (face: number) => face + ((damping - 1) * (low + face * spacing)) / spacing;
    for (let j = 0; j < cells; j++) {
      const from = image(j);
      const to = image(j + 1);
      const first = Math.floor(from);
      const cut = first + 1;
      left[j] = clamp(first);
      right[j] = clamp(cut < to ? cut : first);
      const beyond = to > cut ? (to - cut) / (to - from) : 0;
      rightWeights(beyond, weights, WIDTH * j);
    }
  }

  apply(lines: Float64Array, padded: Float64Array, parts: Float64Array): void {
    const { left, right, weights } = this;
    const { cells } = this.axis;
    pad(lines, cells, false, padded);
    lines.fill(0);
    partsByCell(padded, cells, weights, parts);
    for (let j = 0; j < cells; j++) {
      for (let lane = 0; lane < ROW; lane++) {
        const part = parts[j * ROW + lane];
        lines[left[j] * ROW + lane] += padded[(j + REACH) * ROW + lane] - part;
        lines[right[j] * ROW + lane] += part;
      }
    }
  }
}
