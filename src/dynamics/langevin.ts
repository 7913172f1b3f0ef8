// Mean-field Langevin dynamics: dθ = −D∇Φ[μ](θ) dt + √(2τD) dW, ∂_tμ = ∇·(D(μ∇Φ + τ∇μ)).
// dE_τ/dt = −∫ G·DG dμ with G = ∇(Φ + τ log μ); the limit is the Gibbs measure μ* ∝ exp(−Φ[μ*]/τ).

import { requireKeys } from "../base/keys.ts";
import { blockMobility, type FirstOrderDynamics, mobilityOf } from "./dynamics.ts";
import type { GradientFlowOptions } from "./gradient-flow.ts";

/** Noisy gradient descent at temperature τ, the Wasserstein gradient flow of the free energy E_τ. */
export function langevin(options: GradientFlowOptions = {}): FirstOrderDynamics {
  requireKeys("dynamics", options, ["mobility"]);
  const mobility = mobilityOf(options);
  return {
    order: "first",
    kind: "langevin",
    rate: 0,
    annealing: null,
    neuronEquation: "dθ = −D∇Φ[μ](θ) dt + √(2τD) dW",
    densityEquation: "∂_tμ = ∇·(D(μ∇Φ[μ] + τ∇μ))",
    sources: ["mei2018", "nitanda2022", "suzuki2023"],
    mobility: (problem) => blockMobility(problem, mobility),
    lyapunov: (temperature) =>
      temperature === 0
        ? { name: "energy", formula: "F(μ)", identity: "dF/dt = −∫ ∇Φ·D∇Φ dμ" }
        : {
            name: "free energy",
            formula: "E_τ(μ) = F(μ) + τ∫μ log μ",
            identity: "dE_τ/dt = −∫ G·DG dμ, G = ∇(Φ + τ log μ)",
          },
  };
}
