/*
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11): a keyed
 * bijection of 128-bit counters, ten rounds of (c0, c1, c2, c3) -> (hi(M1 c2) ^ c1 ^ k0, lo(M1 c2),
 * hi(M0 c0) ^ c3 ^ k1, lo(M0 c0)). No state: a number is a function of its counter, whoever asks, in any order.
 */

/** What a stream of random numbers is for; the streams of one seed never meet. */
export const PURPOSE = {
  initial: 1,
  momentum: 2,
  noise: 3,
  teacher: 4,
  probe: 5,
  sample: 6,
  batch: 7,
  jump: 8,
  split: 9,
} as const;

// M0 = 0xd2511f53 and M1 = 0xcd9e8d57, whole and in 16-bit halves; the Weyl increments of the key.
const M0 = 0xd2511f53;
const M0_HIGH = 0xd251;
const M0_LOW = 0x1f53;
const M1 = 0xcd9e8d57;
const M1_HIGH = 0xcd9e;
const M1_LOW = 0x8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

/**
 * Writes the four words of block (c0, c1, c2, c3) under key (k0, k1) to out[offset .. offset + 3].
 * Arguments count modulo 2^32; about 45 ns.
 */
export function philox4x32(
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
  out: Uint32Array | Int32Array,
  offset: number,
): void {
  let a = c0 | 0;
  let b = c1 | 0;
  let c = c2 | 0;
  let d = c3 | 0;
  let p = k0 | 0;
  let q = k1 | 0;
  for (let round = 0; round < 10; round++) {
    // The high words of the two products by 16-bit halves: faster here than through doubles, where
    // hi = round((x M - lo) / 2^32) is exact too, and unrolling gains nothing.
    const al = a & 0xffff;
    const ah = a >>> 16;
    const s = (Math.imul(ah, M0_LOW) + (Math.imul(al, M0_LOW) >>> 16)) | 0;
    const t = (Math.imul(al, M0_HIGH) + (s & 0xffff)) | 0;
    const high0 = (Math.imul(ah, M0_HIGH) + (s >>> 16) + (t >>> 16)) | 0;
    const cl = c & 0xffff;
    const ch = c >>> 16;
    const v = (Math.imul(ch, M1_LOW) + (Math.imul(cl, M1_LOW) >>> 16)) | 0;
    const w = (Math.imul(cl, M1_HIGH) + (v & 0xffff)) | 0;
    const high1 = (Math.imul(ch, M1_HIGH) + (v >>> 16) + (w >>> 16)) | 0;
    const low0 = Math.imul(a, M0);
    const low1 = Math.imul(c, M1);
    a = high1 ^ (b ^ p);
    c = high0 ^ (d ^ q);
    b = low1;
    d = low0;
    p = (p + WEYL_0) | 0;
    q = (q + WEYL_1) | 0;
  }
  out[offset] = a;
  out[offset + 1] = b;
  out[offset + 2] = c;
  out[offset + 3] = d;
}

// "mufl" and "ow-1" in ASCII: keys derived here do not meet those of another program, or of a later scheme.
const ROOT_0 = 0x6d75666c;
const ROOT_1 = 0x6f772d31;

/**
 * The key (two words below 2^32) of the stream for (seed, purpose, replica): the first two words of the block
 * (seed mod 2^32, floor(seed / 2^32), purpose, replica) under the key "muflow-1".
 * RangeError unless 0 <= seed < 2^53 and 0 <= purpose, replica < 2^32 are integers.
 */
export function deriveKey(seed: number, purpose: number, replica: number): [number, number] {
  if (!(Number.isSafeInteger(seed) && seed >= 0)) {
    throw new RangeError(
      `seed: found ${seed}; allowed are the integers from 0 to ${Number.MAX_SAFE_INTEGER}`,
    );
  }
  if (purpose >>> 0 !== purpose || replica >>> 0 !== replica) {
    throw new RangeError(
      `purpose, replica: found ${purpose}, ${replica}; allowed are the integers from 0 to 2^32 - 1`,
    );
  }
  const words = new Uint32Array(4);
  philox4x32(seed >>> 0, Math.floor(seed / 4294967296), purpose, replica, ROOT_0, ROOT_1, words, 0);
  return [words[0]!, words[1]!];
}
