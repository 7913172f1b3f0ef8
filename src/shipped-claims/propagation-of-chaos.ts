// (E|θ_j − θ̄_j|²)^{1/2} ~ N^(−1/2): neuron j driven by μ_N beside its copy driven by the μ_t of the grid, from the same start with the
// same noise. BAOAB on both sides, so that nothing but the width is between them.

import { cited, claim } from "../claims/claim.ts";
import { coupledCopies, meanFieldLimit } from "../index.ts";
import { chaosStart, MOMENTUM, MOMENTUM_STEP, momentumGrid, momentumMotion } from "./support/tanh-chaos.ts";
import { tanhDensityTask } from "./support/tanh-density.ts";
import { type Design, designText, samplesByWidth, widthRate } from "./support/width-rate.ts";

const UNTIL = 4;

const QUICK: Design = [
  { width: 30, replicas: 1800 },
  { width: 300, replicas: 300 },
  { width: 3000, replicas: 240 },
];
const FULL: Design = [
  { width: 30, replicas: 3000 },
  { width: 300, replicas: 1000 },
  { width: 3000, replicas: 300 },
  { width: 30_000, replicas: 100 },
];

export const propagationOfChaos = claim({
  id: "propagation-of-chaos",
  statement:
    "A neuron among N under kinetic mean-field Langevin dynamics, with a smooth, bounded ψ and i.i.d. starts, stays within N^(−1/2) in root mean square of its copy that moves in the limiting field with the same start and noise.",
  source: cited("chen2023"),
  equation:
    "dω_j = −(γω_j + ∂_θΦ[μ_N](θ_j))dt + √(2γτ)dW_j, dω̄_j = −(γω̄_j + ∂_θΦ[μ_t](θ̄_j))dt + √(2γτ)dW_j: E|θ_j − θ̄_j|² ~ N^(−1).",
  experiment: `${MOMENTUM}; ${designText(QUICK)} (${designText(FULL)} in the full variant), seed 1, other draws for every width.`,
  statistic: `Slope against N, both logarithmic, of the root mean square over neurons and replicas of θ_j − θ̄_j at t = ${UNTIL}.`,
  validates: "propagation of chaos, neuron by neuron",
  predicted: { equals: -0.5 },
  within: 0.05,
  async measure({ full, progress }) {
    const course = { initial: chaosStart, until: UNTIL, step: MOMENTUM_STEP };
    const limit = await meanFieldLimit(tanhDensityTask, momentumMotion, momentumGrid, course);
    const levels = await samplesByWidth(
      full ? FULL : QUICK,
      progress,
      (width, replica) => coupledCopies(limit, { width, seed: 1, replica })[0].distance,
    );
    return widthRate({
      levels,
      statistic: "root mean square",
      pairing: "independent",
      predicted: -0.5,
      law: "N^(−1/2)",
      y: "root mean square of θ_j − θ̄_j",
      caption:
        "Neurons of wide networks move almost as if alone in the field of the limit: the distance to such copies falls with the square root of the width.",
    });
  },
});
