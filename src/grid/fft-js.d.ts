declare module "fft.js" {
  /** Complex arrays interleave re and im; `size` is a power of two ≥ 2. */
  export default class FFT {
    constructor(size: number);
    transform(out: Float64Array, data: Float64Array): void;
    inverseTransform(out: Float64Array, data: Float64Array): void;
  }
}
