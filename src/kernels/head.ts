// The head of a block, as a kernel's struct in C has it: fields of eight bytes, a double (an address is one too) or two 32-bit integers.

import type { Block, Engine } from "./backend/kernels.ts";
import { addressOf } from "./resident.ts";

/** A double, or two integers. */
export type Field = number | readonly [number, number];

/** Writes those fields, one after the other from the `from`-th on. */
export function writeHead({ numbers, words }: Block, fields: readonly Field[], from = 0): void {
  for (const [k, field] of fields.entries()) {
    if (typeof field === "number") numbers[from + k] = field;
    else words.set(field, 2 * (from + k));
  }
}

/** A head that stays: doubles that are set by name, beginning with the `from`-th; all are 0 before. */
export class NamedHead<Name extends string> {
  readonly block: Block;
  /** A head holds addresses alone, which keep no array alive. */
  private readonly placed = new Map<Name, Float64Array>();

  constructor(
    engine: Engine,
    private readonly names: readonly Name[],
    private readonly from = 0,
  ) {
    this.block = engine.allocate(from + names.length);
    this.block.numbers.fill(0);
  }

  set(name: Name, value: number): void {
    this.block.numbers[this.from + this.names.indexOf(name)] = value;
  }

  /** The address of an array of `residentArray`, which is held for as long. */
  place(name: Name, array: Float64Array): void {
    this.placed.set(name, array);
    this.set(name, addressOf(array));
  }
}
