// O by Mehler's kernel: P_ij ∝ exp(−(ω_i − aω_j)²/2v), a = e^(−∫γ), v = τ(1 − a²), each column normalised to 1.
// ≥ 0 exactly, mass to round-off, walls closed to flux. The sums over cells are spectrally accurate once the kernel is
// wide enough: error 2e^(−2π²v/Δ²) a step, 9e-11 at √v = 1.1 Δ, below which it must not be used. Source: docs/theory.md §4.2.

import { exp } from "../../base/elementary.ts";
import type { Axis } from "../../grid/axis.ts";

/** √v/Δ from which on the kernel is resolved. */
export const RESOLVED = 1.1;

/** P of that axis, for a = damping and v = variance > 0. */
export function mehler({ cells, centres }: Axis, damping: number, variance: number, P: Float64Array): void {
  for (let j = 0; j < cells; j++) {
    const centre = damping * centres[j];
    let total = 0;
    for (let i = 0; i < cells; i++) {
      const off = centres[i] - centre;
      const value = exp((-0.5 * off * off) / variance);
      P[i * cells + j] = value;
      total += value;
    }
    for (let i = 0; i < cells; i++) P[i * cells + j] /= total;
  }
}
