// Stochastic gradient descent with step η: the noise of a batch's gradient, of variance σ²/B, is fed at η² a
// step and forgotten at 2aη: the excess loss rests at ησ²/4B (1 + ηa/2 + …), proportional to η. See
// support/minibatch.ts.

import { cited, claim } from "../claims/claim.ts";
import {
  CURVATURE,
  exactExcess,
  excessEvidence,
  MINIBATCH_EXPERIMENT,
  restingExcess,
} from "./support/minibatch.ts";
import { fittedPower } from "./support/power-fit.ts";

/** ηa, and replicas: most where they cost least. */
const QUICK = [
  { share: 0.04, replicas: 420 },
  { share: 0.02, replicas: 160 },
  { share: 0.01, replicas: 100 },
  { share: 0.005, replicas: 75 },
];
const FULL = [0.04, 0.02, 0.01, 0.005, 0.0025].map((share) => ({ share, replicas: 200 }));

export const minibatchExcess = claim({
  id: "minibatch-excess",
  statement:
    "To leading order stochastic gradient descent with step η rests at an excess loss proportional to η.",
  source: cited("suzuki2023"),
  equation:
    "θ_{n+1} = θ_n − η∇Φ_B[μ_N](θ_n): E F − F* → ησ²/(2B(2 − ηa)) = ησ²/4B + O(η²), σ²/B the variance of ∇Φ_B.",
  experiment: `${MINIBATCH_EXPERIMENT}, B = 1; ηa = 0.04, 0.02, 0.01, 0.005 with ${QUICK.map(({ replicas }) => replicas).join(", ")} replicas (to 0.0025, 200 replicas each in the full variant), seed 1.`,
  statistic:
    "Slope of log(mean over 80/a of F − F*) against log η; what 2 − ηa adds to it is added to the interval.",
  validates: "the noise of batches, and how it grows with the step",
  predicted: { equals: 1 },
  within: 0.05,
  async measure({ full, progress }) {
    const design = full ? FULL : QUICK;
    const total = design.reduce((sum, { share, replicas }) => sum + replicas / share, 0);
    const levels = [];
    let done = 0;
    for (const [i, { share, replicas }] of design.entries()) {
      const samples: number[] = [];
      for (let replica = 0; replica < replicas; replica++) {
        // Replicas of their own at every step: batches share nothing.
        samples.push(await restingExcess(share, 1, i * 1000 + replica));
        done += 1 / share;
        progress(done / total);
      }
      levels.push({ x: share / CURVATURE, samples });
    }
    const shares = design.map(({ share }) => share);
    const fit = fittedPower(levels, { limit: "zero", statistic: "mean", pairing: "independent" });
    // −log(1 − ηa/2) between the two coarsest levels: the steepest it is.
    const bias = Math.log((1 - shares[1] / 2) / (1 - shares[0] / 2)) / Math.log(shares[0] / shares[1]);
    return {
      ...excessEvidence({
        fit,
        x: "η",
        exact: shares.map((share) => [share / CURVATURE, exactExcess(share, 1)] as const),
        caption: "With half the step, gradient descent on batches ends half as far above the least loss.",
      }),
      interval(level) {
        const [low, high] = fit.interval(level);
        return [low - bias, high];
      },
      notes: [`The factor 2 − ηa makes the slope over these steps at most ${bias.toFixed(3)} more than 1.`],
    };
  },
});
