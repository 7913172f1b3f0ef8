// Gauss–Legendre quadrature on [−1, 1]: the nodes are the roots of P_n, the weights 2 / ((1 − u²) P_n′(u)²).
// Newton's method from Tricomi's approximation cos(π (4i + 3)/(4n + 2)); P_n and P_n′ by the three-term recurrence, of many nodes away from the ends
// by Stieltjes' expansion instead (Hale & Townsend, SIAM J. Sci. Comput. 35 (2013) A652, eq. 3.4): O(n) in all, where the recurrence takes O(n²).

import { cos, sin } from "../base/elementary.ts";

/** Up to so many nodes the recurrence serves for all. */
const FEW = 1000;
/** So many nodes at either end are found by the recurrence: there the expansion does not converge fast. */
const AT_END = 30;
/** At the first node away from the end, sin θ ≥ 30π/n, its terms fall below 1e−19 of the first. */
const TERMS = 12;

/** Nodes (ascending) and weights (sum 2) of the n-point rule, exact for polynomials of degree 2n − 1. */
export function gaussLegendre(n: number): { nodes: Float64Array; weights: Float64Array } {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const isInside = n > FEW && i >= AT_END && i < n - AT_END;
    if (isInside) inside(n, i, nodes, weights);
    else byRecurrence(n, i, nodes, weights);
  }
  return { nodes, weights };
}

function byRecurrence(n: number, i: number, nodes: Float64Array, weights: Float64Array): void {
  let u = -cos((Math.PI * (4 * i + 3)) / (4 * n + 2));
  let slope = 1;
  // Newton converges quadratically from this start: six rounds reach round-off for every n.
  for (let round = 0; round < 6; round++) {
    let previous = 1;
    let current = u;
    for (let k = 2; k <= n; k++) {
      const next = ((2 * k - 1) * u * current - (k - 1) * previous) / k;
      previous = current;
      current = next;
    }
    slope = (n * (u * current - previous)) / (u * u - 1);
    u -= current / slope;
  }
  nodes[i] = u;
  weights[i] = 2 / ((1 - u * u) * slope * slope);
}

/**
 * In u = −cos θ, so that nodes ascend with θ; |P_n(cos θ)| and its derivative are even about θ = π/2, and each half is computed by the other's θ ≤ π/2.
 *
 *     P_n(cos θ) = C_n Σ_m h_m cos(α_m) / (2 sin θ)^(m + 1/2),   α_m = (n + m + 1/2) θ − (m + 1/2) π/2,
 *     h_m = Π_{j ≤ m} (j − 1/2)² / (j (n + j + 1/2)),            C_n = (4/π) Π_{j ≤ n} j / (j + 1/2)
 */
function inside(n: number, i: number, nodes: Float64Array, weights: Float64Array): void {
  const mirrored = 2 * i + 1 > n;
  const k = mirrored ? n - 1 - i : i;
  // Away from the start by δ: (n + m + 1/2) θ is a multiple of π/4 and a small rest, exact where it would be large.
  const start = (Math.PI * (4 * k + 3)) / (4 * n + 2);
  let delta = 0;
  let slope = 1;
  for (let round = 0; round < 3; round++) {
    const theta = start + delta;
    const [s, c] = [sin(theta), cos(theta)];
    let [value, along, h] = [0, 0, 1];
    for (let m = 0; m < TERMS; m++) {
      if (m > 0) h *= (m - 0.5) ** 2 / (m * (n + m + 0.5) * 2 * s);
      // α_m = π (k + 1/2) + m (θ − π/2) + (n + 1/2) δ, for (n + 1/2) start = π (k + 3/4); its multiples of π are signs.
      const alpha = m * (theta - 0.5 * Math.PI) + (n + 0.5) * delta;
      // cos(α + π/2) = −sin α
      const [sa, ca] = [sin(alpha), cos(alpha)];
      value -= h * sa;
      along -= h * ((n + m + 0.5) * ca - ((m + 0.5) * c * sa) / s);
    }
    delta -= value / along;
    slope = along;
  }
  const theta = start + delta;
  const s = sin(theta);
  nodes[i] = (mirrored ? 1 : -1) * cos(theta);
  // (1 − u²) P_n′(u)² = (dP_n/dθ)² = C_n² slope² / (2 sin θ)
  weights[i] = (4 * s) / (squaredFactor(n) * slope * slope);
}

/** C_n² of n large: (16/π²) (π/4) (Γ(n + 1)/Γ(n + 3/2))², a series in 1/(n + 3/4)². */
function squaredFactor(n: number): number {
  const z = n + 0.75;
  const ratio = 1 - 1 / (64 * z * z) + 21 / (8192 * z ** 4);
  return ((4 / Math.PI) * ratio * ratio) / z;
}
