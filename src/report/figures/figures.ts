import { inTurns } from "../../base/interrupt.ts";
import type { Figure } from "../chart/chart.ts";
import { FULL_WIDTH } from "../chart/chart.ts";
import type { ReportInput } from "../folder.ts";
import { type Scene, sceneOf } from "../runs/scene.ts";
import { decisionFigure } from "./decision.ts";
import { densityFigure, phaseFigure, showsNeurons } from "./density-figures.ts";
import {
  energyPicture,
  freeEnergyPicture,
  hamiltonianPicture,
  hypocoercivePicture,
  kineticPicture,
  riskPicture,
} from "./energies.ts";
import { fitFigure } from "./fit.ts";
import { gapPicture } from "./gap.ts";
import { lawPicture } from "./gaussian.ts";
import { defectFigure, dissipationPicture, residualPicture } from "./identity.ts";
import { drawInTime, type TimePicture } from "./in-time.ts";
import { limitFigure } from "./limit.ts";
import { localRateFigure } from "./local-rate.ts";
import { neuronsFigure } from "./neurons.ts";

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

const inTime = (picture: (scene: Scene) => TimePicture | undefined) => (scene: Scene) => {
  const drawn = picture(scene);
  return drawn === undefined ? [] : [drawInTime(scene, drawn)];
};

const FIGURES: readonly ((scene: Scene) => Figure[])[] = [
  inTime(riskPicture),
  inTime(gapPicture),
  inTime((scene) => lawPicture(scene, "mean")),
  inTime((scene) => lawPicture(scene, "var")),
  limitFigure,
  fitFigure,
  decisionFigure,
  phaseFigure,
  densityFigure,
  inTime(freeEnergyPicture),
  inTime(hamiltonianPicture),
  inTime(hypocoercivePicture),
  localRateFigure,
  inTime(energyPicture),
  inTime(kineticPicture),
  inTime(dissipationPicture),
  inTime(residualPicture),
  defectFigure,
  (scene) => (showsNeurons(scene) ? [] : neuronsFigure(scene)),
];

function drawings(input: ReportInput): (() => Figure[])[] {
  const scene = sceneOf(input);
  return FIGURES.map((draw) => () => draw(scene));
}

/** The page sets two half-width pictures in a row: one left alone before a wide picture is joined by the next of its size. */
function inFullRows(figs: readonly Figure[]): Figure[] {
  const waiting = [...figs];
  const placed: Figure[] = [];
  let half = false;
  while (waiting.length > 0) {
    const next = half ? waiting.findIndex(({ width }) => width !== FULL_WIDTH) : 0;
    const [figure] = waiting.splice(Math.max(next, 0), 1) as [Figure];
    half = !half && figure.width !== FULL_WIDTH;
    placed.push(figure);
  }
  return placed;
}
