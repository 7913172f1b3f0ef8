// What a rate is read off: at τ = 0, where densities shrink to a point, nothing that is relative to their width.

import { expect, it } from "vitest";
import { fitRate } from "../statistics/rate.ts";
import { builtOf } from "./built-testing.ts";
import { judgedOn, rateOptions } from "./decay.ts";
import type { GridRun, JkoRun } from "./runs.ts";
import { recordOf, simulate } from "./solvers/list.ts";

const STEP = 0.02;

/** V = θ²/2 from N(1, ½²). */
function run(solver: object, more: object = {}): GridRun | JkoRun {
  const [one] = builtOf({
    name: "well",
    problem: { potential: { kind: "quadratic" }, temperature: 0 },
    dynamics: { kind: "gradient-flow" },
    initial: { kind: "gaussian", mean: [1], std: [0.5] },
    time: { until: 3, step: STEP, record: 50 },
    solvers: [solver],
    ...more,
  }).runs;
  return one as GridRun | JkoRun;
}

it("the free energy of minimising movements without noise falls by (1 + h)² a step, and that rate is found", () => {
  const one = run({ jko: { cells: 400, extent: [[-4, 4]], method: "quantile" } });
  const on = judgedOn(one, "free_energy");
  const { rows } = simulate(one).progress;
  const values = rows.map(({ observables }) => observables[on]);
  const { rate, widened } = fitRate(
    rows.map(({ t }) => t),
    values,
    rateOptions(one, on, values[0]),
  );
  const truth = (2 * Math.log(1 + STEP)) / STEP;
  expect(Math.abs(rate - truth)).toBeLessThan(widened);
  expect(widened).toBeLessThan(0.02 * truth);
});

it("a squared speed relative to the density judges where there is noise alone", () => {
  const phase = {
    grid: {
      cells: [32, 32],
      extent: [
        [-4, 4],
        [-4, 4],
      ],
      scheme: "positive",
    },
  };
  const initial = { kind: "gaussian", mean: [1], std: [0.5], momentum: { mean: [0], std: [0.5] } };
  const kinetic = { dynamics: { kind: "kinetic", friction: 1 }, initial };
  const warm = { problem: { potential: { kind: "quadratic" }, temperature: 0.1 } };
  expect(judgedOn(run(phase, kinetic), "free_energy")).toBe("free_energy");
  expect(judgedOn(run(phase, { ...kinetic, ...warm }), "free_energy")).toBe("fisher_rao");
  const flow = { grid: { cells: 64, extent: [[-4, 4]], scheme: "second-order" } };
  expect(judgedOn(run(flow), "free_energy")).toBe("dissipation");
});

it("the fall of a free energy judges where nothing swings, and τ does not change", () => {
  const flow = { grid: { cells: 64, extent: [[-4, 4]], scheme: "second-order" } };
  const closed = { moments: {} };
  const cooled = { dynamics: { kind: "annealed-langevin", constant: 0.2 } };
  const kinetic = {
    dynamics: { kind: "kinetic", friction: 1 },
    problem: { potential: { kind: "quadratic" }, temperature: 0.1 },
  };
  for (const solver of [flow, closed]) {
    expect(judgedOn(run(solver), "free_energy")).toBe("dissipation");
    expect(judgedOn(run(solver, cooled), "free_energy")).toBe("free_energy");
    expect(judgedOn(run(solver), "mean_theta_0")).toBe("mean_theta_0");
  }
  expect(judgedOn(run(closed, kinetic), "free_energy")).toBe("free_energy");
});

it("what transforms leave of a squared speed is known of the scheme that rings alone", () => {
  const initial = { kind: "gaussian", mean: [1], std: [0.5], momentum: { mean: [0], std: [0.5] } };
  const kinetic = { dynamics: { kind: "kinetic", friction: 1 }, initial };
  const extent = [
    [-4, 4],
    [-4, 4],
  ];
  const by = (scheme: string) => run({ grid: { cells: [32, 32], extent, scheme } }, kinetic);
  const { floor, ...rest } = rateOptions(by("spectral"), "fisher_rao", 1);
  expect(floor).toBeCloseTo((3e-13 / STEP) ** 2, 30);
  expect(rest).toEqual({ quadratic: true });
  expect(rateOptions(by("positive"), "fisher_rao", 1).floor).toBeUndefined();
});

it("half the step tells an error by the order of what moves the density", () => {
  const orderOf = (solver: object, more?: object) => {
    const solved = run(solver, more);
    return recordOf(solved).order?.(solved);
  };
  const box = { cells: 64, extent: [[-4, 4]] };
  expect(orderOf({ grid: { ...box, scheme: "implicit" } })).toBe(1);
  expect(orderOf({ grid: { ...box, scheme: "second-order" } })).toBe(2);
  const initial = { kind: "gaussian", mean: [1], std: [0.5], momentum: { mean: [0], std: [0.5] } };
  expect(orderOf({ grid: box }, { dynamics: { kind: "kinetic", friction: 1 }, initial })).toBe(2);
});
