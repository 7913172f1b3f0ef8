// Joins shards: the states of finished runs, from whichever folders hold them, in one folder. Where a run lies twice both are
// the same bits. What no folder holds whole is missing, and the study says so.

import { resolve } from "node:path";
import { inputError } from "../../base/errors.ts";
import { listen } from "../../base/interrupt.ts";
import { PACKAGE } from "../../base/package.ts";
import { encodeCheckpoint, saveCheckpoint } from "../../results/checkpoint.ts";
import { claimFolder, manifestOf, requireSameVersion } from "../../results/folder.ts";
import { keptSource } from "../../results/source.ts";
import { MOST_PACKED, type Saved, type Slot, States } from "../../results/states.ts";
import { completeStudy, keepStudy, type PreparedStudy, slotOf, studyTasks } from "../prepare.ts";

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
    const manifest = manifestOf(folder);
    // Before what it holds is looked at, which another version may have taken.
    if (manifest !== null) requireSameVersion(folder, manifest, PACKAGE);
    const study = await completeStudy({ ...(await keptSource(folder)), onNotice }, { yes: true });
    const [first] = studies;
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
  const states = new States(target);
  try {
    keepStudy(study, target);
    const sources = folders
      .filter((folder) => resolve(folder) !== resolve(target))
      .map((folder) => ({ folder, states: new States(folder) }));
    for (const { point, run } of studyTasks(study)) {
      await listen();
      const { hash } = study.points[point]!.prepared.manifest;
      const slot = slotOf(target, hash, run);
      const held = states.load(slot, () => {});
      if (held?.finished === true) continue;
      let ended: Saved | null = null;
      for (const source of sources) {
        const saved = source.states.load(slotOf(source.folder, hash, run), onNotice);
        if (saved?.finished === true) ended = saved;
        else if (saved?.failure !== undefined) ended ??= saved;
        if (ended?.finished === true) break;
      }
      if (ended !== null) put(states, slot, ended);
    }
  } finally {
    states.close();
    giveBack();
  }
}

/** Keeps what another folder holds of a run. */
function put(states: States, slot: Slot, { progress, ...how }: Saved): void {
  if (progress === null) states.fail(slot, how.failure!);
  else {
    const { hash, run } = slot;
    const checkpoint = { hash, run, ...how, progress };
    const body = Buffer.concat(encodeCheckpoint(checkpoint));
    if (body.length <= MOST_PACKED) states.keep(slot, body);
    else {
      saveCheckpoint(slot.checkpoint, checkpoint);
      states.forgive(slot);
    }
  }
}
