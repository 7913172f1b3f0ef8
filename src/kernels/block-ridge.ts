// The ridge kernel in C (c/ridge.h), on WebAssembly or native: a block holds its struct and all arrays that it works on.

import { ACTIVATION_NAMES, type Activation } from "../problem/activation.ts";
import type { DataSet } from "../problem/data.ts";
import type { Block, Engine, Kernels } from "./backend/kernels.ts";
import { TILE } from "./layout.ts";
import type { RidgeKernel, RidgeShape } from "./ridge-kernel.ts";

/** From so many inputs on data are packed. */
const MANY = 3;
/** Data that are packed together, at most: ROWS in ridge.h. */
const MOST_ROWS = 8;

/** Doubles of `struct ridge`, and what arrays are aligned to: the widest vectors. */
const HEAD = 8;
const ALIGNED = 8;
/** Of z, s, σ′ and g σ′ of a pair of tiles at a block of data; BLOCK in ridge.h. */
const SCRATCH = 4 * 2 * 64 * TILE;

/** Doubles that σ, and σ′ where σ alone does not tell it, take where they are kept: a number a neuron and datum each. */
export function keptNumbers({ slopesFrom }: Activation): number {
  return slopesFrom === "arguments" ? 2 : 1;
}

const ARRAYS = [
  "x",
  "residual",
  "weights",
  "inner",
  "sums",
  "outputs",
  "lanes",
  "scratch",
  "kept",
  "slopes",
  "packed",
] as const;

export class BlockRidge implements RidgeKernel {
  private readonly kernels: Kernels;
  private readonly block: Block;
  private readonly data: DataSet;
  private readonly x: Float64Array;
  /** From one input's data to the next one's. */
  private readonly stride: number;
  readonly weights: Float64Array;
  readonly inner: Float64Array;
  readonly residual: Float64Array;
  readonly sums: Float64Array;
  readonly outputs: Float64Array;

  constructor(engine: Engine, { activation, data, tiles, strip, keeps }: RidgeShape) {
    const { size, inputs } = data;
    this.data = data;
    this.kernels = engine.kernels;
    const kept = keeps ? tiles * size * TILE : 0;
    this.stride = (Math.ceil(size / ALIGNED) | 1) * ALIGNED;
    const lengths: Readonly<Record<(typeof ARRAYS)[number], number>> = {
      x: inputs * this.stride,
      residual: size,
      weights: strip * TILE,
      inner: strip * (inputs + 1) * TILE,
      sums: strip * (inputs + 2) * TILE,
      outputs: size,
      lanes: size * TILE,
      scratch: SCRATCH,
      kept,
      slopes: activation.slopesFrom === "arguments" ? kept : 0,
      packed: inputs < MANY ? 0 : inputs * Math.ceil(size / MOST_ROWS) * MOST_ROWS,
    };
    const places: number[] = [];
    let end = HEAD;
    for (const name of ARRAYS) {
      places.push(end);
      end += Math.ceil(lengths[name] / ALIGNED) * ALIGNED;
    }
    this.block = engine.allocate(end);
    const { words, numbers } = this.block;
    words.set([
      ACTIVATION_NAMES.indexOf(activation.name),
      inputs,
      size,
      keeps ? 1 : 0,
      ...places.slice(0, -1),
      this.stride,
      inputs < MANY ? 0 : places.at(-1)!,
    ]);
    const view = (name: (typeof ARRAYS)[number]) => {
      const at = places[ARRAYS.indexOf(name)]!;
      return numbers.subarray(at, at + lengths[name]);
    };
    this.x = view("x");
    this.weights = view("weights");
    this.inner = view("inner");
    this.residual = view("residual");
    this.sums = view("sums");
    this.outputs = view("outputs");
    this.load();
  }

  get address(): number {
    return this.block.address;
  }

  refresh(): void {
    if (this.data.changes === true) this.load();
  }

  begin(): void {
    this.kernels.ridge_begin(this.block.address, 0, 0, 0);
  }

  forward(first: number, tiles: number): void {
    this.kernels.ridge_forward(this.block.address, first, tiles, 0);
  }

  fold(): void {
    this.kernels.ridge_fold(this.block.address, 0, 0, 0);
  }

  backward(first: number, tiles: number): void {
    this.kernels.ridge_backward(this.block.address, first, tiles, 0);
  }

  weigh(first: number, tiles: number): void {
    this.kernels.ridge_weigh(this.block.address, first, tiles, 0);
  }

  release(): void {
    this.block.free();
  }

  private load(): void {
    const { data, stride } = this;
    for (let k = 0; k < data.inputs; k++) {
      this.x.set(data.x.subarray(k * data.size, (k + 1) * data.size), k * stride);
    }
    this.kernels.ridge_pack(this.block.address, 0, 0, 0);
  }
}
