// What the kernels' Fourier transforms (src/kernels/c/fourier.h) need of a length n = odd 2^q: the order and the roots of unity of fft.js, and those of
// the level above it (fourier.ts), laid out in the order of their use.

import type { Block, Engine } from "../kernels/backend/kernels.ts";
import type { Field } from "../kernels/head.ts";
import { Fourier } from "./fourier.ts";

/** Doubles of `struct fourier`. */
export const FOURIER_FIELDS = 4;

export interface TileFourier {
  /** `struct fourier` */
  readonly fields: readonly Field[];
  /** Complex numbers of room that a transform needs beside its result. */
  readonly parts: number;
  /** To be held for as long as the fields are in use. */
  readonly block: Block;
}

/** For transforms of that length. Errors (input): an odd one. */
export function tileFourier(engine: Engine, length: number): TileFourier {
  const { odd, even, width, order, table, roots } = new Fourier(length).tables();
  const twiddles: number[] = [];
  for (let size = 4 * width; size <= even; size *= 4) {
    for (let quarter = 0; quarter < size / 4; quarter++) {
      for (let element = 1; element < 4; element++) {
        const at = element * quarter * ((2 * even) / size);
        twiddles.push(table[at]!, table[at + 1]!);
      }
    }
  }
  const lists = Math.ceil(order.length / 2);
  const block = engine.allocate(twiddles.length + roots.length + lists);
  block.numbers.set(twiddles);
  block.numbers.set(roots, twiddles.length);
  // The first pass of fft.js counts numbers, two an element.
  block.words.set(
    order.map((at) => at / 2),
    2 * (twiddles.length + roots.length),
  );
  const address = (doubles: number) => block.address + Float64Array.BYTES_PER_ELEMENT * doubles;
  return {
    fields: [[odd, even], address(0), address(twiddles.length + roots.length), address(twiddles.length)],
    parts: odd === 1 ? 0 : length,
    block,
  };
}
