// A domain that is too small, in words: which face, how much mass lies beside it, and an extent that would do.

import { type FaceMass, momentsOf } from "./density.ts";
import type { Grid } from "./grid.ts";

/** How much wider than a Gaussian's own reach an advised extent is: tails are rarely Gaussian. */
const MARGIN = 1.3;

/**
 * The extent advised for the face's axis: at least a quarter wider on that side, and as wide as a Gaussian of the same
 * mean and variance needs to leave less than `leak` outside.
 */
export function advisedExtent(
  grid: Grid,
  density: Float64Array,
  face: FaceMass,
  leak: number,
): [number, number] {
  const { low, high } = grid.axes[face.axis];
  const { mean, variance } = momentsOf(grid, density)[face.axis];
  const reach = MARGIN * Math.sqrt(-2 * Math.log(Math.min(leak, 0.5)) * variance);
  const quarter = 0.25 * (high - low);
  const tidy = (x: number) => Number(x.toPrecision(3));
  return face.side === "low"
    ? [tidy(Math.min(low - quarter, mean - reach)), high]
    : [low, tidy(Math.max(high + quarter, mean + reach))];
}

/** One line: the face, its mass, what is allowed, what would do. */
export function leakMessage(
  grid: Grid,
  density: Float64Array,
  face: FaceMass,
  leak: number,
  name = `axis ${face.axis}`,
): string {
  const { low, high } = grid.axes[face.axis];
  const [from, to] = advisedExtent(grid, density, face, leak);
  return `the ${face.side} face of ${name}, ${face.side === "low" ? low : high}, has ${face.mass.toExponential(1)} of the mass in its two outermost cells, allowed ${leak}: the domain is too small. Try extent [${from}, ${to}] there`;
}
