// What is said to Slurm and what is read from it, without a process or a clock: the script of a job array whose tasks are the
// shards of a study, the options that go with it, the queue as squeue prints it, and what is to be done about each shard.
//
// Whether a shard is finished is never Slurm's to say: that is read from its folder. Slurm only says whether somebody is still at
// it, so a cluster without accounting, or one that forgets its jobs within seconds, is followed as well as any.

import * as z from "zod";
import { inputError } from "../../base/errors.ts";
import { shellWord, shellWords, splitWords } from "../../base/shell.ts";
import { NO_TRAPS } from "../../kernels/backend/addresses.ts";
import type { Backend } from "../../kernels/backend/names.ts";

/** How this muflow is called: Node's binary and the command line's file. */
export type Program = readonly [node: string, cli: string];

export interface ArrayScript {
  readonly program: Program;
  /** The study's, which keeps its spec; absolute. */
  readonly folder: string;
  readonly shards: number;
  readonly backend: Backend;
  readonly checkpointSeconds: number;
}

/** A line of bash: Node without traps where addresses are limited, as WebAssembly would not have enough; nothing where this Node knows no such option. */
export const WITHOUT_TRAPS = process.allowedNodeEnvironmentFlags.has(NO_TRAPS)
  ? `if [ "$(ulimit -v)" != unlimited ]; then export NODE_OPTIONS="\${NODE_OPTIONS-} ${NO_TRAPS}"; fi`
  : ":";

/** shard-3-of-16, a shard's own folder within the study's slurm/. */
export function shardName(shard: number | string, shards: number): string {
  return `shard-${shard}-of-${shards}`;
}

/**
 * The script of the array. `exec`: the signals that Slurm sends at a time limit then reach muflow, which saves and ends; a
 * shell in between would die first and take it along. A task that Slurm itself has put back into the queue, after the
 * failure of a node, finds the lock of its own earlier life, on a host where nobody can look for the process any more. The script
 * opens its log itself, since sbatch --output makes patterns of some names.
 */
export function arrayScript({ program, folder, shards, backend, checkpointSeconds }: ArrayScript): string {
  return `#!/bin/bash
# Written by muflow study --on slurm: one shard of the study, task SLURM_ARRAY_TASK_ID of ${shards}.
study=${shellWord(folder)}
own="$study/slurm/${shardName("$SLURM_ARRAY_TASK_ID", shards)}"
exec >>"$study/slurm/log/\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}.txt" 2>&1
if [ "\${SLURM_RESTART_COUNT:-0}" -gt 0 ]; then rm -f -- "$own/state/lock"; fi
${WITHOUT_TRAPS}
exec ${shellWords(program)} study "$study" --shard "$SLURM_ARRAY_TASK_ID/${shards}" --out "$own" \\
  --threads "\${SLURM_CPUS_PER_TASK:-1}" --backend ${backend} --checkpoint ${checkpointSeconds}
`;
}

/** Options that would undo what the array rests on, in their long and short forms. */
const OWN_OPTIONS: readonly [string, string | null, string][] = [
  ["array", "a", "the shards are the array's tasks: use --shards"],
  ["job-name", "J", "jobs are found again by their name"],
  ["wrap", null, "the script is muflow's own"],
  ["wait", "W", "muflow follows the jobs itself"],
  ["test-only", null, "nothing would be submitted"],
  [
    "clusters",
    "M",
    "squeue would look for the jobs on this one: call muflow where that cluster is the default",
  ],
];

/** The options for sbatch in the text of --sbatch. Errors (input): those that are muflow's own. */
export function sbatchOptions(texts: readonly string[]): string[] {
  const options = texts.flatMap((text) => splitWords(text, "--sbatch"));
  for (const option of options) {
    const entry = OWN_OPTIONS.find(
      ([long, short]) =>
        option === `--${long}` ||
        option.startsWith(`--${long}=`) ||
        (short !== null && new RegExp(`^-${short}`).test(option)),
    );
    if (entry !== undefined) {
      throw inputError("--sbatch", `found ${option}; allowed: options of sbatch but this one: ${entry[2]}`);
    }
  }
  return options;
}

