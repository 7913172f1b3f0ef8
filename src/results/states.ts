// The states of the runs of one folder, wherever they lie: those that have ended in its pack; those under way, and large ones, each in a file of its own.
// Folders of version 0.3.0 have a file for each run, and run-N.failure.json beside those that failed.
//   state/runs.pack      state/run-N.checkpoint (of a run), state/HASH/run-N.checkpoint (of a study)

import { existsSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import * as z from "zod";
import { NO_PROGRESS, type Progress, type Snapshot } from "../run/progress.ts";
import { type Run, recordOf } from "../run/solvers/list.ts";
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  loadCheckpoint,
  previousPath,
} from "./checkpoint.ts";
import { Pack, type Packed, readPacked } from "./pack.ts";

/** Whose state it is, and where it lies by itself. */
export interface Slot {
  /** Of the experiment. */
  readonly hash: string;
  /** Index within the experiment. */
  readonly run: number;
  readonly checkpoint: string;
}

/** What there is of a run. */
export interface Saved {
  readonly finished: boolean;
  /** Why it stalled, at its end. */
  readonly stalled?: string;
  /** Why it has no result, where it failed. */
  readonly failure?: string;
  /** null where it failed with nothing to keep. */
  readonly progress: Progress | null;
}

/** States of more bytes keep a file of their own: to copy them costs more than a file. */
export const MOST_PACKED = 2 ** 22;

/** What is saved of a run, in the pack or beside it; null where nothing is. `notice` is told of what is damaged. */
function savedOf(slot: Slot, packed: Packed | null, notice: (message: string) => void): Saved | null {
  const ended = packed === null ? null : unpacked(slot, packed, notice);
  if (ended !== null && ended.failure === undefined) return ended;
  const checkpoint = loadCheckpoint(slot.checkpoint, slot.hash, notice);
  if (ended !== null && checkpoint?.finished !== true) {
    const isBare = ended.progress.state.length === 0 && ended.progress.rows.length === 0;
    return {
      finished: false,
      failure: ended.failure!,
      progress: isBare ? (checkpoint?.progress ?? null) : ended.progress,
    };
  }
  const failure = checkpoint?.failure ?? formerFailure(slot.checkpoint);
  if (failure !== undefined) return { finished: false, failure, progress: checkpoint?.progress ?? null };
  return checkpoint;
}

/**
 * The same of that run: null where its snapshots are those of another, as of a file that was made up, or renamed. Every array is as long as the run says, so
 * that nothing is filled up with zeros.
 */
export function savedRun(
  slot: Slot,
  run: Run,
  packed: Packed | null,
  notice: (message: string) => void,
): Saved | null {
  const saved = savedOf(slot, packed, notice);
  const { isKept } = recordOf(run);
  const isOf = (snapshot: Snapshot) =>
    snapshot.outputs?.length === run.problem.data.size && isKept(run, snapshot);
  const stray = saved?.progress?.snapshots.some((snapshot) => !isOf(snapshot)) ?? false;
  if (!stray) return saved;
  notice(
    `${slot.checkpoint}: the snapshots of run ${slot.run} are those of another run; it counts as missing`,
  );
  return null;
}

function unpacked({ hash, run }: Slot, packed: Packed, notice: (message: string) => void): Checkpoint | null {
  const checkpoint = decodeCheckpoint(readPacked(packed));
  if (checkpoint !== null && checkpoint.hash === hash && checkpoint.run === run) return checkpoint;
  notice(`${packed.path}: the state of run ${run} of ${hash.slice(0, 12)} is damaged and counts as missing`);
  return null;
}

const formerPath = (checkpoint: string) => checkpoint.replace(/\.checkpoint$/, ".failure.json");
const formerShape = z.object({ kind: z.literal("numerics"), message: z.string() });

/** What version 0.3.0 kept beside a state; nothing where it is damaged: the run is then computed again. */
function formerFailure(checkpoint: string): string | undefined {
  const path = formerPath(checkpoint);
  if (!existsSync(path)) return undefined;
  try {
    return formerShape.parse(JSON.parse(readFileSync(path, "utf8"))).message;
  } catch {
    return undefined;
  }
}

export class States {
  private readonly pack: Pack;
  /** Folders out of which the files of runs that ended were taken. */
  private readonly left = new Set<string>();

  constructor(folder: string) {
    this.pack = new Pack(join(folder, "state", "runs.pack"));
  }

  /** The states of a folder whose lock is held: given back where they cannot be read. */
  static of(folder: string, giveBack: () => void): States {
    try {
      return new States(folder);
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  /** Where the pack has it, for another thread. */
  packed({ hash, run }: Slot): Packed | null {
    return this.pack.get(hash, run);
  }

  load(slot: Slot, notice: (message: string) => void): Saved | null {
    return savedOf(slot, this.packed(slot), notice);
  }

  /** The same, as results of that run are made of it. */
  loadRun(slot: Slot, run: Run, notice: (message: string) => void): Saved | null {
    return savedRun(slot, run, this.packed(slot), notice);
  }

  /** Keeps the state of a run that has ended, as `encodeCheckpoint` gives it, and nothing else of it. */
  keep(slot: Slot, body: Uint8Array): void {
    const held = this.packed(slot);
    const isHeld = held?.bytes === body.length && readPacked(held).equals(body);
    if (!isHeld) this.pack.append(slot.hash, slot.run, body);
    for (const path of [slot.checkpoint, previousPath(slot.checkpoint)]) rmSync(path, { force: true });
    this.forgive(slot);
    this.left.add(dirname(slot.checkpoint));
  }

  /** Keeps why a run failed, beside what there is of it. */
  fail({ hash, run, checkpoint }: Slot, failure: string): void {
    const body = encodeCheckpoint({ hash, run, finished: false, failure, progress: NO_PROGRESS });
    this.pack.append(hash, run, Buffer.concat(body));
    rmSync(formerPath(checkpoint), { force: true });
  }

  /** Drops what version 0.3.0 said of an earlier failure. */
  forgive({ checkpoint }: Slot): void {
    rmSync(formerPath(checkpoint), { force: true });
  }

  /** To be called when no run is under way any more: folders that are left empty go, which one under way may be about to write in. */
  close(): void {
    this.pack.close();
    for (const folder of this.left) {
      if (basename(folder) === "state") continue;
      try {
        rmdirSync(folder);
      } catch {
        // Other runs have files there, or none ever had.
      }
    }
  }
}
