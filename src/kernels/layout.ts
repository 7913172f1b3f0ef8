// How N neurons lie in memory. Eight neurons make a tile, and a tile holds its coordinates row by row:
// state[(tile·rows + k)·8 + lane] is coordinate k of neuron 8·tile + lane. SIMD lanes run across neurons.
// Tiles fall into at most 64 chunks of at least four tiles (or one of all), whose bounds depend on N alone: sums are made per
// chunk and folded in order, so that their bits do not depend on how many threads share the chunks.

/** Neurons in a tile. */
export const TILE = 8;

const MOST_CHUNKS = 64;
/** Fewer would be folded as often as added. */
const LEAST_TILES = 4;

export interface Chunk {
  /** 0 … chunkCount − 1, the order in which partial sums are folded. */
  readonly index: number;
  /** First tile and the tile past the last, counted within the slice. */
  readonly from: number;
  readonly to: number;
}

/** The part of an ensemble that one thread works on: consecutive chunks. */
export interface Slice {
  /** N, neurons of the whole ensemble. */
  readonly width: number;
  /** Tiles of the whole ensemble. */
  readonly totalTiles: number;
  readonly chunkCount: number;
  /** This slice's first tile within the ensemble, and its number of tiles. */
  readonly firstTile: number;
  readonly tiles: number;
  readonly chunks: readonly Chunk[];
}

/** The slice of rank `rank` among `size`; the whole ensemble by default. */
export function slice(width: number, rank = 0, size = 1): Slice {
  const totalTiles = Math.ceil(width / TILE);
  const chunkCount = Math.min(MOST_CHUNKS, Math.max(1, Math.floor(totalTiles / LEAST_TILES)));
  const bound = (chunk: number) => Math.floor((chunk * totalTiles) / chunkCount);
  const firstChunk = Math.floor((rank * chunkCount) / size);
  const lastChunk = Math.floor(((rank + 1) * chunkCount) / size);
  const firstTile = bound(firstChunk);
  const chunks: Chunk[] = [];
  for (let index = firstChunk; index < lastChunk; index++) {
    chunks.push({ index, from: bound(index) - firstTile, to: bound(index + 1) - firstTile });
  }
  return { width, totalTiles, chunkCount, firstTile, tiles: bound(lastChunk) - firstTile, chunks };
}

/** Neurons in a tile of the slice: 8, or fewer in the ensemble's last tile. */
export function lanesIn(part: Slice, tile: number): number {
  return Math.min(TILE, part.width - TILE * (part.firstTile + tile));
}

/** Numbers that a state of `rows` coordinates takes for `tiles` tiles. */
export function stateLength(tiles: number, rows: number): number {
  return tiles * rows * TILE;
}

/** Rows `from … to − 1` of each neuron as an N × (to − from) array in C order. */
export function unpack(
  state: Float64Array,
  width: number,
  rows: number,
  from: number,
  to: number,
): Float64Array {
  const count = to - from;
  const out = new Float64Array(width * count);
  for (let j = 0; j < width; j++) {
    const base = (j >> 3) * rows * TILE + (j & 7);
    for (let k = 0; k < count; k++) out[j * count + k] = state[base + (from + k) * TILE];
  }
  return out;
}
