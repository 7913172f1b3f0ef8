// A density on a grid is a bundle of lines along each axis. Kernels work on panels of sixteen neighbouring lines (src/kernels/c/panel.h), a part each.

import { checkpoint } from "../base/interrupt.ts";
import type { Block, Engine, KernelName } from "../kernels/backend/kernels.ts";
import { runParts } from "../kernels/crew.ts";
import { type Field, writeHead } from "../kernels/head.ts";
import type { Grid } from "./grid.ts";

/** Lines taken together. */
export const LANES = 16;

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

/** Doubles of `struct panels` (src/kernels/c/panel.h). */
export const PANEL_FIELDS = 4;

/** Those of an axis of the density at that address, the first part being the panel `first`. */
export function panelFields(grid: Grid, axis: number, address: number, first: number): Field[] {
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
