// A time step whose potential is taken at the new time: μ⁺ = S(μ; Φ(z̄), τ), z̄ = (1 − s) z(μ) + s z(μ⁺), is an equation
// in the numbers z⁺ = z(μ⁺) alone, z⁺ = observe(S(μ; Φ(z̄), τ)), however many cells there are; τ is that of t + sh.
// Newton's iteration from the z⁺ that the steps before foretell (linear/extrapolation.ts), with the derivative that they have told
// (linear/broyden.ts): where z moves smoothly an evaluation gains three digits. Where it gains less than one, the derivative is asked for:
// Newton–Krylov, exact directional derivatives through the stages, GMRES, backtracking on |z⁺ − observe(…)|. No unconverged
// step is returned: where Newton gets stuck, in steps that throw the mass far, two of half the length and the same τ replace it; and so
// they do where stages would have to set more than a trace of negative mass to 0, which tells that the step is long for some part of μ.

import { MuflowError } from "../../base/errors.ts";
import { checkpoint } from "../../base/interrupt.ts";
import { residentArray } from "../../kernels/resident.ts";
import { KnownMatrix } from "../../linear/broyden.ts";
import { Extrapolation } from "../../linear/extrapolation.ts";
import { Gmres } from "../../linear/gmres.ts";
import { norm } from "../../linear/vector.ts";
import type { GridField } from "../field/field.ts";
import type { Stage } from "./stage.ts";
import type { DensityStepper, FokkerPlanckOptions } from "./stepper.ts";

