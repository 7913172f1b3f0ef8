// Files that are whole or not there: written beside their place, flushed, then renamed.
// A full disk is an interruption, not a failure: what stood before is kept and the same command goes on.

import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { MuflowError } from "../base/errors.ts";

/**
 * Makes a folder and those above it, where they are not there. One after another: asked for all at once, Node tries for ever where a
 * system says of what is there that it is not (/proc).
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const above = dirname(path);
    if (code === "EEXIST" && isFolder(path)) return;
    if (code !== "ENOENT" || above === path || existsSync(above)) throw diskError(path, error);
    makeFolder(above);
    try {
      mkdirSync(path);
    } catch (again) {
      if ((again as NodeJS.ErrnoException).code !== "EEXIST" || !isFolder(path)) throw diskError(path, again);
    }
  }
}

/** False too where a link leads nowhere, or round in a circle. */
export function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Writes the parts one after another and flushes them to the disk. */
export function writeDurably(path: string, parts: readonly Uint8Array[]): void {
  try {
    const file = openSync(path, "w");
    try {
      for (const part of parts) {
        for (let at = 0; at < part.length; ) at += writeSync(file, part, at);
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw diskError(path, error);
  }
}

/** Replaces the file at `path` in one step. */
export function writeAtomically(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.new`;
  try {
    writeDurably(temporary, [typeof content === "string" ? Buffer.from(content) : content]);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw diskError(path, error);
  }
}

/** What stops a computation that may go on once it is mended, in words; all else is a folder that cannot be written. */
const MENDABLE: Readonly<Record<string, string>> = {
  ENOSPC:
    "no space left on the device. What was saved before is kept: free some space and repeat the command",
  EDQUOT:
    "no space left on the device, by its quota. What was saved before is kept: free some space and repeat the command",
  EFBIG:
    "larger than a file may be here (ulimit -f). What was saved before is kept: allow more and repeat the command",
  EMFILE:
    "more files are open than a process may have here (ulimit -n). What was saved before is kept: allow more and repeat the command",
  ENFILE: "more files are open than this machine allows. What was saved before is kept: repeat the command",
  EIO: "the device failed (EIO). What was saved before is kept: repeat the command",
  ESTALE: "the file server has lost the folder (ESTALE). What was saved before is kept: repeat the command",
};

/** What a system refused to a command, wherever it did, in one line; null of anything else. */
export function systemRefusal(error: unknown): MuflowError | null {
  const { code, syscall, path } = Object(error) as NodeJS.ErrnoException;
  if (typeof code !== "string" || typeof syscall !== "string") return null;
  const where = path ?? syscall;
  const mendable = MENDABLE[code];
  if (mendable !== undefined) return new MuflowError("stopped", `${where}: ${mendable}`);
  return new MuflowError("input", `${where}: the system refuses it (${code}, ${syscall})`);
}

/**
 * What a system refused, as an error of one line: a full disk and its like as a resumable stop; a folder that cannot be written as
 * bad input. What no system said, a bug, stays what it is.
 */
export function diskError(path: string, error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error;
  const mendable = MENDABLE[code];
  if (mendable !== undefined) return new MuflowError("stopped", `${path}: ${mendable}`);
  const there = code === "EEXIST" ? ": there is a file, or a link that leads nowhere" : "";
  return new MuflowError(
    "input",
    `${path}: cannot be written (${code}${there}). Choose another folder with --out`,
  );
}
