// Birth–death (Wasserstein–Fisher–Rao), mobility D: ∂_tμ = ∇·(μD∇ξ) + κμ(∫ξ dμ − ξ), ξ = Φ[μ] + τ log μ. Mass jumps to where ξ
// is low besides flowing there; dE_τ/dt = −∫∇ξ·D∇ξ dμ − κ Var_μ ξ. With noise Φ alone would have no Gibbs limit.

import { requireKeys, requirePositive } from "../base/keys.ts";
import { withRecipe } from "../base/recipe.ts";
import type { FirstOrderDynamics } from "./dynamics.ts";
import type { GradientFlowOptions } from "./gradient-flow.ts";
import { mobilityAmong, mobilityBreaches, movedBy } from "./mobility.ts";
import { dynamicsRecord } from "./record.ts";

export interface BirthDeathOptions extends GradientFlowOptions {
  /** κ > 0 */
  rate: number;
}

/**
 * Gradient flow of E_τ in the Wasserstein–Fisher–Rao metric: besides transport, births and deaths at rate κ|ξ − ∫ξ dμ|, ξ = Φ + τ log μ. `rate` is
 * κ > 0, a number per unit of time and energy; `mobility` as in gradientFlow, and may be 0 on every block.
 * Restrictions: neurons need temperature 0, as a network has no log μ. Errors (input): a κ that is none; no such block.
 * Source: Rotskoff, Jelassi, Bruna, Vanden-Eijnden, ICML (2019).
 *
 * @example
 * ```ts
 * import { birthDeath } from "muflow";
 *
 * const motion = birthDeath({ rate: 2 });
 * console.log(motion.densityEquation); // ∂_tμ = ∇·(μD∇ξ) + κμ(∫ξ dμ − ξ), ξ = Φ[μ] + τ log μ
 * console.log(motion.lyapunov(0).identity); // dF/dt = −∫∇ξ·D∇ξ dμ − κ Var_μ ξ
 * ```
 */
export function birthDeath(options: BirthDeathOptions): FirstOrderDynamics {
  requireKeys("dynamics", options, ["rate", "mobility"]);
  const { rate } = options;
  requirePositive("dynamics.rate", rate);
  const mobility = mobilityAmong(options);
  return withRecipe(options, {
    ...movedBy(mobility, (problem) => mobilityBreaches(mobility, problem, true)),
    kind: "birth-death",
    diffusive: false,
    jumps: { rate },
    neuronEquation:
      "dθ = −D∇Φ[μ](θ) dt + √(2τD) dW; killed above the mean of ξ, cloned below, at rate κ|ξ − ∫ξ dμ|, ξ = Φ[μ] + τ log μ",
    densityEquation: "∂_tμ = ∇·(μD∇ξ) + κμ(∫ξ dμ − ξ), ξ = Φ[μ] + τ log μ",
    sources: ["rotskoff2019"],
    lyapunov: (temperature) => ({
      name: temperature === 0 ? "energy" : "free energy",
      formula: temperature === 0 ? "F(μ)" : "E_τ(μ) = F(μ) + τ∫μ log μ",
      identity: `d${temperature === 0 ? "F" : "E_τ"}/dt = −∫∇ξ·D∇ξ dμ − κ Var_μ ξ`,
    }),
  });
}

export const BIRTH_DEATH = dynamicsRecord({
  kind: "birth-death",
  description:
    "gradient flow (Langevin at τ > 0) with birth and death: + κ μ(∫ξ dμ − ξ), ξ = Φ + τ log μ; particles need temperature 0",
  shape: ({ positive, mobility }) => ({
    rate: positive.describe("κ, the rate of birth and death"),
    mobility,
  }),
  make: birthDeath,
});
