// O in Fourier space, exact for a density resolved on its axis: with a = e^(−∫γ), v = τ(1 − a²),
//   μ̂(k) ← μ̂(ak) e^(−vk²/2), where μ̂(ak) = Σ_j μ_j e^(−iakω_j) Δ is the sum over the samples, not a series:
//   P_ij = (1/n) Σ_{|m| ≤ n/2} e^(−v k_m²/2) cos k_m(ω_i − aω_j), k_m = 2πm/L, the two ends m = ±n/2 with weight ½.
// Every column sums to 1 (mode 0 alone has a sum): mass to round-off. No lower limit on v: v = 0 is a pure contraction.
// No positivity. Cost to build n² (n + sines), to apply n² a line. Error: spectral. Source: docs/theory.md §4.2.

import { cos, exp, sin } from "../../base/elementary.ts";
import type { Axis } from "../../grid/axis.ts";
import { multiply } from "./propagator.ts";

/** P of that axis, for a = damping and v = variance. The axis must have an even number of cells. */
export function spectralDilation(axis: Axis, damping: number, variance: number, P: Float64Array): void {
  const { cells, centres, low, high } = axis;
  const half = cells / 2;
  // cos k(ω − aω′) = cos kω cos kaω′ + sin kω sin kaω′: two tables of (cos, sin) a mode, and their product.
  const to = new Float64Array(cells * (cells + 1));
  const from = new Float64Array(cells * (cells + 1));
  for (let m = 0; m <= half; m++) {
    const k = (2 * Math.PI * m) / (high - low);
    const weight = ((m === 0 || m === half ? 1 : 2) * exp(-0.5 * variance * k * k)) / cells;
    for (let i = 0; i < cells; i++) {
      const row = i * (cells + 1);
      const angle = k * centres[i];
      to[row + m] = weight * cos(angle);
      from[row + m] = cos(damping * angle);
      if (m === 0) continue;
      to[row + half + m] = weight * sin(angle);
      from[row + half + m] = sin(damping * angle);
    }
  }
  multiply(from, to, P, cells, cells + 1, cells);
}
