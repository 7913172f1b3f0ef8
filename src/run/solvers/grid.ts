// A density of θ, by a scheme for first-order dynamics.

import { inputError } from "../../base/errors.ts";
import { isNoisy, temperatureOf } from "../../dynamics/dynamics.ts";
import { hasMomenta } from "../../dynamics/motion.ts";
import { initialDensity } from "../../grid/initial.ts";
import { residentCopy } from "../../kernels/resident.ts";
import { DensityObserver } from "../../observables/density-observer.ts";
import type { Recorder } from "../../observables/list.ts";
import { GridField } from "../../pde/field/field.ts";
import { coarseness } from "../../pde/fokker-planck/resolution.ts";
import { firstOrderScheme } from "../../pde/fokker-planck/schemes.ts";
import type { GRID as FORM } from "../../spec/solvers/grid.ts";
import { MIB, product, slackOf } from "../memory-model.ts";
import { excessOf, type Mover, transportOf } from "../mover.ts";
import { type FirstOrderGridRun, gridOf, onGridName } from "../runs.ts";
import { simulateDensity } from "../simulate-density.ts";
import { boxText, checkedStart, facesText, featureBytes, ON_GRID, visits } from "./on-grid.ts";
import type { DensityRecord } from "./record.ts";

/** The share of τ that cells may add by their own diffusion. */
const MOST_EXCESS = 1;
/** Evaluations per implicit step, roughly: of the potential, and of each chain of substeps. */
const PASSES = 20;
/** Bytes of a cell without noise. */
const COLD = 340;
const SLACK = 50 * MIB;

export const GRID: DensityRecord<FirstOrderGridRun, ReturnType<(typeof FORM)["complete"]>> = {
  ...ON_GRID,
  solver: "grid",
  holds: "density",
  runs: (stated, { dynamics, ...common }) =>
    hasMomenta(dynamics) || "integrator" in stated
      ? []
      : [{ ...common, dynamics, ...stated, solver: "grid", holds: "density" }],
  check(run) {
    const { problem, dynamics } = run;
    const { field, density } = checkedStart(run);
    const start = temperatureOf(problem, dynamics).at(0);
    const coarse = tooCoarse(field, density, start, dynamics.mobility(problem));
    if (coarse !== null) throw inputError("grid.cells", coarse);
  },
  details: ({ scheme }) => ({ scheme }),
  simulate: (run, hooks, resume) => simulateDensity(run, moverOf, hooks, resume),
  lines: (runs) => runs.map(lineOf),
  sources: ({ problem, dynamics, scheme }) =>
    firstOrderScheme(scheme).sources(problem, isNoisy(problem, dynamics)),
  cost: (run) => PASSES * product(run.cells) * visits(run),
  order: ({ scheme }) => firstOrderScheme(scheme).order,
  shared: { by: "crew", from: 1e6 },
  unit: () => 3,
  bytes(run) {
    const cells = product(run.cells);
    const each = isNoisy(run.problem, run.dynamics) ? firstOrderScheme(run.scheme).bytes : COLD;
    return slackOf(SLACK, cells) + each * cells + featureBytes(run);
  },
};

function lineOf(run: FirstOrderGridRun): string {
  const { name, summary } = firstOrderScheme(run.scheme);
  return `grid: ${boxText(run)}, ${facesText(run)}; scheme ${name} (${summary})`;
}

function moverOf(run: FirstOrderGridRun, recorder: Recorder): Mover {
  const { problem, dynamics, scheme, schedule } = run;
  const grid = gridOf(run);
  const field = new GridField(problem, grid);
  const density = residentCopy(initialDensity(grid, run.initial, run.leak));
  const motion = transportOf(problem, dynamics);
  const stepper = firstOrderScheme(scheme).make({ field, step: schedule.step, ...motion });
  const { omission, ...extras } = excessOf(run, field);
  return {
    grid,
    reader: new DensityObserver(field, { ...motion, stepper }, recorder, extras),
    mixes: false,
    omission,
    coarse: (now, t) => tooCoarse(field, now, motion.temperature.at(t), motion.mobility),
    density,
    step: (n) => stepper.step(density, n),
    notices: () => noticesOf(run, stepper.shortened ?? 0, stepper.cut ?? 0),
    save() {
      const course = stepper.save?.() ?? new Float64Array(0);
      const state = new Float64Array(density.length + course.length);
      state.set(density);
      state.set(course, density.length);
      return state;
    },
    restore(state) {
      density.set(state.subarray(0, density.length));
      stepper.restore?.(state.subarray(density.length));
    },
    densityOf: (state) => state.subarray(0, density.length),
  };
}

/** Why the cells are too coarse for the density at that temperature, or null. */
function tooCoarse(
  field: GridField,
  density: Float64Array,
  temperature: number,
  mobility: Float64Array,
): string | null {
  return temperature > 0 ? coarseness(field, density, temperature, MOST_EXCESS, mobility) : null;
}

/** `shortened`: steps that were taken as several shorter ones; `cut`: negative mass that was set to 0. */
function noticesOf(run: FirstOrderGridRun, shortened: number, cut: number): string[] {
  const { schedule, scheme, leak } = run;
  const split = `${onGridName(run)}: ${shortened} of ${schedule.steps} steps were taken as two or more shorter ones: at time.step ${schedule.step} ${firstOrderScheme(scheme).shortens}`;
  const removed = `${onGridName(run)}: in all ${cut.toExponential(1)} of the mass became negative and was set to 0 (leak is ${leak}): expect errors of that order; try a smaller time.step`;
  return [...(shortened > 0 ? [split] : []), ...(cut > leak ? [removed] : [])];
}
