// The engines that are there, for tests that compare all of them with plain JavaScript, and how they do; and memory that changes hands.

import { setTimeout } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Engine } from "./backend/kernels.ts";
import { nativeEngine } from "./backend/native.ts";
import { wasmEngine } from "./backend/wasm.ts";

const native = nativeEngine();

/** By name. */
export const ENGINES: [string, Engine][] = [["wasm", wasmEngine()]];
if ("engine" in native) ENGINES.push([`native, ${native.engine.level}`, native.engine]);

/** Numbers with the sign of a zero left out, for toEqual. */
export function bits(values: Float64Array): number[] {
  return Array.from(values, (value) => value + 0);
}

/** Returns when what nobody holds is gone, and all who wait for that have been told. */
export async function collected(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  for (let k = 0; k < 3; k++) {
    collect();
    await setTimeout(20);
  }
}

/** Takes blocks of those sizes at every call, and writes on them: whoever comes next is given what is free. */
export function takerOf(engine: Engine, sizes: readonly number[]): () => void {
  const taken: unknown[] = [];
  return () => {
    for (const doubles of sizes) {
      const block = engine.allocate(doubles);
      block.numbers.fill(Number.NaN);
      taken.push(block);
    }
  };
}
