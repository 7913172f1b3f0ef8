// A density on a grid is a bundle of lines along each axis. Moves along an axis work on panels of sixteen neighbouring lines, copied into
// a buffer and back: cell i of lane ℓ at i·16 + ℓ, so that what is done to one line is done to its neighbours side by side, whatever the
// axis. Several moves along the axis are done to a panel while it is at hand. In kernels too (src/kernels/c/panel.h), where a panel is a part.

import { checkpoint } from "../base/interrupt.ts";
import type { Block, Engine, KernelName } from "../kernels/backend/kernels.ts";
import { runParts } from "../kernels/crew.ts";
import { type Field, writeHead } from "../kernels/head.ts";
import type { Grid } from "./grid.ts";

/** Lines taken together. */
export const LANES = 16;

/** Cell i of lane ℓ is at base + ℓ·apart + i·stride of the density; of the lanes only `lanes` are lines. */
export interface Panel {
  base: number;
  apart: number;
  stride: number;
  lanes: number;
}

/** Lines along an axis that lie in one stretch of memory: where they are contiguous (stride 1) all of them, else as many as the stride. */
export function stretchOf(grid: Grid, axis: number): number {
  const stride = grid.strides[axis];
  return stride === 1 ? grid.size / grid.axes[axis].cells : stride;
}

/** How many there are. */
export function countPanels(grid: Grid, axis: number): number {
  const stretch = stretchOf(grid, axis);
  return (grid.size / (stretch * grid.axes[axis].cells)) * Math.ceil(stretch / LANES);
}

/** Visits every panel; one object is used again and again. */
export function eachPanel(grid: Grid, axis: number, visit: (panel: Panel) => void): void {
  const stride = grid.strides[axis];
  const { cells } = grid.axes[axis];
  const panel: Panel = { base: 0, apart: stride === 1 ? cells : 1, stride, lanes: 0 };
  const stretch = stretchOf(grid, axis);
  for (let from = 0; from < grid.size; from += stretch * cells) {
    for (let line = 0; line < stretch; line += LANES) {
      panel.base = from + line * panel.apart;
      panel.lanes = Math.min(LANES, stretch - line);
      checkpoint();
      visit(panel);
    }
  }
}

/** Changes every line of `values` along that axis by `work`, which finds a panel of them in `lines`. */
export function changePanels(
  grid: Grid,
  axis: number,
  values: Float64Array,
  lines: Float64Array,
  work: (panel: Panel) => void,
): void {
  const { cells } = grid.axes[axis];
  eachPanel(grid, axis, (panel) => {
    takePanel(values, panel, cells, lines);
    work(panel);
    givePanel(lines, panel, cells, values);
  });
}

/** Doubles of `struct panels` (src/kernels/c/panel.h). */
export const PANEL_FIELDS = 4;

/** Those of an axis of the density at that address, the first part being the panel `first`. */
function panelFields(grid: Grid, axis: number, address: number, first: number): Field[] {
  const stride = grid.strides[axis];
  const { cells } = grid.axes[axis];
  const stretch = stretchOf(grid, axis);
  return [address, [cells, stride], [stride === 1 ? cells : 1, stretch], [Math.ceil(stretch / LANES), first]];
}

/** Panels in one call of a kernel take about this at most: between two of them a run may be stopped. */
const CALL_NS = 50_000_000;

/** Has a kernel do all panels along an axis of that density; its head begins with `struct panels`. `nanoseconds`: about what a panel takes. */
export function runPanels(
  engine: Engine,
  kernel: KernelName,
  head: Block,
  grid: Grid,
  axis: number,
  address: number,
  nanoseconds: number,
): void {
  const count = countPanels(grid, axis);
  const most = Math.ceil(CALL_NS / nanoseconds);
  for (let first = 0; first < count; first += most) {
    checkpoint();
    writeHead(head, panelFields(grid, axis, address, first));
    runParts(engine, kernel, head, Math.min(most, count - first), nanoseconds);
  }
}

/** A panel's lines, with 0 in lanes that are no lines. */
export function takePanel(values: Float64Array, panel: Panel, cells: number, lines: Float64Array): void {
  const { base, apart, stride, lanes } = panel;
  if (lanes < LANES) lines.fill(0);
  for (let i = 0; i < cells; i++) {
    const row = base + i * stride;
    for (let lane = 0; lane < lanes; lane++) lines[i * LANES + lane] = values[row + lane * apart];
  }
}

/** The reverse. */
export function givePanel(lines: Float64Array, panel: Panel, cells: number, values: Float64Array): void {
  const { base, apart, stride, lanes } = panel;
  for (let i = 0; i < cells; i++) {
    const row = base + i * stride;
    for (let lane = 0; lane < lanes; lane++) values[row + lane * apart] = lines[i * LANES + lane];
  }
}
