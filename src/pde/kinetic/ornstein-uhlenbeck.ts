// Move O: ∂_tμ = γ∇_ω·(ωμ + τ∇_ωμ) over a time whose damping is a = e^(−∫γ): every axis of ω by itself, as the scheme has it.
// The propagator depends on a alone: built once for a constant friction, every time for Nesterov's.

import type { Grid } from "../../grid/grid.ts";
import { Contraction } from "./contraction.ts";
import { Propagator } from "./propagator.ts";
import type { KineticRecord } from "./scheme.ts";

/** O on all axes of ω. */
export class OrnsteinUhlenbeck {
  private readonly phase: Grid;
  private readonly scheme: KineticRecord;
  private readonly temperature: number;
  /** By axis of ω; a remap needs none of the matrices, and they none of the remaps. */
  private readonly propagators: Propagator[];
  private readonly contractions: Contraction[];
  private damping = 1;

  constructor(phase: Grid, scheme: KineticRecord, temperature: number) {
    const p = phase.axes.length / 2;
    const axes = Array.from({ length: p }, (_, k) => p + k);
    const remap = scheme.remaps(temperature);
    this.phase = phase;
    this.scheme = scheme;
    this.temperature = temperature;
    this.propagators = remap ? [] : axes.map((axis) => new Propagator(phase, axis));
    this.contractions = remap ? axes.map((axis) => new Contraction(phase, axis)) : [];
  }

  apply(values: Float64Array, damping: number): void {
    if (damping === 1) return;
    if (damping !== this.damping) this.build(damping);
    for (const propagator of this.propagators) propagator.apply(values);
    for (const contraction of this.contractions) contraction.apply(values);
  }

  private build(damping: number): void {
    const { phase, scheme, temperature } = this;
    const p = phase.axes.length / 2;
    for (const [k, { matrix }] of this.propagators.entries()) {
      scheme.propagator(phase.axes[p + k]!, damping, temperature, matrix);
    }
    for (const contraction of this.contractions) contraction.set(damping);
    this.damping = damping;
  }
}
