// The kinetic equation at μ* = ρ* ⊗ N(0, τ), μ = μ*(1 + u): u̇ = −ω∂_θu + ∇Φ*·∂_ωu − (ω/τ)·∇Φ′[μ*u] + γ(τΔ_ω − ω·∇_ω)u. In Hermite functions
// of ω (friction diagonal, transport between neighbours) and functions of θ (line-basis.ts, plane-basis.ts): blocks (hierarchy.ts), spectrally
// accurate in both. Eigenvalues nearest to a shift σ > 0 by Arnoldi, until a disk holds all that could decay more slowly.

import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { inputError, MuflowError } from "../../base/errors.ts";
import { requirePositive } from "../../base/keys.ts";
import { type Complex, krylovSpace, modulus, shifted } from "../../linear/arnoldi.ts";
import type { GridField } from "../field/field.ts";
import { equilibriumState } from "./equilibrium-state.ts";
import { type Hierarchy, hierarchyResolvent } from "./hierarchy.ts";
import { lineBasis } from "./line-basis.ts";
import { planeBasis } from "./plane-basis.ts";
import { rotations, type Spectrum, spectrumOf } from "./spectrum.ts";

export interface KineticSpectrumOptions {
  /** Relative change of the gap, from one truncation to the next, that ends the refinement; default 1e-8 (p = 2: 1e-4). */
  tolerance?: number;
  /** Eigenvalues wanted; default 6. */
  count?: number;
}

/** Functions of θ and degrees in ω: the first truncation, its growth, the last one; and the change that may end it. */
interface Limits {
  readonly first: readonly [number, number];
  readonly growth: readonly [number, number];
  readonly most: readonly [number, number];
  readonly tolerance: number;
}

const LINE: Limits = { first: [16, 16], growth: [1.5, 1.5], most: [72, 160], tolerance: 1e-8 };
/** Of p = 2, where degree n has n + 1 blocks. */
const PLANE: Limits = { first: [16, 6], growth: [1.5, 1.35], most: [60, 16], tolerance: 1e-4 };
/** Arnoldi's vectors: the first round, the next ones, the last. */
const VECTORS = 40;
const MORE = 40;
const LONGEST = 400;
/** Relative change of the gap that is let pass in the last truncation; `estimate` tells. */
const LOOSEST = 1e-3;
/** Relative residual of an eigenvalue that counts as found. */
const CONVERGED = 1e-10;

/**
 * Spectra of one equilibrium at any friction. Restrictions: p = 1, 2, τ > 0, constant friction; ρ* resolved and within the grid
 * (spectral accuracy; 128 to 256 cells do for p = 1, 48² to 64² for p = 2). Cost, p = 1: an eigenproblem of n cells once, then a few
 * milliseconds to a few tenths of a second a friction; p = 2: a few seconds once and some seconds a friction. More for γ far
 * below √(stiffness), where many modes are as slow.
 * `density`: ρ*, an equilibrium of that field (stationary.ts, branches.ts). Errors (input): p > 2, τ = 0, no equilibrium.
 */
export function kineticSpectrum(field: GridField, density: Float64Array) {
  const p = field.grid.axes.length;
  if (p > 2) {
    throw inputError("grid.cells", `found ${p} axes of θ; allowed: 1, 2 for the kinetic spectrum`);
  }
  const { problem } = field;
  const state = equilibriumState(field, density);
  const limits = p === 1 ? LINE : PLANE;
  const { first, growth } = limits;
  const { functions, truncated } = (p === 1 ? lineBasis : planeBasis)(state, limits.most[0]);
  const most = [functions.length, limits.most[1]] as const;

  return {
    /**
     * At friction γ. Errors: γ ≤ 0 (input); truncations that do not settle to 1e-3, or more slow modes than 400 vectors show
     * (numerics), all for γ far too small.
     */
    at(friction: number, { tolerance = limits.tolerance, count = 6 }: KineticSpectrumOptions = {}): Spectrum {
      requirePositive("dynamics.friction", friction, "a finite number > 0");
      const symmetries = rotations(problem, state.uniform());
      let [J, N] = [Math.min(first[0], most[0]), first[1]];
      let before: Omit<Spectrum, "estimate"> | null = null;
      for (;;) {
        const hierarchy = truncated(J, N);
        const bounds = stiffness(hierarchy, problem.temperature);
        if (friction * most[1] < Math.sqrt(bounds.stiff))
          throw tooSmall(friction, Math.sqrt(bounds.stiff) / most[1]);
        const values = slowest(hierarchy, problem.temperature, friction, bounds);
        const spectrum = spectrumOf(values, bounds.soft, symmetries, count);
        if (before !== null) {
          const estimate = Math.abs(spectrum.gap - before.gap);
          const last = J === most[0] && N === most[1];
          const allowed = last ? Math.max(LOOSEST, tolerance) : tolerance;
          const settled = estimate <= allowed * Math.abs(spectrum.gap);
          if (settled && (last || othersSettled(spectrum, before))) return { ...spectrum, estimate };
          if (last) throw unsettled(friction, estimate, spectrum.gap, most);
        }
        before = spectrum;
        J = Math.min(most[0], Math.ceil(growth[0] * J));
        N = Math.min(most[1], Math.ceil(growth[1] * N));
      }
    },
  };
}

