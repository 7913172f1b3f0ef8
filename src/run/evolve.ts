// evolve(problem, dynamics, solver, course): one network or one density from its initial law to the end, in this thread;
// equilibria(problem, solver): where densities rest.

import { refuse, under } from "../base/breach.ts";
import { inputError, MuflowError } from "../base/errors.ts";
import {
  foundAllowed,
  requireCount,
  requireKeys,
  requireList,
  requireMade,
  requireNumber,
  requireWord,
  showValue,
} from "../base/keys.ts";
import { type Dynamics, requireDynamics } from "../dynamics/dynamics.ts";
import { hasMomenta, motionOf } from "../dynamics/motion.ts";
import type { WordName } from "../dynamics/words.ts";
import { DEFAULT_LEAK } from "../grid/leak.ts";
import { backendNotices, errorNotices, threadsInUse } from "../kernels/backend/backend.ts";
import { useCrew } from "../kernels/crew.ts";
import { takeError } from "../kernels/gpu/report.ts";
import { ASKED_NAMES } from "../observables/list.ts";
import { DUAL_OPTIONS, type DualOption } from "../observables/lower-bound/lower-bound.ts";
import { type BatchOptions, batchPlan } from "../particles/batch.ts";
import {
  defaultIntegrator,
  INTEGRATOR_NAMES,
  type IntegratorName,
  type IntegratorSettings,
} from "../particles/integrators.ts";
import type { MatchingOrder } from "../particles/momentum.ts";
import { requireStart } from "../particles/start.ts";
import { requireNormalisable } from "../pde/equilibrium/stationary.ts";
import type { FirstOrderScheme } from "../pde/fokker-planck/schemes.ts";
import { gridBreaches, gridDefaults } from "../pde/kinetic/grids.ts";
import type { KineticScheme } from "../pde/kinetic/schemes.ts";
import { type InitialLaw, lawOf } from "../problem/law.ts";
import { type Problem, requireProblem } from "../problem/problem.ts";
import { type Course, schedule } from "../spec/schedule.ts";
import { axesBreaches, completeGrid } from "../spec/solvers/on-grid.ts";
import { boundNotices } from "./bounds.ts";
import { findEquilibria } from "./equilibria.ts";
import { simulateNetwork } from "./on-threads.ts";
import { precisionNotices } from "./precision.ts";
import type { DensitySnapshot, NetworkSnapshot, Row, SimulationEnd, Snapshot } from "./progress.ts";
import { type GridRun, gridOf, type ParticleRun } from "./runs.ts";
import { checkRun, runsOf, simulate } from "./solvers/list.ts";
import type { Common } from "./solvers/record.ts";

/** A finite network as the representation of μ. */
export interface Particles {
  readonly kind: "particles";
  readonly width: number;
  readonly seed: number;
  readonly replica: number;
  readonly integrator: IntegratorName | null;
  readonly settings: IntegratorSettings;
  readonly batch: number | BatchOptions | null;
  readonly dual: DualOption;
}

const PARTICLE_KEYS = ["width", "seed", "replica", "integrator", "order", "beta2", "batch", "dual"] as const;

/**
 * A network of N neurons. `replica` numbers independent copies under one seed; the integrator defaults by dynamics, `order` is
 * polyak's and `beta2` higher-momentum's; `batch`, a size or more, estimates each gradient from that many of the data;
 * `dual`: "off" spares the lower bound on the optimum, default "auto". A step costs O(N·M·p) for M data and p parameters, a W between pairs O(N²) more.
 * Errors (input): a number that is none, an unknown word; what the dynamics and the data do not allow `evolve` says.
 *
 * @example
 * ```ts
 * import { evolve, gaussian, langevin, particles, problem } from "muflow";
 *
 * // The same seed gives the same neurons in every width.
 * const task = problem({ potential: { kind: "quadratic" }, temperature: 0.1 });
 * const course = { initial: gaussian({ mean: 0, std: 1 }), until: 1, step: 0.1 };
 * const few = await evolve(task, langevin(), particles({ width: 10, seed: 7 }), course);
 * const many = await evolve(task, langevin(), particles({ width: 1000, seed: 7 }), course);
 * console.log(few.snapshots[1].theta.every((value, j) => value === many.snapshots[1].theta[j])); // true
 * ```
 */
