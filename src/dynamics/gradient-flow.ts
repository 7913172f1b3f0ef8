// Gradient flow with mobility D: θ̇ = −D∇Φ[μ](θ), ∂_tμ = ∇·(μ D∇Φ), the Wasserstein gradient flow of F.
// dF/dt = −∫ ∇Φ·D∇Φ dμ. Needs τ = 0.

import type { Breach } from "../base/breach.ts";
import { requireKeys } from "../base/keys.ts";
import { withRecipe } from "../base/recipe.ts";
import type { FirstOrderDynamics, Mobility, Unknowns } from "./dynamics.ts";
import { mobilityAmong, mobilityBreaches, movedBy } from "./mobility.ts";
import { dynamicsRecord } from "./record.ts";

export interface GradientFlowOptions {
  /** Speed of each block of θ, default 1. */
  mobility?: Mobility;
}

/**
 * Wasserstein gradient flow of F, θ̇ = −D∇Φ[μ](θ): training by gradient descent with vanishing step. `mobility` is D by block of θ, 1 where it is
 * left out; 0 freezes a block.
 * Restrictions: temperature 0. Errors (input): no such block, a speed below 0, nothing that moves.
 * Sources: Mei, Montanari, Nguyen, PNAS 115 (2018); Chizat, Bach, NeurIPS 31 (2018).
 *
 * @example
 * ```ts
 * import { data, gradientFlow, neuron, problem } from "muflow";
 *
 * // Only the output weight a is trained; w and b keep the values they start with.
 * const task = problem({
 *   data: data.fromFunction({ function: "sin", interval: [-3, 3], samples: 8 }),
 *   neuron: neuron({ activation: "relu", inputs: 1 }),
 * });
 * console.log(gradientFlow({ mobility: { w: 0, b: 0 } }).mobility(task)); // Float64Array(3) [ 1, 0, 0 ]
 * ```
 */
export function gradientFlow(options: GradientFlowOptions = {}): FirstOrderDynamics {
  requireKeys("dynamics", options, ["mobility"]);
  const mobility = mobilityAmong(options);
  return withRecipe(options, {
    ...movedBy(mobility, (problem) => [
      ...noiseBreaches(problem, "gradient-flow", "langevin"),
      ...mobilityBreaches(mobility, problem),
    ]),
    kind: "gradient-flow",
    diffusive: false,
    neuronEquation: "θ̇ = −D∇Φ[μ](θ)",
    densityEquation: "∂_tμ = ∇·(μ D∇Φ[μ])",
    sources: ["mei2018", "chizat2018"],
    lyapunov: () => ({ name: "energy", formula: "F(μ)", identity: "dF/dt = −∫ ∇Φ·D∇Φ dμ" }),
  });
}

/** Of a dynamics without noise at τ > 0. `instead`: what has noise. */
export function noiseBreaches({ temperature }: Unknowns, kind: string, instead: string): Breach[] {
  const allowed = `0 with ${kind}, which has no noise; use ${instead}`;
  return temperature > 0 ? [{ key: ["problem", "temperature"], found: temperature, allowed }] : [];
}

export const GRADIENT_FLOW = dynamicsRecord({
  kind: "gradient-flow",
  description: "θ̇ = −D∇Φ; needs temperature 0",
  shape: ({ mobility }) => ({ mobility }),
  make: gradientFlow,
});
