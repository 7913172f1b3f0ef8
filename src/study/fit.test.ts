// What a fit takes of a study: distances, from solvers in any order in the file, and observables, less those of another solver;
// and what it says of runs without a result.

import { describe, expect, it } from "vitest";
import { fitStudy, type ReadPoint } from "./fit.ts";
import type { PreparedPoint } from "./prepare.ts";
import { powerLaw } from "./statistics/power-law.ts";
import { equality, measurementOf } from "./statistics/verdict.ts";

/** A point whose grid, at that step, is step² away from what its JKO steps find; which comes first is up to the file. */
function pointAt(step: number, first: "grid" | "jko"): ReadPoint {
  const grid = { solver: "grid", cells: [80] };
  const jko = { solver: "jko", cells: [40] };
  const [a, b] = first === "grid" ? [grid, jko] : [jko, grid];
  return {
    point: { values: { "time.step": step } } as unknown as PreparedPoint,
    results: { runs: [], distances: [{ a, b, t: 1, quantity: "w2", values: [step * step] }] },
  };
}

describe("a fit of distances between densities", () => {
  it.each([
    ["grid", "jko"],
    ["jko", "grid"],
  ] as const)("of the %s's against the %s's finds them in either order", (solver, against) => {
    const spec = { quantity: "w2", along: "time.step", law: "power", solver, against, within: 0.05 } as const;
    for (const first of ["grid", "jko"] as const) {
      const [fit, ...others] = fitStudy(
        [spec],
        [0.1, 0.2, 0.4, 0.8].map((h) => pointAt(h, first)),
      );
      expect(others).toEqual([]);
      expect(fit!.slope).toBeCloseTo(2, 10);
      expect(fit!.group).toEqual({
        cells: solver === "grid" ? "80" : "40",
        against: against === "grid" ? "grid 80" : "jko 40",
      });
    }
  });
});

interface MadeUpRun {
  readonly solver: string;
  readonly cells?: readonly number[];
  readonly width?: number;
  readonly energy: (t: number) => number;
}

/** A point whose runs are done, their energy recorded at t = 0, 1 and 2. */
function recorded(values: object, runs: readonly MadeUpRun[]): ReadPoint {
  const rows = (energy: MadeUpRun["energy"]) =>
    [0, 1, 2].map((t) => ({ t, observables: { energy: energy(t) } }));
  const done = runs.map(({ energy }) => ({ status: "done", progress: { rows: rows(energy) } }));
  return {
    point: { values, prepared: { built: { runs } } },
    results: { distances: [], runs: done },
  } as unknown as ReadPoint;
}