export function particles(options: {
  width: number;
  seed?: number;
  replica?: number;
  integrator?: IntegratorName;
  order?: MatchingOrder;
  beta2?: number;
  batch?: number | BatchOptions;
  dual?: DualOption;
}): Particles {
  requireKeys("particles", options, PARTICLE_KEYS);
  const { width, seed = 0, replica = 0, integrator = null, batch = null, dual = "auto" } = options;
  const { order, beta2 } = options;
  requireWord("particles.dual", dual, DUAL_OPTIONS);
  if (options.integrator !== undefined) requireWord("particles.integrator", integrator, INTEGRATOR_NAMES);
  if (beta2 !== undefined) requireNumber("particles.beta2", beta2, "a number > -1 and < 1");
  if (options.batch !== undefined && typeof batch !== "number") {
    requireKeys("particles.batch", batch as BatchOptions, ["size", "sampling", "estimator", "anchor"]);
  }
  requireCount("particles.width", width);
  requireWhole("particles.seed", seed, Number.MAX_SAFE_INTEGER);
  requireWhole("particles.replica", replica, 2 ** 32 - 1);
  return { kind: "particles", width, seed, replica, integrator, settings: { order, beta2 }, batch, dual };
}

function requireWhole(where: string, value: number, most: number): void {
  if (Number.isInteger(value) && value >= 0 && value <= most) return;
  throw inputError(where, foundAllowed(showValue(value), `an integer from 0 to ${most}`));
}

/** A density on a grid as the representation of μ. */
export interface GridSolver {
  readonly kind: "grid";
  readonly cells: readonly number[];
  /** True where cells are one number that stands for all coordinates. */
  readonly alike: boolean;
  /** One pair stands for all coordinates. */
  readonly extent: readonly (readonly [number, number])[] | null;
  /** null: the dynamics' default. */
  readonly scheme: FirstOrderScheme | KineticScheme | null;
  readonly integrator: WordName | null;
  readonly order: 2 | 4 | null;
  readonly leak: number;
  /** Observables that are not recorded unasked. */
  readonly observe: readonly string[];
}

/**
 * A density on a grid. `cells` along each coordinate of θ, for kinetic dynamics then of ω, and the `extent` of each (that of θ on the
 * torus is [−π, π], and left out); one number or pair stands for all. `scheme`, `integrator` and `order` as in the experiment file, the
 * last two for kinetic dynamics; `leak`: the most mass beside a face, default 1e-6; `observe`: observables that are
 * not recorded unasked, such as fisher_information.
 * Restrictions: θ has 3 coordinates at most, with momenta 2. Errors (input): numbers that are none, an unknown word; what does not fit the problem and
 * the dynamics `evolve` says.
 *
 * @example
 * ```ts
 * import { evolve, gaussian, grid, kinetic, problem } from "muflow";
 *
 * // Kinetic dynamics of one parameter: axes θ and ω. Without friction or noise H is kept.
 * const solver = grid({ cells: [64, 64], extent: [[-4, 4], [-4, 4]], integrator: "baoab" });
 * const task = problem({ regulariser: { l2: 1 } });
 * const initial = gaussian({ mean: 1, std: 0.5, momentum: { mean: 0, std: 0.5 } });
 * const { rows } = await evolve(task, kinetic({ friction: 0 }), solver, { initial, until: 1, step: 0.05, record: 1 });
 * console.log(rows.map(({ observables }) => observables.free_energy.toFixed(3))); // [ '0.750', '0.750' ]
 * ```
 */
