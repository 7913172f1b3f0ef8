// A time step whose potential is taken at the new time: μ⁺ = S(μ; Φ(z̄)), z̄ = (1 − s) z(μ) + s z(μ⁺), is an equation in
// the numbers z⁺ = z(μ⁺) alone, z⁺ = observe(S(μ; Φ(z̄))), however many cells there are. Newton–Krylov: exact
// directional derivatives through the stages, GMRES, backtracking on |z⁺ − observe(…)|. No unconverged step is returned.

import { MuflowError } from "../base/errors.ts";
import type { GridField } from "./field.ts";
import { Gmres } from "./gmres.ts";
import type { Stage } from "./stage.ts";

export interface ImplicitOptions {
  /** s: 1 takes Φ at the new time, ½ at the middle. */
  readonly share: number;
  /** Numbers from this index on are taken at the old time. */
  readonly implicit: number;
}

const MOST_ITERATIONS = 60;
const SHORTEST_STEP = 1 / 1024;
const LINEAR_TOLERANCE = 1e-8;
/** Residuals that sums over a grid cannot be asked to go below, relative to 1 + |z|: a few ε. */
const ROUND_OFF = 1e-15;
/** Where Newton stalls above ROUND_OFF, it has still converged below this. */
const STALLED = 1e-12;

/** Steps a density in place; one solver per chain of stages. */
export class ImplicitField {
  private readonly field: GridField;
  private readonly stages: readonly Stage[];
  private readonly share: number;
  private readonly count: number;
  private readonly gmres: Gmres;
  private readonly old: Float64Array;
  private readonly now: Float64Array;
  private readonly tried: Float64Array;
  private readonly between: Float64Array;
  private readonly seen: Float64Array;
  private readonly change: Float64Array;
  private readonly direction: Float64Array;
  private readonly residual: Float64Array;
  private readonly correction: Float64Array;
  private readonly before: Float64Array;
  private readonly phi: Float64Array;
  private readonly dphi: Float64Array;
  private readonly dmu: Float64Array;

  constructor(field: GridField, stages: readonly Stage[], { share, implicit }: ImplicitOptions) {
    const { count, grid } = field;
    this.field = field;
    this.stages = stages;
    this.share = share;
    this.count = implicit;
    this.gmres = new Gmres(implicit);
    const numbers = () => new Float64Array(count);
    [this.old, this.now, this.tried, this.between, this.seen, this.change, this.direction] = [
      numbers(),
      numbers(),
      numbers(),
      numbers(),
      numbers(),
      numbers(),
      numbers(),
    ];
    this.residual = new Float64Array(implicit);
    this.correction = new Float64Array(implicit);
    this.before = new Float64Array(grid.size);
    this.phi = new Float64Array(grid.size);
    this.dphi = new Float64Array(grid.size);
    this.dmu = new Float64Array(grid.size);
  }

  /** μ ← μ⁺; returns the Newton iterations. Errors (numerics): no convergence, with the residual reached. */
  step(mu: Float64Array): number {
    const { field, count, now, tried, old, correction, residual } = this;
    this.before.set(mu);
    field.observe(mu, old);
    now.set(old);
    let error = this.evaluate(now, mu);
    if (count === 0) return 0;
    for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
      let scale = 1;
      for (let i = 0; i < count; i++) scale = Math.max(scale, Math.abs(now[i]));
      if (error <= ROUND_OFF * scale) return iteration;
      this.gmres.solve((v, out) => this.multiply(v, out), residual, correction, LINEAR_TOLERANCE);
      let length = 1;
      let next = Number.POSITIVE_INFINITY;
      for (; length >= SHORTEST_STEP; length /= 2) {
        tried.set(old);
        for (let i = 0; i < count; i++) tried[i] = now[i] - length * correction[i];
        next = this.evaluate(tried, mu);
        if (next <= (1 - 1e-4 * length) * error) break;
      }
      if (!(next < error)) {
        // Round-off alone can keep a converged residual from falling.
        if (error > STALLED * scale) throw notConverged(error, iteration);
        this.evaluate(now, mu);
        return iteration;
      }
      now.set(tried);
      error = next;
    }
    throw notConverged(error, MOST_ITERATIONS);
  }

  /** μ = S(before; Φ(z̄)) and residual = z − observe(μ) for the numbers z; returns the residual's norm. */
  private evaluate(z: Float64Array, mu: Float64Array): number {
    const { field, stages, share, old, between, seen, count, residual, phi } = this;
    between.set(old);
    for (let i = 0; i < count; i++) between[i] = (1 - share) * old[i] + share * z[i];
    field.potential(between, phi);
    mu.set(this.before);
    for (const stage of stages) {
      stage.prepare(phi);
      stage.forward(mu);
    }
    if (count === 0) return 0;
    field.observe(mu, seen);
    let total = 0;
    for (let i = 0; i < count; i++) {
      residual[i] = z[i] - seen[i];
      total += residual[i] * residual[i];
    }
    return Math.sqrt(total);
  }

  /** out = v − observe(dμ) with dμ the derivative of μ⁺ in the direction v, at the last `evaluate`. */
  private multiply(v: Float64Array, out: Float64Array): void {
    const { field, stages, share, between, change, direction, dphi, dmu, count } = this;
    direction.fill(0);
    for (let i = 0; i < count; i++) direction[i] = share * v[i];
    field.potentialDerivative(between, direction, dphi);
    dmu.fill(0);
    for (const stage of stages) stage.derivative(dmu, dphi);
    field.observe(dmu, change);
    for (let i = 0; i < count; i++) out[i] = v[i] - change[i];
  }
}

function notConverged(error: number, iterations: number): MuflowError {
  return new MuflowError(
    "numerics",
    `Newton's iteration for the mean field stopped at residual ${error.toExponential(1)} after ${iterations} iterations; try a smaller time.step`,
  );
}
