// A GPU in a page: gpu.js in its WebGL2 mode, which answers at once.

import { type Gpu, type GpuFacts, gpuFailure, type RidgeGpu } from "./device.ts";
import {
  extentOf,
  type GpuJs,
  type GpuJsInUse,
  HELD,
  type Held,
  inUse,
  RidgeProgram,
  type RidgeSizes,
  type Rows,
  type Sum,
} from "./program.ts";

const MODE = "webgl2";

/** What is used of a canvas, be it on a page or not, and of its WebGL2. */
interface Canvas {
  getContext(name: typeof MODE): Context | null;
}
interface Context {
  getExtension(name: "WEBGL_debug_renderer_info"): { readonly UNMASKED_RENDERER_WEBGL: number } | null;
  getParameter(name: number): unknown;
  readonly RENDERER: number;
}

/** `library`: gpu.js, as the page has loaded it; `canvas`: one of its own. Errors (input): no WebGL2. */
export function webglGpu(library: GpuJs, canvas: Canvas): Gpu {
  const context = canvas.getContext(MODE);
  if (context === null) throw gpuFailure("this browser has no WebGL2");
  const asked =
    context.getExtension("WEBGL_debug_renderer_info")?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER;
  const adapter = String(context.getParameter(asked));
  const software = /swiftshader|llvmpipe|software/i.test(adapter);
  const facts: GpuFacts = { adapter, software, mode: MODE, library: "gpu.js" };
  const gpu = inUse(library, MODE, { canvas, context });
  return { facts, ridge: (sizes) => new DirectRidge(gpu, sizes) };
}

/** Sums of a mode that answers at once. */
export class DirectRidge implements RidgeGpu {
  readonly arrays: Readonly<Record<Held, Float32Array>>;
  private readonly program: RidgeProgram;
  /** All that was never put there. */
  private readonly dirty = new Set<Held>(HELD);

  constructor(gpu: GpuJsInUse, sizes: RidgeSizes) {
    const arrays = HELD.map((held) => {
      const [columns, rows] = extentOf(held, sizes);
      return [held, new Float32Array(columns * rows)];
    });
    this.arrays = Object.fromEntries(arrays);
    this.program = new RidgeProgram(gpu, sizes);
  }

  changed(held: Held): void {
    this.dirty.add(held);
  }

  rows(sums: readonly Sum[], first: number, count: number): Float32Array {
    try {
      for (const held of this.dirty) void this.program.keep(held, this.arrays[held]);
      this.dirty.clear();
      const found = sums.flatMap((sum) => this.program.sum(sum, first, count) as Rows);
      const all = new Float32Array(found.reduce((length, row) => length + row.length, 0));
      let at = 0;
      for (const row of found) {
        all.set(row, at);
        at += row.length;
      }
      return all;
    } catch (error) {
      throw gpuFailure((error as Error).message);
    }
  }

  release(): void {
    this.program.release();
  }
}