export function grid(options: {
  cells: number | readonly number[];
  extent?: readonly [number, number] | readonly (readonly [number, number])[];
  scheme?: FirstOrderScheme | KineticScheme;
  integrator?: WordName;
  order?: 2 | 4;
  leak?: number;
  observe?: readonly string[];
}): GridSolver {
  requireKeys("grid", options, ["cells", "extent", "scheme", "integrator", "order", "leak", "observe"]);
  const {
    cells,
    scheme = null,
    integrator = null,
    order = null,
    leak = DEFAULT_LEAK,
    observe = [],
  } = options;
  const refusal = (key: string, allowed: string, value: unknown) =>
    inputError(`grid.${key}`, foundAllowed(showValue(value), allowed));
  const counts = typeof cells === "number" ? [cells] : cells;
  if (!Array.isArray(counts) || counts.length === 0 || !counts.every((count) => typeof count === "number")) {
    throw refusal("cells", "a list, one number a coordinate, such as [200], or one number for all", cells);
  }
  const { extent: given = null } = options;
  const extent = (isPair(given) ? [given] : given) as GridSolver["extent"];
  if (extent !== null && !(Array.isArray(extent) && extent.length > 0 && extent.every(isPair))) {
    const pairs = "a list of pairs [low, high], one a coordinate, such as [[-8, 8]], or one pair for all";
    throw refusal("extent", pairs, given);
  }
  if (typeof leak !== "number" || !(leak > 0 && leak <= 1))
    throw refusal("leak", "a number > 0 and <= 1", leak);
  requireList("grid.observe", observe, `a list of ${ASKED_NAMES.join(", ")}`);
  for (const name of observe) requireWord("grid.observe", name, ASKED_NAMES);
  const alike = typeof cells === "number";
  return { kind: "grid", cells: counts, alike, extent, scheme, integrator, order, leak, observe };
}

function isPair(entry: unknown): boolean {
  return Array.isArray(entry) && entry.length === 2 && entry.every((end) => typeof end === "number");
}

/** What `evolve` returns. */
export interface Trajectory<Kept extends Snapshot = Snapshot> {
  /** record + 1 rows from t = 0; observables are named as in series.csv. */
  readonly rows: readonly Row[];
  readonly snapshots: readonly Kept[];
  /** What should be known of it, a sentence each, as `muflow run` says it. */
  readonly notices: readonly string[];
  /** Why a network learns nothing more, as all its neurons are dead at the end; undefined else. */
  readonly stalled?: string;
}

export type StartedCourse = Course & { initial: InitialLaw };

/**
 * Integrates the dynamics of that problem, with N neurons or as a density, from `initial` at t = 0 to `until`. A snapshot has θ as N × p numbers, row by
 * row, or the cell averages of the density in C order, and f at the M data. The same request gives the same bits.
 * Throws MuflowError: kind "input" for a request that makes no sense, "numerics" where the numbers cannot be trusted
 * (a step too large, a domain too small, …: the message names the step, and what to do).
 * A network whose neurons are all dead at the end is returned, with `stalled`, the reason.
 *
 * @example
 * ```ts
 * import { evolve, gaussian, grid, langevin, particles, problem } from "muflow";
 *
 * // Ornstein–Uhlenbeck: θ rests at N(0, τ/λ), as density and as neurons.
 * const task = problem({ regulariser: { l2: 1 }, temperature: 0.25 });
 * const course = { initial: gaussian({ mean: 2, std: 0.5 }), until: 8, step: 0.05 };
 * const density = await evolve(task, langevin(), grid({ cells: 400, extent: [-5, 5] }), course);
 * const network = await evolve(task, langevin(), particles({ width: 1000, seed: 1 }), course);
 * console.log(density.rows.at(-1)!.observables.var_theta_0.toFixed(3)); // 0.250
 * // Of N neurons up to Monte-Carlo error, √(2/N) of it.
 * console.log(Math.abs(network.rows.at(-1)!.observables.var_theta_0 - 0.25) < 0.05); // true
 * ```
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
  requireProblem(problem);
  requireDynamics(dynamics);
  requireMade("solver", solver, ["kind"], "particles or grid");
  requireKeys("course", course, ["initial", "until", "step", "record", "snapshots"]);
  if (course.initial === undefined) {
    throw inputError(
      "course.initial",
      "found nothing; allowed: gaussian, uniform, sphere or points of the library",
    );
  }
  const initial = lawOf(course.initial, problem.dimension);
  const base = { entry: 0, problem, dynamics, initial, schedule: schedule(course) };
  return solver.kind === "particles" ? await evolveNetwork(base, solver) : evolveDensity(base, solver);
}

/**
 * The minimiser of the free energy on that grid with its certificate (`dual`, `gap`), or with W the equilibria found, as
 * rows and densities at t = ∞, the one of least free energy last (`stability`: 1 stable, 0 marginal, −1 unstable). Only the
 * solver's cells, extent and leak matter here: how a density moves does not change where it rests.
 * Throws MuflowError: "input" where no Gibbs measure exists, "numerics" where the grid cuts or cannot show it.
 *
 * @example
 * ```ts
 * import { equilibria, grid, problem } from "muflow";
 *
 * // Below the critical temperature 0.4569 there are three: two stable ones, and the symmetric one between them.
 * const wells = problem({
 *   potential: { kind: "double-well" },
 *   interaction: { kind: "quadratic", strength: 1 },
 *   temperature: 0.3,
 * });
 * const { rows } = equilibria(wells, grid({ cells: 200, extent: [-4, 4] }));
 * const means = rows.map(({ observables: { mean_theta_0, stability } }) => [mean_theta_0.toFixed(3), stability]);
 * console.log(means); // [ [ '0.000', -1 ], [ '0.705', 1 ], [ '-0.705', 1 ] ]
 * ```
 */
