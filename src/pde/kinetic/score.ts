// s√μ for s = b + τ∂ log μ along one axis of phase space, b a function of that coordinate: with b = ω the dissipation of H is γ∫s²dμ,
// with b = ∂Φ it is the force that is left. Derivatives by Fourier, spectral for a density that vanishes at the faces. Two forms:
//   J/√μ, J = bμ + τ∂μ, where the line is resolved to the noise of μ. J is known to noise × (|b| + τπ/Δ): where it is less, or μ less
//   than its noise, s√μ is 0. What is left out holds at most noise × |s| × its volume, so that ∫s²dμ is right to noise/(∫s²dμ)^½;
//   2τ∂√μ + b√μ elsewhere: the spectrum of √μ falls twice as fast. Noise ε in μ is √ε in √μ: a floor of ε(2τπ/Δ)² times the volume.
// No division by a μ that is noise, no cancellation. Cost: two transforms of the density, four where it is not resolved.

import type { Axis } from "../../grid/axis.ts";
import { noiseOf } from "../../grid/density.ts";
import { Fourier } from "../../grid/fourier.ts";
import type { Grid } from "../../grid/grid.ts";
import {
  countPanels,
  eachPanel,
  LANES,
  PANEL_FIELDS,
  type Panel,
  runPanels,
  takePanel,
} from "../../grid/panel.ts";
import { tileFourier } from "../../grid/tile-fourier.ts";
import { backend } from "../../kernels/backend/backend.ts";
import type { Engine } from "../../kernels/backend/kernels.ts";
import { writeHead } from "../../kernels/head.ts";
import { withAddress } from "../../kernels/resident.ts";
import { scratch } from "../../kernels/scratch.ts";

/** Numbers of a cell in a panel: a constant of this file, as imports that are not bundled cost a look-up in every turn of a loop. */
const ROW = LANES;

/** Lane q and lane q + PAIRS are differentiated as one complex line. */
const PAIRS = ROW / 2;

/** Calls visit with every panel of lines along that axis and s√μ on them, which is 0 in lanes that are no lines; the array is used again and again. */
export function eachScore(
  phase: Grid,
  density: Float64Array,
  axis: number,
  temperature: number,
  /** b at the cells of that axis. */
  drift: Float64Array,
  visit: (panel: Panel, scores: Float64Array) => void,
  /** What the cells are known to. */
  noise = noiseOf(density),
): void {
  const { cells, spacing } = phase.axes[axis];
  const slopes = new Slopes(phase.axes[axis]);
  const lines = new Float64Array(ROW * cells);
  const steepest = (temperature * Math.PI) / spacing;
  eachPanel(phase, axis, (panel) => {
    takePanel(density, panel, cells, lines);
    for (let q = 0; q < Math.min(PAIRS, panel.lanes); q++) {
      // The last line alone stands beside zeros, and so do the slopes of these.
      const pair = q + PAIRS < panel.lanes ? [q, q + PAIRS] : [q];
      if (isNoise(lines, q, noise)) {
        for (const lane of pair) for (let at = lane; at < lines.length; at += ROW) lines[at] = 0;
      } else if (slopes.find(lines, q) <= RESOLVED * noise) {
        for (const lane of pair) {
          fluxScores(lines, slopes.values, lane, drift, temperature, steepest, noise);
        }
      } else {
        for (let at = q; at < lines.length; at += PAIRS) lines[at] = rootOf(lines[at]);
        slopes.find(lines, q);
        for (const lane of pair) rootScores(lines, slopes.values, lane, drift, temperature);
      }
    }
    visit(panel, lines);
  });
}

/** Σ s²μ over the cells, along that axis, of densities on that phase space, whose cells are known to `noise`. */
export type ScoreSquares = (density: Float64Array, temperature: number, noise: number) => number;

/** For that axis and b: sums by lane, then over the lanes of a panel, then over the panels. */
export function scoreSquares(phase: Grid, axis: number, drift: Float64Array): ScoreSquares {
  const { engine } = backend();
  if (engine !== null) return squaresInKernels(engine, phase, axis, drift);
  const { cells } = phase.axes[axis];
  const lane = new Float64Array(ROW);
  return (density, temperature, noise) => {
    let total = 0;
    const visit = ({ lanes }: Panel, scores: Float64Array) => {
      lane.fill(0);
      for (let at = 0; at < ROW * cells; at += ROW) {
        for (let l = 0; l < ROW; l++) lane[l] += scores[at + l] * scores[at + l];
      }
      let sum = 0;
      for (let l = 0; l < lanes; l++) sum += lane[l];
      total += sum;
    };
    eachScore(phase, density, axis, temperature, drift, visit, noise);
    return total;
  };
}

/** Doubles of `struct score` (src/kernels/c/score.h). */
const HEAD = 17;
/** About what a cell takes. */
const CELL_NS = 5;

