// A density on a grid is a bundle of lines along each axis. Moves along one axis copy a few neighbouring lines into a
// small buffer, where a line is contiguous, work there, and copy them back: the work then runs along memory whatever
// the axis, and neighbouring lines share the cache lines that the copies touch.

import { checkpoint } from "../../base/interrupt.ts";
import type { Grid } from "../../grid/grid.ts";

/** Lines taken together: eight neighbours fill a cache line. */
export const LANES = 8;

/** Cell i of lane ℓ is at base + ℓ·apart + i·stride. */
export interface Block {
  base: number;
  apart: number;
  stride: number;
  lanes: number;
}

/** Calls visit with every block of lines along that axis; one object is used again and again. */
export function eachBlock(grid: Grid, axis: number, visit: (block: Block) => void): void {
  const stride = grid.strides[axis];
  const { cells } = grid.axes[axis];
  const block: Block = { base: 0, apart: stride === 1 ? cells : 1, stride, lanes: 0 };
  // Where lines are contiguous (stride 1) all of them are one sequence; else each stretch of `stride` lines is.
  const stretch = stride === 1 ? grid.size / cells : stride;
  for (let from = 0; from < grid.size; from += stretch * cells) {
    for (let line = 0; line < stretch; line += LANES) {
      block.base = from + line * block.apart;
      block.lanes = Math.min(LANES, stretch - line);
      checkpoint();
      visit(block);
    }
  }
}

/** lines[ℓ·cells + i] = values at cell i of lane ℓ. */
export function gather(
  values: Float64Array,
  { base, apart, stride, lanes }: Block,
  cells: number,
  lines: Float64Array,
): void {
  if (stride === 1) {
    lines.set(values.subarray(base, base + lanes * cells));
    return;
  }
  for (let i = 0; i < cells; i++) {
    const row = base + i * stride;
    for (let lane = 0; lane < lanes; lane++) lines[lane * cells + i] = values[row + lane * apart];
  }
}

/** The reverse of `gather`. */
export function scatter(
  lines: Float64Array,
  { base, apart, stride, lanes }: Block,
  cells: number,
  values: Float64Array,
): void {
  if (stride === 1) {
    values.set(lines.subarray(0, lanes * cells), base);
    return;
  }
  for (let i = 0; i < cells; i++) {
    const row = base + i * stride;
    for (let lane = 0; lane < lanes; lane++) values[row + lane * apart] = lines[lane * cells + i];
  }
}
