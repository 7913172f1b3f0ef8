// Annealed mean-field Langevin: dθ = −D∇Φ[μ](θ) dt + √(2τ_t D) dW, ∂_tμ = ∇·(D(μ∇Φ + τ_t∇μ)), τ_t = c/log(e + t).
// dE_τ/dt = −∫ G·DG dμ + τ̇∫μ log μ, G = ∇(Φ + τ log μ): E_τ need not fall; on a bounded domain E_τ + τ log|Θ| does, as
// ∫μ log μ ≥ −log|Θ|. Where c is above a threshold F(μ_t) → inf F, like loglog t/log t. Source: Chizat, arXiv 2202.01009.

import { type Breach, refuse } from "../base/breach.ts";
import { log } from "../base/elementary.ts";
import { requireFunction, requireKeys, requirePositive } from "../base/keys.ts";
import { withRecipe } from "../base/recipe.ts";
import type { FirstOrderDynamics, Temperature, Unknowns } from "./dynamics.ts";
import type { GradientFlowOptions } from "./gradient-flow.ts";
import { mobilityAmong, mobilityBreaches, movedBy } from "./mobility.ts";
import { dynamicsRecord } from "./record.ts";

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
 * Noisy gradient descent whose temperature falls as τ(t) = c/log(e + t), or follows a schedule: one of `constant`, which is c, and `schedule`.
 * `mobility` as in gradientFlow.
 * Restrictions: the problem's temperature is 0. Errors (input): neither of the two, or both; a c that is none; no such block.
 * Source: Chizat, Transactions on Machine Learning Research (2022).
 *
 * @example
 * ```ts
 * import { annealedLangevin } from "muflow";
 *
 * const motion = annealedLangevin({ constant: 0.1 });
 * console.log(motion.temperature?.formula, motion.temperature?.at(0)); // 0.1/log(e + t) 0.1
 * console.log(motion.temperature?.at(100).toFixed(4)); // 0.0216
 * ```
 */
export function annealedLangevin(options: AnnealedLangevinOptions): FirstOrderDynamics {
  requireKeys("dynamics", options, ["constant", "schedule", "mobility"]);
  const mobility = mobilityAmong(options);
  refuse(temperatureBreaches(options)[0]);
  const { constant, schedule } = options;
  const temperature = schedule === undefined ? logarithmic(constant) : given(schedule);
  const stated = schedule === undefined ? "constant/log(e + t)" : "its schedule's";
  const allowed = `nothing with annealed-langevin, whose τ is ${stated}; use langevin for a constant τ`;
  const another = ({ temperature: found }: Unknowns): Breach[] =>
    found > 0 ? [{ key: ["problem", "temperature"], found, allowed }] : [];
  return withRecipe(options, {
    ...movedBy(mobility, (problem) => [...another(problem), ...mobilityBreaches(mobility, problem)]),
    kind: "annealed-langevin",
    diffusive: true,
    temperature,
    neuronEquation: "dθ = −D∇Φ[μ](θ) dt + √(2τ_t D) dW",
    densityEquation: "∂_tμ = ∇·(D(μ∇Φ[μ] + τ_t∇μ))",
    sources: schedule === undefined ? ["chizat2022", "mei2018"] : ["mei2018"],
    lyapunov: () => ({
      name: "free energy",
      formula: "E_τ(μ) = F(μ) + τ_t∫μ log μ",
      identity: "dE_τ/dt = −∫ G·DG dμ + τ̇∫μ log μ, G = ∇(Φ + τ log μ)",
    }),
  });
}

/** One of the two gives τ. */
function temperatureBreaches({ constant, schedule }: { constant?: unknown; schedule?: unknown }): Breach[] {
  if (constant === undefined && schedule === undefined) {
    const allowed = "a number > 0, or schedule: {value, slope} in its place";
    return [{ key: ["dynamics", "constant"], found: undefined, allowed }];
  }
  if (constant === undefined || schedule === undefined) return [];
  const found = ["constant", "schedule"];
  return [{ key: ["dynamics"], found, allowed: "one of them, which gives τ" }];
}

function given(schedule: Schedule): Temperature {
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
  requirePositive("dynamics.constant", c);
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

export const ANNEALED_LANGEVIN = dynamicsRecord({
  kind: "annealed-langevin",
  description:
    "langevin at the falling temperature τ = c/log(e + t), or at a schedule of your own; problem.temperature must be left out",
  shape: ({ z, positive, ownFunction, ownName, mobility }) => ({
    constant: positive
      .exactOptional()
      .describe(
        "c, the temperature at t = 0; above a threshold of the problem, known for few, the energy falls to its infimum",
      ),
    schedule: z
      .strictObject({
        value: ownFunction("t ↦ τ(t)").describe("τ > 0"),
        slope: ownFunction("t ↦ τ̇(t)").describe("its derivative"),
        name: ownName,
      })
      .exactOptional()
      .describe("τ(t) of your own, in the place of c/log(e + t)"),
    mobility,
  }),
  breaches: temperatureBreaches,
  sound: { constant: 1, schedule: undefined },
  make: annealedLangevin,
});
