// The ridge kernel in C (c/ridge.h), on WebAssembly or native: a block holds its struct and all arrays that it works on.

import { ACTIVATION_NAMES } from "../problem/activation.ts";
import type { DataSet } from "../problem/data.ts";
import type { Block, Engine, Kernels } from "./backend/kernels.ts";
import { TILE } from "./layout.ts";
import type { RidgeKernel, RidgeShape } from "./ridge-kernel.ts";

/** Doubles of `struct ridge`, and what arrays are aligned to: the widest vectors. */
const HEAD = 8;
const ALIGNED = 8;
/** Of z, s and g σ′ of a pair of tiles at a block of data; BLOCK in ridge.h. */
const SCRATCH = 3 * 2 * 64 * TILE;

const ARRAYS = ["x", "residual", "weights", "inner", "sums", "outputs", "lanes", "scratch", "kept"] as const;
type Views = Record<(typeof ARRAYS)[number], Float64Array>;

export class BlockRidge implements RidgeKernel {
  private readonly kernels: Kernels;
  private readonly block: Block;
  private readonly data: DataSet;
  private readonly lengths: Readonly<Record<keyof Views, number>>;
  private seen: Float64Array | null = null;
  private views!: Views;

  constructor(engine: Engine, { activation, data, tiles, strip, keeps }: RidgeShape) {
    const { size, inputs } = data;
    this.data = data;
    this.kernels = engine.kernels;
    this.lengths = {
      x: inputs * size,
      residual: size,
      weights: strip * TILE,
      inner: strip * (inputs + 1) * TILE,
      sums: strip * (inputs + 2) * TILE,
      outputs: size,
      lanes: size * TILE,
      scratch: SCRATCH,
      kept: keeps ? tiles * size * TILE : 0,
    };
    const places: number[] = [];
    let end = HEAD;
    for (const name of ARRAYS) {
      places.push(end);
      end += Math.ceil(this.lengths[name] / ALIGNED) * ALIGNED;
    }
    this.block = engine.allocate(end);
    const head = [ACTIVATION_NAMES.indexOf(activation.name), inputs, size, keeps ? 1 : 0, ...places];
    this.block.words.set(head);
    this.look().x.set(data.x);
  }

  get weights(): Float64Array {
    return this.look().weights;
  }

  get inner(): Float64Array {
    return this.look().inner;
  }

  get residual(): Float64Array {
    return this.look().residual;
  }

  get sums(): Float64Array {
    return this.look().sums;
  }

  get outputs(): Float64Array {
    return this.look().outputs;
  }

  refresh(): void {
    if (this.data.changes === true) this.look().x.set(this.data.x);
  }

  begin(): void {
    this.kernels.ridge_begin(this.block.address, 0, 0);
  }

  forward(first: number, tiles: number): void {
    this.kernels.ridge_forward(this.block.address, first, tiles);
  }

  fold(): void {
    this.kernels.ridge_fold(this.block.address, 0, 0);
  }

  backward(first: number, tiles: number): void {
    this.kernels.ridge_backward(this.block.address, first, tiles);
  }

  weigh(first: number, tiles: number): void {
    this.kernels.ridge_weigh(this.block.address, first, tiles);
  }

  release(): void {
    this.block.free();
  }

  private look(): Views {
    const { numbers, words } = this.block;
    if (numbers === this.seen) return this.views;
    this.seen = numbers;
    const view = (name: (typeof ARRAYS)[number], k: number) => {
      const at = words[4 + k]!;
      return [name, numbers.subarray(at, at + this.lengths[name])] as const;
    };
    this.views = Object.fromEntries(ARRAYS.map(view)) as Views;
    return this.views;
  }
}
