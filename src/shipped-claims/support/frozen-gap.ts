// The spectral gap of Langevin dynamics in a potential that does not move with the density: −Lu =
// −(τ/μ)(μu')' on cells, closed faces. In L²(μ) it is symmetric and tridiagonal: with u = v/√μ and √(μ_i
// μ_{i+1}) at faces, −τ/Δ² beside the diagonal (τ/Δ²)Σ√(μ_{i±1}/μ_i).

import { bisected } from "../../base/search.ts";

/** The second eigenvalue (the first is 0), by Sturm's count of negative pivots and bisection; error O(Δ²). */
export function frozenGap(
  density: Float64Array,
  temperature: number,
  [low, high]: readonly [number, number],
): number {
  const n = density.length;
  const scale = temperature / ((high - low) / n) ** 2;
  const diagonal = density.map((value, i) => {
    const right = i + 1 < n ? Math.sqrt(density[i + 1] / value) : 0;
    const left = i > 0 ? Math.sqrt(density[i - 1] / value) : 0;
    return scale * (left + right);
  });
  const below = (level: number) => {
    let count = 0;
    let pivot = 1;
    for (let i = 0; i < n; i++) {
      pivot = diagonal[i] - level - (i > 0 ? (scale * scale) / pivot : 0);
      if (pivot < 0) count += 1;
    }
    return count;
  };
  const [lower] = bisected(0, scale, 80, (level) => below(level) < 2);
  return lower;
}
