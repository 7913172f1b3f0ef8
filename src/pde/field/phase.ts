// Phase space: the axes of θ, then those of ω. The θ-marginal ρ(θ) = ∫μ(θ, ω) dω, and what a density there takes of memory.

import { exp, log } from "../../base/elementary.ts";
import { inputError } from "../../base/errors.ts";
import { type Grid, grid } from "../../grid/grid.ts";

/** The axes of θ alone. */
export function positionGrid(phase: Grid): Grid {
  return grid(phase.axes.slice(0, phase.axes.length / 2));
}

/** ρ at the cells of θ. */
export function positionMarginal(phase: Grid, values: Float64Array, out: Float64Array): void {
  const p = phase.axes.length / 2;
  const row = phase.strides[p - 1];
  const volume = phase.axes.slice(p).reduce((product, { spacing }) => product * spacing, 1);
  for (let cell = 0; cell < out.length; cell++) out[cell] = volume * rowSum(values, cell * row, row);
}

/**
 * The momenta's own part of H where they are in equilibrium, ½∫|ω|² + τ∫log of N(0, τI):
 *   H* = E_τ* − (pτ/2) log 2πτ,  attained by μ* ⊗ N(0, τI);  at τ = 0 they are the same (docs/theory.md §3.6).
 */
export function momentumFreeEnergy(temperature: number, p: number): number {
  return temperature > 0 ? -0.5 * p * temperature * log(2 * Math.PI * temperature) : 0;
}

/** … and of ∫μ log μ, τ > 0: that, less their kinetic energy pτ/2, over τ. */
export function momentumEntropy(temperature: number, p: number): number {
  return momentumFreeEnergy(temperature, p) / temperature - 0.5 * p;
}

/** log of N(0, τI) at the cells of ω, of mass 1 on them. */
export function logMaxwellian(phase: Grid, temperature: number): Float64Array {
  const axes = phase.axes.slice(phase.axes.length / 2);
  const along = axes.map(({ centres, spacing }) => {
    const exponents = centres.map((omega) => (-0.5 * omega * omega) / temperature);
    const shift = log(spacing * exponents.reduce((sum, exponent) => sum + exp(exponent), 0));
    return exponents.map((exponent) => exponent - shift);
  });
  return along.reduce((outer, inner) =>
    Float64Array.from({ length: outer.length * inner.length }, (_, at) => {
      const j = at % inner.length;
      return outer[(at - j) / inner.length] + inner[j];
    }),
  );
}

/** Eight running sums: their error grows eight times slower, and they do not wait for one another. */
export function rowSum(values: Float64Array, from: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let s4 = 0;
  let s5 = 0;
  let s6 = 0;
  let s7 = 0;
  const end = from + count;
  let i = from;
  for (; i + 8 <= end; i += 8) {
    s0 += values[i];
    s1 += values[i + 1];
    s2 += values[i + 2];
    s3 += values[i + 3];
    s4 += values[i + 4];
    s5 += values[i + 5];
    s6 += values[i + 6];
    s7 += values[i + 7];
  }
  if (i < end) s0 += values[i];
  if (i + 1 < end) s1 += values[i + 1];
  if (i + 2 < end) s2 += values[i + 2];
  if (i + 3 < end) s3 += values[i + 3];
  if (i + 4 < end) s4 += values[i + 4];
  if (i + 5 < end) s5 += values[i + 5];
  if (i + 6 < end) s6 += values[i + 6];
  return s0 + s1 + (s2 + s3) + (s4 + s5 + (s6 + s7));
}

/** A solver's own arrays may take this much: 2 GiB. */
export const MOST_BYTES = 2 ** 31;

/**
 * Bytes that a run on a phase grid with those cells (θ, then ω) takes: the density, three of it for order 4 (the runs
 * with h and h/2, and their combination), one more while it is saved, and the tables of M data points and of the moves.
 */
export function kineticMemory(cells: readonly number[], order: 2 | 4, dataPoints: number): number {
  const p = cells.length / 2;
  const size = cells.reduce((product, n) => product * n, 1);
  const positions = cells.slice(0, p).reduce((product, n) => product * n, 1);
  const runs = order === 2 ? 1 : 2;
  const saved = runs;
  // ψ and ∂ψ.
  let tables = (1 + p) * dataPoints * positions;
  for (let k = 0; k < p; k++) {
    const [n, m] = [cells[k], cells[p + k]];
    // Phases of A and of B, and the propagator.
    tables += runs * (m * (n + 2) + positions * (m + 2) + m * m);
  }
  return 8 * ((order === 2 ? 1 : 3) * size + saved * size + tables);
}

/** Throws before anything is allocated where a run would take more than `allowed` bytes. Errors (input). */
export function requireMemory(
  cells: readonly number[],
  order: 2 | 4,
  dataPoints: number,
  allowed = MOST_BYTES,
): void {
  const bytes = kineticMemory(cells, order, dataPoints);
  if (bytes <= allowed) return;
  const gib = (b: number) => (b / 2 ** 30).toPrecision(3);
  const axes = cells.length;
  let fits = 4;
  while (kineticMemory(new Array(axes).fill(fits + 2), order, dataPoints) <= allowed) fits += 2;
  throw inputError(
    "grid.cells",
    `[${cells.join(", ")}] takes ${gib(bytes)} GiB at order ${order}; allowed: ${gib(allowed)} GiB, ${fits} cells on each of ${axes} axes`,
  );
}
