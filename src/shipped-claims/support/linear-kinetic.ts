// The linear neuron ψ = θx, V = λθ²/2, under kinetic Langevin dynamics: a Gaussian of (θ, ω) whose mean and covariance solve linear
// equations, beside its density on the cells of phase space; compared in L¹ at the centres.

import { data, evolve, gaussian, grid, kinetic, neuron, problem } from "../../index.ts";
import { kineticAt, linearNeuron, type PhaseGaussian } from "../../limits/gaussian.ts";
import type { Refinement } from "../../statistics/order.ts";

const FRICTION = 1;
const START: PhaseGaussian = { theta: -1, omega: 0.5, varTheta: 0.25, covariance: 0, varOmega: 0.16 };
const UNTIL = 2;

/** What the claims say of the equation and the experiment. */
export const LINEAR_KINETIC_EQUATION =
  "∂_tμ + ω∂_θμ − ∂_θΦ ∂_ωμ = γ∂_ω(ωμ + τ∂_ωμ), Φ = (s m − c)θ + λθ²/2: μ_t is Gaussian, ṁ = v, v̇ = −γv − (s+λ)m + c, Ȧ = 2B, Ḃ = C − λA − γB, Ċ = −2λB − 2γC + 2γτ.";
export const LINEAR_KINETIC =
  "s = c = 1, λ = ½, γ = 1, τ = 0.1, μ₀ = N((−1, ½), diag(½², 0.4²)), t = 2; scheme spectral, word ABOBA";

export interface PhaseCells {
  readonly cells: readonly [number, number];
  readonly extent: readonly [readonly [number, number], readonly [number, number]];
}

/** Six standard deviations from every mean on the way, σ/2 a cell: round-off in space. The second: more of both. */
export const NARROW: PhaseCells = {
  cells: [64, 64],
  extent: [
    [-5, 5],
    [-4, 4],
  ],
};
export const WIDE: PhaseCells = {
  cells: [128, 128],
  extent: [
    [-6, 6],
    [-4.5, 4.5],
  ],
};

/** ∫|μ − its Gaussian| at t = 2 for each h = 1/n. */
export async function linearKineticErrors(
  order: 2 | 4,
  { cells, extent }: PhaseCells,
  counts: readonly number[],
  progress: (share: number) => void,
): Promise<Refinement[]> {
  const task = problem({
    data: data.fromArrays([1], [1]),
    neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: 0.5 },
    temperature: 0.1,
  });
  const solver = grid({ cells, extent, scheme: "spectral", integrator: "aboba", order });
  const initial = gaussian({
    mean: [START.theta],
    std: [Math.sqrt(START.varTheta)],
    momentum: { mean: [START.omega], std: [Math.sqrt(START.varOmega)] },
  });
  const law = kineticAt(linearNeuron(task), FRICTION, START, UNTIL);
  const total = counts.reduce((sum, n) => sum + n, 0);
  const errors: Refinement[] = [];
  let done = 0;
  for (const n of counts) {
    const course = { initial, until: UNTIL, step: 1 / n, record: 1 };
    const { snapshots } = await evolve(task, kinetic({ friction: FRICTION }), solver, course);
    errors.push({ x: 1 / n, value: distanceToGaussian(snapshots.at(-1)!.density, { cells, extent }, law) });
    done += n;
    progress(done / total);
  }
  return errors;
}

function distanceToGaussian(
  density: Float64Array,
  { cells, extent }: PhaseCells,
  law: PhaseGaussian,
): number {
  const [rows, columns] = cells;
  const [[left, right], [low, high]] = extent;
  const [across, along] = [(right - left) / rows, (high - low) / columns];
  const { varTheta: a, covariance: b, varOmega: c } = law;
  const determinant = a * c - b * b;
  const scale = 1 / (2 * Math.PI * Math.sqrt(determinant));
  let total = 0;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const u = left + (i + 0.5) * across - law.theta;
      const v = low + (j + 0.5) * along - law.omega;
      const exact = scale * Math.exp((-0.5 * (c * u * u - 2 * b * u * v + a * v * v)) / determinant);
      total += across * along * Math.abs(density[i * columns + j] - exact);
    }
  }
  return total;
}
