// Kinetic: μ_t → μ* ⊗ N(0, τ) for every γ > 0, positions as under Langevin dynamics, momenta Maxwellian and independent of them. A
// splitting rests O(h²) from there; L(h) = ah² + bh⁴ + …, so (4L(h/2) − L(h))/3 shows what is left at h = 0.

import { cited, claim } from "../claims/claim.ts";
import { evolve, gaussian, grid, kinetic } from "../index.ts";
import { dashed, line } from "./support/curves.ts";
import { inTurn } from "./support/in-turn.ts";
import { TANH_DENSITY, TAU, tanhDensityTask, tanhGibbs } from "./support/tanh-density.ts";

const FRICTION = 1;
const EXTENT = [
  [-6, 6],
  [-2.6, 2.6],
] as const;
const UNTIL = 60;
const RECORDS = 12;

/** ∫|μ_t − μ* ⊗ N(0, τ)| at 13 times. */
async function distances([rows, columns]: readonly [number, number], step: number): Promise<number[]> {
  const gibbs = tanhGibbs();
  const [[left, right], [low, high]] = EXTENT;
  const [across, along] = [(right - left) / rows, (high - low) / columns];
  const position = Array.from({ length: rows }, (_, i) => gibbs.density(left + (i + 0.5) * across));
  const momentum = Array.from({ length: columns }, (_, j) => {
    const omega = low + (j + 0.5) * along;
    return Math.exp((-0.5 * omega * omega) / TAU) / Math.sqrt(2 * Math.PI * TAU);
  });
  const times = Array.from({ length: RECORDS + 1 }, (_, k) => (k * UNTIL) / RECORDS);
  const solver = grid({ cells: [rows, columns], extent: EXTENT, integrator: "aboba" });
  const initial = gaussian({ mean: [1], std: [0.6] });
  const course = { initial, until: UNTIL, step, record: 1, snapshots: times };
  const { snapshots } = await evolve(tanhDensityTask, kinetic({ friction: FRICTION }), solver, course);
  return snapshots.map(({ density }) => {
    let total = 0;
    for (const [i, rho] of position.entries()) {
      for (const [j, maxwell] of momentum.entries()) {
        total += across * along * Math.abs(density[i * columns + j] - rho * maxwell);
      }
    }
    return total;
  });
}

export const productGibbsLimit = claim({
  id: "product-gibbs-limit",
  statement:
    "Kinetic Langevin dynamics of a convex risk with a confining regulariser converges to μ* ⊗ N(0, τ), the Gibbs measure of Langevin dynamics times independent Maxwellian momenta.",
  source: cited("kazeykina2020"),
  equation: "∂_tμ + ω∂_θμ − ∂_θΦ ∂_ωμ = γ∂_ω(ωμ + τ∂_ωμ): μ_t → μ* ⊗ N(0, τ), μ* ∝ e^{−Φ[μ*]/τ}.",
  experiment: `${TANH_DENSITY}; γ = 1, μ₀ = N(1, 0.6²) ⊗ N(0, τ), t = ${UNTIL}, spectral ABOBA on [−6, 6] × [−2.6, 2.6], 128 × 64 cells, h = 0.2, 0.1, 0.05 (256 × 128, h to 0.0125 in the full variant).`,
  statistic:
    "∫|μ_t − μ* ⊗ N(0, τ)|, μ* by the trapezoidal rule on the line, extrapolated to h = 0 from the last two steps; its error: the change from the extrapolation before, and of finer cells and the last half of the time.",
  validates: "the equilibrium of kinetic dynamics: its positions, its momenta and their independence",
  predicted: { equals: 0 },
  within: 1e-5,
  async measure({ full, progress }) {
    const cells = full ? ([256, 128] as const) : ([128, 64] as const);
    const finer = full ? ([384, 192] as const) : ([192, 96] as const);
    const steps = full ? [0.2, 0.1, 0.05, 0.025, 0.0125] : [0.2, 0.1, 0.05];
    const runs = [
      ...steps.map((step) => ({ cells, step })),
      ...steps.slice(0, 2).map((step) => ({ cells: finer, step })),
    ];
    const courses = await inTurn(
      runs,
      progress,
      (run) => distances(run.cells, run.step),
      ({ cells: [n, m], step }) => (n * m) / step,
    );
    const [coarse, fine] = courses.splice(steps.length);
    const limits = courses.slice(1).map((course, k) => extrapolated(courses[k], course));
    const [before, last] = limits.slice(-2);
    const measured = last[RECORDS];
    const space = Math.abs(extrapolated(coarse, fine)[RECORDS] - limits[0][RECORDS]);
    const time = Math.abs(measured - last[RECORDS / 2]);
    const points = (course: readonly number[]) =>
      course.map((value, k) => [(k * UNTIL) / RECORDS, Math.abs(value)] as const);
    return {
      measured,
      error: Math.abs(measured - before[RECORDS]) + space + time,
      figure: {
        x: { label: "t" },
        y: { label: "∫|μ_t − μ* ⊗ N(0, τ)|", log: true },
        curves: [
          ...courses.map((course, k) => line(`h = ${steps[k]}`, points(course))),
          dashed("h → 0, extrapolated", points(last)),
        ],
        caption:
          "The density of positions and momenta comes ever closer to the predicted product; steps of half the length rest four times as close to it.",
      },
      notes: [
        `At t = ${UNTIL}: ${courses.map((course, k) => `${course[RECORDS].toPrecision(4)} with h = ${steps[k]}`).join(", ")}.`,
      ],
    };
  },
});

/** h and h/2 without their h². */
function extrapolated(whole: readonly number[], half: readonly number[]): number[] {
  return half.map((value, k) => (4 * value - whole[k]) / 3);
}
