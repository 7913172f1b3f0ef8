// Moves of neurons, row by row: most steps of integrators are one or two of these. Each is written twice, here and in c/works.h.
//   blend: y ← a(by + cx)      advance: y_k ← y_k + a(c_k x_k + d_k z_k)

import type { Field } from "./head.ts";
import type { Image } from "./image.ts";
import { type Slice, TILE } from "./layout.ts";
import type { Pass, TileWork } from "./pass.ts";

/** Neighbouring rows of each tile. */
export interface Rows {
  /** Of a slice's tiles, `apart` rows each; of noise, of those of a strip. */
  readonly array: Float64Array;
  readonly apart: number;
  /** The first of them. */
  readonly row: number;
  readonly image: Image | null;
  /** Whether the array is of the strip in hand alone. */
  readonly ofStrip?: boolean;
}

/** Rows from the `row`-th on of an array of the pass's tiles, `apart` rows each. */
export function rowsIn(pass: Pass, array: Float64Array, apart: number, row = 0): Rows {
  return { array, apart, row, image: pass.image(array, apart) };
}

/** Where the rows of a tile begin, in a strip that begins with tile `first`. */
function placeOf({ apart, row, ofStrip }: Rows, tile: number, first: number): number {
  return ((ofStrip === true ? tile - first : tile) * apart + row) * TILE;
}

/** to ← a (b to + c from), `count` rows of each neuron. */
export function blend(pass: Pass, to: Rows, from: Rows, count: number): TileWork {
  const [y, x] = [to.array, from.array];
  return {
    run(first, end, a, b, c) {
      for (let tile = first; tile < end; tile++) {
        const at = placeOf(to, tile, first);
        const of = placeOf(from, tile, first);
        for (let i = 0; i < count * TILE; i++) y[at + i] = a * (b * y[at + i]! + c * x[of + i]!);
      }
    },
    kernel: pass.kernel({
      name: "blend",
      reads: from.ofStrip === true ? [to.image] : [to.image, from.image],
      writes: [to.image],
      head: () => [...fieldsOf(to), ...fieldsOf(from), count],
      holds: [from.image],
    }),
  };
}

/** An advance, and how its factors become others. */
export interface Advance {
  readonly work: TileWork;
  /** d_k; what waits of the work has to be done. */
  setOtherFactors(factor: (k: number) => number): void;
}

/** to_k ← to_k + a (c_k drift_k + d_k other_k) for the factors c_k; all d_k are 0 at first. `other`: noise, or a velocity that is damped. */
export function advance(
  pass: Pass,
  to: Rows,
  drift: Rows,
  other: Rows | null,
  factors: readonly number[],
): Advance {
  const count = factors.length;
  const [y, x, z] = [to.array, drift.array, other?.array];
  const d = new Float64Array(count);
  const numbers = pass.engine?.allocate(2 * count) ?? null;
  numbers?.numbers.fill(0).set(factors);
  return {
    work: {
      run(first, end, a) {
        for (let tile = first; tile < end; tile++) {
          const at = placeOf(to, tile, first);
          const of = placeOf(drift, tile, first);
          const beside = other === null ? 0 : placeOf(other, tile, first);
          for (let i = 0; i < count * TILE; i++) {
            const k = i >> 3;
            let by = factors[k]! * x[of + i]!;
            if (z !== undefined) by += d[k]! * z[beside + i]!;
            y[at + i]! += a * by;
          }
        }
      },
      kernel: pass.kernel({
        name: "advance",
        reads: [to, drift, ...(other === null || other.ofStrip === true ? [] : [other])].map(
          ({ image }) => image,
        ),
        writes: [to.image],
        head: () => [
          ...fieldsOf(to),
          ...fieldsOf(drift),
          ...(other === null ? NO_ROWS : fieldsOf(other)),
          count,
          numbers!.address,
          other === null ? 0 : numbers!.address + count * Float64Array.BYTES_PER_ELEMENT,
        ],
        holds: [numbers, other?.image],
      }),
    },
    setOtherFactors(factor) {
      for (let k = 0; k < count; k++) d[k] = factor(k);
      numbers?.numbers.set(d, count);
    },
  };
}

/** `struct rows` of c/works.h. */
export function fieldsOf({ image, row, ofStrip }: Rows): readonly Field[] {
  return image!.rowsFrom(row, ofStrip);
}

/** Where a kernel has none. */
export const NO_ROWS: readonly Field[] = [0, 0, 0];

/** `struct rest` of c/works.h: where the ensemble ends, if in this slice, and not with the last lane of a tile. */
export function restOf(part: Slice): readonly Field[] {
  const last = part.totalTiles - 1 - part.firstTile;
  const lanes = part.width - TILE * (part.totalTiles - 1);
  return last < part.tiles && lanes < TILE ? [last, lanes] : [-1, TILE];
}
