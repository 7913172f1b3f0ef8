// dH/dt = −γ∫|ω + τ∂_ω log μ|² dμ ≤ 0 along the noisy heavy ball's density, with equality on every ρ ⊗ N(0,
// τ): here at t = 0, where H starts on a plateau. Richardson's fourth-order density at every step: no rise
// that its own errors could hide in.

import { cited, claim } from "../claims/claim.ts";
import { line } from "./support/curves.ts";
import { phaseRows, TANH_PHASE } from "./support/tanh-phase.ts";

const UNTIL = 20;

/** H − H(0) by step, the largest rise in one step over the whole fall, and what rounding makes of that. */
async function courseOf(friction: number, step: number) {
  const rows = await phaseRows({ friction, order: 4, step, until: UNTIL });
  const H = rows.map(({ observables }) => observables.free_energy);
  const fall = H[0] - H[H.length - 1];
  const rise = Math.max(...H.slice(1).map((value, n) => value - H[n]));
  const size = Math.max(
    ...rows.map(
      ({ observables: { energy, kinetic, entropy } }) => energy + kinetic + 0.05 * Math.abs(entropy),
    ),
  );
  // Rounding of the sums that H is: some hundred ε of their terms.
  return {
    t: rows.map(({ t }) => t),
    H,
    fall,
    rise: rise / fall,
    rounding: (100 * Number.EPSILON * size) / fall,
  };
}

export const hamiltonianFalls = claim({
  id: "hamiltonian-falls",
  statement: "Along the density of the noisy heavy ball H = F(ρ) + ½∫|ω|²dμ + τ∫μ log μ never rises.",
  source: cited("krichene2020"),
  equation: "∂_tμ + ω∂_θμ − ∂_θΦ[ρ]∂_ωμ = γ∂_ω(ωμ + τ∂_ωμ): dH/dt = −γ∫|ω + τ∂_ω log μ|² dμ ≤ 0.",
  experiment: `${TANH_PHASE} ⊗ N(0, τ), to t = ${UNTIL}; γ = 0.3, 1, 3; 128 × 80 cells, scheme spectral, order 4, h = 0.1 (and 0.05 in the full variant).`,
  statistic: "The largest change of H in one step, of all steps and frictions, over the whole fall of H.",
  validates: "the Lyapunov functional of the kinetic equation and the scheme for phase space",
  predicted: { atMost: 1e-12 },
  within: 1e-12,
  async measure({ full, progress }) {
    const frictions = [0.3, 1, 3];
    const steps = full ? [0.1, 0.05] : [0.1];
    let [worst, rounding] = [Number.NEGATIVE_INFINITY, 0];
    const curves = [];
    for (const [i, friction] of frictions.entries()) {
      for (const [j, step] of steps.entries()) {
        const course = await courseOf(friction, step);
        worst = Math.max(worst, course.rise);
        rounding = Math.max(rounding, course.rounding);
        progress((i + (j + 1) / steps.length) / frictions.length);
        if (j > 0) continue;
        curves.push(line(`γ = ${friction}`, course.t, (t, n) => [t, course.H[n]]));
      }
    }
    return {
      measured: worst,
      error: rounding,
      figure: {
        x: { label: "t" },
        y: { label: "H" },
        curves,
        caption:
          "Potential and kinetic energy may be exchanged back and forth, but together with the entropy they only fall, whatever the friction.",
      },
    };
  },
});
