// One particle run, as every thread of its team executes it: from the initial law (or a saved state) to the end,
// recording observables, keeping snapshots, saving on demand, and stopping at the first step that is not finite or blows up.

import { largestOf } from "../base/extremes.ts";
import { Interrupted } from "../base/interrupt.ts";
import { rounded } from "../base/words.ts";
import { hasJumps, isNoisy, temperatureOf } from "../dynamics/dynamics.ts";
import { unpack } from "../kernels/layout.ts";
import { SOLO, type Team } from "../kernels/team.ts";
import { Ceiling, levelOf, lyapunovOf } from "../observables/blow-up.ts";
import { Excursion, Ledger } from "../observables/ledger.ts";
import { Recorder } from "../observables/list.ts";
import type { Observables } from "../observables/observer.ts";
import { dissipationRate, observe } from "../observables/particles.ts";
import { batchTemperature, NOISE_PROBE } from "../particles/batch-noise.ts";
import { population } from "../particles/birth-death.ts";
import { deadNeurons } from "../particles/dead.ts";
import { makeDrift } from "../particles/drifts.ts";
import { ensemble, isFiniteState, type StateRows, stateRows } from "../particles/ensemble.ts";
import { initialise } from "../particles/initial.ts";
import { integratorOf, makeIntegrator, momentumBound, stableStep } from "../particles/integrators.ts";
import { allocateRun, type RunMemory } from "../particles/memory.ts";
import type { MomentumBound } from "../particles/method.ts";
import { brownianNoise } from "../particles/noise.ts";
import { largestCurvature } from "../particles/stability.ts";
import type { ParticleSystem } from "../particles/system.ts";
import { testOutputs } from "../particles/test-outputs.ts";
import { thinned } from "../problem/data.ts";
import { isWhole } from "../spec/schedule.ts";
import { RunBounds } from "./bounds.ts";
import {
  CONTROL,
  type Hooks,
  type NetworkSnapshot,
  type Progress,
  type Row,
  requireLength,
  type SimulationEnd,
  stoppable,
} from "./progress.ts";
import type { ParticleRun } from "./runs.ts";

const DIVERGED = 4;
const HIGH = 8;

/** Neurons of the copy that stability is judged on; fewer, but not the least, where there are many data, and then fewer data too. */
const PROBE_WIDTH = 256;
const LEAST_PROBE = 16;
/** ψ-evaluations that a gradient of that copy may take. */
const PROBE_SIZE = 2 ** 21;

/** What a neuron's state consists of in this run. */
export function rowsOf({ problem, dynamics, integrator, batch }: ParticleRun): StateRows {
  return stateRows(problem.dimension, {
    momentum: dynamics.order === "second",
    history: integratorOf(integrator).history === true,
    anchor: batch?.estimator === "svrg",
  });
}

/** Memory for a run on `threads` threads, in a process where `computing` (default: the same) compute. */
export function memoryFor(run: ParticleRun, threads: number, computing = threads): RunMemory {
  const { problem, width, dynamics } = run;
  return allocateRun(problem, width, rowsOf(run).total, threads, computing, hasJumps(dynamics));
}

/**
 * Runs to the end, to a stop, or to the first step that is not finite or has blown up. Every member of the team returns the same status.
 * To resume, the first member gives the saved progress and the others "joined": they take what it puts in memory.
 */
export function simulateParticles(
  run: ParticleRun,
  team: Team,
  memory: RunMemory,
  hooks: Hooks<NetworkSnapshot> = {},
  resume?: Progress<NetworkSnapshot> | "joined",
): SimulationEnd<NetworkSnapshot> {
  // All members unwind at the same barrier, and the first saves.
  return stoppable(team.rank === 0 ? hooks : {}, (rested) => {
    const system = makeSystem(run, team, memory);
    try {
      return simulate(system, run, team, memory, hooks, resume, rested);
    } finally {
      system.field.release();
    }
  });
}

