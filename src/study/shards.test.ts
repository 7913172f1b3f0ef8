import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseShard, tasksInShard } from "./shards.ts";

describe("shards", () => {
  const works = fc.array(fc.double({ min: 0.1, max: 1000, noNaN: true }), { minLength: 1, maxLength: 60 });

  it("share out every task once, each ascending", () => {
    fc.assert(
      fc.property(works, fc.integer({ min: 1, max: 9 }), (work, count) => {
        const shards = Array.from({ length: count }, (_, k) => tasksInShard(work, { index: k + 1, count }));
        for (const tasks of shards) expect(tasks).toEqual([...tasks].sort((a, b) => a - b));
        expect(shards.flat().sort((a, b) => a - b)).toEqual(work.map((_, task) => task));
      }),
    );
  });

  it("differ by at most the longest task", () => {
    fc.assert(
      fc.property(works, fc.integer({ min: 1, max: 9 }), (work, count) => {
        const loads = Array.from({ length: count }, (_, k) =>
          tasksInShard(work, { index: k + 1, count }).reduce((sum, task) => sum + work[task], 0),
        );
        expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(Math.max(...work) * (1 + 1e-12));
      }),
    );
  });

  it.each(["0/3", "4/3", "1", "a/b", "1/0", "1.5/2", "-1/2"])("refuses %s", (text) => {
    expect(() => parseShard(text)).toThrow(`found "${text}"; allowed: i/n with 1 ≤ i ≤ n, such as 2/7`);
  });

  it("reads 2/7", () => {
    expect(parseShard("2/7")).toEqual({ index: 2, count: 7 });
  });
});
