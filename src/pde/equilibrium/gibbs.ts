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
import { gibbsNewton, type LinearSolver } from "./gibbs-newton.ts";

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

export type GibbsSolver = ReturnType<typeof gibbsSolver>;

/**
 * Solver of c = ∫ψ dμ̂(c) on one field. W, if the problem has one, does not enter: give W∗μ as `reference`.
 * Cost of an iteration: one potential, one observation, and Newton's direction (gibbs-newton.ts). `solver`: default the cheaper one.
 */
export function gibbsSolver(field: GridField, solver?: LinearSolver) {
  const { problem, features, outputs: count } = field;
  const { data, loss } = problem;
  const { y, weight } = data;
  /** Half the width of the box of c − y in which g moves: δ of Huber's loss. */
  const corner = loss.name === "huber" ? loss.slopeBound! : Number.POSITIVE_INFINITY;
  let now: Iterate = iterate(count, field.grid.size);
  let next: Iterate = iterate(count, field.grid.size);
  const newton = gibbsNewton(features, solver);
  const curvature = new Float64Array(count);
  const direction = new Float64Array(count);
  const means = new Float64Array(count);
  /** 1 where this step's c_i does not act. */
  const passive = new Uint8Array(count);
  let added: Float64Array | null = null;
  let T = 1;
  let accepted = ACCEPTED;

  function state(residual: number, iterations: number): GibbsState {
    const { c, mismatch, density, phi, logPartition } = now;
    // Where c_i does not act it is what it must be, ∫ψ_i dμ̂.
    for (let i = 0; i < count; i++) if (idle(now, i, 0)) c[i] -= mismatch[i];
    return { outputs: c, density, potential: phi, logPartition, residual, iterations };
  }

  function failure(residual: number, iterations: number): MuflowError {
    return new MuflowError(
      "numerics",
      `Gibbs measure at temperature ${T}: c = ∫ψ dμ̂(c) holds to ${residual.toExponential(1)} only after ` +
        `${iterations} Newton iterations; allowed: ${accepted.toExponential(1)}. Start from a higher temperature, or closer`,
    );
  }

  /** Everything that follows from `at.c`. */
  function evaluate(at: Iterate): void {
    const { phi, density, c, mismatch } = at;
    residualAt(problem, c, at.g);
    phi.set(field.external);
    if (added !== null) for (let i = 0; i < phi.length; i++) phi[i] += added[i];
    features.potential(at.g, phi, phi);
    at.logPartition = gibbsDensity(phi, T, field.grid.volume, density);
    if (!Number.isFinite(at.logPartition)) {
      throw new MuflowError(
        "numerics",
        `Gibbs measure at temperature ${T}: the potential is finite on no cell, or not a number on some`,
      );
    }
    features.observe(density, means);
    const conjugate = conjugateRiskAt(problem, c);
    const free = T * at.logPartition;
    at.value = conjugate + free;
    at.scale = Math.abs(conjugate) + Math.abs(free);
    for (let i = 0; i < count; i++) mismatch[i] = c[i] - means[i];
    at.error = errorOf(at);
  }

  /** max |G_i| over the coordinates that act. */
  function errorOf(at: Iterate): number {
    let error = 0;
    for (let i = 0; i < count; i++) {
      if (!idle(at, i, 0)) error = Math.max(error, Math.abs(at.mismatch[i]));
    }
    return error;
  }

  /** True where c_i does not act: q_i = 0, or g_i within `margin` of its box's face and −G pushes it outwards. */
  function idle({ c, mismatch }: Iterate, i: number, margin: number): boolean {
    const offset = c[i] - y[i];
    const face = corner - margin - 4 * Number.EPSILON * (Math.abs(y[i]) + corner);
    return weight[i] === 0 || (offset * mismatch[i] <= 0 && Math.abs(offset) >= face);
  }

  function clamp(c: Float64Array): void {
    if (corner === Number.POSITIVE_INFINITY) return;
    for (let i = 0; i < c.length; i++) {
      c[i] = Math.max(y[i] - corner, Math.min(y[i] + corner, c[i]));
    }
  }

  /** The Newton direction at the present iterate; returns the size of c, y and ψ, to which residuals are relative. */
  function findDirection(): number {
    newton.linearise(now.density, means, T);
    // Where everything is 0 any size will do.
    let size = Number.MIN_VALUE;
    let level = 0;
    for (let i = 0; i < count; i++) {
      const feature = Math.sqrt(newton.squares[features.inputOf[i]]);
      size = Math.max(size, Math.abs(now.c[i]), Math.abs(y[i]), feature);
      level += Math.abs(now.g[i]) * feature;
    }
    accepted = Math.min(COARSEST, Math.max(ACCEPTED, (ROUND * level) / T));
    // Bertsekas' ε-active set: coordinates this close to a corner that would cross it are held there.
    const margin = Math.min(now.error, 1e-3 * corner);
    for (let i = 0; i < count; i++) {
      const held = idle(now, i, margin);
      // Inside Huber's box, its faces included, the loss is the quadratic one.
      const bend = corner < Number.POSITIVE_INFINITY ? 1 : loss.curvatureAt(now.c[i], y[i]);
      passive[i] = held ? 1 : 0;
      curvature[i] = held ? 0 : weight[i] * bend;
    }
    newton.solve(curvature, now.mismatch, direction);
    for (let i = 0; i < count; i++) if (passive[i] === 1) direction[i] = -now.mismatch[i];
    return size;
  }

  /** Moves along the direction as far as −D falls enough; false where no step does. */
  function search(): boolean {
    for (let step = 1; step >= SHORTEST; step *= 0.5) {
      for (let i = 0; i < count; i++) next.c[i] = now.c[i] + step * direction[i];
      clamp(next.c);
      evaluate(next);
      let linear = 0;
      for (let i = 0; i < count; i++) linear += now.mismatch[i] * (next.g[i] - now.g[i]);
      // −D is convex in g, so a step that passes has linear ≤ 0. Below its round-off the residual itself must fall.
      const falls = linear < 0 && next.value <= now.value + ARMIJO * linear;
      const level = next.value <= now.value + ROUNDING * now.scale && next.error <= 0.9 * now.error;
      if (falls || level) {
        [now, next] = [next, now];
        return true;
      }
    }
    return false;
  }

  return {
    /**
     * The Gibbs measure at that temperature; never an unconverged one.
     * Errors: T ≤ 0 (input); no convergence, or a potential that is not finite anywhere (numerics).
     */
    solve({ temperature, reference, start, limit = 100 }: GibbsOptions): GibbsState {
      if (!(temperature > 0)) {
        throw inputError(
          "problem.temperature",
          `found ${temperature}; a Gibbs measure needs temperature > 0`,
        );
      }
      T = temperature;
      added = reference ?? null;
      now.c.set(start ?? y);
      clamp(now.c);
      evaluate(now);
      if (count === 0) return state(0, 0);
      for (let iteration = 1; ; iteration++) {
        const size = findDirection();
        const before = now.error;
        if (before <= DONE * size) return state(before / size, iteration - 1);
        const moved = iteration <= limit && search();
        if (now.error <= DONE * size) return state(now.error / size, iteration);
        // Round-off: nothing left to gain, and close.
        if ((!moved || now.error > 0.5 * before) && now.error <= accepted * size) {
          return state(now.error / size, iteration);
        }
        if (!moved) throw failure(now.error / size, iteration - 1);
      }
    },
  };
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
