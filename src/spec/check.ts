// What a check of the experiment file is.

import { type Breach, under } from "../base/breach.ts";
import type { Path } from "../base/errors.ts";
import type { DynamicsIn } from "./motion.ts";
import type { Shape } from "./shape.ts";

/** Says that the value found at a path is refused, and what is allowed there. */
export type Report = (path: Path, found: unknown, allowed: string) => void;

export type Check = (spec: Shape, report: Report, dynamics: DynamicsIn) => void;

/** Breaches of the solver at that place. */
export function reportAll(breaches: readonly (Breach | null)[], at: Path, report: Report): void {
  for (const breach of breaches) {
    if (breach === null) continue;
    const { key, found, allowed } = under(at, breach);
    report(key, found, allowed);
  }
}
