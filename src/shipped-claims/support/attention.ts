// Self-attention on the circle, W = −e^{β cos z}/β = −a₀ − 2Σ_k a_k cos kz, a_k = I_k(β)/β (docs/theory.md §3.4): what its claims share.

import { type Dynamics, evolve, type GridSolver, gaussian, problem } from "../../index.ts";

/** a_k, by the trapezoidal rule for (1/π)∫₀^π e^{β cos θ} cos kθ dθ/β, which converges geometrically. */
export function coefficient(k: number, beta: number): number {
  const nodes = 200;
  let sum = 0;
  for (let j = 0; j < nodes; j++) {
    const angle = (2 * Math.PI * j) / nodes;
    sum += Math.exp(beta * Math.cos(angle)) * Math.cos(k * angle);
  }
  return sum / nodes / beta;
}

export const attentionTask = (beta: number, temperature: number) =>
  problem({ domain: "torus", interaction: { kind: "attention", beta }, temperature });

/** |∫e^{iθ}dμ| over time of a density that begins as N(0, std²) wrapped, whose order is e^{−std²/2}. */
export async function ordersOver(
  task: ReturnType<typeof attentionTask>,
  dynamics: Dynamics,
  solver: GridSolver,
  course: { std: number; until: number; step: number; record: number },
): Promise<{ t: number; order: number }[]> {
  const { std, ...time } = course;
  const { rows } = await evolve(task, dynamics, solver, {
    ...time,
    initial: gaussian({ mean: [0], std: [std] }),
  });
  return rows.map(({ t, observables }) => ({ t, order: observables.order_theta_0_1 }));
}
