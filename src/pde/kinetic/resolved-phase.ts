// Cells that would resolve a spectral course which has left negative mass, and the extent that would hold it: found by trying, as no
// formula knows how the flow shears a density, nor how rough the force is. From the phase grid that failed, axes grow by a quarter, those
// whose growth alone lessens the negative mass of the step that failed, and where mass reaches a face the axis gets longer at the same
// spacing; then the course is run from its start, until some phase grid carries it as far as is tried.

import { MuflowError } from "../../base/errors.ts";
import { type Axis, axis } from "../../grid/axis.ts";
import { boundaryMassOf, type FaceMass, negativeMassOf } from "../../grid/density.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import { advisedExtent } from "../../grid/leak.ts";
import { GridField } from "../field.ts";
import { Force } from "./force.ts";
import { phaseDensity } from "./initial.ts";
import { positionGrid } from "./phase.ts";
import type { KineticCourse } from "./refinement.ts";
import { KineticStepper } from "./step.ts";

/** Growth of an axis from one try to the next. */
const GROWTH = 1.25;
/** An axis grows where that alone takes off at least this share of what the best axis does. */
const SHARE = 0.25;
/** Tries; an axis has then grown by 9 to 14. */
const MOST_TRIES = 12;
/** Cells times steps of one try: some ten seconds. */
const MOST_WORK = 2e7;
/** A quarter more cells that leave more than this of the negative mass, twice, do not resolve it: the density or the force has a corner. */
const STALE = 0.5;

/** The step, counted from 1, after which a course had too much negative mass. */
export interface Unresolved {
  readonly step: number;
  readonly negative: number;
}

export interface Resolved {
  readonly phase: Grid;
  /** Steps tried on it. */
  readonly steps: number;
}

/**
 * A phase grid on which that course, of so many steps, keeps negative mass below `most` and within its faces, as far as it is tried: its
 * own, unless it `failed` there, or a larger one. null where none is found, or where a step that fails lies beyond what is tried.
 * Cost: some times that of the course, at most some ten seconds a try.
 */
export function resolvedPhase(
  course: KineticCourse,
  steps: number,
  most: number,
  failed: Unresolved | null = null,
): Resolved | null {
  let { phase } = course;
  let trouble: Trouble | null = failed;
  let stale = 0;
  try {
    for (let round = 0; round < MOST_TRIES; round++) {
      if (trouble !== null) phase = larger(course, phase, trouble);
      const within = Math.min(steps, Math.floor(MOST_WORK / phase.size));
      if (within < (trouble?.step ?? 1)) return null;
      const found = firstTrouble({ ...course, phase }, within, most);
      if (found === null) return { phase, steps: within };
      stale = isStale(found, trouble) ? stale + 1 : 0;
      if (stale === 2) return null;
      trouble = found;
    }
  } catch (error) {
    // Memory that the next cells would take, or a course that ends for another reason.
    if (!(error instanceof MuflowError)) throw error;
  }
  return null;
}

type Trouble =
  | Unresolved
  | { readonly step: number; readonly face: FaceMass; readonly density: Float64Array };

function isStale(found: Trouble, before: Trouble | null): boolean {
  if (before === null || "face" in before || "face" in found) return false;
  return found.step <= before.step && found.negative > STALE * before.negative;
}

/** The phase grid with a longer axis where mass reached its face, else with a quarter more cells on the axes that matter. */
function larger(course: KineticCourse, phase: Grid, trouble: Trouble): Grid {
  if ("face" in trouble) {
    const { face, density } = trouble;
    const [low, high] = advisedExtent(phase, density, face, course.leak);
    return withAxes(phase, [face.axis], (one) => {
      const ratio = (high - low) / (one.high - one.low);
      return { ...one, low, high, cells: even(ratio * one.cells) };
    });
  }
  const more = (one: Axis) => ({ ...one, cells: even(GROWTH * one.cells) });
  const axes = Array.from(phase.axes.keys());
  const taken = axes.map((k) => {
    const left = negativeAfter({ ...course, phase: withAxes(phase, [k], more) }, trouble.step);
    return Math.max(0, trouble.negative - left);
  });
  const least = SHARE * Math.max(...taken);
  return withAxes(
    phase,
    axes.filter((k) => taken[k] >= least),
    more,
  );
}

function even(cells: number): number {
  return 2 * Math.ceil(cells / 2);
}

function withAxes(
  phase: Grid,
  chosen: readonly number[],
  change: (one: Axis) => Pick<Axis, "low" | "high" | "cells" | "periodic">,
): Grid {
  return grid(
    phase.axes.map((one, k) => {
      const { low, high, cells, periodic } = chosen.includes(k) ? change(one) : one;
      return axis({ low, high, cells, periodic });
    }),
  );
}

function stepperOf(course: KineticCourse): KineticStepper {
  const { problem, phase, law, leak } = course;
  const density = phaseDensity(phase, law, leak, problem.temperature);
  return new KineticStepper({
    ...course,
    density,
    force: new Force(new GridField(problem, positionGrid(phase))),
  });
}

/** The first step, of so many, after which negative mass is above `most` or mass beside a face above the leak. */
function firstTrouble(course: KineticCourse, steps: number, most: number): Trouble | null {
  const { phase, leak } = course;
  const stepper = stepperOf(course);
  for (let n = 0; n < steps; n++) {
    stepper.step(n);
    const density = stepper.density();
    const step = n + 1;
    // Mass that has gone through a face rings behind it.
    const face = boundaryMassOf(phase, density);
    if (face !== null && face.mass > leak) return { step, face, density };
    const negative = negativeMassOf(phase, density);
    if (negative > most) return { step, negative };
  }
  return null;
}

function negativeAfter(course: KineticCourse, steps: number): number {
  const stepper = stepperOf(course);
  for (let n = 0; n < steps; n++) stepper.step(n);
  return negativeMassOf(course.phase, stepper.density());
}
