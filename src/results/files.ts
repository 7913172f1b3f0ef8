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

/** Has a file open for as long as `use` takes. */
export function withFile<Result>(path: string, flags: "r" | "w", use: (file: number) => Result): Result {
  const file = openSync(path, flags);
  try {
    return use(file);
  } finally {
    closeSync(file);
  }
}

/** Writes the parts one after another and flushes them to the disk. */
export function writeDurably(path: string, parts: readonly Uint8Array[]): void {
  try {
    withFile(path, "w", (file) => {
      for (const part of parts) {
        for (let at = 0; at < part.length; ) at += writeSync(file, part, at);
      }
      fsyncSync(file);
    });
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

/** What a system refused, in one line: what can be mended as a resumable stop, all else as bad input. null where no system said it. */
function refusedBySystem(
  error: unknown,
  where: (refused: NodeJS.ErrnoException) => string,
  words: (code: string, syscall: string) => string,
): MuflowError | null {
  const refused = Object(error) as NodeJS.ErrnoException;
  const { code, syscall } = refused;
  if (typeof code !== "string" || typeof syscall !== "string") return null;
  const mendable = MENDABLE[code];
  return mendable === undefined
    ? new MuflowError("input", `${where(refused)}: ${words(code, syscall)}`)
    : new MuflowError("stopped", `${where(refused)}: ${mendable}`);
}

/** What a system refused to a command, wherever it did; null of anything else. */
export function systemRefusal(error: unknown): MuflowError | null {
  return refusedBySystem(
    error,
    ({ path, syscall }) => path ?? syscall!,
    (code, syscall) => `the system refuses it (${code}, ${syscall})`,
  );
}

/** The same of what was to be written at `path`; what no system said, a bug, stays what it is. */
export function diskError(path: string, error: unknown): unknown {
  const words = (code: string) => {
    const there = code === "EEXIST" ? ": there is a file, or a link that leads nowhere" : "";
    return `cannot be written (${code}${there}). Choose another folder with --out`;
  };
  return refusedBySystem(error, () => path, words) ?? error;
}
