// .npz, named arrays in a zip as numpy saves them.

import { Zip, ZipPassThrough } from "fflate";
import { inputError, type Where, within } from "../base/errors.ts";
import { printable } from "../base/words.ts";
import { decodeNpy, type NumericArray, npyHeader, shapeText, sizeOf } from "./npy.ts";
import { unzip } from "./unzip.ts";

export type { NumericArray };

const SUFFIX = ".npy";
/** A plain zip has 32-bit sizes and offsets. */
const LARGEST_ZIP = 2 ** 32 - 1;

/**
 * Named arrays as one .npz, for numpy.load: a zip of stored (uncompressed) .npy files, in the order given.
 * The bytes depend on the arrays only. Besides the result nothing of the arrays' size is allocated.
 */
export function encodeNpz(arrays: Readonly<Record<string, NumericArray>>): Uint8Array {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  for (const [name, array] of Object.entries(arrays)) addArray(zip, name, array);
  zip.end();
  return concatenate(chunks);
}

function addArray(zip: Zip, name: string, { shape, data }: NumericArray): void {
  if (sizeOf(shape) !== data.length) {
    throw inputError(name, `found ${data.length} numbers; shape ${shapeText(shape)} needs ${sizeOf(shape)}`);
  }
  const file = new ZipPassThrough(name + SUFFIX);
  // Zip stores local time without its zone: one fixed local time gives the same bytes everywhere.
  file.mtime = new Date(1980, 0, 1, 12);
  zip.add(file);
  file.push(npyHeader(shape));
  file.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), true);
}

function concatenate(chunks: readonly Uint8Array[]): Uint8Array {
  const size = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
  if (size > LARGEST_ZIP)
    throw inputError("npz", `found ${size} bytes; allowed ${LARGEST_ZIP}: keep fewer snapshots`);
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}

/** Reads what `encodeNpz`, numpy.savez or numpy.savez_compressed wrote, of real numbers. `where` names the file in errors (input). */
export function decodeNpz(bytes: Uint8Array, where: Where): Record<string, NumericArray> {
  return Object.fromEntries(
    Object.entries(unzip(where, bytes)).map(([file, content]) => [
      file.endsWith(SUFFIX) ? file.slice(0, -SUFFIX.length) : file,
      decodeNpy(content, within(where, `: ${printable(file)}`)),
    ]),
  );
}
