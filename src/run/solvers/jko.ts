// A density of θ by minimising movements, each step of least E_τ + W₂²/2h.

import { refuse, under } from "../../base/breach.ts";
import { hasMomenta, motionOf } from "../../dynamics/motion.ts";
import { DEFAULT_LEAK } from "../../grid/leak.ts";
import { DensityObserver } from "../../observables/density-observer.ts";
import type { Recorder } from "../../observables/list.ts";
import { GridField } from "../../pde/field/field.ts";
import { jkoBreaches, jkoMethod } from "../../pde/jko/jko.ts";
import { MIB, product, slackOf } from "../memory-model.ts";
import { excessOf, type Mover, transportOf } from "../mover.ts";
import { gridOf, type JkoRun, onGridName } from "../runs.ts";
import { simulateDensity } from "../simulate-density.ts";
import { boxText, checkedStart, featureBytes, ON_GRID, visits } from "./on-grid.ts";
import type { DensityRecord } from "./record.ts";

const SLACK = 26 * MIB;

export const JKO: DensityRecord<JkoRun> = {
  ...ON_GRID,
  solver: "jko",
  holds: "density",
  runs: (stated, common) => [
    { ...common, epsilon: null, ...stated, solver: "jko", holds: "density", leak: DEFAULT_LEAK } as JkoRun,
  ],
  check: (run) => void stepperOf(run, checkedStart(run).field),
  details: ({ method }) => ({ method }),
  simulate: (run, hooks, resume) => simulateDensity(run, moverOf, hooks, resume),
  lines: (runs) => runs.map((run) => `jko: ${run.method} steps of least E_τ + W₂²/2h, ${boxText(run)}`),
  sources: ({ method }) => ["jordan1998", ...jkoMethod(method).sources],
  cost: (run) => product(run.cells) * jkoMethod(run.method).cost(run.cells, visits(run)),
  restsBeside: true,
  unit: ({ method }) => jkoMethod(method).unit,
  bytes(run) {
    const cells = product(run.cells);
    return slackOf(SLACK, cells) + jkoMethod(run.method).bytes * cells + featureBytes(run);
  },
};

/** The stepper of a run on its field. Errors (input): a start, cells or an ε that it does not take. */
function stepperOf(run: JkoRun, field: GridField) {
  const { problem, dynamics, method, initial: law, leak, epsilon, schedule } = run;
  refuse(jkoBreaches(run, problem, motionOf(dynamics, problem)).map((breach) => under(["jko"], breach))[0]);
  return jkoMethod(method).make({ field, law, leak, step: schedule.step, epsilon });
}

function moverOf(run: JkoRun, recorder: Recorder): Mover {
  const { problem, dynamics } = run;
  if (hasMomenta(dynamics)) throw new Error("jko: momenta");
  const grid = gridOf(run);
  const field = new GridField(problem, grid);
  const stepper = stepperOf(run, field);
  const { omission, ...extras } = excessOf(run, field);
  return {
    grid,
    reader: new DensityObserver(field, transportOf(problem, dynamics), recorder, extras),
    mixes: false,
    omission,
    get density() {
      return stepper.density();
    },
    step: () => stepper.step(),
    report: () => stepper.report(),
    notices: () => noticesOf(run),
    save: () => stepper.save(),
    restore: (state) => stepper.restore(state),
    densityOf: (state) => stepper.densityOf(state),
  };
}

function noticesOf(run: JkoRun): string[] {
  const { epsilon, schedule, problem } = run;
  if (epsilon === null) return [];
  const added = epsilon / (2 * schedule.step);
  return [
    `${onGridName(run)}: epsilon ${epsilon} adds ε/2h = ${added.toPrecision(3)} to τ = ${problem.temperature}; without epsilon that is taken out again`,
  ];
}
