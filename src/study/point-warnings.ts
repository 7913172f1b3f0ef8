// What is known to be doubtful of a study before it runs, and at which of its points: steps that are too large, walls that only
// densities have.

import { stepWarning } from "../run/stability.ts";
import { wallWarning } from "../run/walls.ts";
import type { PreparedPoint } from "./prepare.ts";
import { valuesText } from "./sweep.ts";

/** A sentence on all points for each kind of doubt. Cost: 20 gradients of narrow copies a point. */
export function pointWarnings(points: readonly PreparedPoint[]): string[] {
  return [stepWarning, wallWarning].flatMap((warningOf) => {
    const doubtful = points.flatMap(({ values, prepared }) => {
      const warning = warningOf(prepared.built.runs);
      return warning === null ? [] : [{ values, warning }];
    });
    const [first] = doubtful;
    if (first === undefined) return [];
    const where = valuesText(first.values);
    if (where === "") return [first.warning];
    return doubtful.length === 1
      ? [`at ${where} ${first.warning}`]
      : [`at ${doubtful.length} of ${points.length} points, the first ${where}, ${first.warning}`];
  });
}
