// First-order dynamics at an equilibrium: η̇ = ∇·(Dμ*∇(τη/μ* + Φ′[η])), a positive operator times a symmetric one, L P: real spectrum.
// On the grid L is the Scharfetter–Gummel chain (its fluxes answer to Φ with conductance g/τ, g = right·μ* at a face, so that L P is
// the exact linearisation of the scheme). Smallest eigenvalues by shift and invert: L + σ by banded Cholesky, P by its few numbers.

import { axis } from "../../grid/axis.ts";
import { BandedCholesky } from "../../grid/banded.ts";
import { momentsOf } from "../../grid/density.ts";
import { type Grid, grid as product } from "../../grid/grid.ts";
import { type Complex, krylovSpace, modulus, shifted } from "../../linear/arnoldi.ts";
import { Gmres } from "../../linear/gmres.ts";
import { gibbsDensity } from "../equilibrium/gibbs.ts";
import { GridField } from "../field/field.ts";
import { rates } from "../fokker-planck/scharfetter-gummel.ts";
import { type EquilibriumState, equilibriumState } from "./equilibrium-state.ts";
import { rotations, type Spectrum, spectrumOf } from "./spectrum.ts";

export interface FirstOrderSpectrumOptions {
  /** D by coordinate; default 1. */
  mobility?: Float64Array;
  /** κ of birth–death, which adds κτ to L; default 0. */
  rate?: number;
  /** Eigenvalues wanted; default 6. */
  count?: number;
}

/** Relative residual of an eigenvalue, and the vectors allowed to reach it. */
const CONVERGED = 1e-11;
const LONGEST = 160;
const ROUND = 10;
const LINEAR_TOLERANCE = 1e-14;
/** A mode of the coarse grid slower than this share of the gap is a symmetry's. */
const STILL = 0.25;
/** |Im| of a real spectrum: rounding. */
const REAL = 1e-7;

/**
 * The slowest eigenvalues of the linearised equation at μ* = density, an equilibrium of that field (stationary.ts, branches.ts);
 * p = 1, 2 (3 where the band fits memory). A multiple eigenvalue may be listed once. Accuracy: the scheme's own to round-off, the
 * equation's to order 2 in Δ; `estimate` is Richardson's, from the same equilibrium on half the cells (NaN below 16).
 * Cost: n w² for the factor (w the band, 1 for p = 1, cells of the last axis for p = 2), and some 50 solves times the numbers
 * of Φ that matter. Errors (input): no equilibrium, τ = 0, a band beyond memory.
 */
export function firstOrderSpectrum(
  field: GridField,
  density: Float64Array,
  options: FirstOrderSpectrumOptions = {},
): Spectrum {
  const { mobility = new Float64Array(field.grid.axes.length).fill(1), rate = 0, count = 6 } = options;
  const chain = { mobility, reaction: rate * field.problem.temperature };
  const state = equilibriumState(field, density);
  const fine = slowest(state, chain, count);
  const coarser = coarsened(state);
  if (coarser === null) return { ...fine, estimate: Number.NaN };
  // Off the coarse equilibrium, which is not exact, a symmetry's mode is slow, not still.
  const other = slowest(coarser, chain, count).eigenvalues.find(
    ({ re }) => Math.abs(re) > STILL * Math.abs(fine.gap),
  );
  // The coarse gap is off by four times the fine one's error.
  const space = other === undefined ? Number.NaN : Math.abs(other.re + fine.gap) / 3;
  return { ...fine, estimate: space };
}

interface Chain {
  readonly mobility: Float64Array;
  /** κτ */
  readonly reaction: number;
}

function slowest(state: EquilibriumState, chain: Chain, count: number) {
  const { field } = state;
  const symmetries = rotations(field.problem, state.uniform());
  const unstable = state.curvature() < -1e-9;
  // An Ornstein–Uhlenbeck rate of the widest coordinate: of the order of the gap.
  let sigma = Math.min(
    ...momentsOf(field.grid, state.density).map(
      ({ variance }, k) => chain.reaction + (chain.mobility[k] * field.problem.temperature) / variance,
    ),
  );
  for (let round = 0; ; round++) {
    const values = nearest(state, chain, sigma, count + symmetries.length + 1);
    const grows = values.some(({ re }) => re > 1e-9 * sigma);
    // A growing mode further from the shift than decaying ones is looked for with a larger shift.
    if (!unstable || grows || round === 20) return spectrumOf(values, sigma, symmetries, count);
    sigma *= 4;
  }
}

/** The eigenvalues of the generator −L P nearest to σ. */
function nearest(state: EquilibriumState, chain: Chain, sigma: number, count: number): Complex[] {
  const { constant } = state;
  const arnoldi = krylovSpace(resolventOf(state, chain, sigma), constant.length, [constant]);
  for (let size = count + ROUND; ; size += ROUND) {
    arnoldi.extend(size);
    const wanted = arnoldi.ritz().slice(0, count);
    const done = wanted.every((value) => value.residual <= CONVERGED * modulus(wanted[0]));
    if (!done && !arnoldi.exhausted && size < LONGEST) continue;
    return wanted
      .filter((value) => value.residual <= 1e-6 * modulus(value))
      .map((value) => shifted(sigma, value))
      .map(({ re, im }) => ({ re, im: Math.abs(im) <= REAL * sigma ? 0 : im }));
  }
}

