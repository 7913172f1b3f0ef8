// Desai–Zwanzig: V = θ⁴/4 − θ²/2, W = Kθ²/2. Equilibria are ν_m ∝ e^{−(V + K(θ−m)²/2)/τ} with ∫θ dν_m = m, and d∫θ dν_m/dm = K Var ν_m/τ:
// the symmetric one loses its stability, and two ordered ones branch off, where K Var ν_0 = τ. Seen here in time: a small mean
// decays above that temperature and grows below it.

import { bisected } from "../base/search.ts";
import { cited, claim } from "../claims/claim.ts";
import { equilibria, evolve, gaussian, grid, langevin, problem } from "../index.ts";
import { dashed, dots, line } from "./support/curves.ts";

const K = 1;
const REACH = 4;
/** So small that its square is lost in rounding. */
const DISPLACEMENT = 1e-6;
const UNTIL = 30;
/** Windows in which all but the mean has settled, in the second more so. */
const WINDOWS = [
  [15, 25],
  [20, 30],
] as const;
/** Of temperatures, and how often it is cut. */
const RANGE = [0.2, 0.8] as const;
const ROUNDS = 9;
/** Round-off of a mean, 1e-16 a step for 300 steps at most, over DISPLACEMENT and the window. */
const ROUNDING = 3e-9;

/** Var ν_0 by the trapezoidal rule on the line, which converges geometrically: e^{−V/τ} is entire. */
function symmetricVariance(tau: number): number {
  let [mass, square] = [0, 0];
  for (let i = -400; i <= 400; i++) {
    const theta = i / 80;
    const weight = Math.exp(-(0.25 * theta ** 4 + 0.5 * (K - 1) * theta * theta) / tau);
    mass += weight;
    square += weight * theta * theta;
  }
  return square / mass;
}

/** The τ with K Var ν_0 = τ, by bisection. */
function predicted(): number {
  const [low] = bisected(0.1, 2, 60, (tau) => K * symmetricVariance(tau) > tau);
  return low;
}

const CRITICAL = predicted();

const doubleWell = (temperature: number) =>
  problem({
    potential: { kind: "double-well" },
    interaction: { kind: "quadratic", strength: K },
    temperature,
  });
const cellsOf = (cells: number) => grid({ cells: [cells], extent: [[-REACH, REACH]], scheme: "implicit" });

/** The rate at which a small mean decays over that window; negative where it grows. */
async function decay(tau: number, cells: number, [from, to]: readonly [number, number]): Promise<number> {
  const initial = gaussian({ mean: [DISPLACEMENT], std: [0.7] });
  const course = { initial, until: UNTIL, step: 12.8 / cells, record: 6 };
  const { rows } = await evolve(doubleWell(tau), langevin(), cellsOf(cells), course);
  const mean = (at: number) => rows.find(({ t }) => Math.abs(t - at) < 1e-9)!.observables.mean_theta_0;
  return Math.log(mean(from) / mean(to)) / (to - from);
}

/** Where that rate changes its sign in RANGE, by regula falsi (Illinois); where it does not, the end that is closer to it. */
async function transition(cells: number, window: readonly [number, number]): Promise<number> {
  let [low, high]: [number, number] = [...RANGE];
  let [below, above] = [await decay(low, cells, window), await decay(high, cells, window)];
  if (below > 0 || above < 0) return below > 0 ? low : high;
  let now = low;
  let side = 0;
  for (let n = 0; n < ROUNDS; n++) {
    now = (low * above - high * below) / (above - below);
    const rate = await decay(now, cells, window);
    if (rate === 0) break;
    if (rate > 0) {
      [high, above] = [now, rate];
      if (side > 0) below *= 0.5;
    } else {
      [low, below] = [now, rate];
      if (side < 0) above *= 0.5;
    }
    side = Math.sign(rate);
  }
  return now;
}

export const criticalTemperature = claim({
  id: "critical-temperature",
  statement:
    "In the double well θ⁴/4 − θ²/2 with quadratic attraction K = 1 the symmetric law loses its stability below the temperature at which K Var ν_0 = τ, 0.45695.",
  source: cited("dawson1983"),
  equation:
    "∂_tμ = ∂_θ(μ ∂_θ(V + W∗μ) + τ∂_θμ), V = θ⁴/4 − θ²/2, W = Kθ²/2; ν_0 ∝ e^{−(V + Kθ²/2)/τ}: τ_c = K Var ν_0 at τ = τ_c.",
  experiment: `μ₀ = N(1e-6, 0.7²), scheme implicit on [−${REACH}, ${REACH}], 64 cells with h = 0.2 and 128 with 0.1 (256 with 0.05 and 512 with 0.025 in the full variant).`,
  statistic:
    "The τ at which the mean neither grows nor decays over 20 ≤ t ≤ 30, by regula falsi in 0.2 ≤ τ ≤ 0.8; its error: what the refinement changes, what the window 15 ≤ t ≤ 25 does, and rounding.",
  validates: "the motion of densities with interaction, at a change of phase",
  predicted: { equals: CRITICAL },
  within: 1e-7,
  async measure({ full, progress }) {
    const [fewer, more] = full ? [256, 512] : [64, 128];
    const coarse = await transition(fewer, WINDOWS[1]);
    progress(0.2);
    const earlier = await transition(more, WINDOWS[0]);
    progress(0.5);
    const measured = await transition(more, WINDOWS[1]);
    progress(0.8);
    // Denser on the way to the branch point, from which the branch leaves like a square root.
    const shown = [0.2, 0.15, 0.1, 0.06, 0.03, 0.01, 0.001].flatMap((away) => [
      CRITICAL - away,
      CRITICAL + away,
    ]);
    const temperatures = [...shown, CRITICAL].sort((a, b) => a - b);
    const order: [number, number][] = [];
    const rates: [number, number][] = [];
    for (const tau of temperatures) {
      const { rows } = equilibria(doubleWell(tau), cellsOf(fewer));
      order.push([tau, Math.abs(rows.at(-1)!.observables.mean_theta_0)]);
      rates.push([tau, await decay(tau, fewer, WINDOWS[1])]);
    }
    return {
      measured,
      error: Math.abs(measured - coarse) + Math.abs(measured - earlier) + ROUNDING,
      figure: {
        x: { label: "τ" },
        y: { label: "rate of decay, and |∫θ dμ| at rest" },
        curves: [
          dots("rate at which a small mean decays", rates),
          line("|∫θ dμ| of the stable equilibrium", order),
          dashed("K Var ν_0 = τ", [
            [CRITICAL, Math.min(...rates.map(([, rate]) => rate))],
            [CRITICAL, Math.max(...order.map(([, mean]) => mean))],
          ]),
        ],
        caption:
          "Left of the dashed line a small asymmetry grows and ends in an ordered state; right of it, it decays and none is left.",
      },
    };
  },
});
