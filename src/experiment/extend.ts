// A finished run goes on to a later end: its runs' states are laid down as those of the longer experiment, interrupted where the
// shorter one ended. What comes of them has the bits of one long run, so only what both have in common up to there may be kept:
// records at the same times. What a run plans by its whole length (lower bounds of networks) is computed anew, and said.

import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { inputError } from "../base/errors.ts";
import { rounded } from "../base/words.ts";
import { lackOfDual } from "../observables/lower-bound/lower-bound.ts";
import { loadCheckpoint, previousPath, saveCheckpoint } from "../results/checkpoint.ts";
import { diskError, writeAtomically } from "../results/files.ts";
import {
  claimFolder,
  type Manifest,
  manifestOf,
  manifestPath,
  readSummary,
  summaryPath,
} from "../results/folder.ts";
import { ranToEnd } from "../results/formats/summary.ts";
import { holdsMark } from "../results/source.ts";
import { States } from "../results/states.ts";
import { boundPlan } from "../run/bounds.ts";
import type { Progress } from "../run/progress.ts";
import { isAtRest, isNetwork } from "../run/runs.ts";
import { nameOf, type Run } from "../run/solvers/list.ts";
import { describeDifferences, type JsonObject } from "../spec/canonical.ts";
import type { StatedSpec } from "../spec/load.ts";
import { isWhole, type Schedule, schedule } from "../spec/schedule.ts";
import { checkpointPath } from "./execute.ts";
import type { PreparedExperiment } from "./prepare.ts";

interface Time {
  readonly until: number;
  readonly step: number;
  readonly record: number;
  readonly snapshots: readonly number[];
}

const laidDown = (path: string) => `${path}.extended`;

/**
 * Lays what the finished folder `from` has into `target`, for `prepared` to go on from; they may be the same folder, which is then
 * the longer run's. Errors (input): a folder that is not finished, an experiment that differs in more than its end.
 */
export async function extendRun(
  prepared: PreparedExperiment,
  from: string,
  target: string,
  notice: (message: string) => void,
): Promise<void> {
  const shorter = manifestOf(from);
  if (shorter === null || Object.hasOwn(shorter.spec, "sweep")) {
    throw inputError(
      from,
      "holds no run to go on from; allowed for --extend: a finished folder of muflow run",
    );
  }
  const inPlace = resolve(from) === resolve(target);
  if (shorter.hash === prepared.manifest.hash) {
    if (!inPlace) return;
    const giveBack = await claimFolder(target, prepared.manifest, notice);
    try {
      finishMove(prepared, target);
    } catch (error) {
      throw diskError(target, error);
    } finally {
      giveBack();
    }
    return;
  }
  const summary = readSummary(from);
  if (summary === null || !ranToEnd(summary)) {
    throw inputError(
      from,
      "is not finished; allowed for --extend: a finished run. The command that made it goes on from there",
    );
  }
  const before = requireLonger(shorter, prepared, from);
  const giveBack = await claimFolder(target, inPlace ? shorter : prepared.manifest, notice);
  const states = States.of(from, giveBack);
  try {
    mkdirSync(join(target, "state"), { recursive: true });
    for (const [index, run] of prepared.built.runs.entries()) {
      const path = checkpointPath(target, index);
      if (!inPlace && existsSync(path)) continue;
      const saved = states.load(
        { hash: shorter.hash, run: index, checkpoint: checkpointPath(from, index) },
        notice,
      );
      if (saved === null || saved.progress === null) {
        notice(`${nameOf(run)}: computed from the start, as ${from} has no state of it`);
        continue;
      }
      const again = continued(saved.progress, run, before);
      if (again === null) {
        notice(
          `${nameOf(run)}: computed from the start, as its lower bounds (dual) are planned by its whole length; dual: off would let it go on`,
        );
      } else {
        const finished = isAtRest(run);
        const { hash } = prepared.manifest;
        saveCheckpoint(inPlace ? laidDown(path) : path, { hash, run: index, finished, progress: again });
      }
    }
    if (!inPlace) return;
    rmSync(summaryPath(target), { force: true });
    writeAtomically(manifestPath(target), `${JSON.stringify(prepared.manifest, null, 2)}\n`);
    finishMove(prepared, target);
  } catch (error) {
    throw diskError(target, error);
  } finally {
    states.close();
    giveBack();
  }
}

/** What was laid down takes the place of the shorter run's states, and what goes on from none of them is removed. */
function finishMove({ built, manifest }: PreparedExperiment, folder: string): void {
  for (const run of built.runs.keys()) {
    const path = checkpointPath(folder, run);
    const moves = existsSync(laidDown(path));
    if (!moves && isOf(path, manifest.hash)) continue;
    for (const old of [previousPath(path), path]) rmSync(old, { force: true });
    if (moves) renameSync(laidDown(path), path);
  }
}