describe("a fit of an observable", () => {
  const energy = { quantity: "energy", law: "power" } as const;

  it("along cells is of what it differs by from the other solver at that time, to the finest", () => {
    const error = (cells: number) => (3 / cells ** 2) * (1 + 4 / cells);
    const spec = {
      ...energy,
      along: "cells",
      solver: "grid",
      against: "jko",
      predicted: -2,
      within: 0.2,
      at: 1,
    } as const;
    const [fit, ...others] = fitStudy(
      [spec],
      [8, 16, 32, 64].map((cells) =>
        recorded({ "solvers.0.grid.cells": cells }, [
          { solver: "grid", cells: [cells], energy: (t) => 1 + t + t * error(cells) },
          { solver: "jko", cells: [20], energy: (t) => 1 + t },
        ]),
      ),
    );
    expect(others).toEqual([]);
    expect(fit!.slope).toBeCloseTo(Math.log2(error(64) / error(32)), 9);
    expect(fit!.intercept! + fit!.slope! * Math.log(64)).toBeCloseTo(Math.log(error(64)), 8);
    expect(fit!.levels.map(({ x }) => x).sort((a, b) => a - b)).toEqual([8, 16, 32, 64]);
    expect(fit!.verdict).toBe("HOLDS");
  });

  it("along the step, against nothing, is of the changes from one step to the next, at the end", () => {
    const [fit] = fitStudy(
      [{ ...energy, along: "time.step", solver: "grid", within: 0.05 }],
      [0.4, 0.2, 0.1, 0.05].map((h) =>
        recorded({ "time.step": h }, [{ solver: "grid", cells: [8], energy: (t) => 2 + t * h * h }]),
      ),
    );
    expect(fit!.slope).toBeCloseTo(2, 9);
    // t(h² − (2h)²) = −3th², t = 2
    expect(fit!.intercept).toBeCloseTo(Math.log(6), 7);
  });

  it("along width is of paired replicas, coarse where N is small, judged with all the others", () => {
    const normals = [0.3, -1.1, 0.4, 0.9, -0.2, 1.4, -0.7, 0.1];
    // Twice as much scatter common to all widths as beside it.
    const value = (N: number, r: number) =>
      ((1 + 10 / N) / N) * (1 + 0.02 * normals[r]! + 0.01 * normals[(r + N) % 8]!);
    const widths = [10, 30, 100, 300, 1000];
    const runs = widths.flatMap((width) =>
      normals.map((_, r) => ({ solver: "particles", width, energy: () => value(width, r) })),
    );
    const fits = fitStudy(
      [{ ...energy, along: "width", solver: "particles", predicted: -1, within: 0.5 }],
      [0, 1].map((friction) => recorded({ "dynamics.friction": friction }, runs)),
    );
    const expected = powerLaw(
      widths.map((x) => ({ x, samples: normals.map((_, r) => value(x, r)) })),
      { limit: "infinity", statistic: "mean", pairing: "paired" },
    );
    const left = ({ levels }: { levels: readonly { leftOut: unknown }[] }) =>
      levels.map(({ leftOut }) => leftOut !== null);
    expect(left(expected)).toContain(true);
    const verdict = equality(
      measurementOf((level) => expected.interval(level)!, 2),
      -1,
      0.5,
    );
    expect(fits).toHaveLength(2);
    for (const fit of fits) {
      expect(left(fit)).toEqual(left(expected));
      expect(fit.interval).toEqual(expected.interval(0.95));
      expect(fit.reason).toContain(verdict.reason);
    }
  });

  it("says once that the interval is wider than asked, judged or not", () => {
    const runs = [10, 30, 100, 300].flatMap((width) =>
      [0.3, -1.1, 0.4, 0.9].map((z, r) => ({
        solver: "particles",
        width,
        energy: () => (1 + 0.02 * z + 0.01 * Math.sin(width + r)) / width,
      })),
    );
    const spec = { ...energy, along: "width", solver: "particles", within: 1e-6 } as const;
    for (const one of [spec, { ...spec, predicted: -1 }]) {
      const [fit] = fitStudy([one], [recorded({}, runs)]);
      expect(fit!.verdict).toBe("predicted" in one ? "NOT RESOLVED" : null);
      expect(fit!.reason.split("wide, ± 0.000001 asked")).toHaveLength(2);
    }
  });
});

describe("a group without data", () => {
  /** Networks of width 10 beside an equilibrium, whose energies differ by e^(−t). */
  function pointOf(temperature: number, equilibrium: "done" | "failed"): ReadPoint {
    const runs = [
      { solver: "particles", width: 10 },
      { solver: "stationary", cells: [80] },
    ];
    const rows = Array.from({ length: 41 }, (_, k) => ({
      t: k / 4,
      observables: { energy: 1 + Math.exp(-k / 4) },
    }));
    const at = [{ t: Number.POSITIVE_INFINITY, observables: { energy: 1 } }];
    return {
      point: {
        values: { "problem.temperature": temperature },
        prepared: { built: { runs } },
      } as unknown as PreparedPoint,
      results: {
        runs: [
          { status: "done", progress: { rows } },
          { status: equilibrium, progress: equilibrium === "done" ? { rows: at } : null },
        ],
        distances: [],
      } as unknown as ReadPoint["results"],
    };
  }

  it("has a row that says which run has no result", () => {
    const spec = {
      ...({ quantity: "energy", along: "time", law: "exponential", solver: "particles" } as const),
      ...({ against: "stationary", predicted: -1, within: 0.05 } as const),
    };
    const fits = fitStudy([spec], [pointOf(0.1, "done"), pointOf(0.2, "failed"), pointOf(0.3, "done")]);
    expect(fits.map(({ group }) => group["problem.temperature"])).toEqual([0.1, 0.2, 0.3]);
    expect(fits.map(({ slope }) => slope !== null)).toEqual([true, false, true]);
    expect(fits[1]).toMatchObject({ verdict: "NOT RESOLVED", reason: "no data: stationary failed" });
  });

  it("of distances too", () => {
    const spec = {
      quantity: "f_rms",
      along: "width",
      law: "power",
      solver: "particles",
      within: 0.1,
    } as const;
    const point = {
      values: { "problem.temperature": 0.1 },
      prepared: {
        built: {
          runs: [
            { solver: "particles", width: 10 },
            { solver: "particles", width: 20 },
            { solver: "grid", cells: [80] },
          ],
        },
      },
    } as unknown as PreparedPoint;
    const runs = ["done", "missing", "missing"].map((status) => ({ status, progress: null }));
    const results = { runs, distances: [] } as unknown as ReadPoint["results"];
    expect(fitStudy([spec], [{ point, results }])).toMatchObject([
      {
        group: { "problem.temperature": 0.1, against: "grid 80" },
        reason: "no data: grid missing, particles missing",
      },
    ]);
  });
});

