// Brownian increments by counter: the normal of neuron j, step n and lane depends on (seed, replica, j, n, lane)
// alone, so ensembles of different widths share the paths of their common neurons.
// A step may be made of 2^k finer ones, ξ = 2^(−k/2) Σ ξ_fine: then runs with different steps share one path.

import { fillNormals } from "../base/normal.ts";
import { deriveKey, PURPOSE } from "../base/philox.ts";
import { TILE } from "../kernels/layout.ts";
import { normalRows } from "../kernels/normals.ts";
import { STRIP } from "../kernels/pass.ts";

export interface NoiseSource {
  /** out[at … at + 8) = standard normals of the tile's neurons (tile counted in the ensemble). */
  fill(out: Float64Array, at: number, tile: number, step: number, lane: number): void;
  /**
   * Where it is faster than `fill`: those of the tiles `first … end − 1` in the lanes from `lane` on, `rows` rows a tile, in memory
   * that the next call writes anew.
   */
  rows?(first: number, end: number, rows: number, step: number, lane: number): Float64Array;
}

/** The noise of a run. `finerSteps`: how many steps of the shared Brownian path one step of this run covers. */
export function brownianNoise(seed: number, replica: number, finerSteps = 1): NoiseSource {
  const [k0, k1] = deriveKey(seed, PURPOSE.noise, replica);
  if (finerSteps === 1) {
    return {
      fill: (out, at, tile, step, lane) => fillNormals(out, at, TILE, k0, k1, tile * TILE, step, lane),
      rows: normalRows(k0, k1),
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

/** Normals of strips of tiles, `rows` rows each. */
export class NoiseRows {
  private readonly buffer: Float64Array;

  constructor(
    private readonly noise: NoiseSource,
    private readonly rows: number,
  ) {
    this.buffer = new Float64Array(STRIP * rows * TILE);
  }

  /** Of tiles `first … end − 1` (counted in the ensemble), at most STRIP, at lanes from `lane` on; the next call writes it anew. */
  of(first: number, end: number, step: number, lane = 0): Float64Array {
    const { noise, rows, buffer } = this;
    if (noise.rows !== undefined) return noise.rows(first, end, rows, step, lane);
    for (let tile = first; tile < end; tile++) {
      for (let k = 0; k < rows; k++)
        noise.fill(buffer, ((tile - first) * rows + k) * TILE, tile, step, lane + k);
    }
    return buffer;
  }
}
