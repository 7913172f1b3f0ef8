// The levels of a fit: the samples of each abscissa, and their mean as a reader sees it.

import { grouped } from "../../base/grouped.ts";
import type { Level } from "../../statistics/levels.ts";
import type { FittedLevel } from "../summary.ts";

export const mean = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The samples of each abscissa, in the order of the replicas. */
export function levelsOf(samples: readonly { readonly x: number; readonly value: number }[]): Level[] {
  return grouped(samples, ({ x }) => x)
    .map((level) => ({ x: level[0].x, samples: level.map(({ value }) => value) }))
    .sort((a, b) => a.x - b.x);
}

/** The size of a level's mean, without an error of its own. */
export function meanLevel({ x, samples }: Level, leftOut: string | null): FittedLevel {
  return { x, value: Math.abs(mean(samples)), error: null, replicas: samples.length, leftOut };
}
