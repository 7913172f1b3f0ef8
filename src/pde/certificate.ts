// Strong duality (THEORY §3.6; Nitanda, Wu, Suzuki 2022), ℓ convex, no W, with g_i = q_i ∂ℓ(c_i, y_i) at the numbers c of μ:
//   D(g) = −R*(g) − τ log Z,  R*(g) = Σ q_i ℓ*(g_i/q_i),  Z = ∫e^(−Φ/τ),  μ̂ = e^(−Φ/τ)/Z,
//   E_τ(μ) − D(g) = τ KL(μ ‖ μ̂) ≥ E_τ(μ) − E_τ(μ*):  every density bounds its own distance to the optimum, on its grid.

import { exp, log } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { divergenceTerm } from "../base/relative-entropy.ts";
import { Sum } from "../base/sum.ts";
import type { Problem } from "../problem/problem.ts";
import type { GridField } from "./field.ts";

export interface Certificate {
  /** D(g) ≤ E_τ(μ*): a lower bound on the optimum over every density of the grid. */
  readonly dual: number;
  /** τ KL(μ ‖ μ̂) = E_τ(μ) − D(g); at τ = 0 its limit ∫(Φ − min Φ) dμ. */
  readonly gap: number;
  /** log Z; NaN at τ = 0. */
  readonly logPartition: number;
}

/** True where the certificate exists: every loss here is convex, so wherever there is no W. */
export function certifiable({ interaction }: Problem): boolean {
  return interaction === null;
}

/** Certificates of one field: all its memory is taken here. One costs a potential, and a log and an exp per cell. */
export class Certifier {
  private readonly field: GridField;
  private readonly phi: Float64Array;
  private temperature = Number.NaN;
  private least = 0;

  /** Errors (input): a problem with W. */
  constructor(field: GridField) {
    if (!certifiable(field.problem)) {
      throw inputError(
        "problem.interaction",
        "the duality gap needs a problem without W; found one. Leave out the interaction, or the certificate",
      );
    }
    this.field = field;
    this.phi = new Float64Array(field.grid.size);
  }

  /**
   * The certificate of a density of mass 1 with numbers z. For μ ≥ 0 the gap is ≥ 0 whatever the round-off; a cell with
   * μ < 0 carries no entropy, as in the free energy, so that free energy − dual = gap holds there too. `temperature`:
   * default the problem's.
   */
  certify(
    density: Float64Array,
    z: Float64Array,
    temperature: number = this.field.problem.temperature,
  ): Certificate {
    const logPartition = this.prepare(z, temperature);
    const gap =
      this.temperature > 0 ? this.temperature * this.divergence(density, logPartition) : this.excess(density);
    return { dual: this.dualAt(z, logPartition), gap, logPartition };
  }

  /** D(g) from the numbers z alone: for a μ without density. */
  dual(z: Float64Array): number {
    return this.dualAt(z, this.prepare(z, this.field.problem.temperature));
  }

  /** Φ and its minimum; log Z. */
  private prepare(z: Float64Array, temperature: number): number {
    const { field, phi } = this;
    this.temperature = temperature;
    field.potential(z, phi);
    let least = phi[0];
    for (let i = 1; i < phi.length; i++) if (phi[i] < least) least = phi[i];
    this.least = least;
    return temperature > 0 ? logPartitionOf(phi, least, temperature, field.grid.volume) : Number.NaN;
  }

  private dualAt(z: Float64Array, logPartition: number): number {
    const { temperature, least, field } = this;
    return (temperature > 0 ? -temperature * logPartition : least) - conjugateRiskAt(field.problem, z);
  }

  /** KL(μ ‖ μ̂) = Σ [μ log(μ/μ̂) − μ + μ̂] |cell|: terms ≥ 0, each without cancellation near μ = μ̂. */
  private divergence(density: Float64Array, logPartition: number): number {
    const { phi, temperature, least } = this;
    // log μ̂ = (min Φ − Φ)/τ − shift: μ̂ may underflow, its logarithm does not.
    const shift = logPartition + least / temperature;
    let total = 0;
    let lost = 0;
    for (let i = 0; i < phi.length; i++) {
      const logGibbs = (least - phi[i]) / temperature - shift;
      const x = divergenceTerm(density[i], logGibbs);
      const next = total + x;
      lost += total >= Math.abs(x) ? total - next + x : x - next + total;
      total = next;
    }
    return this.field.grid.volume * (total + lost);
  }

  /** ∫(Φ − min Φ) dμ */
  private excess(density: Float64Array): number {
    const { phi, least, field } = this;
    const total = new Sum();
    for (let i = 0; i < phi.length; i++) total.add((phi[i] - least) * density[i]);
    return field.grid.volume * total.value();
  }
}

/** The certificate of one density; for many of one field, keep a Certifier. */
export function certify(field: GridField, density: Float64Array, z: Float64Array): Certificate {
  return new Certifier(field).certify(density, z);
}

/** R*(g) = Σ q_i ℓ*(g_i/q_i) at g_i = q_i ∂ℓ(c_i, y_i), the outputs c first in z. */
export function conjugateRiskAt({ data, loss }: Problem, z: Float64Array): number {
  const total = new Sum();
  for (let i = 0; i < data.size; i++) {
    if (data.weight[i] === 0) continue;
    total.add(data.weight[i] * loss.conjugate(loss.slope(z[i], data.y[i]), data.y[i]));
  }
  return total.value();
}

/** log ∫e^(−Φ/τ) from Φ at the cells and its minimum. */
export function logPartitionOf(
  phi: Float64Array,
  least: number,
  temperature: number,
  volume: number,
): number {
  const total = new Sum();
  for (let i = 0; i < phi.length; i++) total.add(exp((least - phi[i]) / temperature));
  return log(volume * total.value()) - least / temperature;
}