/**
 * (σ + L P)⁻¹: with P = 1 + U U′, U′: v ↦ its numbers, x = y − (1 − σ(L + σ)⁻¹) U dz, y = (L + σ)⁻¹ v, where the numbers dz = U′x
 * solve dz + U′(1 − σ(L + σ)⁻¹) U dz = U′y: GMRES in the numbers.
 */
function resolventOf(state: EquilibriumState, chain: Chain, sigma: number) {
  const { grid, count } = state.field;
  const band = shiftedChain(state, chain, sigma);
  const gmres = new Gmres(count, 120);
  const right = new Float64Array(count);
  const dz = new Float64Array(count);
  const line = new Float64Array(grid.size);
  const solved = new Float64Array(grid.size);

  /** line = (1 − σ(L + σ)⁻¹) U dz */
  function push(x: Float64Array): void {
    state.respond(x, line);
    band.solve(line, solved);
    for (let i = 0; i < line.length; i++) line[i] -= sigma * solved[i];
  }

  function multiply(x: Float64Array, out: Float64Array): void {
    push(x);
    state.observe(line, out);
    for (let i = 0; i < x.length; i++) out[i] += x[i];
  }

  return (v: Float64Array, out: Float64Array): void => {
    band.solve(v, out);
    if (count === 0) return;
    state.observe(out, right);
    gmres.solve(multiply, right, dz, LINEAR_TOLERANCE);
    push(dz);
    for (let i = 0; i < out.length; i++) out[i] -= line[i];
  };
}

/** L + σ, symmetric on v: rates on the diagonal, −√(right left) across a face. */
function shiftedChain(
  { field, phi }: EquilibriumState,
  { mobility, reaction }: Chain,
  sigma: number,
): BandedCholesky {
  const { grid, problem } = field;
  const band = new BandedCholesky(grid);
  const right = new Float64Array(grid.size);
  const left = new Float64Array(grid.size);
  for (let i = 0; i < grid.size; i++) band.add(i, i, sigma + reaction);
  for (const [k, { cells }] of grid.axes.entries()) {
    const stride = grid.strides[k];
    rates({ grid, k, mobility: mobility[k], temperature: problem.temperature }, phi, 1, right, left);
    for (let at = 0; at < grid.size; at++) {
      const last = Math.floor(at / stride) % cells === cells - 1;
      if (last && !grid.axes[k].periodic) continue;
      const next = last ? at - (cells - 1) * stride : at + stride;
      band.add(at, at, right[at]);
      band.add(next, next, left[next]);
      band.add(at, next, -Math.sqrt(right[at]) * Math.sqrt(left[next]));
    }
  }
  band.factor();
  return band;
}

/** The same equilibrium on half the cells of every axis, Φ* by cubic interpolation; null where too few cells are left. */
function coarsened({ field, phi }: EquilibriumState): EquilibriumState | null {
  const { grid, problem } = field;
  if (grid.axes.some(({ cells }) => cells < 16)) return null;
  let values: Float64Array = phi;
  let axes = [...grid.axes];
  for (const [k, { low, high, cells, periodic }] of grid.axes.entries()) {
    const coarse = axis({ low, high, cells: Math.floor(cells / 2), periodic });
    const next = axes.map((each, j) => (j === k ? coarse : each));
    values = interpolated(product(axes), values, k, product(next));
    axes = next;
  }
  const coarse = new GridField(problem, product(axes));
  const density = new Float64Array(coarse.grid.size);
  gibbsDensity(values, problem.temperature, coarse.grid.volume, density);
  // An equilibrium of the coarse grid but for its own error.
  return equilibriumState(coarse, density, Number.POSITIVE_INFINITY);
}

/** Values at the centres of another axis k, by the cubic through four neighbours. */
function interpolated(from: Grid, values: Float64Array, k: number, to: Grid): Float64Array {
  const { cells, low, spacing, periodic } = from.axes[k];
  const stride = from.strides[k];
  const out = new Float64Array(to.size);
  for (let at = 0; at < to.size; at++) {
    const i = Math.floor(at / stride) % to.axes[k].cells;
    const outer = Math.floor(at / (stride * to.axes[k].cells));
    const base = outer * stride * cells + (at % stride);
    const x = (to.axes[k].centres[i] - low) / spacing - 0.5;
    const first = periodic ? Math.floor(x) - 1 : Math.max(0, Math.min(cells - 4, Math.floor(x) - 1));
    let total = 0;
    for (let j = 0; j < 4; j++) {
      let weight = 1;
      for (let m = 0; m < 4; m++) if (m !== j) weight *= (x - first - m) / (j - m);
      total += weight * values[base + ((((first + j) % cells) + cells) % cells) * stride];
    }
    out[at] = total;
  }
  return out;
}
