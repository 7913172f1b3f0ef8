// A GPU, whatever drives it: WebGPU in Node (node.ts), WebGL2 in a page (webgl.ts). Calls return when their numbers are there.

import { type FailureKind, MuflowError } from "../../base/errors.ts";
import type { Held, RidgeSizes, Sum } from "./program.ts";

/** What summary.json says of it. */
export interface GpuFacts {
  /** The device, as its driver names it. */
  readonly adapter: string;
  /** Whether it is a processor that plays a GPU. */
  readonly software: boolean;
  readonly mode: "webgpu" | "webgl2";
  /** What the kernels go by, with its version. */
  readonly library: string;
}

export interface Gpu {
  readonly facts: GpuFacts;
  ridge(sizes: RidgeSizes): RidgeGpu;
}

/** Sums of one neuron and its data. */
export interface RidgeGpu {
  /** Columns and rows as `extentOf` says; written by the caller. */
  readonly arrays: Readonly<Record<Held, Float32Array>>;
  /** That array was written: the next sums are of what it holds now. */
  changed(held: Held): void;
  /** Rows of those sums over `count` blocks or neurons from `first` on, one after the other, until the next call. */
  rows(sums: readonly Sum[], first: number, count: number): Float32Array;
  release(): void;
}

/** What a GPU did not do. */
export class GpuError extends MuflowError {
  constructor(kind: FailureKind, message: string) {
    super(kind, message);
    this.name = "GpuError";
  }

  /** The same, with the place where it came. */
  at(place: string): GpuError {
    return new GpuError(this.kind, `${place}: ${this.message}`);
  }
}

/** What to do without a GPU. */
export const ELSEWHERE = "any other --backend computes in double precision";

/** By what a driver, or gpu.js, said. */
export function gpuFailure(said: string): GpuError {
  const [line = ""] = said.trim().split("\n");
  const words = line.replace(/^(Error|gpu\.js \[webgpu\]|WebGPU backend): */, "").replace(/[.;]$/, "");
  if (/\blost\b/i.test(words)) {
    return new GpuError(
      "stopped",
      `the GPU was lost (${words}). The same command goes on from what is saved`,
    );
  }
  if (/memory|\bbytes\b|too large|limit|workgroups|texture size/i.test(words)) {
    return new GpuError(
      "input",
      `the GPU has no room for it (${words}). Take fewer neurons or data; ${ELSEWHERE}`,
    );
  }
  return new GpuError("input", `the GPU failed (${words}); ${ELSEWHERE}`);
}
