// How the solvers of the experiment file compute, and what is asked of any run whatever computes it.

import type { Hooks, Progress, SimulationEnd, Snapshot } from "../progress.ts";
import type { RunBase } from "../runs.ts";
import { GRID } from "./grid.ts";
import { JKO } from "./jko.ts";
import { MOMENTS } from "./moments.ts";
import { PARTICLES } from "./particles.ts";
import { PHASE_SPACE } from "./phase-space.ts";
import type { Common, Seat, SolverRecord } from "./record.ts";
import { STATIONARY } from "./stationary.ts";

const RECORDS = [PARTICLES, GRID, PHASE_SPACE, STATIONARY, JKO, MOMENTS] as const;

type Listed = (typeof RECORDS)[number];

/** A run of an experiment. */
export type Run = Listed extends infer One ? (One extends { check(run: infer R): void } ? R : never) : never;

/** What that run keeps of itself in time. */
type KeptOf<R extends RunBase> =
  Extract<Listed, { readonly solver: R["solver"]; readonly holds: R["holds"] }> extends {
    simulate(...args: never): SimulationEnd<infer Kept>;
  }
    ? Kept
    : Snapshot;

const ALL: readonly SolverRecord[] = RECORDS;

export function recordOf({ solver, holds }: RunBase): SolverRecord {
  return ALL.find((record) => record.solver === solver && record.holds === holds)!;
}

/** The runs of an entry of `solvers`. */
export function runsOf<Name extends string>(
  [solver, stated]: readonly [name: Name, stated: object],
  common: Common,
  seed: number,
): Extract<Run, { readonly solver: Name }>[] {
  const records = ALL.filter((record) => record.solver === solver);
  return records.flatMap((record) => record.runs(stated, common, seed)) as Extract<
    Run,
    { readonly solver: Name }
  >[];
}

/** Refuses (input) what is wrong with a run before its first step. */
export function checkRun(run: Run): void {
  recordOf(run).check(run);
}

/** Runs to the end, to a stop, or to the first step whose numbers cannot be trusted. */
export function simulate<R extends Run>(
  run: R,
  hooks: Hooks<KeptOf<R>> = {},
  resume?: Progress<KeptOf<R>>,
  seat?: Seat,
): SimulationEnd<KeptOf<R>> {
  return recordOf(run).simulate(run, hooks as Hooks, resume, seat) as SimulationEnd<KeptOf<R>>;
}

/** A run in a few words, for messages. */
export function nameOf(run: Run): string {
  return recordOf(run).name(run);
}

/** What tells it from others of its solver and size. */
export function detailsOf(run: RunBase): Readonly<Record<string, string>> {
  return recordOf(run).details?.(run) ?? {};
}

/** Arithmetic of a step, to tell long runs from short ones. */
export function costOf(run: Run): number {
  return recordOf(run).cost(run);
}

/** How threads share it: "team", "crew"; null where they would wait for one another longer than they compute. */
export function sharedBy(run: Run): "team" | "crew" | null {
  const { shared } = recordOf(run);
  return shared !== undefined && costOf(run) >= shared.from ? shared.by : null;
}

/** The record of each run, and the runs that have it, in the order of the list. */
export function byRecord(runs: readonly Run[]): { record: SolverRecord; runs: Run[] }[] {
  return ALL.flatMap((record) => {
    const alike = runs.filter((run) => recordOf(run) === record);
    return alike.length === 0 ? [] : [{ record, runs: alike }];
  });
}
