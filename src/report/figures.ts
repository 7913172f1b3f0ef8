import { fitFigure } from "./fit.ts";
import type { Figure, ReportInput } from "./folder.ts";
import { groupRuns } from "./groups.ts";
import { neuronsFigure } from "./neurons.ts";
import { energyFigure, kineticFigure, residualFigure, riskFigure } from "./trajectories.ts";

/** The pictures that a run's results allow, the one that makes the point first. */
export function figures(input: ReportInput): Figure[] {
  const groups = groupRuns(runsIn(input), input.summary.spec);
  return [riskFigure, fitFigure, energyFigure, kineticFigure, residualFigure, neuronsFigure].flatMap(
    (figure) => figure(input, groups),
  );
}

/** The runs that left a trace, by their series: a computation that ended early may have no summary of some. */
function runsIn({ series }: ReportInput) {
  return [...new Map(series.rows.map((row) => [row.run, row])).values()].sort((a, b) => a.run - b.run);
}
