// The Gibbs measure that makes its own potential, c = ∫ψ dμ̂(c), μ̂(c) ∝ e^(−Φ/T), Φ = Σ_i g_i ψ_i + V (+ a reference), g = q∂ℓ(c, y):
// the maximiser of the concave dual D(g) (docs/theory.md §3.6). Newton on G(c) = c − ∫ψ dμ̂(c), G′ = I + Cov(ψ) D/T, D = diag(qℓ″), is a
// descent direction for −D(g(c)), whose gradient in g is G; Huber's corners make g live in a box (projected Newton, Bertsekas 1982).

import { exp, log } from "../../base/elementary.ts";
import { inputError, MuflowError } from "../../base/errors.ts";
import { checkpoint } from "../../base/interrupt.ts";
import { Sum } from "../../base/sum.ts";
import { residualAt } from "../../problem/problem.ts";
import type { GridField } from "../field/field.ts";
import { conjugateRiskAt } from "./certificate.ts";
import { type GibbsNewton, gibbsNewton, type LinearSolver } from "./gibbs-newton.ts";

export interface GibbsOptions {
  /** T > 0 */
  temperature: number;
  /** Added to V at the cells, +∞ allowed: what W∗μ or a proximal term contributes. */
  reference?: Float64Array;
  /** c to start from; default y, where g = 0 for squared and Huber. */
  start?: Float64Array;
  /** Newton iterations allowed; default 100. */
  limit?: number;
}

/** All arrays are the solver's own, overwritten by its next solve. */
export interface GibbsState {
  /** c = ∫ψ dμ̂, length M */
  readonly outputs: Float64Array;
  /** μ̂, mass 1 */
  readonly density: Float64Array;
  /** Φ, the reference included */
  readonly potential: Float64Array;
  /** log ∫e^(−Φ/T) */
  readonly logPartition: number;
  /** max |c − ∫ψ dμ̂| over max(|c|, |y|, (∫ψ² dμ̂)^½) */
  readonly residual: number;
  /** Newton iterations */
  readonly iterations: number;
}

/** Residuals, relative: done, and still accepted where round-off allows no further progress … */
const DONE = 1e-14;
const ACCEPTED = 1e-11;
/** … or ROUND times |Φ|/T, by which a rounded Φ moves μ̂; never more than the last. The gap feels its square. */
const ROUND = 4 * Number.EPSILON;
const COARSEST = 1e-7;
/** Sufficient decrease (Armijo), and the shortest step tried. */
const ARMIJO = 1e-4;
const SHORTEST = 2 ** -30;
/** Round-off of the dual's two terms, relative to their size. */
const ROUNDING = 2 ** -48;

/** One iterate: c, what follows from it, and −D(g(c)). */
interface Iterate {
  readonly c: Float64Array;
  readonly g: Float64Array;
  /** c − ∫ψ dμ̂ */
  readonly mismatch: Float64Array;
  readonly phi: Float64Array;
  readonly density: Float64Array;
  logPartition: number;
  value: number;
  /** Size of the terms that make up `value`. */
  scale: number;
  /** max |mismatch| where c matters. */
  error: number;
}

/**
 * Solver of c = ∫ψ dμ̂(c) on one field. W, if the problem has one, does not enter: give W∗μ as `reference`.
 * Cost of an iteration: one potential, one observation, and Newton's direction (gibbs-newton.ts). `solver`: default the cheaper one.
 */
export class GibbsSolver {
  private readonly field: GridField;
  private readonly count: number;
  /** Half the width of the box of c − y in which g moves: δ of Huber's loss. */
  private readonly corner: number;
  private now: Iterate;
  private next: Iterate;
  private readonly newton: GibbsNewton;
  private readonly curvature: Float64Array;
  private readonly direction: Float64Array;
  private readonly means: Float64Array;
  /** 1 where this step's c_i does not act. */
  private readonly passive: Uint8Array;
  private reference: Float64Array | null = null;
  private temperature = 1;
  private accepted = ACCEPTED;

