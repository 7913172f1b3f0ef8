// ‖μ_{h,Δ} − N(m(t), A(t))‖_{L¹} = O(h + Δ²): backward Euler with Φ at the new time, against the linear neuron's exact law.

import { cited, claim } from "../claims/claim.ts";
import { LINEAR_LANGEVIN, linearLangevinErrors } from "./support/linear-langevin.ts";
import { orderEvidence } from "./support/order-evidence.ts";

export const implicitOrder = claim({
  id: "implicit-order",
  statement:
    "On the Gaussian solution of mean-field Langevin dynamics of a linear neuron, backward Euler with Φ at the new time converges in L¹ with order 1.",
  source: cited("chang1970"),
  equation:
    "(μ⁺ − μ)/h = ∂_θ(μ⁺ ∂_θΦ[μ⁺] + τ∂_θμ⁺), Φ = (s m − c)θ + λθ²/2, m = ∫θ dμ, against μ_t = N(m, A), ṁ = −(s+λ)m + c, Ȧ = −2λA + 2τ.",
  experiment: `${LINEAR_LANGEVIN}; h = 1/24, 1/48, …, 1/384 (1/16 … 1/1024 in the full variant).`,
  statistic: "Order of the last refinement of ∫|μ − N(m, A)|, averages over cells, at t = 1.",
  validates: "the unconditionally decreasing scheme for densities, and how accurate its transients are",
  predicted: { equals: 1 },
  within: 0.02,
  async measure({ full, progress }) {
    const counts = full ? [16, 32, 64, 128, 256, 512, 1024] : [24, 48, 96, 192, 384];
    return orderEvidence({
      errors: await linearLangevinErrors("implicit", counts, progress),
      predicted: 1,
      x: "h",
      y: "∫|μ − N(m, A)|",
      caption: "Half the step leaves half the error.",
    });
  },
});
