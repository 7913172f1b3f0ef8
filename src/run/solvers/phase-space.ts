// A density of (θ, ω), by a word over drift, kick, friction and noise.

import { attempt } from "../../base/errors.ts";
import type { Source } from "../../base/sources.ts";
import { hasMomenta } from "../../dynamics/motion.ts";
import { WORDS } from "../../dynamics/words.ts";
import type { Grid } from "../../grid/grid.ts";
import type { Recorder } from "../../observables/list.ts";
import type { Observables } from "../../observables/observer.ts";
import { PhaseObserver } from "../../observables/phase-observer.ts";
import { requireFeatures, testFeatures } from "../../pde/field/features.ts";
import { GridField } from "../../pde/field/field.ts";
import { kineticMemory, MOST_BYTES, positionGrid, requireMemory } from "../../pde/field/phase.ts";
import { type Force, forceOf } from "../../pde/kinetic/force.ts";
import { hypocoercive, hypocoerciveFunctional } from "../../pde/kinetic/hypocoercive.ts";
import { phaseDensity } from "../../pde/kinetic/phase-density.ts";
import { refinedGrid, refinedSizes, refinement } from "../../pde/kinetic/refinement.ts";
import { kineticScheme } from "../../pde/kinetic/schemes.ts";
import { KineticStepper } from "../../pde/kinetic/step.ts";
import type { GRID as FORM } from "../../spec/solvers/grid.ts";
import { FEATURE, MIB, product, slackOf } from "../memory-model.ts";
import { type Excesses, excessOf, type Mover } from "../mover.ts";
import { courseOf, negativeDoubt, requireResolvedStart } from "../resolved.ts";
import { gridOf, type KineticGridRun, type ParticleRun } from "../runs.ts";
import { simulateDensity } from "../simulate-density.ts";
import { stabilityLimit } from "../stable-step.ts";
import { boxText, ON_GRID } from "./on-grid.ts";
import type { DensityRecord } from "./record.ts";

/** Arithmetic a cell of a step, roughly, in ψ-evaluations. */
const PASSES = 50;
/** Cells of a refined run along an axis, over those of the run. */
const REFINED = 1.5;
const CELL = { 2: 160, 4: 200 };
const SLACK = 22 * MIB;

export const PHASE_SPACE: DensityRecord<KineticGridRun, ReturnType<(typeof FORM)["complete"]>> = {
  ...ON_GRID,
  solver: "grid",
  holds: "phase space",
  runs: (stated, { dynamics, ...common }) =>
    hasMomenta(dynamics) && "integrator" in stated
      ? [{ ...common, dynamics, ...stated, solver: "grid", holds: "phase space" }]
      : [],
  check(run) {
    const { problem } = run;
    const { data } = problem;
    const largest = run.refine ? refinedGrid(gridOf(run)).axes.map(({ cells }) => cells) : run.cells;
    requireMemory(largest, run.order, data.size + (data.test?.size ?? 0));
    const positions = positionGrid(gridOf(run));
    requireFeatures(problem, positions);
    testFeatures(problem, positions);
    // Its tables hold ψ and ∇ψ: both must be finite, and fit.
    forceOf(new GridField(problem, positions));
    phaseDensity(gridOf(run), run.initial, run.leak, problem.temperature);
    if (kineticScheme(run.scheme).rings) requireResolvedStart(run);
  },
  details: ({ scheme }) => ({ scheme }),
  stability: (run) => ({
    method: `grid by ${run.integrator}`,
    limit: () => stabilityLimit(networkLike(run)),
  }),
  simulate: (run, hooks, resume) => simulateDensity(run, moverOf, hooks, resume),
  lines: (runs) => runs.map(lineOf),
  sources: sourcesOf,
  cost({ cells, order, refine }) {
    const runs = (order === 4 ? 3 : 1) * (refine ? 1 + REFINED ** cells.length + 2 : 1);
    return PASSES * runs * product(cells);
  },
  order: () => 2,
  restsBeside: true,
  shared: { by: "crew", from: 1e6 },
  unit: () => 7,
  bytes({ problem: { data, dimension }, cells: sizes, order, refine }) {
    const cells = product(refine ? refinedSizes(sizes) : sizes);
    const positions = product(sizes.slice(0, sizes.length / 2));
    return slackOf(SLACK, cells) + CELL[order] * cells + FEATURE * data.size * positions * (1 + dimension);
  },
  shrink: {
    ...ON_GRID.shrink,
    serves: ({ cells, order, problem }) => kineticMemory(cells, order, problem.data.size) <= MOST_BYTES,
  },
};

