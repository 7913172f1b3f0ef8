// Joins shards: the states of finished runs, from whichever folders hold them, in one folder. Where a run lies twice both are
// the same bits. What no folder holds whole is missing, and the study says so.

import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { inputError } from "../base/errors.ts";
import { listen } from "../base/interrupt.ts";
import { loadCheckpoint } from "../experiment/checkpoint.ts";
import { diskError } from "../experiment/files.ts";
import { claimFolder, manifestOf } from "../experiment/folder.ts";
import { keepSource, keptSource } from "../experiment/source.ts";
import { noteFailure } from "./failures.ts";
import { checkpointOf, completeStudy, failureOf, type PreparedStudy, studyTasks } from "./prepare.ts";

/**
 * The study that all of these folders are part of; of fits those of the first, and `onNotice` is told of others. Errors
 * (input): a folder of something else, of another study or version.
 */
export async function sharedStudy(
  folders: readonly string[],
  onNotice: (message: string) => void = () => {},
): Promise<PreparedStudy> {
  const studies: PreparedStudy[] = [];
  for (const folder of folders) {
    const study = await completeStudy(await keptSource(folder), { yes: true });
    const [first] = studies;
    const manifest = manifestOf(folder);
    const version = manifest?.version;
    if (version !== study.manifest.version) {
      throw inputError(
        folder,
        `was computed by muflow ${version ?? "of unknown version"}, this is ${study.manifest.version}; merge with that version, or compute it anew`,
      );
    }
    if (manifest?.hash !== study.manifest.hash) {
      throw inputError(folder, "holds one experiment, of muflow run; allowed: folders of muflow study");
    }
    if (first !== undefined && first.manifest.hash !== study.manifest.hash) {
      throw inputError(
        folder,
        `belongs to another study (${study.name}, hash ${study.manifest.hash.slice(0, 12)}) than ${folders[0]} (${first.name}, hash ${first.manifest.hash.slice(0, 12)}); merge shards of one study`,
      );
    }
    if (first !== undefined && JSON.stringify(first.fits) !== JSON.stringify(study.fits)) {
      onNotice(`${folder}: asks for other fits than ${folders[0]}, whose fits are made`);
    }
    studies.push(study);
  }
  return studies[0]!;
}

/** Copies what is finished, or failed for good, into `target`, which is made the study's. */
export async function mergeShards(
  study: PreparedStudy,
  folders: readonly string[],
  target: string,
  onNotice: (message: string) => void = () => {},
): Promise<void> {
  const giveBack = await claimFolder(target, study.manifest, onNotice);
  try {
    keepSource(
      target,
      study.spec,
      study.points.flatMap(({ prepared }) => prepared.loaded.files),
    );
    for (const { point, run } of studyTasks(study)) {
      await listen();
      const { hash } = study.points[point]!.prepared.manifest;
      if (isFinished(target, hash, run, () => {})) continue;
      const failure = failureOf(target, hash, run);
      const from = folders.find((folder) => isFinished(folder, hash, run, onNotice));
      const broken = folders.find((folder) => existsSync(failureOf(folder, hash, run)));
      if (from !== undefined) {
        copy(checkpointOf(from, hash, run), checkpointOf(target, hash, run));
        // Of an earlier merge, before that shard came through.
        noteFailure(failure, null);
      } else if (broken !== undefined && resolve(broken) !== resolve(target)) {
        const state = checkpointOf(broken, hash, run);
        if (existsSync(state)) copy(state, checkpointOf(target, hash, run));
        copy(failureOf(broken, hash, run), failure);
      }
    }
  } finally {
    giveBack();
  }
}

function isFinished(folder: string, hash: string, run: number, notice: (message: string) => void): boolean {
  return loadCheckpoint(checkpointOf(folder, hash, run), hash, notice)?.finished === true;
}

function copy(from: string, to: string): void {
  try {
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(from, to);
  } catch (error) {
    throw diskError(to, error);
  }
}
