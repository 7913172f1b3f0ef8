// The linear neuron ψ = θx, V = λθ²/2, under Langevin dynamics: μ_t = N(m, A), ṁ = −(s+λ)m + c, Ȧ = −2λA + 2τ, beside its density on a
// grid whose cells shrink as its step, Δ ∝ h; compared in L¹ as averages over cells. Schemes err by O(h^p + Δ²).

import { type Claim, cited } from "../claims/claim.ts";
import { evolve, type FirstOrderScheme, gaussian, grid, langevin } from "../index.ts";
import { langevinAt, linearNeuron } from "../limits/gaussian.ts";
import { linearProblem } from "./support/neurons.ts";
import { type OrderClaim, orderClaim } from "./support/order-claim.ts";

const REACH = 8;
const START = { mean: -1, variance: 0.64 };
const UNTIL = 1;
/** Cells along a step: so fine that most of the error is that of the step. */
const CELLS_PER_STEP = 32;

const task = linearProblem([1], [1], { lambda: 0.5, tau: 0.3 });

interface SchemeOrder
  extends Omit<OrderClaim, "experiment" | "statistic" | "within" | "work" | "y" | "errors"> {
  readonly scheme: FirstOrderScheme;
  /** 1/h, quick and full, in words. */
  readonly steps: string;
}

function schemeOrder(asked: SchemeOrder): Claim {
  const { scheme, steps, ...stated } = asked;
  return orderClaim({
    ...stated,
    experiment: `s = 1, c = 1, λ = ½, τ = 0.3, μ₀ = N(−1, 0.8²), t = 1; θ ∈ [−${REACH}, ${REACH}], ${CELLS_PER_STEP}/h cells, so that h and Δ = ${(2 * REACH) / CELLS_PER_STEP}h shrink together; h = ${steps}.`,
    statistic: "Order of the last refinement of ∫|μ − N(m, A)|, averages over cells, at t = 1.",
    within: 0.02,
    work: (n) => n * n,
    y: "∫|μ − N(m, A)|",
    errors() {
      const exact = langevinAt(linearNeuron(task), START, UNTIL);
      const initial = gaussian({ mean: [START.mean], std: [Math.sqrt(START.variance)] });
      return {
        async of(step, n) {
          const solver = grid({ cells: [CELLS_PER_STEP * n], extent: [[-REACH, REACH]], scheme });
          const course = { initial, until: UNTIL, step, record: 1 };
          const { density } = (await evolve(task, langevin(), solver, course)).snapshots.at(-1)!;
          return distanceToGaussian(density, exact);
        },
      };
    },
  });
}

/** Gauss's three points on [−½, ½], exact to degree 5. */
const NODES = [-0.5 * Math.sqrt(0.6), 0, 0.5 * Math.sqrt(0.6)] as const;
const WEIGHTS = [5 / 18, 8 / 18, 5 / 18] as const;

function distanceToGaussian(density: Float64Array, law: { mean: number; variance: number }): number {
  const spacing = (2 * REACH) / density.length;
  const scale = 1 / Math.sqrt(2 * Math.PI * law.variance);
  let total = 0;
  for (const [i, mu] of density.entries()) {
    let average = 0;
    for (const [k, node] of NODES.entries()) {
      const u = -REACH + (i + 0.5 + node) * spacing - law.mean;
      average += WEIGHTS[k] * scale * Math.exp((-0.5 * u * u) / law.variance);
    }
    total += spacing * Math.abs(mu - average);
  }
  return total;
}

export const linearLangevinOrder = schemeOrder({
  id: "linear-langevin-order",
  statement:
    "On the Gaussian solution of mean-field Langevin dynamics of a linear neuron, the second-order grid scheme converges in L¹ with order 2.",
  source: cited("alexander1977"),
  equation:
    "∂_tμ = ∂_θ(μ ∂_θΦ + τ∂_θμ), Φ = (s m − c)θ + λθ²/2, m = ∫θ dμ: μ_t = N(m, A) with ṁ = −(s+λ)m + c, Ȧ = −2λA + 2τ.",
  validates: "the densities of first-order dynamics as a reference in transients, in time and in space",
  scheme: "second-order",
  order: 2,
  quick: [16, 128],
  full: [16, 512],
  steps: "1/16, 1/32, …, 1/128 (1/512 in the full variant)",
  caption: "Half the step and half the cell leave a quarter of the error.",
});

/** Backward Euler with Φ at the new time. */
export const implicitOrder = schemeOrder({
  id: "implicit-order",
  statement:
    "On the Gaussian solution of mean-field Langevin dynamics of a linear neuron, backward Euler with Φ at the new time converges in L¹ with order 1.",
  source: cited("chang1970"),
  equation:
    "(μ⁺ − μ)/h = ∂_θ(μ⁺ ∂_θΦ[μ⁺] + τ∂_θμ⁺), Φ = (s m − c)θ + λθ²/2, m = ∫θ dμ, against μ_t = N(m, A), ṁ = −(s+λ)m + c, Ȧ = −2λA + 2τ.",
  validates: "the unconditionally decreasing scheme for densities, and how accurate its transients are",
  scheme: "implicit",
  order: 1,
  quick: [24, 384],
  full: [16, 1024],
  steps: "1/24, 1/48, …, 1/384 (1/16 … 1/1024 in the full variant)",
  caption: "Half the step leaves half the error.",
});
