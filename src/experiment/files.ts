// Files that are whole or not there: written beside their place, flushed, then renamed.
// A full disk is an interruption, not a failure: what stood before is kept and the same command goes on.

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { MuflowError } from "../base/errors.ts";

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

/** A full disk or quota as a resumable stop; a folder that cannot be written as bad input; else the error itself. */
export function diskError(path: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOSPC" || code === "EDQUOT") {
    return new MuflowError(
      "stopped",
      `${path}: no space left on the device. What was saved before is kept: free some space and repeat the command`,
    );
  }
  if (code === "EACCES" || code === "EROFS" || code === "EPERM" || code === "ENOTDIR" || code === "EEXIST") {
    return new MuflowError("input", `${path}: cannot be written (${code}). Choose another folder with --out`);
  }
  return error;
}
