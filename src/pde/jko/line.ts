// F of a measure Σ_p w_p δ_{θ_p} on a line, through its numbers z_r = Σ_p w_p φ_r(θ_p): F = Σ_r e_r(z_r) + Σ_p w_p U(θ_p), with
// φ = (ψ(·; x_1) … ψ(·; x_M), moments of W), U = V, and W's own diagonal part; Φ′ = Σ_r e_r′ φ_r′ + U′.
// Quadratic W: ½K(⟨θ²⟩ − ⟨θ⟩²); of harmonics: −½Σ_k s_k(⟨cos kθ⟩² + ⟨sin kθ⟩²); Gaussian: W∗μ of a measure given before, as part of U.

import { cos, sin } from "../../base/elementary.ts";
import { inputError } from "../../base/errors.ts";
import { checkpoint } from "../../base/interrupt.ts";
import { Sum } from "../../base/sum.ts";
import { isRidge } from "../../problem/feature.ts";
import type { Problem } from "../../problem/problem.ts";
import { FrozenInteraction } from "./frozen.ts";

/** The problem's energy and forces at arbitrary points of a line. */
export class LineField {
  /** Numbers z. */
  readonly count: number;
  private readonly problem: Problem;
  /** K of a quadratic W, whose ½Kθ² belongs to U. */
  private readonly square: number;
  private readonly frozen: FrozenInteraction | null;
  /** s of W's own numbers: e_r = −½ s z_r². */
  private readonly pulls: readonly number[];
  /** ½ of W's mean. */
  private readonly offset: number;
  private readonly theta = new Float64Array(1);
  private readonly x: Float64Array;
  private readonly gradient = new Float64Array(1);
  private z = new Float64Array(0);
  private value = new Float64Array(0);
  private slope = new Float64Array(0);

  /** Errors (input): p ≠ 1, a torus, and an activation with a corner, where Newton's method has no curvature. */
  constructor(problem: Problem) {
    const { neuron, data, interaction, domain, dimension } = problem;
    if (dimension !== 1) {
      throw inputError(
        "jko.method",
        `quantile needs p = 1; found p = ${dimension}. Use entropic (p = 2), or grid`,
      );
    }
    if (domain !== "plane") {
      throw inputError(
        "jko.method",
        "quantile needs the plane: a circle has no quantiles. Use entropic, or grid",
      );
    }
    const { smoothness } = neuron ?? {};
    if (smoothness !== undefined && smoothness.order < 1) {
      throw inputError(
        "jko.method",
        `quantile needs ψ with a continuous slope; ${smoothness.of} has a corner. Use entropic, or grid`,
      );
    }
    if (interaction?.kind === "own") {
      throw inputError(
        "jko.method",
        "quantile needs a W whose second derivative is known; found a user's own. Use entropic, or grid",
      );
    }
    this.problem = problem;
    this.x = new Float64Array(data.inputs);
    this.square = interaction?.kind === "quadratic" ? interaction.strength : 0;
    this.frozen = interaction?.kind === "gaussian" ? new FrozenInteraction(interaction) : null;
    const circular = interaction?.type === "moments" && interaction.kind !== "quadratic" ? interaction : null;
    this.pulls = circular?.harmonics.flatMap((s) => [s, s]) ?? (this.square === 0 ? [] : [this.square]);
    this.offset = 0.5 * (circular?.mean ?? 0);
    this.count = data.size + this.pulls.length;
  }

  /** Where W is Gaussian: from now on U holds W∗μ of this measure. */
  freeze(theta: Float64Array, weight: Float64Array, low: number, high: number): void {
    this.frozen?.freeze(theta, weight, low, high);
  }

  /** z_r of the points. */
  observe(theta: Float64Array, weight: Float64Array, z: Float64Array): void {
    for (let r = 0; r < this.count; r++) {
      this.tabulate(r, theta, false);
      const total = new Sum();
      for (let p = 0; p < theta.length; p++) total.add(weight[p] * this.value[p]);
      z[r] = total.value();
    }
  }

  /** slopes[r·P + p] = φ_r′(θ_p), P points. */
  slopes(theta: Float64Array, slopes: Float64Array): void {
    for (let r = 0; r < this.count; r++) {
      this.tabulate(r, theta, true);
      slopes.set(this.slope.subarray(0, theta.length), r * theta.length);
    }
  }

