// What is known of a study's steps before it runs: at which of its points they are too large.

import { stepWarning } from "../experiment/stability.ts";
import type { PreparedPoint } from "./prepare.ts";
import { valuesText } from "./sweep.ts";

/** A sentence on all points whose step is too large; null where none is. Cost: 20 gradients of narrow copies a point. */
export function stepWarnings(points: readonly PreparedPoint[]): string | null {
  const found = points.flatMap(({ values, prepared }) => {
    const warning = stepWarning(prepared.built.runs);
    return warning === null ? [] : [{ values, warning }];
  });
  const [first] = found;
  if (first === undefined) return null;
  const where = valuesText(first.values);
  if (where === "") return first.warning;
  return found.length === 1
    ? `at ${where} ${first.warning}`
    : `at ${found.length} of ${points.length} points, the first ${where}, ${first.warning}`;
}
