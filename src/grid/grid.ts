// A product of axes. Arrays on a grid are in C order: the last axis runs fastest.

import { checkpoint } from "../base/interrupt.ts";
import type { Axis } from "./axis.ts";

/** Cells along an axis that a message may advise: of more, what asks for them is wrong. */
export const MOST_ADVISED = 2 ** 20;

export interface Grid {
  readonly axes: readonly Axis[];
  /** Number of cells. */
  readonly size: number;
  /** Volume of a cell, Π Δ_k. */
  readonly volume: number;
  /** Distance in an array between neighbours along axis k. */
  readonly strides: readonly number[];
}

/** The product of those axes. */
export function grid(axes: readonly Axis[]): Grid {
  const strides = axes.map((_, k) => axes.slice(k + 1).reduce((product, { cells }) => product * cells, 1));
  return {
    axes,
    size: axes.reduce((product, { cells }) => product * cells, 1),
    volume: axes.reduce((product, { spacing }) => product * spacing, 1),
    strides,
  };
}

/**
 * Every face between neighbours along axis k once, those across the period included, in runs: visit(at, next, count) stands
 * for the pairs (at + j, next + j), j < count, which lie side by side in memory.
 */
export function eachFace(
  grid: Grid,
  k: number,
  visit: (at: number, next: number, count: number) => void,
): void {
  const { cells, periodic } = grid.axes[k];
  const stride = grid.strides[k];
  for (let from = 0; from < grid.size; from += cells * stride) {
    checkpoint();
    const last = from + (cells - 1) * stride;
    visit(from, from + stride, last - from);
    if (periodic) visit(last, from, stride);
  }
}

/** The centre of a cell, written into `out`. */
export function centreOf({ axes, strides }: Grid, cell: number, out: Float64Array): void {
  for (let k = 0; k < axes.length; k++) {
    out[k] = axes[k].centres[Math.floor(cell / strides[k]) % axes[k].cells];
  }
}

/** By axis: its coordinate at every cell of their product, the last axis fastest. */
export function coordinatesOf(axes: readonly Float64Array[]): Float64Array[] {
  const cells = axes.reduce((size, { length }) => size * length, 1);
  let stride = cells;
  return axes.map((centres) => {
    stride /= centres.length;
    return Float64Array.from(
      { length: cells },
      (_, cell) => centres[Math.floor(cell / stride) % centres.length],
    );
  });
}

/** out (of `grid.size`) += along: a function of coordinate k alone, given at its centres. */
export function addAlong(grid: Grid, k: number, along: Float64Array, out: Float64Array): void {
  const stride = grid.strides[k];
  const { cells } = grid.axes[k];
  for (let from = 0; from < grid.size; from += cells * stride) {
    for (let i = 0; i < cells; i++) {
      const value = along[i];
      const row = from + i * stride;
      for (let j = row; j < row + stride; j++) out[j] += value;
    }
  }
}

/** out[i] = Σ of values over all cells whose k-th index is first + i; i < length of `out`. */
export function sumAcross(grid: Grid, k: number, values: Float64Array, out: Float64Array, first = 0): void {
  const stride = grid.strides[k];
  const { cells } = grid.axes[k];
  checkpoint();
  out.fill(0);
  for (let from = 0; from < grid.size; from += cells * stride) {
    for (let i = 0; i < out.length; i++) {
      const row = from + (first + i) * stride;
      let total = 0;
      for (let j = row; j < row + stride; j++) total += values[j];
      out[i] += total;
    }
  }
}
