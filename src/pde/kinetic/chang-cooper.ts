// O as e^(sL), s = ∫γ, L the finite-volume generator of ∂_ω(ωμ + τ∂_ωμ) with closed walls and Chang–Cooper rates:
//   L_{i+1,i} = (τ/Δ²) B(u), L_{i,i+1} = (τ/Δ²) B(−u), u = (ω_{i+1}² − ω_i²)/2τ, B(x) = x/(eˣ − 1).
// e^(−ω²/2τ) at the centres is stationary exactly, P ≥ 0 exactly, its columns sum to 1; order 2 in Δ. Needs τ > 0.
// The exponential by uniformisation, e^(sL) = e^(−sq) Σ (sq)^k/k! (1 + L/q)^k, all terms ≥ 0, then squared: no
// cancellation anywhere. Cost to build O(n³ log(sq)). Source: Chang, Cooper, J. Comput. Phys. 6, 1970.

import { exp } from "../../base/elementary.ts";
import type { Axis } from "../../grid/axis.ts";
import { bernoulli } from "../fokker-planck/scharfetter-gummel.ts";
import { multiply } from "./propagator.ts";

/** Terms of e^x to round-off for 0 ≤ x ≤ 1: 1/19! = 8e-18. */
const TERMS = 19;

/** P of that axis after friction s = ∫γ at temperature τ > 0. */
export function changCooper(axis: Axis, s: number, temperature: number, P: Float64Array): void {
  const { cells, centres, spacing } = axis;
  const right = new Float64Array(cells);
  const left = new Float64Array(cells);
  const diffusion = temperature / (spacing * spacing);
  let most = 0;
  for (let i = 0; i + 1 < cells; i++) {
    const u = (0.5 * (centres[i + 1] + centres[i]) * spacing) / temperature;
    right[i] = diffusion * bernoulli(u);
    left[i + 1] = diffusion * bernoulli(-u);
  }
  for (let i = 0; i < cells; i++) most = Math.max(most, right[i] + left[i]);
  let squarings = 0;
  for (let size = s * most; size > 1; size /= 2) squarings += 1;
  const rate = (s * most) / 2 ** squarings;
  // Transposed until the end, so that the next power of J = 1 + L/q is three multiples of rows.
  let power = new Float64Array(cells * cells);
  for (let i = 0; i < cells; i++) power[i * cells + i] = 1;
  const total = power.slice();
  let next = new Float64Array(cells * cells);
  let factor = 1;
  for (let k = 1; k < TERMS; k++) {
    for (let j = 0; j < cells; j++) {
      const stay = (most - right[j] - left[j]) / most;
      for (let i = 0; i < cells; i++) {
        let value = stay * power[j * cells + i];
        if (j + 1 < cells) value += (right[j] / most) * power[(j + 1) * cells + i];
        if (j > 0) value += (left[j] / most) * power[(j - 1) * cells + i];
        next[j * cells + i] = value;
      }
    }
    [power, next] = [next, power];
    factor *= rate / k;
    for (let at = 0; at < total.length; at++) total[at] += factor * power[at];
  }
  const scale = exp(-rate);
  for (let at = 0; at < total.length; at++) total[at] *= scale;
  // total[j·n + i] = P_ij. Squaring the transpose: multiply(P, x, …) gives Σ_k P[i][k] x[ℓ][k].
  const direct = new Float64Array(cells * cells);
  for (let round = 0; round < squarings; round++) {
    transpose(total, direct, cells);
    multiply(direct, total, next, cells, cells, cells);
    total.set(next);
    normalise(total, cells);
  }
  normalise(total, cells);
  transpose(total, P, cells);
}

/** Every row to sum 1, so that rounding does not double with each squaring. */
function normalise(rows: Float64Array, cells: number): void {
  for (let j = 0; j < cells; j++) {
    let sum = 0;
    for (let i = 0; i < cells; i++) sum += rows[j * cells + i];
    for (let i = 0; i < cells; i++) rows[j * cells + i] /= sum;
  }
}

function transpose(from: Float64Array, to: Float64Array, cells: number): void {
  for (let i = 0; i < cells; i++) for (let j = 0; j < cells; j++) to[j * cells + i] = from[i * cells + j];
}
