// Brownian increments by counter: the normal of neuron j, step n and lane depends on (seed, replica, j, n, lane)
// alone, so ensembles of different widths share the paths of their common neurons.
// A step may be made of 2^k finer ones, ξ = 2^(−k/2) Σ ξ_fine: then runs with different steps share one path.

import { fillNormals } from "../base/normal.ts";
import { deriveKey, PURPOSE } from "../base/philox.ts";
import { TILE } from "../kernels/layout.ts";

export interface NoiseSource {
  /** out[at … at + 8) = standard normals of the tile's neurons (tile counted in the ensemble). */
  fill(out: Float64Array, at: number, tile: number, step: number, lane: number): void;
}

/** The noise of a run. `finerSteps`: how many steps of the shared Brownian path one step of this run covers. */
export function brownianNoise(seed: number, replica: number, finerSteps = 1): NoiseSource {
  const [k0, k1] = deriveKey(seed, PURPOSE.noise, replica);
  if (finerSteps === 1) {
    return {
      fill: (out, at, tile, step, lane) => fillNormals(out, at, TILE, k0, k1, tile * TILE, step, lane),
    };
  }
  const fine = new Float64Array(TILE);
  const scale = 1 / Math.sqrt(finerSteps);
  return {
    fill(out, at, tile, step, lane) {
      out.fill(0, at, at + TILE);
      for (let i = 0; i < finerSteps; i++) {
        fillNormals(fine, 0, TILE, k0, k1, tile * TILE, step * finerSteps + i, lane);
        for (let l = 0; l < TILE; l++) out[at + l] += scale * fine[l];
      }
    },
  };
}
