// μ(x − a) along one axis as a conservative remap (remap.ts): with a/Δ = m + α, 0 ≤ α < 1, the right fraction α of cell i
// goes to cell i + m + 1 and the rest to cell i + m, around the period or, on a bounded axis, no further than the last
// cell: walls closed to flux, where what would leave gathers (the boundary mass tells).
// ≥ 0 exactly, mass to round-off, order 7 in Δ where the clamp is idle. Any number of cells ≥ 4. Cost O(7 n) a line.

import type { Grid } from "../../grid/grid.ts";
import { eachBlock, gather, LANES, scatter } from "./lines.ts";
import { pad, REACH, rightParts, rightWeights, WIDTH } from "./remap.ts";
import type { Amounts, Shift } from "./shift.ts";

/** Positive shifts along one axis. */
export function positiveShift(grid: Grid, axis: number, amounts: Amounts): Shift {
  const { cells, periodic, spacing } = grid.axes[axis];
  const { divisor, count } = amounts;
  /** m by amount */
  const whole = new Int32Array(count);
  const weights = new Float64Array(WIDTH * count);
  const lines = new Float64Array(LANES * cells);
  const padded = new Float64Array(cells + 2 * REACH);
  const parts = new Float64Array(cells);

  return {
    set(distances: Float64Array): void {
      for (let line = 0; line < distances.length; line++) {
        // A shift by more than the whole axis is that of its length: everything at the wall, or around once more.
        const distance = Math.max(-cells, Math.min(cells, distances[line] / spacing));
        whole[line] = Math.floor(distance);
        rightWeights(distance - whole[line], weights, WIDTH * line);
      }
    },
    apply(values: Float64Array): void {
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
    },
  };
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