function simulate(
  system: ParticleSystem,
  run: ParticleRun,
  team: Team,
  memory: RunMemory,
  hooks: Hooks<NetworkSnapshot>,
  resume: Progress<NetworkSnapshot> | "joined" | undefined,
  rested: (progress: Progress<NetworkSnapshot>) => void,
): SimulationEnd<NetworkSnapshot> {
  const { problem, schedule } = run;
  const { step: h, steps, recordEvery } = schedule;
  const lead = team.rank === 0;
  const { particles, field } = system;
  const integrator = makeIntegrator(run.integrator, system, h, run.settings);
  if (resume === undefined && lead) hooks.begins?.("drawing the initial neurons");
  if (resume === undefined) initialise(particles, run.initial, { ...run, ...problem });
  else if (resume !== "joined") {
    requireLength(resume.state.length, memory.state.length);
    memory.state.set(resume.state);
  }
  team.barrier();

  const recorder = new Recorder(run);
  const dissipates = recorder.names.includes("dissipation");
  const past = resume === "joined" ? undefined : resume;
  const ledger = new Ledger(h, past?.ledger ?? undefined);
  const rows: Row[] = [...(past?.rows ?? [])];
  const excursion = new Excursion(rows.map((row) => row.observables));
  const snapshots: NetworkSnapshot[] = [...(past?.snapshots ?? [])];
  const snapshotSteps = new Set(schedule.snapshots);

  const temperature = temperatureOf(problem, run.dynamics);
  const bounds =
    lead && recorder.names.includes("dual") ? new RunBounds(run, memory.cacheBytes / 2, past?.bounds) : null;
  /** `seen`: what is observed at this step, where it is recorded. */
  const visit = (n: number, seen: Observables | null) => {
    const dissipation = dissipates ? (dissipationRate(system, n * h) ?? 0) : 0;
    if (dissipates) ledger.push(dissipation);
    if (seen !== null) {
      // The others' rows are not kept: they need not wait for more than the observables that all compute.
      const tau = temperature.at(n * h);
      const dual =
        bounds === null
          ? Number.NaN
          : unlessInterrupted(() => bounds.at(n / recordEvery, field.outputs, tau));
      let balance = {};
      if (dissipates) {
        const start = rows.length === 0 ? seen : rows[0].observables;
        const defect = lyapunovOf(seen) - lyapunovOf(start) + ledger.total();
        excursion.add(seen);
        // What replicas average to 0 must keep its sign.
        balance = {
          dissipation,
          identity_residual: excursion.residual(defect, ledger.spent()),
          identity_defect: defect,
        };
      }
      const row: Row = { t: n * h, observables: recorder.row({ ...seen, dual, ...balance }) };
      rows.push(row);
      if (lead) hooks.recorded?.(n, row);
    }
    // The integral over the first step alone is known to fourth order only three steps later.
    if (dissipates && recordEvery === 1 && n <= 3 && rows.length > 1) {
      const change = lyapunovOf(rows[1].observables) - lyapunovOf(rows[0].observables);
      const defect = change + ledger.firstStep();
      const early = new Excursion([rows[0].observables, rows[1].observables]);
      const { observables } = rows[1];
      observables.identity_residual = early.residual(defect, ledger.firstSpent());
      if ("identity_defect" in observables) observables.identity_defect = defect;
    }
    if (snapshotSteps.has(n)) {
      field.observe();
      team.barrier();
      if (lead) snapshots.push(takeSnapshot(run, memory.state, n * h, field.outputs));
      team.barrier();
    }
  };
  const progress = (step: number, state: Float64Array): Progress<NetworkSnapshot> => ({
    step,
    rows,
    snapshots,
    ledger: dissipates ? ledger.save() : null,
    bounds: bounds?.save() ?? null,
    state,
  });

  let n = team.agree(past?.step ?? 0);
  if (resume === undefined && lead) hooks.begins?.("observing the start");
  if (resume === undefined) visit(0, observe(system, 0, recorder));
  // Members that joined have no rows: the first says for all whether X is high.
  const heat = isNoisy(problem, run.dynamics) ? problem.dimension * temperature.at(0) : 0;
  const ceiling = lead ? new Ceiling(lyapunovOf(rows[0].observables), heat) : null;
  const observed = run.batch === null && integratorOf(run.integrator).looksAhead !== true;
  const isHigh = (x: number, kinetic = 0) =>
    team.agree(ceiling?.isExceeded(x, kinetic) === true ? HIGH : 0) !== 0;
  for (; n < steps; n++) {
    // Past this agreement nothing that was left undone on being asked to stop: the visit before is whole.
    const wish = team.agree(lead ? (hooks.control?.(n) ?? CONTROL.none) : 0);
    const now = progress(n, memory.state);
    rested(now);
    if (wish !== CONTROL.none) {
      if (lead) hooks.save?.(now);
      team.barrier();
      if ((wish & CONTROL.stop) !== 0) return { status: "stopped", progress: now };
    }
    particles.before.set(particles.state);
    rested({ ...now, state: memory.before });
    integrator.step(n);
    if (team.agree(isFiniteState(particles.state) ? 0 : DIVERGED) !== 0) {
      return { status: "broken", progress: progress(n, memory.before) };
    }
    const recorded = (n + 1) % recordEvery === 0;
    const seen =
      recorded || isHigh(levelOf(system, observed)) ? observe(system, (n + 1) * h, recorder) : null;
    if (seen !== null && isHigh(lyapunovOf(seen), seen.kinetic)) {
      const name = run.dynamics.order === "first" ? "energy" : "energy + kinetic";
      const failure = ceiling?.text(name, lyapunovOf(seen)) ?? "";
      return { status: "broken", progress: progress(n, memory.before), failure };
    }
    visit(n + 1, recorded ? seen : null);
  }
  const dead = deadNeurons(system) ?? 0;
  team.barrier();
  const end = progress(steps, memory.state);
  rested(end);
  if (!lead) return { status: "done", progress: end };
  const stalled = dead === run.width && standsStill(run, rows);
  const notices = [
    ...noticesOf(run, memory.state, field.outputs),
    ...(stalled ? [] : deathNotice(run, dead)),
  ];
  return stalled
    ? { status: "stalled", progress: end, notices, failure: stallText(run, rows) }
    : { status: "done", progress: end, notices };
}

