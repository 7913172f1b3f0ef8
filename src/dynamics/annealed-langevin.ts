// Annealed mean-field Langevin: dθ = −D∇Φ[μ](θ) dt + √(2τ_t D) dW, ∂_tμ = ∇·(D(μ∇Φ + τ_t∇μ)), τ_t = c/log(e + t).
// dE_τ/dt = −∫ G·DG dμ + τ̇∫μ log μ, G = ∇(Φ + τ log μ): E_τ need not fall; on a bounded domain E_τ + τ log|Θ| does, as
// ∫μ log μ ≥ −log|Θ|. Where c is above a threshold F(μ_t) → inf F, like loglog t/log t. Source: Chizat, arXiv 2202.01009.

import { log } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { requireFunction, requireKeys, showValue } from "../base/keys.ts";
import { blockMobility, type FirstOrderDynamics, mobilityOf, type Temperature } from "./dynamics.ts";
import type { GradientFlowOptions } from "./gradient-flow.ts";

/** A user's own τ(t) > 0, with its derivative. Both functions must be pure. */
export interface Schedule {
  value(t: number): number;
  slope(t: number): number;
  /** What reports call it. */
  name?: string;
}

export interface AnnealedLangevinOptions extends GradientFlowOptions {
  /** c > 0, the temperature at t = 0. */
  constant?: number;
  /** τ(t) in the place of c/log(e + t). */
  schedule?: Schedule;
}

/**
 * Noisy gradient descent whose temperature falls like c/log t, or follows a schedule of its own. The problem's temperature must
 * be 0.
 */
export function annealedLangevin(options: AnnealedLangevinOptions): FirstOrderDynamics {
  requireKeys("dynamics", options, ["constant", "schedule", "mobility"]);
  const mobility = mobilityOf(options);
  const { constant, schedule } = options;
  if (constant !== undefined && schedule !== undefined) {
    throw inputError("dynamics", "found a constant and a schedule; allowed: one of them");
  }
  const annealing = schedule === undefined ? logarithmic(constant) : own(schedule);
  return {
    order: "first",
    kind: "annealed-langevin",
    rate: 0,
    annealing,
    neuronEquation: "dθ = −D∇Φ[μ](θ) dt + √(2τ_t D) dW",
    densityEquation: "∂_tμ = ∇·(D(μ∇Φ[μ] + τ_t∇μ))",
    sources: schedule === undefined ? ["chizat2022", "mei2018"] : ["mei2018"],
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

function own(schedule: Schedule): Temperature {
  requireKeys("dynamics.schedule", schedule, ["value", "slope", "name"]);
  requireFunction("dynamics.schedule.value", schedule.value, "t ↦ τ(t)");
  requireFunction("dynamics.schedule.slope", schedule.slope, "t ↦ τ̇(t)");
  return {
    formula: schedule.name ?? "τ(t) given by the user",
    constant: false,
    at: (t) => schedule.value(t),
    slope: (t) => schedule.slope(t),
  };
}

function logarithmic(c: number | undefined): Temperature {
  if (typeof c !== "number" || !(c > 0) || !Number.isFinite(c)) {
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
