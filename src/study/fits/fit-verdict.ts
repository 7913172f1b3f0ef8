// What a fit of a study concludes: the verdict with everything that speaks against it, or why there is no fit.

import type { FitSpec } from "../../spec/shapes/study.ts";
import type { Verdict } from "../../statistics/verdict.ts";
import type { StudyFit } from "../summary.ts";
import type { SweptValues } from "../sweep.ts";

type Judged = Pick<Verdict, "verdict" | "reason">;

export function unfitted(spec: FitSpec, group: SweptValues, reason: string): StudyFit {
  const verdict = spec.predicted === undefined ? null : "NOT RESOLVED";
  const none = { levels: [], slope: null, intercept: null, interval: null, judged: null };
  return { spec, group, ...none, verdict, reason };
}

/** FAILS only where nothing is left to say for the prediction: `open`, what is, with what would resolve it. */
export function unlessOpen(verdict: Judged | null, open: string | null): Judged | null {
  if (verdict?.verdict !== "FAILS" || open === null) return verdict;
  return { verdict: "NOT RESOLVED", reason: `${verdict.reason}, but ${open}` };
}

/** The verdict, with everything that speaks against the fit. */
export function concluded(
  spec: FitSpec,
  verdict: Judged | null,
  remarks: readonly string[],
): Pick<StudyFit, "verdict" | "reason"> {
  const reason = [...(verdict === null ? [] : [verdict.reason]), ...remarks].join("; ");
  return { verdict: spec.predicted === undefined ? null : (verdict?.verdict ?? "NOT RESOLVED"), reason };
}