/** When the risk last changed, to the bit: the time of the record from which on it is that of the last. */
function restingSince(rows: readonly Row[]): number {
  const { risk } = rows[rows.length - 1].observables;
  const last = rows.findLastIndex(({ observables }) => observables.risk !== risk);
  return rows[last + 1].t;
}

/** Of momenta at rest: the kinetic energy over its largest. */
const AT_REST = 1e-6;

/**
 * Whether neurons that all are dead stay so. What still moves them, noise, momenta, V or W, may revive them: it has not over half of the
 * run; and where a force brings momenta back, they have come to rest.
 */
function standsStill({ problem, dynamics }: ParticleRun, rows: readonly Row[]): boolean {
  const { potential, interaction } = problem;
  const forced = !potential.vanishes || interaction !== null;
  const momenta = dynamics.order === "second";
  const noisy = isNoisy(problem, dynamics);
  if (!noisy && !momenta && !forced) return true;
  const until = rows[rows.length - 1].t;
  if (until - restingSince(rows) < until / 2) return false;
  if (noisy || !momenta || !forced) return true;
  const kinetic = rows.map(({ observables }) => observables.kinetic);
  return kinetic[kinetic.length - 1] <= AT_REST * largestOf(kinetic);
}

/** What stalled, since when, and what to do. */
function stallText(run: ParticleRun, rows: readonly Row[]): string {
  const { width, replica, integrator, schedule } = run;
  const { step: limit } = stabilityLimit(run);
  const since = restingSince(rows);
  const advice =
    since > 0 && schedule.step >= limit
      ? `step ${schedule.step} is above ${rounded(limit, 4)}, below which ${integrator} is stable at the start: try step ${suggestStep(run, limit)}`
      : "try another start, or an activation without flat parts";
  const risk = rounded(rows[rows.length - 1].observables.risk, 4);
  return `N = ${width}, replica ${replica}: ${width} of ${width} neurons are dead: ∇ψ is exactly 0 at all data that pull, and the risk stands at ${risk} since t = ${rounded(since, 12)}; ${advice}`;
}

