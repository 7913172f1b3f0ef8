// The head of a block, as a kernel's struct in C has it: fields of eight bytes, a double (an address is one too) or two 32-bit integers.

import type { Block } from "./backend/kernels.ts";

/** A double, or two integers. */
export type Field = number | readonly [number, number];

/** Writes those fields, one after the other from the `from`-th on. */
export function writeHead({ numbers, words }: Block, fields: readonly Field[], from = 0): void {
  for (const [k, field] of fields.entries()) {
    if (typeof field === "number") numbers[from + k] = field;
    else words.set(field, 2 * (from + k));
  }
}
