// Standard normals of strips of tiles, the bits of fillNormals (base/normal.ts) on every backend.

import { fillNormals } from "../base/normal.ts";
import { backend } from "./backend/backend.ts";
import type { Block, Engine } from "./backend/kernels.ts";
import { TILE } from "./layout.ts";

/** Of the tiles `first … end − 1` of the ensemble, `rows` lanes from `lane` on; the memory is written anew by the next call. */
export type NormalRows = (
  first: number,
  end: number,
  rows: number,
  step: number,
  lane: number,
) => Float64Array;

/** Those of the key (k0, k1). */
export function normalRows(k0: number, k1: number): NormalRows {
  const { engine } = backend();
  return engine === null ? inJs(k0, k1) : onEngine(engine, k0, k1);
}

function inJs(k0: number, k1: number): NormalRows {
  let out = new Float64Array(0);
  return (first, end, rows, step, lane) => {
    const length = (end - first) * rows * TILE;
    if (out.length < length) out = new Float64Array(length);
    for (let tile = first; tile < end; tile++) {
      for (let k = 0; k < rows; k++) {
        fillNormals(out, ((tile - first) * rows + k) * TILE, TILE, k0, k1, tile * TILE, step, lane + k);
      }
    }
    return out;
  };
}

/** Doubles of `struct normals` in c/noise-kernel.h. */
const HEAD = 8;

/** What all streams of a thread fill in turn. */
interface Shared {
  readonly engine: Engine;
  readonly block: Block;
  /** Of normals. */
  readonly capacity: number;
}

let shared: Shared | null = null;

function blockFor(engine: Engine, length: number): Block {
  if (shared !== null && shared.engine === engine && shared.capacity >= length) return shared.block;
  shared?.block.free();
  shared = { engine, block: engine.allocate(HEAD + length), capacity: length };
  return shared.block;
}

function onEngine(engine: Engine, k0: number, k1: number): NormalRows {
  let seen: Block | null = null;
  let out: Float64Array = new Float64Array(0);
  return (first, end, rows, step, lane) => {
    const block = blockFor(engine, (end - first) * rows * TILE);
    const { numbers, words } = block;
    if (block !== seen) {
      seen = block;
      out = numbers.subarray(HEAD);
    }
    words[0] = k0;
    words[1] = k1;
    words[2] = step;
    words[3] = Math.floor(step / 2 ** 32);
    words[4] = lane;
    words[5] = rows;
    engine.kernels.fill_normals(block.address, first, end, 0);
    return out;
  };
}
