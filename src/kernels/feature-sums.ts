// ψ-sums of any ψ, a user's own above all: one call of ψ or ∇ψ per neuron and data point, O(N·M) calls.

import { stopRequested } from "../base/interrupt.ts";
import type { DataSet } from "../problem/data.ts";
import type { Feature } from "../problem/feature.ts";
import { lanesIn, type Slice, TILE } from "./layout.ts";
import type { PsiSums } from "./psi-sums.ts";
import type { Reduction } from "./reduction.ts";

export class FeatureSums implements PsiSums {
  private readonly neuron: Feature;
  private readonly data: DataSet;
  private readonly part: Slice;
  /** Rows x_i as the user's functions take them: copied at every call, as the data may be a batch that changes. */
  private readonly points: readonly Float64Array[];
  private readonly theta: Float64Array;
  private readonly slope: Float64Array;

  constructor(neuron: Feature, data: DataSet, part: Slice) {
    this.neuron = neuron;
    this.data = data;
    this.part = part;
    this.points = Array.from({ length: data.size }, () => new Float64Array(data.inputs));
    this.theta = new Float64Array(neuron.dimension);
    this.slope = new Float64Array(neuron.dimension);
  }

  observe(state: Float64Array, rows: number, reduction: Reduction): void {
    const { neuron, part, points, theta } = this;
    this.copyPoints();
    for (const chunk of part.chunks) {
      const sums = reduction.lanes();
      for (let tile = chunk.from; tile < chunk.to; tile++) {
        if (stopRequested()) return;
        for (let lane = 0; lane < lanesIn(part, tile); lane++) {
          this.read(state, tile * rows * TILE + lane);
          for (let i = 0; i < points.length; i++) sums[i * TILE + lane] += neuron.value(theta, points[i]);
        }
      }
      reduction.fold(chunk.index);
    }
  }

  drift(state: Float64Array, rows: number, g: Float64Array, gradient: Float64Array): void {
    const { neuron, part, points, theta, slope } = this;
    const p = theta.length;
    this.copyPoints();
    gradient.fill(0);
    for (let tile = 0; tile < part.tiles; tile++) {
      if (stopRequested()) return;
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

  potential(state: Float64Array, rows: number, g: Float64Array, values: Float64Array): void {
    const { neuron, part, points, theta } = this;
    this.copyPoints();
    values.fill(0);
    for (let tile = 0; tile < part.tiles; tile++) {
      if (stopRequested()) return;
      for (let lane = 0; lane < lanesIn(part, tile); lane++) {
        this.read(state, tile * rows * TILE + lane);
        let total = 0;
        for (let i = 0; i < points.length; i++) total += g[i] * neuron.value(theta, points[i]);
        values[tile * TILE + lane] = total;
      }
    }
  }

  private copyPoints(): void {
    const { points, data } = this;
    for (let i = 0; i < points.length; i++) {
      for (let k = 0; k < data.inputs; k++) points[i][k] = data.x[k * data.size + i];
    }
  }

  private read(state: Float64Array, from: number): void {
    for (let k = 0; k < this.theta.length; k++) this.theta[k] = state[from + k * TILE];
  }
}
