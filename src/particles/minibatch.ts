// The minibatch drift: ∇Φ_B(θ_j) = Σ_{i∈B} w_i ∂ℓ(f_N(x_i), y_i) ∇ψ(θ_j; x_i) + ∇V(θ_j) + ∇(W∗μ_N)(θ_j), with the batch
// and the weights of sampling.ts, f_N of the whole network; V and W are exact. Its mean over batches is ∇Φ[μ_N](θ_j).
// Cost per gradient: O(N·B·d). Restrictions: data. Source: Robbins, Monro, Ann. Math. Stat. 22, 1951; mean-field Langevin:
// Suzuki, Wu, Nitanda, NeurIPS 2023.

import type { Pass } from "../kernels/pass.ts";
import type { DataSet } from "../problem/data.ts";
import type { Problem } from "../problem/problem.ts";
import type { Drift } from "./drift.ts";
import type { Ensemble } from "./ensemble.ts";
import { MeanField } from "./field.ts";
import type { RunMemory } from "./memory.ts";
import type { Sampler } from "./sampling.ts";

/** The batch in hand as a data set of its own: B points, whose weights are the w_i. */
export class Batch {
  readonly data: DataSet;
  readonly indices: Int32Array;
  private readonly whole: DataSet;
  private readonly sampler: Sampler;
  private held = -1;

  constructor(whole: DataSet, sampler: Sampler, size: number) {
    this.whole = whole;
    this.sampler = sampler;
    this.indices = new Int32Array(size);
    this.data = {
      size,
      inputs: whole.inputs,
      x: new Float64Array(whole.inputs * size),
      y: new Float64Array(size),
      weight: new Float64Array(size),
      changes: true,
    };
  }

  /** Takes batch n in hand; false where it was already. */
  take(n: number): boolean {
    if (n === this.held) return false;
    const { indices, whole, data, sampler } = this;
    sampler.draw(n, indices);
    for (let b = 0; b < data.size; b++) {
      const i = indices[b];
      for (let k = 0; k < data.inputs; k++) data.x[k * data.size + b] = whole.x[k * whole.size + i];
      data.y[b] = whole.y[i];
      data.weight[b] = sampler.weight[i];
    }
    this.held = n;
    return true;
  }
}

export class MinibatchDrift implements Drift {
  private readonly batch: Batch;
  private readonly pass: Pass;
  /** The mean field of the problem whose data are the batch. */
  private readonly field: MeanField;

  constructor(problem: Problem, particles: Ensemble, memory: RunMemory, batch: Batch) {
    this.batch = batch;
    this.field = new MeanField({ ...problem, data: batch.data }, particles, memory);
    this.pass = particles.pass;
  }

  get gradient(): Float64Array {
    return this.field.gradient;
  }

  moved(): void {
    this.field.moved();
  }

  differentiate(n: number): void {
    // What waits is of the batch before.
    this.pass.settle();
    if (this.batch.take(n)) this.field.moved();
    this.field.differentiate();
  }

  evaluateAt(state: Float64Array, n: number): void {
    this.pass.settle();
    this.batch.take(n);
    this.field.evaluateAt(state);
  }
}
