// A density of θ, with momenta of (θ, ω), on a grid, by a scheme.

import { beginsInfinite, hasMomenta } from "../../dynamics/motion.ts";
import { WORD_NAMES } from "../../dynamics/words.ts";
import { DEFAULT_LEAK } from "../../grid/leak.ts";
import { gridBreaches, gridDefaults, SCHEME_NAMES, schemesText } from "../../pde/kinetic/grids.ts";
import { momentumBreaches } from "../../pde/kinetic/phase-density.ts";
import { densityBreaches } from "../../problem/law.ts";
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

interface StatedGrid extends StatedDensity {
  readonly scheme?: string | undefined;
  readonly integrator?: string | undefined;
  readonly order?: number | undefined;
  readonly refine?: boolean | undefined;
}

export const GRID = solverForm({
  name: "grid",
  description: "the density, on a grid",
  holds: "density",
  shape: (shapes) => ({
    ...gridShape(shapes),
    scheme: shapes.z.enum(SCHEME_NAMES).exactOptional().describe(schemesText()),
    integrator: shapes.z
      .enum(WORD_NAMES)
      .exactOptional()
      .describe("kinetic only: the word over drift A, kick B, friction and noise O; default aboba"),
    order: shapes.z
      .union([shapes.z.literal(2), shapes.z.literal(4)])
      .exactOptional()
      .meta({ title: "2, 4" })
      .describe("kinetic only: 4 combines the runs with h and h/2; default 2"),
    refine: shapes.z
      .boolean()
      .exactOptional()
      .describe(
        "kinetic only: repeat the run on 3/2 the cells and with half the step, and report how much the energies change; default false",
      ),
    leak: shapes.positive
      .max(1)
      .default(DEFAULT_LEAK)
      .describe("the most mass that the two outermost cells of a face may hold; more stops the run"),
    ...observeShape(shapes),
  }),
  complete({ scheme, integrator, order, refine, ...common }, setting) {
    const { motion } = setting;
    const settings = gridDefaults({ scheme, integrator, order, refine }, motion);
    return { ...completeGrid(common, setting, hasMomenta(motion)), ...settings };
  },
  tooMany: (p, motion) => tooManyFor(p, hasMomenta(motion)),
  breaches(grid, setting) {
    const { spec, motion } = setting;
    const { problem, initial } = spec;
    const breaches = [
      ...axesBreaches(grid, setting, hasMomenta(motion)),
      ...gridBreaches(grid, motion),
      ...densityBreaches(initial, "grid"),
    ];
    // Where friction is infinite momenta must rest, and no grid serves.
    if (!hasMomenta(motion) || beginsInfinite(motion.friction)) return breaches;
    const momentum = "momentum" in initial ? initial.momentum : undefined;
    return [...breaches, ...momentumBreaches(momentum, problem.temperature)];
  },
  details: (grid: StatedGrid) => [
    grid.scheme ?? "",
    sizeText(grid),
    grid.integrator ?? "",
    grid.order === undefined ? "" : `order ${grid.order}`,
    extentText(grid),
    grid.refine === true ? "refined" : "not refined",
  ],
  positions({ cells, extent, integrator }: StatedGrid) {
    // Those of ω come last, where a word moves it.
    const ofTheta = <T>(axes?: readonly T[]) => (integrator ? axes?.slice(0, axes.length / 2) : axes);
    return { cells: ofTheta(cells), extent: ofTheta(extent) };
  },
  title: "density",
  holder: "density",
});
