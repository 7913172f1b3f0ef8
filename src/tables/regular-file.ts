// The bytes of a file, read once: of a regular file, of a size that fits in memory, that nobody changes meanwhile. A pipe or a device has
// no end that is known, and a file replaced half way would give rows of two.

import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { bytesText } from "../base/words.ts";

/** Bytes of a file, packed or unpacked. */
export const LARGEST_FILE = 2 ** 30;

/** The bytes of the file at `path`; `refusal` makes the error from what is there instead, such as "a directory". */
export function readRegular(path: string, refusal: (found: string) => Error): Buffer {
  let file: number | null = null;
  try {
    // Looked at before it is opened: to open a named pipe is to wait for its writer.
    const strange = strangeness(statSync(path));
    if (strange !== null) throw refusal(strange);
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const before = fstatSync(file);
    const now = strangeness(before);
    if (now !== null) throw refusal(now);
    const bytes = readAll(file, before.size);
    const after = fstatSync(file);
    const same =
      bytes.length === after.size && after.size === before.size && after.mtimeMs === before.mtimeMs;
    if (!same) throw refusal("a file that changed while it was read");
    return bytes;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (code === "ENOENT" || code === "ENOTDIR") throw refusal("no such file");
    throw refusal(`a file that cannot be read, ${code},`);
  } finally {
    if (file !== null) closeSync(file);
  }
}

/** What else than a readable file it is, in words; null for one. */
function strangeness(stats: Stats): string | null {
  if (stats.isDirectory()) return "a directory";
  if (stats.isFIFO()) return "a named pipe, not a regular file,";
  if (stats.isSocket()) return "a socket, not a regular file,";
  if (!stats.isFile()) return "a device, not a regular file,";
  return stats.size > LARGEST_FILE
    ? `a file of ${bytesText(stats.size)} (at most ${bytesText(LARGEST_FILE)})`
    : null;
}

/** No more than `size` bytes: files of /proc call themselves empty, and some of them never end. */
function readAll(file: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let at = 0;
  while (at < size) {
    const count = readSync(file, bytes, at, size - at, at);
    if (count === 0) break;
    at += count;
  }
  return bytes.subarray(0, at);
}
