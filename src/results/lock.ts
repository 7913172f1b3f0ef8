// The one process that may write a folder: the file state/lock, a line that says who it is, there whole or not at all.
// A lock is put in place by a hard link, which fails where there is one. The lock of a process that is gone is replaced by the one contender who holds
// the lock LOCK.ID beside it, ID that of the gone: an ID is never used twice, so whoever comes late to its succession finds another lock in
// place and looks again. A contender that dies on the way leaves a lock like any other. No two processes ever hold one lock.
//
// A process id says little by itself: ids are used again, each container counts its own from 1, and a machine forgets them when it starts. So the line
// has the time at which the process began, the start of the machine and the space of process ids too; and where the holder is out of sight, but may be
// nearby, its lock is watched: holders touch theirs every second.

import { createHash, randomUUID } from "node:crypto";
import {
  fstatSync,
  linkSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inputError } from "../base/errors.ts";
import { checkpoint } from "../base/interrupt.ts";
import { diskError, withFile } from "./files.ts";

/** Between two signs of life of a holder. */
const HEARTBEAT_MS = 1000;
/** A holder out of sight that gives none for so long is gone. */
const PATIENCE_MS = 10_000;
/** A line cut short, as where there are no hard links and a disk is full: nobody's, unless it is being written. */
const CUT_SHORT_MS = 2000;
const LOOK_MS = 100;

/** A process, as far as its lock tells. */
interface Holder {
  readonly text: string;
  readonly id: string;
  readonly pid: number;
  readonly host: string;
  /** When it began, when its machine began, and the space that its id belongs to; absent where they are not known. */
  readonly start?: string | undefined;
  readonly boot?: string | undefined;
  readonly space?: string | undefined;
}

/** Of locks that this process holds. */
const held = new Set<string>();

/**
 * Takes the lock at `path` for this process; returns what gives it back. Errors (input): another process holds it, or may; (stopped): a full disk.
 * `folder` is named in messages; `notice` is told of a wait.
 */
export async function takeLock(
  path: string,
  folder: string,
  notice: (message: string) => void = () => {},
): Promise<() => void> {
  const id = randomUUID();
  const [start, boot, space] = [startOf(process.pid), bootOf(), spaceOf()];
  const marks = [start, boot, space].map((mark) => mark ?? UNKNOWN);
  const line = [process.pid, hostname() || UNKNOWN, id, ...marks];
  const text = `${line.join(" ")}\n`;
  held.add(id);
  try {
    const last = await acquire(path, text, id, { folder, notice });
    if (last !== null) {
      notice(
        `${folder}: ${last} ended here without a word (killed, ended by a second signal, out of memory, or its machine went down); what it had saved is used`,
      );
    }
  } catch (error) {
    held.delete(id);
    throw diskError(path, error);
  } finally {
    rmSync(temporaryOf(path, id), { force: true });
  }
  sweep(path);
  const isHeld = () => textOf(path) === text;
  const heart = setInterval(() => {
    try {
      if (isHeld()) utimesSync(path, new Date(), new Date());
    } catch {
      // A disk that does not take it now may take the next one.
    }
  }, HEARTBEAT_MS);
  heart.unref();
  return () => {
    clearInterval(heart);
    held.delete(id);
    if (isHeld()) rmSync(path, { force: true });
  };
}

interface Words {
  readonly folder: string;
  readonly notice: (message: string) => void;
}

/** Who held it last, where that one ended without giving it back; else null. */
async function acquire(path: string, text: string, id: string, words: Words): Promise<string | null> {
  for (;;) {
    if (place(path, text, id)) return null;
    const line = textOf(path);
    if (line === null) continue;
    const holder = parsed(line);
    if (!(await isGone(path, line, holder, words))) throw refusal(path, holder, words);
    const succession = `${path}.${holder?.id ?? digest(line)}`;
    await acquire(succession, text, id, words);
    try {
      if (textOf(path) === line && put(path, text, id)) {
        return holder === null ? "a process" : `process ${holder.pid}`;
      }
    } finally {
      rmSync(succession, { force: true });
    }
  }
}

const temporaryOf = (path: string, id: string) => join(dirname(path), `lock-${id}.new`);

/** Puts the lock where there is none; false where there is one. */
function place(path: string, text: string, id: string): boolean {
  const temporary = temporaryOf(path, id);
  for (;;) {
    try {
      writeFileSync(temporary, text);
      linkSync(temporary, path);
      // Two names of one file would change together.
      rmSync(temporary, { force: true });
      return true;
    } catch (error) {
      const { code, syscall } = error as NodeJS.ErrnoException;
      if (code === "EEXIST") return false;
      // A holder has swept it away as another's remains.
      if (code === "ENOENT" && syscall === "link") continue;
      if (syscall === "link" && NO_LINKS.includes(code ?? "")) return placeWithoutLinks(path, text);
      throw error;
    }
  }
}

