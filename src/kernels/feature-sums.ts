// ψ-sums of any ψ, a user's own above all: one call of ψ or ∇ψ per neuron and data point, O(N·M) calls.

import { stopRequested } from "../base/interrupt.ts";
import type { DataSet } from "../problem/data.ts";
import type { Feature } from "../problem/feature.ts";
import { lanesIn, TILE } from "./layout.ts";
import type { Pass, TileWork } from "./pass.ts";
import type { PsiSums } from "./psi-sums.ts";
import type { Reduction } from "./reduction.ts";

export class FeatureSums implements PsiSums {
  private readonly neuron: Feature;
  private readonly data: DataSet;
  private readonly pass: Pass;
  /** Rows x_i as the user's functions take them: copied at every call, as the data may be a batch that changes. */
  private readonly points: readonly Float64Array[];
  private readonly theta: Float64Array;
  private readonly slope: Float64Array;

  constructor(neuron: Feature, data: DataSet, pass: Pass) {
    this.neuron = neuron;
    this.data = data;
    this.pass = pass;
    this.points = Array.from({ length: data.size }, () => new Float64Array(data.inputs));
    this.theta = new Float64Array(neuron.dimension);
    this.slope = new Float64Array(neuron.dimension);
  }

  observe(state: Float64Array, rows: number, reduction: Reduction): void {
    const { neuron, points, theta } = this;
    let sums: Float64Array = new Float64Array(0);
    this.putOff({
      begin() {
        sums = reduction.lanes();
      },
      run: this.ofEach(state, rows, (_, lane) => {
        for (let i = 0; i < points.length; i++) sums[i * TILE + lane] += neuron.value(theta, points[i]);
      }),
      end: (chunk) => reduction.fold(chunk),
    });
  }

  drift(state: Float64Array, rows: number, g: Float64Array, gradient: Float64Array): void {
    const { neuron, points, theta, slope } = this;
    const p = theta.length;
    const ofNeuron = this.ofEach(state, rows, (tile, lane) => {
      const to = tile * p * TILE + lane;
      for (let i = 0; i < points.length; i++) {
        neuron.gradient(theta, points[i], slope);
        for (let k = 0; k < p; k++) gradient[to + k * TILE] += g[i] * slope[k];
      }
    });
    this.putOff({
      run(first, end) {
        gradient.fill(0, first * p * TILE, end * p * TILE);
        ofNeuron(first, end, 0, 0, 0);
      },
    });
  }

  potential(state: Float64Array, rows: number, g: Float64Array, values: Float64Array): void {
    const { neuron, points, theta } = this;
    const ofNeuron = this.ofEach(state, rows, (tile, lane) => {
      let total = 0;
      for (let i = 0; i < points.length; i++) total += g[i] * neuron.value(theta, points[i]);
      values[tile * TILE + lane] = total;
    });
    this.putOff({
      run(first, end) {
        values.fill(0, first * TILE, end * TILE);
        ofNeuron(first, end, 0, 0, 0);
      },
    });
  }

  /** The points are those that the data are now: what waits is of those that they were. */
  private putOff(work: TileWork): void {
    const { pass, points, data } = this;
    if (data.changes === true) pass.settle();
    for (let i = 0; i < points.length; i++) {
      for (let k = 0; k < data.inputs; k++) points[i][k] = data.x[k * data.size + i];
    }
    pass.add(work);
  }

  /** `work` on each neuron, whose θ is in `theta`. */
  private ofEach(
    state: Float64Array,
    rows: number,
    work: (tile: number, lane: number) => void,
  ): TileWork["run"] {
    const { pass, theta } = this;
    return (first, end) => {
      for (let tile = first; tile < end; tile++) {
        if (stopRequested()) return;
        for (let lane = 0; lane < lanesIn(pass.part, tile); lane++) {
          const from = tile * rows * TILE + lane;
          for (let k = 0; k < theta.length; k++) theta[k] = state[from + k * TILE];
          work(tile, lane);
        }
      }
    };
  }
}
