// Two timescales: gradient flow with mobility 1 on the output weights a and ε on the inner parameters w, b.
// As ε → 0 the output weights follow their optimum, a = a*(w, b) (Marion, Berthier, arXiv 2304.09576; THEORY §6).

import { inputError } from "../base/errors.ts";
import { requireKeys, showValue } from "../base/keys.ts";
import { blockMobility, type FirstOrderDynamics, requireNoNoise } from "./dynamics.ts";
import { gradientFlow } from "./gradient-flow.ts";

/** Gradient flow in which the inner parameters move ε times slower. Needs a trained output and τ = 0. */
export function twoTimescale(options: { epsilon: number }): FirstOrderDynamics {
  requireKeys("dynamics", options, ["epsilon"]);
  const { epsilon } = options;
  if (!(epsilon > 0) || !Number.isFinite(epsilon)) {
    throw inputError("dynamics.epsilon", `found ${showValue(epsilon)}; allowed: a number > 0`);
  }
  return {
    ...gradientFlow(),
    kind: "two-timescale",
    neuronEquation: "θ̇ = −D∇Φ[μ](θ), D = 1 on a, ε on w and b",
    sources: ["marion2023"],
    mobility(problem) {
      requireNoNoise("two-timescale gradient flow", problem, "Use kind langevin with a mobility");
      if (!problem.blocks.includes("a")) {
        throw inputError(
          "dynamics.kind",
          "two-timescale needs a trained output weight a; this neuron has none",
        );
      }
      const inner = problem.blocks.includes("b") ? { w: epsilon, b: epsilon } : { w: epsilon };
      return blockMobility(problem, inner);
    },
  };
}
