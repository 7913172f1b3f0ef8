// Heavy ball, at temperature τ: dθ = ω dt, dω = −(γω + ∇Φ[μ](θ)) dt + √(2γτ) dW; its density follows the kinetic
// equation ∂_tμ + ω·∇_θμ − ∇_θΦ·∇_ωμ = γ∇_ω·(ωμ + τ∇_ωμ).
// H = F(ρ) + ½∫|ω|²dμ + τ∫μ log μ, dH/dt = −γ∫|ω + τ∇_ω log μ|²dμ; the limit is μ* ⊗ N(0, τI).

import type { Breach } from "../base/breach.ts";
import { exp, power } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { requireKeys, requireNonNegative, requirePositive, showValue } from "../base/keys.ts";
import { withRecipe } from "../base/recipe.ts";
import type { Source } from "../base/sources.ts";
import type { Friction, KineticDynamics } from "./dynamics.ts";
import { dynamicsRecord } from "./record.ts";

export interface KineticOptions {
  /**
   * γ ≥ 0, above 0 where τ > 0; or Nesterov's γ(t) = r/(t + from), from ≥ 0 (default 0), which needs τ = 0; or γ = 2√m, Nesterov's choice for
   * an m-strongly convex F.
   */
  friction: number | { nesterov: number; from?: number } | { stronglyConvex: number };
}

/**
 * Second-order dynamics, dθ = ω dt, dω = −(γω + ∇Φ[μ](θ)) dt + √(2γτ) dW: heavy ball at τ = 0, underdamped Langevin at τ > 0, Nesterov's equations with
 * γ = r/t or 2√m.
 * Restrictions: τ > 0 needs a constant γ > 0; where γ is infinite at t = 0 momenta must rest there, and no density serves. Errors (input): a friction
 * that is none of these.
 * Sources: Krichene, Caluya, Halder, arXiv 2007.06852; Su, Boyd, Candès, JMLR 17 (2016), of γ = r/t; Wilson, Recht, Jordan, JMLR 22 (2021), of 2√m.
 *
 * @example
 * ```ts
 * import { kinetic } from "muflow";
 *
 * console.log(kinetic({ friction: 1 }).friction.at(5)); // 1
 * console.log(kinetic({ friction: { nesterov: 3 } }).friction.at(6)); // 0.5
 * console.log(kinetic({ friction: { stronglyConvex: 0.25 } }).friction.at(0)); // 1
 * ```
 */
export function kinetic(options: KineticOptions): KineticDynamics {
  requireKeys("dynamics", options, ["friction"]);
  const { friction } = options;
  requireFriction(friction);
  return withRecipe({ friction: specOf(friction) } satisfies KineticSpec, {
    order: "second",
    kind: "kinetic",
    friction: frictionOf(friction),
    neuronEquation: "dθ = ω dt, dω = −(γω + ∇Φ[μ](θ)) dt + √(2γτ) dW",
    densityEquation: "∂_tμ + ω·∇_θμ − ∇_θΦ[ρ]·∇_ωμ = γ∇_ω·(ωμ + τ∇_ωμ), ρ the θ-marginal",
    sources: ["krichene2020", sourceOf(friction)],
    breaches: ({ temperature }) => noiseWithout(frictionOf(friction), temperature),
    lyapunov: (temperature) =>
      temperature === 0
        ? { name: "hamiltonian", formula: "H(μ) = F(ρ) + ½∫|ω|²dμ", identity: "dH/dt = −γ∫|ω|²dμ" }
        : {
            name: "hamiltonian",
            formula: "H(μ) = F(ρ) + ½∫|ω|²dμ + τ∫μ log μ",
            identity: "dH/dt = −γ∫|ω + τ∇_ω log μ|²dμ",
          },
  });
}

