import { Matrix, solve } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { uniforms } from "../particles/testing.ts";
import { Gmres } from "./gmres.ts";

function product(matrix: Matrix) {
  return (v: Float64Array, out: Float64Array) => {
    for (let i = 0; i < out.length; i++) {
      out[i] = 0;
      for (let j = 0; j < v.length; j++) out[i] += matrix.get(i, j) * v[j];
    }
  };
}

function norm(v: ArrayLike<number>): number {
  return Math.hypot(...Array.from(v));
}

function residualOf(matrix: Matrix, x: Float64Array, b: Float64Array): number {
  const image = new Float64Array(b.length);
  product(matrix)(x, image);
  return norm(image.map((value, i) => value - b[i])) / norm(b);
}

describe("GMRES", () => {
  it.each([1, 2, 5, 24, 60])("solves unsymmetric systems of %i unknowns as LU does", (n) => {
    const random = uniforms(n);
    const matrix = new Matrix(
      Array.from({ length: n }, (_, i) =>
        Array.from({ length: n }, (_, j) => (i === j ? 2 : 0) + (2 * random() - 1) / Math.sqrt(n)),
      ),
    );
    const b = Float64Array.from({ length: n }, () => 2 * random() - 1);
    const x = new Float64Array(n).fill(7);
    const used = new Gmres(n).solve(product(matrix), b, x, 1e-13);
    expect(used).toBeLessThanOrEqual(n);
    const truth = solve(matrix, Matrix.columnVector(Array.from(b))).to1DArray();
    for (let i = 0; i < n; i++) expect(Math.abs(x[i] - truth[i])).toBeLessThan(1e-11 * norm(truth));
  });

  it("needs r + 1 products where A − I has rank r", () => {
    const n = 40;
    const random = uniforms(3);
    const u = Array.from({ length: 3 }, () => Array.from({ length: n }, () => 2 * random() - 1));
    const v = Array.from({ length: 3 }, () => Array.from({ length: n }, () => 2 * random() - 1));
    const matrix = new Matrix(
      Array.from({ length: n }, (_, i) =>
        Array.from(
          { length: n },
          (_, j) => (i === j ? 1 : 0) + u.reduce((sum, row, r) => sum + row[i] * v[r][j], 0),
        ),
      ),
    );
    const b = Float64Array.from({ length: n }, random);
    const x = new Float64Array(n);
    expect(new Gmres(n).solve(product(matrix), b, x, 1e-10)).toBe(4);
    expect(residualOf(matrix, x, b)).toBeLessThan(1e-9);
  });

  it("stops at its tolerance, and at its most vectors with the residual made as small as they allow", () => {
    const n = 30;
    const matrix = Matrix.diag(Array.from({ length: n }, (_, i) => 1 + i));
    const b = new Float64Array(n).fill(1);
    let [before, products] = [1, 0];
    for (const most of [2, 4, 8, 16]) {
      const x = new Float64Array(n);
      products = new Gmres(n, most).solve(product(matrix), b, x, 0);
      expect(products).toBe(most);
      // min over polynomials p(0) = 1 of degree m on [1, 30]: ≤ 2((√30 − 1)/(√30 + 1))^m
      const residual = residualOf(matrix, x, b);
      expect(residual).toBeLessThan(before);
      expect(residual).toBeLessThan(2 * ((Math.sqrt(30) - 1) / (Math.sqrt(30) + 1)) ** most);
      before = residual;
    }
    const x = new Float64Array(n);
    expect(new Gmres(n).solve(product(matrix), b, x, 1e-3)).toBeLessThan(20);
    expect(residualOf(matrix, x, b)).toBeLessThan(1.001e-3);
    // Its storage is reused: the same system once more gives the same bits.
    const gmres = new Gmres(n);
    const [one, two] = [new Float64Array(n), new Float64Array(n)];
    gmres.solve(product(matrix), b, one, 1e-8);
    gmres.solve(product(matrix), b, two, 1e-8);
    expect(two).toEqual(one);
  });

  it("b = 0 gives 0, the identity one product, a singular matrix something finite", () => {
    const x = Float64Array.of(1, 2, 3);
    const same = product(Matrix.eye(3));
    expect(new Gmres(3).solve(same, new Float64Array(3), x, 1e-8)).toBe(0);
    expect([...x]).toEqual([0, 0, 0]);
    expect(new Gmres(3).solve(same, Float64Array.of(1, -2, 4), x, 1e-15)).toBe(1);
    expect(norm([x[0] - 1, x[1] + 2, x[2] - 4])).toBeLessThan(1e-15 * 10);
    new Gmres(3).solve((_v, out) => out.fill(0), Float64Array.of(1, 1, 1), x, 1e-8);
    expect(x.every(Number.isFinite)).toBe(true);
  });
});