function squaresInKernels(engine: Engine, phase: Grid, axis: number, drift: Float64Array): ScoreSquares {
  const { cells, spacing } = phase.axes[axis];
  const { length, filled, waves } = wavesOf(phase.axes[axis]);
  const fourier = tileFourier(engine, length);
  const panels = countPanels(phase, axis);
  const head = engine.allocate(HEAD);
  const sums = engine.allocate(panels);
  const tables = engine.allocate(cells + length);
  tables.numbers.set(drift);
  tables.numbers.set(waves, cells);
  return (density, temperature, noise) => {
    const samples = length === cells ? 0 : length;
    const { address, apart } = scratch(engine, ROW * (cells + samples + 2 * length + fourier.parts));
    const rest = [
      [filled, reachOf(length)] as const,
      noise,
      temperature,
      (temperature * Math.PI) / spacing,
      tables.address,
      tables.address + Float64Array.BYTES_PER_ELEMENT * cells,
      sums.address,
      ...fourier.fields,
      address,
      apart,
    ];
    writeHead(head, rest, PANEL_FIELDS);
    withAddress(engine, density, false, (at) =>
      runPanels(engine, "sum_scores", head, phase, axis, at, CELL_NS * ROW * cells),
    );
    let total = 0;
    for (let panel = 0; panel < panels; panel++) total += sums.numbers[panel];
    return total;
  };
}

/** Whether nothing of that lane and the one it stands beside is more than noise. */
function isNoise(lines: Float64Array, q: number, noise: number): boolean {
  for (let at = q; at < lines.length; at += PAIRS) if (!(lines[at] <= noise)) return false;
  return true;
}

function rootOf(mu: number): number {
  return mu > 0 ? Math.sqrt(mu) : 0;
}

/** μ becomes J/√μ where both are known, and 0 elsewhere. */
function fluxScores(
  lines: Float64Array,
  slopes: Float64Array,
  lane: number,
  drift: Float64Array,
  temperature: number,
  steepest: number,
  noise: number,
): void {
  for (let i = 0, at = lane; i < drift.length; i++, at += ROW) {
    const mu = lines[at];
    const flux = drift[i] * mu + temperature * slopes[at];
    const known = mu > noise && Math.abs(flux) > noise * (Math.abs(drift[i]) + steepest);
    lines[at] = known ? flux / Math.sqrt(mu) : 0;
  }
}

/** √μ becomes b√μ + 2τ∂√μ. */
function rootScores(
  lines: Float64Array,
  slopes: Float64Array,
  lane: number,
  drift: Float64Array,
  temperature: number,
): void {
  for (let i = 0, at = lane; i < drift.length; i++, at += ROW) {
    lines[at] = drift[i] * lines[at] + 2 * temperature * slopes[at];
  }
}

/** A line is resolved whose highest modes, this share of them, are within so many times the noise: all but few of the others are below. */
const HIGHEST = 1 / 8;
const RESOLVED = 4;

/** Modes on either side of the middle one that count as the highest. */
function reachOf(length: number): number {
  return Math.floor((length * HIGHEST) / 2);
}

/**
 * What ∂ multiplies modes by, the sawtooth by 0. Transforms take even numbers of cells: an odd one is padded by an empty cell, where the
 * density vanishes, or on a periodic axis gone round twice. `filled`: all of the length but for an empty cell.
 */
function wavesOf({ cells, spacing, periodic }: Axis) {
  const odd = cells % 2 === 1;
  const length = !odd ? cells : periodic ? 2 * cells : cells + 1;
  const waves = Float64Array.from({ length }, (_, k) => {
    const signed = 2 * k < length ? k : 2 * k === length ? 0 : k - length;
    return (2 * Math.PI * signed) / (length * spacing);
  });
  return { length, filled: odd && !periodic ? cells : length, waves };
}

/** ∂ of two lines at a time. */
class Slopes {
  /** Of the lanes of a panel that were differentiated last. */
  readonly values: Float64Array;
  private readonly cells: number;
  private readonly length: number;
  private readonly filled: number;
  private readonly waves: Float64Array;
  private readonly fourier: Fourier;
  private readonly pair: Float64Array;
  private readonly spectrum: Float64Array;

  constructor(axis: Axis) {
    const { length, filled, waves } = wavesOf(axis);
    this.cells = axis.cells;
    this.length = length;
    this.filled = filled;
    this.waves = waves;
    this.values = new Float64Array(ROW * axis.cells);
    this.fourier = new Fourier(length);
    this.pair = new Float64Array(2 * length);
    this.spectrum = new Float64Array(2 * length);
  }

  /** Differentiates lanes q and q + PAIRS; returns the size of the highest modes, as the root mean square over the cells of noise that has it in all. */
  find(lines: Float64Array, q: number): number {
    const { values, cells, filled, length, waves, fourier, pair, spectrum } = this;
    for (let i = 0; i < filled; i++) {
      const from = ROW * (i % cells) + q;
      pair[2 * i] = lines[from];
      pair[2 * i + 1] = lines[from + PAIRS];
    }
    pair.fill(0, 2 * filled);
    fourier.transform(spectrum, pair);
    const reach = reachOf(length);
    let most = 0;
    for (let k = length / 2 - reach; k <= length / 2 + reach; k++) {
      most = Math.max(most, spectrum[2 * k] * spectrum[2 * k] + spectrum[2 * k + 1] * spectrum[2 * k + 1]);
    }
    for (let k = 0; k < length; k++) {
      const re = spectrum[2 * k];
      spectrum[2 * k] = -waves[k] * spectrum[2 * k + 1];
      spectrum[2 * k + 1] = waves[k] * re;
    }
    fourier.inverse(pair, spectrum);
    for (let i = 0; i < cells; i++) {
      values[ROW * i + q] = pair[2 * i];
      values[ROW * i + q + PAIRS] = pair[2 * i + 1];
    }
    return Math.sqrt(most / length);
  }
}
