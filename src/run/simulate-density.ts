// One run of a density: from the initial law (or a saved state) to the end, recording
// observables, keeping snapshots, saving on demand, and stopping where the numbers cannot be trusted any longer. What moves it is the solver's (solvers/).

import { largestOf } from "../base/extremes.ts";
import { rounded } from "../base/words.ts";
import { massOf, negativeMassOf } from "../grid/density.ts";
import { leakMessage } from "../grid/leak.ts";
import { Ceiling } from "../observables/blow-up.ts";
import { Recorder } from "../observables/list.ts";
import type { Observables } from "../observables/observer.ts";
import { excess, hypocoercivity } from "../observables/optimum.ts";
import { fisherRao } from "../observables/speed.ts";
import { Balance } from "./balance.ts";
import { attempt, type Mover } from "./mover.ts";
import {
  type DensitySnapshot,
  type Hooks,
  isToStop,
  type Progress,
  type Row,
  requireLength,
  type SimulationEnd,
  stoppable,
} from "./progress.ts";
import { axisName, heatOf, NEAR_LEAK, type OnGrid, onGridName } from "./runs.ts";

/** Runs to the end, to a stop, or to the first step whose numbers cannot be trusted. */
export function simulateDensity<R extends OnGrid>(
  run: R,
  moverOf: (run: R, recorder: Recorder) => Mover,
  hooks: Hooks<DensitySnapshot> = {},
  resume?: Progress<DensitySnapshot>,
): SimulationEnd<DensitySnapshot> {
  return stoppable(hooks, (rested) => {
    const recorder = new Recorder(run);
    return simulate(run, recorder, () => moverOf(run, recorder), hooks, resume, rested);
  });
}

function simulate(
  run: OnGrid,
  recorder: Recorder,
  makeMover: () => Mover,
  hooks: Hooks<DensitySnapshot>,
  resume: Progress<DensitySnapshot> | undefined,
  rested: (progress: Progress<DensitySnapshot>) => void,
): SimulationEnd<DensitySnapshot> {
  const { step: h, steps, recordEvery } = run.schedule;
  hooks.begins?.("laying out the initial density");
  const mover = makeMover();
  if (resume !== undefined) {
    requireLength(resume.state.length, mover.save().length);
    mover.restore(resume.state);
  }
  const { reader } = mover;
  const rows: Row[] = [...(resume?.rows ?? [])];
  const balance = new Balance(rows, run.schedule, ({ free_energy }) => free_energy, resume?.ledger);
  const snapshots: DensitySnapshot[] = [...(resume?.snapshots ?? [])];
  const snapshotSteps = new Set(run.schedule.snapshots);

  /**
   * `seen`: what is observed at this step, where it is recorded; `before`: the state a step ago, which is written over. As it is the one an
   * interrupted run goes on from, nothing that may be interrupted comes after that.
   */
  const visit = (n: number, dissipation: number, seen: Observables | null, before: Float64Array | null) => {
    const { density } = mover;
    balance.push(dissipation + (reader.cooling?.(density, n * h) ?? 0));
    if (snapshotSteps.has(n)) {
      snapshots.push({ t: n * h, density: density.slice(), outputs: reader.outputs(density) });
    }
    if (seen !== null) {
      const speed =
        before === null
          ? Number.NaN
          : fisherRao(mover.grid, mover.densityOf(before), density, h, mover.mixes);
      const ofStep = { dissipation, ...balance.entries(seen), fisher_rao: speed };
      const observables = recorder.row({ ...seen, ...ofStep, ...mover.report?.() });
      const row: Row = { t: n * h, observables };
      rows.push(row);
      hooks.recorded?.(n, row);
    }
    balance.revise(n);
  };
  const progress = (step: number, state: Float64Array): Progress<DensitySnapshot> => ({
    step,
    rows,
    snapshots,
    ledger: balance.save(),
    state,
  });

  const observe = (n: number) => reader.observe(mover.density, n * h);
  let n = resume?.step ?? 0;
  if (resume === undefined) {
    hooks.begins?.("observing the start");
    visit(0, reader.dissipation(mover.density, 0), observe(0), null);
  }
  // A density that was laid down to go on from has no record of its start.
  const start = rows[0]?.observables.free_energy ?? observe(n).free_energy;
  const ceiling = new Ceiling(start, heatOf(run));
  for (; n < steps; n++) {
    const before = mover.save();
    const now = progress(n, before);
    rested(now);
    if (isToStop(hooks, n, now)) return { status: "stopped", progress: now };
    const broken = (failure: string): SimulationEnd<DensitySnapshot> => ({
      status: "broken",
      progress: now,
      failure: `${onGridName(run)}: at step ${n + 1} (t = ${rounded((n + 1) * h, 12)}) ${failure}. The last good state, t = ${rounded(n * h, 12)}, is kept`,
    });
    const failure = stepFailure(mover, run, n) ?? doubts(mover, run, n + 1);
    if (failure !== null) return broken(failure);
    const dissipation = reader.dissipation(mover.density, (n + 1) * h);
    const recorded = (n + 1) % recordEvery === 0;
    const high = recorded || ceiling.isExceeded(reader.level(mover.density));
    const seen = high ? observe(n + 1) : null;
    if (seen !== null && ceiling.isExceeded(seen.free_energy, seen.kinetic)) {
      return broken(`${ceiling.text("free_energy", seen.free_energy)}; try a smaller time.step`);
    }
    visit(n + 1, dissipation, recorded ? seen : null, before);
  }
  if (mover.errors !== undefined) {
    rested(progress(steps, mover.save()));
    const { observables } = rows[rows.length - 1];
    const { result, failure } = attempt(() => mover.errors?.(observables), ["numerics"]);
    if (failure !== undefined) {
      const text = `${onGridName(run)}: the run is done, its repetition for refine failed: ${failure}. Leave refine out, or change the cells`;
      return { status: "broken", progress: progress(steps, mover.save()), failure: text };
    }
    Object.assign(observables, result);
  }
  return { status: "done", progress: progress(steps, mover.save()), notices: noticesOf(mover, run, rows) };
}