export interface ImplicitOptions extends Pick<FokkerPlanckOptions, "step" | "temperature"> {
  /** s: 1 takes Φ and τ at the new time, ½ at the middle. */
  readonly share: number;
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
/** How far Newton's linear systems are solved: to a hundredth of the relative residual, which keeps convergence quadratic … */
const LOOSEST = 1e-2;
const TIGHTEST = 1e-8;
/** … but no further than this share of the residual that ends the iteration. */
const BELOW_GOAL = 0.1;
/** Root mean square residual that sums over a grid cannot be asked to go below, relative to 1 + |z|: a few ε. */
const ROUND_OFF = 1e-15;
/**
 * A correction by what is known of the derivative has to bring the residual to this share, or the derivative is asked for itself; so has
 * one by the latter, for what it told to be tried.
 */
const CONTRACTION = 0.1;
/** Where Newton stalls above ROUND_OFF, it has still converged below this, relative to the sums' own terms. */
const STALLED = 1e-12;
/** Halvings of h before a step is given up. */
const MOST_HALVINGS = 20;
/** Negative mass that a step may set to 0: as much as may lie beside a face. */
const MOST_CUT = 1e-6;

/** `step` returns the iterations. */
export interface ImplicitStepper extends Required<Omit<DensityStepper, "dissipation" | "step">> {
  step(mu: Float64Array, n: number): number;
  /** μ ← μ⁺ at that τ; returns the iterations. */
  advance(mu: Float64Array, temperature: number): number;
  /** The next step begins from nothing that is known of those before. */
  forget(): void;
}

/** Steps a density in place. `chain`: new stages of a step of that length. Errors (numerics): no convergence, with the residual reached. */
export function implicitField(
  field: GridField,
  chain: (step: number) => readonly Stage[],
  options: ImplicitOptions,
  halvings = 0,
): ImplicitStepper {
  const { step, share, implicit: count } = options;
  const stages = chain(step);
  const gmres = new Gmres(count);
  /** Of z at the ends of the steps so far. */
  const course = new Extrapolation(count);
  /** The derivative of the residual, as far as the steps so far have told it. */
  const jacobian = new KnownMatrix(count);
  const numbers = () => new Float64Array(field.count);
  const [old, now, tried, between, seen, change] = Array.from({ length: 6 }, numbers);
  const direction = numbers();
  const residual = new Float64Array(count);
  const correction = new Float64Array(count);
  const [left, moved, answer] = Array.from({ length: 3 }, () => new Float64Array(count));
  const cells = () => residentArray(field.grid.size);
  const [before, phi, dphi, dmu] = Array.from({ length: 4 }, cells);
  /** τ of the step in hand. */
  let current = Number.NaN;
  let half: ImplicitStepper | null = null;
  /** The density that the last step left, whose numbers are in `seen`. */
  let stepped: Float64Array | null = null;
  let [halved, removed] = [0, 0];

  function solve(mu: Float64Array): Outcome {
    before.set(mu);
    field.observe(mu, old);
    // A density that the last step did not leave has a course of its own.
    if (!course.endsWith(old)) {
      forget();
      course.add(old);
    }
    const degree = course.predict(now);
    const outcome = solveFrom(mu);
    if (outcome.converged || degree === 0) return outcome;
    now.set(old);
    jacobian.clear();
    const { iterations, ...again } = solveFrom(mu);
    return { ...again, iterations: outcome.iterations + iterations };
  }

  /** Newton's iteration from z = `now`. */
  function solveFrom(mu: Float64Array): Outcome {
    let error = evaluate(now, mu);
    const goal = ROUND_OFF * Math.sqrt(count);
    let cheaply = jacobian.columns > 0;
    for (let iterations = 0; iterations < MOST_ITERATIONS; iterations++) {
      let scale = 1;
      for (let i = 0; i < count; i++) scale = Math.max(scale, Math.abs(now[i]));
      if (error <= goal * scale) return { iterations, residual: error, converged: true };
      if (cheaply && jacobian.solve(residual, correction)) {
        left.set(residual);
        const next = correctBy(1, mu);
        // A residual that may be rounding tells nothing.
        if (next > STALLED * scale && Number.isFinite(next)) learn();
        if (next <= CONTRACTION * error) {
          now.set(tried);
          error = next;
          continue;
        }
        evaluate(now, mu);
      }
      const enough = (BELOW_GOAL * goal * scale) / error;
      const tolerance = Math.max(TIGHTEST, enough, Math.min(LOOSEST, (0.01 * error) / scale));
      gmres.solve(multiply, residual, correction, tolerance);
      let length = 1;
      let next = Number.POSITIVE_INFINITY;
      for (; length >= SHORTEST_STEP; length /= 2) {
        next = correctBy(length, mu);
        if (next <= (1 - 1e-4 * length) * error) break;
      }
      const fell = next < error;
      // Round-off alone can keep a converged residual from falling, or from falling far.
      const stalled = !(next < 0.5 * error) && error <= STALLED * scale;
      if (!fell) {
        evaluate(now, mu);
        const converged = stalled || error <= STALLED * Math.max(scale, field.features.largest(mu));
        return { iterations, residual: error, converged };
      }
      cheaply = next <= CONTRACTION * error;
      now.set(tried);
      error = next;
      if (stalled) return { iterations: iterations + 1, residual: error, converged: true };
    }
    return { iterations: MOST_ITERATIONS, residual: error, converged: false };
  }

  /** Tries z − `correction`, or as much of that; returns the residual's norm there. */
  function correctBy(length: number, mu: Float64Array): number {
    tried.set(old);
    for (let i = 0; i < count; i++) tried[i] = now[i] - length * correction[i];
    return evaluate(tried, mu);
  }

  /** The residual at `tried` from that at `now`. */
  function learn(): void {
    for (let i = 0; i < count; i++) {
      moved[i] = tried[i] - now[i];
      answer[i] = residual[i] - left[i];
    }
    jacobian.learn(moved, answer);
  }

  /** μ = S(before; Φ(z̄), τ) and residual = z − observe(μ) for the numbers z; returns the residual's norm. */
  function evaluate(z: Float64Array, mu: Float64Array): number {
    between.set(old);
    for (let i = 0; i < count; i++) between[i] = (1 - share) * old[i] + share * z[i];
    field.potential(between, phi);
    mu.set(before);
    for (const stage of stages) {
      checkpoint();
      stage.prepare(phi, current);
      stage.forward(mu);
    }
    // All of them, those taken at the old time too: they are what is read off the density next.
    field.observe(mu, seen);
    for (let i = 0; i < count; i++) residual[i] = z[i] - seen[i];
    return norm(residual);
  }

  /** out = v − observe(dμ) with dμ the derivative of μ⁺ in the direction v, at the last `evaluate`. */
  function multiply(v: Float64Array, out: Float64Array): void {
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
    jacobian.learn(v, out);
  }

  function advance(mu: Float64Array, temperature: number): number {
    current = temperature;
    stepped = null;
    const { iterations, residual: error, converged } = solve(mu);
    const cut = stages.reduce((total, stage) => total + (stage.cut ?? 0), 0);
    if (converged && cut <= MOST_CUT) {
      removed += cut;
      course.add(seen);
      stepped = mu;
      return iterations;
    }
    mu.set(before);
    if (halvings === MOST_HALVINGS || !Number.isFinite(error)) {
      throw converged ? tooLong(cut) : notConverged(error, iterations);
    }
    halved += 1;
    half ??= implicitField(field, chain, { ...options, step: step / 2 }, halvings + 1);
    // What it remembers is in no saved state.
    half.forget();
    return iterations + half.advance(mu, temperature) + half.advance(mu, temperature);
  }

  /** Of the steps before. */
  function forget(): void {
    course.clear();
    jacobian.clear();
  }

  return {
    advance,
    forget,
    save() {
      const [steps, derivative] = [course.save(), jacobian.save()];
      const saved = new Float64Array(steps.length + derivative.length);
      saved.set(steps);
      saved.set(derivative, steps.length);
      return saved;
    },
    numbers: (mu) => (mu === stepped ? seen : null),
    restore(saved) {
      stepped = null;
      course.restore(saved);
      jacobian.restore(saved.subarray(course.save().length));
    },
    step: (mu, n) => advance(mu, options.temperature.at((n + share) * step)),
    get shortened() {
      return halved;
    },
    get cut() {
      return removed + (half?.cut ?? 0);
    },
  };
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
