// The points of a study and the groups of runs in each: networks of one width, or one density.

import { setAt } from "../../spec/overrides.ts";
import type { Experiment } from "../../spec/schema.ts";
import type { StudyPoint, StudyRun, StudySummary } from "../../study/summary.ts";
import { type Group, groupsOf } from "../runs/groups.ts";

/** The runs of one point that differ in their replica only. */
export interface PointGroup {
  readonly point: StudyPoint;
  readonly group: Group;
  /** The same for groups that correspond to each other at different points. */
  readonly kin: string;
  readonly runs: readonly StudyRun[];
}

/** The experiment of a point: that of the first, with the point's own values. */
export function experimentAt({ spec }: StudySummary, { values }: StudyPoint): Experiment {
  return Object.entries(values).reduce<unknown>(
    (experiment, [key, value]) => setAt(experiment, key.split("."), value, `sweep.${key}`),
    Object(spec).experiment,
  ) as Experiment;
}

/** Every group of every point, point after point. */
export function pointGroups(summary: StudySummary): PointGroup[] {
  return summary.points.flatMap((point) => {
    const experiment = experimentAt(summary, point);
    const ranks = new Map<string, number>();
    return groupsOf(point.runs, experiment).map((group): PointGroup => {
      const rank = ranks.get(group.solver) ?? 0;
      ranks.set(group.solver, rank + 1);
      return {
        point,
        group,
        kin: `${group.solver} ${rank}`,
        runs: group.runs.map((run) => point.runs[run]!),
      };
    });
  });
}

/** The final values of an observable over the runs that are done, where they have it: what could not be computed is left out. */
export function finalsOf(runs: readonly StudyRun[], observable: string): number[] {
  return runs
    .filter(({ status }) => status === "done")
    .map(({ final }) => (Object.hasOwn(final, observable) ? final[observable] : null))
    .filter((value): value is number => typeof value === "number" && !Number.isNaN(value));
}
