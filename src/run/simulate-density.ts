// One run of a density: from the initial law (or a saved state) to the end, by a grid scheme or by JKO steps, recording
// observables, keeping snapshots, saving on demand, and stopping where the numbers cannot be trusted any longer.

import { inputError, MuflowError } from "../base/errors.ts";
import { largestOf } from "../base/extremes.ts";
import { rounded } from "../base/words.ts";
import { isNoisy, temperatureOf } from "../dynamics/dynamics.ts";
import { massOf, negativeMassOf } from "../grid/density.ts";
import { MOST_ADVISED } from "../grid/grid.ts";
import { initialDensity } from "../grid/initial.ts";
import { leakMessage } from "../grid/leak.ts";
import { Ceiling } from "../observables/blow-up.ts";
import { Excursion, Ledger } from "../observables/ledger.ts";
import { Recorder } from "../observables/list.ts";
import type { Observables } from "../observables/observer.ts";
import { excess, hypocoercivity } from "../observables/optimum.ts";
import { fisherRao } from "../observables/speed.ts";
import { requireFeatures, testFeatures } from "../pde/field/features.ts";
import { GridField } from "../pde/field/field.ts";
import { positionGrid, requireMemory } from "../pde/field/phase.ts";
import { Force } from "../pde/kinetic/force.ts";
import { phaseDensity } from "../pde/kinetic/initial.ts";
import { type KineticCourse, refinedGrid, refinement } from "../pde/kinetic/refinement.ts";
import {
  powerOfTwo,
  type Resolved,
  resolvedPhase,
  type Unknown,
  type Unresolved,
} from "../pde/kinetic/resolved-phase.ts";
import { jkoStepper, type Mover, makeMover, tooCoarse } from "./movers.ts";
import {
  CONTROL,
  type DensitySnapshot,
  type Hooks,
  type Progress,
  type Row,
  requireLength,
  type SimulationEnd,
  stoppable,
} from "./progress.ts";
import { type GridRun, gridOf, isPhaseSpace, type JkoRun, type KineticGridRun, nameOf } from "./runs.ts";

/** More negative mass than this is no round-off: the density is not resolved. */
const MOST_NEGATIVE = 1e-8;

/** Runs to the end, to a stop, or to the first step whose numbers cannot be trusted. */
export function simulateDensity(
  run: GridRun | JkoRun,
  hooks: Hooks<DensitySnapshot> = {},
  resume?: Progress<DensitySnapshot>,
): SimulationEnd<DensitySnapshot> {
  return stoppable(hooks, (rested) => simulate(run, hooks, resume, rested));
}

