// Brownian increments by counter: the normal of neuron j, step n and lane depends on (seed, replica, j, n, lane)
// alone, so ensembles of different widths share the paths of their common neurons.
// A step may be made of 2^k finer ones, ξ = 2^(−k/2) Σ ξ_fine: then runs with different steps share one path.

import { fillNormals } from "../base/normal.ts";
import { deriveKey, PURPOSE } from "../base/philox.ts";
import { TILE } from "../kernels/layout.ts";
import { normalRows } from "../kernels/normals.ts";
import { STRIP, type TileWork } from "../kernels/pass.ts";
import { fieldsOf, type Rows, rowsIn } from "../kernels/row-works.ts";
import type { Ensemble } from "./ensemble.ts";

export interface NoiseSource {
  /** out[at … at + 8) = standard normals of the tile's neurons (tile counted in the ensemble). */
  fill(out: Float64Array, at: number, tile: number, step: number, lane: number): void;
  /** Of what fills them with the normals of that key alone, which kernels draw too. */
  readonly key?: readonly [k0: number, k1: number];
}

/** The noise of a run. `finerSteps`: how many steps of the shared Brownian path one step of this run covers. */
export function brownianNoise(seed: number, replica: number, finerSteps = 1): NoiseSource {
  const key = deriveKey(seed, PURPOSE.noise, replica);
  const [k0, k1] = key;
  if (finerSteps === 1) {
    return {
      fill: (out, at, tile, step, lane) => fillNormals(out, at, TILE, k0, k1, tile * TILE, step, lane),
      key,
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

/** Normals of the strip in hand, `count` rows a neuron. */
export interface Drawn {
  readonly rows: Rows;
  /** Draws those of step a, in lanes from b on. */
  readonly work: TileWork;
}

/** Rows of a source's normals; 0 until they are drawn. */
export function drawnRows({ part, pass }: Ensemble, noise: NoiseSource, count: number): Drawn {
  const out = pass.array(STRIP * count * TILE);
  const rows: Rows = { ...rowsIn(pass, out, count), ofStrip: true };
  const { key } = noise;
  const normals = key === undefined ? null : normalRows(...key);
  return {
    rows,
    work: {
      run(first, end, step, lane) {
        const [from, to] = [part.firstTile + first, part.firstTile + end];
        if (normals !== null) {
          const found = normals(from, to, count, step, lane);
          for (let i = 0; i < (end - first) * count * TILE; i++) out[i] = found[i]!;
          return;
        }
        for (let tile = from; tile < to; tile++) {
          for (let k = 0; k < count; k++)
            noise.fill(out, ((tile - from) * count + k) * TILE, tile, step, lane + k);
        }
      },
      kernel:
        key === undefined
          ? null
          : pass.kernel({
              name: "draw",
              reads: [],
              writes: [],
              head: () => [part.firstTile, fieldsOf(rows)[0]!, count, key],
              holds: [rows.image],
            }),
    },
  };
}
