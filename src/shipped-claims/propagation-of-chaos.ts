// (E|θ_j − θ̄_j|²)^{1/2} ~ N^(−1/2): neuron j driven by μ_N beside its copy driven by the μ_t of the grid, from the same start with the
// same noise. BAOAB on both sides, so that nothing but the width is between them.

import { cited } from "../claims/claim.ts";
import { coupledCopies } from "../index.ts";
import { MOMENTUM, momentumLimit } from "./support/tanh-chaos.ts";
import { widthRate } from "./support/width-rate.ts";

const UNTIL = 4;

export const propagationOfChaos = widthRate({
  id: "propagation-of-chaos",
  statement:
    "A neuron among N under kinetic mean-field Langevin dynamics, with a smooth, bounded ψ and i.i.d. starts, stays within N^(−1/2) in root mean square of its copy that moves in the limiting field with the same start and noise.",
  source: cited("chen2023"),
  equation:
    "dω_j = −(γω_j + ∂_θΦ[μ_N](θ_j))dt + √(2γτ)dW_j, dω̄_j = −(γω̄_j + ∂_θΦ[μ_t](θ̄_j))dt + √(2γτ)dW_j: E|θ_j − θ̄_j|² ~ N^(−1).",
  experiment: (quick, full) =>
    `${MOMENTUM}; ${quick} (${full} in the full variant), seed 1, other draws for every width.`,
  statistic: `Slope against N, both logarithmic, of the root mean square over neurons and replicas of θ_j − θ̄_j at t = ${UNTIL}.`,
  validates: "propagation of chaos, neuron by neuron",
  exponent: -0.5,
  law: "N^(−1/2)",
  of: "root mean square",
  quick: { 30: 1800, 300: 300, 3000: 240 },
  full: { 30: 3000, 300: 1000, 3000: 300, 30000: 100 },
  y: "root mean square of θ_j − θ̄_j",
  caption:
    "Neurons of wide networks move almost as if alone in the field of the limit: the distance to such copies falls with the square root of the width.",
  async prepare() {
    const limit = await momentumLimit(UNTIL);
    return { sample: (width, replica) => coupledCopies(limit, { width, seed: 1, replica })[0].distance };
  },
});
