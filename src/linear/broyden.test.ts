// Learnt products against the matrices that they are of.

import { assert, integer, property, record } from "fast-check";
import { inverse, Matrix } from "ml-matrix";
import { describe, expect, it } from "vitest";
import { uniforms } from "../particles/testing.ts";
import { KnownMatrix } from "./broyden.ts";
import { norm } from "./vector.ts";

/** I and a random matrix of norm about ½. */
function nearIdentity(n: number, random: () => number): Matrix {
  const matrix = Matrix.eye(n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) matrix.set(i, j, matrix.get(i, j) + (random() - 0.5) / Math.sqrt(n));
  }
  return matrix;
}

const times = (matrix: Matrix, v: Float64Array) =>
  Float64Array.from(matrix.mmul(Matrix.columnVector(v)).to1DArray());
const vector = (n: number, random: () => number) => Float64Array.from({ length: n }, () => 2 * random() - 1);
const apart = (a: Float64Array, b: Float64Array) => norm(a.map((value, i) => value - b[i]!));
const SETTING = record({ n: integer({ min: 1, max: 12 }), seed: integer({ min: 1, max: 1000 }) });

describe("what is known of a matrix", () => {
  it("is all of it after n orthogonal pairs, whatever was learnt of another one before", () => {
    assert(
      property(SETTING, ({ n, seed }) => {
        const random = uniforms(seed);
        const [other, matrix] = [nearIdentity(n, random), nearIdentity(n, random)];
        const known = new KnownMatrix(n);
        for (let k = 0; k < 2 * n; k++) {
          const s = vector(n, random);
          known.learn(s, times(other, s));
        }
        for (let k = 0; k < n; k++) {
          const s = Float64Array.from({ length: n }, (_, i) => (i === k ? 2 : 0));
          known.learn(s, times(matrix, s));
        }
        expect(known.columns).toBe(n);
        const r = vector(n, random);
        const x = new Float64Array(n);
        expect(known.solve(r, x)).toBe(true);
        const condition = inverse(matrix).norm() * matrix.norm();
        expect(apart(x, times(inverse(matrix), r))).toBeLessThan(1e-13 * n * condition ** 2);
      }),
    );
  });

  it("is the last pair exactly, and leaves what is orthogonal to it", () => {
    assert(
      property(SETTING, ({ n, seed }) => {
        const random = uniforms(seed);
        const known = new KnownMatrix(n);
        const solved = (r: Float64Array) => {
          const x = new Float64Array(n);
          known.solve(r, x);
          return x;
        };
        let [s, y] = [vector(n, random), vector(n, random)];
        for (let k = 0; k < 5; k++) {
          s = vector(n, random);
          y = s.map((value) => value + 0.1 * (random() - 0.5));
          known.learn(s, y);
        }
        // J s = y, read from J⁻¹y = s.
        expect(apart(solved(y), s)).toBeLessThan(1e-12 * norm(s));
        known.clear();
        expect(solved(y)).toEqual(y);
        if (n === 1) return;
        const [first, second] = [0, 1].map((k) =>
          Float64Array.from({ length: n }, (_, i) => (i === k ? 1 : 0)),
        );
        const image = vector(n, random).map((value, i) => 0.1 * value + (i === 0 ? 1 : 0));
        known.learn(first!, image);
        const other = vector(n, random).map((value, i) => 0.1 * value + (i === 1 ? 1 : 0));
        known.learn(second!, other);
        expect(apart(solved(image), first!)).toBeLessThan(1e-14);
        expect(apart(solved(other), second!)).toBeLessThan(1e-14);
      }),
    );
  });

  it("is as exact where pairs before were all but parallel, as those of steps that follow one another are", () => {
    for (const apartBy of [1e-3, 1e-6]) {
      const n = 6;
      const random = uniforms(3);
      const [other, matrix] = [nearIdentity(n, random), nearIdentity(n, random)];
      const known = new KnownMatrix(n);
      const solved = (r: Float64Array) => {
        const x = new Float64Array(n);
        expect(known.solve(r, x)).toBe(true);
        return x;
      };
      const first = vector(n, random);
      for (let k = 0; k < n; k++) {
        const beside = vector(n, random);
        const s = first.map((value, i) => value + apartBy * beside[i]!);
        known.learn(s, times(other, s));
        expect(apart(solved(times(other, s)), s)).toBeLessThan(1e-13);
      }
      expect(known.columns).toBe(n);
      for (let k = 0; k < n; k++) {
        const s = Float64Array.from({ length: n }, (_, i) => (i === k ? 1 : 0));
        known.learn(s, times(matrix, s));
      }
      const r = vector(n, random);
      expect(apart(solved(times(matrix, r)), r)).toBeLessThan(1e-13);
    }
  });

  it("is forgotten where it would be too much: more than 24 directions", () => {
    const n = 40;
    const known = new KnownMatrix(n);
    const unit = (k: number) => Float64Array.from({ length: n }, (_, i) => (i === k ? 1 : 0));
    for (let k = 0; k < 24; k++)
      known.learn(
        unit(k),
        unit(k).map((value) => 3 * value),
      );
    expect(known.columns).toBe(24);
    known.learn(
      unit(3),
      unit(3).map((value) => 2 * value),
    );
    expect(known.columns).toBe(24);
    const x = new Float64Array(n);
    expect(known.solve(unit(3), x)).toBe(true);
    expect(x[3]).toBe(0.5);
    known.learn(
      unit(30),
      unit(30).map((value) => 4 * value),
    );
    expect(known.columns).toBe(1);
    known.solve(unit(30), x);
    expect(x[30]).toBe(0.25);
    known.solve(unit(3), x);
    expect(x[3]).toBe(1);
  });

  it("is no more by a pair of nothing; is no inverse where it is singular", () => {
    const known = new KnownMatrix(2);
    known.learn(Float64Array.of(0, 0), Float64Array.of(1, 0));
    expect(known.columns).toBe(0);
    known.learn(Float64Array.of(1, 0), Float64Array.of(0, 0));
    expect(known.solve(Float64Array.of(1, 1), new Float64Array(2))).toBe(false);
  });

  it("goes on from a saved state with the same bits", () => {
    const n = 30;
    const random = uniforms(5);
    const matrix = nearIdentity(n, random);
    const [known, other] = [new KnownMatrix(n), new KnownMatrix(n)];
    const learn = (one: KnownMatrix, s: Float64Array) => one.learn(s, times(matrix, s));
    for (let k = 0; k < 9; k++) learn(other, vector(n, random));
    for (let k = 0; k < 5; k++) learn(known, vector(n, random));
    other.restore(known.save());
    expect(other.save()).toHaveLength(new KnownMatrix(n).save().length);
    for (let k = 0; k < 30; k++) {
      const [s, r] = [vector(n, random), vector(n, random)];
      const [x, y] = [new Float64Array(n), new Float64Array(n)];
      for (const one of [known, other]) learn(one, s);
      known.solve(r, x);
      other.solve(r, y);
      expect(y).toEqual(x);
    }
  });
});
