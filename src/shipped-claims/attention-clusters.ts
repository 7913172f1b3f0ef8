// Without noise mode k of an even spread grows at k²a_k, a_k = I_k(β)/β, so that it falls into as many clusters as the k where that is largest:
// into three at β = 4. N neurons at equal distances, moved by ε cos kθ, are an even spread with that mode alone.

import { cited, claim } from "../claims/claim.ts";
import { evolve, gradientFlow, particles, points } from "../index.ts";
import { attentionTask, coefficient } from "./support/attention.ts";
import { dashed, dots } from "./support/curves.ts";
import { inTurn } from "./support/in-turn.ts";

const BETA = 4;
const WIDTH = 64;
const MODES = [1, 2, 3, 4];
/** Drawn beside them. */
const SHOWN = [1, 2, 3, 4, 5, 6];
/** So small that what is of its second order is lost in rounding. */
const EPSILON = 1e-8;
const UNTIL = 1;

async function course(k: number, step: number) {
  const start = Array.from({ length: WIDTH }, (_, j) => {
    const theta = (2 * Math.PI * (j + 0.5)) / WIDTH - Math.PI;
    return [theta + EPSILON * Math.cos(k * theta)];
  });
  const solver = particles({ width: WIDTH, integrator: "rk4" });
  const time = { initial: points(start), until: UNTIL, step, record: 10 };
  const { rows } = await evolve(attentionTask(BETA, 0), gradientFlow(), solver, time);
  return rows.map(({ t, observables }) => ({ t, order: observables[`order_theta_0_${k}`]! }));
}

const rateOf = (rows: Awaited<ReturnType<typeof course>>) =>
  Math.log(rows.at(-1)!.order / rows[0]!.order) / UNTIL;

const PREDICTED = MODES.map((k) => k * k * coefficient(k, BETA));

export const attentionClusters = claim({
  id: "attention-clusters",
  statement:
    "Without noise self-attention on the circle with β = 4 clusters an even spread into three first: mode k grows at k²I_k(β)/β, fastest for k = 3.",
  source: cited("geshkovski2023"),
  equation: "θ̇_i = −(1/N)Σ_j w′(θ_i − θ_j), w = −e^{β cos z}/β: |(1/N)Σ_j e^{ikθ_j}| ~ e^{k²I_k(β)t/β}.",
  experiment: `β = ${BETA}, ${WIDTH} neurons at equal distances, moved by 1e-8 cos kθ, k = ${MODES.join(", ")}; to t = ${UNTIL}, rk4, h = 0.01 and 0.005 (0.005 and 0.0025 in the full variant).`,
  statistic:
    "Rate of growth of mode 3 over that of the fastest of the modes 1, 2, 4, as measured; its error: what half the step changes, and rounding.",
  validates: "gradient flow of networks with interactions of many harmonics",
  predicted: { equals: PREDICTED[2]! / Math.max(PREDICTED[0]!, PREDICTED[1]!, PREDICTED[3]!) },
  within: 1e-5,
  async measure({ full, progress }) {
    const steps = full ? [0.005, 0.0025] : [0.01, 0.005];
    const settings = steps.flatMap((step) => MODES.map((k) => ({ step, k })));
    const found = await inTurn(settings, progress, ({ step, k }) => course(k, step));
    const ratio = (rows: typeof found) => {
      const rates = rows.map(rateOf);
      return rates[2]! / Math.max(rates[0]!, rates[1]!, rates[3]!);
    };
    const [coarse, fine] = [found.slice(0, MODES.length), found.slice(MODES.length)];
    const measured = ratio(fine);
    return {
      measured,
      error: Math.abs(measured - ratio(coarse)) + 1e-7,
      figure: {
        x: { label: "k" },
        y: { label: "growth rate of |⟨e^{ikθ}⟩|" },
        curves: [
          dots("measured", MODES, (k, m) => [k, rateOf(fine[m]!)]),
          dashed("k²I_k(β)/β", SHOWN, (k) => [k, k * k * coefficient(k, BETA)]),
        ],
        caption: "Three waves on an even spread grow fastest: three clusters form first.",
      },
      notes: MODES.map(
        (k, m) => `k = ${k}: rate ${rateOf(fine[m]!).toFixed(6)}, predicted ${PREDICTED[m]!.toFixed(6)}.`,
      ),
    };
  },
});
