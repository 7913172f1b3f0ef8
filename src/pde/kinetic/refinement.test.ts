// The two errors that a run states of itself, against an exact solution: a scheme of order 2 errs by e(h) ≈ Ch², of which halving
// the step takes away 3/4.

import { describe, expect, it } from "vitest";
import { kinetic } from "../../dynamics/kinetic.ts";
import { axis } from "../../grid/axis.ts";
import { grid } from "../../grid/grid.ts";
import { energyOf, hamiltonianOf, kineticAt, linearNeuron } from "../../limits/gaussian.ts";
import { type KineticCourse, observeCourse, refinedGrid, refinement } from "./refinement.ts";
import { GAUSSIAN_LAW, GAUSSIAN_START, gaussianProblem, plane } from "./testing.ts";

const made = gaussianProblem();
const linear = linearNeuron(made);
const FRICTION = 1;

/** risk, energy, kinetic, H at time t, exactly. */
function exactAt(t: number) {
  const law = kineticAt(linear, FRICTION, GAUSSIAN_START, t);
  const energy = energyOf(linear, { mean: law.theta, variance: law.varTheta });
  return {
    risk: energy - 0.5 * linear.lambda * (law.varTheta + law.theta ** 2),
    energy,
    kinetic: 0.5 * (law.varOmega + law.omega ** 2),
    free_energy: hamiltonianOf(linear, law),
  };
}

function courseOf(change: Partial<KineticCourse> = {}): KineticCourse {
  return {
    problem: made,
    dynamics: kinetic({ friction: FRICTION }),
    phase: plane(64, 4, 4),
    law: GAUSSIAN_LAW,
    leak: 1e-5,
    scheme: "spectral",
    integrator: "aboba",
    order: 2,
    step: 0.1,
    ...change,
  };
}

type Seen = ReturnType<typeof exactAt>;

/** The largest difference over those four, and over the times. */
function apart(left: readonly Seen[], right: readonly Seen[]): number {
  const names = ["risk", "energy", "kinetic", "free_energy"] as const;
  return Math.max(...left.flatMap((seen, i) => names.map((name) => Math.abs(seen[name] - right[i][name]))));
}

describe("the stated errors of a run in phase space", () => {
  it("times are multiples of the step to 1e-9 of themselves, or of 1", () => {
    const course = courseOf({ step: 20, phase: plane(16, 4, 4) });
    for (const t of [100 * (1 + 5e-10), 100 * (1 - 5e-10), 5e-10]) {
      expect(observeCourse({ ...course, leak: 1 }, [t])).toHaveLength(1);
    }
    for (const t of [100 * (1 + 2e-9), 2e-9, 30])
      expect(() => observeCourse(course, [t])).toThrow(/increasing multiples/);
    expect(() => observeCourse({ ...course, leak: 1 }, [20, 0])).toThrow(/found 0/);
  });

  it("in time is 3/4 of the true one at order 2, at one time and over several, and goes by the step", () => {
    for (const times of [[1], [0.4, 1, 2]]) {
      for (const step of [0.1, 0.05]) {
        const course = courseOf({ step });
        const truth = apart(observeCourse(course, times), times.map(exactAt));
        expect(truth).toBeGreaterThan(1e-5);
        const { time, space } = refinement(course, times);
        // The next term of e is of order h² beside the first.
        expect(Math.abs(time / truth - 0.75)).toBeLessThan(0.02);
        // Spectral in space: far below what the step does.
        expect(space).toBeLessThan(1e-3 * time);
      }
    }
  });

  it("are changes of what the run itself showed, where that is handed over", () => {
    const course = courseOf();
    const shifted = observeCourse(course, [1]).map((seen) => ({ ...seen, kinetic: seen.kinetic + 5 }));
    const own = refinement(course, [1]);
    const { space, time } = refinement(course, [1], shifted);
    expect(Math.abs(space - 5)).toBeLessThan(2 * own.space + 1e-14);
    expect(Math.abs(time - 5)).toBeLessThan(2 * own.time);
  });

  it("in space is the change to cells 3/2 as fine, which bring the scheme that stays positive closer to the truth", () => {
    const course = courseOf({ scheme: "positive", phase: plane(40, 4, 4) });
    const times = [0.5, 1];
    const base = observeCourse(course, times);
    const finer = observeCourse({ ...course, phase: plane(60, 4, 4) }, times);
    const { space } = refinement(course, times, base);
    expect(space).toBe(apart(finer, base));
    const truth = times.map(exactAt);
    expect(apart(finer, truth)).toBeLessThan(0.7 * apart(base, truth));
  });
});

it("a refined grid has 3/2 as many cells, to an even number, on the same extents", () => {
  const phase = grid([
    axis({ low: -Math.PI, high: Math.PI, cells: 10, periodic: true }),
    axis({ low: -3, high: 5, cells: 7 }),
    axis({ low: -1, high: 1, cells: 64 }),
  ]);
  const finer = refinedGrid(phase);
  expect(finer.axes.map(({ cells }) => cells)).toEqual([16, 12, 96]);
  expect(finer.axes.map(({ low, high, periodic }) => [low, high, periodic])).toEqual([
    [-Math.PI, Math.PI, true],
    [-3, 5, false],
    [-1, 1, false],
  ]);
});

it("a course is seen at increasing multiples of its step alone", () => {
  const course = courseOf({ phase: plane(32, 4, 4) });
  expect(observeCourse(course, [0, 0.3]).length).toBe(2);
  for (const times of [[0.05], [0.2, 0.1]]) {
    expect(() => observeCourse(course, times)).toThrow(
      `time: found ${times.at(-1)}; allowed: increasing multiples of the step 0.1`,
    );
  }
});
