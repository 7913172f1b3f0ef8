// What reports of runs and of studies say and draw alike, beside results.

import type { FinishedExperiment } from "../experiment/execute.ts";
import type { PreparedExperiment } from "../experiment/prepare.ts";
import { tracesOf } from "../report/runs/traces.ts";
import { decisionPlane } from "../run/decision.ts";
import { describe, hypotheses } from "../run/describe.ts";

type Built = PreparedExperiment["built"];

/** The equations, and what theorems ask of them. */
export function wordsOf(built: Built) {
  return { description: describe(built), hypotheses: hypotheses(built) };
}

/** What a report of one run's folder is drawn from. */
export async function drawnFrom(built: Built, finished: Omit<FinishedExperiment, "failure">) {
  const { summary, series, results } = finished;
  const decision = await decisionPlane(built, results);
  return {
    ...{ summary, series, data: built.problem.data, traces: tracesOf(built, results) },
    ...(decision === undefined ? {} : { decision }),
  };
}