  constructor(field: GridField, solver?: LinearSolver) {
    const { loss } = field.problem;
    this.field = field;
    this.count = field.outputs;
    this.corner = loss.name === "huber" ? loss.slopeBound! : Number.POSITIVE_INFINITY;
    this.now = iterate(this.count, field.grid.size);
    this.next = iterate(this.count, field.grid.size);
    this.newton = gibbsNewton(field.features, solver);
    this.curvature = new Float64Array(this.count);
    this.direction = new Float64Array(this.count);
    this.means = new Float64Array(this.count);
    this.passive = new Uint8Array(this.count);
  }

  /**
   * The Gibbs measure at that temperature; never an unconverged one.
   * Errors: T ≤ 0 (input); no convergence, or a potential that is not finite anywhere (numerics).
   */
  solve({ temperature, reference, start, limit = 100 }: GibbsOptions): GibbsState {
    if (!(temperature > 0)) {
      throw inputError("problem.temperature", `found ${temperature}; a Gibbs measure needs temperature > 0`);
    }
    this.temperature = temperature;
    this.reference = reference ?? null;
    this.now.c.set(start ?? this.field.problem.data.y);
    this.clamp(this.now.c);
    this.evaluate(this.now);
    if (this.count === 0) return this.state(0, 0);
    for (let iteration = 1; ; iteration++) {
      const size = this.findDirection();
      const before = this.now.error;
      if (before <= DONE * size) return this.state(before / size, iteration - 1);
      const moved = iteration <= limit && this.search();
      if (this.now.error <= DONE * size) return this.state(this.now.error / size, iteration);
      // Round-off: nothing left to gain, and close.
      if ((!moved || this.now.error > 0.5 * before) && this.now.error <= this.accepted * size) {
        return this.state(this.now.error / size, iteration);
      }
      if (!moved) throw this.failure(this.now.error / size, iteration - 1);
    }
  }

  private state(residual: number, iterations: number): GibbsState {
    const { c, mismatch, density, phi, logPartition } = this.now;
    // Where c_i does not act it is what it must be, ∫ψ_i dμ̂.
    for (let i = 0; i < this.count; i++) if (this.idle(this.now, i, 0)) c[i] -= mismatch[i];
    return { outputs: c, density, potential: phi, logPartition, residual, iterations };
  }

  private failure(residual: number, iterations: number): MuflowError {
    return new MuflowError(
      "numerics",
      `Gibbs measure at temperature ${this.temperature}: c = ∫ψ dμ̂(c) holds to ${residual.toExponential(1)} only after ` +
        `${iterations} Newton iterations; allowed: ${this.accepted.toExponential(1)}. Start from a higher temperature, or closer`,
    );
  }

  /** Everything that follows from `at.c`. */
  private evaluate(at: Iterate): void {
    const { field, temperature, reference } = this;
    const { phi, density, c, mismatch } = at;
    residualAt(field.problem, c, at.g);
    phi.set(field.external);
    if (reference !== null) for (let i = 0; i < phi.length; i++) phi[i] += reference[i];
    field.features.addPotential(at.g, phi);
    at.logPartition = gibbsDensity(phi, temperature, field.grid.volume, density);
    if (!Number.isFinite(at.logPartition)) {
      throw new MuflowError(
        "numerics",
        `Gibbs measure at temperature ${temperature}: the potential is finite on no cell, or not a number on some`,
      );
    }
    field.features.observe(density, this.means);
    const conjugate = conjugateRiskAt(field.problem, c);
    const free = temperature * at.logPartition;
    at.value = conjugate + free;
    at.scale = Math.abs(conjugate) + Math.abs(free);
    for (let i = 0; i < this.count; i++) mismatch[i] = c[i] - this.means[i];
    at.error = this.errorOf(at);
  }

  /** max |G_i| over the coordinates that act. */
  private errorOf(at: Iterate): number {
    let error = 0;
    for (let i = 0; i < this.count; i++) {
      if (!this.idle(at, i, 0)) error = Math.max(error, Math.abs(at.mismatch[i]));
    }
    return error;
  }

