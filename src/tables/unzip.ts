// The files of a zip, unpacked by fflate and compared with the checksums of the zip's directory, which fflate leaves aside: a damaged
// number is refused, not read.

import { crc32 } from "node:zlib";
import { unzipSync } from "fflate";
import { inputError, MuflowError, type Where } from "../base/errors.ts";
import { bytesText, printable } from "../base/words.ts";
import { LARGEST_FILE } from "./regular-file.ts";

/** Those files of a zip that are asked for. Errors (input): no zip, damaged, larger than what is read. */
export function unzip(
  where: Where,
  bytes: Uint8Array,
  wanted: (name: string) => boolean = () => true,
): Record<string, Uint8Array> {
  let files: Record<string, Uint8Array>;
  let total = 0;
  try {
    files = unzipSync(bytes, {
      filter({ name, originalSize }) {
        if (!wanted(name)) return false;
        total += originalSize;
        if (total <= LARGEST_FILE) return true;
        throw inputError(where, `unpacks to more than ${bytesText(LARGEST_FILE)}, the most that is read`);
      },
    });
  } catch (error) {
    if (error instanceof MuflowError) throw error;
    throw inputError(where, `not a readable zip archive (${error instanceof Error ? error.message : error})`);
  }
  const sums = checksums(bytes);
  for (const [name, content] of Object.entries(files)) {
    if (sums.get(name) === crc32(content)) continue;
    throw inputError(where, `${printable(name)} is damaged: its checksum is not that of the zip's directory`);
  }
  return files;
}

const END = 0x06054b50;
const ENTRY = 0x02014b50;
/** Bytes of the directory's end, and of an entry without its names. */
const [END_LENGTH, ENTRY_LENGTH] = [22, 46];

/** CRC-32 by name, from the directory at the end (APPNOTE.TXT 4.3.12, 4.3.16); what a damaged one does not hold is absent. */
function checksums(bytes: Uint8Array): ReadonlyMap<string, number> {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const sums = new Map<string, number>();
  let end = view.length - END_LENGTH;
  while (end >= 0 && view.readUInt32LE(end) !== END) end--;
  if (end < 0) return sums;
  const count = view.readUInt16LE(end + 10);
  let at = view.readUInt32LE(end + 16);
  for (let entry = 0; entry < count; entry++) {
    if (at + ENTRY_LENGTH > view.length || view.readUInt32LE(at) !== ENTRY) break;
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.readUInt16LE(at + offset));
    // fflate reads names as Latin-1 where they are not marked as UTF-8.
    const encoding = (view.readUInt16LE(at + 8) & 0x800) === 0 ? "latin1" : "utf8";
    const name = view.toString(encoding, at + ENTRY_LENGTH, at + ENTRY_LENGTH + nameLength!);
    sums.set(name, view.readUInt32LE(at + 16));
    at += ENTRY_LENGTH + nameLength! + extra! + comment!;
  }
  return sums;
}
