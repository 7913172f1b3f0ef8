// evolve(problem, dynamics, solver, course): one network from its initial law to the end, in this thread.

import { MuflowError } from "../base/errors.ts";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { SOLO } from "../kernels/team.ts";
import { defaultIntegrator, type IntegratorName } from "../particles/integrators.ts";
import { allocateRun } from "../particles/memory.ts";
import type { InitialLaw } from "../problem/law.ts";
import type { Problem } from "../problem/problem.ts";
import { type Course, schedule } from "./schedule.ts";
import { divergenceOf, type ParticleRun, type Row, type Snapshot, simulate, stateRows } from "./simulate.ts";

/** A finite network as the representation of μ. */
export interface Particles {
  readonly kind: "particles";
  readonly width: number;
  readonly seed: number;
  readonly replica: number;
  readonly integrator: IntegratorName | null;
}

/** N neurons. `replica` numbers independent copies under one seed; the integrator defaults by dynamics. */
export function particles(options: {
  width: number;
  seed?: number;
  replica?: number;
  integrator?: IntegratorName;
}): Particles {
  const { width, seed = 0, replica = 0, integrator = null } = options;
  if (!Number.isInteger(width) || width < 1) {
    throw new MuflowError("input", `particles.width: found ${width}; allowed: an integer ≥ 1`);
  }
  return { kind: "particles", width, seed, replica, integrator };
}

/** What `evolve` returns. */
export interface Trajectory {
  /** record + 1 rows from t = 0; observables are named as in series.csv. */
  readonly rows: readonly Row[];
  readonly snapshots: readonly Snapshot[];
}

/**
 * Integrates the dynamics of that problem with N neurons.
 * Throws MuflowError: kind "input" for a request that makes no sense, "numerics" where the step is too large (the
 * message names the step at which the state became non-finite and suggests one that is stable).
 */
export async function evolve(
  problem: Problem,
  dynamics: Dynamics,
  solver: Particles,
  course: Course & { initial: InitialLaw },
): Promise<Trajectory> {
  const run: ParticleRun = {
    problem,
    dynamics,
    initial: course.initial,
    integrator: solver.integrator ?? defaultIntegrator(dynamics.kind),
    width: solver.width,
    replica: solver.replica,
    seed: solver.seed,
    schedule: schedule(course),
  };
  const end = simulate(run, SOLO, allocateRun(problem, run.width, stateRows(problem, dynamics), 1));
  if (end.status === "diverged") throw new MuflowError("numerics", divergenceOf(run, end));
  return { rows: end.progress.rows, snapshots: end.progress.snapshots };
}
