// The results of one point of a study as they lie in its folder: every run with its state, or with why it has none.

import { inTurns } from "../base/interrupt.ts";
import { type ComparedValues, comparedValues } from "../observables/distances/compare.ts";
import { States } from "../results/states.ts";
import { comparable } from "../run/comparisons.ts";
import type { Progress } from "../run/progress.ts";
import { type PreparedPoint, type PreparedStudy, slotOf } from "./prepare.ts";
import type { RunStatus } from "./summary.ts";

export interface RunResult {
  readonly status: RunStatus;
  /** What there is of it: all, or up to where it failed. */
  readonly progress: Progress | null;
  /** Why it failed, or stalled. */
  readonly reason?: string;
}

export interface PointResults {
  readonly runs: readonly RunResult[];
  /** Distances between its solvers, a value a replica; of runs that are done. */
  readonly distances: readonly ComparedValues[];
}

/** Reads a point's runs. Damaged states are told of and count as missing. */
export function resultsOf(
  { prepared }: PreparedPoint,
  folder: string,
  onNotice: (message: string) => void,
  states = new States(folder),
): PointResults {
  const { built, manifest } = prepared;
  const runs = built.runs.map((run, index): RunResult => {
    const saved = states.loadRun(slotOf(folder, manifest.hash, index), run, onNotice);
    if (saved?.failure !== undefined)
      return { status: "failed", progress: saved.progress, reason: saved.failure };
    if (saved?.finished !== true) return { status: "missing", progress: null };
    const { progress, stalled } = saved;
    return stalled === undefined
      ? { status: "done", progress }
      : { status: "stalled", progress, reason: stalled };
  });
  const finished = runs.map(({ status, progress }) => (status === "done" ? progress : null));
  return { runs, distances: comparedValues(comparable(built, finished)) };
}

/** A point with what its runs hold. */
export interface ReadPoint {
  readonly point: PreparedPoint;
  readonly results: PointResults;
}

/** All points, without ensembles and densities: what fits and series take fits into memory. `each`: what is to be taken of a point before that. */
export async function pointsIn(
  { points }: PreparedStudy,
  folder: string,
  onNotice: (message: string) => void,
  each: (results: PointResults, index: number) => void = () => {},
): Promise<ReadPoint[]> {
  const states = new States(folder);
  return inTurns(
    points.map((point, index) => () => {
      const results = resultsOf(point, folder, onNotice, states);
      each(results, index);
      return { point, results: withoutStates(results) };
    }),
  );
}

/** Ensembles and densities are not needed once distances are known. */
function withoutStates({ runs, distances }: PointResults): PointResults {
  const rest = { snapshots: [], state: new Float64Array(0) };
  return {
    runs: runs.map((run) => ({
      ...run,
      progress: run.progress === null ? null : { ...run.progress, ...rest },
    })),
    distances,
  };
}
