// dE_τ/dt = −τ²∫|∇log(μ/μ̂)|² dμ ≤ −2τα(μ̂)·τKL(μ|μ̂) ≤ −2τα(μ̂)(E_τ − E_τ*), α(μ̂) a constant of the
// logarithmic Sobolev inequality. For ψ = aσ(wx): Φ = (λ/2)(a + h(w)/λ)² + (λ/2)w² − h²/2λ with h =
// Σg_iσ(wx_i): a Lipschitz map and a bounded factor away from a Gaussian.

import { cited, claim } from "../claims/claim.ts";
import { data, equilibria, evolve, gaussian, grid, langevin, neuron, problem } from "../index.ts";
import { dashed, line } from "./support/curves.ts";

const POINTS = 12;
const X = Array.from({ length: POINTS }, (_, i) => -1.5 + (3 * i) / (POINTS - 1));
const Y = X.map((x) => 0.5 * Math.sin(2 * x));
const LAMBDA = 0.5;
const TAU = 0.2;
const REACH = 4.75;
const UNTIL = 6;
const RECORDS = 60;

const task = problem({
  data: data.fromArrays(X, Y),
  neuron: neuron({ activation: "tanh", inputs: 1, bias: false }),
  regulariser: { l2: LAMBDA },
  temperature: TAU,
});

/** w = sinh u, u = −6 … 6: from 0 to where tanh(wx) is flat. */
const SCAN = Array.from({ length: 2401 }, (_, k) => Math.sinh(-6 + k / 200));

/**
 * α ≥ (λ/τ) e^(−G²/2λτ)/(1 + L/λ)², G = sup|h|, L = sup|h'|, of the Gibbs measure that belongs to those
 * outputs.
 */
function sobolevConstant(outputs: Float64Array): number {
  let [G, L] = [0, 0];
  for (const w of SCAN) {
    let [h, slope] = [0, 0];
    for (const [i, x] of X.entries()) {
      const g = (outputs[i] - Y[i]) / POINTS;
      const t = Math.tanh(w * x);
      h += g * t;
      slope += g * x * (1 - t * t);
    }
    G = Math.max(G, Math.abs(h));
    L = Math.max(L, Math.abs(slope));
  }
  return ((LAMBDA / TAU) * Math.exp((-G * G) / (2 * LAMBDA * TAU))) / (1 + L / LAMBDA) ** 2;
}

/** The decay of E_τ − E_τ* between neighbouring records, and 2τα there. */
async function courseOn(cells: number, step: number) {
  const extent = [
    [-REACH, REACH],
    [-REACH, REACH],
  ] as const;
  const solver = grid({ cells: [cells, cells], extent, scheme: "second-order" });
  const rest = equilibria(task, solver).rows;
  const least = rest[rest.length - 1].observables.free_energy;
  const snapshots = Array.from({ length: RECORDS + 1 }, (_, n) => (n * UNTIL) / RECORDS);
  const initial = gaussian({ mean: [0.8, 0.8], std: [0.4, 0.4] });
  const course = { initial, until: UNTIL, step, record: RECORDS, snapshots };
  const evolution = await evolve(task, langevin(), solver, course);
  const excess = evolution.rows.map(({ observables }) => observables.free_energy - least);
  const alpha = evolution.snapshots.map(({ outputs }) => sobolevConstant(outputs));
  const intervals = alpha.slice(1).map((next, n) => ({
    t: (snapshots[n] + snapshots[n + 1]) / 2,
    rate: (Math.log(excess[n] / excess[n + 1]) * RECORDS) / UNTIL,
    // The larger of both ends: the bound at its strongest.
    bound: 2 * TAU * Math.max(alpha[n], next),
  }));
  return { course: intervals, least: Math.min(...intervals.map(({ rate, bound }) => rate / bound)) };
}

export const lsiRateBound = claim({
  id: "lsi-rate-bound",
  statement:
    "For neurons aσ(wx), σ bounded and Lipschitz, and V = λ|θ|²/2, E_τ(μ_t) − E_τ* decays at least at 2τα, α = (λ/τ)e^(−G²/2λτ)/(1 + L/λ)².",
  source: cited("nitanda2022"),
  equation:
    "h_t(w) = Σ_i q_i(f_{μ_t}(x_i) − y_i)σ(wx_i), G = sup|h_t|, L = sup|h_t'|: −d log(E_τ(μ_t) − E_τ*)/dt ≥ 2τα(t).",
  experiment: `ψ = a tanh(wx) on ${POINTS} points of ½ sin 2x, λ = ${LAMBDA}, τ = ${TAU}, from N((0.8, 0.8), 0.4²), to t = ${UNTIL}; 32² and 48² cells, h = 0.05 (64² and 96², h = 0.025, in the full variant), scheme second-order.`,
  statistic:
    "Least quotient of the decay of log(E_τ − E_τ*) over intervals of 0.1 and of 2τα at the end where it is larger.",
  validates:
    "the exponential convergence of mean-field Langevin dynamics with the constant that its proof gives",
  predicted: { atLeast: 1 },
  within: 0.05,
  async measure({ full, progress }) {
    const [few, many] = full ? [64, 96] : [32, 48];
    const step = full ? 0.025 : 0.05;
    const coarse = await courseOn(few, step);
    progress(0.3);
    const fine = await courseOn(many, step);
    progress(1);
    return {
      measured: fine.least,
      error: Math.abs(fine.least - coarse.least),
      figure: {
        x: { label: "t" },
        y: { label: "rate" },
        curves: [
          line("decay of log(E_τ − E_τ*)", fine.course, ({ t, rate }) => [t, rate]),
          dashed("2τα", fine.course, ({ t, bound }) => [t, bound]),
        ],
        caption:
          "The free energy falls faster, at every time, than the Sobolev constant of its momentary Gibbs measure guarantees.",
      },
    };
  },
});
