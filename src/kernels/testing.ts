// The engines that are there, for tests that compare all of them with plain JavaScript, and how they do.

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
