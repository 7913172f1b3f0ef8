// ψ-sums of ridges as kernels of gpu.js, in single precision, z_ij = w_j·x_i + b_j:
//   outputs  Σ_j a_j σ(z_ij), j in a block;      weigh  Σ_i g_i σ(z_ij);      slopes  Σ_i g_i σ′(z_ij), Σ_i g_i σ′(z_ij) x_ik
// Sums over data go by 256, and those sums one after the other; a block has at most 256 neurons: rounding grows no further.
// The text of a kernel is what gpu.js translates. Its numbers are floats, indices too, so that no index may pass 2^24; arrays have rows.

import type { ActivationName } from "../../problem/activation.ts";
import { shaderOf } from "./activations.ts";

/** Neurons, or data, that are added up one after the other. */
export const BLOCK = 256;

/** Columns, or rows, of what a kernel gives: 65535 groups of 8 threads, the least that WebGPU promises. */
export const MOST_COLUMNS = 8 * 65535;

/** Numbers that a kernel leaves on the GPU, 64 MiB: any GPU has so much for an array. */
export const MOST_NUMBERS = 2 ** 24;

export interface RidgeSizes {
  readonly activation: ActivationName;
  readonly inputs: number;
  /** M, data. */
  readonly size: number;
  /** N, neurons. */
  readonly neurons: number;
  readonly blocks: number;
}

/** Arrays that kernels read; of several rows the first comes first. */
export const HELD = ["weights", "inner", "bounds", "x", "residual"] as const;
export type Held = (typeof HELD)[number];

/** Columns and rows: a, by neuron; w_1 … w_d, b; the neurons that a block begins with, and where the last ends; x_1 … x_d; g. */
export function extentOf(held: Held, { inputs, size, neurons, blocks }: RidgeSizes): [number, number] {
  const extents: Record<Held, [number, number]> = {
    weights: [neurons, 1],
    inner: [neurons, inputs + 1],
    bounds: [blocks + 1, 1],
    x: [size, inputs],
    residual: [size, 1],
  };
  return extents[held];
}

export const SUMS = ["outputs", "weigh", "slopes"] as const;
export type Sum = (typeof SUMS)[number];

/** Columns and rows of what a sum over `count` blocks (outputs) or neurons gives. */
export function resultOf(sum: Sum, { inputs, size }: RidgeSizes, count: number): [number, number] {
  if (sum === "outputs") return [size, count];
  return [count, sum === "weigh" ? 1 : inputs + 1];
}

/** z of neuron j at datum i. */
const ARGUMENT = `let z = inner[this.constants.inputs][j];
  for (let k = 0; k < this.constants.inputs; k++) z += inner[k][j] * x[k][i];`;

/** `term` of every datum i, added up. */
const overData = (term: string) => `let total = 0;
  for (let from = 0; from < this.constants.size; from += ${BLOCK}) {
    const to = Math.min(from + ${BLOCK}, this.constants.size);
    let part = 0;
    for (let i = from; i < to; i += 1) { ${term} }
    total += part;
  }
  return total;`;

const KEEP = "function (array) { return array[this.thread.y][this.thread.x]; }";

const OUTPUTS = `function (weights, inner, bounds, x, first) {
  const i = this.thread.x;
  const block = first + this.thread.y;
  const end = bounds[0][block + 1];
  let total = 0;
  for (let j = bounds[0][block]; j < end; j += 1) { ${ARGUMENT} total += weights[0][j] * value(z); }
  return total;
}`;

const WEIGH = `function (inner, x, residual, first) {
  const j = first + this.thread.x;
  ${overData(`${ARGUMENT} part += residual[0][i] * value(z);`)}
}`;

const PULLS = `function (inner, x, residual, first) {
  const j = first + this.thread.x;
  const i = this.thread.y;
  ${ARGUMENT}
  return residual[0][i] * slope(z);
}`;

const SLOPES = `function (pulls, x) {
  const j = this.thread.x;
  const k = this.thread.y;
  ${overData("let factor = 1; if (k > 0) { factor = x[k - 1][i]; } part += pulls[i][j] * factor;")}
}`;

/** What is used of gpu.js. */
export interface GpuJs {
  readonly GPU: new (settings: object) => GpuJsDevice;
  input(values: Float32Array, extent: number[]): unknown;
}

