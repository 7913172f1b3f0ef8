// μ(x − a) along one axis by its Fourier series: mode k takes e^(−ika), and the Nyquist mode, of which only the real
// part is known, cos(ka): the values stay real and mode 0, the mass, untouched. Periodic on any axis: on a bounded one
// what leaves by one face enters by the other (the boundary mass tells). Any even number of cells. O as of dilation.ts.
// Two lines are one complex line. O ends in a Fourier series and a shift begins in one: between them no transform is needed.
// Error: spectral, round-off for a resolved density; no positivity. Cost O(n log n) a line.

import { cos, sin } from "../../base/elementary.ts";
import { Fourier } from "../../grid/fourier.ts";
import type { Grid } from "../../grid/grid.ts";
import { changePanels, LANES } from "../../grid/panel.ts";
import { backend } from "../../kernels/backend/backend.ts";
import { Dilation } from "./dilation.ts";
import { type Amounts, amountOf, type LineMove, type LineMoves } from "./line-moves.ts";
import { spectralKernel } from "./spectral-kernel.ts";

/** Numbers of a cell in a panel: a constant of this file, as imports that are not bundled cost a look-up in every turn of a loop. */
const ROW = LANES;

/** Complex lines of a panel: lane q is the real part, lane q + PAIRS the imaginary part. */
const PAIRS = ROW / 2;

/** Moves along one axis through Fourier transforms. */
export function spectralMoves(grid: Grid, axis: number, amounts: Amounts, temperature: number): LineMoves {
  const { engine } = backend();
  return engine === null
    ? inJavaScript(grid, axis, amounts, temperature)
    : spectralKernel(engine, grid, axis, amounts, temperature);
}

/** The reference. */
function inJavaScript(grid: Grid, axis: number, amounts: Amounts, temperature: number): LineMoves {
  const { cells, low, high } = grid.axes[axis];
  const fourier = new Fourier(cells);
  let dilation: Dilation | null = null;
  /** e^(−ika) by amount, k = 0 … n/2, interleaved. */
  const phases = new Float64Array(amounts.count * (cells + 2));
  const lines = new Float64Array(ROW * cells);
  const line = new Float64Array(2 * cells);
  const spectrum = new Float64Array(2 * cells);

  function move(moves: readonly LineMove[], p: number, q: number): void {
    let transformed = false;
    for (const each of moves) {
      if (each === "relax") {
        if (transformed) fourier.inverse(line, spectrum);
        dilation!.transform(spectrum, line);
      } else {
        if (!transformed) fourier.transform(spectrum, line);
        turn(spectrum, phases, p * (cells + 2), q * (cells + 2), cells);
      }
      transformed = true;
    }
    if (transformed) fourier.inverse(line, spectrum);
  }

  return {
    set(distances) {
      for (let at = 0; at < distances.length; at++) {
        fillPhases(distances[at] / (high - low), cells / 2, phases, at * (cells + 2));
      }
    },
    damp(damping) {
      dilation ??= new Dilation(grid.axes[axis], temperature);
      dilation.set(damping);
    },
    apply(values, moves) {
      changePanels(grid, axis, values, lines, (panel) => {
        for (let q = 0; q < Math.min(PAIRS, panel.lanes); q++) {
          takePair(lines, q, cells, line);
          move(moves, amountOf(amounts, panel, q), amountOf(amounts, panel, q + PAIRS));
          putPair(line, q, cells, lines);
        }
      });
    },
  };
}

/** Modes between which sines and cosines are multiplied rather than computed. */
const STRIDE = 16;

/** To which turns are added and from which they are taken off again, which leaves the whole ones. */
const ROUNDER = 1.5 * 2 ** 52;

/** phases[at …] = e^(−2πik·turn), k = 0 … half, the last its real part; error 3 ε. */
function fillPhases(turn: number, half: number, phases: Float64Array, at: number): void {
  for (let k = 0; k <= half; k += k < STRIDE ? 1 : STRIDE) {
    // Whole turns are taken off before 2π rounds.
    const turns = k * turn;
    const angle = 2 * Math.PI * (turns - (turns + ROUNDER - ROUNDER));
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

function takePair(lines: Float64Array, q: number, cells: number, line: Float64Array): void {
  for (let i = 0; i < cells; i++) {
    line[2 * i] = lines[i * ROW + q];
    line[2 * i + 1] = lines[i * ROW + q + PAIRS];
  }
}

function putPair(line: Float64Array, q: number, cells: number, lines: Float64Array): void {
  for (let i = 0; i < cells; i++) {
    lines[i * ROW + q] = line[2 * i];
    lines[i * ROW + q + PAIRS] = line[2 * i + 1];
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