function simulate(
  run: GridRun | JkoRun,
  hooks: Hooks<DensitySnapshot>,
  resume: Progress<DensitySnapshot> | undefined,
  rested: (progress: Progress<DensitySnapshot>) => void,
): SimulationEnd<DensitySnapshot> {
  const { step: h, steps, recordEvery, snapshots: wanted } = run.schedule;
  hooks.begins?.("laying out the initial density");
  const recorder = new Recorder(run);
  const mover = makeMover(run, recorder);
  if (resume !== undefined) {
    requireLength(resume.state.length, mover.save().length);
    mover.restore(resume.state);
  }
  const { reader } = mover;
  const ledger = new Ledger(h, resume?.ledger ?? undefined);
  const rows: Row[] = [...(resume?.rows ?? [])];
  const excursion = new Excursion(rows.map(({ observables }) => observables));
  const snapshots: DensitySnapshot[] = [...(resume?.snapshots ?? [])];
  const snapshotSteps = new Set(wanted);

  /**
   * `seen`: what is observed at this step, where it is recorded; `before`: the state a step ago, which is written over. As it is the one an
   * interrupted run goes on from, nothing that may be interrupted comes after that.
   */
  const visit = (n: number, dissipation: number, seen: Observables | null, before: Float64Array | null) => {
    const { density } = mover;
    ledger.push(dissipation + (reader.cooling?.(density, n * h) ?? 0));
    if (snapshotSteps.has(n)) {
      snapshots.push({ t: n * h, density: density.slice(), outputs: reader.outputs(density) });
    }
    if (seen !== null) {
      const change = rows.length === 0 ? 0 : seen.free_energy - rows[0].observables.free_energy;
      excursion.add(seen);
      const residual = excursion.residual(change + ledger.total(), ledger.spent());
      const speed =
        before === null
          ? Number.NaN
          : fisherRao(mover.grid, mover.densityOf(before), density, h, mover.mixes);
      const ofStep = { dissipation, identity_residual: residual, fisher_rao: speed };
      const observables = recorder.row({ ...seen, ...ofStep, ...mover.report?.() });
      const row: Row = { t: n * h, observables };
      rows.push(row);
      hooks.recorded?.(n, row);
    }
    // The integral over the first step alone is known to fourth order only three steps later.
    if (recordEvery === 1 && n <= 3 && rows.length > 1) {
      const change = rows[1].observables.free_energy - rows[0].observables.free_energy;
      const early = new Excursion([rows[0].observables, rows[1].observables]);
      rows[1].observables.identity_residual = early.residual(
        change + ledger.firstStep(),
        ledger.firstSpent(),
      );
    }
  };
  const progress = (step: number, state: Float64Array): Progress<DensitySnapshot> => ({
    step,
    rows,
    snapshots,
    ledger: ledger.save(),
    state,
  });

  const observe = (n: number) => reader.observe(mover.density, n * h);
  let n = resume?.step ?? 0;
  if (resume === undefined) {
    hooks.begins?.("observing the start");
    visit(0, reader.dissipation(mover.density, 0), observe(0), null);
  }
  // A density that was laid down to go on from has no record of its start.
  const start = rows[0]?.observables.free_energy ?? observe(n).free_energy;
  const ceiling = new Ceiling(start, heatOf(run));
  for (; n < steps; n++) {
    const wish = hooks.control?.(n) ?? CONTROL.none;
    const before = mover.save();
    rested(progress(n, before));
    if (wish !== CONTROL.none) {
      hooks.save?.(progress(n, before));
      if ((wish & CONTROL.stop) !== 0) return { status: "stopped", progress: progress(n, before) };
    }
    const broken = (failure: string): SimulationEnd<DensitySnapshot> => ({
      status: "broken",
      progress: progress(n, before),
      failure: `${nameOf(run)}: at step ${n + 1} (t = ${rounded((n + 1) * h, 12)}) ${failure}. The last good state, t = ${rounded(n * h, 12)}, is kept`,
    });
    const failure = attempt(mover, run, n) ?? doubts(mover, run, n + 1);
    if (failure !== null) return broken(failure);
    const dissipation = reader.dissipation(mover.density, (n + 1) * h);
    const recorded = (n + 1) % recordEvery === 0;
    const high = recorded || ceiling.isExceeded(reader.level(mover.density));
    const seen = high ? observe(n + 1) : null;
    if (seen !== null && ceiling.isExceeded(seen.free_energy, seen.kinetic)) {
      return broken(`${ceiling.text("free_energy", seen.free_energy)}; try a smaller time.step`);
    }
    visit(n + 1, dissipation, recorded ? seen : null, before);
  }
  if (isRefined(run)) {
    rested(progress(steps, mover.save()));
    try {
      const { observables } = rows[rows.length - 1];
      Object.assign(observables, errorsOf(run, observables));
    } catch (error) {
      if (!(error instanceof MuflowError) || error.kind !== "numerics") throw error;
      const failure = `${nameOf(run)}: the run is done, its repetition for refine failed: ${error.message}. Leave refine out, or change the cells`;
      return { status: "broken", progress: progress(steps, mover.save()), failure };
    }
  }
  return { status: "done", progress: progress(steps, mover.save()), notices: noticesOf(mover, run, rows) };
}

/** pτ, of the start, where there is noise; else 0. */
function heatOf({ problem, dynamics }: GridRun | JkoRun): number {
  return isNoisy(problem, dynamics) ? problem.dimension * temperatureOf(problem, dynamics).at(0) : 0;
}

function isRefined(run: GridRun | JkoRun): run is KineticGridRun {
  return isPhaseSpace(run) && run.refine;
}

