// One run of a density: how it is observed, and where its numbers cannot be trusted any longer. What moves it is the solver's (solvers/).

import { attempt } from "../base/errors.ts";
import { largestOf } from "../base/extremes.ts";
import { massOf, negativeMassOf } from "../grid/density.ts";
import { leakMessage } from "../grid/leak.ts";
import { Recorder } from "../observables/list.ts";
import { excess, hypocoercivity } from "../observables/optimum.ts";
import { fisherRao } from "../observables/speed.ts";
import { type Moving, march } from "./march.ts";
import type { Mover } from "./mover.ts";
import {
  type DensitySnapshot,
  type Hooks,
  type Progress,
  type Row,
  type SimulationEnd,
  stoppable,
} from "./progress.ts";
import { axisName, NEAR_LEAK, type OnGrid, onGridName } from "./runs.ts";

/** Runs to the end, to a stop, or to the first step whose numbers cannot be trusted. */
export function simulateDensity<R extends OnGrid>(
  run: R,
  moverOf: (run: R, recorder: Recorder) => Mover,
  hooks: Hooks<DensitySnapshot> = {},
  resume?: Progress<DensitySnapshot>,
): SimulationEnd<DensitySnapshot> {
  return stoppable(hooks, (rested) => {
    const recorder = new Recorder(run);
    hooks.begins?.("laying out the initial density");
    const mover = moverOf(run, recorder);
    const end = march(run, movingOf(mover, run), recorder, hooks, resume, rested);
    if (end.status !== "done") return end;
    const { progress } = end;
    const { rows } = progress;
    if (mover.errors !== undefined) {
      rested(progress);
      const { observables } = rows[rows.length - 1];
      const { result, failure } = attempt(() => mover.errors?.(observables), ["numerics"]);
      if (failure !== undefined) {
        const text = `${onGridName(run)}: the run is done, its repetition for refine failed: ${failure}. Leave refine out, or change the cells`;
        return { status: "broken", progress, failure: text };
      }
      Object.assign(observables, result);
    }
    return { ...end, notices: noticesOf(mover, run, rows) };
  });
}

/** A density in motion, as it is observed. */
function movingOf(mover: Mover, run: OnGrid): Moving<DensitySnapshot> {
  const { reader, grid, mixes } = mover;
  const { step } = run.schedule;
  return {
    name: onGridName(run),
    step: (n) => stepFailure(mover, run, n) ?? doubts(mover, run, n + 1),
    observe: (t) => reader.observe(mover.density, t),
    dissipation: (t) => reader.dissipation(mover.density, t),
    cooling: (t) => reader.cooling?.(mover.density, t) ?? 0,
    level: () => reader.level(mover.density),
    ofStep(before) {
      const { density } = mover;
      const speed =
        before === null ? Number.NaN : fisherRao(grid, mover.densityOf(before), density, step, mixes);
      return { fisher_rao: speed, ...mover.report?.() };
    },
    snapshot(t) {
      const { density } = mover;
      return { t, density: density.slice(), outputs: reader.outputs(density) };
    },
    save: (into) => mover.save(into),
    restore: (state) => mover.restore(state),
  };
}

/** What is measured from the optimum. */
const DISTANCES = [excess, hypocoercivity].flatMap(({ columns }) => columns.map(({ name }) => name));

function noticesOf(mover: Mover, run: OnGrid, rows: readonly Row[]): string[] {
  const notices = mover.notices?.() ?? [];
  const { omission } = mover;
  if (omission !== undefined) {
    const { observables } = rows[0];
    const blank = DISTANCES.filter((name) => Number.isNaN(observables[name]));
    notices.push(
      `${onGridName(run)}: ${blank.join(", ")} ${blank.length > 1 ? "are" : "is"} blank, as the optimum was not found on its cells of θ: ${omission}`,
    );
  }
  const unbound = rows.filter(({ observables }) => Number.isNaN(observables.hypocoercive_decline)).length;
  if (unbound > 0 && omission === undefined) {
    notices.push(
      `${onGridName(run)}: hypocoercive_decline is blank in ${unbound} of ${rows.length} records, where Φ is curved beyond what it is at the first and the last density: the bound on hypocoercive is not proved there`,
    );
  }
  const beside = largestOf(rows.map(({ observables }) => observables.boundary_mass));
  if (beside > NEAR_LEAK * run.leak) {
    notices.push(
      `${onGridName(run)}: up to ${beside.toExponential(1)} of the mass lay beside a face (boundary_mass; leak is ${run.leak}): expect errors of that order, or widen the extent`,
    );
  }
  return notices;
}

/** One step; what went wrong, or null. */
function stepFailure(mover: Mover, { schedule }: OnGrid, n: number): string | null {
  const { failure } = attempt(() => mover.step(n), ["numerics"]);
  return failure === undefined ? null : `${failure} (time.step is ${schedule.step})`;
}

/** Why the density after n steps cannot be trusted, or null. Whether the cells are fine enough is looked at with the records. */
function doubts({ reader, density, grid, doubt, coarse }: Mover, run: OnGrid, n: number): string | null {
  const { mass, negative } = reader.masses?.(density) ?? {
    mass: massOf(grid, density),
    negative: negativeMassOf(grid, density),
  };
  if (!Number.isFinite(mass)) return "the density became non-finite; try a smaller time.step";
  const face = reader.boundary(density);
  const doubted = doubt?.(n, negative, face) ?? null;
  if (doubted !== null) return doubted;
  if (face !== null && face.mass > run.leak)
    return leakMessage(grid, density, face, run.leak, axisName(run, face.axis));
  const { recordEvery, step } = run.schedule;
  return n % recordEvery === 0 ? (coarse?.(density, n * step) ?? null) : null;
}
