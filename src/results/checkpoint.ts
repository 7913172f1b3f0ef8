// A run's saved state: one line of JSON, the numbers as they are in memory, and a SHA-256 over both.
// Written beside its place and renamed, the last one kept as the previous generation: a reader always finds a whole
// file, and where the newest was cut short by a crash, the one before it.

import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { MuflowError } from "../base/errors.ts";
import type { Progress, Row, Snapshot } from "../run/progress.ts";
import { makeFolder, writeDurably } from "./files.ts";
import { number, whole } from "./kept.ts";

/** A saved run. */
export interface Checkpoint {
  /** Hash of the experiment the run belongs to. */
  readonly hash: string;
  /** Its index there; of version 0.3.0 its file's name says it. */
  readonly run?: number;
  readonly finished: boolean;
  /** Why it stalled, where it did, at its end. */
  readonly stalled?: string;
  /** Why it failed, where it did: `progress` is its last good state. */
  readonly failure?: string;
  readonly progress: Progress;
}

const headerShape = z.object({
  format: z.literal("muflow-checkpoint-1"),
  hash: z.string(),
  run: whole.optional(),
  finished: z.boolean(),
  stalled: z.string().optional(),
  failure: z.string().optional(),
  step: whole,
  ledger: z
    .object({
      count: whole,
      integral: number,
      absolute: number,
      first: z.array(number),
      last: z.array(number),
    })
    .nullable(),
  bounds: z
    .object({
      infinite: whole,
      coarse: whole,
      unresolved: whole,
      overflow: whole,
      least: number,
      most: number,
    })
    .nullable()
    .optional(),
  observables: z.array(z.string()),
  /** Lengths of the arrays that follow: rows, state, then those of each snapshot. */
  lengths: z.array(whole).min(2),
  /** What the snapshots hold, in the order of their arrays. */
  snapshotArrays: z.array(z.string()),
  /** The time of an equilibrium is infinite. */
  snapshotTimes: z.array(number),
});

type Header = z.infer<typeof headerShape>;

const DIGEST_BYTES = 32;
const NEWLINE = 10;

export function previousPath(path: string): string {
  return `${path}.previous`;
}

/** Writes the newest generation and keeps the last as the previous one. */
export function saveCheckpoint(path: string, checkpoint: Checkpoint): void {
  const temporary = `${path}.new`;
  makeFolder(dirname(path));
  try {
    writeDurably(temporary, encodeCheckpoint(checkpoint));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  if (existsSync(path)) renameSync(path, previousPath(path));
  renameSync(temporary, path);
}

/**
 * The newest whole checkpoint at that path, or null where there is none. `notice` is told of a damaged generation.
 * Throws an input error for a checkpoint of another experiment.
 */
export function loadCheckpoint(
  path: string,
  hash: string,
  notice: (message: string) => void,
): Checkpoint | null {
  const generations = [path, previousPath(path)].filter((file) => existsSync(file));
  for (const file of generations) {
    const checkpoint = decodeCheckpoint(readFileSync(file));
    if (checkpoint === null) {
      notice(`${file} is damaged: the generation before it is used`);
      continue;
    }
    if (checkpoint.hash !== hash) {
      throw new MuflowError(
        "input",
        `${file}: belongs to another experiment (hash ${checkpoint.hash.slice(0, 12)}, not ${hash.slice(0, 12)}). Choose another folder with --out, or remove this one`,
      );
    }
    return checkpoint;
  }
  if (generations.length > 0) notice(`${path}: no generation is whole; this run starts over`);
  return null;
}

/** The bytes of a checkpoint, in parts. */
export function encodeCheckpoint({ progress, ...identity }: Checkpoint): Uint8Array[] {
  const { hash, run, finished, stalled, failure } = identity;
  const { step, ledger, bounds = null, rows, snapshots, state } = progress;
  const observables = rows.length === 0 ? [] : Object.keys(rows[0].observables);
  const table = Float64Array.from(
    rows.flatMap((row) => [row.t, ...observables.map((name) => row.observables[name])]),
  );
  const { t: _t, ...fields } = snapshots[0] ?? { t: 0 };
  const names = Object.keys(fields);
  const arrays = [
    table,
    state,
    ...snapshots.flatMap((snapshot) => names.map((name) => arrayOf(snapshot, name))),
  ];
  const header: Header = {
    format: "muflow-checkpoint-1",
    hash,
    run,
    finished,
    stalled,
    failure,
    step,
    ledger: ledger as Header["ledger"],
    bounds,
    observables,
    lengths: arrays.map((array) => array.length),
    snapshotArrays: names,
    snapshotTimes: snapshots.map(({ t }) => (Number.isFinite(t) ? t : null)),
  };
  const parts = [
    Buffer.from(`${JSON.stringify(header)}\n`),
    ...arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)),
  ];
  return [...parts, digest(parts)];
}