  /** e_r′ and e_r″ at z. */
  multipliers(z: Float64Array, first: Float64Array, second: Float64Array): void {
    const { data, loss } = this.problem;
    for (let i = 0; i < data.size; i++) {
      first[i] = data.weight[i] * loss.slope(z[i], data.y[i]);
      second[i] = data.weight[i] * loss.curvatureAt(z[i], data.y[i]);
    }
    for (const [r, pull] of this.pulls.entries()) {
      first[data.size + r] = -pull * z[data.size + r];
      second[data.size + r] = -pull;
    }
  }

  /** Σ_r e_r(z_r) + Σ_p w_p U(θ_p), and the size of its terms. */
  energy(z: Float64Array, theta: Float64Array, weight: Float64Array): { value: number; size: number } {
    const { data, loss, potential } = this.problem;
    const total = new Sum();
    let size = 0;
    const add = (term: number) => {
      total.add(term);
      size += Math.abs(term);
    };
    for (let i = 0; i < data.size; i++) add(data.weight[i] * loss.value(z[i], data.y[i]));
    for (const [r, pull] of this.pulls.entries()) add(-0.5 * pull * z[data.size + r] * z[data.size + r]);
    add(this.offset);
    for (let p = 0; p < theta.length; p++) {
      this.theta[0] = theta[p];
      const joint = potential.joint?.value(this.theta) ?? 0;
      const localEnergy = joint + potential.value(0, theta[p]) + 0.5 * this.square * theta[p] * theta[p];
      add(weight[p] * (localEnergy + (this.frozen?.value(theta[p]) ?? 0)));
    }
    return { value: total.value(), size };
  }

  /** Σ_p w_p (W∗μ)(θ_p) of the frozen measure; 0 where nothing is frozen. */
  frozenEnergy(theta: Float64Array, weight: Float64Array): number {
    if (this.frozen === null) return 0;
    const total = new Sum();
    for (let p = 0; p < theta.length; p++) total.add(weight[p] * this.frozen.value(theta[p]));
    return total.value();
  }

  /** out[p] = Φ′(θ_p + offset) for those e_r′. */
  force(first: Float64Array, theta: Float64Array, offset: number, out: Float64Array): void {
    const points = theta.map((value) => value + offset);
    for (let p = 0; p < points.length; p++) {
      this.theta[0] = points[p];
      out[p] = this.square * points[p] + (this.frozen?.slope(points[p]) ?? 0);
      const { potential } = this.problem;
      potential.addGradient(0, this.theta, 0, 1, out, p);
      if (potential.joint === null) continue;
      potential.joint.gradient(this.theta, this.gradient);
      out[p] += this.gradient[0];
    }
    for (let r = 0; r < this.count; r++) {
      if (first[r] === 0) continue;
      this.tabulate(r, points, true);
      for (let p = 0; p < points.length; p++) out[p] += first[r] * this.slope[p];
    }
  }

  /** φ_r at the points, into `value`; with `both` its derivative into `slope`. */
  private tabulate(r: number, theta: Float64Array, both: boolean): void {
    checkpoint();
    const count = theta.length;
    if (this.value.length < count) {
      this.z = new Float64Array(count);
      this.value = new Float64Array(count);
      this.slope = new Float64Array(count);
    }
    const { data } = this.problem;
    const neuron = this.problem.neuron!;
    const { z, value, slope } = this;
    if (r >= data.size) {
      const quadratic = this.square !== 0;
      const second = (r - data.size) % 2 === 1;
      const k = 1 + Math.floor((r - data.size) / 2);
      for (let p = 0; p < count; p++) {
        const angle = k * theta[p];
        value[p] = quadratic ? theta[p] : second ? sin(angle) : cos(angle);
        if (both) slope[p] = quadratic ? 1 : second ? k * cos(angle) : -k * sin(angle);
      }
    } else if (isRidge(neuron)) {
      // p = 1 leaves one: ψ = σ(θx).
      const x = data.x[r];
      for (let p = 0; p < count; p++) z[p] = x * theta[p];
      neuron.activation.values(z, value, 0, count);
      if (!both) return;
      neuron.activation.slopes(z, value, 0, slope, count);
      for (let p = 0; p < count; p++) slope[p] *= x;
    } else {
      for (let k = 0; k < data.inputs; k++) this.x[k] = data.x[k * data.size + r];
      for (let p = 0; p < count; p++) {
        this.theta[0] = theta[p];
        value[p] = neuron.value(this.theta, this.x);
        if (!both) continue;
        neuron.gradient(this.theta, this.x, this.gradient);
        slope[p] = this.gradient[0];
      }
    }
  }
}