/** 1-4,7: as --array takes it. */
export function arrayIndices(shards: readonly number[]): string {
  const sorted = [...shards].sort((a, b) => a - b);
  const runs: [number, number][] = [];
  for (const shard of sorted) {
    const last = runs.at(-1);
    if (last !== undefined && shard === last[1] + 1) last[1] = shard;
    else runs.push([shard, shard]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(",");
}

/** The job's number in what sbatch --parsable prints, after whatever a site has it say. Null where there is none. */
export function jobIdIn(output: string): string | null {
  const lines = output.trim().split("\n").reverse();
  return lines.map((line) => /^(\d+)(;|$)/.exec(line.trim())?.[1]).find((id) => id !== undefined) ?? null;
}

/** A task as the queue has it. */
export interface QueuedTask {
  /** Slurm's own word: PENDING, RUNNING, NODE_FAIL … */
  readonly state: string;
  /** Why it waits or has ended; None where there is nothing to say. */
  readonly reason: string;
}

/** What squeue is asked to print, for `queuedTasks`. */
export const QUEUE_FORMAT = "%F|%K|%T|%r";

/** Tasks by JOB_INDEX. Lines of any other form, headings among them, are passed over. */
export function queuedTasks(output: string): Map<string, QueuedTask> {
  const tasks = new Map<string, QueuedTask>();
  for (const line of output.split("\n")) {
    const [, job, index, state, reason] = /^(\d+)\|(\d+)\|([A-Z_]+)\|(.*)$/.exec(line.trim()) ?? [];
    if (state !== undefined) tasks.set(`${job}_${index}`, { state, reason: reason! });
  }
  return tasks;
}

/** After these a task does not come back. Any other state, known or not, is waited for. */
const ENDED = [
  "BOOT_FAIL",
  "CANCELLED",
  "COMPLETED",
  "DEADLINE",
  "FAILED",
  "NODE_FAIL",
  "OUT_OF_MEMORY",
  "PREEMPTED",
  "TIMEOUT",
];

/** Whether somebody computes the shard, will do so, or no longer does. */
export function activity({ state }: QueuedTask): "pending" | "running" | "ended" {
  if (ENDED.includes(state)) return "ended";
  return ["PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "SPECIAL_EXIT"].includes(state)
    ? "pending"
    : "running";
}

/** How often a shard was begun without getting further, and how far it was then. */
export interface Attempts {
  readonly count: number;
  /** Share of the shard's work, 0 to 1. */
  readonly share: number;
}

/**
 * What to do about a shard that nobody computes and that is not finished. An attempt that got further does not count: a shard
 * longer than the queue's time limit comes through in as many attempts as it takes.
 */
export function afterLoss(
  before: Attempts,
  share: number,
  retries: number,
): { readonly again: boolean; readonly attempts: Attempts } {
  const count = share > before.share ? 1 : before.count + 1;
  return { again: count <= retries, attempts: { count, share } };
}

/** slurm/jobs.json in the study's folder: what was submitted for a study, so that a later command finds it. */
export const jobRecordShape = z.object({
  /** Of the study. */
  hash: z.string(),
  shards: z.int().positive(),
  /** When the first was submitted, ISO 8601. */
  started: z.iso.datetime(),
  submissions: z.array(
    z.object({ job: z.string().regex(/^\d+$/), shards: z.array(z.int().positive()).readonly() }),
  ),
});

export type JobRecord = z.infer<typeof jobRecordShape>;

/** The job a shard was last submitted with, or null. */
export function jobOf({ submissions }: JobRecord, shard: number): string | null {
  return submissions.findLast((submission) => submission.shards.includes(shard))?.job ?? null;
}
