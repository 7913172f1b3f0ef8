// Linear prediction by the matrix pencil: samples of Σ_k a_k e^(λ_k t) make a Hankel matrix x_(i+j) of the rank of the sum, whose row
// space, shifted by one sample, has the e^(λΔ) as eigenvalues (Hua, Sarkar 1990; Prony 1795). An oscillation is a pair of them.
// Cost: O(n³) for n samples.

import { EigenvalueDecomposition, Matrix, pseudoInverse, SingularValueDecomposition } from "ml-matrix";
import { log } from "../base/elementary.ts";

export interface Mode {
  /** −Re λ */
  readonly rate: number;
  /** |Im λ| */
  readonly frequency: number;
  /** |a e^(λt)| at the last sample. */
  readonly size: number;
}

const MOST_MODES = 20;

/** The modes of equidistant samples known to `noise`, absolute, and the sum of them at the samples. None where all is noise. */
export function modesOf(
  samples: Float64Array,
  spacing: number,
  noise: number,
): { modes: Mode[]; values: Float64Array } {
  const n = samples.length;
  const pencil = Math.floor(n / 2);
  const hankel = new Matrix(n - pencil, pencil + 1);
  for (let i = 0; i < n - pencil; i++) for (let j = 0; j <= pencil; j++) hankel.set(i, j, samples[i + j]);
  const { diagonal, rightSingularVectors } = new SingularValueDecomposition(hankel, { autoTranspose: true });
  // Noise gives singular values up to about itself times (√rows + √columns); rounding, ε of the largest.
  const least = Math.max(noise * (Math.sqrt(n - pencil) + Math.sqrt(pencil + 1)), 1e-14 * diagonal[0]);
  const rank = Math.min(MOST_MODES, diagonal.filter((value) => value > least).length);
  if (rank === 0) return { modes: [], values: new Float64Array(n) };
  const upper = rightSingularVectors.subMatrix(0, pencil - 1, 0, rank - 1);
  const lower = rightSingularVectors.subMatrix(1, pencil, 0, rank - 1);
  const turn = pseudoInverse(upper).mmul(lower);
  const { realEigenvalues: re, imaginaryEigenvalues: im } = new EigenvalueDecomposition(turn);
  const { sizes, values } = amplitudes(samples, re, im);
  const modes = re.flatMap((real, k) => {
    const square = real * real + im[k] * im[k];
    if (im[k] < 0 || !(square > 0)) return [];
    return [
      { rate: (-0.5 * log(square)) / spacing, frequency: angle(real, im[k]) / spacing, size: sizes[k] },
    ];
  });
  return { modes, values };
}

/** The size of each mode at the last sample, and their sum at all, by least squares on modes counted from there, so that the late samples weigh in full. */
function amplitudes(
  samples: Float64Array,
  re: readonly number[],
  im: readonly number[],
): { sizes: number[]; values: Float64Array } {
  const n = samples.length;
  const columns = re.flatMap((real, mode) => {
    if (im[mode] < 0) return [];
    const powers = powersFromEnd(real, im[mode], n);
    return (im[mode] === 0 ? [0] : [0, 1]).map((part) => {
      const values = powers.map((power) => power[part]);
      // Scaled to length 1: modes that are long gone are huge at the first sample.
      return { mode, values, length: Math.sqrt(values.reduce((sum, value) => sum + value * value, 0)) };
    });
  });
  const design = new Matrix(n, columns.length);
  for (const [j, { values, length }] of columns.entries()) {
    for (let i = 0; i < n; i++) design.set(i, j, values[i] / length);
  }
  const solution = pseudoInverse(design).mmul(Matrix.columnVector(samples));
  const coefficients = solution.to1DArray();
  const squares = new Array<number>(re.length).fill(0);
  for (const [j, { mode, length }] of columns.entries()) {
    const size = coefficients[j] / length;
    squares[mode] += size * size;
  }
  return { sizes: squares.map(Math.sqrt), values: Float64Array.from(design.mmul(solution).to1DArray()) };
}

/** (Re, Im) of z^(i − (n − 1)), i = 0 … n − 1. */
function powersFromEnd(re: number, im: number, n: number): [number, number][] {
  const square = re * re + im * im;
  const [a, b] = [re / square, -im / square];
  const out: [number, number][] = new Array(n);
  let value: [number, number] = [1, 0];
  for (let i = n - 1; i >= 0; i--) {
    out[i] = value;
    value = [value[0] * a - value[1] * b, value[0] * b + value[1] * a];
  }
  return out;
}

/** The angle of a complex number in the upper half plane, by halving: tan(φ/2) = im/(|z| + re). */
function angle(re: number, im: number): number {
  if (im === 0) return re < 0 ? Math.PI : 0;
  let [x, y] = [re, im];
  let factor = 1;
  // Halved until the series of the arctangent is short.
  while (y > 0.1 * x) {
    const modulus = Math.sqrt(x * x + y * y);
    x += modulus;
    factor *= 2;
  }
  const u = y / x;
  const square = u * u;
  let total = 0;
  for (let k = 12; k >= 0; k--) total = 1 / (2 * k + 1) - square * total;
  return factor * u * total;
}