/**
 * The eigenvalues in a disk about σ that holds every λ with Re λ ≥ −gap and |Im λ| ≤ Ω. Ω² bounds the stiffness τ∂*∂P of the slowest
 * shape and of those that the mean field stiffens: faster ones oscillate in a potential they share with the slower, and mix.
 */
function slowest(
  hierarchy: Hierarchy,
  temperature: number,
  friction: number,
  { soft, stiff }: Stiffness,
): Complex[] {
  const sigma = soft / (friction + Math.sqrt(soft));
  const resolvent = hierarchyResolvent(hierarchy, temperature, friction, sigma);
  const arnoldi = krylovSpace((x, out) => resolvent.apply(x, out), resolvent.length);
  for (let size = VECTORS; ; size += MORE) {
    arnoldi.extend(size);
    const ritz = arnoldi.ritz();
    const unsure = ritz.findIndex((value) => value.residual > CONVERGED * modulus(ritz[0]));
    const sure = unsure < 0 ? ritz : ritz.slice(0, unsure);
    const values = sure.map((value) => shifted(sigma, value));
    const reach = unsure < 0 ? Number.POSITIVE_INFINITY : 1 / modulus(ritz[unsure]);
    const slow = Math.max(
      ...values.filter(({ re, im }) => Math.abs(re) + Math.abs(im) > 1e-8 * sigma).map(({ re }) => re),
    );
    const across = sigma - Math.min(0, slow);
    const needed = Math.sqrt(across * across + stiff);
    if ((values.length > 0 && reach >= needed) || arnoldi.exhausted) return values;
    if (size >= LONGEST) {
      throw new MuflowError(
        "numerics",
        `kinetic spectrum: ${values.length} modes within ${reach.toPrecision(2)} of 0 at friction ${friction}, all that ${LONGEST} vectors show; ` +
          `the slowest may lie up to ${needed.toPrecision(2)} away. Take a larger friction`,
      );
    }
  }
}

interface Stiffness {
  /** Least eigenvalue of τ∂*∂P, in size. */
  readonly soft: number;
  /** Ω²: the least of τ∂*∂, plus the most that the mean field adds. */
  readonly stiff: number;
}

function stiffness({ couplings, sizes, response }: Hierarchy, temperature: number): Stiffness {
  const b = sizes[0];
  const kappa = Float64Array.from({ length: b }, (_, j) => {
    let square = 0;
    for (let i = 0; i < sizes[1]; i++) square += couplings[1][i * b + j] * couplings[1][i * b + j];
    return temperature * square;
  });
  const matrix = (identity: number) => {
    const out = Matrix.zeros(b, b);
    for (let i = 0; i < b; i++) {
      for (let j = 0; j < b; j++) {
        const symmetric = 0.5 * (response[i * b + j] + response[j * b + i]);
        out.set(i, j, Math.sqrt(kappa[i] * kappa[j]) * (symmetric - (i === j ? 1 - identity : 0)));
      }
    }
    return new EigenvalueDecomposition(out, { assumeSymmetric: true }).realEigenvalues;
  };
  const added = Math.max(0, ...matrix(0));
  const whole = matrix(1)
    .map(Math.abs)
    .filter((value) => value > 1e-8 * kappa[0]);
  return { soft: Math.min(kappa[0], ...whole), stiff: 1.1 * (kappa[0] + added) };
}

/** The eigenvalues beside the slowest have settled too, so that none is about to overtake it. */
function othersSettled(spectrum: Omit<Spectrum, "estimate">, before: Omit<Spectrum, "estimate">): boolean {
  return spectrum.eigenvalues.every(
    ({ re }, k) =>
      k < before.eigenvalues.length && Math.abs(re - before.eigenvalues[k].re) <= LOOSEST * Math.abs(re),
  );
}

function tooSmall(friction: number, least: number): MuflowError {
  return new MuflowError(
    "numerics",
    `kinetic spectrum: friction ${friction} is too small to truncate at: degrees in ω are damped too little; take a larger friction, ${least.toPrecision(2)} or more`,
  );
}

function unsettled(
  friction: number,
  estimate: number,
  gap: number,
  [functions, degrees]: readonly [number, number],
): MuflowError {
  return new MuflowError(
    "numerics",
    `kinetic spectrum: at friction ${friction} the gap ${gap.toPrecision(3)} still changes by ${estimate.toExponential(1)} between truncations of ` +
      `${functions} functions and ${degrees} degrees; take a larger friction`,
  );
}
