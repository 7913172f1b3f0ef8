// Mean-field Langevin dynamics: dθ = −D∇Φ[μ](θ) dt + √(2τD) dW, ∂_tμ = ∇·(D(μ∇Φ + τ∇μ)).
// dE_τ/dt = −∫ G·DG dμ with G = ∇(Φ + τ log μ); the limit is the Gibbs measure μ* ∝ exp(−Φ[μ*]/τ).

import { requireKeys } from "../base/keys.ts";
import { withRecipe } from "../base/recipe.ts";
import type { FirstOrderDynamics } from "./dynamics.ts";
import type { GradientFlowOptions } from "./gradient-flow.ts";
import { mobilityAmong, movedBy } from "./mobility.ts";
import { dynamicsRecord } from "./record.ts";

/**
 * Noisy gradient descent at the problem's temperature τ, dθ = −D∇Φ[μ](θ) dt + √(2τD) dW: the Wasserstein gradient flow of the free energy E_τ.
 * `mobility` as in gradientFlow; τ may be 0. Errors (input): no such block, a speed below 0, nothing that moves.
 * Sources: Mei, Montanari, Nguyen, PNAS 115 (2018); Nitanda, Wu, Suzuki, AISTATS (2022).
 *
 * @example
 * ```ts
 * import { langevin } from "muflow";
 *
 * const motion = langevin();
 * console.log(motion.neuronEquation); // dθ = −D∇Φ[μ](θ) dt + √(2τD) dW
 * console.log(motion.lyapunov(0.1).identity); // dE_τ/dt = −∫ G·DG dμ, G = ∇(Φ + τ log μ)
 * ```
 */
export function langevin(options: GradientFlowOptions = {}): FirstOrderDynamics {
  requireKeys("dynamics", options, ["mobility"]);
  return withRecipe(options, {
    ...movedBy(mobilityAmong(options)),
    kind: "langevin",
    diffusive: true,
    neuronEquation: "dθ = −D∇Φ[μ](θ) dt + √(2τD) dW",
    densityEquation: "∂_tμ = ∇·(D(μ∇Φ[μ] + τ∇μ))",
    sources: ["mei2018", "nitanda2022", "suzuki2023"],
    lyapunov: (temperature) =>
      temperature === 0
        ? { name: "energy", formula: "F(μ)", identity: "dF/dt = −∫ ∇Φ·D∇Φ dμ" }
        : {
            name: "free energy",
            formula: "E_τ(μ) = F(μ) + τ∫μ log μ",
            identity: "dE_τ/dt = −∫ G·DG dμ, G = ∇(Φ + τ log μ)",
          },
  });
}

export const LANGEVIN = dynamicsRecord({
  kind: "langevin",
  description: "dθ = −D∇Φ dt + √(2τD) dW",
  shape: ({ mobility }) => ({ mobility }),
  make: langevin,
});
