import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deriveKey, PURPOSE, philox4x32 } from "./philox.ts";

const MASK = 0xffffffffn;

/** The definition, in exact integers. */
function naive(counter: number[], key: number[]): number[] {
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const product0 = 0xd2511f53n * c0;
    const product1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [
      (product1 >> 32n) ^ c1 ^ k0,
      product1 & MASK,
      (product0 >> 32n) ^ c3 ^ k1,
      product0 & MASK,
    ];
    k0 = (k0 + 0x9e3779b9n) & MASK;
    k1 = (k1 + 0xbb67ae85n) & MASK;
  }
  return [c0, c1, c2, c3].map(Number);
}

function block(
  counter: number[],
  key: number[],
  out: Uint32Array | Int32Array = new Uint32Array(4),
  offset = 0,
) {
  philox4x32(counter[0]!, counter[1]!, counter[2]!, counter[3]!, key[0]!, key[1]!, out, offset);
  return Array.from(out.subarray(offset, offset + 4), (word) => word >>> 0);
}

const word = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff),
);

describe("philox4x32", () => {
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])("known-answer vector of Random123: %j, %j", (counter, key, answer) => {
    expect(block(counter, key)).toEqual(answer);
    expect(naive(counter, key)).toEqual(answer);
  });

  it("agrees with the definition in exact integers", () => {
    fc.assert(
      fc.property(fc.array(word, { minLength: 4, maxLength: 4 }), fc.tuple(word, word), (counter, key) => {
        expect(block(counter, key)).toEqual(naive(counter, key));
      }),
      { numRuns: 1000 },
    );
  });

  it("writes four words at the offset, signed or unsigned, and counts modulo 2^32", () => {
    const out = new Int32Array(8);
    expect(block([2 ** 32 + 5, -1, 2 ** 52 + 7, 3], [-2, 9], out, 2)).toEqual(
      naive([5, 0xffffffff, 7, 3], [0xfffffffe, 9]),
    );
    expect([out[0], out[1], out[6], out[7]]).toEqual([0, 0, 0, 0]);
  });
});

describe("deriveKey", () => {
  it("is the first half of the block (seed, purpose, replica) under the key muflow-1", () => {
    const seed = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(seed, fc.constantFrom(...Object.values(PURPOSE)), word, (seed, purpose, replica) => {
        const halves = [Number(BigInt(seed) & MASK), Number(BigInt(seed) >> 32n)];
        const text = [..."muflow-1"].map((letter) => letter.charCodeAt(0));
        const key = [text.slice(0, 4), text.slice(4)].map((part) =>
          part.reduce((sum, byte) => sum * 256 + byte, 0),
        );
        expect(deriveKey(seed, purpose, replica)).toEqual(
          naive([...halves, purpose, replica], key).slice(0, 2),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("never moves: the keys of seed 7", () => {
    expect(Object.values(PURPOSE).map((purpose) => deriveKey(7, purpose, 0))).toMatchInlineSnapshot(`
      [
        [
          3093158888,
          2591536480,
        ],
        [
          1725613732,
          423962373,
        ],
        [
          2629833016,
          4178168748,
        ],
        [
          733784965,
          1684528602,
        ],
        [
          375925793,
          4038983013,
        ],
        [
          784862944,
          2360104637,
        ],
        [
          1845044568,
          4076961811,
        ],
        [
          3088361187,
          3100439550,
        ],
        [
          1108436923,
          2317207110,
        ],
      ]
    `);
  });

  it("separates seeds, purposes and replicas", () => {
    const keys = new Set<string>();
    const seeds = [0, 1, 7, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    for (const seed of seeds) {
      for (const purpose of Object.values(PURPOSE)) {
        for (let replica = 0; replica < 100; replica++) keys.add(deriveKey(seed, purpose, replica).join());
      }
    }
    expect(keys.size).toBe(seeds.length * Object.values(PURPOSE).length * 100);
  });

  it.each([-1, 0.5, NaN, Infinity, 2 ** 53])("refuses the seed %d", (seed) => {
    expect(() => deriveKey(seed, 1, 0)).toThrow(RangeError);
  });

  it("refuses a purpose or replica that is no 32-bit word", () => {
    expect(() => deriveKey(1, -1, 0)).toThrow(RangeError);
    expect(() => deriveKey(1, 1, 2 ** 32)).toThrow(RangeError);
    expect(() => deriveKey(1, 1, 0.5)).toThrow(RangeError);
  });
});
