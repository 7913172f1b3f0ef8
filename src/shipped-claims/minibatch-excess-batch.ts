// Stochastic gradient descent with batches of B drawn with replacement: the variance of the gradient is σ²/B,
// and so the excess loss at rest ησ²/(2B(2 − ηa)) is proportional to 1/B exactly. See support/minibatch.ts.

import { cited, claim } from "../claims/claim.ts";
import { exactExcess, excessEvidence, MINIBATCH_EXPERIMENT, restingExcess } from "./support/minibatch.ts";
import { fittedPower } from "./support/power-fit.ts";

const SIZES = [1, 2, 4, 8, 16];
/** ηa */
const SHARE = 0.02;

export const minibatchExcessBatch = claim({
  id: "minibatch-excess-batch",
  statement:
    "To leading order stochastic gradient descent with batches of B rests at an excess loss proportional to 1/B.",
  source: cited("suzuki2023"),
  equation: "θ_{n+1} = θ_n − η∇Φ_B[μ_N](θ_n): E F − F* → ησ²/(2B(2 − ηa)), σ²/B the variance of ∇Φ_B.",
  experiment: `${MINIBATCH_EXPERIMENT}; B = 1, 2, 4, 8, 16, ηa = ${SHARE}, 45 replicas (200 in the full variant), seed 1.`,
  statistic: "Slope of log(mean over 80/a of F − F*) against log B.",
  validates: "the drawing of batches and their weights",
  predicted: { equals: -1 },
  within: 0.05,
  async measure({ full, progress }) {
    const replicas = full ? 200 : 45;
    const levels = [];
    for (const [i, size] of SIZES.entries()) {
      const samples: number[] = [];
      for (let replica = 0; replica < replicas; replica++) {
        // Replicas of their own at every size: batches share nothing.
        samples.push(await restingExcess(SHARE, size, i * 1000 + replica));
        progress((i + (replica + 1) / replicas) / SIZES.length);
      }
      levels.push({ x: size, samples });
    }
    return excessEvidence({
      fit: fittedPower(levels, { limit: "infinity", statistic: "mean", pairing: "independent" }),
      x: "B",
      exact: SIZES.map((size) => [size, exactExcess(SHARE, size)] as const),
      caption: "Batches of twice the size end half as far above the least loss.",
    });
  },
});
