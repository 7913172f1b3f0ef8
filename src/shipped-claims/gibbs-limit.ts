// μ_t → μ* ∝ e^{−Φ[μ*]/τ}, the only minimiser of E_τ where R is convex, and E_τ falls to E_τ(μ*) = min E_τ: the value by a
// quadrature on the line that knows neither cells nor steps.

import { cited, claim } from "../claims/claim.ts";
import { evolve, gaussian, grid, langevin } from "../index.ts";
import { dots, level } from "./support/curves.ts";
import { inTurn } from "./support/in-turn.ts";
import { TANH_DENSITY, tanhDensityTask, tanhGibbs } from "./support/tanh-density.ts";

const REACH = 8;
/** Drawn up to here. */
const SHOWN = 20;

/** E_τ(μ_t) at t = 0, 1, 2, … */
async function freeEnergies(cells: number, step: number, until: number) {
  const solver = grid({ cells: [cells], extent: [[-REACH, REACH]], scheme: "implicit" });
  const course = { initial: gaussian({ mean: [1.5], std: [0.6] }), until, step, record: until };
  const { rows } = await evolve(tanhDensityTask, langevin(), solver, course);
  return rows.map(({ observables }) => observables.free_energy);
}

export const gibbsLimit = claim({
  id: "gibbs-limit",
  statement:
    "Under mean-field Langevin dynamics of a convex risk with a confining regulariser the free energy falls to that of the Gibbs measure μ* ∝ e^{−Φ[μ*]/τ}.",
  source: cited("nitanda2022"),
  equation:
    "∂_tμ = ∂_θ(μ ∂_θΦ[μ] + τ∂_θμ), E_τ = F + τ∫μ log μ: E_τ(μ_t) → E_τ(μ*) = min E_τ, μ* ∝ e^{−Φ[μ*]/τ}.",
  experiment: `${TANH_DENSITY}; μ₀ = N(1.5, 0.6²), scheme implicit on [−${REACH}, ${REACH}]: 200 cells with h = ½, 400 with ¼, t = 80 (to 1600 cells with 1/16, t = 160 in the full variant).`,
  statistic:
    "E_τ(μ_t) at the last time less E_τ(μ*) by the trapezoidal rule on the line; its error: what the last refinement and the last half of the time change, and that of the rule.",
  validates: "the equilibrium of Langevin dynamics, its free energy, and the strength of its noise",
  predicted: { equals: 0 },
  within: 1e-10,
  async measure({ full, progress }) {
    const until = full ? 160 : 80;
    const refinements = full ? [400, 800, 1600] : [200, 400];
    const courses = await inTurn(refinements, progress, (cells) => freeEnergies(cells, 100 / cells, until));
    const { freeEnergy, error } = tanhGibbs();
    const [before, last] = courses.slice(-2).map((energies) => energies[until]);
    const course = courses.at(-1)!;
    return {
      measured: last - freeEnergy,
      error: Math.abs(last - before) + Math.abs(last - course[until / 2]) + error,
      figure: {
        x: { label: "t" },
        y: { label: "E_τ" },
        curves: [
          dots("E_τ(μ_t)", course.slice(0, SHOWN + 1), (value, t) => [t, value]),
          level("E_τ(μ*)", [0, SHOWN], freeEnergy),
        ],
        caption:
          "The free energy falls from the first moment, and levels off where an independent computation puts its least value.",
      },
      notes: [`E_τ(μ*) = ${freeEnergy.toPrecision(15)}.`],
    };
  },
});
