// The linear neuron at τ = 0 (docs/theory.md §3.1): ψ = θx on data with Σq x² = s, so the network's mean e = ⟨θ⟩ −
// c/(s + λ) is one mode of stiffness s + λ, at every width, and F − F* = ½(s + λ)e² + ½λ⟨(θ − ⟨θ⟩)²⟩.

import { data, evolve, gaussian, type KineticDynamics, neuron, particles, problem } from "../../index.ts";
import { linearNeuron } from "../../limits/gaussian.ts";

/** s = 1, c = 1, and the given λ; two points, so that the fit is no interpolation. */
function linearTask(lambda: number) {
  return problem({
    data: data.fromArrays([1, -1], [1.5, -0.5]),
    neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: lambda },
  });
}

export const MODE_WIDTH = 5;

/** e_0, e_1, … after every `every` steps, with its mode's stiffness s + λ. */
export async function modeOrbit(asked: {
  lambda: number;
  dynamics: KineticDynamics;
  solver: { integrator: "polyak" | "nesterov-iteration" | "baoab"; order?: 1 | 2 };
  h: number;
  count: number;
  every?: number;
}): Promise<{ t: Float64Array; e: Float64Array }> {
  const { lambda, dynamics, solver, h, count, every = 1 } = asked;
  const task = linearTask(lambda);
  const { s, c } = linearNeuron(task);
  const { rows } = await evolve(task, dynamics, particles({ width: MODE_WIDTH, seed: 1, ...solver }), {
    initial: gaussian({ mean: [-1], std: [0.5] }),
    until: h * count,
    step: h,
    record: count / every,
  });
  const rest = c / (s + lambda);
  return {
    t: Float64Array.from(rows, ({ t }) => t),
    e: Float64Array.from(rows, ({ observables }) => observables.mean_theta_0 - rest),
  };
}
