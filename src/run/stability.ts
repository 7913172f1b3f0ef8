// How far the steps of an experiment may go, as far as its start tells: for every method of its runs that has a limit, as the records of solvers say.
// Cost: 20 gradients of a narrow copy each.

import { leastOf } from "../base/extremes.ts";
import { rounded } from "../base/words.ts";
import { type Run, recordOf } from "./solvers/list.ts";
import { type StabilityLimit, suggestStep } from "./stable-step.ts";

/** One method beside what it may take. */
export interface MethodStability {
  readonly method: string;
  /** h */
  readonly step: number;
  readonly limit: StabilityLimit;
  /** A step that should be stable. */
  readonly advised: number;
}

/** What was found already: a command asks at the start, and for its report. */
const known = new WeakMap<readonly Run[], MethodStability[]>();

/** The methods of these runs, each once. */
export function stabilityOf(runs: readonly Run[]): MethodStability[] {
  const methods = known.get(runs) ?? search(runs);
  known.set(runs, methods);
  return methods;
}

function search(runs: readonly Run[]): MethodStability[] {
  const methods = runs.flatMap((run) => {
    const stability = recordOf(run).stability?.(run);
    return stability === undefined ? [] : [[stability.method, { run, ...stability }] as const];
  });
  return [...new Map(methods).values()].map(({ method, run, limit: limitOf }) => {
    const limit = limitOf();
    return { method, step: run.schedule.step, limit, advised: suggestStep(run, limit.step) };
  });
}

/** What is known before the start of steps that are too large, a sentence; null where none is. */
export function stepWarning(runs: readonly Run[]): string | null {
  const tooLarge = stabilityOf(runs).filter(({ step, limit }) => !(step < limit.step));
  if (tooLarge.length === 0) return null;
  const limits = tooLarge.map(
    ({ method, limit }) => `${rounded(limit.step, 4)}, below which ${method} is stable at the start`,
  );
  const advised = leastOf(tooLarge.map(({ advised }) => advised));
  return `time.step ${tooLarge[0].step} is above ${limits.join(", and ")}: it may blow up, unless the curvature falls along the way; try step ${advised}`;
}
