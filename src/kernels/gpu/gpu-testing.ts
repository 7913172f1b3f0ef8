// A GPU for tests: gpu.js in its WebAssembly mode, which has single precision and answers at once.

import { createRequire } from "node:module";
import type { Gpu, RidgeGpu } from "./device.ts";
import { type GpuJs, inUse } from "./program.ts";
import { DirectRidge } from "./webgl.ts";

const library: GpuJs = createRequire(import.meta.url)("gpu.js");

export const assembly = () => inUse(library, "webasm");

/** `falsified`: what comes back, changed. */
export function assemblyGpu(falsified: (found: Float32Array) => Float32Array = (found) => found): Gpu {
  const gpu = assembly();
  return {
    facts: { adapter: "this processor", software: true, mode: "webgpu", library: "gpu.js" },
    ridge(sizes): RidgeGpu {
      const ridge = new DirectRidge(gpu, sizes);
      return {
        arrays: ridge.arrays,
        changed: (held) => ridge.changed(held),
        rows: (sums, first, count) => falsified(ridge.rows(sums, first, count)),
        release: () => ridge.release(),
      };
    },
  };
}
