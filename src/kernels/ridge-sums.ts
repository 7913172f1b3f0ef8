// ψ-sums of ridges ψ = a σ(w·x + b), a = A(θ₀) or 1, in strips of tiles: what a neuron's rows mean, around a kernel that computes
//   Σ_j a_j σ(z_i);  Σ_i g_i σ, Σ_i g_i σ′, Σ_i g_i σ′ x_i, from which  ∂_θ₀ = A′ Σ g σ, ∂_w = a Σ g σ′ x, ∂_b = a Σ g σ′, Φ = a Σ g σ.
// σ(z) dominates the cost, so `observe` keeps it for the others where N·M numbers fit the budget; the bits are the same.

import { stopRequested } from "../base/interrupt.ts";
import type { DataSet } from "../problem/data.ts";
import { firstInner, outerWeight, type Ridge } from "../problem/feature.ts";
import { backend } from "./backend/backend.ts";
import { BlockRidge } from "./block-ridge.ts";
import { JsRidge } from "./js-ridge.ts";
import { lanesIn, type Slice, TILE } from "./layout.ts";
import type { PsiSums } from "./psi-sums.ts";
import type { Reduction } from "./reduction.ts";
import type { RidgeKernel } from "./ridge-kernel.ts";

/** Tiles of a strip: enough that a call costs little, few enough that their rows stay in the second-level cache. */
const STRIP = 16;
/** Products of a strip, most: some ten milliseconds pass between two looks at whether to stop. */
const MOST_PRODUCTS = 1e7;

/** An even number where it is more than one: kernels take tiles in pairs. */
function stripLength(data: DataSet): number {
  const most = Math.floor(MOST_PRODUCTS / (TILE * (data.inputs + 2) * Math.max(1, data.size)));
  return Math.max(2, Math.min(STRIP, most - (most % 2)));
}

export class RidgeSums implements PsiSums {
  private readonly neuron: Ridge;
  private readonly part: Slice;
  private readonly strip: number;
  private readonly kernel: RidgeKernel;

  constructor(neuron: Ridge, data: DataSet, part: Slice, cacheBytes: number) {
    this.neuron = neuron;
    this.part = part;
    this.strip = stripLength(data);
    const entries = part.tiles * TILE * data.size;
    const shape = {
      activation: neuron.activation,
      data,
      tiles: part.tiles,
      strip: this.strip,
      keeps: entries * Float64Array.BYTES_PER_ELEMENT <= cacheBytes,
    };
    const { engine } = backend();
    this.kernel = engine === null ? new JsRidge(shape) : new BlockRidge(engine, shape);
  }

  release(): void {
    this.kernel.release();
  }

  observe(state: Float64Array, rows: number, reduction: Reduction): void {
    const { part, kernel, strip } = this;
    kernel.refresh();
    for (const chunk of part.chunks) {
      kernel.begin();
      for (let first = chunk.from; first < chunk.to; first += strip) {
        if (stopRequested()) return;
        const tiles = Math.min(strip, chunk.to - first);
        this.load(state, rows, first, tiles);
        kernel.forward(first, tiles);
      }
      kernel.fold();
      reduction.put(chunk.index, kernel.outputs);
    }
  }

  drift(state: Float64Array, rows: number, g: Float64Array, gradient: Float64Array): void {
    const { part, kernel, strip } = this;
    kernel.refresh();
    kernel.residual.set(g);
    // The strips of `observe`, whose activations may be kept.
    for (const chunk of part.chunks) {
      for (let first = chunk.from; first < chunk.to; first += strip) {
        if (stopRequested()) return;
        const tiles = Math.min(strip, chunk.to - first);
        this.load(state, rows, first, tiles);
        kernel.backward(first, tiles);
        for (let tile = 0; tile < tiles; tile++) this.putGradient(tile, first + tile, gradient);
      }
    }
  }

  potential(state: Float64Array, rows: number, g: Float64Array, values: Float64Array): void {
    const { part, kernel, strip, neuron } = this;
    kernel.refresh();
    kernel.residual.set(g);
    for (const chunk of part.chunks) {
      for (let first = chunk.from; first < chunk.to; first += strip) {
        if (stopRequested()) return;
        const tiles = Math.min(strip, chunk.to - first);
        this.load(state, rows, first, tiles);
        kernel.weigh(first, tiles);
        const { weights, sums } = kernel;
        for (let tile = 0; tile < tiles; tile++) {
          const from = tile * (neuron.inputs + 2) * TILE;
          const to = (first + tile) * TILE;
          const lanes = lanesIn(part, first + tile);
          for (let l = 0; l < TILE; l++) {
            values[to + l] = l < lanes ? weights[tile * TILE + l] * sums[from + l] : 0;
          }
        }
      }
    }
  }

  /** The strip's weights and inner rows; unused lanes have the weight 0. */
  private load(state: Float64Array, rows: number, first: number, tiles: number): void {
    const { neuron, part, kernel } = this;
    const { weights, inner } = kernel;
    const width = (neuron.inputs + 1) * TILE;
    const given = (neuron.inputs + (neuron.bias ? 1 : 0)) * TILE;
    for (let tile = 0; tile < tiles; tile++) {
      const at = (first + tile) * rows * TILE;
      const lanes = lanesIn(part, first + tile);
      for (let l = 0; l < TILE; l++) {
        weights[tile * TILE + l] = l < lanes ? outerWeight(neuron, state[at + l]) : 0;
      }
      const from = at + firstInner(neuron) * TILE;
      const to = tile * width;
      for (let i = 0; i < given; i++) inner[to + i] = state[from + i];
      for (let i = given; i < width; i++) inner[to + i] = 0;
    }
  }

  private putGradient(tile: number, slot: number, gradient: Float64Array): void {
    const { neuron, part, kernel } = this;
    const { weights, sums } = kernel;
    const { inputs, outer, dimension } = neuron;
    const lanes = lanesIn(part, slot);
    const from = tile * (inputs + 2) * TILE;
    const to = slot * dimension * TILE;
    const first = to + firstInner(neuron) * TILE;
    for (let l = 0; l < lanes; l++) {
      const a = weights[tile * TILE + l];
      const ofOuter = sums[from + l];
      if (outer !== undefined) gradient[to + l] = outer.linear ? ofOuter : outer.slope(a) * ofOuter;
      for (let k = 0; k < inputs; k++) {
        gradient[first + k * TILE + l] = a * sums[from + (2 + k) * TILE + l];
      }
      if (neuron.bias) gradient[first + inputs * TILE + l] = a * sums[from + TILE + l];
    }
    if (lanes === TILE) return;
    for (let k = 0; k < dimension; k++) gradient.fill(0, to + k * TILE + lanes, to + (k + 1) * TILE);
  }
}
