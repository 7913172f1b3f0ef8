// V = aθ²/2, W = bθ²/2, a > 0, a + b > 0: Φ = aθ²/2 + b(θ − m)²/2 + constant, so that d(Var)/dt = −2(a+b)Var + 2τ whatever the law,
// while its mean decays at the rate a.

import { cited, claim } from "../claims/claim.ts";
import { evolve, gaussian, grid, langevin, problem } from "../index.ts";
import { dashed, dots } from "./support/curves.ts";
import { inTurn } from "./support/in-turn.ts";

const A = 1;
const B = 0.5;
const TAU = 0.5;
const UNTIL = 2;
/** The rate is read off between t = 0 and here. */
const AT = 1;
const RECORD = 40;
const REACH = 9;

/** t and Var θ − τ/(a+b), by n steps on 4n cells. */
async function relaxation(n: number): Promise<{ t: number[]; excess: number[] }> {
  const task = problem({
    potential: { kind: "quadratic", strength: A },
    interaction: { kind: "quadratic", strength: B },
    temperature: TAU,
  });
  const solver = grid({ cells: [4 * n], extent: [[-REACH, REACH]], scheme: "second-order" });
  const course = {
    initial: gaussian({ mean: [1], std: [1.2] }),
    until: UNTIL,
    step: UNTIL / n,
    record: RECORD,
  };
  const { rows } = await evolve(task, langevin(), solver, course);
  return {
    t: rows.map(({ t }) => t),
    excess: rows.map(({ observables }) => observables.var_theta_0 - TAU / (A + B)),
  };
}

export const mckeanVlasovRate = claim({
  id: "mckean-vlasov-rate",
  statement:
    "Under quadratic confinement a and quadratic attraction b the variance of the McKean–Vlasov law relaxes to τ/(a + b) at the rate 2(a + b).",
  source: cited("caluya2020"),
  equation: "∂_tμ = ∂_θ(μ ∂_θ(V + W∗μ) + τ∂_θμ), V = aθ²/2, W = bθ²/2: Var θ − τ/(a+b) ∝ e^{−2(a+b)t}.",
  experiment: `a = 1, b = ½, τ = ½, μ₀ = N(1, 1.2²), t ≤ 2; scheme second-order, θ ∈ [−${REACH}, ${REACH}], n = 120, 240, 480 steps (320, 640, 1280 in the full variant) on 4n cells.`,
  statistic:
    "log(x(0)/x(1)), x = Var θ − τ/(a+b): its rate of decay from t = 0 to 1; its error: the change from the refinement before.",
  validates: "the interaction term W∗μ in the densities",
  predicted: { equals: 2 * (A + B) },
  within: 0.002,
  async measure({ full, progress }) {
    const counts = full ? [320, 640, 1280] : [120, 240, 480];
    const courses = await inTurn(counts, progress, relaxation, (n) => n * n);
    const at = (RECORD * AT) / UNTIL;
    const rates = courses.map(({ excess }) => Math.log(Math.abs(excess[0] / excess[at])) / AT);
    const last = courses.at(-1)!;
    const [before, measured] = rates.slice(-2);
    return {
      measured,
      error: Math.abs(measured - before),
      figure: {
        x: { label: "t" },
        y: { label: "Var θ − τ/(a+b)", log: true },
        curves: [
          dots("measured", last.t, (t, i) => [t, last.excess[i]]),
          dashed("e^{−2(a+b)t}", last.t, (t) => [t, last.excess[0] * Math.exp(-2 * (A + B) * t)]),
        ],
        caption:
          "The variance comes down to its limit along the predicted line, at one rate from the first moment.",
      },
      notes: [`Rates by refinement: ${rates.map((rate) => rate.toFixed(6)).join(", ")}.`],
    };
  },
});
