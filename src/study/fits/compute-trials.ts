// Makes the trial runs that a study's verdicts hang on: what its fits ask for and the folder does not hold yet, in rounds, as a verdict that
// half a step leaves standing may ask for another start.

import { inTurns } from "../../base/interrupt.ts";
import type { RunOptions } from "../../experiment/execute.ts";
import {
  computeRuns,
  type PoolOptions,
  type RunTask,
  requireEnded,
  withWorkers,
} from "../../experiment/pool.ts";
import { usualThreads } from "../../kernels/backend/backend.ts";
import { claimFolder } from "../../results/folder.ts";
import { States } from "../../results/states.ts";
import { sharedProgress } from "../../run/progress.ts";
import type { PreparedStudy } from "../prepare.ts";
import { pointsIn } from "../results.ts";
import { fitsToMake } from "./fit.ts";
import { KeptTrials, laidOut } from "./trials.ts";

export interface TrialOptions extends Pick<RunOptions, "checkpointSeconds" | "stop" | "onNotice"> {
  readonly threads?: number;
  /** Called before a round with what it will make; returns what follows it. */
  onRound(trials: readonly RunTask[]): { update(progress: Float64Array): void; end(): void };
}

/** Whether any verdict of the study can hang on a trial. */
export function needsTrials({ fits }: PreparedStudy): boolean {
  return fits.some(({ along, predicted }) => along === "time" && predicted !== undefined);
}

/**
 * Computes what is missing into the study's folder, resuming what is saved there. A trial that fails leaves its reason.
 * Throws MuflowError "stopped" when asked to stop or the disk is full.
 */
export async function computeTrials(
  study: PreparedStudy,
  folder: string,
  options: TrialOptions,
): Promise<void> {
  if (!needsTrials(study)) return;
  const points = await pointsIn(study, folder, () => {});
  for (;;) {
    const trials = new KeptTrials(study, folder);
    await inTurns(fitsToMake(study.fits, points, trials));
    if (trials.missing.size === 0) return;
    const giveBack = await claimFolder(folder, study.manifest, options.onNotice);
    try {
      await compute(laidOut(study, folder, trials), folder, options);
    } finally {
      giveBack();
    }
  }
}

async function compute(trials: readonly RunTask[], folder: string, options: TrialOptions): Promise<void> {
  const { threads = usualThreads(), checkpointSeconds, onNotice, stop } = options;
  const display = options.onRound(trials);
  const progress = sharedProgress(trials.length);
  const states = new States(folder);
  try {
    const pool: PoolOptions = { threads, checkpointSeconds, stop, progress, states, packs: true };
    const results = await withWorkers(
      threads,
      (workers) => computeRuns(workers, trials, pool),
      () => display.update(progress),
    );
    for (const { notices } of results) for (const message of notices) onNotice?.(message);
    requireEnded(folder, results);
  } finally {
    states.close();
    display.end();
  }
}
