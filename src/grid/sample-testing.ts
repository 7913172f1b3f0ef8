// For tests. Independent draws from a density that is constant on each cell: a cell by the inverse of its distribution function over cells
// in C order, then uniform inside it. Counter-based: neuron j's draw is a function of (seed, replica, j), so a wider
// sample begins with the narrower one.

import { inputError } from "../base/errors.ts";
import { requireCount } from "../base/keys.ts";
import { fillUniforms } from "../base/normal.ts";
import { deriveKey, PURPOSE } from "../base/philox.ts";
import { firstAbove } from "../base/search.ts";
import { Sum } from "../base/sum.ts";
import type { Grid } from "./grid.ts";

export interface SampleOptions {
  /** N */
  count: number;
  seed?: number;
  replica?: number;
}

/** N × p draws, rows in C order. Negative cells count as empty; the mass need not be 1. O(cells + N (log cells + p)). */
export function sample(
  grid: Grid,
  values: Float64Array,
  { count, seed = 0, replica = 0 }: SampleOptions,
): Float64Array {
  requireCount("count", count);
  const { axes, strides } = grid;
  const p = axes.length;
  const { upper, last } = distributionOf(values);
  const [k0, k1] = deriveKey(seed, PURPOSE.sample, replica);
  const even = count + (count % 2);
  const uniform = new Float64Array(even);
  fillUniforms(uniform, 0, even, k0, k1, 0, 0, 0);
  const cell = Int32Array.from({ length: count }, (_, j) =>
    // Empty cells do not exceed it: theirs is the bound of the cell before.
    firstAbove(upper, uniform[j] * upper[last], last),
  );
  const out = new Float64Array(count * p);
  for (const [k, { low, spacing, cells }] of axes.entries()) {
    fillUniforms(uniform, 0, even, k0, k1, 0, 0, 1 + k);
    for (let j = 0; j < count; j++) {
      const i = Math.floor(cell[j] / strides[k]) % cells;
      out[j * p + k] = low + (i + uniform[j]) * spacing;
    }
  }
  return out;
}

/** Mass up to and including each cell, and the last cell that has any. */
function distributionOf(values: Float64Array): { upper: Float64Array; last: number } {
  const running = new Sum();
  const upper = new Float64Array(values.length);
  let last = -1;
  for (let i = 0; i < values.length; i++) {
    if (values[i] > 0) {
      running.add(values[i]);
      last = i;
    }
    // Compensated sums of positive numbers could still fall by a rounding.
    upper[i] = i === 0 ? running.value() : Math.max(upper[i - 1], running.value());
  }
  if (last < 0 || !Number.isFinite(upper[last])) {
    throw inputError("density", "found values that are not finite, or no mass");
  }
  return { upper, last };
}

export interface Restriction {
  /** Cell averages, of mass 1 − outside/N. */
  readonly values: Float64Array;
  /** Neurons in no cell. */
  readonly outside: number;
}

/** A network on a grid: the histogram of N × p points, rows in C order; periodic coordinates go around. A face belongs to the cell above it, the last one to the last cell. */
export function restrict(grid: Grid, points: Float64Array): Restriction {
  const { axes, strides, size, volume } = grid;
  const p = axes.length;
  if (points.length === 0 || points.length % p !== 0) {
    throw inputError("theta", `found ${points.length} numbers; allowed: N × ${p}, N ≥ 1`);
  }
  const count = points.length / p;
  const values = new Float64Array(size);
  let outside = 0;
  for (let j = 0; j < count; j++) {
    let at = 0;
    for (let k = 0; k < p; k++) {
      const { low, high, spacing, cells, periodic } = axes[k];
      const x = points[j * p + k];
      let i = Math.floor((x - low) / spacing);
      // Rounding must not move the last face inward or outward.
      if (!periodic && x <= high && i >= cells) i = cells - 1;
      if (periodic) i -= cells * Math.floor(i / cells);
      at = i >= 0 && i < cells ? at + i * strides[k] : Number.NaN;
    }
    if (Number.isNaN(at)) outside += 1;
    else values[at] += 1;
  }
  const weight = 1 / (count * volume);
  for (let i = 0; i < size; i++) values[i] *= weight;
  return { values, outside };
}
