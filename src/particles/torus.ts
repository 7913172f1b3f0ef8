// The torus [−π, π)^p: θ is brought back by whole turns, θ − 2π⌊(θ + π)/2π⌋.

import { onCircle } from "../base/circle.ts";
import { TILE } from "../kernels/layout.ts";

const TURN = 2 * Math.PI;

/** Wraps rows 0 … p − 1 of tiles `first … end − 1`. What is not finite becomes NaN. */
export function wrap(state: Float64Array, rows: number, p: number, first: number, end: number): void {
  for (let tile = first; tile < end; tile++) {
    const from = tile * rows * TILE;
    for (let i = from; i < from + p * TILE; i++) {
      const theta = state[i];
      if (theta < -Math.PI || theta >= Math.PI) state[i] = onCircle(theta, -Math.PI, TURN);
    }
  }
}
