// Shared by tests of fits: a study computed as muflow study computes it, run by run and trial by trial, in this process.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunTask } from "../../experiment/pool.ts";
import type { PreparedExperiment } from "../../experiment/prepare.ts";
import { performed } from "../../experiment/worker.ts";
import { meansOf } from "../../kernels/backend/backend.ts";
import { claimFolder } from "../../results/folder.ts";
import { States } from "../../results/states.ts";
import { builtOf } from "../../run/built-testing.ts";
import { NO_PROGRESS, type Row } from "../../run/progress.ts";
import type { FitSpec } from "../../spec/shapes/study.ts";
import { completeStudy, type PreparedStudy, poolTasks, studyTasks } from "../prepare.ts";
import { type PointResults, pointsIn, type ReadPoint } from "../results.ts";
import type { RunStatus, StudyFit } from "../summary.ts";
import type { SweptValues } from "../sweep.ts";
import { fitStudy } from "./fit.ts";
import { KeptTrials, laidOut } from "./trials.ts";

/** What a made-up point's file states besides its solvers, unless a test says otherwise: no data, and no noise. */
const PLAIN = {
  name: "made-up",
  problem: { potential: { kind: "quadratic" } },
  dynamics: { kind: "gradient-flow" },
  initial: { kind: "gaussian", mean: [0], std: 1 },
  time: { until: 1, step: 0.1 },
};

/** A point whose runs are those of that file, done with these rows, or with why they have none. */
export function pointWith(
  values: SweptValues,
  file: object,
  ends: readonly (readonly Row[] | RunStatus)[],
  distances: PointResults["distances"] = [],
): ReadPoint {
  const built = builtOf({ ...PLAIN, ...file });
  const runs = ends.map((end) =>
    typeof end === "string"
      ? { status: end, progress: null }
      : { status: "done" as const, progress: { ...NO_PROGRESS, rows: end } },
  );
  return { point: { values, prepared: { built } as PreparedExperiment }, results: { runs, distances } };
}

/** A study whose runs are made; trials are made where a fit asks for them. */
export class MadeStudy {
  private constructor(
    readonly study: PreparedStudy,
    readonly folder: string,
    private readonly points: readonly ReadPoint[],
  ) {}

  /** Checks what muflow study would, and computes the runs. */
  static async of(raw: object, fits: readonly object[]): Promise<MadeStudy> {
    const study = await completeStudy({ path: "spec.yaml", raw: { ...raw, fits } });
    const folder = mkdtempSync(join(tmpdir(), "muflow-fits-"));
    const giveBack = await claimFolder(folder, study.manifest);
    const tasks = studyTasks(study);
    const states = new States(folder);
    for (const task of poolTasks(study, tasks, folder)) {
      perform(task, states);
    }
    states.close();
    const points = await pointsIn(study, folder, () => {});
    giveBack();
    return new MadeStudy(study, folder, points);
  }

  /** The fits as the file states them, defaults filled in. */
  get stated(): readonly FitSpec[] {
    return this.study.fits;
  }

  /** A fit as the only one of its study: one for every combination of the other keys. */
  fit(spec: FitSpec): StudyFit[] {
    for (;;) {
      const trials = new KeptTrials(this.study, this.folder);
      const fits = fitStudy([spec], this.points, trials);
      if (trials.missing.size === 0) return fits;
      const states = new States(this.folder);
      for (const task of laidOut(this.study, this.folder, trials)) perform(task, states);
      states.close();
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function perform(task: RunTask, states: States): void {
  const { experiment, inputs, hash, run, checkpoint } = task;
  const alone = { slot: 0, rank: 0, size: 1, ...meansOf(1), memory: null, checkpointSeconds: 1e9 };
  const shared = { stop: new Int32Array(1), progress: new Float64Array(2) };
  const place = { checkpoint, packed: states.packed(task), packs: true };
  const { state, failure } = performed({ experiment, inputs, hash, run, ...place, ...alone, ...shared });
  if (state !== undefined) states.keep(task, state);
  else if (failure !== null) states.fail(task, failure.message);
}
