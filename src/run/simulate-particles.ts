// One particle run, as every thread of its team executes it: from the initial law (or a saved state) to the end,
// recording observables, keeping snapshots, saving on demand, and stopping at the first step that is not finite or blows up.

import { Interrupted } from "../base/interrupt.ts";
import { temperatureOf } from "../dynamics/dynamics.ts";
import { hasMomenta } from "../dynamics/motion.ts";
import { GpuError } from "../kernels/gpu/device.ts";
import { onGpu } from "../kernels/kernel.ts";
import { unpack } from "../kernels/layout.ts";
import type { Team } from "../kernels/team.ts";
import { Ceiling, levelOf, lyapunovOf } from "../observables/blow-up.ts";
import { Recorder } from "../observables/list.ts";
import type { Observables } from "../observables/observer.ts";
import { dissipationRate, observe } from "../observables/particles.ts";
import { deadNeurons } from "../particles/dead.ts";
import { integratorOf, makeIntegrator } from "../particles/integrators.ts";
import type { RunMemory } from "../particles/memory.ts";
import { makeSystem, rowsOf } from "../particles/network.ts";
import { start } from "../particles/start.ts";
import type { ParticleSystem } from "../particles/system.ts";
import { StepWatch } from "../particles/watch.ts";
import { Balance } from "./balance.ts";
import { RunBounds } from "./bounds.ts";
import {
  batchNotice,
  deathNotice,
  divergenceText,
  placeText,
  stallText,
  standsStill,
} from "./network-notices.ts";
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
import { heatOf, type ParticleRun } from "./runs.ts";

const DIVERGED = 4;
const HIGH = 8;

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
  const own = team.rank === 0 ? hooks : {};
  const simulated = (rested: (progress: Progress<NetworkSnapshot>) => void) => {
    const system = onGpu(() => makeSystem(run, team, memory));
    const reached = { step: 0 };
    try {
      return simulate(system, run, team, memory, hooks, resume, rested, reached);
    } catch (error) {
      throw error instanceof GpuError ? error.at(placeText(run, reached.step)) : error;
    } finally {
      system.particles.pass.release();
    }
  };
  // Where there are others, these have to be told of it.
  const isOfNumbers = (error: unknown): error is GpuError =>
    team.size === 1 && error instanceof GpuError && error.kind === "numerics";
  return stoppable(own, simulated, (error) => (isOfNumbers(error) ? error.message : null));
}

function simulate(
  system: ParticleSystem,
  run: ParticleRun,
  team: Team,
  memory: RunMemory,
  hooks: Hooks<NetworkSnapshot>,
  resume: Progress<NetworkSnapshot> | "joined" | undefined,
  rested: (progress: Progress<NetworkSnapshot>) => void,
  reached: { step: number },
): SimulationEnd<NetworkSnapshot> {
  const { problem, schedule } = run;
  const { step: h, steps, recordEvery } = schedule;
  const lead = team.rank === 0;
  const { particles, field } = system;
  const integrator = makeIntegrator(run.integrator, system, h, run.settings);
  if (resume === undefined && lead) hooks.begins?.("drawing the initial neurons");
  if (resume === undefined) start(system, run.initial, run);
  else if (resume !== "joined") {
    requireLength(resume.state.length, memory.state.length);
    memory.state.set(resume.state);
  }
  team.barrier();

  const recorder = new Recorder(run);
  const dissipates = recorder.names.includes("dissipation");
  const past = resume === "joined" ? undefined : resume;
  const rows: Row[] = [...(past?.rows ?? [])];
  const balance = dissipates ? new Balance(rows, schedule, lyapunovOf, past?.ledger) : null;
  const snapshots: NetworkSnapshot[] = [...(past?.snapshots ?? [])];
  const snapshotSteps = new Set(schedule.snapshots);

  const temperature = temperatureOf(problem, run.dynamics);
  const bounds =
    lead && recorder.names.includes("dual") ? new RunBounds(run, memory.cacheBytes / 2, past?.bounds) : null;
  /** `seen`: what is observed at this step, where it is recorded. */
  const visit = (n: number, seen: Observables | null) => {
    const dissipation = dissipates ? (dissipationRate(system, n * h) ?? 0) : 0;
    balance?.push(dissipation);
    if (seen !== null) {
      // The others' rows are not kept: they need not wait for more than the observables that all compute.
      const tau = temperature.at(n * h);
      const dual =
        bounds === null
          ? Number.NaN
          : unlessInterrupted(() => bounds.at(n / recordEvery, field.outputs, tau));
      const ofStep = balance === null ? {} : { dissipation, ...balance.entries(seen) };
      const row: Row = { t: n * h, observables: recorder.row({ ...seen, dual, ...ofStep }) };
      rows.push(row);
      if (lead) hooks.recorded?.(n, row);
    }
    balance?.revise(n);
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
    ledger: balance?.save() ?? null,
    bounds: bounds?.save() ?? null,
    state,
  });

  /** The first says for all what happened in step n + 1. */
  const broken = (n: number, what: string): SimulationEnd<NetworkSnapshot> => ({
    status: "broken",
    progress: progress(n, memory.before),
    ...(lead && { failure: divergenceText(run, n, what) }),
  });

  let n = team.agree(past?.step ?? 0);
  if (resume === undefined && lead) hooks.begins?.("observing the start");
  if (resume === undefined) visit(0, observe(system, 0, recorder));
  // Members that joined have no rows: the first says for all whether X is high.
  const ceiling = lead ? new Ceiling(lyapunovOf(rows[0].observables), heatOf(run)) : null;
  const watch = new StepWatch(particles);
  const observed = run.batch === null && integratorOf(run.integrator).looksAhead !== true;
  const isHigh = (x: number, kinetic = 0) =>
    team.agree(ceiling?.isExceeded(x, kinetic) === true ? HIGH : 0) !== 0;
  for (; n < steps; n++) {
    reached.step = n + 1;
    // Past this agreement nothing that was left undone on being asked to stop: the visit before is whole.
    const wish = team.agree(lead ? (hooks.control?.(n) ?? CONTROL.none) : 0);
    const now = progress(n, memory.state);
    rested(now);
    if (wish !== CONTROL.none) {
      if (lead) hooks.save?.(now);
      team.barrier();
      if ((wish & CONTROL.stop) !== 0) return { status: "stopped", progress: now };
    }
    watch.begin();
    rested({ ...now, state: memory.before });
    integrator.step(n);
    watch.end();
    // In the same pass where the next step begins with it.
    if (observed) field.observe();
    if (team.agree(watch.isFinite() ? 0 : DIVERGED) !== 0) {
      return broken(n, "the state became non-finite");
    }
    const recorded = (n + 1) % recordEvery === 0;
    const seen =
      recorded || isHigh(levelOf(system, observed)) ? observe(system, (n + 1) * h, recorder) : null;
    if (seen !== null && isHigh(lyapunovOf(seen), seen.kinetic)) {
      const name = hasMomenta(run.dynamics) ? "energy + kinetic" : "energy";
      return broken(n, `${ceiling?.text(name, lyapunovOf(seen))},`);
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
    ...batchNotice(run, memory.state, field.outputs),
    ...(stalled ? [] : deathNotice(run, dead)),
  ];
  return stalled
    ? { status: "stalled", progress: end, notices, failure: stallText(run, rows) }
    : { status: "done", progress: end, notices };
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
