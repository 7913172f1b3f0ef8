// H(t) − H(0) = −∫₀ᵗ γ∫|ω + τ∂_ω log μ|² dμ ds for the equation; under ABOBA with step h both sides are those
// of a density that errs by O(h²), and so does their difference. In space the density is resolved to
// round-off.

import { cited } from "../claims/claim.ts";
import { orderClaim } from "./support/order-claim.ts";
import { phaseRows, TANH_PHASE } from "./support/tanh-phase.ts";

const UNTIL = 4;
const FRICTION = 1;

export const hamiltonianIdentityOrder = orderClaim({
  id: "hamiltonian-identity-order",
  statement:
    "The fall of H along the noisy heavy ball's density is the dissipation that theory gives: under ABOBA to order 2 in the step.",
  source: cited("krichene2020"),
  equation: "H(μ_t) − H(μ_0) + γ∫₀ᵗ∫|ω + τ∂_ω log μ|² dμ ds = 0; with step h = Ch² + O(h⁴).",
  experiment: `${TANH_PHASE} ⊗ N(0, τ), to t = ${UNTIL}; γ = ${FRICTION}; 128 × 80 cells, scheme spectral, word ABOBA, h = 0.2 … 0.025 (0.00625 in the full variant).`,
  statistic:
    "Order in h of |H(t) − H(0) + ∫ dissipation|/|H(t) − H(0)| at t = 4, the integral by a rule of order 4.",
  validates: "the dissipation of H in phase space, and its balance",
  order: 2,
  within: 0.05,
  quick: [5, 40],
  full: [5, 160],
  y: "relative residual of the balance of H at t = 4",
  caption: "Half the step leaves a quarter of the difference between what H lost and what was dissipated.",
  errors: () => ({
    async of(step) {
      const rows = await phaseRows({ friction: FRICTION, order: 2, step, until: UNTIL });
      return rows[rows.length - 1].observables.identity_residual;
    },
    // Tails of 1e-10 that the cells cut off.
    floor: () => 1e-9,
  }),
});
