// Arrays that sides hand to each other: NAME.f64 in a folder, raw doubles.

import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export function writeArrays(folder, arrays, prefix = "") {
  for (const [name, values] of Object.entries(arrays)) {
    const doubles = Float64Array.from(values);
    writeFileSync(join(folder, `${prefix}${name}.f64`), new Uint8Array(doubles.buffer));
  }
}

/** null where there is no such file. */
export function readArray(folder, name) {
  const path = join(folder, `${name}.f64`);
  if (!existsSync(path)) return null;
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
}

export function clearArrays(folder, prefix) {
  for (const name of readdirSync(folder)) if (name.startsWith(prefix)) rmSync(join(folder, name));
}
