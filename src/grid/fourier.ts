// X_k = Σ_j x_j e^(−2πi jk/n) for any even n = m·2^q, m odd: one Cooley–Tukey level over fft.js,
//   X_k = Σ_{r<m} e^(−2πi rk/n) F_r(k mod 2^q), F_r the transform of x_r, x_{r+m}, x_{r+2m} …
// O(n (m + log n)). Roots of unity from base/elementary, so that the bits do not depend on the engine's Math.cos.

import FFT from "fft.js";
import { cos, sin } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";

/** fft.js keeps two numbers a root in a plain list, of which V8 makes a hash table beyond 2²⁵. */
const MOST_ROOTS = 2 ** 24;

/** fft.js with its table of roots (cos, −sin of πi/size, interleaved) written anew by our own functions. Errors (input): more than 2²⁴ numbers. */
export function radixFour(size: number): FFT {
  if (size > MOST_ROOTS) {
    throw inputError(
      "grid.cells",
      `found an axis whose Fourier transform has ${size} numbers; allowed: up to ${MOST_ROOTS}, for a Gaussian interaction some ${MOST_ROOTS / 2} cells an axis`,
    );
  }
  const fft = new FFT(size);
  const { table } = fft as unknown as { table: number[] };
  for (let i = 0; i < table.length; i += 2) {
    table[i] = cos((Math.PI * i) / size);
    table[i + 1] = -sin((Math.PI * i) / size);
  }
  return fft;
}

/** Discrete Fourier transforms of n complex numbers, interleaved. Allocates nothing after construction. */
export class Fourier {
  /** m */
  private readonly odd: number;
  /** 2^q */
  private readonly even: number;
  private readonly fft: FFT;
  /** e^(−2πik/n) */
  private readonly roots: Float64Array;
  private readonly part: Float64Array;
  private readonly parts: Float64Array[];

  /** Errors (input): an odd n. */
  constructor(readonly length: number) {
    if (!Number.isInteger(length) || length < 2 || length % 2 === 1) {
      throw inputError("grid.cells", `found ${length}; allowed: an even number of cells (scheme spectral)`);
    }
    let even = 1;
    while (length % (2 * even) === 0) even *= 2;
    const odd = length / even;
    this.odd = odd;
    this.even = even;
    this.fft = radixFour(even);
    this.roots = new Float64Array(odd === 1 ? 0 : 2 * length);
    for (let k = 0; 2 * k < this.roots.length; k++) {
      this.roots[2 * k] = cos((2 * Math.PI * k) / length);
      this.roots[2 * k + 1] = -sin((2 * Math.PI * k) / length);
    }
    this.part = new Float64Array(odd === 1 ? 0 : 2 * even);
    this.parts = odd === 1 ? [] : Array.from({ length: odd }, () => new Float64Array(2 * even));
  }

  /** X of x; the arrays must differ. */
  transform(out: Float64Array, data: Float64Array): void {
    if (this.odd === 1) this.fft.transform(out, data);
    else this.split(out, data, 0, 1);
  }

  /** x of X, its factor 1/n included; the arrays must differ. */
  inverse(out: Float64Array, data: Float64Array): void {
    if (this.odd === 1) this.fft.inverseTransform(out, data);
    // With re and im exchanged in both, the transform is n times the inverse.
    else this.split(out, data, 1, 1 / this.length);
  }

  /**
   * m, 2^q; how many elements fft.js begins with, and the order in which it takes up its numbers for every such block; its roots; the roots of
   * the level above.
   */
  tables() {
    const { odd, even, roots } = this;
    const { table, _bitrev } = this.fft as unknown as { table: number[]; _bitrev: number[] };
    const width = Math.log2(even) % 2 === 0 ? 4 : 2;
    return { odd, even, width, order: _bitrev.slice(0, even / width), table, roots };
  }

  private split(out: Float64Array, data: Float64Array, re: 0 | 1, scale: number): void {
    const { odd, even, fft, part, parts } = this;
    const im = 1 - re;
    for (let r = 0; r < odd; r++) {
      for (let q = 0; q < even; q++) {
        const at = 2 * (r + odd * q);
        part[2 * q] = data[at + re];
        part[2 * q + 1] = data[at + im];
      }
      fft.transform(parts[r], part);
    }
    combine(out, parts, this.roots, odd, even, re, scale);
  }
}

function combine(
  out: Float64Array,
  parts: readonly Float64Array[],
  roots: Float64Array,
  odd: number,
  even: number,
  re: 0 | 1,
  scale: number,
): void {
  const length = odd * even;
  const im = 1 - re;
  for (let k = 0; k < length; k++) out[2 * k] = out[2 * k + 1] = 0;
  for (let r = 0; r < odd; r++) {
    const part = parts[r];
    let turn = 0;
    for (let high = 0; high < length; high += even) {
      for (let low = 0; low < even; low++) {
        const c = roots[2 * turn];
        const s = roots[2 * turn + 1];
        const x = part[2 * low];
        const y = part[2 * low + 1];
        const at = 2 * (high + low);
        out[at + re] += scale * (c * x - s * y);
        out[at + im] += scale * (c * y + s * x);
        turn += r;
        if (turn >= length) turn -= length;
      }
    }
  }
}
