// The levels of a study: a quantity measured at each x (a width, a step, a spacing) in every replica.

import { inputError } from "../base/errors.ts";
import { requireKeys, requireList, requireNumber, requireNumbers } from "../base/keys.ts";

export interface Level {
  /** > 0; only ratios of x matter. */
  readonly x: number;
  /** One value a replica, all in one unit. */
  readonly samples: readonly number[];
}

/** Whether replica r draws the same random numbers at every level, or each level its own. */
export type Pairing = "paired" | "independent";

/** What speaks against a level, or against a whole fit. */
export interface Finding {
  readonly kind: "pre-asymptotic" | "noise floor" | "not resolved";
  /** With the numbers that it rests on. */
  readonly reason: string;
}

/** For a slope and a look at whether it is one. */
export const FEWEST_LEVELS = 3;

/**
 * Checks x and samples. Errors (input): no level, x not positive or twice, fewer than 2 replicas, values not finite,
 * paired levels with different numbers of replicas.
 */
export function requireLevels(levels: readonly Level[], pairing: Pairing): void {
  requireList("levels", levels, "a list of {x, samples}");
  for (const level of levels) {
    requireKeys("levels", level, ["x", "samples"]);
    requireNumber("levels: x", level.x);
    requireNumbers("levels: samples", level.samples);
  }
  if (levels.length === 0) throw inputError("levels", "found none; allowed: ≥ 1");
  const replicas = levels[0].samples.length;
  const seen = new Set<number>();
  for (const { x, samples } of levels) {
    if (!(x > 0 && x < Infinity)) throw inputError("levels", `found x = ${x}; allowed: finite, > 0`);
    if (seen.has(x)) throw inputError("levels", `found x = ${x} twice; allowed: once`);
    seen.add(x);
    if (samples.length < 2) {
      const found = `found ${samples.length} of them at x = ${x}`;
      throw inputError("replicas", `${found}; allowed: ≥ 2, whose scatter is the error`);
    }
    if (pairing === "paired" && samples.length !== replicas) {
      const found = `found ${replicas} at x = ${levels[0].x} and ${samples.length} at x = ${x}`;
      throw inputError("replicas", `${found}; allowed: as many at every level where they are paired`);
    }
    const bad = samples.find((value) => !Number.isFinite(value));
    if (bad !== undefined)
      throw inputError("levels", `found the value ${bad} at x = ${x}; allowed: finite values`);
  }
}

/** The levels in the order of x, checked. Errors (input): as `requireLevels`; fewer than 3. */
export function orderedLevels(levels: readonly Level[], pairing: Pairing): Level[] {
  requireLevels(levels, pairing);
  if (levels.length < FEWEST_LEVELS) {
    throw inputError(
      "levels",
      `found ${levels.length}; allowed: ≥ ${FEWEST_LEVELS}, for a slope and a look at whether it is one`,
    );
  }
  return [...levels].sort((a, b) => a.x - b.x);
}
