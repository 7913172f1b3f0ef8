import { type Distances, distancesOfSlices, type Law, type Space, slicesOf } from "./distances.ts";

/** The distances between two laws. */
export function distances(a: Law, b: Law, space: Space): Distances {
  return distancesOfSlices(slicesOf(a, space), slicesOf(b, space));
}
