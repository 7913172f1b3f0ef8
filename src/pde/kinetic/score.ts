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
import { type Block, eachBlock, gather, LANES } from "./lines.ts";

/** Calls visit with every block of lines along that axis and s√μ on them, at ℓ·cells + i; the array is used again and again. */
export function eachScore(
  phase: Grid,
  density: Float64Array,
  axis: number,
  temperature: number,
  /** b at the cells of that axis. */
  drift: Float64Array,
  visit: (block: Block, scores: Float64Array) => void,
): void {
  const { cells, spacing } = phase.axes[axis];
  const noise = noiseOf(density);
  const slopes = new Slopes(phase.axes[axis]);
  const lines = new Float64Array(LANES * cells);
  const steepest = (temperature * Math.PI) / spacing;
  eachBlock(phase, axis, (block) => {
    gather(density, block, cells, lines);
    // The last lane alone stands beside zeros.
    lines.fill(0, block.lanes * cells);
    for (let lane = 0; lane < block.lanes; lane += 2) {
      const from = lane * cells;
      const pair = lines.subarray(from, from + 2 * cells);
      if (pair.every((mu) => mu <= noise)) pair.fill(0);
      else if (slopes.find(pair) <= RESOLVED * noise) {
        for (let line = 0; line < 2 * cells; line += cells) {
          fluxScores(pair, slopes.values, line, drift, temperature, steepest, noise);
        }
      } else {
        for (let at = 0; at < pair.length; at++) pair[at] = pair[at] > 0 ? Math.sqrt(pair[at]) : 0;
        slopes.find(pair);
        for (let line = 0; line < 2 * cells; line += cells) {
          rootScores(pair, slopes.values, line, drift, temperature);
        }
      }
    }
    visit(block, lines);
  });
}

/** μ becomes J/√μ where both are known, and 0 elsewhere. */
function fluxScores(
  line: Float64Array,
  slopes: Float64Array,
  from: number,
  drift: Float64Array,
  temperature: number,
  steepest: number,
  noise: number,
): void {
  for (let i = 0, at = from; i < drift.length; i++, at++) {
    const mu = line[at];
    const flux = drift[i] * mu + temperature * slopes[at];
    const known = mu > noise && Math.abs(flux) > noise * (Math.abs(drift[i]) + steepest);
    line[at] = known ? flux / Math.sqrt(mu) : 0;
  }
}

/** √μ becomes b√μ + 2τ∂√μ. */
function rootScores(
  line: Float64Array,
  slopes: Float64Array,
  from: number,
  drift: Float64Array,
  temperature: number,
): void {
  for (let i = 0, at = from; i < drift.length; i++, at++) {
    line[at] = drift[i] * line[at] + 2 * temperature * slopes[at];
  }
}

/** A line is resolved whose highest modes, this share of them, are within so many times the noise: all but few of the others are below. */
const HIGHEST = 1 / 8;
const RESOLVED = 4;

/**
 * ∂ of two lines at a time, the sawtooth to 0. Transforms take even numbers of cells: an odd one is padded by an empty cell, where the
 * density vanishes, or on a periodic axis gone round twice.
 */
class Slopes {
  /** Of both lines, one after the other. */
  readonly values: Float64Array;
  private readonly cells: number;
  private readonly length: number;
  /** All of the length but for an empty cell. */
  private readonly filled: number;
  private readonly waves: Float64Array;
  private readonly fourier: Fourier;
  private readonly pair: Float64Array;
  private readonly spectrum: Float64Array;

  constructor({ cells, spacing, periodic }: Axis) {
    const odd = cells % 2 === 1;
    const length = !odd ? cells : periodic ? 2 * cells : cells + 1;
    this.cells = cells;
    this.filled = odd && !periodic ? cells : length;
    this.length = length;
    this.values = new Float64Array(2 * cells);
    this.waves = Float64Array.from({ length }, (_, k) => {
      const signed = 2 * k < length ? k : 2 * k === length ? 0 : k - length;
      return (2 * Math.PI * signed) / (length * spacing);
    });
    this.fourier = new Fourier(length);
    this.pair = new Float64Array(2 * length);
    this.spectrum = new Float64Array(2 * length);
  }

  /** Differentiates; returns the size of the highest modes, as the root mean square over the cells of noise that has it in all. */
  find(lines: Float64Array): number {
    const { values, cells, filled, length, waves, fourier, pair, spectrum } = this;
    for (let i = 0; i < filled; i++) {
      const from = i % cells;
      pair[2 * i] = lines[from];
      pair[2 * i + 1] = lines[cells + from];
    }
    pair.fill(0, 2 * filled);
    fourier.transform(spectrum, pair);
    const reach = Math.floor((length * HIGHEST) / 2);
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
      values[i] = pair[2 * i];
      values[cells + i] = pair[2 * i + 1];
    }
    return Math.sqrt(most / length);
  }
}
