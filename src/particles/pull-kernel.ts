// ∇V of neurons as a kernel: gradient_k += λ_k θ_k + strength v′(θ_k), the sums and their order those of `addGradient` (problem/potential.ts).

import type { Pass, WorkKernel } from "../kernels/pass.ts";
import { fieldsOf, type Rows, restOf } from "../kernels/row-works.ts";
import type { Potential } from "../problem/potential.ts";

/** As in c/works.h. */
const WELLS: readonly (Potential["kind"] | "none")[] = ["none", "double-well", "cosine"];

/** Of a V that is a sum over coordinates. `alone`: nothing else pulls, and the gradient is not 0 before. */
export function pullKernel(
  pass: Pass,
  potential: Potential,
  theta: Rows,
  gradient: Rows,
  alone: boolean,
): WorkKernel | null {
  const { slopes, strength, kind } = potential;
  const held = pass.engine?.allocate(slopes.length) ?? null;
  held?.numbers.set(slopes);
  const well = Math.max(0, WELLS.indexOf(kind));
  return pass.kernel({
    name: "pull",
    reads: alone ? [theta.image] : [theta.image, gradient.image],
    writes: [gradient.image],
    head: () => [
      ...fieldsOf(theta),
      ...fieldsOf(gradient),
      ...restOf(pass.part),
      slopes.length,
      well,
      strength,
      held!.address,
      alone ? 1 : 0,
    ],
    holds: [held],
  });
}