/** What is measured from the optimum. */
const DISTANCES = [excess, hypocoercivity].flatMap(({ columns }) => columns.map(({ name }) => name));

function noticesOf(mover: Mover, run: OnGrid, rows: readonly Row[]): string[] {
  const notices = mover.notices?.() ?? [];
  const { omission } = mover;
  if (omission !== undefined) {
    const { observables } = rows[0];
    const blank = DISTANCES.filter((name) => Number.isNaN(observables[name]));
    notices.push(
      `${onGridName(run)}: ${blank.join(", ")} ${blank.length > 1 ? "are" : "is"} blank, as the optimum was not found on its cells of θ: ${omission}`,
    );
  }
  const unbound = rows.filter(({ observables }) => Number.isNaN(observables.hypocoercive_decline)).length;
  if (unbound > 0 && omission === undefined) {
    notices.push(
      `${onGridName(run)}: hypocoercive_decline is blank in ${unbound} of ${rows.length} records, where Φ is curved beyond what it is at the first and the last density: the bound on hypocoercive is not proved there`,
    );
  }
  const beside = largestOf(rows.map(({ observables }) => observables.boundary_mass));
  if (beside > NEAR_LEAK * run.leak) {
    notices.push(
      `${onGridName(run)}: up to ${beside.toExponential(1)} of the mass lay beside a face (boundary_mass; leak is ${run.leak}): expect errors of that order, or widen the extent`,
    );
  }
  return notices;
}

/** One step; what went wrong, or null. */
function stepFailure(mover: Mover, { schedule }: OnGrid, n: number): string | null {
  const { failure } = attempt(() => mover.step(n), ["numerics"]);
  return failure === undefined ? null : `${failure} (time.step is ${schedule.step})`;
}

/** Why the density after n steps cannot be trusted, or null. Whether the cells are fine enough is looked at with the records. */
function doubts({ reader, density, grid, doubt, coarse }: Mover, run: OnGrid, n: number): string | null {
  if (!Number.isFinite(massOf(grid, density))) {
    return "the density became non-finite; try a smaller time.step";
  }
  const face = reader.boundary(density);
  const doubted = doubt?.(n, negativeMassOf(grid, density), face) ?? null;
  if (doubted !== null) return doubted;
  if (face !== null && face.mass > run.leak)
    return leakMessage(grid, density, face, run.leak, axisName(run, face.axis));
  const { recordEvery, step } = run.schedule;
  return n % recordEvery === 0 ? (coarse?.(density, n * step) ?? null) : null;
}
