// ‖μ_h − its Gaussian‖_{L¹} = O(h²): Strang's splitting A/2 B/2 O B/2 A/2 of the kinetic equation on phase space, every part exact,
// against the linear neuron's exact law.

import { cited, claim } from "../claims/claim.ts";
import {
  LINEAR_KINETIC,
  LINEAR_KINETIC_EQUATION,
  linearKineticErrors,
  NARROW,
  WIDE,
} from "./support/linear-kinetic.ts";
import { orderEvidence } from "./support/order-evidence.ts";

export const linearKineticOrder = claim({
  id: "linear-kinetic-order",
  statement:
    "On the Gaussian solution of kinetic Langevin dynamics of a linear neuron, the spectral splitting ABOBA of the density converges in L¹ with order 2 in the step.",
  source: cited("leimkuhler2013"),
  equation: LINEAR_KINETIC_EQUATION,
  experiment: `${LINEAR_KINETIC}; 64² cells on [−5, 5] × [−4, 4] and h = 1/5 … 1/40 (128² on [−6, 6] × [−4.5, 4.5], to 1/160 in the full variant).`,
  statistic: "Order of the last refinement of ∫|μ − its Gaussian| at t = 2.",
  validates: "the densities of kinetic dynamics in phase space, and that their error is that of the step",
  predicted: { equals: 2 },
  within: 0.02,
  async measure({ full, progress }) {
    const errors = full
      ? await linearKineticErrors(2, WIDE, [5, 10, 20, 40, 80, 160], progress)
      : await linearKineticErrors(2, NARROW, [5, 10, 20, 40], progress);
    return orderEvidence({
      errors,
      predicted: 2,
      x: "h",
      y: "∫|μ − its Gaussian|",
      caption:
        "Half the step leaves a quarter of the distance to the exact density of positions and momenta.",
    });
  },
});
