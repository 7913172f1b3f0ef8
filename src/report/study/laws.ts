// The fits of a study by the law they are of, and what tells those of one law apart.

import { grouped } from "../../base/grouped.ts";
import type { StudyFit } from "../../study/summary.ts";
import type { SweptValues } from "../../study/sweep.ts";
import { wordsByKey } from "../../study/value-labels.ts";
import { valuesNotation } from "./words.ts";

/** The fits by what was asked for: one law, and a fit of it for each group. */
export function lawsOf(fits: readonly StudyFit[]): StudyFit[][] {
  return grouped(fits, ({ spec }) => JSON.stringify(spec));
}

/** What a group has besides swept keys: named only where the fits of a law differ in it. */
const OWN = ["width", "cells", "against"];

/** Of each fit the part of its group that a reader needs: the swept keys, and what else tells the fits of its law apart. */
function tellingGroups(fits: readonly StudyFit[]): SweptValues[] {
  const groups = new Map<StudyFit, SweptValues>();
  for (const law of lawsOf(fits)) {
    const shared = OWN.filter(
      (key) => new Set(law.map(({ group }) => JSON.stringify(group[key]))).size === 1,
    );
    for (const fit of law) {
      const telling = Object.entries(fit.group).filter(([key]) => !shared.includes(key));
      groups.set(fit, Object.fromEntries(telling));
    }
  }
  return fits.map((fit) => groups.get(fit)!);
}

/** The same in notation; empty where nothing has to be told. */
export function groupNotations(fits: readonly StudyFit[]): string[] {
  const groups = tellingGroups(fits);
  const words = wordsByKey(groups);
  return groups.map((group) => valuesNotation(group, words));
}
