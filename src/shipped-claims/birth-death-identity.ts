// Gradient flow with births and deaths, + κμ(∫Φ dμ − Φ): dF/dt = −∫|∇Φ|² dμ − κ Var_μ Φ. For N neurons that
// jump at random F closes this balance in the mean only, to O(h) of the splitting and O(1/N) of the
// fluctuations: with 1/N ∝ h both go at once by extrapolation.

import { cited, claim } from "../claims/claim.ts";
import { birthDeath, data, evolve, gaussian, particles, problem } from "../index.ts";
import { meanWithInterval } from "../statistics/interval.ts";
import { dashed, dots } from "./support/curves.ts";
import { TANH } from "./support/neurons.ts";

const RATE = 4;
const X = [-3, -2.2, -1.1, -0.4, 0.6, 1.3, 2.1, 2.9];

const task = problem({ data: data.fromArrays(X, X.map(Math.sin)), neuron: TANH, regulariser: { l2: 0.1 } });

/** (h, N), both errors halved from one to the next. */
const LEVELS = [
  { step: 0.05, width: 100 },
  { step: 0.025, width: 200 },
  { step: 0.0125, width: 400 },
] as const;
/** Richardson's weights: of the values at two levels, and at three. */
const WEIGHTS = { two: [-1, 2], three: [1 / 3, -2, 8 / 3] } as const;
/**
 * Left of second order, relative to the fall: 3e-4 of h² (measured on weighted nodes in the place of
 * neurons), as much for N⁻².
 */
const REMAINDER = 1e-3;

/** F(1) − F(0) + ∫ dissipation, and F(0) − F(1), of one replica (seed 1). */
async function balanceOf({ step, width }: { step: number; width: number }, replica: number) {
  const course = { initial: gaussian({ mean: [-0.5], std: [1] }), until: 1, step, record: 1 };
  const { rows } = await evolve(
    task,
    birthDeath({ rate: RATE }),
    particles({ width, seed: 1, replica }),
    course,
  );
  const [first, last] = rows.map(({ observables }) => observables);
  return { defect: last.identity_defect, fall: first.energy - last.energy };
}

export const birthDeathIdentity = claim({
  id: "birth-death-identity",
  statement:
    "Under gradient flow with births and deaths the energy falls in the mean at the rate ∫|∇Φ|² dμ + κ Var_μ Φ, as h → 0 and N → ∞.",
  source: cited("rotskoff2019"),
  equation:
    "∂_tμ = ∇·(μ∇Φ) + κμ(∫Φ dμ − Φ): dF/dt = −∫|∇Φ|² dμ − κ Var_μ Φ; N neurons: E[F(t) − F(0) + ∫₀ᵗ …] = O(h) + O(1/N).",
  experiment: `ψ = tanh(θx) on 8 points of sin, V = 0.05 θ², κ = ${RATE}, θ ~ N(−½, 1), to t = 1; (h, N) = (1/20, 100), (1/40, 200), 900 replicas (and (1/80, 400), 1200 replicas in the full variant), seed 1.`,
  statistic:
    "Mean over replicas of F(1) − F(0) + ∫ dissipation over the mean fall of F, extrapolated to h = 1/N = 0 within each replica; Student's interval, and 10⁻³ for what is left of second order.",
  validates: "the rates of births and deaths, and that N stays the same without moving the mean",
  predicted: { equals: 0 },
  within: 0.03,
  async measure({ full, progress }) {
    const levels = full ? LEVELS : LEVELS.slice(0, 2);
    const weights: readonly number[] = full ? WEIGHTS.three : WEIGHTS.two;
    const replicas = full ? 1200 : 900;
    const defects = levels.map(() => [] as number[]);
    let fall = 0;
    for (let replica = 0; replica < replicas; replica++) {
      for (const [i, level] of levels.entries()) {
        // Replicas of their own at every level.
        const balance = await balanceOf(level, i * 10_000 + replica);
        defects[i].push(balance.defect);
        if (i === levels.length - 1) fall += balance.fall / replicas;
      }
      progress((replica + 1) / replicas);
    }
    const samples = Array.from(
      { length: replicas },
      (_, replica) => weights.reduce((sum, weight, i) => sum + weight * defects[i][replica], 0) / fall,
    );
    const shown = (values: readonly number[], level = 0.95) => {
      const { mean, interval } = meanWithInterval(values, level);
      const [low, high] = interval!;
      return { mean, low, high };
    };
    const limit = shown(samples);
    return {
      measured: limit.mean,
      interval(level) {
        const { low, high } = shown(samples, level);
        return [low - REMAINDER, high + REMAINDER];
      },
      figure: {
        x: { label: "h = 5/N" },
        y: { label: "what is missing from the balance, over the fall of F" },
        curves: [
          dots("measured, 95 %", levels, ({ step }, i) => {
            const { mean, low, high } = shown(defects[i].map((defect) => defect / fall));
            return [step, mean, low, high];
          }),
          dots("extrapolated to h = 1/N = 0", [[0, limit.mean, limit.low, limit.high]]),
          dashed("predicted", [
            [0, 0],
            [LEVELS[0].step, 0],
          ]),
        ],
        caption:
          "What neurons lose by moving downhill and by being replaced adds up to what the energy loses, on the average over chance.",
      },
    };
  },
});
