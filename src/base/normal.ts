/*
 * Random numbers of particles, counter-based: the numbers of particles 2m and 2m + 1 come from the Philox block
 * (m, step mod 2^32, floor(step / 2^32), lane). Its words w0..w3 make the integers R = 2^21 w0 + floor(w1 / 2^11)
 * and A, likewise, of w2 and w3. Box-Muller: sqrt(-2 log((R + 1)/2^53)) times cos, sin of 2 pi A/2^53.
 */
import { cosReduced, log, sinReduced } from "./elementary.ts";
import { philox4x32 } from "./philox.ts";

const PER_2_32 = 2.3283064365386963e-10; // 2^-32
const PER_2_53 = 1.1102230246251565e-16; // 2^-53
const ANGLE = 6.975736996017264e-16; // 2 pi / 2^53

// As in philox.ts.
const M0 = 0xd2511f53;
const M0_HIGH = 0xd251;
const M0_LOW = 0x1f53;
const M1 = 0xcd9e8d57;
const M1_HIGH = 0xcd9e;
const M1_LOW = 0x8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;

function checkRange(
  out: Float64Array,
  offset: number,
  count: number,
  first: number,
  step: number,
  lane: number,
): void {
  if (!(offset >= 0 && count >= 0 && offset + count <= out.length) || Math.floor(offset) !== offset) {
    throw new RangeError(`out: ${count} numbers from ${offset} do not fit in a length of ${out.length}`);
  }
  // Halves that are whole say both: an integer, and even.
  const whole = Math.floor(first * 0.5) === first * 0.5 && Math.floor(count * 0.5) === count * 0.5;
  if (!(whole && first >= 0 && first + count <= 8589934592)) {
    throw new RangeError(
      `first, count: found ${first}, ${count}; allowed are even integers, first + count <= 2^33`,
    );
  }
  if (!(Number.isSafeInteger(step) && step >= 0) || lane >>> 0 !== lane) {
    throw new RangeError(
      `step, lane: found ${step}, ${lane}; allowed are integers from 0, below 2^53 and 2^32`,
    );
  }
}

/**
 * out[offset + i] = the standard normal of particle first + i, i = 0 .. count - 1, a function of the key
 * (k0, k1), the particle, the step and the lane alone; first and count even. |normal| <= 8.58; about 36 ns each.
 */
export function fillNormals(
  out: Float64Array,
  offset: number,
  count: number,
  k0: number,
  k1: number,
  first: number,
  step: number,
  lane: number,
): void {
  checkRange(out, offset, count, first, step, lane);
  const stepLow = step | 0;
  const stepHigh = Math.floor(step * PER_2_32) | 0;
  const end = offset + count;
  let pair = (first * 0.5) | 0;
  for (let i = offset; i < end; i += 2) {
    // philox4x32, written out: its words stay in registers, and its inlining is not left to the engine.
    let a = pair;
    let b = stepLow;
    let c = stepHigh;
    let d = lane | 0;
    let p = k0 | 0;
    let q = k1 | 0;
    for (let round = 0; round < 10; round++) {
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
    pair = (pair + 1) | 0;

    const radius = Math.sqrt(-2 * log(((a >>> 0) * 2097152 + (b >>> 11) + 1) * PER_2_53));
    // The integer A = 2^51 quarter + rest, |rest| <= 2^50: an exact reduction to |r| <= pi/4.
    const quarter = (c + 0x20000000) >>> 30;
    const r = (((c << 2) >> 2) * 2097152 + (d >>> 11)) * ANGLE;
    const odd = quarter & 1;
    const x = radius * Math.imul(1 - odd, 1 - quarter); // radius cos(quarter pi/2), without a branch
    const y = radius * Math.imul(odd, 2 - quarter);
    const cosine = cosReduced(r);
    const sine = sinReduced(r);
    out[i] = x * cosine - y * sine;
    out[i + 1] = x * sine + y * cosine;
  }
}

const words = new Int32Array(32); // longer than needed: V8 bakes in the address of arrays over 64 bytes

/**
 * out[offset + i] = the uniform of particle first + i, as fillNormals: an odd multiple of 2^-53, so inside
 * (0, 1) and symmetric about 1/2; first and count even. Same counters: give it a key or a lane of its own.
 */
export function fillUniforms(
  out: Float64Array,
  offset: number,
  count: number,
  k0: number,
  k1: number,
  first: number,
  step: number,
  lane: number,
): void {
  checkRange(out, offset, count, first, step, lane);
  const stepHigh = Math.floor(step * PER_2_32);
  const pair = first * 0.5;
  for (let i = 0; i < count; i += 2) {
    philox4x32(pair + i * 0.5, step, stepHigh, lane, k0, k1, words, 0);
    // 52 bits and a final 1: 53 bits, nothing to round.
    out[offset + i] = ((words[0]! >>> 0) * 2097152 + ((words[1]! >>> 11) | 1)) * PER_2_53;
    out[offset + i + 1] = ((words[2]! >>> 0) * 2097152 + ((words[3]! >>> 11) | 1)) * PER_2_53;
  }
}

/**
 * A whole number below `count`, of the uniform u of fillUniforms: the chance of each is 1/count to within 2^-52, a relative
 * bias of count 2^-52, 2e-10 for a million, which 10^19 draws could not tell from 0. u count never rounds up to count.
 */
export function below(count: number, u: number): number {
  return Math.floor(u * count);
}
