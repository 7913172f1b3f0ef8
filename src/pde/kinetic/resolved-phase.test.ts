// The search for cells that resolve a course is bounded in work, whatever the course, the order and the number of axes, and says what it found out.

import { afterEach, describe, expect, it, vi } from "vitest";
import { kinetic } from "../../dynamics/kinetic.ts";
import { negativeMassOf } from "../../grid/density.ts";
import { gaussian, uniform } from "../../problem/law.ts";
import { neuron } from "../../problem/neuron.ts";
import { problem } from "../../problem/problem.ts";
import { fromFunction } from "../../problem/synthetic.ts";
import { GridField } from "../field/field.ts";
import { positionGrid } from "../field/phase.ts";
import { boxOf } from "../testing.ts";
import { forceOf } from "./force.ts";
import { phaseDensity } from "./phase-density.ts";
import type { KineticCourse } from "./refinement.ts";
import { powerOfTwo, resolvedPhase, type Unresolved } from "./resolved-phase.ts";
import { KineticStepper } from "./step.ts";

/** Of all tries together, cells times steps. */
const BOUND = 1.6e7;
const MOST = 1e-8;

/** y = sin x on [−3, 3], τ = .02, from N(1, .5²) and momenta of std .2: a force that the cells of θ have to resolve. */
function courseOf(cells: readonly number[], change: Partial<KineticCourse> = {}): KineticCourse {
  const p = cells.length / 2;
  const made = problem({
    data: fromFunction({ function: "sin", interval: [-3, 3], samples: 24 }),
    neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: p === 2 }),
    regulariser: { l2: 0.1 },
    temperature: 0.02,
  });
  const each = (value: number) => new Array<number>(p).fill(value);
  const momentum = { mean: each(0), std: each(0.2) };
  return {
    problem: made,
    dynamics: kinetic({ friction: 0.7 }),
    phase: boxOf(
      ...cells.map((n, k) => (k < p ? { low: -12, high: 12, cells: n } : { low: -4, high: 4, cells: n })),
    ),
    law: gaussian({ mean: each(1), std: each(0.5), momentum }),
    leak: 1e-6,
    scheme: "spectral",
    integrator: "aboba",
    order: 2,
    step: 0.05,
    ...change,
  };
}

/** The first step after which a course has more negative mass than allowed. */
function failureOf(course: KineticCourse): Unresolved {
  const stepper = stepperOf(course);
  for (let n = 0; ; n++) {
    stepper.step(n);
    const negative = negativeMassOf(course.phase, stepper.density());
    if (negative > MOST) return { step: n + 1, negative };
  }
}

function stepperOf(course: KineticCourse): KineticStepper {
  const { problem, phase, law, leak } = course;
  const force = forceOf(new GridField(problem, positionGrid(phase)));
  return new KineticStepper({
    ...course,
    density: phaseDensity(phase, law, leak, problem.temperature),
    force,
  });
}

/** Cells times steps that are made from now on, each of order 4 being three. */
function countWork() {
  const made = { work: 0 };
  const { step } = KineticStepper.prototype;
  vi.spyOn(KineticStepper.prototype, "step").mockImplementation(function (this: KineticStepper, n) {
    made.work += 3 * this.density().length;
    return step.call(this, n);
  });
  return made;
}

afterEach(() => vi.restoreAllMocks());

describe("the search for cells that resolve a course", () => {
  it("takes no more than its work, for a course without end", () => {
    const course = courseOf([128, 64], { order: 4 });
    const failed = failureOf(course);
    const made = countWork();
    const found = resolvedPhase(course, 1e6, MOST, failed);
    expect(made.work).toBeLessThanOrEqual(BOUND);
    if (typeof found === "string") throw new Error(found);
    for (const [k, { cells, low, high }] of found.phase.axes.entries()) {
      expect(cells).toBe(powerOfTwo(cells));
      expect([low, high]).toEqual([course.phase.axes[k].low, course.phase.axes[k].high]);
    }
    // What it says was tried, and is far beyond the step that failed.
    expect(found.steps * found.phase.size).toBeLessThan(made.work);
    expect(found.steps).toBeGreaterThan(10 * failed.step);
  });

  it("gives up where more cells hardly help: at the jumps of a uniform start", () => {
    const momentum = { mean: [0], std: [0.2] };
    const course = courseOf([64, 32], { law: uniform({ low: [-1], high: [1], momentum }) });
    const made = countWork();
    expect(resolvedPhase(course, 400, MOST, failureOf(course))).toBe("none");
    expect(made.work).toBeLessThan(0.5 * BOUND);
  });

  it("is over before it begins where one axis more finely costs more than that", () => {
    const course = courseOf([24, 24, 24, 24]);
    const made = countWork();
    expect(resolvedPhase(course, 400, MOST, { step: 100, negative: 1e-7 })).toBe("too dear");
    expect(made.work).toBe(0);
  });
});

it("powers of two are the least that are no less", () => {
  expect([1, 2, 3, 4, 5, 64, 65].map(powerOfTwo)).toEqual([2, 2, 4, 4, 8, 64, 128]);
});
