// The spectrum of the linearised equation at an equilibrium, as a prediction: perturbations decay like e^(λt), outputs at the rate
// gap = min |Re λ| over the non-zero spectrum, a Lyapunov functional's excess (quadratic) at 2 gap, if that mode is excited.
// Zero modes: the mass, which no perturbation changes, and the symmetries that move an equilibrium to another one.

import type { Complex } from "../../linear/arnoldi.ts";
import type { Problem } from "../../problem/problem.ts";

export interface Spectrum {
  /** λ of the generator (Re λ < 0 decays), slowest first; zero modes left out. */
  readonly eigenvalues: readonly Complex[];
  /** −max Re λ over the non-zero spectrum. Negative where the equilibrium is unstable: perturbations grow at −gap. */
  readonly gap: number;
  /** The slowest mode is a complex pair. */
  readonly oscillating: boolean;
  /** "mass"; "rotation of …" where a symmetry moves the equilibrium; "marginal" for a zero that no symmetry explains. */
  readonly zeroModes: readonly string[];
  /** Estimated error of the gap: from two truncations (kinetic), or two grids (first order). */
  readonly estimate: number;
}

/** |λ| below this share of the shift counts as 0. */
const ZERO = 1e-8;
/** Re λ that differ by less, relatively, belong to one speed: then the smaller |Im| comes first. */
const LEVEL = 1e-9;

/** Sorts, names zero modes, reads the gap. `scale`: a typical |λ|. */
export function spectrumOf(
  eigenvalues: readonly Complex[],
  scale: number,
  symmetries: readonly string[],
  most: number,
): Omit<Spectrum, "estimate"> {
  const isZero = ({ re, im }: Complex) => Math.abs(re) + Math.abs(im) <= ZERO * scale;
  const zeros = eigenvalues.filter(isZero).length;
  const rest = eigenvalues.filter((value) => !isZero(value)).sort((a, b) => slower(a, b, scale));
  return {
    eigenvalues: rest.slice(0, most),
    gap: rest.length === 0 ? Number.POSITIVE_INFINITY : -rest[0].re,
    oscillating: rest.length > 0 && Math.abs(rest[0].im) > ZERO * scale,
    // A Krylov space shows one copy of a multiple eigenvalue: one zero stands for all the symmetries.
    zeroModes: ["mass", ...(zeros === 0 ? [] : symmetries.length === 0 ? ["marginal"] : symmetries)],
  };
}

function slower(a: Complex, b: Complex, scale: number): number {
  if (Math.abs(a.re - b.re) > LEVEL * scale) return b.re - a.re;
  return Math.abs(a.im) - Math.abs(b.im) || b.im - a.im;
}

/** Coordinates along which an equilibrium may be turned: the torus, V ≡ 0, no data, and a marginal that is not uniform. */
export function rotations(
  { domain, potential, data, names }: Problem,
  uniform: readonly boolean[],
): string[] {
  if (domain !== "torus" || !potential.vanishes || data.size > 0) return [];
  return names.filter((_, k) => !uniform[k]).map((name) => `rotation of ${name}`);
}
