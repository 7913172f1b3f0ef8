// muflow study SPEC --on slurm: submits the shards as a job array, follows them, submits again what was lost, merges. What this
// process knows is in the study's folder, so that it may end at any time and the same command goes on:
//   slurm/jobs.json   what was submitted      slurm/array.sh, slurm/log/   script and logs      slurm/shard-I-of-N/   results

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { inputError, MuflowError } from "../base/errors.ts";
import type { Backend } from "../kernels/backend/names.ts";
import { makeFolder, writeAtomically } from "../results/files.ts";
import { breakLock, claimFolder } from "../results/folder.ts";
import { keptJson } from "../results/kept.ts";
import { shardTasks } from "../study/compute.ts";
import { keepStudy, type PreparedStudy, type StudyTask, studyTasks } from "../study/prepare.ts";
import { readShardProgress, type ShardState, shardState } from "../study/shards/shard-state.ts";
import {
  type Attempts,
  activity,
  afterLoss,
  arrayIndices,
  arrayScript,
  type JobRecord,
  jobIdIn,
  jobOf,
  jobRecordShape,
  QUEUE_FORMAT,
  type QueuedTask,
  queuedTasks,
  shardName,
} from "../study/shards/slurm.ts";
import { STOPPED, tell } from "./output.ts";
import { program } from "./program.ts";
import { percent, type Reading, readingDisplay } from "./progress.ts";

export interface SlurmOptions {
  /** As asked for; undefined: as before, or what is sensible. */
  readonly shards: number | undefined;
  /** Threads of a task. */
  readonly threads: number | undefined;
  /** Of a task, as asked for: nodes differ. */
  readonly backend: Backend;
  readonly checkpointSeconds: number;
  /** For sbatch. */
  readonly sbatch: readonly string[];
  /** How often a shard that got no further is submitted again. */
  readonly retries: number;
}

/** Enough to keep a cluster busy and little enough to be lost; a study of fewer runs has a shard a run. */
export const SHARDS = 32;
/** A task is looked for this long before one that the queue does not show counts as lost. */
const UNSEEN_MS = 60_000;
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

const slurmFolder = (folder: string) => join(folder, "slurm");
const recordPath = (folder: string) => join(slurmFolder(folder), "jobs.json");

/**
 * Computes the study's shards on Slurm and returns their folders, once each is finished or given up. Errors: no Slurm here,
 * what sbatch refuses, a folder of something else (input); interrupted, the jobs going on (stopped).
 */
export async function computeOnSlurm(
  study: PreparedStudy,
  folder: string,
  options: SlurmOptions,
): Promise<{ folders: string[]; started: Date }> {
  await requireSlurm();
  const known = readRecord(folder, study);
  if (known !== null && options.shards !== undefined && options.shards !== known.shards) {
    throw inputError(
      "--shards",
      `found ${options.shards}; allowed: ${known.shards}, into which ${folder} is cut already, or another folder with --out`,
    );
  }
  const shards = known?.shards ?? Math.min(options.shards ?? SHARDS, studyTasks(study).length);
  const isNew = !existsSync(folder);
  const giveBack = await claimFolder(folder, study.manifest, tell);
  try {
    keepStudy(study, folder);
    return await follow(study, folder, shards, options, known);
  } catch (error) {
    if (isNew && !existsSync(recordPath(folder))) rmSync(folder, { recursive: true, force: true });
    throw error;
  } finally {
    giveBack();
  }
}

function readRecord(folder: string, { manifest }: PreparedStudy): JobRecord | null {
  const path = recordPath(folder);
  if (!existsSync(path)) return null;
  const record = keptJson(
    path,
    jobRecordShape,
    "end the jobs it may have named (squeue --me), then remove it",
  );
  if (record.hash === manifest.hash) return record;
  throw inputError(path, "names the jobs of another study. Choose another folder with --out");
}

/** A shard on its way. */
interface FollowedShard {
  readonly index: number;
  readonly folder: string;
  readonly tasks: readonly StudyTask[];
  /** Absent where it is still computed or waits for that. */
  ended?: ShardState | "given up";
  attempts?: Attempts;
  /** When this process submitted it. */
  submitted?: number;
}

