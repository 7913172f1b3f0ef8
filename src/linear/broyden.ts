// What is known of a matrix J near I from products with it, by now or of matrices not far from it: J ≈ I + UVᵀ, V orthonormal. A pair (s, Js)
// that J misses by e = Js − (I + UVᵀ)s is learnt by Broyden's update, U + e(Vᵀs)ᵀ/|s|², which changes nothing orthogonal to s: pairs with
// orthogonal s are all known exactly. (Broyden 1965; Dennis, Moré 1977.) Cost: O(kn) a pair, O(kn + k³) a solve, k the columns.

import { LuDecomposition, Matrix } from "ml-matrix";
import { dot, norm } from "./vector.ts";

/** Columns at most: to learn more than that all is forgotten first. */
const MOST = 24;
/** A part of s outside the columns that is smaller, relative to s, is rounding. */
const INSIDE = 1e-8;

/** Of n × n matrices. */
export class KnownMatrix {
  private readonly most: number;
  private known = 0;
  private readonly left: Float64Array[];
  private readonly basis: Float64Array[];
  private readonly rest: Float64Array;
  private readonly error: Float64Array;

  constructor(private readonly n: number) {
    this.most = Math.min(n, MOST);
    const columns = () => Array.from({ length: this.most }, () => new Float64Array(n));
    [this.left, this.basis] = [columns(), columns()];
    this.rest = new Float64Array(n);
    this.error = new Float64Array(n);
  }

  /** k */
  get columns(): number {
    return this.known;
  }

  /** J ≈ I again. */
  clear(): void {
    this.known = 0;
  }

  /** y = Js; 0 tells nothing. */
  learn(s: Float64Array, y: Float64Array): void {
    if (norm(s) === 0) return;
    const { n, error, left, basis } = this;
    if (!this.reach(s)) {
      this.clear();
      this.reach(s);
    }
    const coefficients = basis.slice(0, this.known).map((column) => dot(column, s));
    for (let i = 0; i < n; i++) error[i] = y[i] - s[i];
    for (const [k, c] of coefficients.entries()) {
      for (let i = 0; i < n; i++) error[i] -= c * left[k]![i];
    }
    const size = coefficients.reduce((sum, c) => sum + c * c, 0);
    for (const [k, c] of coefficients.entries()) {
      for (let i = 0; i < n; i++) left[k]![i] += (c / size) * error[i];
    }
  }

  /** x = J⁻¹r = r − U(I + VᵀU)⁻¹Vᵀr; false where that is not to be had. */
  solve(r: Float64Array, x: Float64Array): boolean {
    const { n, known, left, basis } = this;
    x.set(r);
    if (known === 0) return true;
    const small = Matrix.eye(known);
    const projected = new Matrix(known, 1);
    for (let k = 0; k < known; k++) {
      projected.set(k, 0, dot(basis[k]!, r));
      for (let l = 0; l < known; l++) small.set(k, l, small.get(k, l) + dot(basis[k]!, left[l]!));
    }
    const factors = new LuDecomposition(small);
    if (factors.isSingular()) return false;
    const weights = factors.solve(projected);
    for (let k = 0; k < known; k++) {
      const weight = weights.get(k, 0);
      for (let i = 0; i < n; i++) x[i] -= weight * left[k]![i];
    }
    return Number.isFinite(norm(x));
  }

  /** All that is known: as many numbers, however many columns there are. */
  save(): Float64Array {
    const { n, most, known, left, basis } = this;
    const saved = new Float64Array(1 + 2 * most * n);
    saved[0] = known;
    for (let k = 0; k < known; k++) {
      saved.set(left[k]!, 1 + 2 * k * n);
      saved.set(basis[k]!, 1 + (2 * k + 1) * n);
    }
    return saved;
  }

  /** Goes on from what `save` gave, with the same bits. */
  restore(saved: Float64Array): void {
    const { n, left, basis } = this;
    this.known = saved[0]!;
    for (let k = 0; k < this.known; k++) {
      left[k]!.set(saved.subarray(1 + 2 * k * n, 1 + (2 * k + 1) * n));
      basis[k]!.set(saved.subarray(1 + (2 * k + 1) * n, 1 + (2 * k + 2) * n));
    }
  }

  /** Has s among what the columns span; false where there are too many of them for that. */
  private reach(s: Float64Array): boolean {
    const { n, rest, basis, left } = this;
    rest.set(s);
    // Twice, as rounding leaves some of the columns in what is orthogonal to them.
    for (let turn = 0; turn < 2; turn++) {
      for (let k = 0; k < this.known; k++) {
        const overlap = dot(basis[k]!, rest);
        for (let i = 0; i < n; i++) rest[i] -= overlap * basis[k]![i];
      }
    }
    const size = norm(rest);
    if (this.known === n || size <= INSIDE * norm(s)) return true;
    if (this.known === this.most) return false;
    for (let i = 0; i < n; i++) basis[this.known]![i] = rest[i] / size;
    left[this.known]!.fill(0);
    this.known += 1;
    return true;
  }
}
