// The first bytes by which files are known, a character a byte.

export const NPY = "\x93NUMPY";
/** Of a zip, as of .npz; of one that holds no file the last two are others. */
export const ZIP = "PK\x03\x04";

export function beginsWith(bytes: Uint8Array, magic: string): boolean {
  return [...magic].every((letter, i) => bytes[i] === letter.charCodeAt(0));
}
