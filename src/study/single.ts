// A study of one point is an experiment with fits: what its runs hold, as muflow run would leave it in memory.

import type { FinishedExperiment } from "../experiment/execute.ts";
import { dataSummary, seriesOf } from "../results/formats/rows.ts";
import { stalledOutcome } from "../results/formats/summary.ts";
import { statedIn } from "../spec/canonical.ts";
import type { PreparedStudy } from "./prepare.ts";
import { resultsOf } from "./results.ts";
import type { StudySummary } from "./summary.ts";

/** The results of a study's only point; null where there are several. Fitted rates of decay are left out. */
export function onlyPoint(
  { points }: PreparedStudy,
  folder: string,
  summary: StudySummary,
): Omit<FinishedExperiment, "failure"> | null {
  const [point, ...others] = points;
  if (others.length > 0) return null;
  const { built, manifest, loaded } = point!.prepared;
  const results = resultsOf(point!, folder, () => {}).runs.map(({ progress }) => progress);
  const { runs, comparisons } = summary.points[0]!;
  const { name, version, seed, machine, wallTime } = summary;
  const stalled = runs.flatMap(({ status, reason }) => (status === "stalled" ? (reason ?? "") : []));
  const ended = runs.every(({ status }) => status === "done" || status === "stalled");
  const outcome = ended && stalled.length > 0 ? stalledOutcome(stalled) : summary.outcome;
  return {
    summary: {
      ...{
        name,
        hash: manifest.hash,
        version,
        seed,
        spec: statedIn(manifest.spec),
        machine,
        wallTime,
        outcome,
      },
      ...dataSummary(built.problem.data),
      runs,
      comparisons,
      rates: [],
    },
    series: seriesOf(built, loaded.experiment, results),
    results,
  };
}
