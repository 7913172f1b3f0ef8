// Annealed Langevin dynamics, τ = τ(t): E_τ changes through μ and through τ itself, dE_τ/dt = −∫|∇(Φ + τ log
// μ)|² dμ + τ̇∫μ log μ. Under a scheme of order 2 in time the balance closes to O(h²); the dissipation is
// that of the equation discrete in space.

import { cited } from "../claims/claim.ts";
import { annealedLangevin, data, evolve, gaussian, grid, problem } from "../index.ts";
import { TANH } from "./support/neurons.ts";
import { orderClaim } from "./support/order-claim.ts";

const UNTIL = 1;
const CONSTANT = 0.4;

const task = problem({
  data: data.fromFunction({ function: "sin", interval: [-2, 2], samples: 12 }),
  neuron: TANH,
  regulariser: { l2: 0.3 },
});
const solver = grid({ cells: [160], extent: [[-8, 8]], scheme: "second-order" });
const initial = gaussian({ mean: [0.5], std: [0.7] });

export const annealedIdentity = orderClaim({
  id: "annealed-identity",
  statement:
    "Under annealed Langevin dynamics dE_τ/dt is minus the dissipation plus τ̇∫μ log μ: the balance closes to order 2 in the step of a scheme of order 2.",
  source: cited("chizat2022"),
  equation:
    "τ = c/log(e + t): E_τ(μ_t) − E_τ(μ_0) + ∫₀ᵗ(∫|∇(Φ + τ log μ)|² dμ − τ̇∫μ log μ) ds = 0; with step h = Ch² + O(h³).",
  experiment: `ψ = tanh(θx) on 12 points of sin in [−2, 2], V = 0.15 θ², c = ${CONSTANT}, from N(0.5, 0.7²), to t = ${UNTIL}; 160 cells on [−8, 8], scheme second-order, h = 1/80 … 1/640 (1/2560 in the full variant).`,
  statistic: "Order in h of |E_τ(t) − E_τ(0) + the integral|/|E_τ(t) − E_τ(0)| at t = 1.",
  validates: "the temperature that falls with time, and the balance of free energy with its term τ̇∫μ log μ",
  order: 2,
  within: 0.1,
  quick: [80, 640],
  full: [80, 2560],
  y: "relative residual of the balance of E_τ at t = 1",
  caption:
    "Half the step leaves a quarter of what is missing from the balance of the free energy while its temperature falls.",
  errors: () => ({
    async of(step) {
      const course = { initial, until: UNTIL, step, record: 1 };
      const { rows } = await evolve(task, annealedLangevin({ constant: CONSTANT }), solver, course);
      return rows[1].observables.identity_residual;
    },
    // Newton's method leaves 1e-13 of the outputs a step.
    floor: () => 1e-11,
  }),
});