/** Follows one study until all of its shards have ended; `known`: what was submitted before. */
async function follow(
  study: PreparedStudy,
  folder: string,
  count: number,
  options: SlurmOptions,
  known: JobRecord | null,
): Promise<{ folders: string[]; started: Date }> {
  const shards = Array.from({ length: count }, (_, k): FollowedShard => {
    const index = k + 1;
    const at = join(slurmFolder(folder), shardName(index, count));
    return { index, folder: at, tasks: shardTasks(study, { index, count }) };
  });
  let record = known;
  /** Tasks that the queue has shown, not ended. */
  const active = new Set<string>();
  const interrupted = new AbortController();
  // Numbers of jobs begin anew where a controller is set up anew: the name tells whose they are.
  const jobName = `muflow-${study.name}-${study.manifest.hash.slice(0, 8)}`;

  const unended = () => shards.filter(({ ended }) => ended === undefined);
  const jobFor = ({ index }: FollowedShard) => (record === null ? null : jobOf(record, index));
  const activeJobs = () => [...new Set(unended().map(jobFor))].filter((job) => job !== null);

  /** Half a second at first, for studies of seconds; a quarter of a minute later on, for the sake of Slurm's controller. */
  async function pause(elapsed: number): Promise<void> {
    const { signal } = interrupted;
    await sleep(Math.min(15_000, Math.max(500, elapsed / 20)), undefined, { signal }).catch(() => {});
    if (!signal.aborted) return;
    const jobs = activeJobs();
    throw new MuflowError(
      "stopped",
      `${folder}: no longer followed; ${jobs.length === 1 ? `job ${jobs[0]} goes` : `jobs ${jobs.join(", ")} go`} on. ` +
        `The same command follows again and merges; scancel ${jobs.join(" ")} ends them`,
    );
  }

  /** Tasks of the jobs that matter, or why they are not known. */
  async function queueOf(jobs: readonly string[]): Promise<Map<string, QueuedTask> | Error> {
    if (jobs.length === 0) return new Map();
    const { code, stdout, stderr } = await execute("squeue", [
      ...["--noheader", "--array", "--states=all", `--name=${jobName}`],
      ...[`--jobs=${jobs.join(",")}`, `--format=${QUEUE_FORMAT}`],
    ]);
    if (code === 0) return queuedTasks(stdout);
    // Slurm forgets a job some minutes after its end.
    if (/invalid job id/i.test(stderr)) return new Map();
    return new Error(`squeue: ${oneLine(stderr)}`);
  }

  /** Sees to every shard that nobody is at. */
  async function attend(queue: ReadonlyMap<string, QueuedTask>): Promise<void> {
    const first: FollowedShard[] = [];
    const again: FollowedShard[] = [];
    for (const shard of unended()) {
      const job = jobFor(shard);
      const name = `${job}_${shard.index}`;
      const task = job === null ? undefined : queue.get(name);
      if (task !== undefined && activity(task) !== "ended") {
        active.add(name);
        continue;
      }
      const state = shardState(study, shard.tasks, shard.folder, tell);
      if (state.ended === shard.tasks.length) shard.ended = state;
      else if (job === null) first.push(shard);
      else if (task !== undefined || !mayAppear(shard, name)) {
        if (isTriedAgain(shard, name, task, state)) again.push(shard);
      }
    }
    if (first.length > 0) await submit(first);
    if (again.length > 0) await resubmit(again);
  }

  /** Some queues show a job only a while after it was submitted. */
  function mayAppear({ submitted }: FollowedShard, name: string): boolean {
    return submitted !== undefined && !active.has(name) && Date.now() - submitted < UNSEEN_MS;
  }

  function isTriedAgain(
    shard: FollowedShard,
    name: string,
    task: QueuedTask | undefined,
    { share }: ShardState,
  ): boolean {
    const log = join(slurmFolder(folder), "log", `${name}.txt`);
    const end = task === undefined ? "is gone from the queue" : withReason(task);
    const lost = `shard ${shard.index} of ${count} is not finished: job ${name} ${end}${lastWords(log, task)}`;
    const next = `submitting it again, from ${percent(share)} of its work`;
    const before = shard.attempts ?? { count: 0, share };
    // What was lost before this command began is no attempt of this command's.
    const { again, attempts } =
      shard.submitted !== undefined || active.has(name)
        ? afterLoss(before, share, options.retries)
        : { again: true, attempts: before };
    shard.attempts = attempts;
    if (!again) shard.ended = "given up";
    tell(`${lost}; ${again ? next : `given up (--retries ${options.retries}), see ${log}`}`);
    return again;
  }

  async function resubmit(lost: readonly FollowedShard[]): Promise<void> {
    // Whoever held these folders is gone: Slurm says so.
    for (const shard of lost) breakLock(shard.folder);
    try {
      await submit(lost);
    } catch (error) {
      if (!(error instanceof MuflowError)) throw error;
      tell(error.message);
    }
  }

  async function submit(sent: readonly FollowedShard[]): Promise<void> {
    const { threads, backend, checkpointSeconds, sbatch } = options;
    const at = slurmFolder(resolve(folder));
    const script = join(at, "array.sh");
    const indices = sent.map(({ index }) => index);
    makeFolder(join(at, "log"));
    writeAtomically(
      script,
      arrayScript({
        program: program(),
        folder: resolve(folder),
        shards: count,
        backend,
        checkpointSeconds,
      }),
    );
    const { code, stdout, stderr } = await execute("sbatch", [
      ...["--parsable", `--job-name=${jobName}`, `--array=${arrayIndices(indices)}`],
      "--output=/dev/null",
      `--cpus-per-task=${threads ?? 1}`,
      ...sbatch,
      script,
    ]);
    const job = jobIdIn(stdout);
    if (code !== 0 || job === null) {
      const hint = /array/i.test(stderr)
        ? ". Fewer --shards may do"
        : /unable to contact|configuration source/i.test(stderr)
          ? `; ${ELSEWHERE}`
          : "";
      throw inputError("--on slurm", `sbatch refuses the job: ${oneLine(stderr || stdout)}${hint}`);
    }
    const { hash } = study.manifest;
    record ??= { hash, shards: count, started: new Date().toISOString(), submissions: [] };
    record = { ...record, submissions: [...record.submissions, { job, shards: indices }] };
    writeAtomically(recordPath(folder), `${JSON.stringify(record, null, 2)}\n`);
    for (const shard of sent) shard.submitted = Date.now();
    tell(`submitted shards ${arrayIndices(indices)} of ${count} as job ${job}`);
  }

  function progress(queue: ReadonlyMap<string, QueuedTask>): Reading {
    const numbers = { done: 0, running: 0, pending: 0, failed: 0 };
    const waitsFor = new Set<string>();
    let [runs, done, work] = [0, 0, 0];
    for (const shard of shards) {
      const { ended, tasks } = shard;
      const total = tasks.reduce((sum, task) => sum + task.work, 0);
      const state = typeof ended === "object" ? ended : readShardProgress(shard.folder);
      runs += state.ended;
      done += state.share * total;
      work += total;
      const task = queue.get(`${jobFor(shard)}_${shard.index}`);
      if (typeof ended === "object") numbers.done++;
      else if (ended === "given up") numbers.failed++;
      else if (task !== undefined && activity(task) === "running") numbers.running++;
      else {
        numbers.pending++;
        if (task !== undefined && task.reason !== "None") waitsFor.add(task.reason);
      }
    }
    const reasons = waitsFor.size > 0 ? ` (${[...waitsFor].join(", ")})` : "";
    return {
      share: work > 0 ? done / work : 1,
      text:
        `shards: ${numbers.done} done, ${numbers.running} running, ${numbers.pending} pending${reasons}, ${numbers.failed} failed; ` +
        `runs: ${runs} of ${studyTasks(study).length}`,
    };
  }

  const interrupt = () => {
    // Slurm's commands may take their time to answer: whoever asks twice is not kept waiting for them.
    if (interrupted.signal.aborted) process.exit(STOPPED);
    interrupted.abort();
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  const display = readingDisplay();
  const begun = performance.now();
  let isAnswering = true;
  try {
    for (;;) {
      const queue = await queueOf(activeJobs());
      if (queue instanceof Error && isAnswering) tell(`${queue.message}; asking again until it answers`);
      isAnswering = !(queue instanceof Error);
      if (!(queue instanceof Error)) {
        await attend(queue);
        display.update(progress(queue));
      }
      if (unended().length === 0) break;
      await pause(performance.now() - begun);
    }
  } finally {
    display.end();
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
  return {
    folders: shards.map((shard) => shard.folder).filter((each) => existsSync(each)),
    started: new Date(record?.started ?? Date.now()),
  };
}

function withReason({ state, reason }: QueuedTask): string {
  return reason === "None" || reason === "" ? state : `${state} (${reason})`;
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, "; ") || "no message";
}

/** What a job last said, for a message. */
function lastWords(log: string, task: QueuedTask | undefined): string {
  if (task?.state === "COMPLETED") return "";
  if (!existsSync(log)) {
    return task?.state === "FAILED" ? `, without a log: do the nodes see ${dirname(log)}?` : "";
  }
  const line = readFileSync(log, "utf8").trimEnd().split("\n").at(-1)!.trim();
  return line === "" ? "" : `, its last words: ${line}`;
}

/** Runs a command of Slurm to its end, out of reach of the terminal's Ctrl-C: a submission is made or not, never half. */
async function execute(command: string, args: readonly string[]) {
  const child = spawn(command, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  await once(child, "spawn");
  const [[code], stdout, stderr] = await Promise.all([
    once(child, "close") as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, stdout, stderr };
}

async function requireSlurm(): Promise<void> {
  for (const command of ["sbatch", "squeue"]) {
    const asked = await execute(command, ["--version"]).catch(() => null);
    if (asked === null) throw inputError("--on slurm", `found no ${command} on this machine; ${ELSEWHERE}`);
    if (asked.code !== 0) {
      const [last] = asked.stderr.trim().split("\n").slice(-1);
      throw inputError(
        "--on slurm",
        `found a Slurm that is not set up (${last || "no message"}); ${ELSEWHERE}`,
      );
    }
  }
}

const ELSEWHERE =
  "allowed: where Slurm takes jobs. Elsewhere: muflow study SPEC --shard i/n on each machine and muflow merge, or a script of " +
  "muflow emit slurm|parallel|hyperqueue SPEC";
