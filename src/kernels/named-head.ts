// The head of a block that stays, whose fields are set by name.

import type { Block, Engine } from "./backend/kernels.ts";
import { addressOf } from "./resident.ts";

/** Doubles that are set by name, beginning with the `from`-th; all are 0 before. */
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
