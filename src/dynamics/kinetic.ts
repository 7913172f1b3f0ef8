// Heavy ball, at temperature τ: dθ = ω dt, dω = −(γω + ∇Φ[μ](θ)) dt + √(2γτ) dW; its density follows the kinetic
// equation ∂_tμ + ω·∇_θμ − ∇_θΦ·∇_ωμ = γ∇_ω·(ωμ + τ∇_ωμ).
// H = F(ρ) + ½∫|ω|²dμ + τ∫μ log μ, dH/dt = −γ∫|ω + τ∇_ω log μ|²dμ; the limit is μ* ⊗ N(0, τI).

import { exp, power } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import type { Friction, KineticDynamics } from "./dynamics.ts";

export interface KineticOptions {
  /** γ ≥ 0, or Nesterov's γ(t) = r/(t + from), from ≥ 0 (default 0), which needs τ = 0. */
  friction: number | { nesterov: number; from?: number };
}

/** Second-order dynamics: heavy ball at τ = 0, underdamped Langevin at τ > 0, Nesterov's equation with γ = r/t. */
export function kinetic(options: KineticOptions): KineticDynamics {
  const { friction } = options;
  return {
    order: "second",
    kind: "kinetic",
    friction:
      typeof friction === "number" ? constant(friction) : nesterov(friction.nesterov, friction.from ?? 0),
    neuronEquation: "dθ = ω dt, dω = −(γω + ∇Φ[μ](θ)) dt + √(2γτ) dW",
    densityEquation: "∂_tμ + ω·∇_θμ − ∇_θΦ[ρ]·∇_ωμ = γ∇_ω·(ωμ + τ∇_ωμ), ρ the θ-marginal",
    sources: typeof friction === "number" ? ["krichene2020", "kazeykina2020"] : ["krichene2020", "su2016"],
    lyapunov: (temperature) =>
      temperature === 0
        ? { name: "hamiltonian", formula: "H(μ) = F(ρ) + ½∫|ω|²dμ", identity: "dH/dt = −γ∫|ω|²dμ" }
        : {
            name: "hamiltonian",
            formula: "H(μ) = F(ρ) + ½∫|ω|²dμ + τ∫μ log μ",
            identity: "dH/dt = −γ∫|ω + τ∇_ω log μ|²dμ",
          },
  };
}

function constant(gamma: number): Friction {
  if (!(gamma >= 0) || !Number.isFinite(gamma)) {
    throw inputError("dynamics.friction", `found ${gamma}; allowed: a number ≥ 0`);
  }
  return { formula: `${gamma}`, nesterov: null, at: () => gamma, damping: (_t, h) => exp(-gamma * h) };
}

function nesterov(r: number, from: number): Friction {
  if (!(r > 0) || !Number.isFinite(r)) {
    throw inputError("dynamics.friction.nesterov", `found ${r}; allowed: a number > 0`);
  }
  if (!(from >= 0) || !Number.isFinite(from)) {
    throw inputError("dynamics.friction.from", `found ${from}; allowed: a number ≥ 0`);
  }
  return {
    formula: from === 0 ? `${r}/t` : `${r}/(t + ${from})`,
    nesterov: { r, from },
    at: (t) => r / (t + from),
    damping: (t, h) => (t + from === 0 ? 0 : power((t + from) / (t + h + from), r)),
  };
}
