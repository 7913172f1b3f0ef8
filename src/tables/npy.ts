import { inputError } from "../base/errors.ts";

/** A dense array of doubles in C order (last index fastest), as numpy sees it. */
export interface NumericArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

const MAGIC = "\x93NUMPY";
/** Magic (6 bytes), version (2), header length (2): what precedes the header text in version 1.0. */
const PREAMBLE = 10;
const ALIGNMENT = 64;

/** The number of elements of an array of this shape; 1 for the empty shape, a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** The .npy (version 1.0) header of a little-endian double array, padded so that the data starts on a 64-byte boundary. */
export function npyHeader(shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': ${tuple}, }`;
  const length = Math.ceil((PREAMBLE + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const textLength = length - PREAMBLE;
  const header = Buffer.alloc(length, " ");
  header.write(MAGIC, "latin1");
  header.set([1, 0, textLength & 255, textLength >> 8], MAGIC.length);
  header.write(text, PREAMBLE, "latin1");
  header.write("\n", length - 1);
  return header;
}

/**
 * Reads a .npy file (versions 1.0 to 3.0) of little-endian doubles in C order.
 * The data is a view into `bytes` when it lies on an 8-byte boundary, a copy otherwise. `where` names the file in errors.
 */
export function decodeNpy(bytes: Uint8Array, where: string): NumericArray {
  const { text, end } = readHeader(bytes, where);
  expectField(text, "descr", "'<f8'", where);
  expectField(text, "fortran_order", "False", where);
  const shape = readShape(text, where);
  const expected = sizeOf(shape) * Float64Array.BYTES_PER_ELEMENT;
  const found = bytes.byteLength - end;
  if (found !== expected) {
    throw inputError(where, `found ${found} bytes of data; shape (${shape.join(", ")}) needs ${expected}`);
  }
  return { shape, data: doublesAt(bytes, end) };
}

function readHeader(bytes: Uint8Array, where: string): { text: string; end: number } {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < PREAMBLE || view.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    throw inputError(where, "not a .npy file: it does not begin with \\x93NUMPY");
  }
  const version = view[6]!;
  if (version < 1 || version > 3) {
    throw inputError(where, `found .npy version ${version}; allowed 1, 2, 3`);
  }
  const start = version === 1 ? PREAMBLE : PREAMBLE + 2;
  const end =
    start + (version === 1 ? view.readUInt16LE(8) : view.byteLength < start ? 0 : view.readUInt32LE(8));
  if (end > view.byteLength || end < start) {
    throw inputError(where, "the file ends inside its .npy header");
  }
  return { text: view.toString("latin1", start, end), end };
}

function expectField(header: string, key: string, allowed: string, where: string): void {
  const found = new RegExp(`'${key}'\\s*:\\s*('[^']*'|\\w+)`).exec(header)?.[1] ?? "nothing";
  if (found !== allowed) throw inputError(where, `${key}: found ${found}; allowed ${allowed}`);
}

function readShape(header: string, where: string): number[] {
  const tuple = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (tuple === undefined) throw inputError(where, "the .npy header has no shape");
  return tuple
    .split(",")
    .filter((length) => length.trim() !== "")
    .map(Number);
}

function doublesAt(bytes: Uint8Array, start: number): Float64Array {
  const offset = bytes.byteOffset + start;
  const aligned = offset % Float64Array.BYTES_PER_ELEMENT === 0;
  return aligned
    ? new Float64Array(bytes.buffer, offset, (bytes.byteLength - start) / Float64Array.BYTES_PER_ELEMENT)
    : new Float64Array(bytes.slice(start).buffer);
}
