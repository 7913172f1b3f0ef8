// Samplers: functions of (seed, replica, n) alone, whose weighted sums have the right mean, and whose frequencies are those
// they should be. Chi-square thresholds leave a false-alarm rate of 1e-6 a test.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DataSet, fromArrays } from "../problem/data.ts";
import { SAMPLINGS, type Sampling } from "./batch.ts";
import { makeSampler } from "./sampling.ts";

function dataOf(weight: readonly number[]): DataSet {
  return fromArrays(
    weight.map((_, i) => i),
    weight.map(() => 0),
    weight,
  );
}

const equal = (M: number) => dataOf(new Array(M).fill(1));

/** Batches 0 … count − 1 of a fresh sampler. */
function batches(
  data: DataSet,
  size: number,
  sampling: Sampling,
  count: number,
  stream = { seed: 1, replica: 0 },
): number[][] {
  const sampler = makeSampler(data, { size, sampling }, stream);
  const indices = new Int32Array(size);
  return Array.from({ length: count }, (_, n) => {
    sampler.draw(n, indices);
    return Array.from(indices);
  });
}

function chiSquare(found: readonly number[], expected: readonly number[]): number {
  return found.reduce((sum, count, i) => sum + (count - expected[i]) ** 2 / expected[i], 0);
}

/** How often each of the keys occurs. */
function tally(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

const plan = fc
  .record({ M: fc.integer({ min: 1, max: 40 }), seed: fc.nat(), replica: fc.nat(1000) })
  .chain((rest) => fc.integer({ min: 1, max: rest.M }).map((size) => ({ ...rest, size })));

describe.each(SAMPLINGS)("%s", (sampling) => {
  it("is a function of (seed, replica, n), in whatever order batches are drawn", () => {
    fc.assert(
      fc.property(plan, ({ M, size, ...stream }) => {
        const forward = batches(equal(M), size, sampling, 25, stream);
        const sampler = makeSampler(equal(M), { size, sampling }, stream);
        const indices = new Int32Array(size);
        for (const n of [24, 3, 4, 24, 0, 17, 16]) {
          sampler.draw(n, indices);
          expect(Array.from(indices)).toEqual(forward[n]);
        }
        for (const index of forward.flat()) expect(index >= 0 && index < M).toBe(true);
      }),
    );
  });

  it("draws other batches for another seed and another replica", () => {
    const texts = [
      { seed: 1, replica: 0 },
      { seed: 2, replica: 0 },
      { seed: 1, replica: 1 },
    ].map((stream) => JSON.stringify(batches(equal(30), 5, sampling, 20, stream)));
    expect(new Set(texts).size).toBe(3);
  });

  it("counts steps beyond 2^32", () => {
    const sampler = makeSampler(equal(1000), { size: 20, sampling }, { seed: 3, replica: 0 });
    const [near, far] = [new Int32Array(20), new Int32Array(20)];
    // Reshuffled: a multiple of the 50 batches of an epoch apart, by 2^32 epochs.
    sampler.draw(7, near);
    sampler.draw(7 + 50 * 2 ** 32, far);
    expect(far).not.toEqual(near);
  });
});

describe.each(["without-replacement", "reshuffled"] as const)("%s", (sampling) => {
  it("never draws a datum twice in a batch; all of them where B = M", () => {
    fc.assert(
      fc.property(plan, ({ M, size, ...stream }) => {
        for (const batch of batches(equal(M), size, sampling, 10, stream)) {
          expect(new Set(batch).size).toBe(size);
        }
        for (const batch of batches(equal(M), M, sampling, 3, stream)) {
          expect(batch.toSorted((a, b) => a - b)).toEqual(Array.from({ length: M }, (_, i) => i));
        }
      }),
    );
  });

  it("has weights w_i = M q_i/B", () => {
    const data = dataOf([1, 3, 0, 4]);
    const { weight } = makeSampler(data, { size: 2, sampling }, { seed: 0, replica: 0 });
    expect(Array.from(weight)).toEqual([0.25, 0.75, 0, 1]);
  });

  it("draws every subset as often: 3 of 6, 20 subsets, 40000 batches", () => {
    // For reshuffled both batches of an epoch, which make up for each other: of every second one the first.
    const all = batches(equal(6), 3, sampling, 80000, { seed: 11, replica: 0 }).filter((_, n) => n % 2 === 0);
    const counts = tally(all.map((batch) => batch.toSorted((a, b) => a - b).join()));
    expect(counts.size).toBe(20);
    expect(chiSquare([...counts.values()], new Array(20).fill(2000))).toBeLessThan(63.68); // χ²₁₉
  });
});

describe("with-replacement", () => {
  it("draws i ~ q: a datum of weight 0 never, pairs as often as the product says, 60000 batches of 2 of 4", () => {
    const q = [0.1, 0.4, 0, 0.5];
    const all = batches(dataOf(q), 2, "with-replacement", 60000, { seed: 12, replica: 0 });
    const counts = tally(all.map((batch) => batch.join()));
    const pairs = [0, 1, 3].flatMap((i) => [0, 1, 3].map((j) => [i, j] as const));
    const found = pairs.map(([i, j]) => counts.get(`${i},${j}`) ?? 0);
    expect(found.reduce((sum, count) => sum + count)).toBe(60000);
    const expected = pairs.map(([i, j]) => 60000 * q[i] * q[j]);
    expect(chiSquare(found, expected)).toBeLessThan(42.71); // χ²₈
  });

  it("has weights 1/B", () => {
    const { weight } = makeSampler(
      dataOf([1, 3, 0, 4]),
      { size: 2, sampling: "with-replacement" },
      {
        seed: 0,
        replica: 0,
      },
    );
    expect(Array.from(weight)).toEqual([0.5, 0.5, 0.5, 0.5]);
  });
});

describe("reshuffled", () => {
  it("shows every datum once an epoch, and leaves M mod B of them out", () => {
    fc.assert(
      fc.property(plan, ({ M, size, ...stream }) => {
        const perEpoch = Math.floor(M / size);
        const all = batches(equal(M), size, "reshuffled", 3 * perEpoch, stream);
        for (let epoch = 0; epoch < 3; epoch++) {
          const seen = all.slice(epoch * perEpoch, (epoch + 1) * perEpoch).flat();
          expect(seen).toHaveLength(M - (M % size));
          expect(new Set(seen).size).toBe(seen.length);
        }
      }),
    );
  });

  it("draws every order as often: 4 data, 24 orders, 48000 epochs", () => {
    const all = batches(equal(4), 1, "reshuffled", 4 * 48000, { seed: 13, replica: 0 }).flat();
    const orders = Array.from({ length: 48000 }, (_, epoch) => all.slice(4 * epoch, 4 * epoch + 4).join());
    const counts = tally(orders);
    expect(counts.size).toBe(24);
    expect(chiSquare([...counts.values()], new Array(24).fill(2000))).toBeLessThan(70.55); // χ²₂₃
  });
});
