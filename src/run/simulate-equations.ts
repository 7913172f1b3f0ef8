// One run of closed equations ẏ = g(y, t) for a few numbers y that give all of μ that is asked for: from their start (or a saved state) to the end by the
// classical Runge–Kutta method, recording, saving on demand, and stopping where the numbers cannot be trusted any longer.
// Order 4 in the step; four evaluations of g a step. Source: Hairer, Nørsett, Wanner, Solving ordinary differential equations I, §II.1.

import rungeKutta from "ode-rk4";
import { rounded } from "../base/words.ts";
import { Ceiling } from "../observables/blow-up.ts";
import { Recorder } from "../observables/list.ts";
import type { Observables } from "../observables/observer.ts";
import { Balance } from "./balance.ts";
import {
  type Hooks,
  isToStop,
  type Progress,
  type Row,
  requireLength,
  type SimulationEnd,
  stoppable,
} from "./progress.ts";
import { heatOf, type RunBase } from "./runs.ts";

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
  return stoppable(hooks, (rested) => simulate(run, equations, hooks, resume, rested));
}

function simulate(
  run: EquationsRun,
  equations: Equations,
  hooks: Hooks<never>,
  resume: Progress<never> | undefined,
  rested: (progress: Progress<never>) => void,
): SimulationEnd<never> {
  const { step: h, steps, recordEvery } = run.schedule;
  const recorder = new Recorder(run);
  const y = equations.start.slice();
  if (resume !== undefined) {
    requireLength(resume.state.length, y.length);
    y.set(resume.state);
  }
  const stepper = rungeKutta(y, (out, state, t) => equations.rate(out, state, t), 0, h);
  const rows: Row[] = [...(resume?.rows ?? [])];
  const balance = new Balance(rows, run.schedule, ({ free_energy }) => free_energy!, resume?.ledger);
  const visit = (n: number, seen: ReturnType<Equations["observe"]> | null) => {
    const dissipation = equations.dissipation(y, n * h);
    balance.push(dissipation + equations.cooling(y, n * h));
    if (seen !== null) {
      const observables = recorder.row({ ...seen, dissipation, ...balance.entries(seen) });
      const row = { t: n * h, observables };
      rows.push(row);
      hooks.recorded?.(n, row);
    }
    balance.revise(n);
  };
  const progress = (step: number, state: Float64Array): Progress<never> => ({
    step,
    rows,
    snapshots: [],
    ledger: balance.save(),
    state,
  });
  let n = resume?.step ?? 0;
  if (resume === undefined) visit(0, equations.observe(y, 0));
  const start = rows[0]?.observables.free_energy ?? equations.observe(y, n * h).free_energy;
  const ceiling = new Ceiling(start, heatOf(run));
  for (; n < steps; n++) {
    const now = progress(n, y.slice());
    rested(now);
    if (isToStop(hooks, n, now)) return { status: "stopped", progress: now };
    stepper.t = n * h;
    stepper.step();
    const seen = equations.observe(y, (n + 1) * h);
    if (!y.every(Number.isFinite) || ceiling.isExceeded(seen.free_energy, seen.kinetic)) {
      const what = y.every(Number.isFinite)
        ? ceiling.text("free_energy", seen.free_energy)
        : "its numbers became non-finite";
      return {
        status: "broken",
        progress: now,
        failure: `${run.solver}: at step ${n + 1} (t = ${rounded((n + 1) * h, 12)}) ${what}; try a smaller time.step. The last good state, t = ${rounded(n * h, 12)}, is kept`,
      };
    }
    visit(n + 1, (n + 1) % recordEvery === 0 ? seen : null);
  }
  return { status: "done", progress: progress(steps, y.slice()) };
}
