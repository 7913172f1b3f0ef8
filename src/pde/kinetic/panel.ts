// A density on a grid is a bundle of lines along each axis. Moves along an axis work on panels of sixteen neighbouring lines, copied into
// a buffer and back: cell i of lane ℓ at i·16 + ℓ, so that what is done to one line is done to its neighbours side by side, whatever the
// axis. Several moves along the axis are done to a panel while it is at hand.

import { checkpoint } from "../../base/interrupt.ts";
import type { Grid } from "../../grid/grid.ts";

/** Lines taken together. */
export const LANES = 16;

/** Cell i of lane ℓ is at base + ℓ·apart + i·stride of the density; of the lanes only `lanes` are lines. */
export interface Panel {
  base: number;
  apart: number;
  stride: number;
  lanes: number;
}

/** Changes every line of `values` along that axis by `visit`, which finds a panel of them in `lines`, with 0 in lanes that are no lines. */
export function eachPanel(
  grid: Grid,
  axis: number,
  values: Float64Array,
  lines: Float64Array,
  visit: (panel: Panel) => void,
): void {
  const stride = grid.strides[axis];
  const { cells } = grid.axes[axis];
  const panel: Panel = { base: 0, apart: stride === 1 ? cells : 1, stride, lanes: 0 };
  // Where lines are contiguous (stride 1) all of them are one sequence; else each stretch of `stride` lines is.
  const stretch = stride === 1 ? grid.size / cells : stride;
  for (let from = 0; from < grid.size; from += stretch * cells) {
    for (let line = 0; line < stretch; line += LANES) {
      panel.base = from + line * panel.apart;
      panel.lanes = Math.min(LANES, stretch - line);
      checkpoint();
      load(values, panel, cells, lines);
      visit(panel);
      store(lines, panel, cells, values);
    }
  }
}

function load(values: Float64Array, panel: Panel, cells: number, lines: Float64Array): void {
  const { base, apart, stride, lanes } = panel;
  if (lanes < LANES) lines.fill(0);
  for (let i = 0; i < cells; i++) {
    const row = base + i * stride;
    for (let lane = 0; lane < lanes; lane++) lines[i * LANES + lane] = values[row + lane * apart];
  }
}

function store(lines: Float64Array, panel: Panel, cells: number, values: Float64Array): void {
  const { base, apart, stride, lanes } = panel;
  for (let i = 0; i < cells; i++) {
    const row = base + i * stride;
    for (let lane = 0; lane < lanes; lane++) values[row + lane * apart] = lines[i * LANES + lane];
  }
}
