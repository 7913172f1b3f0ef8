// The linear neuron at τ = 0 (docs/theory.md §3.1): ψ = θx on data with Σq x² = s, so the network's mean e = ⟨θ⟩ −
// c/(s + λ) is one mode of stiffness s + λ, at every width, and F − F* = ½(s + λ)e² + ½λ⟨(θ − ⟨θ⟩)²⟩.

import { evolve, gaussian, type KineticDynamics, particles } from "../../index.ts";
import { linearNeuron } from "../../limits/gaussian.ts";
import { linearProblem } from "./neurons.ts";

const LAMBDA = 0.3;
/** s + λ */
export const STIFFNESS = 1 + LAMBDA;
export const MODE_WIDTH = 5;

/** s = 1, c = 1; two points, so that the fit is no interpolation. */
const task = linearProblem([1, -1], [1.5, -0.5], { lambda: LAMBDA });

/** e_0, e_1, … after every `every` steps. */
export async function modeOrbit(asked: {
  dynamics: KineticDynamics;
  integrator: "polyak" | "nesterov-iteration" | "baoab";
  h: number;
  count: number;
  every?: number;
}): Promise<{ t: Float64Array; e: Float64Array }> {
  const { dynamics, integrator, h, count, every = 1 } = asked;
  const { s, lambda, c } = linearNeuron(task);
  const initial = gaussian({ mean: [-1], std: [0.5] });
  const course = { initial, until: h * count, step: h, record: count / every };
  const solver = particles({ width: MODE_WIDTH, seed: 1, integrator });
  const { rows } = await evolve(task, dynamics, solver, course);
  const rest = c / (s + lambda);
  return {
    t: Float64Array.from(rows, ({ t }) => t),
    e: Float64Array.from(rows, ({ observables }) => observables.mean_theta_0 - rest),
  };
}
