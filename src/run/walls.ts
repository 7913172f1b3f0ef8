// What a density has and networks beside it have not: the faces of its cells are closed (no flux), as if neurons were reflected there.
// With the usual `leak` no mass comes near them. With a large one, as `leak: 1`, the density is that of another problem.

import { hasScheme, isNetwork, isPhaseSpace } from "./runs.ts";
import { nameOf, type Run } from "./solvers/list.ts";

/** Mass beside a face from which on walls show in what is compared. */
const NOTICEABLE = 0.01;

/** That networks beside such a density have no walls, a sentence; null where there is nothing to say. */
export function wallWarning(runs: readonly Run[]): string | null {
  if (!runs.some(isNetwork)) return null;
  const walled = runs
    .filter(hasScheme)
    .find((run) => run.leak >= NOTICEABLE && (run.problem.domain === "plane" || isPhaseSpace(run)));
  if (walled === undefined) return null;
  return `the faces of ${nameOf(walled)} are closed, and with leak ${walled.leak} its mass may stand at them; networks have no walls and go on beyond: where that happens their distance to the density does not tend to 0. Widen its extent until leak 0.000001 lets it run`;
}