/** Noise that friction does not balance. */
function noiseWithout({ nesterov, formula, at }: Friction, temperature: number): Breach[] {
  if (temperature === 0) return [];
  if (nesterov === null) {
    const allowed = "a number > 0 with temperature > 0";
    return at(0) > 0 ? [] : [{ key: ["dynamics", "friction"], found: 0, allowed }];
  }
  const allowed = `0 with friction γ = ${formula}, which fades, and noise with it; or a constant friction`;
  return [{ key: ["problem", "temperature"], found: temperature, allowed }];
}

const FRICTIONS = "a number ≥ 0, {nesterov, from?}, {stronglyConvex}";

function requireFriction(friction: KineticOptions["friction"]): void {
  if (typeof friction === "number") return;
  const refusal = () =>
    inputError("dynamics.friction", `found ${showValue(friction)}; allowed: ${FRICTIONS}`);
  if (typeof friction !== "object" || friction === null) throw refusal();
  requireKeys("dynamics.friction", friction, ["nesterov", "from", "stronglyConvex"]);
  const keys = Object.keys(friction);
  if (keys.includes("stronglyConvex") ? keys.length > 1 : !keys.includes("nesterov")) throw refusal();
}

function sourceOf(friction: KineticOptions["friction"]): Source {
  if (typeof friction === "number") return "kazeykina2020";
  return "stronglyConvex" in friction ? "wilson2021" : "su2016";
}

function frictionOf(friction: KineticOptions["friction"]): Friction {
  if (typeof friction === "number") return constant(friction);
  if ("stronglyConvex" in friction) return stronglyConvex(friction.stronglyConvex);
  return nesterov(friction.nesterov, friction.from ?? 0);
}

function stronglyConvex(m: number): Friction {
  requirePositive("dynamics.friction.strong-convexity", m);
  const gamma = 2 * Math.sqrt(m);
  return { ...constant(gamma), formula: `2√${m} = ${gamma}` };
}

function constant(gamma: number): Friction {
  requireNonNegative("dynamics.friction", gamma);
  return { formula: `${gamma}`, nesterov: null, at: () => gamma, damping: (_t, h) => exp(-gamma * h) };
}

function nesterov(r: number, from: number): Friction {
  requirePositive("dynamics.friction.nesterov", r);
  requireNonNegative("dynamics.friction.from", from);
  return {
    formula: from === 0 ? `${r}/t` : `${r}/(t + ${from})`,
    nesterov: { r, from },
    at: (t) => r / (t + from),
    damping: (t, h) => (t + from === 0 ? 0 : power((t + from) / (t + h + from), r)),
  };
}

type FrictionSpec =
  | Exclude<KineticOptions["friction"], { stronglyConvex: number }>
  | { "strong-convexity": number };

interface KineticSpec {
  friction: FrictionSpec;
}

/** As the experiment file states it. */
function specOf(friction: KineticOptions["friction"]): FrictionSpec {
  return typeof friction === "object" && "stronglyConvex" in friction
    ? { "strong-convexity": friction.stronglyConvex }
    : friction;
}

export const KINETIC = dynamicsRecord({
  kind: "kinetic",
  description: "dθ = ω dt, dω = −(γω + ∇Φ) dt + √(2γτ) dW",
  shape: ({ z, positive, nonNegative }) => ({
    friction: z
      .union([
        nonNegative,
        z.strictObject({
          nesterov: positive.describe("r of γ(t) = r/(t + from); needs temperature 0"),
          from: nonNegative.default(0).describe("shift of time; 0 needs zero initial momentum"),
        }),
        z.strictObject({
          "strong-convexity": positive.describe("m of γ = 2√m, Nesterov's for an m-strongly convex F"),
        }),
      ])
      .describe("γ, constant or Nesterov's; 0 needs temperature 0"),
  }),
  make: ({ friction }: KineticSpec) =>
    kinetic({
      friction:
        typeof friction === "object" && "strong-convexity" in friction
          ? { stronglyConvex: friction["strong-convexity"] }
          : friction,
    }),
});