export function equilibria(problem: Problem, solver: GridSolver): Trajectory<DensitySnapshot> {
  requireProblem(problem);
  requireMade("solver", solver, ["cells", "extent", "leak"], "grid");
  requireNormalisable(problem);
  const grid = gridOf({ ...boxOf(problem, solver, false), problem });
  return { ...findEquilibria(problem, grid, solver.leak, solver.observe), notices: [] };
}

async function evolveNetwork(base: Common, solver: Particles): Promise<Trajectory<NetworkSnapshot>> {
  const { problem, dynamics } = base;
  const run: ParticleRun = {
    ...base,
    solver: "particles",
    holds: "network",
    integrator: solver.integrator ?? defaultIntegrator(motionOf(dynamics, problem)),
    settings: solver.settings,
    width: solver.width,
    replica: solver.replica,
    seed: solver.seed,
    batch: solver.batch === null ? null : batchPlan(solver.batch, problem.data.size, ["particles"]),
    dual: solver.dual,
  };
  checkRun(run);
  const end = await simulateNetwork(run);
  const { bounds = null } = end.progress;
  const more = [...boundNotices([{ run, bounds }]), ...precisionNotices([run]), ...errorNotices(takeError())];
  return trajectoryOf(problem, end, more);
}

/** What came out of a run; `more`: notices besides its own. Errors (numerics): it broke. */
function trajectoryOf<Kept extends Snapshot>(
  { data }: Problem,
  { status, progress, failure = status, notices = [] }: SimulationEnd<Kept>,
  more: readonly string[] = [],
): Trajectory<Kept> {
  if (status === "broken") throw new MuflowError("numerics", failure);
  const { rows, snapshots } = progress;
  const ofData = (data.notices ?? []).map((notice) => `data: ${notice}`);
  const stalled = status === "stalled" && { stalled: failure };
  return { rows, snapshots, notices: [...backendNotices(), ...ofData, ...notices, ...more], ...stalled };
}

function evolveDensity(base: Common, solver: GridSolver): Trajectory<DensitySnapshot> {
  requireStart(base, 1);
  const run = gridRun(base, solver);
  checkRun(run);
  useCrew(threadsInUse());
  return trajectoryOf(run.problem, simulate(run), precisionNotices([run]));
}

function gridRun(base: Common, solver: GridSolver): GridRun {
  const motion = motionOf(base.dynamics, base.problem);
  const axes = boxOf(base.problem, solver, hasMomenta(motion));
  const { scheme, integrator, order, leak, observe } = solver;
  const settings = {
    scheme: scheme ?? undefined,
    integrator: integrator ?? undefined,
    order: order ?? undefined,
  };
  refuse(gridBreaches({ ...settings, ...axes }, motion).map((breach) => under(["grid"], breach))[0]);
  const stated = { ...axes, ...gridDefaults(settings, motion), leak, observe };
  return runsOf(["grid", stated], base, 0)[0]!;
}

/** Cells and extent, as many as θ has coordinates, or θ and ω together (`momenta`). Errors (input): other numbers of them. */
export function boxOf(problem: Problem, { cells, alike, extent }: GridSolver, momenta: boolean) {
  const space = { spec: { problem }, p: problem.dimension };
  const stated = { cells: alike ? cells[0]! : [...cells], ...(extent === null ? {} : { extent }) };
  refuse(axesBreaches(stated, space, momenta).map((breach) => under(["grid"], breach))[0]);
  return completeGrid(stated, space, momenta);
}
