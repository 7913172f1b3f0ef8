// Strong duality (docs/theory.md §3.6; Nitanda, Wu, Suzuki 2022), ℓ convex, no W, with g_i = q_i ∂ℓ(c_i, y_i) at the numbers c of μ:
//   D(g) = −R*(g) − τ log Z,  R*(g) = Σ q_i ℓ*(g_i/q_i),  Z = ∫e^(−Φ/τ),  μ̂ = e^(−Φ/τ)/Z,
//   E_τ(μ) − D(g) = τ KL(μ ‖ μ̂) ≥ E_τ(μ) − E_τ(μ*):  every density bounds its own distance to the optimum, on its grid.

import { exp, log } from "../../base/elementary.ts";
import { inputError } from "../../base/errors.ts";
import { checkpoint } from "../../base/interrupt.ts";
import { Sum } from "../../base/sum.ts";
import { leastCell, noiseOf } from "../../grid/density.ts";
import type { Grid } from "../../grid/grid.ts";
import type { Problem } from "../../problem/problem.ts";
import type { GridField } from "../field/field.ts";
import { logMaxwellian } from "../field/phase.ts";
import { divergenceOf } from "./divergence.ts";

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

export type Certifier = ReturnType<typeof certifierOf>;

/**
 * Certificates of one field: all its memory is taken here. One costs a potential, and a log and an exp per cell.
 * Errors (input): a problem with W.
 */
export function certifierOf(field: GridField) {
  const { problem, grid } = field;
  if (!certifiable(problem)) {
    throw inputError(
      "problem.interaction",
      "the duality gap needs a problem without W; found one. Leave out the interaction, or the certificate",
    );
  }
  const phi = new Float64Array(grid.size);

  /** Φ and its minimum; log Z; D(g). */
  function prepare(z: Float64Array, temperature: number) {
    field.potential(z, phi);
    const least = leastCell(phi);
    const logPartition = temperature > 0 ? logPartitionOf(phi, least, temperature, grid.volume) : Number.NaN;
    const dual = (temperature > 0 ? -temperature * logPartition : least) - conjugateRiskAt(problem, z);
    return { least, logPartition, dual };
  }

  return {
    /**
     * The certificate of a density of mass 1 with numbers z. For μ ≥ 0 the gap is ≥ 0 whatever the round-off; a cell with
     * μ < 0 carries no entropy, as in the free energy, so that free energy − dual = gap holds there too. `temperature`:
     * default the problem's; `noise`: what the density is known to, default exactly.
     */
    certify(
      density: Float64Array,
      z: Float64Array,
      temperature: number = problem.temperature,
      noise = 0,
    ): Certificate {
      const { least, logPartition, dual } = prepare(z, temperature);
      checkpoint();
      if (temperature === 0) {
        const excess = new Sum();
        for (let i = 0; i < phi.length; i++) excess.add((phi[i] - least) * density[i]);
        return { dual, gap: grid.volume * excess.value(), logPartition };
      }
      toLogGibbs(phi, least, temperature, logPartition);
      const reference = { theta: phi, omega: Float64Array.of(0) };
      const divergence = divergenceOf(density, reference, { volume: grid.volume, noise });
      return { dual, gap: temperature * divergence, logPartition };
    },
    /**
     * τ KL(μ ‖ μ̂ ⊗ N(0, τI)) ≥ H(μ) − H* of a density of phase space over the field's cells of θ, whose marginal has numbers z: H(μ) − D(g)
     * less the least that ½∫|ω|² + τ∫log of any law of ω on those cells can be. τ > 0.
     */
    hamiltonianGap(phase: Grid, density: Float64Array, z: Float64Array): number {
      const { temperature } = problem;
      const { least, logPartition } = prepare(z, temperature);
      toLogGibbs(phi, least, temperature, logPartition);
      const reference = { theta: phi, omega: logMaxwellian(phase, temperature) };
      return (
        temperature * divergenceOf(density, reference, { volume: phase.volume, noise: noiseOf(density) })
      );
    },
    /** D(g) from the numbers z alone: for a μ without density. */
    dual: (z: Float64Array) => prepare(z, problem.temperature).dual,
  };
}

/** R*(κg) = Σ q_i ℓ*(κg_i/q_i) at g_i = q_i ∂ℓ(c_i, y_i), the outputs c first in z. */
export function conjugateRiskAt({ data, loss }: Problem, z: Float64Array, scale = 1): number {
  const total = new Sum();
  for (let i = 0; i < data.size; i++) {
    if (data.weight[i] === 0) continue;
    total.add(data.weight[i] * loss.conjugate(scale * loss.slope(z[i], data.y[i]), data.y[i]));
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
  checkpoint();
  const total = new Sum();
  for (let i = 0; i < phi.length; i++) total.add(exp((least - phi[i]) / temperature));
  return log(volume * total.value()) - least / temperature;
}

/** Φ at the cells becomes log μ̂ = −Φ/τ − log Z, which does not underflow as μ̂ may. */
export function toLogGibbs(
  phi: Float64Array,
  least: number,
  temperature: number,
  logPartition: number,
): void {
  const shift = logPartition + least / temperature;
  for (let i = 0; i < phi.length; i++) phi[i] = (least - phi[i]) / temperature - shift;
}
