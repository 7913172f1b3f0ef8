// The linear neuron ψ = θx, V = λθ²/2, under kinetic Langevin dynamics: a Gaussian of (θ, ω) whose mean and covariance solve linear
// equations, beside its density on the cells of phase space; compared in L¹ at the centres. Strang's splitting A/2 B/2 O B/2 A/2, every
// part exact, errs in even powers of h: by O(h²), and Richardson's combination of two whole runs by O(h⁴).

import { type Claim, cited } from "../claims/claim.ts";
import { evolve, gaussian, grid, kinetic } from "../index.ts";
import { kineticAt, linearNeuron, type PhaseGaussian } from "../limits/gaussian.ts";
import { linearProblem } from "./support/neurons.ts";
import { type OrderClaim, orderClaim } from "./support/order-claim.ts";

const FRICTION = 1;
const START: PhaseGaussian = { theta: -1, omega: 0.5, varTheta: 0.25, covariance: 0, varOmega: 0.16 };
const UNTIL = 2;

const task = linearProblem([1], [1], { lambda: 0.5, tau: 0.1 });

interface PhaseCells {
  readonly cells: readonly [number, number];
  /** θ and ω reach as far in either direction. */
  readonly reach: readonly [number, number];
}

/** Six standard deviations from every mean on the way, σ/2 a cell: round-off in space. The second: more of both. */
const NARROW: PhaseCells = { cells: [64, 64], reach: [5, 4] };
const WIDE: PhaseCells = { cells: [128, 128], reach: [6, 4.5] };

interface SplittingOrder
  extends Pick<OrderClaim, "id" | "statement" | "source" | "validates" | "full" | "caption"> {
  readonly order: 2 | 4;
  /** The problem's end in words, and the range of the full variant. */
  readonly setting: string;
  readonly range: string;
}

function splittingOrder(asked: SplittingOrder): Claim {
  const { setting, range, ...stated } = asked;
  return orderClaim({
    ...stated,
    equation:
      "∂_tμ + ω∂_θμ − ∂_θΦ ∂_ωμ = γ∂_ω(ωμ + τ∂_ωμ), Φ = (s m − c)θ + λθ²/2: μ_t is Gaussian, ṁ = v, v̇ = −γv − (s+λ)m + c, Ȧ = 2B, Ḃ = C − λA − γB, Ċ = −2λB − 2γC + 2γτ.",
    experiment: `s = c = 1, λ = ½, γ = 1, τ = 0.1, μ₀ = N((−1, ½), diag(½², 0.4²)), t = 2; scheme spectral, word ABOBA${setting}; 64² cells on [−5, 5] × [−4, 4] and h = 1/5 … 1/40 (128² on [−6, 6] × [−4.5, 4.5], ${range} in the full variant).`,
    statistic: "Order of the last refinement of ∫|μ − its Gaussian| at t = 2.",
    within: 0.02,
    quick: [5, 40],
    y: "∫|μ − its Gaussian|",
    errors(full) {
      const { cells, reach } = full ? WIDE : NARROW;
      const extent = reach.map((end) => [-end, end] as const);
      const solver = grid({ cells, extent, scheme: "spectral", integrator: "aboba", order: asked.order });
      const initial = gaussian({
        mean: [START.theta],
        std: [Math.sqrt(START.varTheta)],
        momentum: { mean: [START.omega], std: [Math.sqrt(START.varOmega)] },
      });
      const law = kineticAt(linearNeuron(task), FRICTION, START, UNTIL);
      return {
        async of(step) {
          const course = { initial, until: UNTIL, step, record: 1 };
          const { snapshots } = await evolve(task, kinetic({ friction: FRICTION }), solver, course);
          return distanceToGaussian(snapshots.at(-1)!.density, { cells, reach }, law);
        },
      };
    },
  });
}

function distanceToGaussian(density: Float64Array, { cells, reach }: PhaseCells, law: PhaseGaussian): number {
  const [rows, columns] = cells;
  const [right, high] = reach;
  const [across, along] = [(2 * right) / rows, (2 * high) / columns];
  const { varTheta: a, covariance: b, varOmega: c } = law;
  const determinant = a * c - b * b;
  const scale = 1 / (2 * Math.PI * Math.sqrt(determinant));
  let total = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const u = -right + (i + 0.5) * across - law.theta;
      const v = -high + (j + 0.5) * along - law.omega;
      const exact = scale * Math.exp((-0.5 * (c * u * u - 2 * b * u * v + a * v * v)) / determinant);
      total += across * along * Math.abs(density[i * columns + j] - exact);
    }
  }
  return total;
}

export const linearKineticOrder = splittingOrder({
  id: "linear-kinetic-order",
  statement:
    "On the Gaussian solution of kinetic Langevin dynamics of a linear neuron, the spectral splitting ABOBA of the density converges in L¹ with order 2 in the step.",
  source: cited("leimkuhler2013"),
  validates: "the densities of kinetic dynamics in phase space, and that their error is that of the step",
  order: 2,
  full: [5, 160],
  setting: "",
  range: "to 1/160",
  caption: "Half the step leaves a quarter of the distance to the exact density of positions and momenta.",
});

export const richardsonOrder = splittingOrder({
  id: "richardson-order",
  statement:
    "Richardson's combination (4S_{h/2} − S_h)/3 of the symmetric splitting ABOBA converges in L¹ with order 4 in the step, on the Gaussian solution of kinetic Langevin dynamics of a linear neuron.",
  source: cited("hairer1993"),
  validates: "the symmetry of the splitting, and the densities of order 4 that serve as references",
  order: 4,
  full: [4, 64],
  setting: ", order 4",
  range: "from 1/4 to 1/64",
  caption: "Half the step leaves a sixteenth of the distance to the exact density of positions and momenta.",
});
