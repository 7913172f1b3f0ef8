// μ(x − a) along one axis by its Fourier series: mode k takes e^(−ika), and the Nyquist mode, of which only the real
// part is known, cos(ka): the values stay real and mode 0, the mass, untouched. Periodic on any axis: on a bounded one
// what leaves by one face enters by the other (the boundary mass tells). Any even number of cells.
// Error: spectral, round-off for a resolved density; no positivity. Cost O(n log n) a line, two lines a transform.

import { cos, sin } from "../../base/elementary.ts";
import { Fourier } from "../../grid/fourier.ts";
import type { Grid } from "../../grid/grid.ts";
import { type Block, eachBlock, LANES } from "./lines.ts";
import type { Amounts, Shift } from "./shift.ts";

/** Shifts along one axis through FFT. */
export function spectralShift(grid: Grid, axis: number, amounts: Amounts): Shift {
  const { cells, low, high } = grid.axes[axis];
  const { divisor, count } = amounts;
  const fourier = new Fourier(cells);
  /** e^(−ika) by amount, k = 0 … n/2, interleaved. */
  const phases = new Float64Array(count * (cells + 2));
  const pairs = Array.from({ length: LANES / 2 }, () => new Float64Array(2 * cells));
  const spectrum = new Float64Array(2 * cells);

  return {
    set(distances: Float64Array): void {
      for (let line = 0; line < distances.length; line++) {
        fillPhases(distances[line] / (high - low), cells / 2, phases, line * (cells + 2));
      }
    },
    apply(values: Float64Array): void {
      const row = (at: number) => (Math.floor(at / divisor) % count) * (cells + 2);
      eachBlock(grid, axis, (block) => {
        const { base, apart, lanes } = block;
        if (lanes % 2 === 1) pairs[lanes >> 1].fill(0);
        pack(values, block, cells, pairs);
        for (let lane = 0; lane < lanes; lane += 2) {
          const first = base + lane * apart;
          fourier.transform(spectrum, pairs[lane >> 1]);
          turn(spectrum, phases, row(first), row(lane + 1 < lanes ? first + apart : first), cells);
          fourier.inverse(pairs[lane >> 1], spectrum);
        }
        unpack(pairs, block, cells, values);
      });
    },
  };
}

/** Modes between which sines and cosines are multiplied rather than computed. */
const STRIDE = 16;

/** phases[at …] = e^(−2πik·turn), k = 0 … half, the last its real part; error 3 ε. */
function fillPhases(turn: number, half: number, phases: Float64Array, at: number): void {
  for (let k = 0; k <= half; k += k < STRIDE ? 1 : STRIDE) {
    // Whole turns are taken off before 2π rounds.
    const angle = 2 * Math.PI * (k * turn - Math.round(k * turn));
    phases[at + 2 * k] = cos(angle);
    phases[at + 2 * k + 1] = -sin(angle);
  }
  for (let k = STRIDE + 1; k <= half; k++) {
    const r = k % STRIDE;
    if (r === 0) continue;
    const [fine, coarse] = [at + 2 * r, at + 2 * (k - r)];
    phases[at + 2 * k] = phases[coarse] * phases[fine] - phases[coarse + 1] * phases[fine + 1];
    phases[at + 2 * k + 1] = phases[coarse] * phases[fine + 1] + phases[coarse + 1] * phases[fine];
  }
  phases[at + 2 * half + 1] = 0;
}

// Lane 2q is the real part of pair q, lane 2q + 1 the imaginary part. All lanes of a cell are taken before the next
// cell: a far stride would otherwise fetch each cache line once per pair.

function pack(values: Float64Array, block: Block, cells: number, pairs: readonly Float64Array[]): void {
  const { base, apart, stride, lanes } = block;
  for (let i = 0; i < cells; i++) {
    for (let lane = 0; lane < lanes; lane++) {
      pairs[lane >> 1][2 * i + (lane & 1)] = values[base + i * stride + lane * apart];
    }
  }
}

function unpack(pairs: readonly Float64Array[], block: Block, cells: number, values: Float64Array): void {
  const { base, apart, stride, lanes } = block;
  for (let i = 0; i < cells; i++) {
    for (let lane = 0; lane < lanes; lane++) {
      values[base + i * stride + lane * apart] = pairs[lane >> 1][2 * i + (lane & 1)];
    }
  }
}

/**
 * Z = X + iY, X and Y the transforms of two real lines, becomes pX + iqY:
 * Z_k ← ½(p + q) Z_k + ½(p − q) conj(Z_−k), and at −k with conj(p), conj(q).
 */
function turn(spectrum: Float64Array, phases: Float64Array, p: number, q: number, cells: number): void {
  const half = cells / 2;
  for (let k = 1; k < half; k++) {
    const plus = 2 * k;
    const minus = 2 * (cells - k);
    const sumRe = 0.5 * (phases[p + plus] + phases[q + plus]);
    const sumIm = 0.5 * (phases[p + plus + 1] + phases[q + plus + 1]);
    const gapRe = 0.5 * (phases[p + plus] - phases[q + plus]);
    const gapIm = 0.5 * (phases[p + plus + 1] - phases[q + plus + 1]);
    const a = spectrum[plus];
    const b = spectrum[plus + 1];
    const c = spectrum[minus];
    const d = spectrum[minus + 1];
    spectrum[plus] = sumRe * a - sumIm * b + gapRe * c + gapIm * d;
    spectrum[plus + 1] = sumRe * b + sumIm * a - gapRe * d + gapIm * c;
    spectrum[minus] = sumRe * c + sumIm * d + gapRe * a - gapIm * b;
    spectrum[minus + 1] = sumRe * d - sumIm * c - gapRe * b - gapIm * a;
  }
  // At Nyquist X and Y are real, and so are p and q.
  spectrum[cells] *= phases[p + cells];
  spectrum[cells + 1] *= phases[q + cells];
}
