// A network on a grid: the cell averages of μ_N, (1/N) #{θ_j in the cell} / |cell|. Periodic coordinates go around. What lies
// outside the other faces has no cell: it is counted, and missing from the mass.

import { inputError } from "../base/errors.ts";
import type { Grid } from "./grid.ts";

export interface Restriction {
  /** Cell averages, of mass 1 − outside/N. */
  readonly values: Float64Array;
  /** Neurons in no cell. */
  readonly outside: number;
}

/** The histogram of N × p points, rows in C order. A face belongs to the cell above it, the last one to the last cell. */
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
