// muflow emit slurm|parallel|hyperqueue SPEC: a script on standard output that computes a study in shards and merges them.

import { join, resolve } from "node:path";
import { PACKAGE } from "../base/package.ts";
import type { Backend } from "../kernels/backend/names.ts";
import { requireSameExperiment } from "../results/folder.ts";
import { prepareStudy, studyTasks } from "../study/prepare.ts";
import { batchScript, type ScriptKind } from "../study/shards/scripts.ts";
import { tell } from "./output.ts";
import { program } from "./program.ts";
import { SHARDS } from "./slurm.ts";
import type { SpecArguments } from "./spec-arguments.ts";

export interface EmitArguments extends SpecArguments {
  out?: string;
  shards?: number;
  threads: number;
  backend: Backend;
  checkpoint: number;
  yes: boolean;
}

/** Errors as those of muflow study: a script that is printed is one whose study can begin. */
export async function emit(kind: ScriptKind, spec: string, options: EmitArguments): Promise<void> {
  const { set, seed, yes, shards = SHARDS, threads, backend, checkpoint } = options;
  const study = await prepareStudy(spec, { set, seed, backend, yes, onNotice: tell });
  const folder = options.out ?? join("runs", study.name);
  requireSameExperiment(folder, study.manifest);
  const runs = studyTasks(study).length;
  const script = batchScript(kind, {
    program: program(),
    name: study.name,
    version: PACKAGE.version,
    spec: resolve(spec),
    overrides: [
      ...set.flatMap((text) => ["--set", text]),
      ...(seed === undefined ? [] : ["--seed", String(seed)]),
      ...(yes ? ["--yes"] : []),
    ],
    folder: resolve(folder),
    runs,
    shards: Math.min(shards, runs),
    threads,
    backend,
    checkpointSeconds: checkpoint,
  });
  process.stdout.write(script);
}