/** What those bytes say; null where they are damaged, cut short, or do not fit together. */
export function decodeCheckpoint(bytes: Buffer): Checkpoint | null {
  const end = bytes.length - DIGEST_BYTES;
  const line = bytes.indexOf(NEWLINE);
  if (end < 0 || line < 0) return null;
  if (!digest([bytes.subarray(0, end)]).equals(bytes.subarray(end))) return null;
  const header = headerIn(bytes.toString("utf8", 0, line));
  if (header === null || !isConsistent(header, end - line - 1)) return null;
  let at = line + 1;
  const arrays = header.lengths.map((length) => {
    const array = new Float64Array(length);
    new Uint8Array(array.buffer).set(bytes.subarray(at, at + array.byteLength));
    at += array.byteLength;
    return array;
  });
  const [table, state, ...rest] = arrays;
  const { hash, run, finished, stalled, failure } = header;
  return {
    // What is absent stays without a key: callers spread this over what they know of the run.
    hash,
    finished,
    ...(run === undefined ? {} : { run }),
    ...(stalled === undefined ? {} : { stalled }),
    ...(failure === undefined ? {} : { failure }),
    progress: {
      step: header.step,
      ledger: header.ledger as Progress["ledger"],
      bounds: (header.bounds ?? null) as NonNullable<Progress["bounds"]> | null,
      rows: rowsOf(table, header.observables),
      snapshots: header.snapshotTimes.map((t, i) => {
        const entries = header.snapshotArrays.map((name, k) => [
          name,
          rest[header.snapshotArrays.length * i + k],
        ]);
        return { t: t ?? Number.POSITIVE_INFINITY, ...Object.fromEntries(entries) } as Snapshot;
      }),
      state,
    },
  };
}

function headerIn(text: string): Header | null {
  try {
    return headerShape.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** Whether the arrays are those that the header speaks of, and fill so many bytes. */
function isConsistent(header: Header, bytes: number): boolean {
  const { lengths, observables, snapshotArrays, snapshotTimes } = header;
  const each = lengths.slice(2);
  return (
    lengths.reduce((sum, length) => sum + length, 0) * Float64Array.BYTES_PER_ELEMENT === bytes &&
    lengths[0]! % (observables.length + 1) === 0 &&
    each.length === snapshotArrays.length * snapshotTimes.length &&
    each.every((length, k) => length === each[k % snapshotArrays.length])
  );
}

function arrayOf(snapshot: Snapshot, name: string): Float64Array {
  return (snapshot as unknown as Record<string, Float64Array>)[name];
}

function rowsOf(table: Float64Array, observables: readonly string[]): Row[] {
  const stride = observables.length + 1;
  return Array.from({ length: table.length / stride }, (_, i) => ({
    t: table[i * stride],
    observables: Object.fromEntries(observables.map((name, k) => [name, table[i * stride + 1 + k]])),
  }));
}

function digest(parts: readonly Uint8Array[]): Buffer {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}
