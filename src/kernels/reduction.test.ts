import { describe, expect, it } from "vitest";
import { slice } from "./layout.ts";
import { Reduction, reductionLength } from "./reduction.ts";
import { SOLO } from "./team.ts";

describe("Reduction", () => {
  it("refuses more sums than there is room for", () => {
    const part = slice(10);
    const reduction = new Reduction(part, SOLO, 3, new Float64Array(reductionLength(part.chunkCount, 3)));
    expect(() => reduction.open(4)).toThrow("4 sums; there is room for 3");
    reduction.open(3);
  });

  it("lets a fast member fill its next sums while a slow one still folds the last", () => {
    const width = 100;
    const parts = [slice(width, 0, 2), slice(width, 1, 2)];
    const memory = new Float64Array(reductionLength(parts[0].chunkCount, 3));
    const members = parts.map((part) => new Reduction(part, SOLO, 3, memory));
    const fill = (rank: number, value: number) => {
      members[rank].open(2);
      for (const { index } of parts[rank].chunks) members[rank].put(index, Float64Array.of(value, value + 1));
    };
    const fast = new Float64Array(2);
    const slow = new Float64Array(2);
    for (let turn = 0; turn < 4; turn++) {
      if (turn === 0) fill(0, turn);
      fill(1, turn);
      members[0].close(fast, 0.5);
      fill(0, turn + 1);
      members[1].close(slow, 0.5);
      expect(slow).toEqual(fast);
      expect(fast[0]).toBe((turn * parts[0].chunkCount) / 2);
      expect(fast[1]).toBe(((turn + 1) * parts[0].chunkCount) / 2);
    }
  });
});
