// Nesterov's iteration, momentum (k − 1)/(k + 2), on a mode of stiffness λ: z² − (1 − sλ)(1 + β_k)z + (1 −
// sλ)β_k has |z|² = (1 − sλ)β_k, and the product of β_k = 1 − r/k + … is k^(−r): |e_k|² ~ (1 − sλ)^k k^(−r),
// r = 3. At fixed s the decay is exponential in the end.

import { slopeOf } from "../base/slope.ts";
import { cited, claim } from "../claims/claim.ts";
import { kinetic } from "../index.ts";
import { dashed, dots } from "./support/curves.ts";
import { MODE_WIDTH, modeOrbit, STIFFNESS } from "./support/linear-network.ts";

/** sλ of the mode. */
const LEVEL = 1e-4;

export const nesterovExponent = claim({
  id: "nesterov-exponent",
  statement:
    "On a mode of stiffness λ Nesterov's iteration with momentum (k − 1)/(k + 2) has |e_k|² ~ (1 − sλ)^k k^(−3).",
  source: cited("su2016"),
  equation:
    "e_{k+1} = (1 − sλ)(e_k + β_k(e_k − e_{k−1})), β_k = (k − 1)/(k + 2): |e_k|² ~ (1 − sλ)^k k^(−3) for k ≫ 3/√(sλ).",
  experiment: `${MODE_WIDTH} neurons ψ = θx, stiffness ${STIFFNESS} of their mean, sλ = 10⁻⁴; 20000 steps (100000 in the full variant), seed 1.`,
  statistic:
    "Exponent −d log/d log k of the local maxima of |e_k|²/(1 − sλ)^k, e_k = ⟨θ_k⟩ − θ*, by least squares over the last factor 4 of k.",
  validates: "Nesterov's iteration and its momentum, and that its power law is a statement about small steps",
  predicted: { equals: 3 },
  within: 0.01,
  async measure({ full, progress }) {
    const count = full ? 100_000 : 20_000;
    const { e } = await modeOrbit({
      dynamics: kinetic({ friction: { nesterov: 3 } }),
      integrator: "nesterov-iteration",
      h: Math.sqrt(LEVEL / STIFFNESS),
      count,
    });
    progress(0.8);
    const scaled = e.map((value, i) => value * value * Math.exp(-i * Math.log1p(-LEVEL)));
    const peaks = [...scaled.keys()].filter(
      (i) => i > 0 && i < count && scaled[i] >= scaled[i - 1] && scaled[i] > scaled[i + 1],
    );
    const exponentFrom = (first: number) => {
      const used = peaks.filter((i) => i >= first);
      const values = used.map((i) => scaled[i]);
      return -slopeOf(used, values);
    };
    const exponent = exponentFrom(count / 4);
    // A correction of relative size 1/k: 3.5 times the change when half of log k goes.
    const remainder = 4 * Math.abs(exponent - exponentFrom(count / 2));
    // A maximum between two whole k is missed by (√(sλ)/2)² at most.
    const discrete = LEVEL / 4 / Math.log(4);
    const last = peaks[peaks.length - 1];
    progress(1);
    return {
      measured: exponent,
      error: remainder + discrete,
      figure: {
        x: { label: "k", log: true },
        y: { label: "|e|²/(1 − sλ)^k at its maxima", log: true },
        curves: [
          dots("measured", peaks, (i) => [i, scaled[i]]),
          dashed("k^(−3)", peaks, (i) => [i, scaled[last] * (i / last) ** -3]),
        ],
        caption:
          "Besides the exponential decay that every fixed step gives, the error of Nesterov's iteration falls like the third power of the number of steps.",
      },
    };
  },
});
