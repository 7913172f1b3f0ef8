// The next vector of a sequence from those before it: Σ_{j≤k} ∇^j z_n, the polynomial of degree k through the last k + 1 of them.
// The degree is the one that would have foretold the last vector best: its error there was ∇^(k+1) z_n. Degree 0, the last vector itself,
// is always among them, so that a sequence that jumps is not extrapolated. Cost: a few additions a number.

import { norm } from "./vector.ts";

/** The highest degree: a polynomial of degree k multiplies rounding by 2^k. */
const HIGHEST = 6;

/** Remembers the last vectors of a sequence, as backward differences. */
export class Extrapolation {
  /** Vectors known so far, at most HIGHEST + 1. */
  private known = 0;
  /** ∇^j of the last vector, j < known. */
  private readonly differences: Float64Array[];
  private readonly next: Float64Array;

  constructor(private readonly size: number) {
    this.differences = Array.from({ length: HIGHEST + 1 }, () => new Float64Array(size));
    this.next = new Float64Array(size);
  }

  /** Whether the last vector is this one, to the bit. */
  endsWith(z: Float64Array): boolean {
    const { known, size, differences } = this;
    if (known === 0) return false;
    const [last] = differences;
    for (let i = 0; i < size; i++) if (z[i] !== last![i]) return false;
    return true;
  }

  /** Forgets all. */
  clear(): void {
    this.known = 0;
  }

  /** z_{n+1} */
  add(z: Float64Array): void {
    const { size, differences, next } = this;
    const known = Math.min(this.known, HIGHEST);
    for (let i = 0; i < size; i++) next[i] = z[i];
    for (let j = 0; j <= known; j++) {
      const difference = differences[j]!;
      for (let i = 0; i < size; i++) {
        const before = difference[i];
        difference[i] = next[i];
        next[i] -= before;
      }
    }
    this.known = known + 1;
  }

  /** Writes what is expected of the next vector; returns the degree. Needs a vector. */
  predict(out: Float64Array): number {
    const { known, size, differences } = this;
    let degree = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0; k + 1 < known; k++) {
      const error = norm(differences[k + 1]!);
      if (error < least) [degree, least] = [k, error];
    }
    for (let i = 0; i < size; i++) out[i] = differences[0]![i];
    for (let j = 1; j <= degree; j++) {
      for (let i = 0; i < size; i++) out[i] += differences[j]![i];
    }
    return degree;
  }

  /** All that it remembers: as many numbers, however many vectors it knows; zeros alone know none. */
  save(): Float64Array {
    const { known, size, differences } = this;
    const saved = new Float64Array(1 + size * differences.length);
    saved[0] = known;
    for (let j = 0; j < known; j++) saved.set(differences[j]!, 1 + j * size);
    return saved;
  }

  /** Goes on from what `save` gave, with the same bits. */
  restore(saved: Float64Array): void {
    const { size, differences } = this;
    this.known = saved[0]!;
    for (const [j, difference] of differences.entries()) {
      difference.set(saved.subarray(1 + j * size, 1 + (j + 1) * size));
    }
  }
}
