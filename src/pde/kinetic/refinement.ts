// How far a run can be trusted: the same course on cells 3/2 as fine, and with h/2, and by how much what is observed
// changes. For a spectral run the first is the error in space (the finer grid's own is far smaller), and the second that
// in time but for a factor 1/(1 − 2^(−order)). Cost: that run (3/2)^(2p) times, and twice.

import { inputError } from "../../base/errors.ts";
import { isSameTime } from "../../base/same-time.ts";
import { axis } from "../../grid/axis.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import type { InitialLaw } from "../../problem/law.ts";
import { GridField } from "../field/field.ts";
import { positionGrid } from "../field/phase.ts";
import { forceOf } from "./force.ts";
import { type KineticEnergies, kineticLedger } from "./ledger.ts";
import { phaseDensity } from "./phase-density.ts";
import { type KineticOptions, KineticStepper } from "./step.ts";

/** A whole run, from its initial law. */
export interface KineticCourse extends Omit<KineticOptions, "density" | "force"> {
  law: InitialLaw;
  leak: number;
}

/** What is looked at. */
const ENERGIES = ["risk", "energy", "kinetic", "free_energy"] as const;

export type Energies = Readonly<Record<(typeof ENERGIES)[number], number>>;

/** The observables of a course at those times, whole multiples of h in increasing order. */
export function observeCourse(course: KineticCourse, times: readonly number[]): KineticEnergies[] {
  const { problem, dynamics, phase, law, leak, step } = course;
  const density = phaseDensity(phase, law, leak, problem.temperature);
  const force = forceOf(new GridField(problem, positionGrid(phase)));
  const stepper = new KineticStepper({ ...course, density, force });
  const ledger = kineticLedger(problem, dynamics, phase, force.field);
  let n = 0;
  return times.map((t) => {
    const end = Math.round(t / step);
    if (end < n || !isSameTime(t, end * step)) {
      throw inputError("time", `found ${t}; allowed: increasing multiples of the step ${step}`);
    }
    for (; n < end; n++) stepper.step(n);
    return ledger.observe(stepper.density(), t);
  });
}

/** 3/2 as many cells, to an even number. */
const refined = (cells: number) => 2 * Math.ceil((3 * cells) / 4);

/** Cells of a refined grid, axis by axis. */
export function refinedSizes(cells: readonly number[]): number[] {
  return cells.map(refined);
}

/** The same phase space with more cells on each axis. */
export function refinedGrid(phase: Grid): Grid {
  return grid(
    phase.axes.map(({ low, high, cells, periodic }) => axis({ low, high, cells: refined(cells), periodic })),
  );
}

/**
 * The largest change of risk and energies, over those times, under refinement in space and in time. `base`: what the course
 * itself shows at those times, where that is known; default: it is run again.
 */
export function refinement(
  course: KineticCourse,
  times: readonly number[],
  base: readonly Energies[] = observeCourse(course, times),
): { space: number; time: number } {
  const changeTo = (other: KineticCourse) => {
    const energies = observeCourse(other, times);
    let most = 0;
    for (const [i, each] of energies.entries()) {
      for (const name of ENERGIES) most = Math.max(most, Math.abs(each[name] - base[i][name]));
    }
    return most;
  };
  return {
    space: changeTo({ ...course, phase: refinedGrid(course.phase) }),
    time: changeTo({ ...course, step: course.step / 2 }),
  };
}