/** What file systems without hard links answer. */
const NO_LINKS = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

function placeWithoutLinks(path: string, text: string): boolean {
  return unless("EEXIST", () => writeFileSync(path, text, { flag: "wx" })) !== null;
}

/** Puts the lock in the place of the one that is there; false where a holder has swept its line away. */
function put(path: string, text: string, id: string): boolean {
  const temporary = temporaryOf(path, id);
  writeFileSync(temporary, text);
  return unless("ENOENT", () => renameSync(temporary, path)) !== null;
}

/** Removes what contenders that died have left; those that live put theirs there again. */
function sweep(path: string): void {
  const name = basename(path);
  for (const other of readdirSync(dirname(path))) {
    if (other.startsWith(`${name}.`) || /^lock-.*\.new$/.test(other)) {
      rmSync(join(dirname(path), other), { force: true });
    }
  }
}

/** What the work gives; null where the system answers it with that code. */
function unless<Result>(code: string, work: () => Result): Result | null {
  try {
    return work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === code) return null;
    throw error;
  }
}

function textOf(path: string): string | null {
  return unless("ENOENT", () => readFileSync(path, "utf8"));
}

const UNKNOWN = "-";

/** The holder that a line names; null where it is cut short. Lines of two words are of version 0.3.0. */
function parsed(text: string): Holder | null {
  if (!text.endsWith("\n")) return null;
  const [pid, host, id, ...rest] = text.trim().split(" ");
  if (host === undefined || !/^\d+$/.test(pid!)) return null;
  const [start, boot, space] = rest.map((word) => (word === UNKNOWN ? undefined : word));
  // An id is part of a path.
  const safe = id !== undefined && /^[\w-]{1,64}$/.test(id) ? id : digest(text);
  return { text, id: safe, pid: Number(pid), host, start, boot, space };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

async function isGone(
  path: string,
  text: string,
  holder: Holder | null,
  { folder, notice }: Words,
): Promise<boolean> {
  if (holder === null) return isQuiet(path, text, CUT_SHORT_MS);
  if (held.has(holder.id)) return false;
  const seen = look(holder);
  if (seen !== "out of sight") return seen === "gone";
  notice(
    `${folder}: the lock is of process ${holder.pid} on ${holder.host}, which cannot be seen from here; taken over if it gives no sign of life for ${PATIENCE_MS / 1000} s`,
  );
  return isQuiet(path, text, PATIENCE_MS);
}

/** Whether that process is there; "elsewhere" where nothing here can tell. */
function look({ pid, host, start, boot, space }: Holder): "there" | "gone" | "out of sight" | "elsewhere" {
  const sameHost = host === hostname();
  if (boot === undefined) return sameHost ? present(pid, start) : "elsewhere";
  if (boot !== bootOf()) return sameHost ? "out of sight" : "elsewhere";
  return space === spaceOf() ? present(pid, start) : "out of sight";
}

function present(pid: number, start: string | undefined): "there" | "gone" {
  const now = startOf(pid);
  if (start !== undefined && now !== undefined) return start === now ? "there" : "gone";
  // Without times: a lock with this process's id, which it does not hold, is an earlier one's.
  return pid !== process.pid && isAlive(pid) ? "there" : "gone";
}

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether a lock stays as it is for so long. It is opened for every look: network file systems then ask their server. */
async function isQuiet(path: string, text: string, patience: number): Promise<boolean> {
  const began = touched(path);
  for (const until = performance.now() + patience; performance.now() < until; ) {
    await sleep(LOOK_MS);
    checkpoint();
    if (textOf(path) !== text) return true;
    if (touched(path) !== began) return false;
  }
  return true;
}

function touched(path: string): number | null {
  return unless("ENOENT", () => withFile(path, "r", (file) => fstatSync(file).mtimeMs));
}

function refusal(path: string, holder: Holder | null, { folder }: Words): Error {
  const who = holder === null ? "a process" : `process ${holder.pid} on ${holder.host}`;
  return inputError(
    folder,
    `${who} is writing this folder. Wait for it, or choose another with --out; if it is gone, remove ${path}`,
  );
}

/** When a process began, in ticks since the machine did: field 22 of /proc/PID/stat, whose second may hold spaces. */
function startOf(pid: number): string | undefined {
  const stat = systemText(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

function bootOf(): string | undefined {
  return systemText("/proc/sys/kernel/random/boot_id")?.trim();
}

function spaceOf(): string | undefined {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return undefined;
  }
}

function systemText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
