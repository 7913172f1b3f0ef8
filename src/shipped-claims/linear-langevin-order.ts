// ‖μ_{h,Δ} − N(m(t), A(t))‖_{L¹} = O(h² + Δ²): the second-order scheme for densities against the linear neuron's exact law.

import { cited, claim } from "../claims/claim.ts";
import { LINEAR_LANGEVIN, linearLangevinErrors } from "./support/linear-langevin.ts";
import { orderEvidence } from "./support/order-evidence.ts";

export const linearLangevinOrder = claim({
  id: "linear-langevin-order",
  statement:
    "On the Gaussian solution of mean-field Langevin dynamics of a linear neuron, the second-order grid scheme converges in L¹ with order 2.",
  source: cited("alexander1977"),
  equation:
    "∂_tμ = ∂_θ(μ ∂_θΦ + τ∂_θμ), Φ = (s m − c)θ + λθ²/2, m = ∫θ dμ: μ_t = N(m, A) with ṁ = −(s+λ)m + c, Ȧ = −2λA + 2τ.",
  experiment: `${LINEAR_LANGEVIN}; h = 1/16, 1/32, …, 1/128 (1/512 in the full variant).`,
  statistic: "Order of the last refinement of ∫|μ − N(m, A)|, averages over cells, at t = 1.",
  validates: "the densities of first-order dynamics as a reference in transients, in time and in space",
  predicted: { equals: 2 },
  within: 0.02,
  async measure({ full, progress }) {
    const counts = full ? [16, 32, 64, 128, 256, 512] : [16, 32, 64, 128];
    return orderEvidence({
      errors: await linearLangevinErrors("second-order", counts, progress),
      predicted: 2,
      x: "h",
      y: "∫|μ − N(m, A)|",
      caption: "Half the step and half the cell leave a quarter of the error.",
    });
  },
});
