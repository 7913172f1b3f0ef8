// (w∗μ)(θ_i) = Σ_j w(θ_i − θ_j) μ_j Δ on one axis, by FFT (fft.js) padded to a power of two: O(n log n), exact to
// round-off for any n. A periodic axis needs a periodic w; the padding then changes nothing.

import type { Axis } from "./axis.ts";
import { radixFour } from "./fourier.ts";

export type Convolution = ReturnType<typeof convolutionWith>;

/** The convolution with one even (or odd) function on one axis, given by its values at z ≥ 0. */
export function convolutionWith(
  { cells, spacing }: Axis,
  w: (z: number) => number,
  parity: "even" | "odd" = "even",
) {
  let length = 2;
  while (length < 2 * cells - 1) length *= 2;
  const fft = radixFour(length);
  const input = new Float64Array(2 * length);
  const spectrum = new Float64Array(2 * length);
  /** Transform of the kernel, its factor Δ included. */
  const kernel = new Float64Array(2 * length);
  for (let j = 0; j < cells; j++) {
    const value = spacing * w(j * spacing);
    input[2 * j] = value;
    if (j > 0) input[2 * (length - j)] = parity === "even" ? value : -value;
  }
  fft.transform(kernel, input);

  return {
    /** out[at … at + cells) = w∗density */
    apply(density: Float64Array, out: Float64Array, at: number): void {
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
    },
  };
}
