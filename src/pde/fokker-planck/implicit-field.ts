// A time step whose potential is taken at the new time: μ⁺ = S(μ; Φ(z̄), τ), z̄ = (1 − s) z(μ) + s z(μ⁺), is an equation
// in the numbers z⁺ = z(μ⁺) alone, z⁺ = observe(S(μ; Φ(z̄), τ)), however many cells there are; τ is that of t + sh.
// Newton–Krylov: exact directional derivatives through the stages, GMRES, backtracking on |z⁺ − observe(…)|. No unconverged
// step is returned: where Newton gets stuck, in steps that throw the mass far, two of half the length and the same τ replace it; and so
// they do where stages would have to set more than a trace of negative mass to 0, which tells that the step is long for some part of μ.

import { MuflowError } from "../../base/errors.ts";
import { checkpoint } from "../../base/interrupt.ts";
import type { Temperature } from "../../dynamics/dynamics.ts";
import { Gmres } from "../../linear/gmres.ts";
import type { GridField } from "../field/field.ts";
import type { Stage } from "./stage.ts";

export interface ImplicitOptions {
  /** h */
  readonly step: number;
  /** s: 1 takes Φ and τ at the new time, ½ at the middle. */
  readonly share: number;
  readonly temperature: Temperature;
  /** Numbers from this index on are taken at the old time. */
  readonly implicit: number;
}

interface Outcome {
  readonly iterations: number;
  readonly residual: number;
  readonly converged: boolean;
}

const MOST_ITERATIONS = 60;
const SHORTEST_STEP = 1 / 1024;
/** How far Newton's linear systems are solved: to a hundredth of the relative residual, which keeps convergence quadratic. */
const LOOSEST = 1e-2;
const TIGHTEST = 1e-8;
/** Root mean square residual that sums over a grid cannot be asked to go below, relative to 1 + |z|: a few ε. */
const ROUND_OFF = 1e-15;
/** Where Newton stalls above ROUND_OFF, it has still converged below this, relative to the sums' own terms. */
const STALLED = 1e-12;
/** Halvings of h before a step is given up. */
const MOST_HALVINGS = 20;
/** Negative mass that a step may set to 0: as much as may lie beside a face. */
const MOST_CUT = 1e-6;

/** Steps a density in place. */
export class ImplicitField {
  private readonly field: GridField;
  private readonly chain: (step: number) => readonly Stage[];
  private readonly options: ImplicitOptions;
  private readonly halvings: number;
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
  /** τ of the step in hand. */
  private temperature = Number.NaN;
  private half: ImplicitField | null = null;
  private halved = 0;
  private removed = 0;

  /** `chain`: new stages of a step of that length. */
  constructor(
    field: GridField,
    chain: (step: number) => readonly Stage[],
    options: ImplicitOptions,
    halvings = 0,
  ) {
    const { count, grid } = field;
    this.field = field;
    this.chain = chain;
    this.options = options;
    this.halvings = halvings;
    this.stages = chain(options.step);
    this.share = options.share;
    this.count = options.implicit;
    this.gmres = new Gmres(this.count);
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
    this.residual = new Float64Array(this.count);
    this.correction = new Float64Array(this.count);
    this.before = new Float64Array(grid.size);
    this.phi = new Float64Array(grid.size);
    this.dphi = new Float64Array(grid.size);
    this.dmu = new Float64Array(grid.size);
  }

  /** μ ← μ⁺, from t = nh; returns the Newton iterations. Errors (numerics): no convergence, with the residual reached. */
  step(mu: Float64Array, n: number): number {
    const { step, temperature } = this.options;
    return this.advance(mu, temperature.at((n + this.share) * step));
  }