function courseOf({ schedule, initial, ...run }: KineticGridRun): KineticCourse {
  const { problem, dynamics, leak, scheme, integrator, order, cells, extent } = run;
  const phase = gridOf({ cells, extent, problem });
  return { problem, dynamics, leak, scheme, integrator, order, phase, law: initial, step: schedule.step };
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

/**
 * Everything about a run that is wrong before its first step: a law without a density on that domain, cells too coarse
 * for τ, memory that it would need, features that are not finite. Errors: input.
 */
export function checkDensityRun(run: GridRun | JkoRun): void {
  if (isPhaseSpace(run)) {
    const largest = run.refine ? refinedGrid(gridOf(run)).axes.map(({ cells }) => cells) : run.cells;
    const { data } = run.problem;
    requireMemory(largest, run.order, data.size + (data.test?.size ?? 0));
    requireFeatures(run.problem, positionGrid(gridOf(run)));
    testFeatures(run.problem, positionGrid(gridOf(run)));
    // Its tables hold ψ and ∇ψ: both must be finite, and fit.
    new Force(new GridField(run.problem, positionGrid(gridOf(run))));
    phaseDensity(gridOf(run), run.initial, run.leak, run.problem.temperature);
    if (run.scheme === "spectral") requireResolvedStart(run);
    return;
  }
  const grid = gridOf(run);
  requireFeatures(run.problem, grid);
  const density = initialDensity(grid, run.initial, run.leak);
  const field = new GridField(run.problem, grid);
  testFeatures(run.problem, grid);
  if (run.solver === "jko") {
    jkoStepper(run, field);
    return;
  }
  const start = temperatureOf(run.problem, run.dynamics).at(0);
  const coarse = tooCoarse(field, density, start, run.dynamics.mobility(run.problem));
  if (coarse !== null) throw inputError("grid.cells", coarse);
}

/** Fewer cells to a standard deviation than this ring at the first shift: e^(−(πσ/Δ)²/2) of the density, 6e-7 here. */
const FEWEST_CELLS = 1.7;
/** So many leave 3e-9. */
const ENOUGH_CELLS = 2;

/** Throws where a Gaussian start is too narrow for shifts by Fourier sums. */
function requireResolvedStart(run: KineticGridRun): void {
  const { position, momentum } = run.initial;
  const p = run.problem.dimension;
  const thermal = Math.sqrt(run.problem.temperature);
  const starts = gridOf(run).axes.map(({ spacing, cells }, k) => {
    const own = position.kind === "gaussian" ? position.std[k] : Number.POSITIVE_INFINITY;
    const std = k < p ? own : (momentum?.std[k - p] ?? thermal);
    const narrow = std < FEWEST_CELLS * spacing;
    const enough = narrow ? powerOfTwo((ENOUGH_CELLS * spacing * cells) / std) : cells;
    return { k, narrow, spans: (std / spacing).toPrecision(2), std, enough };
  });
  const narrow = starts.filter((start) => start.narrow);
  if (narrow.length === 0) return;
  const enough = starts.map((start) => start.enough);
  const found = narrow.map(({ k, std, spans }) => `std ${std} spans ${spans} cells of ${axisName(run, k)}`);
  const tried = enough.some((cells) => cells > MOST_ADVISED)
    ? "beyond"
    : triedCells({ ...run, cells: enough });
  const instead =
    tried === "beyond"
      ? "a narrower extent, or "
      : tried === "too dear"
        ? `${enough.join(" × ")} cells at least, or `
        : insteadOf(run, tried);
  throw inputError(
    "grid.cells",
    `found ${run.cells.join(" × ")}; the initial ${found.join(", and ")}, where scheme spectral needs ${ENOUGH_CELLS}: try ${instead}scheme positive`,
  );
}

/** What is measured from the optimum. */
const DISTANCES = [excess, hypocoercivity].flatMap(({ columns }) => columns.map(({ name }) => name));
/** Mass beside a face, as a share of `leak`, that is worth a word. */
const NEAR_LEAK = 0.1;

function noticesOf(
  { shortened, cut, omission }: Mover,
  run: GridRun | JkoRun,
  rows: readonly Row[],
): string[] {
  const notices: string[] = [];
  const count = shortened?.() ?? 0;
  if (count > 0) {
    notices.push(
      `${nameOf(run)}: ${count} of ${run.schedule.steps} steps were taken as two or more shorter ones: at time.step ${run.schedule.step} ${run.solver === "grid" && run.scheme === "second-order" ? "mass would have become negative, or " : ""}Newton's iteration did not converge`,
    );
  }
  const removed = cut?.() ?? 0;
  if (removed > run.leak) {
    notices.push(
      `${nameOf(run)}: in all ${removed.toExponential(1)} of the mass became negative and was set to 0 (leak is ${run.leak}): expect errors of that order; try a smaller time.step`,
    );
  }
  if (run.solver === "jko" && run.epsilon !== null) {
    const added = run.epsilon / (2 * run.schedule.step);
    notices.push(
      `${nameOf(run)}: epsilon ${run.epsilon} adds ε/2h = ${added.toPrecision(3)} to τ = ${run.problem.temperature}; without epsilon that is taken out again`,
    );
  }
  if (omission !== undefined) {
    const { observables } = rows[0];
    const blank = DISTANCES.filter((name) => Number.isNaN(observables[name]));
    notices.push(
      `${nameOf(run)}: ${blank.join(", ")} ${blank.length > 1 ? "are" : "is"} blank, as the optimum was not found on its cells of θ: ${omission}`,
    );
  }
  const unbound = rows.filter(({ observables }) => Number.isNaN(observables.hypocoercive_decline)).length;
  if (unbound > 0 && omission === undefined) {
    notices.push(
      `${nameOf(run)}: hypocoercive_decline is blank in ${unbound} of ${rows.length} records, where Φ is curved beyond what it is at the first and the last density: the bound on hypocoercive is not proved there`,
    );
  }
  const beside = largestOf(rows.map(({ observables }) => observables.boundary_mass));
  if (beside > NEAR_LEAK * run.leak) {
    notices.push(
      `${nameOf(run)}: up to ${beside.toExponential(1)} of the mass lay beside a face (boundary_mass; leak is ${run.leak}): expect errors of that order, or widen the extent`,
    );
  }
  return notices;
}

/** One step; what went wrong, or null. */
function attempt(mover: Mover, { schedule }: GridRun | JkoRun, n: number): string | null {
  try {
    mover.step(n);
    return null;
  } catch (error) {
    if (!(error instanceof MuflowError) || error.kind !== "numerics") throw error;
    return `${error.message} (time.step is ${schedule.step})`;
  }
}

/** Why the density after n steps cannot be trusted, or null. Whether the cells are fine enough is looked at with the records. */
function doubts({ reader, density, grid, coarse }: Mover, run: GridRun | JkoRun, n: number): string | null {
  if (!Number.isFinite(massOf(grid, density))) {
    return "the density became non-finite; try a smaller time.step";
  }
  const face = reader.boundary(density);
  const negative = negativeMassOf(grid, density);
  // Of all schemes the spectral one alone may leave any.
  if (isPhaseSpace(run) && negative > MOST_NEGATIVE) {
    const tried = triedCells(run, { step: n, negative });
    // A density cut off at a face rings there, long before much mass has arrived.
    const cut =
      typeof tried === "string" && face !== null && face.mass > NEAR_LEAK * run.leak
        ? `a wider extent (${leakMessage(grid, density, face, run.leak, axisName(run, face.axis))}), `
        : "";
    return `the density has negative mass ${negative.toExponential(1)}, allowed ${MOST_NEGATIVE}: it is not resolved. Try ${cut}${insteadOf(run, tried)}scheme positive, which stays positive`;
  }
  if (face !== null && face.mass > run.leak)
    return leakMessage(grid, density, face, run.leak, axisName(run, face.axis));
  const { recordEvery, step } = run.schedule;
  return n % recordEvery === 0 ? (coarse?.(density, n * step) ?? null) : null;
}

/** Cells that would do, with the extent where it has to be wider, as they were tried. From the run's own, which may have failed. */
function triedCells(run: KineticGridRun, failed: Unresolved | null = null): Resolved | Unknown {
  return resolvedPhase(courseOf(run), run.schedule.steps, MOST_NEGATIVE, failed);
}

/** The first half of "…, or scheme positive": nothing where no cells will do. */
function insteadOf(run: KineticGridRun, tried: Resolved | Unknown): string {
  if (tried === "none") return "";
  if (tried === "too dear") return "more cells, or ";
  const { axes } = tried.phase;
  const cells = axes.map((axis) => axis.cells);
  const far = tried.steps === run.schedule.steps ? "to the end" : `for ${tried.steps} steps`;
  if (axes.every(({ low, high }, k) => low === run.extent[k][0] && high === run.extent[k][1])) {
    return `${cells.join(" × ")} cells, which resolve it ${far}, or `;
  }
  const extent = axes.map(({ low, high }) => `[${low}, ${high}]`).join(", ");
  return `cells [${cells.join(", ")}] on extent [${extent}], which hold and resolve it ${far}, or `;
}

function axisName({ problem }: GridRun | JkoRun, axis: number): string {
  const k = axis - problem.dimension;
  return k < 0 ? `axis ${axis}` : `axis ${axis} (ω_${k})`;
}
