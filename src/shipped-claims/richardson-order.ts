// ‖(4μ_{h/2} − μ_h)/3 − its Gaussian‖_{L¹} = O(h⁴): the error of a symmetric splitting runs in even powers of h, so Richardson's
// combination of two whole runs loses h² and has h⁴ next.

import { cited, claim } from "../claims/claim.ts";
import {
  LINEAR_KINETIC,
  LINEAR_KINETIC_EQUATION,
  linearKineticErrors,
  NARROW,
  WIDE,
} from "./support/linear-kinetic.ts";
import { orderEvidence } from "./support/order-evidence.ts";

export const richardsonOrder = claim({
  id: "richardson-order",
  statement:
    "Richardson's combination (4S_{h/2} − S_h)/3 of the symmetric splitting ABOBA converges in L¹ with order 4 in the step, on the Gaussian solution of kinetic Langevin dynamics of a linear neuron.",
  source: cited("hairer1993"),
  equation: LINEAR_KINETIC_EQUATION,
  experiment: `${LINEAR_KINETIC}, order 4; 64² cells on [−5, 5] × [−4, 4] and h = 1/5 … 1/40 (128² on [−6, 6] × [−4.5, 4.5], from 1/4 to 1/64 in the full variant).`,
  statistic: "Order of the last refinement of ∫|μ − its Gaussian| at t = 2.",
  validates: "the symmetry of the splitting, and the densities of order 4 that serve as references",
  predicted: { equals: 4 },
  within: 0.02,
  async measure({ full, progress }) {
    const errors = full
      ? await linearKineticErrors(4, WIDE, [4, 8, 16, 32, 64], progress)
      : await linearKineticErrors(4, NARROW, [5, 10, 20, 40], progress);
    return orderEvidence({
      errors,
      predicted: 4,
      x: "h",
      y: "∫|μ − its Gaussian|",
      caption:
        "Half the step leaves a sixteenth of the distance to the exact density of positions and momenta.",
    });
  },
});
