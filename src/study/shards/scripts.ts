// Scripts that compute a study in shards and merge them, for sites that want their own: a Slurm job array, GNU parallel,
// HyperQueue. Bash, to be read and changed; whatever is in a path or an option, it is one word of the script.
//
// Each defines the same two functions. `exec` lets the signals of a batch system reach muflow, which saves and ends. A task that
// was begun before, on a node that is lost, finds the lock of its own earlier life, which nobody else can be holding.

import { shellWord, shellWords } from "../../base/shell.ts";
import type { Backend } from "../../kernels/backend/names.ts";
import { type Program, shardName, WITHOUT_TRAPS } from "./slurm.ts";

const SCRIPTS = { slurm: slurmScript, parallel: parallelScript, hyperqueue: hyperqueueScript };
export type ScriptKind = keyof typeof SCRIPTS;
export const SCRIPT_KINDS = Object.keys(SCRIPTS) as ScriptKind[];

export interface ScriptOptions {
  readonly program: Program;
  readonly name: string;
  readonly version: string;
  /** The experiment file, absolute. */
  readonly spec: string;
  /** What follows it: --set, --seed, --yes. */
  readonly overrides: readonly string[];
  /** Where the merged study is to be, absolute; its shards lie beside it. */
  readonly folder: string;
  readonly runs: number;
  readonly shards: number;
  /** Of one shard. */
  readonly threads: number;
  readonly backend: Backend;
  readonly checkpointSeconds: number;
}

export function batchScript(kind: ScriptKind, options: ScriptOptions): string {
  return SCRIPTS[kind](options);
}

/** `restarts`: the variable that counts how often a task has been begun before; `threads`: a word of the script. */
function functions(options: ScriptOptions, threads: string, restarts: string | null): string {
  const { program, spec, overrides, folder, shards, backend, checkpointSeconds } = options;
  const unlock =
    restarts === null
      ? ""
      : `
  if [ "\${${restarts}:-0}" -gt 0 ]; then rm -f -- "$own/state/lock"; fi`;
  return `muflow() {
  ${WITHOUT_TRAPS}
  exec ${shellWords(program)} "$@"
}

# One shard, by its number. What it has finished it does not compute again; where it was ended it goes on.
shard() {
  own=${shellWord(folder)}"-${shardName("$1", shards)}"${unlock}
  muflow study ${shellWords([spec, ...overrides])} --shard "$1/${shards}" --out "$own" \\
    --threads ${threads} --backend ${backend} --checkpoint ${checkpointSeconds}
}

# The study, from whatever shards there are; it lists what is missing.
merge() { muflow merge ${shellWord(folder)}-${shardName("*", shards)} --out ${shellWord(folder)}; }`;
}

function heading({ name, runs, shards, version }: ScriptOptions, how: string): string {
  return `# Study ${name}, ${runs} runs in ${shards} shards, ${how}. Written by muflow ${version}.`;
}

function slurmScript(options: ScriptOptions): string {
  const { name, shards, threads } = options;
  return `#!/bin/bash
#SBATCH --job-name=muflow-${name}
#SBATCH --array=1-${shards}
#SBATCH --cpus-per-task=${threads}
${heading(options, "as a Slurm job array")}
#   bash THIS_FILE [options of sbatch]   submits the shards, and a job that merges them when all have ended
#   sbatch THIS_FILE                     submits the shards alone; then:  bash THIS_FILE merge
# Done again, either computes what is missing.

${functions(options, `"\${SLURM_CPUS_PER_TASK:-1}"`, "SLURM_RESTART_COUNT")}

if [ "\${1-}" = merge ]; then
  merge
elif [ -n "\${SLURM_ARRAY_TASK_ID-}" ]; then
  shard "$SLURM_ARRAY_TASK_ID"
elif [ ! -f "$0" ]; then
  echo "save this script to a file first" >&2
  exit 2
else
  array=$(sbatch --parsable "$@" "$0") || exit
  echo "shards: job \${array%%;*}"
  last=$(sbatch --parsable "$@" --array=1 --dependency="afterany:\${array%%;*}" "$0" merge) || exit
  echo "merge: job \${last%%;*}"
fi
`;
}

function parallelScript(options: ScriptOptions): string {
  const { shards, threads } = options;
  const jobs = threads === 1 ? "" : ` --jobs "$(( $(nproc) / ${threads} > 0 ? $(nproc) / ${threads} : 1 ))"`;
  return `#!/bin/bash
${heading(options, "by GNU parallel")}
#   bash THIS_FILE [options of parallel, such as --jobs 8]
# Done again, it computes what is missing.

${functions(options, String(threads), null)}

parallel --version 2>/dev/null | grep -q GNU || { echo "found no GNU parallel" >&2; exit 2; }
export -f muflow shard
export PARALLEL_SHELL="$BASH"
parallel --env muflow --env shard --retries 3 --line-buffer --tag${jobs} "$@" shard ::: {1..${shards}}
merge
`;
}

function hyperqueueScript(options: ScriptOptions): string {
  const { name, shards, threads } = options;
  return `#!/bin/bash
${heading(options, "by HyperQueue")}
#   bash THIS_FILE [options of hq submit]      where hq server and workers are up
# Done again, it computes what is missing.

${functions(options, String(threads), "HQ_INSTANCE_ID")}

command -v hq >/dev/null || { echo "found no hq" >&2; exit 2; }
# The tasks run elsewhere, without this file: they are given the functions as text.
task="$(declare -f muflow shard); shard \\"\\$HQ_TASK_ID\\""
hq submit --name=muflow-${name} --array=1-${shards} --cpus=${threads} --wait "$@" -- bash -c "$task"
merge
`;
}
