// What reports of runs and of studies say and draw alike, beside results.

import type { FinishedExperiment, PreparedExperiment } from "../experiment/run.ts";
import { type DecisionPlane, decisionPlane } from "../run/decision.ts";
import { describe, hypotheses } from "../run/describe.ts";

type Built = PreparedExperiment["built"];

/** The equations, and what theorems ask of them. */
export function wordsOf(built: Built) {
  return { description: describe(built), hypotheses: hypotheses(built) };
}

/** The decision boundary, where there is one to draw. */
export async function planeOf(
  built: Built,
  { neurons, densities }: Pick<FinishedExperiment, "neurons" | "densities">,
): Promise<{ decision?: DecisionPlane }> {
  const decision = await decisionPlane(built, neurons, densities);
  return decision === undefined ? {} : { decision };
}
