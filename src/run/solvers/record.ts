// The record of how a solver of the experiment file computes: the runs that its keys stand for, what is wrong with one before it begins, what simulates it,
// and what it costs. What is particular to a solver stands in its own file here, and list.ts gathers them; its keys are in spec/solvers/.

import type { Source } from "../../base/sources.ts";
import type { Team } from "../../kernels/team.ts";
import type { RunMemory } from "../../particles/memory.ts";
import type { DensitySnapshot, Hooks, Progress, SimulationEnd, Snapshot } from "../progress.ts";
import type { OnGrid, RunBase } from "../runs.ts";
import type { StabilityLimit } from "../stable-step.ts";

/** What every run of an experiment has. */
export type Common = Pick<RunBase, "entry" | "problem" | "dynamics" | "initial" | "schedule">;

/** The thread's place among those that share a run, and the memory that they share. */
export interface Seat {
  readonly team: Team;
  readonly memory: RunMemory;
  /** Whether the run goes on from a state: the first member has it, the others take it from memory. */
  readonly joined: boolean;
}

/** How large a run is, as summaries and series say it. */
export type Size =
  | { readonly width: number; readonly replica: number }
  | { readonly cells: readonly number[] }
  | Record<never, never>;

export interface SolverRecord<
  R extends RunBase = RunBase,
  Stated extends object = object,
  Kept extends Snapshot = Snapshot,
> {
  readonly solver: R["solver"];
  readonly holds: R["holds"];
  /** The runs of one entry of `solvers`. */
  runs(stated: Stated, common: Common, seed: number): R[];
  /** Everything that is wrong with a run before its first step. Errors: input. */
  check(run: R): void;
  /** Runs to the end, to a stop, or to the first step whose numbers cannot be trusted; `seat` in a run that several threads may share. */
  simulate(run: R, hooks: Hooks<Kept>, resume: Progress<Kept> | undefined, seat?: Seat): SimulationEnd<Kept>;
  /** Whether a snapshot is one of this run's: every array as long as the run says. */
  isKept(run: R, snapshot: Snapshot): boolean;
  size(run: R): Size;
  /** What else tells it from others of its solver, as labels of distances name it. */
  details?(run: R): Readonly<Record<string, string>>;
  /** Its method, as messages call it, and the method's largest stable step as the start shows it; absent where any step is stable. */
  stability?(run: R): { readonly method: string; limit(): StabilityLimit };
  /** A run in a few words, for messages. */
  name(run: R): string;
  /** What an experiment with these runs says of them, a line each. */
  lines(runs: readonly R[]): string[];
  /** What `check` says of their size. */
  costLines(runs: readonly R[]): string[];
  sources(run: R): readonly Source[];
  /** Arithmetic of a step, to tell long runs from short ones: ψ-evaluations for networks, and what compares to them. */
  cost(run: R): number;
  /** The order in the step that its errors have at least; absent: 1. */
  order?(run: R): number;
  /** Whether it comes to rest beside μ*, where steps and cells let it: there the speed of its steps vanishes, the dissipation does not. */
  readonly restsBeside?: boolean;
  /** How threads share a run, from that cost of a step on: as a team, or as a crew of one of them; absent: not. */
  readonly shared?: { readonly by: "team" | "crew"; readonly from: number };
  /** Nanoseconds of one core for a unit of that. */
  unit(run: R): number;
  /** The most bytes that a run holds while it is computed, beside its data. */
  bytes(run: R, threads: number): number;
  /** Numbers of a snapshot, beside the outputs. */
  numbers(run: R): number;
  /** The same run with that share of its neurons, or of its cells along each axis; absent where it has no size to speak of. */
  readonly shrink?: {
    readonly key: "width" | "cells";
    to(run: R, share: number): R;
    /** Its size in words. */
    text(run: R): string;
    /** Whether the solver takes it, on whatever machine. */
    serves(run: R): boolean;
  };
}

export type DensityRecord<R extends OnGrid, Stated extends object = object> = SolverRecord<
  R,
  Stated,
  DensitySnapshot
>;
