import { describe, expect, it } from "vitest";
import { lanesIn, slice, stateLength, TILE, unpack } from "./layout.ts";

describe("slices", () => {
  it("of every team size cover every neuron of N = 1 … 200 and larger ensembles once, chunks in order", () => {
    for (const width of [...Array.from({ length: 200 }, (_, i) => i + 1), 511, 512, 513, 1000, 4099]) {
      for (const size of [1, 2, 3, 5, 8, 70]) {
        const seen = new Uint8Array(width);
        let nextTile = 0;
        let nextChunk = 0;
        for (let rank = 0; rank < size; rank++) {
          const part = slice(width, rank, size);
          expect(part.firstTile).toBe(nextTile);
          let inSlice = 0;
          for (const chunk of part.chunks) {
            expect(chunk.index).toBe(nextChunk++);
            expect(chunk.from).toBe(inSlice);
            expect(chunk.to).toBeGreaterThan(chunk.from);
            for (let tile = chunk.from; tile < chunk.to; tile++) {
              for (let lane = 0; lane < lanesIn(part, tile); lane++) {
                seen[(part.firstTile + tile) * TILE + lane] += 1;
              }
            }
            inSlice = chunk.to;
          }
          expect(part.tiles).toBe(inSlice);
          nextTile += part.tiles;
        }
        expect(nextChunk).toBe(slice(width).chunkCount);
        expect(nextTile).toBe(slice(width).totalTiles);
        expect(seen.every((count) => count === 1)).toBe(true);
      }
    }
  });

  it("chunks do not depend on the team", () => {
    const bounds = (size: number) =>
      Array.from({ length: size }, (_, rank) => slice(1000, rank, size)).flatMap(({ firstTile, chunks }) =>
        chunks.map(({ index, from, to }) => [index, firstTile + from, firstTile + to]),
      );
    for (const size of [2, 3, 5, 64]) expect(bounds(size)).toEqual(bounds(1));
  });

  it("unpack gives rows of neurons", () => {
    const state = new Float64Array(stateLength(3, 2));
    for (let j = 0; j < 19; j++) {
      for (let k = 0; k < 2; k++) state[((j >> 3) * 2 + k) * TILE + (j & 7)] = 10 * j + k;
    }
    const expected = (from: number, to: number) =>
      Float64Array.from({ length: 19 * (to - from) }, (_, i) => {
        const j = Math.floor(i / (to - from));
        return 10 * j + from + (i % (to - from));
      });
    expect(unpack(state, 19, 2, 0, 2)).toEqual(expected(0, 2));
    expect(unpack(state, 19, 2, 1, 2)).toEqual(expected(1, 2));
  });
});
