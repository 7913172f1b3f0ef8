// Near its equilibrium the mean-field Langevin equation is linear: u̇ = ∇·(μ*∇(τu/μ* + Φ'[u])), and E_τ −
// E_τ* is quadratic in u: it decays at twice the gap of that operator, mean-field term Φ' included; and so does
// its fall −dE_τ/dt = ∫|∇(Φ + τ log μ)|²dμ, which needs no E_τ*. With Φ frozen at μ* the gap would be another.

import { cited, claim } from "../claims/claim.ts";
import { equilibria, evolve, fitRate, grid, langevin, spectralGap } from "../index.ts";
import { dashed, line } from "./support/curves.ts";
import { frozenGap } from "./support/frozen-gap.ts";
import { TANH_PHASE, TANH_START, tanhPhaseTask } from "./support/tanh-phase.ts";

const EXTENT = [[-5, 5]] as const;
const UNTIL = 60;
const RECORDS = 300;
/** What rounding leaves of the dissipation, a sum of squares, over its largest value. */
const LEAST = 1e-28;

async function fittedOn(cells: number, step: number) {
  const solver = grid({ cells: [cells], extent: EXTENT, scheme: "second-order" });
  const rest = equilibria(tanhPhaseTask, solver);
  const course = { initial: TANH_START, until: UNTIL, step, record: RECORDS };
  const { rows } = await evolve(tanhPhaseTask, langevin(), solver, course);
  const t = rows.map((row) => row.t);
  const dissipation = rows.map(({ observables }) => observables.dissipation);
  const { gap, estimate } = spectralGap(tanhPhaseTask, langevin(), solver);
  return {
    ...fitRate(t, dissipation, { quadratic: LEAST }),
    t,
    dissipation,
    gap,
    estimate,
    frozen: frozenGap(
      rest.snapshots[rest.snapshots.length - 1].density,
      tanhPhaseTask.temperature,
      EXTENT[0],
    ),
  };
}

export const langevinRate = claim({
  id: "langevin-rate",
  statement:
    "E_τ(μ_t) − E_τ* of mean-field Langevin dynamics decays at twice the spectral gap of the full linearised operator, its mean-field term included.",
  source: cited("nitanda2022"),
  equation:
    "∂_tμ = ∂_θ(μ∂_θΦ[μ] + τ∂_θμ); Lu = ∂_θ(μ*∂_θ(τu/μ* + Σ_i q_i ψ(·; x_i)∫ψ(·; x_i)u)): E_τ(μ_t) − E_τ* ~ e^(−2 gap t).",
  experiment: `${TANH_PHASE}, to t = ${UNTIL}; 400 cells on [−5, 5] (800 in the full variant), scheme second-order, h = 0.1 and 0.05.`,
  statistic:
    "Rate fitted to −dE_τ/dt, which decays as E_τ − E_τ* does, by linear prediction, over twice the gap; error: of the fit, and of half the step and of the cells.",
  validates: "the linearised operator and its gap, and the decay of densities near their equilibrium",
  predicted: { equals: 1 },
  within: 0.005,
  async measure({ full, progress }) {
    const cells = full ? 800 : 400;
    const coarse = await fittedOn(cells, 0.1);
    progress(0.4);
    const fine = await fittedOn(cells, 0.05);
    progress(1);
    const { rate, uncertainty, widened, gap, estimate, frozen, t, dissipation } = fine;
    // The grid's own gap errs by `estimate`, and so may the run's.
    const scheme = Math.abs(rate - coarse.rate) / (2 * gap) + estimate / gap;
    // A line of that rate through the middle of the window.
    const middle = Math.round(t.length / 2);
    const decay = (of: number, what: string) =>
      dashed(`rate ${of.toFixed(3)}, ${what}`, [t[Math.round(t.length / 4)], UNTIL], (time) => [
        time,
        dissipation[middle] * Math.exp(-of * (time - t[middle])),
      ]);
    return {
      measured: rate / (2 * gap),
      error: uncertainty / (2 * gap) + scheme,
      widened: widened / (2 * gap) + 2 * scheme,
      figure: {
        x: { label: "t" },
        y: { label: "−dE_τ/dt", log: true },
        curves: [
          line("measured", t, (time, i) => [time, dissipation[i]]),
          decay(2 * gap, "twice the gap"),
          decay(2 * frozen, "without the mean-field term"),
        ],
        caption:
          "The free energy falls to its least value at the predicted rate; neurons that did not act on each other would settle at another rate.",
      },
      notes: [
        `Fitted rate ${rate.toPrecision(5)}, twice the gap ${(2 * gap).toPrecision(5)}; with Φ frozen at μ* it would be ${(2 * frozen).toPrecision(5)}, a ratio of ${(rate / (2 * frozen)).toPrecision(3)}.`,
      ],
    };
  },
});