interface GpuJsDevice {
  createKernel(source: string, settings: object): GpuKernel;
}

interface GpuKernel {
  (...values: unknown[]): unknown;
  setOutput(extent: number[]): unknown;
  destroy(): unknown;
  readonly kernel: { readonly constructor: { readonly mode: string } };
}

/** gpu.js on a device, in a mode; programs share it. */
export interface GpuJsInUse {
  readonly device: GpuJsDevice;
  readonly mode: "webgpu" | "webgl2" | "webasm";
  input: GpuJs["input"];
}

/** `surface`: what a mode of WebGL draws on. */
export function inUse({ GPU, input }: GpuJs, mode: GpuJsInUse["mode"], surface: object = {}): GpuJsInUse {
  return { device: new GPU({ mode, ...surface }), mode, input };
}

export type Rows = readonly Float32Array[];

/** What comes at once, or is promised. */
type Coming<T> = T | Promise<T>;

function then<T, U>(coming: Coming<T>, use: (value: T) => Coming<U>): Coming<U> {
  return coming instanceof Promise ? coming.then(use) : use(coming);
}

/** The kernels of one neuron and its data, on a device. What they return is promised where its mode is asynchronous. */
export class RidgeProgram {
  private readonly kernels: Readonly<Record<Sum | "pulls", GpuKernel>>;
  private readonly keepers: Readonly<Record<Held, GpuKernel>>;
  /** On the device. */
  private readonly held = new Map<Held, unknown>();

  constructor(
    private readonly gpu: GpuJsInUse,
    private readonly sizes: RidgeSizes,
  ) {
    const { activation, inputs, size } = sizes;
    const functions = shaderOf(activation).map(({ name, source, parameters }) => ({
      name,
      source,
      settings: { returnType: "Float", argumentTypes: new Array(parameters).fill("Float") },
    }));
    const make = (text: string, stays: boolean) =>
      gpu.device.createKernel(text, {
        output: [1, 1],
        functions,
        constants: { inputs, size },
        precision: "single",
        pipeline: stays,
        dynamicOutput: true,
        dynamicArguments: true,
        loopMaxIterations: MOST_NUMBERS,
      });
    this.kernels = {
      outputs: make(OUTPUTS, false),
      weigh: make(WEIGH, false),
      pulls: make(PULLS, true),
      slopes: make(SLOPES, false),
    };
    const keepers = HELD.map((held) => [held, make(KEEP, true)]);
    this.keepers = Object.fromEntries(keepers) as Record<Held, GpuKernel>;
  }

  /** Puts an array on the device, where it stays. */
  keep(held: Held, values: Float32Array): Coming<void> {
    const extent = extentOf(held, this.sizes);
    const given = this.gpu.input(values, extent);
    return then(this.run(this.keepers[held], extent, given), (kept) => {
      this.held.set(held, kept);
    });
  }

  /** The sum over `count` blocks (outputs) or neurons from `first` on, by rows. */
  sum(sum: Sum, first: number, count: number): Coming<Rows> {
    const { kernels, sizes } = this;
    const [weights, inner, bounds, x, residual] = HELD.map((held) => this.held.get(held));
    const rows = (...given: unknown[]) =>
      this.run(kernels[sum], resultOf(sum, sizes, count), ...given) as Coming<Rows>;
    if (sum === "outputs") return rows(weights, inner, bounds, x, first);
    if (sum === "weigh") return rows(inner, x, residual, first);
    const pulls = this.run(kernels.pulls, [count, sizes.size], inner, x, residual, first);
    return then(pulls, (pulled) => rows(pulled, x));
  }

  release(): void {
    for (const kernel of [...Object.values(this.kernels), ...Object.values(this.keepers)]) kernel.destroy();
  }

  private run(kernel: GpuKernel, extent: readonly number[], ...given: unknown[]): Coming<unknown> {
    kernel.setOutput([...extent]);
    const result = kernel(...given);
    // gpu.js takes another mode by itself where it cannot have this one. Of WebGL it says gpu.
    const { mode } = this.gpu;
    const taken = kernel.kernel.constructor.mode;
    if (taken !== (mode === "webgl2" ? "gpu" : mode)) {
      throw new Error(`gpu.js computes by ${taken} in the place of ${mode}`);
    }
    return result;
  }
}
