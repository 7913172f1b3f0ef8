// (w∗μ)(θ_i) = Σ_j w(θ_i − θ_j) μ_j Δ on one axis, by FFT (fft.js) padded to a power of two: O(n log n), exact to
// round-off for any n. A periodic axis needs a periodic w; the padding then changes nothing.

import type FFT from "fft.js";
import type { Axis } from "./axis.ts";
import { radixFour } from "./fourier.ts";

/** The convolution with one even (or odd) function on one axis, given by its values at z ≥ 0. */
export class Convolution {
  private readonly cells: number;
  private readonly fft: FFT;
  /** Transform of the kernel, its factor Δ included. */
  private readonly kernel: Float64Array;
  private readonly input: Float64Array;
  private readonly spectrum: Float64Array;

  constructor({ cells, spacing }: Axis, w: (z: number) => number, parity: "even" | "odd" = "even") {
    let length = 2;
    while (length < 2 * cells - 1) length *= 2;
    this.cells = cells;
    this.fft = radixFour(length);
    this.input = new Float64Array(2 * length);
    this.spectrum = new Float64Array(2 * length);
    this.kernel = new Float64Array(2 * length);
    for (let j = 0; j < cells; j++) {
      const value = spacing * w(j * spacing);
      this.input[2 * j] = value;
      if (j > 0) this.input[2 * (length - j)] = parity === "even" ? value : -value;
    }
    this.fft.transform(this.kernel, this.input);
  }

  /** out[at … at + cells) = w∗density */
  apply(density: Float64Array, out: Float64Array, at: number): void {
    const { cells, fft, input, spectrum, kernel } = this;
    input.fill(0);
    for (let i = 0; i < cells; i++) input[2 * i] = density[i];
    fft.transform(spectrum, input);
    for (let i = 0; i < spectrum.length; i += 2) {
      const re = spectrum[i] * kernel[i] - spectrum[i + 1] * kernel[i + 1];
      spectrum[i + 1] = spectrum[i] * kernel[i + 1] + spectrum[i + 1] * kernel[i];
      spectrum[i] = re;
    }
    fft.inverseTransform(input, spectrum);
    for (let i = 0; i < cells; i++) out[at + i] = input[2 * i];
  }
}