/** Whether the state there is that of an experiment; one that is not there is no other's. */
function isOf(path: string, hash: string): boolean {
  try {
    loadCheckpoint(path, hash, () => {});
    return true;
  } catch {
    return false;
  }
}

const refusal = (from: string, why: string) => inputError(from, `cannot be extended: ${why}`);

/** What a longer run must be recorded at, that of a shorter one's interval. */
function recordText(before: Schedule, { until, record }: Pick<Time, "until" | "record">): string {
  const interval = rounded(before.recordEvery * before.step, 6);
  const wanted = Math.round(until / before.step) / before.recordEvery;
  return Number.isInteger(wanted)
    ? `time.record: found ${record}; allowed: ${wanted}, as its records are ${interval} apart`
    : `its records are ${interval} apart; allowed: a time.until that is a multiple of that, found ${until}`;
}

/**
 * Of a spec before its schema has looked at it, which would advise the nearest divisor: a number of records that no longer run than that
 * in `from` can have. Errors (input).
 */
export function requireItsRecords({ raw }: Pick<StatedSpec, "raw">, from: string): void {
  const shorter = manifestOf(from);
  if (shorter === null || Object.hasOwn(shorter.spec, "sweep")) return;
  const old = (shorter.spec as unknown as { time: Time }).time;
  const asked = Object((Object(raw) as { time?: unknown }).time) as Partial<Record<keyof Time, unknown>>;
  const { until, step, record } = asked;
  if (typeof until !== "number" || typeof record !== "number" || step !== old.step || !(until > old.until)) {
    return;
  }
  const steps = until / old.step;
  const before = schedule(old);
  if (!isWhole(steps) || Math.round(steps) === record * before.recordEvery) return;
  throw refusal(from, recordText(before, { until, record }));
}

/** The schedule of the shorter run. Errors (input): what does not go on from it. */
function requireLonger(shorter: Manifest, { manifest, built }: PreparedExperiment, from: string): Schedule {
  if (shorter.version !== manifest.version) {
    throw refusal(from, `it was made by muflow ${shorter.version}, this is ${manifest.version}`);
  }
  if (shorter.moduleSha256 !== manifest.moduleSha256 && holdsMark(manifest.spec)) {
    throw refusal(
      from,
      "the module that states its functions changed; leave it, and set --set time.until=… and time.record",
    );
  }
  const { time: short, ...rest } = shorter.spec as JsonObject & { time: JsonObject };
  const { time: long, ...wanted } = manifest.spec as JsonObject & { time: JsonObject };
  const differences = describeDifferences({ ...rest, step: short.step! }, { ...wanted, step: long.step! });
  if (differences.length > 0) {
    throw refusal(from, `it differs in more than time.until and time.record: ${differences.join("; ")}`);
  }
  const [old, asked] = [short, long] as unknown as [Time, Time];
  const before = schedule(old);
  const { steps, recordEvery, snapshots } = built.runs[0]!.schedule;
  if (steps <= before.steps) {
    throw refusal(from, `it ends at t = ${old.until}; allowed: time.until beyond it, found ${asked.until}`);
  }
  if (recordEvery !== before.recordEvery) throw refusal(from, recordText(before, asked));
  const missing = snapshots.find((n) => n <= before.steps && !before.snapshots.includes(n));
  if (missing !== undefined) {
    throw refusal(
      from,
      `time.snapshots: it kept none at t = ${missing * old.step}; allowed: those it has, and later ones`,
    );
  }
  return before;
}

/** The state of the longer run where the shorter one ended; null where that has what no longer run would have. */
function continued(progress: Progress, run: Run, before: Schedule): Progress | null {
  if (isAtRest(run)) return progress;
  if (isNetwork(run) && lackOfDual(run) === null) {
    const [short, long] = [boundPlan({ ...run, schedule: before }), boundPlan(run)];
    if (short.every !== 0 || long.every !== 0) return null;
  }
  const times = new Set(run.schedule.snapshots.map((n) => n * before.step));
  return {
    ...progress,
    snapshots: progress.snapshots.filter(({ t }) => times.has(t)),
    // Errors of a refined run are those of its end.
    rows: progress.rows.map(({ t, observables }) => ({
      t,
      observables:
        "error_space" in observables
          ? { ...observables, error_space: Number.NaN, error_time: Number.NaN }
          : observables,
    })),
  };
}
