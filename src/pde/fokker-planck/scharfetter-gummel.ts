// Fluxes of ∂_tμ = ∂(D(μ∂Φ + τ∂μ)) between neighbouring cells, exact for constant ∂Φ and flux (Scharfetter, Gummel 1969;
// Chang, Cooper 1970): J_{i+½} = (Dτ/Δ)(B(u) μ_i − B(−u) μ_{i+1}), u = (Φ_{i+1} − Φ_i)/τ, B(x) = x/(eˣ − 1). They
// vanish exactly on μ ∝ e^(−Φ/τ). Order 2 in Δ where |u| ≲ 1; τ → 0 gives the upwind flux, of order 1.

import { expm1 } from "../../base/elementary.ts";
import { eachFace, type Grid } from "../../grid/grid.ts";

/** B(x) = x/(eˣ − 1) > 0; B(−x) = B(x) + x. Relative error a few ε. */
export function bernoulli(x: number): number {
  if (x === 0) return 1;
  return x > 0 ? x / expm1(x) : -x / expm1(-x) - x;
}

/** Below this B′ is summed from its series: the closed form cancels. */
const SERIES = 0.5;
const C4 = -1 / 180;
const C6 = 1 / 5040;
const C8 = -1 / 151200;
const C10 = 1 / 4790016;
const C12 = -691 / 108972864000;
const C14 = 1 / 5337446400;
const C16 = -3617 / 666913927680000;

/** B′(x), between −1 and 0; B′(−x) = −1 − B′(x). Relative error a few ε for x ≥ 0. */
export function bernoulliSlope(x: number): number {
  const size = Math.abs(x);
  let slope: number;
  if (size < SERIES) {
    // Σ B_n n x^(n−1)/n!, B_n Bernoulli's numbers, to n = 16.
    const u = size * size;
    let odd = C16;
    odd = C14 + u * odd;
    odd = C12 + u * odd;
    odd = C10 + u * odd;
    odd = C8 + u * odd;
    odd = C6 + u * odd;
    odd = C4 + u * odd;
    odd = 1 / 6 + u * odd;
    slope = -0.5 + size * odd;
  } else {
    const b = size / expm1(size);
    slope = (b * (1 - b - size)) / size;
  }
  return x < 0 ? -1 - slope : slope;
}

/** What flows through the faces along one axis. */
export interface Faces {
  readonly grid: Grid;
  /** Axis. */
  readonly k: number;
  /** D of that coordinate. */
  readonly mobility: number;
  /** τ */
  readonly temperature: number;
}

/** D h/Δ²: what turns differences of Φ into rates per step. */
export function scaleOf({ grid, k, mobility }: Omit<Faces, "temperature">, duration: number): number {
  const { spacing } = grid.axes[k];
  return (duration * mobility) / (spacing * spacing);
}

/**
 * Rates at which mass leaves each cell, times `duration`: right to the next cell along the axis, left to the one before.
 * Entries without a neighbour on a bounded axis are 0.
 */
export function rates(
  faces: Faces,
  phi: Float64Array,
  duration: number,
  right: Float64Array,
  left: Float64Array,
): void {
  const { grid, k, temperature } = faces;
  const scale = scaleOf(faces, duration);
  right.fill(0);
  left.fill(0);
  eachFace(grid, k, (at, next, count) => ratesBetween(phi, at, next, count, scale, temperature, right, left));
}

function ratesBetween(
  phi: Float64Array,
  at: number,
  next: number,
  count: number,
  scale: number,
  temperature: number,
  right: Float64Array,
  left: Float64Array,
): void {
  if (temperature === 0) {
    for (let j = 0; j < count; j++) {
      const rise = phi[next + j] - phi[at + j];
      right[at + j] = rise < 0 ? -scale * rise : 0;
      left[next + j] = rise > 0 ? scale * rise : 0;
    }
    return;
  }
  const factor = scale * temperature;
  const inverse = 1 / temperature;
  for (let j = 0; j < count; j++) {
    const u = (phi[next + j] - phi[at + j]) * inverse;
    const size = u < 0 ? -u : u;
    const uphill = size === 0 ? 1 : size / expm1(size);
    const downhill = uphill + size;
    right[at + j] = factor * (u < 0 ? downhill : uphill);
    left[next + j] = factor * (u < 0 ? uphill : downhill);
  }
}

/**
 * How fluxes answer to Φ: ∂J_{i+½} = −conductance_i (∂Φ_{i+1} − ∂Φ_i), by the lower cell of each face, in units in
 * which the rates are (`duration` included). Non-negative for μ ≥ 0. At τ = 0 the derivative of the upwind flux.
 */
export function conductances(
  faces: Faces,
  phi: Float64Array,
  mu: Float64Array,
  duration: number,
  conductance: Float64Array,
): void {
  const { grid, k, temperature } = faces;
  const scale = scaleOf(faces, duration);
  conductance.fill(0);
  eachFace(grid, k, (at, next, count) =>
    conductancesBetween(phi, mu, at, next, count, scale, temperature, conductance),
  );
}

function conductancesBetween(
  phi: Float64Array,
  mu: Float64Array,
  at: number,
  next: number,
  count: number,
  scale: number,
  temperature: number,
  conductance: Float64Array,
): void {
  for (let j = 0; j < count; j++) {
    const rise = phi[next + j] - phi[at + j];
    if (temperature === 0) {
      conductance[at + j] = scale * (rise < 0 ? mu[at + j] : rise > 0 ? mu[next + j] : 0);
      continue;
    }
    // −B′(u)μ_i − B′(−u)μ_{i+1}, with the smaller of the two slopes from its own formula: as 1 − |B′| it would lose its
    // digits, and the density that it multiplies is the larger by e^|u| near equilibrium.
    const uphill = -bernoulliSlope(Math.abs(rise) / temperature);
    const downhill = 1 - uphill;
    const [below, above] = rise < 0 ? [downhill, uphill] : [uphill, downhill];
    conductance[at + j] = scale * (below * mu[at + j] + above * mu[next + j]);
  }
}

/**
 * out −= div of the fluxes' derivative: out_i −= ∂J_{i+½} − ∂J_{i−½} with ∂J from `conductances`.
 */
export function addFluxDerivative(
  { grid, k }: Pick<Faces, "grid" | "k">,
  conductance: Float64Array,
  dphi: Float64Array,
  out: Float64Array,
): void {
  eachFace(grid, k, (at, next, count) => addBetween(conductance, dphi, at, next, count, out));
}

function addBetween(
  conductance: Float64Array,
  dphi: Float64Array,
  at: number,
  next: number,
  count: number,
  out: Float64Array,
): void {
  for (let j = 0; j < count; j++) {
    const flux = conductance[at + j] * (dphi[at + j] - dphi[next + j]);
    out[at + j] -= flux;
    out[next + j] += flux;
  }
}
