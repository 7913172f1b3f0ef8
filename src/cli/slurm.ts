// muflow study SPEC --on slurm: submits the shards as a job array, follows them, submits again what was lost, merges. What this
// process knows is in the study's folder, so that it may end at any time and the same command goes on:
//   slurm/jobs.json   what was submitted      slurm/array.sh, slurm/log/   script and logs      slurm/shard-I-of-N/   results

import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inputError, MuflowError } from "../base/errors.ts";
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
  const follower = new Follower(study, folder, shards, options, known);
  try {
    keepStudy(study, folder);
    return await follower.follow();
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

/** One study on its way. */
class Follower {
  private record: JobRecord | null;
  private readonly tasks: readonly (readonly StudyTask[])[];
  /** By shard; absent where it is still computed or waits for that. */
  private readonly ended = new Map<number, ShardState | "given up">();
  private readonly attempts = new Map<number, Attempts>();
  /** When this process submitted it. */
  private readonly submitted = new Map<number, number>();
  /** Tasks that the queue has shown, not ended. */
  private readonly active = new Set<string>();
  private readonly interrupted = new AbortController();

  constructor(
    private readonly study: PreparedStudy,
    private readonly folder: string,
    private readonly shards: number,
    private readonly options: SlurmOptions,
    known: JobRecord | null,
  ) {
    this.record = known;
    this.tasks = this.all().map((index) => shardTasks(study, { index, count: shards }));
  }

  async follow(): Promise<{ folders: string[]; started: Date }> {
    const interrupt = () => {
      // Slurm's commands may take their time to answer: whoever asks twice is not kept waiting for them.
      if (this.interrupted.signal.aborted) process.exit(STOPPED);
      this.interrupted.abort();
    };
    for (const signal of SIGNALS) process.on(signal, interrupt);
    const display = readingDisplay();
    const begun = performance.now();
    let isAnswering = true;
    try {
      for (;;) {
        const queue = await this.queue();
        if (queue instanceof Error && isAnswering) tell(`${queue.message}; asking again until it answers`);
        isAnswering = !(queue instanceof Error);
        if (!(queue instanceof Error)) {
          await this.attend(queue);
          display.update(this.progress(queue));
        }
        if (this.ended.size === this.shards) break;
        await this.pause(performance.now() - begun);
      }
    } finally {
      display.end();
      for (const signal of SIGNALS) process.off(signal, interrupt);
    }
    const folders = this.all().map((shard) => this.folderOf(shard));
    return {
      folders: folders.filter((own) => existsSync(own)),
      started: new Date(this.record?.started ?? Date.now()),
    };
  }

  /** Half a second at first, for studies of seconds; a quarter of a minute later on, for the sake of Slurm's controller. */
  private async pause(elapsed: number): Promise<void> {
    const { signal } = this.interrupted;
    await sleep(Math.min(15_000, Math.max(500, elapsed / 20)), undefined, { signal }).catch(() => {});
    if (!signal.aborted) return;
    const jobs = this.activeJobs();
    throw new MuflowError(
      "stopped",
      `${this.folder}: no longer followed; ${jobs.length === 1 ? `job ${jobs[0]} goes` : `jobs ${jobs.join(", ")} go`} on. ` +
        `The same command follows again and merges; scancel ${jobs.join(" ")} ends them`,
    );
  }

  private all(): number[] {
    return Array.from({ length: this.shards }, (_, index) => index + 1);
  }

  private unended(): number[] {
    return this.all().filter((shard) => !this.ended.has(shard));
  }

  private folderOf(shard: number): string {
    return join(slurmFolder(this.folder), shardName(shard, this.shards));
  }

  private jobOf(shard: number): string | null {
    return this.record === null ? null : jobOf(this.record, shard);
  }

  private activeJobs(): string[] {
    const jobs = this.unended().map((shard) => this.jobOf(shard));
    return [...new Set(jobs.filter((job) => job !== null))];
  }

  /** Tasks of the jobs that matter, or why they are not known. */
  private async queue(): Promise<Map<string, QueuedTask> | Error> {
    const jobs = this.activeJobs();
    if (jobs.length === 0) return new Map();
    const { code, stdout, stderr } = await execute("squeue", [
      ...["--noheader", "--array", "--states=all", `--name=${this.jobName()}`],
      ...[`--jobs=${jobs.join(",")}`, `--format=${QUEUE_FORMAT}`],
    ]);
    if (code === 0) return queuedTasks(stdout);
    // Slurm forgets a job some minutes after its end.
    if (/invalid job id/i.test(stderr)) return new Map();
    return new Error(`squeue: ${oneLine(stderr)}`);
  }

  /** Sees to every shard that nobody is at. */
  private async attend(queue: ReadonlyMap<string, QueuedTask>): Promise<void> {
    const first: number[] = [];
    const again: number[] = [];
    for (const shard of this.unended()) {
      const job = this.jobOf(shard);
      const task = job === null ? undefined : queue.get(`${job}_${shard}`);
      if (task !== undefined && activity(task) !== "ended") {
        this.active.add(`${job}_${shard}`);
        continue;
      }
      const state = shardState(this.study, this.tasks[shard - 1]!, this.folderOf(shard), tell);
      if (state.ended === this.tasks[shard - 1]!.length) this.ended.set(shard, state);
      else if (job === null) first.push(shard);
      else if (task !== undefined || !this.mayAppear(shard, job)) {
        if (this.isTriedAgain(shard, job, task, state)) again.push(shard);
      }
    }
    if (first.length > 0) await this.submit(first);
    if (again.length > 0) await this.resubmit(again);
  }

  /** Some queues show a job only a while after it was submitted. */
  private mayAppear(shard: number, job: string): boolean {
    const at = this.submitted.get(shard);
    return at !== undefined && !this.active.has(`${job}_${shard}`) && Date.now() - at < UNSEEN_MS;
  }

  private isTriedAgain(shard: number, job: string, task: QueuedTask | undefined, state: ShardState): boolean {
    const log = join(slurmFolder(this.folder), "log", `${job}_${shard}.txt`);
    const end = task === undefined ? "is gone from the queue" : withReason(task);
    const lost = `shard ${shard} of ${this.shards} is not finished: job ${job}_${shard} ${end}${lastWords(log, task)}`;
    const next = `submitting it again, from ${percent(state.share)} of its work`;
    const before = this.attempts.get(shard) ?? { count: 0, share: state.share };
    // What was lost before this command began is no attempt of this command's.
    const { again, attempts } =
      this.submitted.has(shard) || this.active.has(`${job}_${shard}`)
        ? afterLoss(before, state.share, this.options.retries)
        : { again: true, attempts: before };
    this.attempts.set(shard, attempts);
    if (!again) this.ended.set(shard, "given up");
    tell(`${lost}; ${again ? next : `given up (--retries ${this.options.retries}), see ${log}`}`);
    return again;
  }

  private async resubmit(shards: readonly number[]): Promise<void> {
    // Whoever held these folders is gone: Slurm says so.
    for (const shard of shards) breakLock(this.folderOf(shard));
    try {
      await this.submit(shards);
    } catch (error) {
      if (!(error instanceof MuflowError)) throw error;
      tell(error.message);
    }
  }

  private async submit(shards: readonly number[]): Promise<void> {
    const { threads, checkpointSeconds, sbatch } = this.options;
    const folder = resolve(this.folder);
    const script = join(slurmFolder(folder), "array.sh");
    makeFolder(join(slurmFolder(folder), "log"));
    writeAtomically(
      script,
      arrayScript({ program: program(), folder, shards: this.shards, checkpointSeconds }),
    );
    const { code, stdout, stderr } = await execute("sbatch", [
      ...["--parsable", `--job-name=${this.jobName()}`, `--array=${arrayIndices(shards)}`],
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
    this.note(job, shards);
    tell(`submitted shards ${arrayIndices(shards)} of ${this.shards} as job ${job}`);
  }

  private note(job: string, shards: readonly number[]): void {
    const record = this.record ?? {
      hash: this.study.manifest.hash,
      shards: this.shards,
      started: new Date().toISOString(),
      submissions: [],
    };
    this.record = { ...record, submissions: [...record.submissions, { job, shards }] };
    writeAtomically(recordPath(this.folder), `${JSON.stringify(this.record, null, 2)}\n`);
    for (const shard of shards) this.submitted.set(shard, Date.now());
  }

  /** Numbers of jobs begin anew where a controller is set up anew: the name tells whose they are. */
  private jobName(): string {
    return `muflow-${this.study.name}-${this.study.manifest.hash.slice(0, 8)}`;
  }

  private progress(queue: ReadonlyMap<string, QueuedTask>): Reading {
    const count = { done: 0, running: 0, pending: 0, failed: 0 };
    const waitsFor = new Set<string>();
    let [runs, done, work] = [0, 0, 0];
    for (const shard of this.all()) {
      const ended = this.ended.get(shard);
      const tasks = this.tasks[shard - 1]!;
      const total = tasks.reduce((sum, task) => sum + task.work, 0);
      const state = typeof ended === "object" ? ended : readShardProgress(this.folderOf(shard));
      runs += state.ended;
      done += state.share * total;
      work += total;
      const task = queue.get(`${this.jobOf(shard)}_${shard}`);
      if (typeof ended === "object") count.done++;
      else if (ended === "given up") count.failed++;
      else if (task !== undefined && activity(task) === "running") count.running++;
      else {
        count.pending++;
        if (task !== undefined && task.reason !== "None") waitsFor.add(task.reason);
      }
    }
    const reasons = waitsFor.size > 0 ? ` (${[...waitsFor].join(", ")})` : "";
    return {
      share: work > 0 ? done / work : 1,
      text:
        `shards: ${count.done} done, ${count.running} running, ${count.pending} pending${reasons}, ${count.failed} failed; ` +
        `runs: ${runs} of ${studyTasks(this.study).length}`,
    };
  }
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

interface Executed {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of Slurm to its end, out of reach of the terminal's Ctrl-C: a submission is made or not, never half. */
function execute(command: string, args: readonly string[]): Promise<Executed> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", fail);
    child.on("close", (code) => done({ code, stdout, stderr }));
  });
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