/** Neurons enough to see the curvature of a density's start. */
const ENOUGH = 256;

/** The network that it is the limit of: a word over A, B and O is stable below the same step on both. */
function networkLike(run: KineticGridRun): ParticleRun {
  const kind = { solver: "particles", holds: "network", dual: "off" } as const;
  return { ...run, ...kind, settings: {}, width: ENOUGH, replica: 0, seed: 0, batch: null };
}

function lineOf(run: KineticGridRun): string {
  const { scheme, integrator, order, refine } = run;
  const how = kineticScheme(scheme).summary;
  const again = refine ? ", then repeated on finer cells and with half the step" : "";
  return `grid: (θ, ω), ${boxText(run)}; scheme ${scheme} (${how}), ${integrator}, order ${order}${again}`;
}

function sourcesOf({ problem, dynamics, initial, scheme, integrator }: KineticGridRun): readonly Source[] {
  const falls = hypocoercive(problem, dynamics, initial) ? (["villani2009", "chen2023"] as const) : [];
  return [...WORDS[integrator].sources, ...kineticScheme(scheme).sources, ...falls];
}

function moverOf(run: KineticGridRun, recorder: Recorder): Mover {
  const { problem, dynamics, scheme, integrator, order, schedule } = run;
  const phase = gridOf(run);
  const density = phaseDensity(phase, run.initial, run.leak, problem.temperature);
  // ψ and ∂ψ are tabulated once.
  const force = forceOf(new GridField(problem, positionGrid(phase)));
  const options = { problem, dynamics, phase, scheme, integrator, order };
  const stepper = new KineticStepper({ ...options, step: schedule.step, density, force });
  const { omission, ...extras } = extrasOf(run, phase, density, force);
  return {
    grid: phase,
    reader: new PhaseObserver(problem, dynamics, phase, recorder, extras, force.field, () => stepper.epoch),
    mixes: kineticScheme(scheme).rings,
    omission,
    get density() {
      return stepper.density();
    },
    step: (n) => stepper.step(n),
    // Of all schemes the spectral one alone may leave negative mass.
    doubt: (n, negative, face) => negativeDoubt(run, stepper.density(), n, negative, face),
    ...(run.refine && { errors: (end) => errorsOf(run, end) }),
    save: (into) => stepper.save(into),
    restore: (state) => stepper.restore(state),
    densityOf: (state) => stepper.densityOf(state),
  };
}

/** H − H*, and ℰ where it is proved to fall. Made from the initial law, so that a run that goes on has the same. */
function extrasOf(run: KineticGridRun, phase: Grid, start: Float64Array, force: Force): Excesses {
  const { problem, dynamics, initial } = run;
  const excesses = excessOf(run, force.field, phase);
  const { excess } = excesses;
  if (!hypocoercive(problem, dynamics, initial)) return excesses;
  if (!excess) return { ...excesses, hypocoercive: null };
  const { result, failure } = attempt(() =>
    hypocoerciveFunctional({ problem, dynamics, phase, start, force, excess }),
  );
  return { excess, hypocoercive: result, omission: failure };
}

/** How much risk, energies and H at the end, as the run left them, change on finer cells, and with half the step. */
function errorsOf(
  run: KineticGridRun,
  // Without data no risk is recorded.
  { risk = 0, energy, kinetic, free_energy }: Observables,
): Record<"error_space" | "error_time", number> {
  const { step, steps } = run.schedule;
  const end = { risk, energy, kinetic, free_energy };
  const { space, time } = refinement(courseOf(run), [step * steps], [end]);
  return { error_space: space, error_time: time };
}
