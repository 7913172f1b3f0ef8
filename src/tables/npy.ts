// .npy, one array of numbers as numpy saves it: written as little-endian doubles in C order, read of any real type, byte order and index order.

import { inputError, type Where } from "../base/errors.ts";
import { printable } from "../base/words.ts";
import { beginsWith, NPY } from "./magic.ts";

/** A dense array of doubles in C order (last index fastest), as numpy sees it. */
export interface NumericArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Magic (6 bytes), version (2), header length (2): what precedes the header text in version 1.0. */
const PREAMBLE = 10;
const ALIGNMENT = 64;

/** The number of elements of an array of this shape; 1 for the empty shape, a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** As Python writes it: (3, 4), (3,). */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
}

/** The .npy (version 1.0) header of a little-endian double array, padded so that the data starts on a 64-byte boundary. */
export function npyHeader(shape: readonly number[]): Uint8Array {
  const text = `{'descr': '<f8', 'fortran_order': False, 'shape': ${shapeText(shape)}, }`;
  const length = Math.ceil((PREAMBLE + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const textLength = length - PREAMBLE;
  const header = Buffer.alloc(length, " ");
  header.write(NPY, "latin1");
  header.set([1, 0, textLength & 255, textLength >> 8], NPY.length);
  header.write(text, PREAMBLE, "latin1");
  header.write("\n", length - 1);
  return header;
}

/**
 * Reads a .npy file (versions 1.0 to 3.0) of real numbers, as doubles in C order. `where` names the file in errors (input): damaged, or
 * of what are no real numbers, or whole ones beyond 2^53.
 */
export function decodeNpy(bytes: Uint8Array, where: Where): NumericArray {
  const { text, end } = readHeader(bytes, where);
  const { size, read } = numberType(text, where);
  const shape = readShape(text, where);
  const count = sizeOf(shape);
  const expected = count * size;
  const found = bytes.byteLength - end;
  if (found !== expected) {
    throw inputError(where, `found ${found} bytes of data; shape ${shapeText(shape)} needs ${expected}`);
  }
  const data = read(bytes, end, count);
  return { shape, data: readField(text, "fortran_order") === "True" ? inOrderOfC(shape, data) : data };
}

function readHeader(bytes: Uint8Array, where: Where): { text: string; end: number } {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < PREAMBLE || !beginsWith(bytes, NPY)) {
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

function readField(header: string, key: string): string {
  return new RegExp(`'${key}'\\s*:\\s*('[^']*'|\\w+|\\[[^\\]]*\\])`).exec(header)?.[1] ?? "nothing";
}

function readShape(header: string, where: Where): number[] {
  const tuple = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (tuple === undefined) throw inputError(where, "the .npy header has no shape");
  return tuple
    .split(",")
    .filter((length) => length.trim() !== "")
    .map(Number);
}

// ---- Types of numbers ----

interface NumberType {
  /** Bytes of a number. */
  readonly size: number;
  read(bytes: Uint8Array, start: number, count: number): Float64Array;
}

/** What numpy calls what is not read. */
const STRANGERS: Readonly<Record<string, string>> = {
  O: "Python objects, which would run code when read: save numbers",
  U: "text: save numbers, or the table as CSV with labels",
  S: "text: save numbers, or the table as CSV with labels",
  c: "complex numbers: save their parts",
  V: "records: save an array of numbers",
  M: "times: save numbers",
  m: "times: save numbers",
};

type Reader = (view: DataView, at: number, little: boolean) => number;

const READERS: Readonly<Record<string, Reader>> = {
  f8: (view, at, little) => view.getFloat64(at, little),
  f4: (view, at, little) => view.getFloat32(at, little),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => whole(view.getBigInt64(at, little)),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => whole(view.getBigUint64(at, little)),
  b1: (view, at) => view.getUint8(at),
};

/** A whole number as a double; NaN where that has not all its digits. */
function whole(value: bigint): number {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : Number.NaN;
}

function numberType(header: string, where: Where): NumberType {
  const descr = readField(header, "descr");
  const [, order, kind, size] = /^'([<>|=]?)(\w)(\d*)'$/.exec(descr) ?? [];
  const reader = READERS[`${kind}${size}`];
  if (reader === undefined) {
    const what =
      STRANGERS[descr.startsWith("[") ? "V" : (kind ?? "")] ?? "allowed: f8, f4, whole numbers, truths";
    throw inputError(where, `descr: found ${printable(descr)}, ${what}`);
  }
  const bytesEach = Number(size);
  const isWhole = kind === "i" || kind === "u";
  const read: NumberType["read"] = (bytes, start, count) => {
    if (descr === "'<f8'") return doublesAt(bytes, start);
    const view = new DataView(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
    const out = new Float64Array(count);
    for (let i = 0; i < count; i++) out[i] = reader(view, i * bytesEach, order !== ">");
    const lost = isWhole ? out.findIndex((value) => Number.isNaN(value)) : -1;
    if (lost >= 0)
      throw inputError(where, `number ${lost + 1} is whole and beyond 2^53: a double has not all its digits`);
    return out;
  };
  return { size: bytesEach, read };
}

/** A view into `bytes` when the data lies on an 8-byte boundary, a copy otherwise. */
function doublesAt(bytes: Uint8Array, start: number): Float64Array {
  const offset = bytes.byteOffset + start;
  const aligned = offset % Float64Array.BYTES_PER_ELEMENT === 0;
  return aligned
    ? new Float64Array(bytes.buffer, offset, (bytes.byteLength - start) / Float64Array.BYTES_PER_ELEMENT)
    : // Not bytes.slice: that of a Buffer is a view of all there is around it.
      new Float64Array(Uint8Array.from(bytes.subarray(start)).buffer);
}

/** From first index fastest to last index fastest. */
function inOrderOfC(shape: readonly number[], data: Float64Array): Float64Array {
  const out = new Float64Array(data.length);
  const strides = shape.map((_, axis) => sizeOf(shape.slice(0, axis)));
  const index = new Array<number>(shape.length).fill(0);
  for (let i = 0; i < out.length; i++) {
    let from = 0;
    for (let axis = 0; axis < index.length; axis++) from += index[axis]! * strides[axis]!;
    out[i] = data[from]!;
    for (let axis = index.length - 1; axis >= 0 && ++index[axis]! === shape[axis]; axis--) index[axis] = 0;
  }
  return out;
}
