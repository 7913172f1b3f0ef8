// The ridge kernel on every backend that is there, against plain JavaScript to the bit and against sums made naively.

import { describe, expect, it } from "vitest";
import { uniforms } from "../particles/testing.ts";
import { ACTIVATION_NAMES, activation } from "../problem/activation.ts";
import { fromArrays } from "../problem/data.ts";
import type { Engine } from "./backend/kernels.ts";
import { nativeEngine } from "./backend/native.ts";
import { wasmEngine } from "./backend/wasm.ts";
import { BlockRidge } from "./block-ridge.ts";
import { JsRidge } from "./js-ridge.ts";
import { TILE } from "./layout.ts";
import type { RidgeKernel, RidgeShape } from "./ridge-kernel.ts";

const native = nativeEngine();
const ENGINES: [string, Engine][] = [["wasm", wasmEngine()]];
if ("engine" in native) ENGINES.push([`native, ${native.engine.level}`, native.engine]);

/** NaN and the signs of zeros apart, which no sum shows. */
function bits(values: Float64Array): number[] {
  return Array.from(values, (value) => value + 0);
}

/** All that a kernel makes of random weights, in strips of 4 and 3 tiles, twice: with what is kept of the last time. */
function outcome(kernel: RidgeKernel, inputs: number, seed: number): number[][] {
  const random = uniforms(seed);
  const found: number[][] = [];
  for (let turn = 0; turn < 2; turn++) {
    const strips = [4, 3].map((tiles) => ({
      tiles,
      weights: Float64Array.from({ length: tiles * TILE }, () => 2 * random() - 1),
      inner: Float64Array.from({ length: tiles * (inputs + 1) * TILE }, () => 4 * random() - 2),
    }));
    const load = (s: number) => {
      kernel.weights.set(strips[s]!.weights);
      kernel.inner.set(strips[s]!.inner);
    };
    kernel.begin();
    for (const [s, { tiles }] of strips.entries()) {
      load(s);
      kernel.forward(4 * s, tiles);
    }
    kernel.fold();
    found.push(bits(kernel.outputs));
    kernel.residual.set(kernel.outputs.map((c) => c - random()));
    for (const [s, { tiles }] of strips.entries()) {
      load(s);
      kernel.backward(4 * s, tiles);
      found.push(bits(kernel.sums.subarray(0, tiles * (inputs + 2) * TILE)));
      load(s);
      kernel.weigh(4 * s, tiles);
      for (let tile = 0; tile < tiles; tile++) {
        const at = tile * (inputs + 2) * TILE;
        found.push(bits(kernel.sums.subarray(at, at + TILE)));
      }
    }
  }
  return found;
}

function shapeOf(name: (typeof ACTIVATION_NAMES)[number], inputs: number, size: number, keeps: boolean) {
  const random = uniforms(17 * inputs + size);
  const x = Array.from({ length: size }, () => Array.from({ length: inputs }, () => 2 * random() - 1));
  const data = fromArrays(
    x,
    x.map(() => 0),
  );
  return { activation: activation(name), data, tiles: 7, strip: 4, keeps } satisfies RidgeShape;
}

const CASES = [1, 2, 3, 5, 10].flatMap((inputs) => [1, 63, 64, 200].map((size) => [inputs, size] as const));

describe.each(ENGINES)("%s", (_, engine) => {
  it.each(ACTIVATION_NAMES)("%s: the bits of plain JavaScript", (name) => {
    for (const [inputs, size] of CASES) {
      for (const keeps of [true, false]) {
        const shape = shapeOf(name, inputs, size, keeps);
        const kernel = new BlockRidge(engine, shape);
        const [found, expected] = [kernel, new JsRidge(shape)].map((one) => outcome(one, inputs, size));
        kernel.release();
        expect(found, `d = ${inputs}, M = ${size}, kept: ${keeps}`).toEqual(expected);
      }
    }
  });
});
