// A domain that is too small, in words: which face, how much mass lies beside it, and an extent that would do.

import { rounded } from "../base/words.ts";
import { type FaceMass, faceMassesOf, momentsOf } from "./density.ts";
import type { Grid } from "./grid.ts";

/** The most mass that the two outermost cells of a face may hold, where nothing else is asked for. */
export const DEFAULT_LEAK = 1e-6;

/** How much wider than a Gaussian's own reach an advised extent is: tails are rarely Gaussian. */
const MARGIN = 1.3;

/** A face with this share of what is allowed may hold too much once the other one no longer cuts the density. */
const NEAR = 0.01;

/**
 * The extent advised for that face's axis: at least a quarter wider where too much lies beside a face, and on that side as wide
 * as a Gaussian of the same mean and variance needs to leave less than `leak` outside; so too at the other face where mass
 * lies beside it, lest that be the next one to leak.
 */
export function advisedExtent(
  grid: Grid,
  density: Float64Array,
  { axis }: Pick<FaceMass, "axis">,
  leak: number,
): [number, number] {
  const { low, high } = grid.axes[axis];
  const { mean, variance } = momentsOf(grid, density)[axis];
  const reach = MARGIN * Math.sqrt(-2 * Math.log(Math.min(leak, 0.5)) * variance);
  const quarter = 0.25 * (high - low);
  const widened = (side: "low" | "high", mass: number): number => {
    const [at, outwards] = side === "low" ? [low, -1] : [high, 1];
    if (!(mass > NEAR * leak)) return at;
    const least = mass > leak ? at + outwards * quarter : at;
    const wish = outwards * Math.max(outwards * least, outwards * mean + reach);
    return wish === at ? at : rounded(wish, 3);
  };
  const [below, above] = faceMassesOf(grid, density).filter((face) => face.axis === axis);
  return [widened("low", below.mass), widened("high", above.mass)];
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
