// The linear neuron ψ = θx, V = λθ²/2, under Langevin dynamics: μ_t = N(m, A), ṁ = −(s+λ)m + c, Ȧ = −2λA + 2τ, beside its density on a
// grid whose cells shrink as its step, Δ ∝ h; compared in L¹ as averages over cells.

import {
  data,
  evolve,
  type FirstOrderScheme,
  gaussian,
  grid,
  langevin,
  neuron,
  problem,
} from "../../index.ts";
import { langevinAt, linearNeuron } from "../../limits/gaussian.ts";
import type { Refinement } from "../../statistics/order.ts";

const REACH = 8;
const START = { mean: -1, variance: 0.64 };
const UNTIL = 1;
/** Cells along a step: so fine that most of the error is that of the step. */
const CELLS_PER_STEP = 32;

/** What a claim says of the experiment. */
export const LINEAR_LANGEVIN =
  `s = 1, c = 1, λ = ½, τ = 0.3, μ₀ = N(−1, 0.8²), t = 1; θ ∈ [−${REACH}, ${REACH}], ` +
  `${CELLS_PER_STEP}/h cells, so that h and Δ = ${(2 * REACH) / CELLS_PER_STEP}h shrink together`;

/** ∫|μ − N(m, A)| at t = 1, for each h = 1/n. */
export async function linearLangevinErrors(
  scheme: FirstOrderScheme,
  counts: readonly number[],
  progress: (share: number) => void,
): Promise<Refinement[]> {
  const task = problem({
    data: data.fromArrays([1], [1]),
    neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: 0.5 },
    temperature: 0.3,
  });
  const exact = langevinAt(linearNeuron(task), START, UNTIL);
  const errors: Refinement[] = [];
  const work = counts.reduce((total, n) => total + n * n, 0);
  let done = 0;
  for (const n of counts) {
    const cells = CELLS_PER_STEP * n;
    const solver = grid({ cells: [cells], extent: [[-REACH, REACH]], scheme });
    const initial = gaussian({ mean: [START.mean], std: [Math.sqrt(START.variance)] });
    const course = { initial, until: UNTIL, step: UNTIL / n, record: 1 };
    const { density } = (await evolve(task, langevin(), solver, course)).snapshots.at(-1)!;
    errors.push({ x: UNTIL / n, value: distanceToGaussian(density, exact) });
    done += n * n;
    progress(done / work);
  }
  return errors;
}

/** Gauss's three points on [−½, ½], exact to degree 5. */
const NODES = [-0.5 * Math.sqrt(0.6), 0, 0.5 * Math.sqrt(0.6)] as const;
const WEIGHTS = [5 / 18, 8 / 18, 5 / 18] as const;

function distanceToGaussian(density: Float64Array, law: { mean: number; variance: number }): number {
  const spacing = (2 * REACH) / density.length;
  const scale = 1 / Math.sqrt(2 * Math.PI * law.variance);
  let total = 0;
  for (const [i, found] of density.entries()) {
    let average = 0;
    for (const [k, node] of NODES.entries()) {
      const u = -REACH + (i + 0.5 + node) * spacing - law.mean;
      average += WEIGHTS[k] * scale * Math.exp((-0.5 * u * u) / law.variance);
    }
    total += spacing * Math.abs(found - average);
  }
  return total;
}
