// Birth–death (Wasserstein–Fisher–Rao): ∂_tμ = ∇·(μ∇ξ) + κμ(∫ξ dμ − ξ), ξ = Φ[μ] + τ log μ. Mass jumps to where ξ is
// low besides flowing there; dE_τ/dt = −∫|∇ξ|² dμ − κ Var_μ ξ. With noise Φ alone would have no Gibbs limit.

import { blockMobility, type FirstOrderDynamics } from "./dynamics.ts";

/** Gradient flow of E_τ in the Wasserstein–Fisher–Rao metric, with rate κ of birth and death. */
export function birthDeath({ rate }: { rate: number }): FirstOrderDynamics {
  return {
    order: "first",
    kind: "birth-death",
    rate,
    neuronEquation: "θ̇ = −∇Φ[μ](θ); killed above the mean of Φ, cloned below, at rate κ|Φ − ∫Φ dμ|",
    densityEquation: "∂_tμ = ∇·(μ∇ξ) + κμ(∫ξ dμ − ξ), ξ = Φ[μ] + τ log μ",
    sources: ["rotskoff2019"],
    mobility: (problem) => blockMobility(problem, {}),
    lyapunov: (temperature) => ({
      name: temperature === 0 ? "energy" : "free energy",
      formula: temperature === 0 ? "F(μ)" : "E_τ(μ) = F(μ) + τ∫μ log μ",
      identity: `d${temperature === 0 ? "F" : "E_τ"}/dt = −∫|∇ξ|² dμ − κ Var_μ ξ`,
    }),
  };
}
