// Birth–death (Wasserstein–Fisher–Rao), mobility D: ∂_tμ = ∇·(μD∇ξ) + κμ(∫ξ dμ − ξ), ξ = Φ[μ] + τ log μ. Mass jumps to where ξ
// is low besides flowing there; dE_τ/dt = −∫∇ξ·D∇ξ dμ − κ Var_μ ξ. With noise Φ alone would have no Gibbs limit.

import { inputError } from "../base/errors.ts";
import { requireKeys, showValue } from "../base/keys.ts";
import { blockMobility, type FirstOrderDynamics, mobilityOf } from "./dynamics.ts";
import type { GradientFlowOptions } from "./gradient-flow.ts";

export interface BirthDeathOptions extends GradientFlowOptions {
  /** κ > 0 */
  rate: number;
}

/** Gradient flow of E_τ in the Wasserstein–Fisher–Rao metric, with rate κ of birth and death. */
export function birthDeath(options: BirthDeathOptions): FirstOrderDynamics {
  requireKeys("dynamics", options, ["rate", "mobility"]);
  const { rate } = options;
  const mobility = mobilityOf(options);
  if (!(rate > 0) || !Number.isFinite(rate)) {
    throw inputError("dynamics.rate", `found ${showValue(rate)}; allowed: a number > 0`);
  }
  return {
    order: "first",
    kind: "birth-death",
    rate,
    annealing: null,
    neuronEquation:
      "dθ = −D∇Φ[μ](θ) dt + √(2τD) dW; killed above the mean of ξ, cloned below, at rate κ|ξ − ∫ξ dμ|, ξ = Φ[μ] + τ log μ",
    densityEquation: "∂_tμ = ∇·(μD∇ξ) + κμ(∫ξ dμ − ξ), ξ = Φ[μ] + τ log μ",
    sources: ["rotskoff2019"],
    mobility: (problem) => blockMobility(problem, mobility, true),
    lyapunov: (temperature) => ({
      name: temperature === 0 ? "energy" : "free energy",
      formula: temperature === 0 ? "F(μ)" : "E_τ(μ) = F(μ) + τ∫μ log μ",
      identity: `d${temperature === 0 ? "F" : "E_τ"}/dt = −∫∇ξ·D∇ξ dμ − κ Var_μ ξ`,
    }),
  };
}
