// The files that experiments name, each read once: what is hashed, what is computed from and what a folder keeps are the same bytes, whoever
// writes the file meanwhile, and the points of a study share what was made of them.

import { createHash } from "node:crypto";
import { readRegular } from "../tables/regular-file.ts";

/** The contents of a file. */
export interface FileContents {
  readonly bytes: Buffer;
  /** Of the bytes, hexadecimal. */
  readonly sha256: string;
}

export class FileStore {
  private readonly contents = new Map<string, FileContents>();
  private readonly values = new Map<string, unknown>();

  /** The contents of the file at an absolute path; `refusal` makes the error from what is there instead. */
  read(path: string, refusal: (found: string) => Error): FileContents {
    const known = this.contents.get(path);
    if (known !== undefined) return known;
    const bytes = readRegular(path, refusal);
    const contents = { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
    this.contents.set(path, contents);
    return contents;
  }

  /** What `make` makes of the files, the same object for the same key. */
  once<Made>(key: string, make: () => Made): Made {
    if (!this.values.has(key)) this.values.set(key, make());
    return this.values.get(key) as Made;
  }

  /** The same of what is made in pieces. */
  *onceInPieces<Made>(key: string, make: () => Generator<void, Made>): Generator<void, Made> {
    if (!this.values.has(key)) this.values.set(key, yield* make());
    return this.values.get(key) as Made;
  }
}
