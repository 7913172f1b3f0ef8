// JKO steps μ⁺ = argmin W₂²(μ, μ_k)/2h + U(μ), U = ∫μ²dx, are implicit Euler steps of the W₂ gradient flow ∂_tμ = ∂²_x μ². Barenblatt's
// profiles are dilations of one another, and JKO steps among them too, so W₂ to the exact one is the difference of deviations.

import { cited } from "../claims/claim.ts";
import { axis } from "../grid/axis.ts";
import { grid } from "../grid/grid.ts";
import { problem } from "../index.ts";
import { quantileStepper } from "../pde/jko/quantile.ts";
import { orderClaim } from "./support/order-claim.ts";

/** Of the grid that holds the initial profile, all finer as the step is. */
const CELLS_PER_STEP = 100;
const REACH = 4;
const PIECES_PER_STEP = 10;
const START = 1;
const UNTIL = 2;

/** k of ρ = t^{−1/3}(C − k x² t^{−2/3})₊ and C: mass 1 asks for (4/3) C^{3/2} k^{−1/2} = 1. */
const SLOPE = 1 / 12;
const HEIGHT = (0.75 * Math.sqrt(SLOPE)) ** (2 / 3);

/** Standard deviation of the exact profile at time t: radius² = (C/k) t^{2/3}, and a parabola's variance is a fifth of it. */
const deviation = (t: number) => Math.sqrt((HEIGHT / (5 * SLOPE)) * t ** (2 / 3));

/** ∫ρ at t = START up to x. */
function below(x: number): number {
  const edge = Math.sqrt(HEIGHT / SLOPE);
  const u = Math.max(-edge, Math.min(edge, x));
  return 0.5 + HEIGHT * u - (SLOPE * u * u * u) / 3;
}

/** W₂ to the exact profile after JKO steps of 1/n from t = 1 to 2. */
function distance(n: number): number {
  const line = grid([axis({ low: -REACH, high: REACH, cells: CELLS_PER_STEP * n })]);
  const { centres, spacing } = line.axes[0];
  const start = centres.map((x) => (below(x + 0.5 * spacing) - below(x - 0.5 * spacing)) / spacing);
  const stepper = quantileStepper({
    problem: problem({}),
    grid: line,
    law: start,
    step: (UNTIL - START) / n,
    pieces: PIECES_PER_STEP * n,
    porousMedium: { exponent: 2 },
  });
  for (let k = 0; k < n; k++) stepper.step();
  return Math.abs(Math.sqrt(stepper.moments().variance) - deviation(UNTIL));
}

export const jkoBarenblatt = orderClaim({
  id: "jko-barenblatt",
  statement:
    "Minimising movements of ∫μ² dx in W₂ lie O(h) from the porous medium flow ∂_tμ = ∂²_x μ², on Barenblatt's solution.",
  source: cited("jordan1998"),
  equation: "μ⁺ = argmin W₂²(μ, μ_k)/2h + ∫μ² dx, against ρ = t^{−1/3}(C − x²t^{−2/3}/12)₊, ∫ρ dx = 1.",
  experiment: `From t = 1 to 2 by quantiles, ${PIECES_PER_STEP}/h pieces of equal mass; h = 1/12 … 1/192 (1/8 … 1/512 in the full variant).`,
  statistic: "Order of the last refinement of W₂(μ, ρ) at t = 2.",
  validates: "the JKO stepper, its transport cost and its internal energy",
  order: 1,
  within: 0.02,
  quick: [12, 192],
  full: [8, 512],
  work: (n) => n * n,
  y: "W₂(μ, ρ) at t = 2",
  caption: "Half the step brings the profile twice as close to the exact one.",
  errors: () => ({ of: (_, n) => distance(n) }),
});
