// Gradient flow with mobility D: θ̇ = −D∇Φ[μ](θ), ∂_tμ = ∇·(μ D∇Φ), the Wasserstein gradient flow of F.
// dF/dt = −∫ ∇Φ·D∇Φ dμ. Needs τ = 0.

import { requireKeys } from "../base/keys.ts";
import {
  blockMobility,
  type FirstOrderDynamics,
  type Mobility,
  mobilityOf,
  requireNoNoise,
} from "./dynamics.ts";

export interface GradientFlowOptions {
  /** Speed of each block of θ, default 1. */
  mobility?: Mobility;
}

/** Wasserstein gradient flow of F: training by gradient descent with vanishing step. */
export function gradientFlow(options: GradientFlowOptions = {}): FirstOrderDynamics {
  requireKeys("dynamics", options, ["mobility"]);
  const mobility = mobilityOf(options);
  return {
    order: "first",
    kind: "gradient-flow",
    rate: 0,
    annealing: null,
    neuronEquation: "θ̇ = −D∇Φ[μ](θ)",
    densityEquation: "∂_tμ = ∇·(μ D∇Φ[μ])",
    sources: ["mei2018", "chizat2018"],
    mobility(problem) {
      requireNoNoise("gradient flow", problem, "Use dynamics kind langevin for noisy training");
      return blockMobility(problem, mobility);
    },
    lyapunov: () => ({ name: "energy", formula: "F(μ)", identity: "dF/dt = −∫ ∇Φ·D∇Φ dμ" }),
  };
}
