// Cells that would resolve a spectral course which has left negative mass, and the extent that would hold it: found by trying, as no
// formula knows how the flow shears a density, nor how rough the force is. From the phase grid that failed, axes go to the next power of two,
// those whose growth alone lessens the negative mass of the step that failed, and where mass reaches a face the axis gets longer at no wider
// spacing; then the course is run from its start, until some phase grid carries it as far as is tried. Work is counted and bounded.

import { MuflowError } from "../../base/errors.ts";
import { type Axis, axis } from "../../grid/axis.ts";
import { boundaryMassOf, type FaceMass, negativeMassOf } from "../../grid/density.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import { advisedExtent } from "../../grid/leak.ts";
import { phaseDensity } from "./phase-density.ts";
import type { KineticCourse } from "./refinement.ts";
import { KineticStepper } from "./step.ts";

/** Cells times steps of all tries together: some seconds. */
const MOST_WORK = 1.6e7;
/** What a transform of another number of cells costs, a cell, beside one of a power of two. */
const ODD_COST = 5;
/** An axis grows where that alone takes off at least this share of what the best axis does. */
const SHARE = 0.25;
/** Negative mass that falls by no more than this power of the cells, twice, is that of a corner, in the density or the force. */
const CORNER = 3;

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

/** No cells will do, as more of them do not help; or it takes more work to find them than is tried. */
export type Unknown = "none" | "too dear";

/**
 * A phase grid on which that course, of so many steps, keeps negative mass below `most` and within its faces, as far as it is tried: its
 * own, unless it `failed` there, or a larger one. Cost: MOST_WORK at most, whatever the course.
 */
export function resolvedPhase(
  course: KineticCourse,
  steps: number,
  most: number,
  failed: Unresolved | null = null,
): Resolved | Unknown {
  const budget = new Budget(course.order);
  let { phase } = course;
  let trouble: Trouble | null = failed;
  let stale = 0;
  try {
    for (;;) {
      const before = phase;
      if (trouble !== null) {
        const next = larger(course, phase, trouble, budget);
        if (next === null) return "too dear";
        phase = next;
      }
      // Half of what is left, lest a try that fails late be the last.
      const within = Math.min(steps, Math.floor(budget.steps(phase) / 2));
      if (within < (trouble?.step ?? 1)) return "too dear";
      const nextTrouble = firstTrouble({ ...course, phase }, within, most);
      if (nextTrouble === null) return { phase, steps: within };
      budget.spend(phase, nextTrouble.step);
      stale = isStale(nextTrouble, trouble, growthOf(before, phase)) ? stale + 1 : 0;
      if (stale === 2) return "none";
      trouble = nextTrouble;
    }
  } catch (error) {
    // Memory that the next cells would take, or a course that ends for another reason.
    if (!(error instanceof MuflowError)) throw error;
  }
  return "too dear";
}

/** Work that is left, in cells times steps and not in seconds: the advice is the same on every machine. */
class Budget {
  private left = MOST_WORK;
  /** Of a step of order 4: one of h, two of h/2. */
  private readonly substeps: number;

  constructor(order: 2 | 4) {
    this.substeps = order === 4 ? 3 : 1;
  }

  /** Steps on that phase grid that are left. */
  steps(phase: Grid): number {
    return Math.floor(this.left / this.costOf(phase));
  }

  spend(phase: Grid, steps: number): void {
    this.left -= this.costOf(phase) * steps;
  }

  private costOf({ axes, size }: Grid): number {
    const costs = axes.map(({ cells }): number => (cells === powerOfTwo(cells) ? 1 : ODD_COST));
    return (this.substeps * size * costs.reduce((sum, cost) => sum + cost)) / axes.length;
  }
}

type Trouble =
  | Unresolved
  | { readonly step: number; readonly face: FaceMass; readonly density: Float64Array };

/** How many times as many cells the axis has that grew most. */
function growthOf(before: Grid, after: Grid): number {
  return Math.max(...after.axes.map(({ cells }, k) => cells / before.axes[k].cells));
}

function isStale(trouble: Trouble, before: Trouble | null, growth: number): boolean {
  if (before === null || "face" in before || "face" in trouble) return false;
  return trouble.step <= before.step && trouble.negative > before.negative / growth ** CORNER;
}

/**
 * The phase grid with a longer axis where mass reached its face, else with more cells on the axes that matter; null where that takes more
 * work to find than is left.
 */
function larger(course: KineticCourse, phase: Grid, trouble: Trouble, budget: Budget): Grid | null {
  if ("face" in trouble) {
    const { face, density } = trouble;
    const [low, high] = advisedExtent(phase, density, face, course.leak);
    return withAxes(phase, [face.axis], (line) => {
      const ratio = (high - low) / (line.high - line.low);
      return { ...line, low, high, cells: powerOfTwo(ratio * line.cells) };
    });
  }
  const more = (line: Axis) => ({ ...line, cells: powerOfTwo(line.cells + 1) });
  const axes = Array.from(phase.axes.keys());
  const taken: number[] = [];
  for (const k of axes) {
    const tried = withAxes(phase, [k], more);
    if (budget.steps(tried) < trouble.step) return null;
    budget.spend(tried, trouble.step);
    taken.push(Math.max(0, trouble.negative - negativeAfter({ ...course, phase: tried }, trouble.step)));
  }
  const least = SHARE * Math.max(...taken);
  return withAxes(
    phase,
    axes.filter((k) => taken[k] >= least),
    more,
  );
}

/** The least power of two that is no less: its transforms are several times cheaper than those of numbers nearby. */
export function powerOfTwo(least: number): number {
  let cells = 2;
  while (cells < least) cells *= 2;
  return cells;
}

function withAxes(
  phase: Grid,
  chosen: readonly number[],
  change: (line: Axis) => Pick<Axis, "low" | "high" | "cells" | "periodic">,
): Grid {
  return grid(
    phase.axes.map((line, k) => {
      const { low, high, cells, periodic } = chosen.includes(k) ? change(line) : line;
      return axis({ low, high, cells, periodic });
    }),
  );
}

function stepperOf(course: KineticCourse): KineticStepper {
  const { problem, phase, law, leak } = course;
  return new KineticStepper({ ...course, density: phaseDensity(phase, law, leak, problem.temperature) });
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
