// evolve(problem, dynamics, solver, course): one network from its initial law to the end, in this thread.

import { inputError, MuflowError } from "../base/errors.ts";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { axis } from "../grid/axis.ts";
import { grid as product } from "../grid/grid.ts";
import { SOLO } from "../kernels/team.ts";
import { defaultIntegrator, type IntegratorName } from "../particles/integrators.ts";
import { allocateRun } from "../particles/memory.ts";
import type { FirstOrderScheme } from "../pde/fokker-planck.ts";
import { requireNormalisable } from "../pde/stationary.ts";
import { checkLaw, type InitialLaw } from "../problem/law.ts";
import type { Problem } from "../problem/problem.ts";
import type { DensitySnapshot, NetworkSnapshot, Row, Snapshot } from "./progress.ts";
import type { GridRun, ParticleRun } from "./runs.ts";
import { type Course, schedule } from "./schedule.ts";
import { checkDensityRun, simulateDensity } from "./simulate-density.ts";
import { divergenceOf, simulateParticles, stateRows } from "./simulate-particles.ts";
import { findEquilibria } from "./solve-stationary.ts";

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

/** A density on a grid as the representation of μ. */
export interface GridSolver {
  readonly kind: "grid";
  readonly cells: readonly number[];
  readonly extent: readonly (readonly [number, number])[] | null;
  readonly scheme: FirstOrderScheme;
  readonly leak: number;
}

/**
 * Cells along each coordinate of θ, and the extent of each (on the torus [−π, π], and left out). `scheme` as in the
 * experiment file, default "implicit"; `leak`: the most mass beside a face, default 1e-6.
 */
export function grid(options: {
  cells: readonly number[];
  extent?: readonly (readonly [number, number])[];
  scheme?: FirstOrderScheme;
  leak?: number;
}): GridSolver {
  const { cells, extent = null, scheme = "implicit", leak = 1e-6 } = options;
  return { kind: "grid", cells, extent, scheme, leak };
}

/** What `evolve` returns. */
export interface Trajectory<Kept extends Snapshot = Snapshot> {
  /** record + 1 rows from t = 0; observables are named as in series.csv. */
  readonly rows: readonly Row[];
  readonly snapshots: readonly Kept[];
}

type StartedCourse = Course & { initial: InitialLaw };

/**
 * Integrates the dynamics of that problem, with N neurons or as a density.
 * Throws MuflowError: kind "input" for a request that makes no sense, "numerics" where the numbers cannot be trusted
 * (a step too large, a domain too small, …: the message names the step, and what to do).
 */
export async function evolve(
  problem: Problem,
  dynamics: Dynamics,
  solver: Particles,
  course: StartedCourse,
): Promise<Trajectory<NetworkSnapshot>>;
export async function evolve(
  problem: Problem,
  dynamics: Dynamics,
  solver: GridSolver,
  course: StartedCourse,
): Promise<Trajectory<DensitySnapshot>>;
export async function evolve(
  problem: Problem,
  dynamics: Dynamics,
  solver: Particles | GridSolver,
  course: StartedCourse,
): Promise<Trajectory> {
  const base = { entry: 0, problem, dynamics, initial: course.initial, schedule: schedule(course) };
  return solver.kind === "particles" ? evolveNetwork(base, solver) : evolveDensity(base, solver);
}

/**
 * The minimiser of the free energy on that grid with its certificate (`dual`, `gap`), or with W every equilibrium found, as
 * rows and densities at t = ∞, the one of least free energy last (`stability`: 1 stable, 0 marginal, −1 unstable).
 * Throws MuflowError: "input" where no Gibbs measure exists, "numerics" where the grid cuts or cannot show it.
 */
export function equilibria(problem: Problem, solver: GridSolver): Trajectory<DensitySnapshot> {
  requireNormalisable(problem);
  const { cells, extent } = onGrid(problem, solver);
  const periodic = problem.domain === "torus";
  const axes = cells.map((count, k) =>
    axis({ low: extent[k][0], high: extent[k][1], cells: count, periodic }),
  );
  return findEquilibria(problem, product(axes), solver.leak);
}

type Base = Pick<ParticleRun, "entry" | "problem" | "dynamics" | "initial" | "schedule">;

function evolveNetwork(base: Base, solver: Particles): Trajectory<NetworkSnapshot> {
  const { problem, dynamics } = base;
  const run: ParticleRun = {
    ...base,
    solver: "particles",
    integrator: solver.integrator ?? defaultIntegrator(dynamics.kind),
    width: solver.width,
    replica: solver.replica,
    seed: solver.seed,
  };
  const memory = allocateRun(problem, run.width, stateRows(problem, dynamics), 1);
  const end = simulateParticles(run, SOLO, memory);
  if (end.status === "broken") throw new MuflowError("numerics", divergenceOf(run, end));
  return { rows: end.progress.rows, snapshots: end.progress.snapshots };
}

const WHOLE_TURN: readonly [number, number] = [-Math.PI, Math.PI];

function evolveDensity(base: Base, solver: GridSolver): Trajectory<DensitySnapshot> {
  const { problem, dynamics, initial } = base;
  if (dynamics.order === "second") {
    throw inputError("grid", "kinetic dynamics needs a grid of (θ, ω); use particles");
  }
  checkLaw(initial, problem.dimension, 1, false);
  const { scheme, leak } = solver;
  const run: GridRun = { ...base, solver: "grid", ...onGrid(problem, solver), scheme, leak };
  checkDensityRun(run);
  const end = simulateDensity(run);
  if (end.status === "broken") throw new MuflowError("numerics", end.failure ?? "the density broke");
  return { rows: end.progress.rows, snapshots: end.progress.snapshots };
}

/** Cells and extent, as many as θ has coordinates. */
function onGrid(
  { dimension: p, domain }: Problem,
  { cells, extent: given }: GridSolver,
): Pick<GridRun, "cells" | "extent"> {
  if (cells.length !== p) {
    throw inputError(
      "grid.cells",
      `found ${cells.length} numbers; θ has ${p} coordinate${p === 1 ? "" : "s"}`,
    );
  }
  const extent = domain === "torus" ? cells.map(() => WHOLE_TURN) : given;
  if (extent === null || extent.length !== p) {
    throw inputError(
      "grid.extent",
      `found ${extent?.length ?? "nothing"}; allowed: ${p} pair${p === 1 ? "" : "s"} [low, high]`,
    );
  }
  return { cells, extent };
}
