// What runs left, as a series and as what a summary says of them.

import type { DataSet } from "../../problem/data.ts";
import type { BuiltExperiment } from "../../run/build.ts";
import type { Progress } from "../../run/progress.ts";
import { isNetwork } from "../../run/runs.ts";
import { type Run, recordOf } from "../../run/solvers/list.ts";
import { type StatedSolvers, solverLabels } from "../../spec/solvers/labels.ts";
import { KEY_COLUMNS, type SeriesRow, type SeriesTable } from "./series.ts";
import type { RunSummary, Summary } from "./summary.ts";

/** What a summary says of the data. */
export function dataSummary(data: DataSet): Pick<Summary, "data"> {
  const { size, names, test, standardised, notices } = data;
  if (names === undefined) return {};
  return {
    data: {
      points: size,
      ...names,
      ...(test === undefined ? {} : { test: test.size }),
      ...(standardised === undefined ? {} : { standardised }),
      ...(notices === undefined ? {} : { notices }),
    },
  };
}

/** What tells a run from the others in summaries. */
export function runLabel(run: Run): Omit<RunSummary, "final" | "stopped"> {
  return { solver: run.solver, ...recordOf(run).size(run) };
}

/**
 * The series of all runs: the key columns, then every observable in the order first met. `point`: what
 * tells a study's point from the others, "" where nothing does.
 */
export function seriesOf(
  built: BuiltExperiment,
  experiment: StatedSolvers,
  results: readonly (Progress | null)[],
  point = "",
): SeriesTable {
  const labels = solverLabels(experiment).map((label) => [point, label].filter(Boolean).join(": "));
  const rows = results.flatMap((result, run) =>
    (result?.rows ?? []).map(
      ({ t, observables }): SeriesRow => ({
        run,
        ...keyOf(built.runs[run]),
        label: labels[built.runs[run].entry],
        t,
        ...blankWhereUndefined(observables),
      }),
    ),
  );
  const observables = new Set(
    rows.flatMap((row) => Object.keys(row).filter((key) => !KEY_COLUMNS.includes(key))),
  );
  return { columns: [...KEY_COLUMNS, ...observables], rows };
}

/** What could not be computed (a bound whose integral is not resolved) is left blank. */
function blankWhereUndefined(observables: Readonly<Record<string, number>>): Record<string, number | null> {
  return Object.fromEntries(
    Object.entries(observables).map(([name, value]) => [name, Number.isNaN(value) ? null : value]),
  );
}

function keyOf(run: Run): Pick<SeriesRow, "solver" | "width" | "replica"> {
  const copy = isNetwork(run) ? { width: run.width, replica: run.replica } : { width: null, replica: null };
  return { solver: run.solver, ...copy };
}
