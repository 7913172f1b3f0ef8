// Named arrays as one MAT-file of level 5, for load of MATLAB and Octave, readMat of R.matlab and scipy.io.loadmat: a header of 128 bytes,
// then an element for each array, of doubles in column-major order (MathWorks, MAT-File Format, 2019, chapter 1). Uncompressed; the bytes
// depend on the arrays only.

import { inputError } from "../../base/errors.ts";
import { type NumericArray, shapeText, sizeOf } from "../../tables/npy.ts";

const HEADER = 128;
/** Types of data elements, and the class of arrays of doubles. */
const [INT8, INT32, UINT32, DOUBLE, MATRIX] = [1, 5, 6, 9, 14];
const DOUBLE_CLASS = 6;
/** Bytes of a tag, of a word, and of a double. */
const [TAG, WORD, DOUBLE_BYTES] = [8, 4, 8];
/** What MATLAB reads of one array of this level. */
const LARGEST = 2 ** 31 - 1;
/** MATLAB's names. */
const NAME = /^[A-Za-z]\w{0,62}$/;

/** The file. A list of n numbers is a column, n × 1; longer shapes are kept, so that `x(s, j, k)` is entry [s, j, k], counted from 1. */
export function encodeMat(arrays: Readonly<Record<string, NumericArray>>): Uint8Array {
  const elements = Object.entries(arrays).map(([name, array]) => element(name, array));
  return Buffer.concat([header(), ...elements]);
}

function header(): Buffer {
  const bytes = Buffer.alloc(HEADER, 0);
  bytes.fill(" ", 0, 116);
  bytes.write("MATLAB 5.0 MAT-file, written by muflow", "latin1");
  bytes.writeUInt16LE(0x0100, 124);
  bytes.write("IM", 126, "latin1");
  return bytes;
}

function element(name: string, { shape, data }: NumericArray): Buffer {
  if (!NAME.test(name))
    throw inputError("mat", `found the name ${JSON.stringify(name)}; allowed: a MATLAB name`);
  if (sizeOf(shape) !== data.length) {
    throw inputError(name, `found ${data.length} numbers; shape ${shapeText(shape)} needs ${sizeOf(shape)}`);
  }
  const dimensions = shape.length > 1 ? shape : [shape[0] ?? 1, 1];
  const sizes = [2 * WORD, dimensions.length * WORD, name.length, data.length * DOUBLE_BYTES];
  const length = sizes.reduce((sum, size) => sum + TAG + padded(size), 0);
  if (length > LARGEST) {
    throw inputError(
      "mat",
      `${name}: found ${length} bytes; allowed ${LARGEST}: keep fewer snapshots, or take the .npz`,
    );
  }
  return Buffer.concat([
    words([MATRIX, length]),
    part(UINT32, words([DOUBLE_CLASS, 0])),
    part(INT32, words(dimensions)),
    part(INT8, Buffer.from(name, "latin1")),
    part(DOUBLE, columnMajor(dimensions, data)),
  ]);
}

const padded = (size: number) => Math.ceil(size / 8) * 8;

/** A tag, and the data padded to 8 bytes. */
function part(type: number, data: Buffer): Buffer {
  const bytes = Buffer.alloc(TAG + padded(data.length));
  bytes.writeUInt32LE(type, 0);
  bytes.writeUInt32LE(data.length, 4);
  bytes.set(data, TAG);
  return bytes;
}

function words(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(WORD * values.length);
  for (const [k, value] of values.entries()) bytes.writeUInt32LE(value, WORD * k);
  return bytes;
}

/** Little-endian doubles, the first index fastest. */
function columnMajor(shape: readonly number[], data: Float64Array): Buffer {
  const out = new Float64Array(data.length);
  const index = new Array<number>(shape.length).fill(0);
  const strides = shape.map((_, k) => shape.slice(0, k).reduce((product, length) => product * length, 1));
  for (let i = 0, at = 0; i < data.length; i++) {
    out[at] = data[i];
    // The next entry in C order: the last index first.
    for (let k = shape.length - 1; k >= 0; k--) {
      at += strides[k];
      if (++index[k] < shape[k]) break;
      at -= strides[k] * shape[k];
      index[k] = 0;
    }
  }
  return Buffer.from(out.buffer);
}
