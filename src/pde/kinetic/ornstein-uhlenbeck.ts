// Move O: ∂_tμ = γ∇_ω·(ωμ + τ∇_ωμ) over a time whose damping is a = e^(−∫γ): every axis of ω by itself, by the method
// that the scheme and the width √v of its kernel, v = τ(1 − a²), call for:
//   spectral: dilation.ts · positive: mehler.ts where √v ≥ 1.1 Δω, else chang-cooper.ts, at τ = 0 contraction.ts.
// The propagator depends on a alone: built once for a constant friction, every time for Nesterov's.

import { log } from "../../base/elementary.ts";
import type { Grid } from "../../grid/grid.ts";
import { changCooper } from "./chang-cooper.ts";
import { Contraction } from "./contraction.ts";
import { spectralDilation } from "./dilation.ts";
import { mehler, RESOLVED } from "./mehler.ts";
import { Propagator } from "./propagator.ts";

/** The default first. */
export const KINETIC_SCHEMES = ["spectral", "positive"] as const;
export type KineticScheme = (typeof KINETIC_SCHEMES)[number];

/** How O acts on one axis. */
export type ThermostatMethod = "spectral dilation" | "Mehler kernel" | "Chang–Cooper exponential" | "remap";

/** The method for one axis of spacing Δ, and √v/Δ. */
export function thermostatMethod(
  scheme: KineticScheme,
  temperature: number,
  damping: number,
  spacing: number,
): { method: ThermostatMethod; width: number } {
  const width = Math.sqrt(temperature * (1 - damping) * (1 + damping)) / spacing;
  if (scheme === "spectral") return { method: "spectral dilation", width };
  if (temperature === 0) return { method: "remap", width };
  return { method: width >= RESOLVED ? "Mehler kernel" : "Chang–Cooper exponential", width };
}

/** O on all axes of ω. */
export class OrnsteinUhlenbeck {
  private readonly phase: Grid;
  private readonly scheme: KineticScheme;
  private readonly temperature: number;
  /** By axis of ω; a remap needs none of the matrices, and they none of the remaps. */
  private readonly propagators: Propagator[];
  private readonly contractions: Contraction[];
  private damping = 1;

  constructor(phase: Grid, scheme: KineticScheme, temperature: number) {
    const p = phase.axes.length / 2;
    const axes = Array.from({ length: p }, (_, k) => p + k);
    const remap = scheme === "positive" && temperature === 0;
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
    const variance = temperature * (1 - damping) * (1 + damping);
    for (const [k, { matrix }] of this.propagators.entries()) {
      const axis = phase.axes[p + k];
      const { method } = thermostatMethod(scheme, temperature, damping, axis.spacing);
      if (method === "spectral dilation") spectralDilation(axis, damping, variance, matrix);
      else if (method === "Mehler kernel") mehler(axis, damping, variance, matrix);
      else changCooper(axis, -log(damping), temperature, matrix);
    }
    for (const contraction of this.contractions) contraction.set(damping);
    this.damping = damping;
  }
}
