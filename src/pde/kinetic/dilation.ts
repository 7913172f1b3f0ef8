// O in Fourier space, exact for a density resolved on its axis: with a = e^(−∫γ), v = τ(1 − a²),
//   μ̂(k) ← μ̂(ak) e^(−vk²/2), where μ̂(ak) = Σ_j μ_j e^(−iakω_j) Δ is the sum over the samples, not a series, k_m = 2πm/L, |m| ≤ n/2,
// the two ends with weight ½. Frequencies that are not the axis's own by the chirp transform: with mj = (m² + j² − (m − j)²)/2,
//   Σ_j μ_j e^(−2πi a mj/n) = e^(−πi a m²/n) Σ_j [μ_j e^(−πi a j²/n)] e^(πi a (m−j)²/n): a convolution, by transforms of length ≥ 2n.
// Mode 0 is the plain sum, compensated: mass to round-off, with no bias from step to step. No lower limit on v: v = 0 is a pure
// contraction. No positivity. Cost: O(n) cosines to build, O(n log n) a line. Error: spectral.
// Source: Bluestein, IEEE Trans. Audio Electroacoust. 18, 1970; docs/theory.md §4.2.

import { cos, exp, sin } from "../../base/elementary.ts";
import type { Axis } from "../../grid/axis.ts";
import { radixFour } from "../../grid/fourier.ts";

/** O along an axis with an even number of cells, from samples to the Fourier series of what becomes of them. */
export class Dilation {
  private readonly cells: number;
  /** ω_0/Δ: what the phases of samples are counted from. */
  private readonly origin: number;
  /** Of the convolution. */
  readonly length: number;
  /** e^(−πi a j²/n), j < n */
  readonly before: Float64Array;
  /** The transform of e^(πi a d²/n) and of its length. */
  readonly kernel: Float64Array;
  /** By m, 0 … n/2 and then −n/2 … −1: all factors that a mode takes after the convolution. */
  readonly after: Float64Array;
  private readonly fft: ReturnType<typeof radixFour>;
  private readonly input: Float64Array;
  private readonly product: Float64Array;

  constructor(
    private readonly axis: Axis,
    private readonly temperature: number,
  ) {
    const { cells, low, spacing } = axis;
    this.cells = cells;
    this.origin = low / spacing + 0.5;
    let length = 2;
    while (length < 2 * cells) length *= 2;
    this.length = length;
    this.before = new Float64Array(2 * cells);
    this.kernel = new Float64Array(2 * length);
    this.after = new Float64Array(2 * (cells + 1));
    this.fft = radixFour(length);
    this.input = new Float64Array(2 * length);
    this.product = new Float64Array(2 * length);
  }

  /** For a = damping. */
  set(damping: number): void {
    const variance = this.temperature * (1 - damping) * (1 + damping);
    const { cells, axis, origin, length, before, kernel, after, input, fft } = this;
    const half = cells / 2;
    const chirp = chirpOf(damping, cells);
    for (let j = 0; j < cells; j++) turned(before, 2 * j, -chirp(j), 1);
    input.fill(0);
    // m − j runs from −(3n/2 − 1) to n/2.
    for (let d = -(3 * half - 1); d <= half; d++) turned(input, 2 * ((d + length) % length), chirp(d), 1);
    fft.transform(kernel, input);
    for (let m = -half; m <= half; m++) {
      const k = (2 * Math.PI * m) / (axis.high - axis.low);
      const weight = exp(-0.5 * variance * k * k) * (Math.abs(m) === half ? 0.5 : 1);
      const turns = (m * (1 - damping) * origin) / cells - chirp(m);
      turned(after, 2 * (m >= 0 ? m : m + cells + 1), turns, weight);
    }
  }

  /** spectrum = the transform of O z, z two lines as real and imaginary parts. */
  transform(spectrum: Float64Array, z: Float64Array): void {
    const { cells, length, before, kernel, after, input, product, fft } = this;
    const half = cells / 2;
    multiplied(input, z, before, cells);
    input.fill(0, 2 * cells);
    fft.transform(product, input);
    multiplied(input, product, kernel, length);
    fft.inverseTransform(product, input);
    for (let m = 1; m < half; m++) {
      modeOf(spectrum, m, product, m, after, m);
      modeOf(spectrum, cells - m, product, length - m, after, cells + 1 - m);
    }
    modeOf(spectrum, half, product, half, after, half);
    const [re, im] = [spectrum[cells], spectrum[cells + 1]];
    modeOf(spectrum, half, product, length - half, after, half + 1);
    spectrum[cells] += re;
    spectrum[cells + 1] += im;
    spectrum[0] = compensated(z, 0, cells);
    spectrum[1] = compensated(z, 1, cells);
  }
}

/** a d²/2n in turns, but for whole ones, for whole d: each part of a has so few digits that its product is exact. */
function chirpOf(damping: number, cells: number): (d: number) => number {
  const high = Math.fround(damping);
  const low = damping - high;
  return (d) => (((high * d * d) % (2 * cells)) + low * d * d) / (2 * cells);
}

/** out[at, at + 1] = weight e^(2πi turns) */
function turned(out: Float64Array, at: number, turns: number, weight: number): void {
  const angle = 2 * Math.PI * (turns - Math.round(turns));
  out[at] = weight * cos(angle);
  out[at + 1] = weight * sin(angle);
}

/** out = a b, complex numbers. */
function multiplied(out: Float64Array, a: Float64Array, b: Float64Array, count: number): void {
  for (let i = 0; i < 2 * count; i += 2) {
    out[i] = a[i] * b[i] - a[i + 1] * b[i + 1];
    out[i + 1] = a[i] * b[i + 1] + a[i + 1] * b[i];
  }
}

/** out_i = a_j b_k */
function modeOf(out: Float64Array, i: number, a: Float64Array, j: number, b: Float64Array, k: number): void {
  const [x, y] = [a[2 * j], a[2 * j + 1]];
  const [c, s] = [b[2 * k], b[2 * k + 1]];
  out[2 * i] = x * c - y * s;
  out[2 * i + 1] = x * s + y * c;
}

/** Σ of every other number from `at` on, with what rounding loses added in the end (Knuth's two-sum). */
function compensated(z: Float64Array, at: number, count: number): number {
  let total = 0;
  let lost = 0;
  for (let i = at; i < 2 * count; i += 2) {
    const next = total + z[i];
    const part = next - total;
    lost += total - (next - part) + (z[i] - part);
    total = next;
  }
  return total + lost;
}