/** The share of dead neurons that is worth a word. */
const MOSTLY = 0.9;

/** Of a network that has not stalled. */
function deathNotice({ width, replica, problem, dynamics }: ParticleRun, dead: number): string[] {
  if (replica > 0 || dead < MOSTLY * width || isNoisy(problem, dynamics)) return [];
  const others =
    dead < width ? "the others learn alone" : "it learns nothing unless V, W or momenta bring some back";
  return [
    `N = ${width}: ${dead} of ${width} neurons are dead at the end: ∇ψ is exactly 0 at all data that pull, and ${others}`,
  ];
}

/** What the first member alone computes: asked to stop in its midst it goes on without, to the barrier where all unwind. */
function unlessInterrupted(compute: () => number): number {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    return Number.NaN;
  }
}

/** How far a run's step may go at its start. */
export interface StabilityLimit {
  /** The largest stable step. */
  readonly step: number;
  /** The inequality it comes from, at the run's own step, for momentum iterations. */
  readonly bound: MomentumBound | null;
}

/** The largest step stable at the run's start, from the curvature of a narrow copy (it hardly depends on N). */
export function stabilityLimit(run: ParticleRun): StabilityLimit {
  const narrow = narrowed(run);
  const memory = memoryFor(narrow, 1);
  const system = makeSystem(narrow, SOLO, memory);
  initialise(system.particles, narrow.initial, { ...run, ...run.problem });
  const curvature = largestCurvature(system);
  return {
    step: stableStep(system, run.integrator, curvature, run.settings),
    bound: momentumBound(system, run.integrator, run.schedule.step, curvature, run.settings),
  };
}

/** The run with so few neurons, and data, that its gradients cost little; of given points some from all over the list. */
function narrowed(run: ParticleRun): ParticleRun {
  const { width: whole, initial } = run;
  const { data } = run.problem;
  const problem =
    LEAST_PROBE * data.size <= PROBE_SIZE
      ? run.problem
      : { ...run.problem, data: thinned(data, PROBE_SIZE / LEAST_PROBE) };
  const few = Math.floor(PROBE_SIZE / Math.max(1, problem.data.size));
  const width = Math.min(whole, PROBE_WIDTH, few);
  // The curvature is that of all data, not of a batch.
  const narrow = { ...run, problem, width, batch: null };
  const { position } = initial;
  if (position.kind !== "points" || width === whole) return narrow;
  const rows = Array.from({ length: width }, (_, j) => position.rows[Math.floor((j * whole) / width)]);
  return { ...narrow, initial: { ...initial, position: { kind: "points", rows } } };
}

