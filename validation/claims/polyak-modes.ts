// Polyak's iteration on a mode of stiffness λ: the roots of z² − (1 + β − sλ)z + β. Where (1 − √β)² < sλ < (1
// + √β)² they are complex of modulus √β, so |e_k|² ~ β^k whatever s and λ: half −log β per step, not (1 −
// β)/2 as its differential equation has it.

import { fitRate, kinetic } from "../../src/index.ts";
import { fromPolyak } from "../../src/particles/momentum.ts";
import { claim } from "../../src/study/claim.ts";
import { MODE_WIDTH, modeOrbit } from "./support/linear-network.ts";
import { POLYAK_1964 } from "./support/works.ts";

const LAMBDA = 0.3;
const STIFFNESS = 1 + LAMBDA;
/** Where s(1 + λ) lies in the window, 0 to 1. */
const PLACES = [0.05, 0.5, 0.95];
/** The run is followed until log |e|² has fallen by this. */
const FALL = 40;
/**
 * ⟨θ⟩ is rounded, relative to the last |e| = e^(−FALL/2): what that may turn the slope of log |e| by, over
 * FALL/2.
 */
const ROUNDING = (Number.EPSILON * Math.exp(FALL / 2)) / (FALL / 2);

/** Decay of |e|² per step over −log β. */
async function decayRatio(beta: number, place: number) {
  const [low, high] = [(1 - Math.sqrt(beta)) ** 2, (1 + Math.sqrt(beta)) ** 2];
  const s = (low + place * (high - low)) / STIFFNESS;
  const { friction, step: h } = fromPolyak({ beta, s });
  const count = Math.ceil(-FALL / Math.log(beta));
  const { e } = await modeOrbit({
    lambda: LAMBDA,
    dynamics: kinetic({ friction }),
    solver: { integrator: "polyak" },
    h,
    count,
  });
  const { rate, uncertainty } = fitRate(
    e.map((_, k) => k),
    e,
    { floor: 1e-15 * Math.abs(e[0]) },
  );
  const perStep = -Math.log(beta);
  return { ratio: (2 * rate) / perStep, error: (2 * uncertainty) / perStep };
}

export const polyakModes = claim({
  id: "polyak-modes",
  statement:
    "On a mode of stiffness λ with (1 − √β)² < sλ < (1 + √β)² Polyak's iteration has |e_k|² ~ β^k, whatever s and λ.",
  source: POLYAK_1964,
  equation: "e_{k+1} = e_k + β(e_k − e_{k−1}) − sλe_k: |z|² = β for the roots of z² − (1 + β − sλ)z + β.",
  experiment: `${MODE_WIDTH} neurons ψ = θx, stiffness ${STIFFNESS} of their mean; β = 0.3, 0.7, 0.9 (0.1 … 0.99 in the full variant), sλ at 5, 50 and 95 % of the window; until |e|² has fallen by a factor e^−${FALL}.`,
  statistic:
    "Decay of |e_k|² per step, e_k = ⟨θ_k⟩ − θ*, by linear prediction, over −log β: of all β and sλ the ratio farthest from 1.",
  validates:
    "Polyak's iteration far from its differential equation, and the β and s that a friction and a step stand for",
  predicted: { equals: 1 },
  within: 1e-6,
  async measure({ full, progress }) {
    const betas = full ? [0.1, 0.3, 0.5, 0.7, 0.9, 0.99] : [0.3, 0.7, 0.9];
    let [worst, error] = [1, ROUNDING];
    const points: [number, number, number, number][] = [];
    for (const [done, beta] of betas.entries()) {
      for (const place of PLACES) {
        const found = await decayRatio(beta, place);
        if (Math.abs(found.ratio - 1) >= Math.abs(worst - 1)) worst = found.ratio;
        error = Math.max(error, found.error);
        const perStep = -Math.log(beta);
        const [value, half] = [found.ratio * perStep, found.error * perStep];
        points.push([beta, value, value - half, value + half]);
      }
      progress((done + 1) / betas.length);
    }
    const curve = (of: (beta: number) => number) =>
      Array.from({ length: 50 }, (_, i) => {
        const beta = betas[0] + ((betas[betas.length - 1] - betas[0]) * i) / 49;
        return [beta, of(beta)] as const;
      });
    return {
      measured: worst,
      error,
      figure: {
        x: { label: "β" },
        y: { label: "decay of |e|² per step" },
        curves: [
          { label: "measured, three sλ", style: "points", points },
          { label: "−log β", style: "dashed", points: curve((beta) => -Math.log(beta)) },
          { label: "1 − β, of the differential equation", style: "line", points: curve((beta) => 1 - beta) },
        ],
        caption:
          "Inside the window the loss falls by the factor β in each step, faster than the differential equation says, and no faster for a longer step.",
      },
    };
  },
});
