// Move O: ∂_tμ = γ∇_ω·(ωμ + τ∇_ωμ) over a time whose damping is a = e^(−∫γ): every axis of ω by itself, as the scheme has it.
// The propagator depends on a alone: built once for a constant friction, every time for Nesterov's.

import type { Grid } from "../../grid/grid.ts";
import { contractionAlong } from "./contraction.ts";
import { propagatorAlong } from "./propagator.ts";
import type { KineticRecord } from "./scheme.ts";

/** O on all axes of ω. */
export function ornsteinUhlenbeck(phase: Grid, scheme: KineticRecord, temperature: number) {
  const p = phase.axes.length / 2;
  const axes = Array.from({ length: p }, (_, k) => p + k);
  const remap = scheme.remaps(temperature);
  /** By axis of ω; a remap needs none of the matrices, and they none of the remaps. */
  const propagators = remap ? [] : axes.map((axis) => propagatorAlong(phase, axis));
  const contractions = remap ? axes.map((axis) => contractionAlong(phase, axis)) : [];
  /** The damping that they are built for. */
  let current = 1;

  function build(damping: number): void {
    for (const [k, { matrix }] of propagators.entries()) {
      scheme.propagator(phase.axes[p + k]!, damping, temperature, matrix);
    }
    for (const contraction of contractions) contraction.set(damping);
    current = damping;
  }

  return {
    apply(values: Float64Array, damping: number): void {
      if (damping === 1) return;
      if (damping !== current) build(damping);
      for (const propagator of propagators) propagator.apply(values);
      for (const contraction of contractions) contraction.apply(values);
    },
  };
}
