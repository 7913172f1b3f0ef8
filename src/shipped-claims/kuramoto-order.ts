// Noisy Kuramoto oscillators, the Brownian mean field on the circle: W = −K cos, dθ = −K∫sin(θ − θ′)dμ(θ′) dt + √(2τ) dW. Equilibria are
// von Mises laws ∝ e^{(Kr/τ) cos(θ − θ₀)} with r = I₁(Kr/τ)/I₀(Kr/τ); for K > 2τ the uniform law is unstable, and r > 0.

import { cited, claim } from "../claims/claim.ts";
import { evolve, gaussian, grid, langevin, problem } from "../index.ts";
import { dots, level } from "./support/curves.ts";

const K = 1;
const TAU = 0.25;
const UNTIL = 100;
/** Drawn up to here. */
const SHOWN = 40;

/** I_n(z) = Σ_k (z/2)^{2k+n}/(k! (k+n)!) */
function bessel(n: number, z: number): number {
  let term = 1;
  for (let k = 1; k <= n; k++) term *= z / (2 * k);
  let total = 0;
  for (let k = 1; total + term !== total; k++) {
    total += term;
    term *= (z * z) / (4 * k * (k + n));
  }
  return total;
}

/** The r > 0 of r = I₁(Kr/τ)/I₀(Kr/τ), to which r ↦ I₁/I₀ contracts from 1. */
function orderOf(tau: number): number {
  let r = 1;
  for (let n = 0; n < 500; n++) r = bessel(1, (K * r) / tau) / bessel(0, (K * r) / tau);
  return r;
}

/** |∫e^{iθ}dμ_t| at t = 0, 1, 2, … */
async function orders(cells: number, step: number): Promise<number[]> {
  const task = problem({ interaction: { kind: "cosine", strength: K }, temperature: TAU, domain: "torus" });
  const times = Array.from({ length: UNTIL + 1 }, (_, t) => t);
  const course = {
    initial: gaussian({ mean: [1], std: [2] }),
    until: UNTIL,
    step,
    record: 1,
    snapshots: times,
  };
  const { snapshots } = await evolve(task, langevin(), grid({ cells: [cells] }), course);
  return snapshots.map(({ density }) => {
    let [re, im] = [0, 0];
    for (const [i, value] of density.entries()) {
      const theta = -Math.PI + ((i + 0.5) * 2 * Math.PI) / cells;
      re += (value * Math.cos(theta) * 2 * Math.PI) / cells;
      im += (value * Math.sin(theta) * 2 * Math.PI) / cells;
    }
    return Math.hypot(re, im);
  });
}

export const kuramotoOrder = claim({
  id: "kuramoto-order",
  statement:
    "Noisy Kuramoto oscillators with K = 4τ synchronise to the order r > 0 that solves r = I₁(Kr/τ)/I₀(Kr/τ).",
  source: cited("bertini2010"),
  equation:
    "∂_tμ = ∂_θ(μ ∂_θ(W∗μ) + τ∂_θμ) on the circle, W = −K cos: |∫e^{iθ}dμ_t| → r, r = I₁(Kr/τ)/I₀(Kr/τ).",
  experiment: `K = 1, τ = ¼, μ₀ = N(1, 2²) wrapped, where r = 0.135; t = ${UNTIL}, scheme implicit, 32 cells with h = 0.2, 64 with 0.1 (128 with 0.05, 256 with 0.025 in the full variant).`,
  statistic:
    "|∫e^{iθ}dμ_t| at the last time; its error: what the refinement and the last half of the time change. r from the power series of I₀ and I₁.",
  validates: "interaction on the circle, and the ordered phase of densities",
  predicted: { equals: orderOf(TAU) },
  within: 1e-9,
  async measure({ full, progress }) {
    const coarse = await orders(full ? 128 : 32, full ? 0.05 : 0.2);
    progress(1 / 3);
    const fine = await orders(full ? 256 : 64, full ? 0.025 : 0.1);
    const measured = fine[UNTIL];
    return {
      measured,
      error: Math.abs(measured - coarse[UNTIL]) + Math.abs(measured - fine[UNTIL / 2]) + 1e-14,
      figure: {
        x: { label: "t" },
        y: { label: "|∫e^{iθ}dμ_t|" },
        curves: [
          dots("measured", fine.slice(0, SHOWN + 1), (r, t) => [t, r]),
          level("r = I₁(Kr/τ)/I₀(Kr/τ)", [0, SHOWN], orderOf(TAU)),
        ],
        caption:
          "From a nearly uniform start the oscillators synchronise, up to the predicted degree and no further.",
      },
    };
  },
});