describe("a fit along time", () => {
  const times = Array.from({ length: 101 }, (_, k) => k / 5);

  /** Replicas of networks with these energies. */
  function decaying(...energies: ((t: number) => number)[]): ReadPoint {
    const runs = energies.map((energy) => ({ solver: "particles", width: 10, energy }));
    const done = energies.map((energy) => ({
      status: "done",
      progress: { rows: times.map((t) => ({ t, observables: { energy: energy(t) } })) },
    }));
    return {
      point: { values: {}, prepared: { built: { runs } } },
      results: { distances: [], runs: done },
    } as unknown as ReadPoint;
  }
  const spec = {
    quantity: "energy",
    along: "time",
    law: "exponential",
    solver: "particles",
    within: 0.05,
  } as const;
  const transient = (t: number) => Math.exp(-0.5 * t) - 0.4 * Math.exp(-0.8 * t);

  it("gives the slope of a decay, negative, and says so where a rate was predicted", () => {
    const [holds] = fitStudy([{ ...spec, predicted: -0.5 }], [decaying(transient)]);
    expect(holds).toMatchObject({ verdict: "HOLDS" });
    expect(holds!.reason).not.toMatch(/95 %|negative slope/);
    const [rate] = fitStudy([{ ...spec, predicted: 0.5 }], [decaying(transient)]);
    expect(rate).toMatchObject({ verdict: "FAILS" });
    expect(rate!.reason).toMatch(/a decay has a negative slope.* of its step and its cells/);
  });

  it("is NOT RESOLVED, not FAILS, while the local rate moves by more than was asked", () => {
    const short = (t: number) => transient(t / 4);
    const [fit] = fitStudy([{ ...spec, within: 0.001, predicted: -0.125 }], [decaying(short)]);
    expect(fit!.verdict).toBe("NOT RESOLVED");
    expect(fit!.reason).toMatch(/known to ± .* asked; .* the local rate moves from/);
  });

  it("draws the fitted sum through the levels of the window", () => {
    const [fit] = fitStudy([spec], [decaying(transient)]);
    const used = fit!.levels.filter(({ leftOut }) => leftOut === null);
    for (const { value, fitted } of used) expect(fitted! / value).toBeCloseTo(1, 8);
    const last = used.at(-1)!;
    expect(fit!.intercept! + fit!.slope! * last.x).toBeCloseTo(Math.log(last.value), 10);
  });

  it("adds what the replicas scatter by", () => {
    const half = ({ interval }: { readonly interval: readonly [number, number] | null }) =>
      (interval![1] - interval![0]) / 2;
    const [equal] = fitStudy([spec], [decaying(transient, transient)]);
    const rates = [0.48, 0.5, 0.52];
    const [apart] = fitStudy([spec], [decaying(...rates.map((r) => (t: number) => Math.exp(-r * t)))]);
    const [same] = fitStudy([spec], [decaying(transient)]);
    expect(half(equal!)).toBeCloseTo(half(same!), 8);
    // Their mean falls at the slowest of three in the end; leaving one out moves it.
    expect(half(apart!)).toBeGreaterThan(0.01);
    expect(apart!.reason).toContain("jackknife");
  });
});
