// O at τ = 0 as a conservative remap: ω ← aω, a = e^(−∫γ) ≤ 1. The images of the faces are closer than Δ, so a cell is cut
// at most once, and its two parts (remap.ts) go to two neighbouring cells.
// ≥ 0 exactly, mass to round-off. The averages contract as the density does up to the width of a cell: the variance of
// a cell, Δ²/12, stays: order 2 in Δ. Cost O(7 n) a line.

import type { Grid } from "../../grid/grid.ts";
import { eachBlock, gather, LANES, scatter } from "./lines.ts";
import { pad, REACH, rightParts, rightWeights, WIDTH } from "./remap.ts";

/** Contraction of one axis towards 0. */
export function contractionAlong(grid: Grid, axis: number) {
  const { cells, low, spacing } = grid.axes[axis];
  /** Where the left part of a cell goes … */
  const left = new Int32Array(cells);
  /** … and the right part. */
  const right = new Int32Array(cells);
  const weights = new Float64Array(WIDTH * cells);
  const lines = new Float64Array(LANES * cells);
  const padded = new Float64Array(cells + 2 * REACH);
  const parts = new Float64Array(cells);

  return {
    /** a, 0 ≤ a ≤ 1 */
    set(damping: number): void {
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
    },
    apply(values: Float64Array): void {
      eachBlock(grid, axis, (block) => {
        gather(values, block, cells, lines);
        for (let lane = 0; lane < block.lanes; lane++) {
          const from = lane * cells;
          pad(lines, from, cells, false, padded);
          rightParts(padded, cells, weights, 0, WIDTH, parts);
          lines.fill(0, from, from + cells);
          for (let j = 0; j < cells; j++) {
            lines[from + left[j]] += padded[REACH + j] - parts[j];
            lines[from + right[j]] += parts[j];
          }
        }
        scatter(lines, block, cells, values);
      });
    },
  };
}
