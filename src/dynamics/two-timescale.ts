// Two timescales: gradient flow with mobility 1 on the output weights a and ε on the inner parameters w, b.
// As ε → 0 the output weights follow their optimum, a = a*(w, b) (Marion, Berthier, arXiv 2304.09576; docs/theory.md §6).

import type { Breach } from "../base/breach.ts";
import { requireKeys, requirePositive } from "../base/keys.ts";
import { withRecipe } from "../base/recipe.ts";
import type { FirstOrderDynamics, Unknowns } from "./dynamics.ts";
import { gradientFlow, noiseBreaches } from "./gradient-flow.ts";
import { movedBy } from "./mobility.ts";
import { dynamicsRecord } from "./record.ts";

/**
 * Gradient flow in which the inner parameters move ε times as fast as the output weight: D = 1 on a, ε > 0 on w and b.
 * Restrictions: a trained output, temperature 0. Errors (input): an ε that is none.
 * Source: Marion, Berthier, NeurIPS 36 (2023).
 *
 * @example
 * ```ts
 * import { data, neuron, problem, twoTimescale } from "muflow";
 *
 * // The output weight a moves at rate 1; w and b move 20 times slower.
 * const task = problem({
 *   data: data.fromFunction({ function: "step", interval: [-1, 1], samples: 8 }),
 *   neuron: neuron({ activation: "tanh", inputs: 1 }),
 * });
 * console.log(twoTimescale({ epsilon: 0.05 }).mobility(task)); // Float64Array(3) [ 1, 0.05, 0.05 ]
 * ```
 */
export function twoTimescale(options: { epsilon: number }): FirstOrderDynamics {
  requireKeys("dynamics", options, ["epsilon"]);
  const { epsilon } = options;
  requirePositive("dynamics.epsilon", epsilon);
  return withRecipe(options, {
    ...gradientFlow(),
    ...movedBy({ w: epsilon, b: epsilon }, breaches),
    kind: "two-timescale",
    neuronEquation: "θ̇ = −D∇Φ[μ](θ), D = 1 on a, ε on w and b",
    sources: ["marion2023"],
    metric: { plain: false, key: ["dynamics", "kind"], found: "two-timescale" },
  });
}

function breaches(problem: Unknowns): Breach[] {
  const noise = noiseBreaches(problem, "two-timescale", "langevin with mobility");
  if (problem.blocks.includes("a")) return noise;
  const breach = problem.blocks.includes("w")
    ? {
        key: ["problem", "neuron", "output"],
        found: "fixed",
        allowed: "trained, bounded with two-timescale, where a is the fast part",
      }
    : {
        key: ["dynamics", "kind"],
        found: "two-timescale",
        allowed: `gradient-flow, langevin, kinetic: ${problem.noBlock}`,
      };
  return [...noise, breach];
}

export const TWO_TIMESCALE = dynamicsRecord({
  kind: "two-timescale",
  description: "gradient flow with D = 1 on a, ε on w and b; needs temperature 0",
  shape: ({ positive }) => ({ epsilon: positive.describe("ε, the mobility of w and b") }),
  make: twoTimescale,
});
