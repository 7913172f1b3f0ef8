// Exact equilibria of two McKean–Vlasov equations (docs/theory.md §3.4). Desai–Zwanzig: V = θ⁴/4 − θ²/2, W = Kθ²/2, m = ⟨θ⟩ under
// e^(−(V + K(θ−m)²/2)/τ); order below the τ_c where K Var_{m=0} = τ (Dawson 1983). The circle: W = −K cos, r = I₁(Kr/τ)/I₀(Kr/τ),
// order for K > 2τ (Kuramoto with noise; Bertini, Giacomin, Pakdaman 2010). Quadratures and fractions to round-off, no grid.

import { exp } from "../base/elementary.ts";
import { requirePositive } from "../base/keys.ts";
import { bisectedFully } from "../base/search.ts";
import { Sum } from "../base/sum.ts";
import type { Gaussian } from "./gaussian.ts";

/** Relative agreement of two quadratures: their round-off. */
const AGREED = 1e-14;

/**
 * Moments of e^(−(θ⁴/4 − θ²/2 + K(θ−m)²/2)/τ) by the trapezoidal rule on R, which converges geometrically in 1/h for such
 * entire functions (Trefethen, Weideman 2014): h is halved until both agree to round-off.
 */
function wellMoments(attraction: number, temperature: number, m: number): Gaussian {
  const phi = (u: number) => 0.25 * u * u * u * u - 0.5 * u * u + 0.5 * attraction * (u - m) * (u - m);
  // Φ ≥ u⁴/4 − u²/2, so that beyond the reach Φ − min Φ > 80τ, e⁻⁸⁰ of the peak; min Φ ≤ Φ(m).
  const above = Math.max(0, phi(m)) + 80 * temperature;
  const reach = Math.sqrt(1 + Math.sqrt(1 + 4 * above));
  let spacing = Math.min(reach / 16, 0.5 * Math.sqrt(temperature));
  let before = trapezoid(phi, temperature, reach, spacing);
  for (let round = 0; round < 6; round++) {
    spacing *= 0.5;
    const next = trapezoid(phi, temperature, reach, spacing);
    if (Math.abs(next.variance - before.variance) <= AGREED * (next.variance + next.mean * next.mean))
      return next;
    before = next;
  }
  return before;
}

function trapezoid(
  phi: (u: number) => number,
  temperature: number,
  reach: number,
  spacing: number,
): Gaussian {
  const nodes = Math.ceil(reach / spacing);
  let least = Number.POSITIVE_INFINITY;
  for (let i = -nodes; i <= nodes; i++) least = Math.min(least, phi(i * spacing));
  const weight = (u: number) => exp((least - phi(u)) / temperature);
  const average = (value: (u: number) => number) => {
    const above = new Sum();
    const below = new Sum();
    for (let i = -nodes; i <= nodes; i++) {
      const share = weight(i * spacing);
      above.add(share * value(i * spacing));
      below.add(share);
    }
    return above.value() / below.value();
  };
  const mean = average((u) => u);
  return { mean, variance: average((u) => (u - mean) * (u - mean)) };
}

/** τ_c of the double well: K Var_{m=0} = τ. Below it the symmetric state is unstable. Needs K > 0. */
export function doubleWellCriticalTemperature(attraction: number): number {
  requirePositive("attraction", attraction);
  // K Var_{m=0} − τ is positive for small τ, where Var ≈ 1 − K, or τ/(K − 1) for K > 1, and negative beyond K + 1.
  const excess = (tau: number) => attraction * wellMoments(attraction, tau, 0).variance - tau;
  let high = 1 + attraction;
  while (excess(high) > 0) high *= 2;
  let low = high;
  while (excess(low) <= 0) low *= 0.5;
  return zeroOf(excess, low, high);
}

/** m(τ) > 0 of the double well's ordered state; 0 at and above τ_c. Unique, as ⟨θ⟩ is concave in m > 0 (GHS inequality). */
export function doubleWellMean(attraction: number, temperature: number): number {
  requirePositive("attraction", attraction);
  requirePositive("temperature", temperature);
  if (attraction * wellMoments(attraction, temperature, 0).variance <= temperature) return 0;
  const excess = (m: number) => wellMoments(attraction, temperature, m).mean - m;
  let high = 1 + Math.sqrt(temperature);
  while (excess(high) > 0) high *= 2;
  let low = 0.5 * high;
  while (excess(low) <= 0 && low > 1e-8) low *= 0.5;
  return excess(low) > 0 ? zeroOf(excess, low, high) : 0;
}

/** I₁(x)/I₀(x), x ≥ 0, to a few ε: the continued fraction 1/(2/x + 1/(4/x + 1/(6/x + …))) (DLMF 10.33.1) from its tail. */
export function besselRatio(x: number): number {
  if (!(x > 0)) return 0;
  // From order n on every tail lies in (0, 1); the error shrinks by more than (x/2n)² a level.
  let ratio = 0;
  for (let n = Math.ceil(1.5 * x) + 40; n >= 1; n--) ratio = 1 / ((2 * n) / x + ratio);
  return ratio;
}

/** r ≥ 0 of r = I₁(Kr/τ)/I₀(Kr/τ): the order parameter |⟨e^(iθ)⟩| on the circle; 0 for K ≤ 2τ. */
export function circleOrder(attraction: number, temperature: number): number {
  requirePositive("temperature", temperature);
  if (!(attraction > 2 * temperature)) return 0;
  const rate = attraction / temperature;
  const excess = (r: number) => besselRatio(rate * r) - r;
  let low = 0.5;
  while (excess(low) <= 0 && low > 1e-9) low *= 0.5;
  return excess(low) > 0 ? zeroOf(excess, low, 1) : 0;
}

/** The K above which the circle orders: 2τ. */
export function circleCriticalAttraction(temperature: number): number {
  return 2 * temperature;
}

/** The zero of a function positive at low and negative at high, to the last bit. */
function zeroOf(f: (x: number) => number, low: number, high: number): number {
  const [a, b] = bisectedFully(low, high, (x) => f(x) > 0);
  return 0.5 * (a + b);
}
