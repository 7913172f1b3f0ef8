// ψ-sums of a user's own neuron: one call of ψ or ∇ψ per neuron and data point, O(N·M) calls.

import type { DataSet } from "../problem/data.ts";
import type { CustomNeuron } from "../problem/neuron.ts";
import type { PsiSums } from "./kernel.ts";
import { lanesIn, type Slice, TILE } from "./layout.ts";
import type { Reduction } from "./reduction.ts";

export class CustomSums implements PsiSums {
  private readonly neuron: CustomNeuron;
  private readonly part: Slice;
  /** Rows x_i as the user's functions take them. */
  private readonly points: readonly Float64Array[];
  private readonly theta: Float64Array;
  private readonly slope: Float64Array;

  constructor(neuron: CustomNeuron, data: DataSet, part: Slice) {
    this.neuron = neuron;
    this.part = part;
    this.points = Array.from({ length: data.size }, (_, i) =>
      Float64Array.from({ length: data.inputs }, (_, k) => data.x[k * data.size + i]),
    );
    this.theta = new Float64Array(neuron.dimension);
    this.slope = new Float64Array(neuron.dimension);
  }

  observe(state: Float64Array, rows: number, partial: Float64Array, reduction: Reduction): void {
    const { neuron, part, points, theta } = this;
    for (const chunk of part.chunks) {
      const row = reduction.row(chunk.index);
      for (let tile = chunk.from; tile < chunk.to; tile++) {
        for (let lane = 0; lane < lanesIn(part, tile); lane++) {
          this.read(state, tile * rows * TILE + lane);
          for (let i = 0; i < points.length; i++) partial[row + i] += neuron.value(theta, points[i]);
        }
      }
    }
  }

  drift(state: Float64Array, rows: number, g: Float64Array, gradient: Float64Array): void {
    const { neuron, part, points, theta, slope } = this;
    const p = theta.length;
    gradient.fill(0);
    for (let tile = 0; tile < part.tiles; tile++) {
      for (let lane = 0; lane < lanesIn(part, tile); lane++) {
        this.read(state, tile * rows * TILE + lane);
        const to = tile * p * TILE + lane;
        for (let i = 0; i < points.length; i++) {
          neuron.gradient(theta, points[i], slope);
          for (let k = 0; k < p; k++) gradient[to + k * TILE] += g[i] * slope[k];
        }
      }
    }
  }

  private read(state: Float64Array, from: number): void {
    for (let k = 0; k < this.theta.length; k++) this.theta[k] = state[from + k * TILE];
  }
}
