// What a study says of a random decay: the verdict on its true rate, and on one that is 10 % off, with the trial runs that they hang on.

import type { Progress, Row } from "../../src/run/progress.ts";
import type { GridRun } from "../../src/run/runs.ts";
import { simulate } from "../../src/run/solvers/list.ts";
import { fitStudy } from "../../src/study/fits/fit.ts";
import { DISTURBED_LASTS, disturbed, type TrialKind, type Trials } from "../../src/study/fits/trials.ts";
import type { ReadPoint } from "../../src/study/results.ts";
import type { Verdict } from "../../src/study/summary.ts";
import { type Drawn, rowsOf } from "./problems.ts";

/** The width that is asked for, twice the ± that a plain run should have, and how far off the wrong prediction is; relative to the rate. */
const WITHIN = 0.06;
const WRONG = 0.1;
/** The slow mode is alone where the local rate is that close to it; for so many e-folds it should be enough. */
const ALONE = 0.01;
const ENOUGH = 5;
/** Where a squared quantity comes near its rounding, over its largest value. */
const FLOOR = 1e-18;

export interface Outcome {
  readonly words: string;
  readonly truth: number;
  /** null where there is no slope. */
  readonly rate: number | null;
  /** Whether the 95 % interval holds the truth; null without one. */
  readonly held: boolean | null;
  readonly verdict: Verdict;
  readonly reason: string;
  /** The slow mode stands alone, above the floor, for long enough. */
  readonly plain: boolean;
  /** Of a rate 10 % too high or too low, by turns; null where it is not asked for, as the run is not plain. */
  readonly wrong: Verdict | null;
}

/** Errors: those of the solvers, in runs that have no result. */
export function outcomeOf(drawn: Drawn, k: number): Outcome {
  const { run, truth, words } = drawn;
  const end = simulate(run);
  if (end.status !== "done") throw new Error(end.failure ?? "broken");
  const trials = trialsOf(run, end.progress);
  const spec = {
    ...({ quantity: "free_energy", along: "time", law: "exponential", solver: "grid" } as const),
    within: WITHIN * truth,
  };
  const point = {
    point: { values: {}, prepared: { built: { runs: [run] } } },
    results: { distances: [], runs: [{ status: "done", progress: end.progress }] },
  } as unknown as ReadPoint;
  const ask = (predicted: number) => fitStudy([{ ...spec, predicted }], [point], trials)[0]!;
  const right = ask(-truth);
  const plain = isPlain(end.progress.rows, run, truth);
  const wrong = plain ? ask(-truth * (1 + (k % 2 === 0 ? WRONG : -WRONG))) : null;
  const { slope, interval } = right;
  return {
    words,
    truth,
    rate: slope === null ? null : -slope,
    held: interval === null ? null : interval[0] <= -truth && -truth <= interval[1],
    verdict: right.verdict!,
    reason: right.reason,
    plain,
    wrong: wrong?.verdict ?? null,
  };
}

/** Trials made when they are asked for, each once. */
function trialsOf(run: GridRun, { state }: Progress): Trials {
  const made = new Map<TrialKind, readonly Row[] | string>();
  return {
    rows(_, kind) {
      const known = made.get(kind) ?? trial(run, kind, state);
      made.set(kind, known);
      return known;
    },
  };
}

function trial(run: GridRun, kind: TrialKind, state: Float64Array): readonly Row[] | string {
  if (kind === "disturbed") {
    const schedule = { ...run.schedule, steps: DISTURBED_LASTS * run.schedule.steps };
    return rowsOf({ ...run, schedule }, disturbed(run, state));
  }
  if (kind === "finer cells") {
    return rowsOf({ ...run, cells: run.cells.map((count) => 2 * Math.ceil((1.5 * count) / 2)) } as GridRun);
  }
  const { step, steps, recordEvery } = run.schedule;
  const schedule = { step: step / 2, steps: 2 * steps, recordEvery: 2 * recordEvery, snapshots: [] };
  return rowsOf({ ...run, schedule } as GridRun);
}

/** By the local rate of what judges, over a tenth of the records. */
function isPlain(rows: readonly Row[], run: GridRun, truth: number): boolean {
  const name = run.dynamics.order === "first" ? "dissipation" : "fisher_rao";
  const kept = rows.filter(({ observables }) => observables[name]! > 0);
  const most = Math.max(...kept.map(({ observables }) => observables[name]!));
  const above = kept.filter(({ observables }) => observables[name]! > FLOOR * most);
  const width = Math.max(2, Math.floor(above.length / 10));
  const log = (k: number) => Math.log(above[k]!.observables[name]!);
  let first = above.length - 1 - width;
  for (; first >= 0; first--) {
    const rate = (log(first) - log(first + width)) / (above[first + width]!.t - above[first]!.t);
    if (!(Math.abs(rate / truth - 1) < ALONE)) break;
  }
  return first + 1 < above.length - width && log(first + 1) - log(above.length - 1) > ENOUGH;
}

export interface Tally {
  readonly count: number;
  readonly holds: number;
  readonly open: number;
  readonly falseAlarms: readonly Outcome[];
  /** Of those with a 95 % interval: how many there are, and hold the truth. */
  readonly given: number;
  readonly held: number;
  /** Of the plain ones: how many, that hold, and whose wrong prediction fails. */
  readonly plain: number;
  readonly plainHolds: number;
  readonly plainFails: number;
}

export function tallyOf(outcomes: readonly Outcome[]): Tally {
  const plain = outcomes.filter((one) => one.plain);
  return {
    count: outcomes.length,
    holds: outcomes.filter(({ verdict }) => verdict === "HOLDS").length,
    open: outcomes.filter(({ verdict }) => verdict === "NOT RESOLVED").length,
    falseAlarms: outcomes.filter(({ verdict }) => verdict === "FAILS"),
    given: outcomes.filter(({ held }) => held !== null).length,
    held: outcomes.filter(({ held }) => held === true).length,
    plain: plain.length,
    plainHolds: plain.filter(({ verdict }) => verdict === "HOLDS").length,
    plainFails: plain.filter(({ wrong }) => wrong === "FAILS").length,
  };
}
