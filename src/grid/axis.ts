// One coordinate cut into equal cells: bounded (no flux through its two faces) or periodic.

import { inputError } from "../base/errors.ts";

/** A coordinate's cells. Values live at the centres low + (i + ½) spacing. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly cells: number;
  readonly periodic: boolean;
  /** Δ */
  readonly spacing: number;
  readonly centres: Float64Array;
}

export interface AxisOptions {
  low: number;
  high: number;
  /** ≥ 4 */
  cells: number;
  /** default false: closed faces */
  periodic?: boolean;
}

const FEWEST_CELLS = 4;
/** Of which a list of centres alone takes a GiB: no density has room for more. */
const MOST_CELLS = 2 ** 27;

/** Equal cells on [low, high]. Errors (input): low ≥ high, fewer than 4 cells, or more than 2²⁷. */
export function axis({ low, high, cells, periodic = false }: AxisOptions): Axis {
  if (!(low < high) || !Number.isFinite(high - low)) {
    throw inputError("grid.extent", `found [${low}, ${high}]; allowed: [low, high] with low < high`);
  }
  if (!Number.isInteger(cells) || cells < FEWEST_CELLS) {
    throw inputError("grid.cells", `found ${cells}; allowed: an integer ≥ ${FEWEST_CELLS}`);
  }
  if (cells > MOST_CELLS)
    throw inputError("grid.cells", `found ${cells}; allowed: up to ${MOST_CELLS} along an axis`);
  const spacing = (high - low) / cells;
  // Mirrored about the middle, so that a symmetric extent has exactly symmetric centres.
  const middle = 0.5 * (low + high);
  const centres = Float64Array.from({ length: cells }, (_, i) => middle + (i - 0.5 * (cells - 1)) * spacing);
  return { low, high, cells, periodic, spacing, centres };
}
