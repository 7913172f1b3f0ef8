// Arrays that lie where kernels find them, such as the cells of a density. To all else they are arrays like any other.

import { backend } from "./backend/backend.ts";
import type { Block, Engine } from "./backend/kernels.ts";

interface Place {
  readonly engine: Engine;
  readonly block: Block;
}

/** A block stays for as long as its array does. */
const places = new WeakMap<Float64Array, Place>();

/** A copy of that array which the kernels of this thread's backend can work on; in plain JavaScript any copy. */
export function residentCopy(values: Float64Array): Float64Array {
  const { engine } = backend();
  return engine === null ? values.slice() : copyIn(engine, values);
}

function copyIn(engine: Engine, values: Float64Array): Float64Array {
  const block = engine.allocate(values.length);
  // A block may be larger than was asked for.
  const copy = block.numbers.subarray(0, values.length);
  copy.set(values);
  places.set(copy, { engine, block });
  return copy;
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
  const copy = copyIn(engine, values);
  const { block } = places.get(copy)!;
  work(block.address);
  if (changes) values.set(copy);
  block.free();
}