  /** True where c_i does not act: q_i = 0, or g_i within `margin` of its box's face and −G pushes it outwards. */
  private idle({ c, mismatch }: Iterate, i: number, margin: number): boolean {
    const { y, weight } = this.field.problem.data;
    const offset = c[i] - y[i];
    const face = this.corner - margin - 4 * Number.EPSILON * (Math.abs(y[i]) + this.corner);
    return weight[i] === 0 || (offset * mismatch[i] <= 0 && Math.abs(offset) >= face);
  }

  private clamp(c: Float64Array): void {
    if (this.corner === Number.POSITIVE_INFINITY) return;
    const { y } = this.field.problem.data;
    for (let i = 0; i < c.length; i++) {
      c[i] = Math.max(y[i] - this.corner, Math.min(y[i] + this.corner, c[i]));
    }
  }

  /** The Newton direction at the present iterate; returns the size of c, y and ψ, to which residuals are relative. */
  private findDirection(): number {
    const { count, now, newton, curvature, direction, passive, field, temperature } = this;
    const { data, loss } = field.problem;
    newton.linearise(now.density, this.means, temperature);
    // Where everything is 0 any size will do.
    let size = Number.MIN_VALUE;
    let level = 0;
    for (let i = 0; i < count; i++) {
      const feature = Math.sqrt(newton.squares[field.features.inputOf[i]]);
      size = Math.max(size, Math.abs(now.c[i]), Math.abs(data.y[i]), feature);
      level += Math.abs(now.g[i]) * feature;
    }
    this.accepted = Math.min(COARSEST, Math.max(ACCEPTED, (ROUND * level) / temperature));
    // Bertsekas' ε-active set: coordinates this close to a corner that would cross it are held there.
    const margin = Math.min(now.error, 1e-3 * this.corner);
    for (let i = 0; i < count; i++) {
      const held = this.idle(now, i, margin);
      // Inside Huber's box, its faces included, the loss is the quadratic one.
      const bend = this.corner < Number.POSITIVE_INFINITY ? 1 : loss.curvatureAt(now.c[i], data.y[i]);
      passive[i] = held ? 1 : 0;
      curvature[i] = held ? 0 : data.weight[i] * bend;
    }
    newton.solve(curvature, now.mismatch, direction);
    for (let i = 0; i < count; i++) if (passive[i] === 1) direction[i] = -now.mismatch[i];
    return size;
  }

  /** Moves along the direction as far as −D falls enough; false where no step does. */
  private search(): boolean {
    const { now, next, direction, count } = this;
    for (let step = 1; step >= SHORTEST; step *= 0.5) {
      for (let i = 0; i < count; i++) next.c[i] = now.c[i] + step * direction[i];
      this.clamp(next.c);
      this.evaluate(next);
      let linear = 0;
      for (let i = 0; i < count; i++) linear += now.mismatch[i] * (next.g[i] - now.g[i]);
      // −D is convex in g, so a step that passes has linear ≤ 0. Below its round-off the residual itself must fall.
      const falls = linear < 0 && next.value <= now.value + ARMIJO * linear;
      const level = next.value <= now.value + ROUNDING * now.scale && next.error <= 0.9 * now.error;
      if (falls || level) {
        this.next = now;
        this.now = next;
        return true;
      }
    }
    return false;
  }
}

function iterate(count: number, size: number): Iterate {
  return {
    c: new Float64Array(count),
    g: new Float64Array(count),
    mismatch: new Float64Array(count),
    phi: new Float64Array(size),
    density: new Float64Array(size),
    logPartition: 0,
    value: 0,
    scale: 0,
    error: 0,
  };
}

/** density = e^(−Φ/T)/Z; returns log Z. */
export function gibbsDensity(
  phi: Float64Array,
  temperature: number,
  volume: number,
  density: Float64Array,
): number {
  checkpoint();
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < phi.length; i++) if (phi[i] < least) least = phi[i];
  const total = new Sum();
  for (let i = 0; i < phi.length; i++) {
    density[i] = exp((least - phi[i]) / temperature);
    total.add(density[i]);
  }
  const mass = volume * total.value();
  for (let i = 0; i < phi.length; i++) density[i] /= mass;
  return log(mass) - least / temperature;
}
