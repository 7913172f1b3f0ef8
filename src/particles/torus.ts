// The torus [−π, π)^p: θ is brought back by whole turns, θ − 2π⌊(θ + π)/2π⌋.

import { TILE } from "../kernels/layout.ts";

const TURN = 2 * Math.PI;
/** Beyond, the product of a turn and their number is rounded by more than the remainder should be off. */
const FAR = 2 ** 20;

/** Wraps rows 0 … p − 1 of every tile. */
export function wrap(state: Float64Array, rows: number, p: number, tiles: number): void {
  for (let tile = 0; tile < tiles; tile++) {
    const from = tile * rows * TILE;
    for (let i = from; i < from + p * TILE; i++) {
      const theta = state[i];
      if (theta < -Math.PI || theta >= Math.PI) state[i] = inside(theta);
    }
  }
}

function inside(theta: number): number {
  // The remainder of a division is exact.
  const near = Math.abs(theta) < FAR ? theta - TURN * Math.floor((theta + Math.PI) / TURN) : theta % TURN;
  if (near >= -Math.PI && near < Math.PI) return near;
  // Just outside by rounding, or a remainder on the other half turn.
  const back = near < -Math.PI ? near + TURN : near - TURN;
  return back >= -Math.PI && back < Math.PI ? back : -Math.PI;
}
