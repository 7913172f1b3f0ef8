// What kernels see of an array of tiles: the array itself, where it is in their reach, or a strip of it at a time in their own memory.

import type { Block, Engine } from "./backend/kernels.ts";
import type { Field } from "./head.ts";
import { TILE } from "./layout.ts";

const NONE: Float64Array = new Float64Array(0);

export class Image {
  /** Of a strip; null where kernels work on the array. */
  private readonly copy: Block | null;
  private readonly address: number;
  /** The strip last looked at: a narrow network has no other. */
  private tiles = { first: -1, end: -1, ofArray: NONE, ofCopy: NONE };

  /** Of tiles of `rows` rows each, at most `strip` at a time. */
  constructor(
    engine: Engine,
    private readonly array: Float64Array,
    readonly rows: number,
    strip: number,
  ) {
    const own = engine.addressOf(array);
    this.copy = own === null ? engine.allocate(strip * rows * TILE) : null;
    this.address = own ?? this.copy!.address;
  }

  get isCopy(): boolean {
    return this.copy !== null;
  }

  /** Tiles `first … end − 1` are what kernels see. */
  take(first: number, end: number): void {
    this.look(first, end);
    this.tiles.ofCopy.set(this.tiles.ofArray);
  }

  /** They become what kernels have made of them. */
  give(first: number, end: number): void {
    this.look(first, end);
    this.tiles.ofArray.set(this.tiles.ofCopy);
  }

  /** `struct rows` in c/works.h: those from the `row`-th on. `ofStrip`: the array has no more than a strip. */
  rowsFrom(row: number, ofStrip = this.isCopy): readonly Field[] {
    const bytes = row * TILE * Float64Array.BYTES_PER_ELEMENT;
    return [this.address + bytes, this.rows * TILE, ofStrip ? 0 : 1];
  }

  private look(first: number, end: number): void {
    if (this.tiles.first === first && this.tiles.end === end) return;
    const width = this.rows * TILE;
    // Rows that are seen from a later one on end before the last tile does.
    const ofArray = this.array.subarray(first * width, end * width);
    const ofCopy = this.copy!.numbers.subarray(0, ofArray.length);
    this.tiles = { first, end, ofArray, ofCopy };
  }
}