/** A step that should be stable where this run's was not: half the limit at the start, and at most half its own. */
export function suggestStep(run: ParticleRun, limit = stabilityLimit(run).step): number {
  const { step, steps } = run.schedule;
  const wished = Math.min(step / 2, limit > 0 ? limit / 2 : step / 2);
  const { recordEvery, snapshots } = run.schedule;
  const marks = [steps, recordEvery, ...snapshots];
  // So many steps take the place of as few as all marks have in common.
  const common = marks.reduce(greatestCommonDivisor);
  const parts = Math.ceil((common * step) / wished);
  return (
    roundStep(
      wished,
      marks.map((n) => n * step),
    ) ?? rounded((common * step) / parts, 12)
  );
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Digits of a step that people like to type. */
const MOST_DIGITS = 3;

/** A number of few digits in [wished/2, wished] of which all times are multiples, the roundest and then the largest; null for none. */
function roundStep(wished: number, times: readonly number[]): number | null {
  const decade = Math.floor(Math.log10(wished));
  for (let digits = 1; digits <= MOST_DIGITS; digits++) {
    const places = digits - 1 - decade;
    const scaled = wished * 10 ** places;
    for (let mantissa = Math.floor(scaled); mantissa >= scaled / 2; mantissa--) {
      const step = Number(`${mantissa}e${-places}`);
      if (times.every((time) => isWhole(time / step))) return step;
    }
  }
  return null;
}

/** One line on a run that diverged: where, since when, and what to do. */
export function divergenceOf(run: ParticleRun, end: SimulationEnd<NetworkSnapshot>): string {
  const { step } = run.schedule;
  const n = end.progress.step + 1;
  const { step: limit, bound } = stabilityLimit(run);
  const what = end.failure === undefined ? "the state became non-finite" : `${end.failure},`;
  const why = bound === null ? "" : `, where at the start ${boundText(bound)}`;
  return `N = ${run.width}, replica ${run.replica}: ${what} at step ${n} (t = ${rounded(n * step, 12)}) with ${run.integrator}, step ${step}${why}; try step ${suggestStep(run, limit)}. The last good state, t = ${rounded(end.progress.step * step, 12)}, is kept`;
}

/** sΛ beside what it must stay below: "sΛ = 5.2 is beyond 2(1 + β) = 3.9". */
export function boundText({ value, most, formula }: MomentumBound): string {
  const side = value < most ? "is below" : "is beyond";
  return `sΛ = ${value.toPrecision(4)} ${side} ${formula} = ${most.toPrecision(4)}`;
}

/** What batches did to the temperature; of the end, so that a run that was resumed says the same. */
function noticesOf(run: ParticleRun, state: Float64Array, outputs: Float64Array): string[] {
  const { batch, problem, dynamics, width, replica, schedule } = run;
  const t = schedule.step * schedule.steps;
  const tau = temperatureOf(problem, dynamics).at(t);
  if (batch?.estimator !== "plain" || replica > 0 || !isNoisy(problem, dynamics)) return [];
  const theta = unpack(state, Math.min(width, NOISE_PROBE), rowsOf(run).total, 0, problem.dimension);
  const added = batchTemperature(problem, dynamics, batch, { h: schedule.step, t, theta, outputs });
  if (added === 0) return [];
  const formula = dynamics.order === "first" ? "hDC/2" : "hC/2γ";
  return [
    `N = ${width}: batches of ${batch.size} of ${problem.data.size} add noise: at t = ${rounded(t, 12)} about ${formula} = ${added.toPrecision(2)} to temperature ${tau}, C the variance of their gradient`,
  ];
}

function makeSystem(run: ParticleRun, team: Team, memory: RunMemory): ParticleSystem {
  const { problem, dynamics } = run;
  const particles = ensemble(problem, run.width, rowsOf(run), team, memory);
  return {
    problem,
    dynamics,
    particles,
    ...makeDrift(problem, particles, memory, run.batch, run),
    test: testOutputs(problem, particles),
    noise: brownianNoise(run.seed, run.replica),
    population: population(dynamics, particles, memory, run),
  };
}

function takeSnapshot(
  run: ParticleRun,
  state: Float64Array,
  t: number,
  outputs: Float64Array,
): NetworkSnapshot {
  const p = run.problem.dimension;
  const { coordinates, total } = rowsOf(run);
  return {
    t,
    theta: unpack(state, run.width, total, 0, p),
    omega: coordinates > p ? unpack(state, run.width, total, p, coordinates) : new Float64Array(0),
    outputs: outputs.slice(),
  };
}
