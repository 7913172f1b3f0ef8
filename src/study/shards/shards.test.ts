import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseShard, shardsMissing, tasksInShard } from "./shards.ts";

/** The least that the busiest of `count` shards can have: over all ways to share. */
function leastEnd(
  [first, ...rest]: readonly number[],
  count: number,
  loads = Array<number>(count).fill(0),
): number {
  if (first === undefined) return Math.max(...loads);
  return Math.min(...loads.map((load, k) => leastEnd(rest, count, loads.with(k, load + first))));
}

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

  it("end within 4/3 − 1/3n of the best, Graham's bound for the longest first", () => {
    const few = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(few, fc.integer({ min: 2, max: 3 }), (work, count) => {
        const loads = Array.from({ length: count }, (_, k) =>
          tasksInShard(work, { index: k + 1, count }).reduce((sum, task) => sum + work[task], 0),
        );
        expect(3 * count * Math.max(...loads)).toBeLessThanOrEqual((4 * count - 1) * leastEnd(work, count));
      }),
    );
  });

  it("take the longest first, each where the least work lies", () => {
    expect([1, 2].map((index) => tasksInShard([1, 1, 2], { index, count: 2 }))).toEqual([[2], [0, 1]]);
    expect(tasksInShard([4, 1, 1, 1, 1], { index: 1, count: 2 })).toEqual([0]);
  });

  it.each(["0/3", "4/3", "1", "a/b", "1/0", "1.5/2", "-1/2"])("refuses %s", (text) => {
    expect(() => parseShard(text)).toThrow(`found "${text}"; allowed: i/n with 1 ≤ i ≤ n, such as 2/7`);
  });

  it("reads 2/7", () => {
    expect(parseShard("2/7")).toEqual({ index: 2, count: 7 });
  });

  const of = (count: number, ...indices: number[]) => indices.map((index) => ({ index, count }));
  const work = Array.from({ length: 40 }, (_, k) => 1 + ((k * 7) % 11));
  const without = (...shards: { index: number; count: number }[]) => {
    const tasks = shards.flatMap((shard) => tasksInShard(work, shard));
    return work.map((_, task) => tasks.includes(task));
  };

  it("are named where just they are missing", () => {
    expect(shardsMissing(work, without(...of(3, 2)))).toEqual(of(3, 2));
    expect(shardsMissing(work, without(...of(5, 1, 4)))).toEqual(of(5, 1, 4));
  });

  it("are named in part where their number is known", () => {
    const partly = without(...of(3, 2)).map((lost, task) => lost && task > 9);
    expect(shardsMissing(work, partly)).toEqual([]);
    expect(shardsMissing(work, partly, 3)).toEqual(of(3, 2));
  });
});
