// μ(x − a) along one axis as a conservative remap (remap.ts): with a/Δ = m + α, 0 ≤ α < 1, the right fraction α of cell i
// goes to cell i + m + 1 and the rest to cell i + m, around the period or, on a bounded axis, no further than the last
// cell: walls closed to flux, where what would leave gathers (the boundary mass tells).
// ≥ 0 exactly, mass to round-off, order 7 in Δ where the clamp is idle. Any number of cells ≥ 4. Cost O(7 n) a line.

import type { Grid } from "../../grid/grid.ts";
import { eachBlock, gather, LANES, scatter } from "./lines.ts";
import { pad, REACH, rightParts, rightWeights, WIDTH } from "./remap.ts";
import type { Amounts, Shift } from "./shift.ts";

/** Positive shifts along one axis. */
export class PositiveShift implements Shift {
  private readonly grid: Grid;
  private readonly axis: number;
  private readonly amounts: Amounts;
  /** m by amount */
  private readonly whole: Int32Array;
  private readonly weights: Float64Array;
  private readonly lines: Float64Array;
  private readonly padded: Float64Array;
  private readonly parts: Float64Array;

  constructor(grid: Grid, axis: number, amounts: Amounts) {
    const { cells } = grid.axes[axis];
    this.grid = grid;
    this.axis = axis;
    this.amounts = amounts;
    this.whole = new Int32Array(amounts.count);
    this.weights = new Float64Array(WIDTH * amounts.count);
    this.lines = new Float64Array(LANES * cells);
    this.padded = new Float64Array(cells + 2 * REACH);
    this.parts = new Float64Array(cells);
  }

  set(amounts: Float64Array): void {
    const { spacing, cells } = this.grid.axes[this.axis];
    for (let line = 0; line < amounts.length; line++) {
      // A shift by more than the whole axis is that of its length: everything at the wall, or around once more.
      const distance = Math.max(-cells, Math.min(cells, amounts[line] / spacing));
      const whole = Math.floor(distance);
      this.whole[line] = whole;
      rightWeights(distance - whole, this.weights, WIDTH * line);
    }
  }

  apply(values: Float64Array): void {
    const { grid, axis, whole, weights, lines, padded, parts } = this;
    const { cells, periodic } = grid.axes[axis];
    const { divisor, count } = this.amounts;
    eachBlock(grid, axis, (block) => {
      gather(values, block, cells, lines);
      for (let lane = 0; lane < block.lanes; lane++) {
        const line = Math.floor((block.base + lane * block.apart) / divisor) % count;
        pad(lines, lane * cells, cells, periodic, padded);
        rightParts(padded, cells, weights, WIDTH * line, 0, parts);
        if (periodic) moveAround(padded, parts, whole[line], lines, lane * cells, cells);
        else moveBetweenWalls(padded, parts, whole[line], lines, lane * cells, cells);
      }
      scatter(lines, block, cells, values);
    });
  }
}

function moveAround(
  padded: Float64Array,
  parts: Float64Array,
  whole: number,
  out: Float64Array,
  from: number,
  cells: number,
): void {
  let to = ((whole % cells) + cells) % cells;
  let before = parts[cells - 1];
  for (let i = 0; i < cells; i++) {
    out[from + to] = padded[REACH + i] - parts[i] + before;
    before = parts[i];
    to = to + 1 === cells ? 0 : to + 1;
  }
}

function moveBetweenWalls(
  padded: Float64Array,
  parts: Float64Array,
  whole: number,
  out: Float64Array,
  from: number,
  cells: number,
): void {
  out.fill(0, from, from + cells);
  for (let i = 0; i < cells; i++) {
    const to = i + whole;
    const stay = to < 0 ? 0 : to < cells ? to : cells - 1;
    const move = to < -1 ? 0 : to + 1 < cells ? to + 1 : cells - 1;
    out[from + stay] += padded[REACH + i] - parts[i];
    out[from + move] += parts[i];
  }
}
