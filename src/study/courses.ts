// The courses of a study's points in time, read from its folder: of all points, or of as many, evenly chosen, as a picture takes.

import { spreadIndices } from "../base/spread.ts";
import { seriesOf } from "../results/formats/rows.ts";
import type { SeriesTable } from "../results/formats/series.ts";
import { States } from "../results/states.ts";
import type { PreparedStudy } from "./prepare.ts";
import { resultsOf } from "./results.ts";

/** The series of one point, and its place among the points. */
export interface Course {
  readonly point: number;
  readonly series: SeriesTable;
}

/** None of a study of one point, which is an experiment. */
export function coursesOf({ points }: PreparedStudy, folder: string, most: number): Course[] {
  if (points.length === 1) return [];
  const chosen = spreadIndices(points.length, most);
  const states = new States(folder);
  return chosen.map((point) => {
    const { built, loaded } = points[point]!.prepared;
    const { runs } = resultsOf(points[point]!, folder, () => {}, states);
    const progress = runs.map((run) => run.progress);
    return { point, series: seriesOf(built, loaded.experiment, progress) };
  });
}
