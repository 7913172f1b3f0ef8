// Mode k of the uniform law grows at k²(a_k − τ): under Langevin dynamics the circle's uniform law loses its stability at τ = a₁ = I₁(β)/β,
// and so it does in phase space, whatever the friction: there the modes are those of ḣ_n = −ik√τ(√(n+1)h_{n+1} + √n h_{n−1}) − γnh_n + …, and
// 0 is one of them exactly where a_k = τ.

import { cited, claim } from "../claims/claim.ts";
import { type Dynamics, type GridSolver, grid, kinetic, langevin } from "../index.ts";
import { attentionTask, coefficient, ordersOver } from "./support/attention.ts";
import { dots, line } from "./support/curves.ts";
import { inTurn } from "./support/in-turn.ts";

const BETA = 1;
const THRESHOLD = coefficient(1, BETA);
/** So spread that |∫e^{iθ}dμ₀|² = e^{−std²} is lost in rounding beside 1. */
const STD = 5;
/** Of secants; the rate is nearly linear in τ. */
const ROUNDS = 6;

interface Setting {
  readonly dynamics: Dynamics;
  readonly solver: GridSolver;
  readonly step: number;
  /** When all but the slowest mode is gone, and when it has been watched for long enough. */
  readonly window: readonly [number, number];
}

/** The growth rate of |∫e^{iθ}dμ_t| over the window. */
async function growth(tau: number, { dynamics, solver, step, window }: Setting): Promise<number> {
  const [from, until] = window;
  const course = { std: STD, until, step, record: 2 * Math.round(until / from) };
  const orders = await ordersOver(attentionTask(BETA, tau), dynamics, solver, course);
  const at = (time: number) => orders.find(({ t }) => Math.abs(t - time) < 1e-9)!.order;
  return Math.log(at(until) / at(from)) / (until - from);
}

/** Where it is 0, by secants; and what was seen on the way. */
async function transition(setting: Setting) {
  const seen: [number, number][] = [];
  const at = async (tau: number) => {
    const rate = await growth(tau, setting);
    seen.push([tau, rate]);
    return rate;
  };
  let [before, now] = [0.5, 0.6];
  let [first, second] = [await at(before), await at(now)];
  for (let round = 0; round < ROUNDS && Math.abs(second) > 1e-12; round++) {
    const next = now - (second * (now - before)) / (second - first);
    [before, now] = [now, next];
    [first, second] = [second, await at(next)];
  }
  return { tau: now, seen };
}

const AXES = { x: { label: "τ" }, y: { label: "growth rate of |∫e^{iθ}dμ|" } };

export const attentionThreshold = claim({
  id: "attention-threshold",
  statement:
    "Under Langevin dynamics self-attention on the circle with β = 1 begins to cluster below the temperature I₁(β)/β, 0.565159.",
  source: cited("carrillo2020"),
  equation:
    "∂_tμ = ∂_θ(μ ∂_θ(W∗μ) + τ∂_θμ) on the circle, W = −e^{β cos z}/β: mode k of the uniform law grows at k²(I_k(β)/β − τ).",
  experiment: `β = ${BETA}, μ₀ = N(0, ${STD}²) wrapped, whose first mode is e^(−12.5); scheme implicit, 32 cells with h = 0.1 and 64 with 0.05 (128 with 0.025 in the full variant).`,
  statistic:
    "The τ at which |∫e^{iθ}dμ_t| neither grows nor decays over 5 ≤ t ≤ 10, by secants; its error: what the refinement changes, and rounding.",
  validates: "interactions of many harmonics in the motion of densities",
  predicted: { equals: THRESHOLD },
  within: 1e-7,
  async measure({ full, progress }) {
    const levels = full ? [64, 128] : [32, 64];
    const [coarse, fine] = await inTurn(levels, progress, (cells) =>
      transition({
        dynamics: langevin(),
        solver: grid({ cells: [cells] }),
        step: 3.2 / cells,
        window: [5, 10],
      }),
    );
    return {
      measured: fine!.tau,
      error: Math.abs(fine!.tau - coarse!.tau) + 1e-9,
      figure: {
        ...AXES,
        curves: [
          dots("measured", fine!.seen),
          line("I₁(β)/β − τ", [0.48, 0.62], (tau) => [tau, THRESHOLD - tau]),
        ],
        caption:
          "The colder, the faster an even spread clusters; above the predicted temperature clusters dissolve.",
      },
    };
  },
});

const FRICTIONS = [0.5, 3];

export const attentionKineticThreshold = claim({
  id: "attention-kinetic-threshold",
  statement:
    "The kinetic equation of self-attention on the circle has the threshold of the Langevin equation, I₁(β)/β, at every friction.",
  source: cited("carrillo2020"),
  equation:
    "∂_tμ + ω∂_θμ − ∂_θ(W∗ρ)∂_ωμ = γ∂_ω(ωμ + τ∂_ωμ) on the circle, W = −e^{β cos z}/β: mode k of the uniform law grows iff τ < I_k(β)/β, whatever γ > 0.",
  experiment: `β = ${BETA}, γ = ${FRICTIONS.join(" and ")}, μ₀ = N(0, ${STD}²) wrapped ⊗ N(0, τ); scheme spectral, order 4, 16 × 48 cells, |ω| ≤ 5.2, h = 0.1 and 0.05 (0.05 and 0.025 in the full variant).`,
  statistic:
    "The τ at which |∫e^{iθ}dμ_t| neither grows nor decays over 30 ≤ t ≤ 60, by secants; of both frictions the one farther from the prediction; its error: what half the step changes, and rounding.",
  validates: "interactions of many harmonics in phase space",
  predicted: { equals: THRESHOLD },
  within: 1e-5,
  async measure({ full, progress }) {
    const steps = full ? [0.05, 0.025] : [0.1, 0.05];
    const settings = FRICTIONS.flatMap((friction) => steps.map((step) => ({ friction, step })));
    const solver = grid({
      cells: [16, 48],
      extent: [
        [-Math.PI, Math.PI],
        [-5.2, 5.2],
      ],
      order: 4,
    });
    const found = await inTurn(
      settings,
      progress,
      ({ friction, step }) => transition({ dynamics: kinetic({ friction }), solver, step, window: [30, 60] }),
      ({ step }) => 1 / step,
    );
    const measured = FRICTIONS.map((_, i) => ({
      tau: found[2 * i + 1]!.tau,
      error: Math.abs(found[2 * i + 1]!.tau - found[2 * i]!.tau) + 1e-8,
    }));
    const worst = measured.reduce((a, b) =>
      Math.abs(b.tau - THRESHOLD) > Math.abs(a.tau - THRESHOLD) ? b : a,
    );
    return {
      measured: worst.tau,
      error: Math.max(...measured.map(({ error }) => error)),
      figure: {
        ...AXES,
        curves: [
          ...FRICTIONS.map((friction, i) => dots(`γ = ${friction}`, found[2 * i + 1]!.seen)),
          line("threshold I₁(β)/β", [-0.05, 0.05], (rate) => [THRESHOLD, rate]),
        ],
        caption:
          "The friction decides how fast clusters form or dissolve, but not the temperature at which one turns into the other.",
      },
      notes: FRICTIONS.map(
        (friction, i) =>
          `γ = ${friction}: ${measured[i]!.tau.toFixed(8)} ± ${measured[i]!.error.toExponential(0)}.`,
      ),
    };
  },
});
