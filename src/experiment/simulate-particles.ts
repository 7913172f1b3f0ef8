// One particle run, as every thread of its team executes it: from the initial law (or a saved state) to the end,
// recording observables, keeping snapshots, saving on demand, and stopping at the first step that is not finite.

import { unpack } from "../kernels/layout.ts";
import { SOLO, type Team } from "../kernels/team.ts";
import { identityResidual, Ledger } from "../observables/ledger.ts";
import { hasLowerBound, LowerBound } from "../observables/lower-bound.ts";
import { dissipationRate, observe } from "../observables/particles.ts";
import { ensemble, isFiniteState, type StateRows, stateRows } from "../particles/ensemble.ts";
import { MeanField } from "../particles/field.ts";
import { initialise } from "../particles/initial.ts";
import { makeIntegrator } from "../particles/integrators.ts";
import { allocateRun, type RunMemory } from "../particles/memory.ts";
import { brownianNoise } from "../particles/noise.ts";
import { largestCurvature, stableStep } from "../particles/stability.ts";
import type { ParticleSystem } from "../particles/system.ts";
import {
  CONTROL,
  type Hooks,
  type NetworkSnapshot,
  type Progress,
  type Row,
  type SimulationEnd,
} from "./progress.ts";
import type { ParticleRun } from "./runs.ts";

const DIVERGED = 4;

/** Neurons of the copy that stability is judged on. */
const PROBE_WIDTH = 256;

/** What a neuron's state consists of in this run. */
export function rowsOf({ problem, dynamics }: ParticleRun): StateRows {
  return stateRows(problem.dimension, { momentum: dynamics.order === "second" });
}

/**
 * Runs to the end, to a stop, or to the first non-finite step. Every member of the team returns the same status.
 * To resume, the first member gives the saved progress and the others "joined": they take what it puts in memory.
 */
export function simulateParticles(
  run: ParticleRun,
  team: Team,
  memory: RunMemory,
  hooks: Hooks<NetworkSnapshot> = {},
  resume?: Progress<NetworkSnapshot> | "joined",
): SimulationEnd<NetworkSnapshot> {
  const { problem, schedule } = run;
  const { step: h, steps, recordEvery } = schedule;
  const lead = team.rank === 0;
  const system = makeSystem(run, team, memory);
  const { particles, field } = system;
  const integrator = makeIntegrator(run.integrator, system, h);
  if (resume === undefined) initialise(particles, run.initial, { ...run, ...problem });
  else if (resume !== "joined") memory.state.set(resume.state);
  team.barrier();

  const dissipates = dissipationRate(system, 0) !== null;
  const past = resume === "joined" ? undefined : resume;
  const ledger = new Ledger(h, past?.ledger ?? undefined);
  const rows: Row[] = [...(past?.rows ?? [])];
  const snapshots: NetworkSnapshot[] = [...(past?.snapshots ?? [])];
  const snapshotSteps = new Set(schedule.snapshots);

  const bound = lead && hasLowerBound(problem) ? new LowerBound(problem) : null;
  const lyapunov = (row: Row) => row.observables.energy + (row.observables.kinetic ?? 0);
  const visit = (n: number) => {
    const dissipation = dissipates ? (dissipationRate(system, n * h) ?? 0) : 0;
    if (dissipates) ledger.push(dissipation);
    if (n % recordEvery === 0) {
      const { risk, energy, kinetic, ...moments } = observe(system);
      // The others' rows are not kept: they need not wait for more than the observables that all compute.
      const dual = lead ? bound?.at(field.outputs) : undefined;
      const observables: Record<string, number> = { ...optional({ risk, energy, kinetic, dual }) };
      const row: Row = { t: n * h, observables };
      if (dissipates) {
        observables.dissipation = dissipation;
        const change = rows.length === 0 ? 0 : lyapunov(row) - lyapunov(rows[0]);
        observables.identity_residual = identityResidual(change, ledger.total());
        // With noise the identity holds in expectation: what replicas average to 0 must keep its sign.
        if (problem.temperature > 0) observables.identity_defect = change + ledger.total();
      }
      Object.assign(observables, moments);
      rows.push(row);
      if (lead) hooks.recorded?.(n, row);
    }
    // The integral over the first step alone is known to fourth order only three steps later.
    if (dissipates && recordEvery === 1 && n <= 3 && rows.length > 1) {
      const change = lyapunov(rows[1]) - lyapunov(rows[0]);
      rows[1].observables.identity_residual = identityResidual(change, ledger.firstStep());
      if (problem.temperature > 0) rows[1].observables.identity_defect = change + ledger.firstStep();
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
    state,
  });

  let n = team.agree(past?.step ?? 0);
  if (resume === undefined) visit(0);
  for (; n < steps; n++) {
    const wish = team.agree(lead ? (hooks.control?.(n, () => progress(n, memory.state)) ?? 0) : 0);
    if (wish !== CONTROL.none) {
      if (lead) hooks.save?.(progress(n, memory.state));
      team.barrier();
      if ((wish & CONTROL.stop) !== 0) return { status: "stopped", progress: progress(n, memory.state) };
    }
    particles.before.set(particles.state);
    integrator.step(n);
    if (team.agree(isFiniteState(particles.state) ? 0 : DIVERGED) !== 0) {
      return { status: "broken", progress: progress(n, memory.before) };
    }
    visit(n + 1);
  }
  return { status: "done", progress: progress(steps, memory.state) };
}

/** The largest step stable at the run's start, from the curvature of a narrow copy (it hardly depends on N). */
export function stabilityLimit(run: ParticleRun): number {
  const width = run.initial.position.kind === "points" ? run.width : Math.min(run.width, PROBE_WIDTH);
  const narrow = { ...run, width };
  const memory = allocateRun(run.problem, width, rowsOf(run).total, 1);
  const system = makeSystem(narrow, SOLO, memory);
  initialise(system.particles, run.initial, { ...run, ...run.problem });
  return stableStep(system, run.integrator, largestCurvature(system));
}

/** A step that should be stable where this run's was not: half the limit at the start, and at most half its own. */
export function suggestStep(run: ParticleRun): number {
  const { step, steps } = run.schedule;
  const limit = stabilityLimit(run);
  const wished = Math.min(step / 2, limit > 0 ? limit / 2 : step / 2);
  const until = step * steps;
  return Number((until / Math.ceil(until / wished)).toPrecision(12));
}

/** One line on a run that diverged: where, since when, and what to do. */
export function divergenceOf(run: ParticleRun, end: SimulationEnd<NetworkSnapshot>): string {
  const { step } = run.schedule;
  const n = end.progress.step + 1;
  return `N = ${run.width}, replica ${run.replica}: the state became non-finite at step ${n} (t = ${n * step}) with ${run.integrator}, step ${step}; try step ${suggestStep(run)}. The last good state, t = ${end.progress.step * step}, is kept`;
}

function makeSystem(run: ParticleRun, team: Team, memory: RunMemory): ParticleSystem {
  const { problem, dynamics } = run;
  const particles = ensemble(problem, run.width, rowsOf(run), team, memory);
  const field = new MeanField(problem, particles, memory);
  return {
    problem,
    dynamics,
    particles,
    field,
    drift: field,
    noise: brownianNoise(run.seed, run.replica),
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

function optional(values: Record<string, number | undefined>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Record<
    string,
    number
  >;
}
