// Annealed mean-field Langevin: dθ = −D∇Φ[μ](θ) dt + √(2τ_t D) dW, ∂_tμ = ∇·(D(μ∇Φ + τ_t∇μ)), τ_t = c/log(e + t).
// dE_τ/dt = −∫ G·DG dμ + τ̇∫μ log μ, G = ∇(Φ + τ log μ): E_τ need not fall; on a bounded domain E_τ + τ log|Θ| does, as
// ∫μ log μ ≥ −log|Θ|. Where c is above a threshold F(μ_t) → inf F, like loglog t/log t. Source: Chizat, arXiv 2202.01009.

import { log } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { requireKeys, showValue } from "../base/keys.ts";
import { blockMobility, type FirstOrderDynamics, mobilityOf, type Temperature } from "./dynamics.ts";
import type { GradientFlowOptions } from "./gradient-flow.ts";

export interface AnnealedLangevinOptions extends GradientFlowOptions {
  /** c > 0, the temperature at t = 0. */
  constant: number;
}

/** Noisy gradient descent whose temperature falls like c/log t. The problem's own temperature must be 0. */
export function annealedLangevin(options: AnnealedLangevinOptions): FirstOrderDynamics {
  requireKeys("dynamics", options, ["constant", "mobility"]);
  const mobility = mobilityOf(options);
  const annealing = logarithmic(options.constant);
  return {
    order: "first",
    kind: "annealed-langevin",
    rate: 0,
    annealing,
    neuronEquation: "dθ = −D∇Φ[μ](θ) dt + √(2τ_t D) dW",
    densityEquation: "∂_tμ = ∇·(D(μ∇Φ[μ] + τ_t∇μ))",
    sources: ["chizat2022", "mei2018"],
    mobility(problem) {
      if (problem.temperature > 0) {
        throw inputError(
          "problem.temperature",
          `found ${problem.temperature}; annealed Langevin has a temperature of its own, τ = ${annealing.formula}. Leave problem.temperature out, or use langevin for a constant one`,
        );
      }
      return blockMobility(problem, mobility);
    },
    lyapunov: () => ({
      name: "free energy",
      formula: "E_τ(μ) = F(μ) + τ_t∫μ log μ",
      identity: "dE_τ/dt = −∫ G·DG dμ + τ̇∫μ log μ, G = ∇(Φ + τ log μ)",
    }),
  };
}

function logarithmic(c: number): Temperature {
  if (!(c > 0) || !Number.isFinite(c)) {
    throw inputError("dynamics.constant", `found ${showValue(c)}; allowed: a number > 0`);
  }
  return {
    formula: `${c}/log(e + t)`,
    constant: false,
    at: (t) => c / log(Math.E + t),
    slope(t) {
      const logarithm = log(Math.E + t);
      return -c / ((Math.E + t) * logarithm * logarithm);
    },
  };
}
