// SVRG (stochastic variance-reduced gradient): ∇Φ_B[μ](θ_j) − ∇Φ_B[μ̃](θ̃_j) + ∇Φ[μ̃](θ̃_j), the anchor θ̃ being the ensemble
// where its first gradient of the last multiple of m steps was taken; of the data's part alone, while V and W are exact at
// (θ, μ). Unbiased given θ̃, with a variance of O(|θ − θ̃|²). Cost: 2·O(N·B·d) a gradient, and O(N·M·d) every m steps.
// θ̃ is part of the state; what is known there, f_μ̃ at all data and ∇Φ[μ̃], is a function of it. Restrictions: data.
// Source: Johnson, Zhang, NeurIPS 2013; mean-field Langevin: Suzuki, Wu, Nitanda, NeurIPS 2023.

import { psiSums } from "../kernels/kernel.ts";
import { TILE } from "../kernels/layout.ts";
import type { PsiSums } from "../kernels/psi-sums.ts";
import { NO_DATA } from "../problem/data.ts";
import { potential } from "../problem/potential.ts";
import { type Problem, residualAt } from "../problem/problem.ts";
import type { Drift } from "./drift.ts";
import type { Ensemble } from "./ensemble.ts";
import { MeanField } from "./field.ts";
import type { RunMemory } from "./memory.ts";
import type { Batch } from "./minibatch.ts";

export class SvrgDrift implements Drift {
  readonly gradient: Float64Array;
  /** The anchor's first row. */
  private readonly row: number;
  /** θ̃, seen as a state of the ensemble's shape. */
  private readonly anchor: Float64Array;
  /** The risk of the batch alone, at θ. */
  private readonly here: MeanField;
  /** The risk of all data alone, at θ̃. */
  private readonly full: MeanField;
  /** V and W, at θ. */
  private readonly external: MeanField;
  /** The risk of the batch at θ̃: its outputs are among those at all data, and need no second pass. */
  private readonly risk: Problem;
  private readonly sums: PsiSums | null;
  private readonly outputs: Float64Array;
  private readonly residual: Float64Array;
  private readonly control: Float64Array;
  /** The time of the anchor that `full` is of; −1: of none. */
  private anchored = -1;
  private differentiated = false;

  constructor(
    problem: Problem,
    private readonly particles: Ensemble,
    memory: RunMemory,
    private readonly batch: Batch,
    /** m, in steps. */
    private readonly period: number,
  ) {
    const { anchor } = particles.layout;
    if (anchor === null) throw new Error("svrg: the state has no rows for the anchor");
    this.row = anchor;
    // Every tile's anchor lies as far behind its θ: the same rows seen from further on are a state whose θ is θ̃.
    this.anchor = particles.state.subarray(anchor * TILE);
    const nothing = potential(new Float64Array(problem.dimension));
    const data = { ...problem, potential: nothing, interaction: null };
    const half = { ...memory, cacheBytes: memory.cacheBytes / 2 };
    this.risk = { ...data, data: batch.data };
    this.here = new MeanField(this.risk, particles, half);
    this.full = new MeanField(data, particles, half);
    this.external = new MeanField({ ...problem, data: NO_DATA, neuron: null }, particles, memory);
    this.sums = psiSums(this.risk, particles.pass, 0);
    this.outputs = new Float64Array(batch.data.size);
    this.residual = new Float64Array(batch.data.size);
    this.control = new Float64Array(this.here.gradient.length);
    this.gradient = new Float64Array(this.here.gradient.length);
  }

  moved(): void {
    this.here.moved();
    this.external.moved();
    this.differentiated = false;
  }

  differentiate(n: number): void {
    // What waits is of the batch before.
    this.particles.pass.settle();
    this.prepare(n);
    if (this.differentiated) return;
    this.here.differentiate();
    this.external.differentiate();
    this.combine();
    this.differentiated = true;
  }

  evaluateAt(state: Float64Array, n: number): void {
    this.particles.pass.settle();
    this.prepare(n);
    this.differentiated = false;
    this.here.evaluateAt(state);
    this.external.evaluateAt(state);
    this.combine();
  }

  /** Anchor and batch of time n. */
  private prepare(n: number): void {
    if (n < this.anchored) throw new Error("unreachable: no step goes back behind an anchor");
    const due = n - (n % this.period);
    const changed = due !== this.anchored;
    if (changed) {
      // Between two multiples of m the anchor is in the state already: the run was resumed there.
      if (n === due) this.dropAnchor();
      this.full.evaluateAt(this.anchor);
      this.anchored = due;
    }
    const fresh = this.batch.take(n);
    if (fresh) this.here.moved();
    if (!changed && !fresh) return;
    this.differentiated = false;
    this.differentiateControl();
  }

  private dropAnchor(): void {
    const { state, rows, dimension, part } = this.particles;
    for (let tile = 0; tile < part.tiles; tile++) {
      const theta = tile * rows * TILE;
      state.copyWithin(theta + this.row * TILE, theta, theta + dimension * TILE);
    }
  }

  /** ∇Φ_B[μ̃](θ̃_j). */
  private differentiateControl(): void {
    const { batch, outputs, residual, risk } = this;
    for (let b = 0; b < outputs.length; b++) outputs[b] = this.full.outputs[batch.indices[b]];
    residualAt(risk, outputs, residual);
    this.sums?.drift(this.anchor, this.particles.rows, residual, this.control);
  }

  private combine(): void {
    this.particles.pass.settle();
    combine(this.here.gradient, this.control, this.full.gradient, this.external.gradient, this.gradient);
  }
}

/** At θ = θ̃ the difference is exactly 0. */
function combine(
  here: Float64Array,
  control: Float64Array,
  full: Float64Array,
  external: Float64Array,
  out: Float64Array,
): void {
  for (let i = 0; i < out.length; i++) out[i] = here[i] - control[i] + full[i] + external[i];
}
