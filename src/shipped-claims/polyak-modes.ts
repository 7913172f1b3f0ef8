// Polyak's iteration on a mode of stiffness λ: the roots of z² − (1 + β − sλ)z + β. Where (1 − √β)² < sλ < (1
// + √β)² they are complex of modulus √β, so |e_k|² ~ β^k whatever s and λ: half −log β per step, not (1 −
// β)/2 as its differential equation has it. For e_k = ρ^k cos(kφ + α): e_k² − e_{k−1}e_{k+1} = ρ^(2k) sin²φ.

import { cited, claim } from "../claims/claim.ts";
import { kinetic } from "../index.ts";
import { fromPolyak } from "../particles/momentum.ts";
import { dashed, dots, line, span } from "./support/curves.ts";
import { MODE_WIDTH, modeOrbit, STIFFNESS } from "./support/linear-network.ts";

/** Where s(1 + λ) lies in the window, 0 to 1. */
const PLACES = [0.05, 0.5, 0.95];
/** The run is followed until log |e|² has fallen by this. */
const FALL = 40;

/** Decay of |e|² per step over −log β. */
async function decayRatio(beta: number, place: number) {
  const [low, high] = [(1 - Math.sqrt(beta)) ** 2, (1 + Math.sqrt(beta)) ** 2];
  const s = (low + place * (high - low)) / STIFFNESS;
  const { friction, step: h } = fromPolyak({ beta, s });
  const count = Math.ceil(-FALL / Math.log(beta));
  const { e } = await modeOrbit({ dynamics: kinetic({ friction }), integrator: "polyak", h, count });
  const envelope = (k: number) => e[k] * e[k] - e[k - 1] * e[k + 1];
  const decay = (from: number, to: number) => Math.log(envelope(from) / envelope(to)) / (to - from);
  const [last, middle] = [count - 1, Math.round(count / 2)];
  // ⟨θ⟩, of size 1, is rounded: three values at either end.
  const rounding = (k: number) =>
    (Number.EPSILON * (2 * Math.abs(e[k]) + Math.abs(e[k - 1]) + Math.abs(e[k + 1]))) / envelope(k);
  const perStep = -Math.log(beta);
  const change = Math.abs(decay(1, middle) - decay(middle, last));
  return {
    ratio: decay(1, last) / perStep,
    error: (change + (rounding(1) + rounding(last)) / (last - 1)) / perStep,
  };
}

export const polyakModes = claim({
  id: "polyak-modes",
  statement:
    "On a mode of stiffness λ with (1 − √β)² < sλ < (1 + √β)² Polyak's iteration has |e_k|² ~ β^k, whatever s and λ.",
  source: cited("polyak1964"),
  equation: "e_{k+1} = e_k + β(e_k − e_{k−1}) − sλe_k: |z|² = β for the roots of z² − (1 + β − sλ)z + β.",
  experiment: `${MODE_WIDTH} neurons ψ = θx, stiffness ${STIFFNESS} of their mean; β = 0.3, 0.7, 0.9 (0.1 … 0.99 in the full variant), sλ at 5, 50 and 95 % of the window; until |e|² has fallen by a factor e^−${FALL}.`,
  statistic:
    "Decay per step of e_k² − e_{k−1}e_{k+1}, which is |e_k|² without its oscillation, e_k = ⟨θ_k⟩ − θ*, over −log β: of all β and sλ the ratio farthest from 1; error: what both halves of the run differ by, and rounding.",
  validates:
    "Polyak's iteration far from its differential equation, and the β and s that a friction and a step stand for",
  predicted: { equals: 1 },
  within: 1e-6,
  async measure({ full, progress }) {
    const betas = full ? [0.1, 0.3, 0.5, 0.7, 0.9, 0.99] : [0.3, 0.7, 0.9];
    let [worst, error] = [1, 0];
    const points: [number, number, number, number][] = [];
    for (const [done, beta] of betas.entries()) {
      for (const place of PLACES) {
        const decay = await decayRatio(beta, place);
        if (Math.abs(decay.ratio - 1) >= Math.abs(worst - 1)) worst = decay.ratio;
        error = Math.max(error, decay.error);
        const perStep = -Math.log(beta);
        const [value, half] = [decay.ratio * perStep, decay.error * perStep];
        points.push([beta, value, value - half, value + half]);
      }
      progress((done + 1) / betas.length);
    }
    const shown = span(betas[0], betas.at(-1)!, 50);
    return {
      measured: worst,
      error,
      figure: {
        x: { label: "β" },
        y: { label: "decay of |e|² per step" },
        curves: [
          dots("measured, three sλ", points),
          dashed("−log β", shown, (beta) => [beta, -Math.log(beta)]),
          line("1 − β, of the differential equation", shown, (beta) => [beta, 1 - beta]),
        ],
        caption:
          "Inside the window the loss falls by the factor β in each step, faster than the differential equation says, and no faster for a longer step.",
      },
    };
  },
});
