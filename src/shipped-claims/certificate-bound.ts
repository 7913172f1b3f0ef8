// τ KL(μ ‖ μ̂) ≥ E_τ(μ) − E_τ(μ*): the gap that a density computes of itself is never less than its true distance to the optimum, here
// known from a quadrature that no run takes part in.

import { cited, claim } from "../claims/claim.ts";
import { evolve, gaussian, grid, langevin } from "../index.ts";
import { dashed, dots } from "./support/curves.ts";
import { inTurn } from "./support/in-turn.ts";
import { TANH_DENSITY, tanhDensityTask, tanhGibbs } from "./support/tanh-density.ts";

const REACH = 8;
const UNTIL = 24;
/** Less of a distance is not known to 1e-4 of itself. */
const LEAST = 1e-9;

/** (t, gap, distance) along a run from N(mean, std²). */
async function course(mean: number, std: number, cells: number, optimum: number) {
  const solver = grid({ cells: [cells], extent: [[-REACH, REACH]], scheme: "implicit" });
  const initial = gaussian({ mean: [mean], std: [std] });
  const { rows } = await evolve(tanhDensityTask, langevin(), solver, {
    initial,
    until: UNTIL,
    step: 0.1,
    record: 48,
  });
  const seen = rows.map(({ t, observables }) => ({
    t,
    gap: observables.gap,
    distance: observables.free_energy - optimum,
  }));
  return seen.filter(({ distance }) => distance > LEAST);
}

export const certificateBound = claim({
  id: "certificate-bound",
  statement:
    "Along Langevin dynamics of a convex risk the duality gap τ KL(μ_t ‖ μ̂_t) is at least the distance E_τ(μ_t) − min E_τ to the global optimum.",
  source: cited("nitanda2022"),
  equation: "μ̂_t ∝ e^{−Φ[μ_t]/τ}, μ* = argmin E_τ: τ KL(μ_t ‖ μ̂_t) ≥ E_τ(μ_t) − E_τ(μ*) ≥ τ KL(μ_t ‖ μ*).",
  experiment: `${TANH_DENSITY}; starts N(m, 0.6²), m = −2, 0, 1.5, 3, scheme implicit on [−${REACH}, ${REACH}], h = 0.1, 200 cells, t ≤ ${UNTIL} (and N(m, 0.2²), 800 cells in the full variant).`,
  statistic:
    "Least ratio of the recorded gap to E_τ(μ_t) − E_τ(μ*) over starts and times, while that is above 1e-9; E_τ(μ*) by the trapezoidal rule on the line.",
  validates: "the certificate as a bound on how far a run is from the global optimum",
  predicted: { atLeast: 1 },
  within: 1e-3,
  async measure({ full, progress }) {
    const { freeEnergy, error } = tanhGibbs();
    const cells = full ? 800 : 200;
    const starts = [-2, 0, 1.5, 3].flatMap((mean) =>
      (full ? [0.6, 0.2] : [0.6]).map((std) => ({ mean, std })),
    );
    const courses = await inTurn(starts, progress, ({ mean, std }) => course(mean, std, cells, freeEnergy));
    const ratios = courses.flat().map(({ gap, distance }) => gap / distance);
    const [shown] = courses;
    return {
      measured: Math.min(...ratios),
      error: error / LEAST,
      figure: {
        x: { label: "t" },
        y: { label: "distance to min E_τ", log: true },
        curves: [
          dots("duality gap of the run", shown, ({ t, gap }) => [t, gap]),
          dashed("true distance", shown, ({ t, distance }) => [t, distance]),
        ],
        caption:
          "What a run says of its distance to the optimum is never less than the truth, and falls to 0 with it.",
      },
      notes: [`The largest ratio is ${Math.max(...ratios).toPrecision(3)}.`],
    };
  },
});
