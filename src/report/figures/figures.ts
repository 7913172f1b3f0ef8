import { inTurns } from "../../base/interrupt.ts";
import { FULL_WIDTH } from "../chart/chart.ts";
import type { Figure, ReportInput } from "../folder.ts";
import { groupRuns } from "../runs/groups.ts";
import { decisionFigure } from "./decision.ts";
import { densityFigure, showsNeurons } from "./density.ts";
import { fitFigure } from "./fit.ts";
import { freeEnergyFigure } from "./free-energy.ts";
import { gapFigure } from "./gap.ts";
import { hamiltonianFigure } from "./hamiltonian.ts";
import { hypocoerciveFigure } from "./hypocoercive.ts";
import { defectFigure, dissipationFigure, residualFigure } from "./identity.ts";
import { limitFigure } from "./limit.ts";
import { localRateFigure } from "./local-rate.ts";
import { neuronsFigure } from "./neurons.ts";
import { phaseFigure } from "./phase.ts";
import { energyFigure, kineticFigure, riskFigure } from "./trajectories.ts";

/**
 * The pictures that a run's results allow, the one that makes the point first: what is minimised beside how far it is from
 * the least, then how far networks are from their limit, then what was learnt, then the ledger.
 */
export function figures(input: ReportInput): Figure[] {
  return inFullRows(drawings(input).flatMap((draw) => draw()));
}

/** The same, listening between two of them. */
export async function figuresInTurns(input: ReportInput): Promise<Figure[]> {
  return inFullRows((await inTurns(drawings(input))).flat());
}

function drawings(input: ReportInput): (() => Figure[])[] {
  const groups = groupRuns(runsIn(input), input.summary.spec);
  const neurons = showsNeurons(input, groups) ? [] : [neuronsFigure];
  return [
    riskFigure,
    gapFigure,
    limitFigure,
    fitFigure,
    decisionFigure,
    phaseFigure,
    densityFigure,
    freeEnergyFigure,
    hamiltonianFigure,
    hypocoerciveFigure,
    localRateFigure,
    energyFigure,
    kineticFigure,
    dissipationFigure,
    residualFigure,
    defectFigure,
    ...neurons,
  ].map((figure) => () => figure(input, groups));
}

/** The page sets two half-width pictures in a row: one left alone before a wide picture is joined by the next of its size. */
function inFullRows(figs: readonly Figure[]): Figure[] {
  const waiting = [...figs];
  const placed: Figure[] = [];
  let half = false;
  while (waiting.length > 0) {
    const next = half ? waiting.findIndex((figure) => !isWide(figure)) : 0;
    const [figure] = waiting.splice(Math.max(next, 0), 1) as [Figure];
    half = !half && !isWide(figure);
    placed.push(figure);
  }
  return placed;
}

function isWide({ svg }: Figure): boolean {
  return svg.startsWith(`<svg xmlns="http://www.w3.org/2000/svg" width="${FULL_WIDTH}"`);
}

/** The runs that left a trace, by their series: a computation that ended early may have no summary of some. */
function runsIn({ series }: ReportInput) {
  return [...new Map(series.rows.map((row) => [row.run, row])).values()].sort((a, b) => a.run - b.run);
}
