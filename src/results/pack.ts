// Ended runs of one folder in one file, state/runs.pack, as clusters count files: frame after frame, appended by the one process that holds the lock.
//
//   muflow-pack-1 BYTES HASH RUN\n      and BYTES bytes: a checkpoint (checkpoint.ts), which says itself whose it is, with its digest
//
// There is no index that could contradict it: who opens a pack goes from frame to frame. A frame cut short at the end, by a kill or a full disk, is passed
// over and written over. Where a frame's line is damaged the next one is looked for. Of two frames of one run the later counts.

import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";
import { diskError, withFile } from "./files.ts";

const MAGIC = "muflow-pack-1 ";
/** A line is shorter: two numbers and a hash. */
const LINE_BYTES = 160;
const SEARCH_BYTES = 1 << 20;
/** A kill loses nothing that was written, a power cut as much as this. */
const SYNC_MS = 1000;

/** Where a frame's bytes lie: all that another thread needs to read them. */
export interface Packed {
  readonly path: string;
  readonly at: number;
  readonly bytes: number;
}

/** The bytes of a frame; short where the file has lost some. */
export function readPacked({ path, at, bytes }: Packed): Buffer {
  return withFile(path, "r", (file) => read(file, at, bytes));
}

function read(file: number, at: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  let filled = 0;
  while (filled < bytes) {
    const got = readSync(file, buffer, filled, bytes - filled, at + filled);
    if (got === 0) break;
    filled += got;
  }
  return buffer.subarray(0, filled);
}

const keyOf = (hash: string, run: number) => `${hash} ${run}`;

export class Pack {
  private readonly frames = new Map<string, Packed>();
  /** Of the whole frames. */
  private end = 0;
  private file: number | null = null;
  private synced = 0;

  /** The pack at that path, which need not be there. */
  constructor(readonly path: string) {
    if (!existsSync(path)) return;
    withFile(path, "r", (file) => this.scan(file, fstatSync(file).size));
  }

  get(hash: string, run: number): Packed | null {
    return this.frames.get(keyOf(hash, run)) ?? null;
  }

  private scan(file: number, size: number): void {
    for (let at = 0; at < size; ) {
      const line = read(file, at, Math.min(LINE_BYTES, size - at)).toString("latin1");
      const [text, bytes, hash, run] = /^muflow-pack-1 (\d+) ([0-9a-f]{64}) (\d+)\n/.exec(line) ?? [];
      const start = at + (text?.length ?? 0);
      const next = start + Number(bytes);
      const isWhole = text !== undefined && next <= size;
      if (isWhole) {
        this.frames.set(keyOf(hash!, Number(run)), { path: this.path, at: start, bytes: Number(bytes) });
        this.end = next;
      }
      // Where no frame follows, this one's length may be wrong, or the line of the next.
      at = isWhole && isFollowed(file, next, size) ? next : search(file, at + 1, size);
    }
  }

  /** Appends a frame. Errors: a full disk (stopped), which leaves what was there. */
  append(hash: string, run: number, body: Uint8Array): void {
    const line = Buffer.from(`${MAGIC}${body.length} ${hash} ${run}\n`);
    try {
      this.open();
      let at = this.end;
      for (const part of [line, body]) {
        for (let done = 0; done < part.length; ) {
          const wrote = writeSync(this.file!, part, done, part.length - done, at);
          done += wrote;
          at += wrote;
        }
      }
      this.frames.set(keyOf(hash, run), { path: this.path, at: this.end + line.length, bytes: body.length });
      this.end = at;
      if (performance.now() - this.synced > SYNC_MS) this.sync();
    } catch (error) {
      throw diskError(this.path, error);
    }
  }

  /** For writing, without what was cut short. */
  private open(): void {
    if (this.file !== null) return;
    this.file = openSync(this.path, existsSync(this.path) ? "r+" : "w+");
    if (fstatSync(this.file).size > this.end) ftruncateSync(this.file, this.end);
  }

  private sync(): void {
    if (this.file !== null) fdatasyncSync(this.file);
    this.synced = performance.now();
  }

  close(): void {
    if (this.file === null) return;
    try {
      this.sync();
    } finally {
      closeSync(this.file);
      this.file = null;
    }
  }
}

/** Whether a line begins there, as far as the file goes. */
function isFollowed(file: number, at: number, size: number): boolean {
  return MAGIC.startsWith(read(file, at, Math.min(MAGIC.length, size - at)).toString("latin1"));
}

/** Where the next line may begin; the end where none does. */
function search(file: number, from: number, size: number): number {
  for (let at = from; at < size; at += SEARCH_BYTES) {
    const offset = read(file, at, Math.min(SEARCH_BYTES + MAGIC.length, size - at)).indexOf(
      MAGIC,
      0,
      "latin1",
    );
    if (offset >= 0) return at + offset;
  }
  return size;
}
