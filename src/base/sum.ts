// Sums that keep their digits: Neumaier's compensated summation, error ≤ 2ε|Σ| + O(nε²)Σ|·| (Z. angew. Math. Mech. 54, 1974).

/** Adds numbers one by one, carrying what rounding lost. */
export class Sum {
  private total = 0;
  private lost = 0;

  add(x: number): void {
    const { total } = this;
    const next = total + x;
    this.lost += Math.abs(total) >= Math.abs(x) ? total - next + x : x - next + total;
    this.total = next;
  }

  value(): number {
    return this.total + this.lost;
  }
}

/** Σ a_i, compensated. */
export function sumOf(a: Float64Array): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i];
    const next = total + x;
    lost += Math.abs(total) >= Math.abs(x) ? total - next + x : x - next + total;
    total = next;
  }
  return total + lost;
}

/** Σ a_i b_i, the sum compensated (each product rounds). */
export function dotOf(a: Float64Array, b: Float64Array): number {
  let total = 0;
  let lost = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i] * b[i];
    const next = total + x;
    lost += Math.abs(total) >= Math.abs(x) ? total - next + x : x - next + total;
    total = next;
  }
  return total + lost;
}

/** Σ a[atA + k] b[atB + k], k < count: four running sums, which do not wait for one another and lose fewer digits than one. */
export function dotBetween(
  a: Float64Array,
  atA: number,
  b: Float64Array,
  atB: number,
  count: number,
): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let k = 0;
  for (; k + 4 <= count; k += 4) {
    s0 += a[atA + k] * b[atB + k];
    s1 += a[atA + k + 1] * b[atB + k + 1];
    s2 += a[atA + k + 2] * b[atB + k + 2];
    s3 += a[atA + k + 3] * b[atB + k + 3];
  }
  for (; k < count; k++) s0 += a[atA + k] * b[atB + k];
  return s0 + s1 + (s2 + s3);
}
