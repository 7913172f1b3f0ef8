// How far a shard is: the work of what has ended and its part of what runs, over all of its work.

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { sharedProgress, show } from "../../run/progress.ts";
import type { PreparedStudy, StudyTask } from "../prepare.ts";
import { readShardProgress, ShardProgress } from "./shard-state.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-shard-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
mkdirSync(join(directory, "state"));

const run = { solver: "particles", schedule: { steps: 10 } };
const study = { points: [{ prepared: { built: { runs: [run, run, run] } } }] } as unknown as PreparedStudy;
const tasks = [3, 1, 4].map((work, k) => ({ point: 0, run: k, work }) as StudyTask);

/** What threads show that have done so many steps of each task. */
function progressOf(...steps: number[]): Float64Array {
  const progress = sharedProgress(steps.length);
  for (const [task, step] of steps.entries()) show(progress, task, { step, value: 0.1 });
  return progress;
}

it("is weighed by work, and whole where there is none", () => {
  const progress = new ShardProgress(study, tasks, directory);
  progress.taskEnded(1, "done");
  progress.write(progressOf(5, 10, 1));
  expect(readShardProgress(directory)).toEqual({ ended: 1, failed: 0, share: (1.5 + 1 + 0.4) / 8 });
  progress.taskEnded(2, "broken");
  progress.write(progressOf(10, 10, 1));
  expect(readShardProgress(directory)).toEqual({ ended: 2, failed: 1, share: 1 });
  new ShardProgress(study, [], directory).write(new Float64Array(0));
  expect(readShardProgress(directory)).toEqual({ ended: 0, failed: 0, share: 1 });
});
