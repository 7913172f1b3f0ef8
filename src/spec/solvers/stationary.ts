// Where a density rests: the minimiser of the free energy, or with W the equilibria.

import { stationaryBreaches } from "../../pde/equilibrium/stationary.ts";
import { solverForm } from "./form.ts";
import {
  axesBreaches,
  completeGrid,
  extentText,
  gridShape,
  observeShape,
  type StatedDensity,
  sizeText,
  tooManyFor,
} from "./on-grid.ts";

export const STATIONARY = solverForm({
  name: "stationary",
  description: "the minimiser of the free energy, or with W the equilibria, on a grid",
  holds: "equilibrium",
  shape: (shapes) => ({ ...gridShape(shapes), ...observeShape(shapes) }),
  complete: (stationary, setting) => completeGrid(stationary, setting),
  tooMany: (p) => tooManyFor(p, false),
  breaches: (stationary, setting) => [
    ...axesBreaches(stationary, setting),
    ...stationaryBreaches(setting.spec.problem, setting.motion),
  ],
  details: (stationary: StatedDensity) => [sizeText(stationary), extentText(stationary)],
  title: "equilibrium",
  holder: "equilibrium",
});