  private advance(mu: Float64Array, temperature: number): number {
    this.temperature = temperature;
    const { iterations, residual, converged } = this.solve(mu);
    const cut = this.stages.reduce((total, stage) => total + (stage.cut ?? 0), 0);
    if (converged && cut <= MOST_CUT) {
      this.removed += cut;
      return iterations;
    }
    mu.set(this.before);
    if (this.halvings === MOST_HALVINGS || !Number.isFinite(residual)) {
      throw converged ? tooLong(cut) : notConverged(residual, iterations);
    }
    this.halved += 1;
    this.half ??= new ImplicitField(
      this.field,
      this.chain,
      { ...this.options, step: this.options.step / 2 },
      this.halvings + 1,
    );
    return iterations + this.half.advance(mu, temperature) + this.half.advance(mu, temperature);
  }

  /** Steps so far that were taken as several shorter ones. */
  get shortened(): number {
    return this.halved;
  }

  /** Negative mass that was set to 0 so far. */
  get cut(): number {
    return this.removed + (this.half?.cut ?? 0);
  }

  private solve(mu: Float64Array): Outcome {
    const { field, count, now, tried, old, correction, residual } = this;
    this.before.set(mu);
    field.observe(mu, old);
    now.set(old);
    let error = this.evaluate(now, mu);
    const goal = ROUND_OFF * Math.sqrt(count);
    for (let iterations = 0; iterations < MOST_ITERATIONS; iterations++) {
      const scale = this.scale();
      if (error <= goal * scale) return { iterations, residual: error, converged: true };
      const tolerance = Math.max(TIGHTEST, Math.min(LOOSEST, (0.01 * error) / scale));
      this.gmres.solve((v, out) => this.multiply(v, out), residual, correction, tolerance);
      let length = 1;
      let next = Number.POSITIVE_INFINITY;
      for (; length >= SHORTEST_STEP; length /= 2) {
        tried.set(old);
        for (let i = 0; i < count; i++) tried[i] = now[i] - length * correction[i];
        next = this.evaluate(tried, mu);
        if (next <= (1 - 1e-4 * length) * error) break;
      }
      const fell = next < error;
      // Round-off alone can keep a converged residual from falling, or from falling far.
      const stalled = !(next < 0.5 * error) && error <= STALLED * scale;
      if (!fell) {
        this.evaluate(now, mu);
        const converged = stalled || error <= STALLED * Math.max(scale, this.field.features.largest(mu));
        return { iterations, residual: error, converged };
      }
      now.set(tried);
      error = next;
      if (stalled) return { iterations: iterations + 1, residual: error, converged: true };
    }
    return { iterations: MOST_ITERATIONS, residual: error, converged: false };
  }

  private scale(): number {
    let scale = 1;
    for (let i = 0; i < this.count; i++) scale = Math.max(scale, Math.abs(this.now[i]));
    return scale;
  }

  /** μ = S(before; Φ(z̄), τ) and residual = z − observe(μ) for the numbers z; returns the residual's norm. */
  private evaluate(z: Float64Array, mu: Float64Array): number {
    const { field, stages, share, old, between, seen, count, residual, phi } = this;
    between.set(old);
    for (let i = 0; i < count; i++) between[i] = (1 - share) * old[i] + share * z[i];
    field.potential(between, phi);
    mu.set(this.before);
    for (const stage of stages) {
      checkpoint();
      stage.prepare(phi, this.temperature);
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
    for (const stage of stages) {
      checkpoint();
      stage.derivative(dmu, dphi);
    }
    field.observe(dmu, change);
    for (let i = 0; i < count; i++) out[i] = v[i] - change[i];
  }
}

function tooLong(cut: number): MuflowError {
  return new MuflowError(
    "numerics",
    `the density would have negative mass ${cut.toExponential(1)}, in steps of ${2 ** -MOST_HALVINGS} of time.step too; allowed ${MOST_CUT}. Try a smaller time.step, or scheme implicit`,
  );
}

function notConverged(error: number, iterations: number): MuflowError {
  return new MuflowError(
    "numerics",
    `Newton's iteration for the mean field stopped at residual ${error.toExponential(1)} after ${iterations} iterations, for steps of ${2 ** -MOST_HALVINGS} of time.step too; try a smaller time.step`,
  );
}
