// Arrays that lie where kernels find them, such as the cells of a density. To all else they are arrays like any other.

import { backend } from "./backend/backend.ts";
import type { Block, Engine } from "./backend/kernels.ts";

interface Place {
  readonly engine: Engine;
  readonly block: Block;
}

/** A block stays for as long as its array does. */
const places = new WeakMap<Float64Array, Place>();

/** An array of zeros which the kernels of that engine can work on, by default of this thread's backend; without one any array. */
export function residentArray(length: number, engine: Engine | null = backend().engine): Float64Array {
  if (engine === null || length === 0) return new Float64Array(length);
  const block = engine.allocate(length);
  // A block may be larger than was asked for.
  const array = block.numbers.subarray(0, length);
  places.set(array, { engine, block });
  return array.fill(0);
}

/** A copy of that array of the same kind. */
export function residentCopy(values: Float64Array, engine: Engine | null = backend().engine): Float64Array {
  const copy = residentArray(values.length, engine);
  copy.set(values);
  return copy;
}

/** The address of what `residentArray` made for an engine. */
export function addressOf(array: Float64Array): number {
  return places.get(array)!.block.address;
}

/** Has `work` done on the address of that array's numbers; one that is elsewhere is copied, and back where they change. */
export function withAddress(
  engine: Engine,
  values: Float64Array,
  changes: boolean,
  work: (address: number) => void,
): void {
  const place = places.get(values);
  if (place !== undefined && place.engine === engine) {
    work(place.block.address);
    return;
  }
  const copy = residentCopy(values, engine);
  const { block } = places.get(copy)!;
  work(block.address);
  if (changes) values.set(copy);
  block.free();
}

/** Arrays of one length as kernels are given them: those that lie elsewhere as copies, each in a place of its own, its `slot`. */
export class Lent {
  private readonly copies: Float64Array[] = [];

  constructor(
    private readonly engine: Engine,
    private readonly length: number,
  ) {}

  /** The address of what an array holds; 0 of none. */
  read(array: Float64Array | null, slot: number): number {
    if (array === null) return 0;
    if (this.isHere(array)) return addressOf(array);
    const copy = this.copy(slot);
    copy.set(array);
    return addressOf(copy);
  }

  /** The address of where all values of an array are to be written; after the kernel, `written` brings them into it. */
  write(array: Float64Array, slot: number): number {
    return addressOf(this.isHere(array) ? array : this.copy(slot));
  }

  written(array: Float64Array, slot: number): void {
    if (!this.isHere(array)) array.set(this.copy(slot));
  }

  private isHere(array: Float64Array): boolean {
    return places.get(array)?.engine === this.engine;
  }

  private copy(slot: number): Float64Array {
    this.copies[slot] ??= residentArray(this.length, this.engine);
    return this.copies[slot];
  }
}
