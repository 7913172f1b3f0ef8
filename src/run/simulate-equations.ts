// One run of closed equations ẏ = g(y, t) for a few numbers y that give all of μ that is asked for, by the classical Runge–Kutta method.
// Order 4 in the step; four evaluations of g a step. Source: Hairer, Nørsett, Wanner, Solving ordinary differential equations I, §II.1.

import rungeKutta from "ode-rk4";
import { Recorder } from "../observables/list.ts";
import type { Observables } from "../observables/observer.ts";
import { type Moving, march } from "./march.ts";
import { type Hooks, type Progress, type SimulationEnd, stoppable } from "./progress.ts";
import type { RunBase } from "./runs.ts";

/** Closed equations, and what their numbers say of μ. */
export interface Equations {
  /** y(0) */
  readonly start: Float64Array;
  /** Writes ẏ at time t into `out`. */
  rate(out: Float64Array, y: Float64Array, t: number): void;
  /** Every column that the run gives, but for the dissipation and its identity. */
  observe(y: Float64Array, t: number): Observables & { readonly free_energy: number };
  /** How fast the free energy falls at fixed τ. */
  dissipation(y: Float64Array, t: number): number;
  /** −τ̇∫μ log μ: what it falls faster than that, as τ changes. */
  cooling(y: Float64Array, t: number): number;
}

/** A run of equations says which columns their numbers give. */
export interface EquationsRun extends RunBase {
  readonly holds: "equations";
  readonly gives: readonly string[];
}

/** Runs to the end, to a stop, or to the first step whose numbers cannot be trusted. */
export function simulateEquations(
  run: EquationsRun,
  equations: Equations,
  hooks: Hooks<never> = {},
  resume?: Progress<never>,
): SimulationEnd<never> {
  return stoppable(hooks, (rested) =>
    march(run, movingOf(run, equations), new Recorder(run), hooks, resume, rested),
  );
}

function movingOf({ solver, schedule }: EquationsRun, equations: Equations): Moving<never> {
  const h = schedule.step;
  const y = equations.start.slice();
  const stepper = rungeKutta(y, (out, state, t) => equations.rate(out, state, t), 0, h);
  return {
    name: solver,
    step(n) {
      stepper.t = n * h;
      stepper.step();
      return y.every(Number.isFinite) ? null : "its numbers became non-finite; try a smaller time.step";
    },
    observe: (t) => equations.observe(y, t),
    dissipation: (t) => equations.dissipation(y, t),
    cooling: (t) => equations.cooling(y, t),
    level: (t) => equations.observe(y, t).free_energy,
    save: () => y.slice(),
    restore: (state) => y.set(state),
  };
}
