// One run in one thread, whatever holds μ: from its start (or a saved state) step by step to the end, recording observables, keeping snapshots, saving on
// demand, and stopping where the numbers cannot be trusted any longer. What moves is the caller's.

import { rounded } from "../base/words.ts";
import { Ceiling } from "../observables/blow-up.ts";
import type { Recorder } from "../observables/list.ts";
import type { Observables } from "../observables/observer.ts";
import { Balance } from "./balance.ts";
import {
  CONTROL,
  type Hooks,
  isToStop,
  type Progress,
  type Row,
  requireLength,
  type SimulationEnd,
  type Snapshot,
} from "./progress.ts";
import { heatOf, type RunBase } from "./runs.ts";

/** What moves, and what is read off it at the time t that it has come to. */
export interface Moving<Kept extends Snapshot> {
  /** As messages call it. */
  readonly name: string;
  /** From nh to (n + 1)h; why the numbers cannot be trusted there, or null. */
  step(n: number): string | null;
  /** Every column of a record, but for what a step gives. */
  observe(t: number): Observables;
  /** How fast the free energy falls at fixed τ. */
  dissipation(t: number): number;
  /** −τ̇∫μ log μ: what it falls faster than that, as τ changes. */
  cooling(t: number): number;
  /** What is watched between records: the free energy, or what is cheap and blows up no later. */
  level(t: number): number;
  /** Columns that the last step gives; `before`: what was saved a step ago, and may be written over. */
  ofStep?(before: Float64Array | null): Observables;
  snapshot?(t: number): Kept;
  /** Everything that the next step depends on; `into`: what it gave before, which nobody needs any longer. */
  save(into?: Float64Array): Float64Array;
  restore(state: Float64Array): void;
}

/** Runs to the end, to a stop, or to the first step whose numbers cannot be trusted; `rested`: as of `stoppable`. */
export function march<Kept extends Snapshot>(
  run: RunBase,
  moving: Moving<Kept>,
  recorder: Recorder,
  hooks: Hooks<Kept>,
  resume: Progress<Kept> | undefined,
  rested: (progress: Progress<Kept>) => void,
): SimulationEnd<Kept> {
  const { step: h, steps, recordEvery } = run.schedule;
  if (resume !== undefined) {
    requireLength(resume.state.length, moving.save().length);
    moving.restore(resume.state);
  }
  const rows: Row[] = [...(resume?.rows ?? [])];
  const balance = new Balance(rows, run.schedule, ({ free_energy }) => free_energy!, resume?.ledger);
  const snapshots: Kept[] = [...(resume?.snapshots ?? [])];
  const snapshotSteps = new Set(moving.snapshot === undefined ? [] : run.schedule.snapshots);

  /**
   * `seen`: what is observed at this step, where it is recorded; `before`: the state a step ago, which is written over. As it is the one an
   * interrupted run goes on from, nothing that may be interrupted comes after that.
   */
  const visit = (n: number, dissipation: number, seen: Observables | null, before: Float64Array | null) => {
    const t = n * h;
    balance.push(dissipation + moving.cooling(t));
    if (snapshotSteps.has(n)) snapshots.push(moving.snapshot!(t));
    if (seen !== null) {
      const ofStep = { dissipation, ...balance.entries(seen), ...moving.ofStep?.(before) };
      const row: Row = { t, observables: recorder.row({ ...seen, ...ofStep }) };
      rows.push(row);
      hooks.recorded?.(n, row);
    }
    balance.revise(n);
  };
  const progress = (step: number, state: Float64Array): Progress<Kept> => ({
    step,
    rows,
    snapshots,
    ledger: balance.save(),
    state,
  });

  let n = resume?.step ?? 0;
  if (resume === undefined) {
    hooks.begins?.("observing the start");
    visit(0, moving.dissipation(0), moving.observe(0), null);
  }
  // What was laid down to go on from has no record of its start.
  const start = rows[0]?.observables.free_energy ?? moving.observe(n * h).free_energy!;
  const ceiling = new Ceiling(start, heatOf(run));
  // A state is written over by the next one, unless somebody was given it.
  let before: Float64Array | undefined;
  const asking: Hooks<Kept> = {
    control: (step) => hooks.control?.(step) ?? CONTROL.none,
    save(given) {
      before = undefined;
      hooks.save?.(given);
    },
  };
  for (; n < steps; n++) {
    const state = moving.save(before);
    before = state;
    const now = progress(n, state);
    rested(now);
    if (isToStop(asking, n, now)) return { status: "stopped", progress: now };
    const t = (n + 1) * h;
    const broken = (failure: string): SimulationEnd<Kept> => ({
      status: "broken",
      progress: now,
      failure: `${moving.name}: at step ${n + 1} (t = ${rounded(t, 12)}) ${failure}. The last good state, t = ${rounded(n * h, 12)}, is kept`,
    });
    const failure = moving.step(n);
    if (failure !== null) return broken(failure);
    const dissipation = moving.dissipation(t);
    const recorded = (n + 1) % recordEvery === 0;
    const seen = recorded || ceiling.isExceeded(moving.level(t)) ? moving.observe(t) : null;
    if (seen !== null && ceiling.isExceeded(seen.free_energy!, seen.kinetic)) {
      return broken(`${ceiling.text("free_energy", seen.free_energy!)}; try a smaller time.step`);
    }
    visit(n + 1, dissipation, recorded ? seen : null, state);
  }
  return { status: "done", progress: progress(steps, moving.save()) };
}
