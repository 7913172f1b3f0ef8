// One problem for claims on phase space and on rates: ψ = tanh(θx) on 24 points of sin 2x, V = 0.1 θ², τ =
// 0.05, from N(1, ½²). The cells resolve its densities to round-off; the momenta start at rest, N(0, τ),
// unless said otherwise.

import { data, evolve, gaussian, grid, kinetic, problem, type Row } from "../../index.ts";
import { TANH } from "./neurons.ts";

const POINTS = 24;
const X = Array.from({ length: POINTS }, (_, i) => -2 + (4 * (i + 0.5)) / POINTS);

export const TANH_PHASE =
  "ψ = tanh(θx) on 24 points of sin 2x in [−2, 2], ℓ squared, V = 0.1 θ², τ = 0.05, μ₀ = N(1, 1/4)";

export const TANH_START = gaussian({ mean: [1], std: [0.5] });

export const tanhPhaseTask = problem({
  data: data.fromArrays(
    X,
    X.map((x) => Math.sin(2 * x)),
  ),
  neuron: TANH,
  regulariser: { l2: 0.2 },
  temperature: 0.05,
});

export const PHASE_EXTENT = [
  [-5, 5],
  [-2.2, 2.2],
] as const;

/** Rows of every step, or of every `every`th, of the kinetic density with momenta at rest. */
export async function phaseRows(asked: {
  friction: number;
  order: 2 | 4;
  step: number;
  until: number;
  every?: number;
  cells?: readonly [number, number];
}): Promise<readonly Row[]> {
  const { friction, order, step, until, every = 1, cells = [128, 80] } = asked;
  const solver = grid({ cells, extent: PHASE_EXTENT, order });
  const record = Math.round(until / step / every);
  const course = { initial: TANH_START, until, step, record };
  return (await evolve(tanhPhaseTask, kinetic({ friction }), solver, course)).rows;
}
