// What a fit takes of a study: distances, from solvers in any order in the file, and observables, less those of another solver;
// and what it says of runs without a result.

import { describe, expect, it } from "vitest";
import { powerLaw } from "../../statistics/power-law.ts";
import { equality, measurementOf } from "../../statistics/verdict.ts";
import type { ReadPoint } from "../results.ts";
import type { SweptValues } from "../sweep.ts";
import { fitStudy } from "./fit.ts";
import { pointWith } from "./fit-testing.ts";
import type { TrialKind, Trials } from "./trials.ts";

const LINE = { extent: [[-6, 6]] };
const GRID = (cells: number, more: object = {}) => ({ grid: { cells, ...LINE, ...more } });
const JKO = (cells: number) => ({ jko: { cells, ...LINE, method: "quantile" } });
const STATIONARY = { stationary: { cells: 80, ...LINE } };
const NETWORKS = (width: number | readonly number[], replicas = 1) => ({ particles: { width, replicas } });

/** A point whose grid, at that step, is step² away from what its JKO steps find; which comes first is up to the file. */
function pointAt(step: number, first: "grid" | "jko"): ReadPoint {
  const grid = { solver: "grid", cells: [80] };
  const jko = { solver: "jko", cells: [40] };
  const [a, b] = first === "grid" ? [grid, jko] : [jko, grid];
  const apart = { a, b, t: 1, quantity: "w2", values: [step * step] } as const;
  return pointWith({ "time.step": step }, { solvers: [GRID(80), JKO(40)] }, [], [apart]);
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

type Energy = (t: number) => number;
type MadeUp = readonly [solver: object, ...energies: Energy[]];

/** Runs that are done, their energy recorded at t = 0, 1 and 2; replicas one after another. */
function recorded(values: SweptValues, ...runs: readonly MadeUp[]): ReadPoint {
  const rows = (energy: Energy) => [0, 1, 2].map((t) => ({ t, observables: { energy: energy(t) } }));
  const solvers = runs.map(([solver]) => solver);
  return pointWith(
    values,
    { solvers },
    runs.flatMap(([, ...energies]) => energies.map(rows)),
  );
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
      within: 0.4,
      at: 1,
    } as const;
    const [fit, ...others] = fitStudy(
      [spec],
      [8, 16, 32, 64].map((cells) =>
        recorded(
          { "solvers.0.grid.cells": cells },
          [GRID(cells), (t) => 1 + t + t * error(cells)],
          [JKO(20), (t) => 1 + t],
        ),
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
      [0.4, 0.2, 0.1, 0.05].map((h) => recorded({ "time.step": h }, [GRID(8), (t) => 2 + t * h * h])),
    );
    expect(fit!.slope).toBeCloseTo(2, 9);
    expect(fit!.levels.map(({ x }) => x)).toEqual([0.2, 0.1, 0.05]);
    expect(fit!.group).toEqual({ cells: "8" });
    // t(h² − (2h)²) = −3th², t = 2
    expect(fit!.intercept).toBeCloseTo(Math.log(6), 7);
  });

  it("of phase space, against the equilibrium over θ, takes off what the momenta have at rest", () => {
    const [tau, p] = [0.05, 2];
    // ½∫|ω|² + τ∫log and ∫log of N(0, τI), one coordinate of ω after the other.
    const entropy = -0.5 * p * (1 + Math.log(2 * Math.PI * tau));
    const free = 0.5 * p * tau + tau * entropy;
    const file = {
      problem: { potential: { kind: "quadratic" }, temperature: tau },
      dynamics: { kind: "kinetic", friction: 1 },
      initial: { kind: "gaussian", mean: [0, 0], std: 1 },
      solvers: [GRID(8, { extent: [[-6, 6]] }), STATIONARY],
    };
    const point = (h: number): ReadPoint => {
      const end = { t: 1, observables: { free_energy: 3 + free + h ** 4, entropy: 2 + entropy + h ** 2 } };
      const rest = { t: Number.POSITIVE_INFINITY, observables: { free_energy: 3, entropy: 2 } };
      return pointWith({ "time.step": h }, file, [[end], [rest]]);
    };
    const points = [0.4, 0.2, 0.1].map(point);
    const spec = {
      along: "time.step",
      law: "power",
      solver: "grid",
      against: "stationary",
      within: 0.1,
    } as const;
    const slopes = ["free_energy", "entropy"].map(
      (quantity) => fitStudy([{ ...spec, quantity }], points)[0]!.slope!,
    );
    expect(slopes[0]).toBeCloseTo(4, 8);
    expect(slopes[1]).toBeCloseTo(2, 10);
  });

  it("along the step is of the same replicas at every step", () => {
    const spec = { ...energy, along: "time.step", solver: "particles", predicted: 1, within: 0.1 } as const;
    const points = [0.4, 0.2, 0.1, 0.05].map((h) =>
      recorded({ "time.step": h }, [NETWORKS(4, 2), () => 1 + h, () => 5 + h]),
    );
    expect(fitStudy([spec], points)[0]).toMatchObject({ verdict: "HOLDS" });
    const [first, ...others] = points;
    const runs = first!.results.runs.map((run, k) => (k === 1 ? { ...run, status: "failed" as const } : run));
    const broken = { ...first!, results: { ...first!.results, runs } };
    const [fit] = fitStudy([spec], [broken, ...others]);
    expect(fit).toMatchObject({ slope: null, verdict: "NOT RESOLVED" });
    expect(fit!.reason).toMatch(/at 0.4 1 of 2 replicas have a result/);
  });

  it("along width is of paired replicas, coarse where N is small, judged with all the others", () => {
    const normals = [0.3, -1.1, 0.4, 0.9, -0.2, 1.4, -0.7, 0.1];
    // Twice as much scatter common to all widths as beside it.
    const value = (N: number, r: number) =>
      ((1 + 10 / N) / N) * (1 + 0.02 * normals[r]! + 0.01 * normals[(r + N) % 8]!);
    const widths = [10, 30, 100, 300, 1000];
    const energies = widths.flatMap((width) => normals.map((_, r) => () => value(width, r)));
    const fits = fitStudy(
      [{ ...energy, along: "width", solver: "particles", predicted: -1, within: 0.5 }],
      [0, 1].map((friction) =>
        recorded({ "dynamics.friction": friction }, [NETWORKS(widths, 8), ...energies]),
      ),
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

  it("of one level says how many it needs", () => {
    const [fit] = fitStudy(
      [{ ...energy, along: "width", solver: "particles", within: 0.1 }],
      [recorded({}, [NETWORKS(10, 2), () => 0.3, () => 0.4])],
    );
    expect(fit).toMatchObject({ slope: null, levels: [{ x: 10, value: 0.35, replicas: 2 }] });
    expect(fit!.reason).toMatch(/found 1; allowed: ≥ 3/);
  });

  it("says once that the interval is wider than asked, judged or not", () => {
    const widths = [10, 30, 100, 300];
    const energies = widths.flatMap((width) =>
      [0.3, -1.1, 0.4, 0.9].map((z, r) => () => (1 + 0.02 * z + 0.01 * Math.sin(width + r)) / width),
    );
    const spec = { ...energy, along: "width", solver: "particles", within: 1e-6 } as const;
    for (const one of [spec, { ...spec, predicted: -1 }]) {
      const [fit] = fitStudy([one], [recorded({}, [NETWORKS(widths, 4), ...energies])]);
      expect(fit!.verdict).toBe("predicted" in one ? "NOT RESOLVED" : null);
      expect(fit!.reason.split(", ± 0.000001 asked")).toHaveLength(2);
    }
  });
});

describe("a group without data", () => {
  /** Networks of width 10 beside an equilibrium, whose energies differ by e^(−t). */
  function pointOf(temperature: number, equilibrium: "done" | "failed"): ReadPoint {
    const file = {
      problem: { potential: { kind: "quadratic" }, temperature: 0.1 },
      dynamics: { kind: "langevin" },
      solvers: [NETWORKS(10), STATIONARY],
    };
    const rows = Array.from({ length: 41 }, (_, k) => ({
      t: k / 4,
      observables: { energy: 1 + Math.exp(-k / 4) },
    }));
    const rest = [{ t: Number.POSITIVE_INFINITY, observables: { energy: 1 } }];
    const end = equilibrium === "done" ? rest : equilibrium;
    return pointWith({ "problem.temperature": temperature }, file, [rows, end]);
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
    const file = { solvers: [NETWORKS([10, 20]), GRID(80)] };
    const point = pointWith({ "problem.temperature": 0.1 }, file, ["done", "missing", "missing"]);
    expect(fitStudy([spec], [point])).toMatchObject([
      {
        group: { "problem.temperature": 0.1, against: "grid 80" },
        reason: "no data: grid missing, particles missing",
      },
    ]);
  });
});

describe("a fit along time", () => {
  const times = Array.from({ length: 101 }, (_, k) => k / 5);

  const rowsOf = (energy: Energy) => times.map((t) => ({ t, observables: { energy: energy(t) } }));

  /** Replicas of networks with these energies. */
  function decaying(...energies: Energy[]): ReadPoint {
    return pointWith({}, { solvers: [NETWORKS(10, energies.length)] }, energies.map(rowsOf));
  }
  const NOISY = {
    problem: { potential: { kind: "quadratic" }, temperature: 0.1 },
    dynamics: { kind: "langevin" },
  };
  const SECOND = GRID(80, { scheme: "second-order" });
  const judged = (judge: Energy, name = "dissipation") =>
    times.map((t) => ({ t, observables: { free_energy: 7, [name]: judge(t) } }));
  /** A density with that dissipation, or of minimising movements with that speed. */
  const falling = (judge: Energy, solver: "grid" | "jko" = "grid"): ReadPoint =>
    solver === "grid"
      ? pointWith({}, { ...NOISY, solvers: [SECOND] }, [judged(judge)])
      : pointWith({}, { ...NOISY, solvers: [JKO(80)] }, [judged(judge, "fisher_rao")]);
  /** Trials in which the observable is that, by kind. */
  const trials = (made: Partial<Record<TrialKind, Energy | string>>, name = "energy"): Trials => ({
    rows(_, kind) {
      const found = made[kind];
      if (typeof found !== "function") return found ?? null;
      return times.map((t) => ({ t, observables: { [name]: found(t) } }));
    },
  });
  const spec = {
    quantity: "energy",
    along: "time",
    law: "exponential",
    solver: "particles",
    within: 0.05,
  } as const;
  const decay = (rate: number) => (t: number) => Math.exp(-rate * t);
  const transient = (t: number) => Math.exp(-0.5 * t) - 0.4 * Math.exp(-0.8 * t);
  const halfOf = (interval: readonly [number, number] | null) => (interval![1] - interval![0]) / 2;

  it("gives the slope of a decay, negative, and says so where a rate was predicted", () => {
    const same = trials({ "half step": transient });
    const [holds] = fitStudy([{ ...spec, predicted: -0.5 }], [decaying(transient)], same);
    expect(holds).toMatchObject({ verdict: "HOLDS" });
    expect(holds!.reason).not.toMatch(/95 %|negative slope/);
    const [rate] = fitStudy([{ ...spec, predicted: 0.5 }], [decaying(transient)], same);
    expect(rate).toMatchObject({ verdict: "FAILS" });
    expect(rate!.reason).toMatch(/a decay has a negative slope/);
  });

  it("is NOT RESOLVED, not FAILS, while the local rate moves by more than was asked", () => {
    const short = (t: number) => transient(0.6 * t);
    const [fit] = fitStudy([{ ...spec, within: 0.001, predicted: -0.3 }], [decaying(short)]);
    expect(fit!.verdict).toBe("NOT RESOLVED");
    expect(fit!.reason).toMatch(/the local rate moves from/);
  });

  it("judges by the wider interval, which it gives beside the ordinary one", () => {
    const same = trials({ "half step": transient });
    const [bare] = fitStudy([spec], [decaying(transient)]);
    const [low, high] = bare!.judged!;
    expect(halfOf(bare!.judged)).toBeGreaterThan(1.5 * halfOf(bare!.interval));
    // Between the two: outside J, inside I.
    const between = 0.5 * (high + bare!.interval![1]);
    const verdict = (predicted: number, within: number) =>
      fitStudy([{ ...spec, predicted, within }], [decaying(transient)], same)[0]!.verdict;
    expect(verdict(between, 0.05)).toBe("HOLDS");
    expect(verdict(between, 0.99 * halfOf(bare!.judged))).toBe("NOT RESOLVED");
    expect(verdict(high + 0.01 * (high - low), 0.05)).toBe("FAILS");
  });

  it("of a power law, which begins after t = 0, judges by an interval twice as wide", () => {
    const slow = (t: number) => (1 + t) ** -1.5;
    const [fit] = fitStudy([{ ...spec, law: "power", predicted: -1.5, within: 0.5 }], [decaying(slow)]);
    expect(fit!.slope).toBeCloseTo(-1.5, 0);
    expect(halfOf(fit!.interval)).toBeGreaterThan(0);
    expect(halfOf(fit!.judged) / halfOf(fit!.interval)).toBeCloseTo(2, 8);
    expect(fit!.levels.map(({ x }) => x)).toContain(times[1]);
  });

  it("counts what half the step changes, and waits for it", () => {
    const ask = (predicted: number, within: number, made: Trials) =>
      fitStudy([{ ...spec, predicted, within }], [decaying(decay(0.5))], made)[0]!;
    expect(ask(-0.5, 0.01, trials({}))).toMatchObject({ verdict: "NOT RESOLVED" });
    expect(ask(-0.5, 0.01, trials({})).reason).toMatch(
      /own error is not known: the run with half the step is not made/,
    );
    expect(ask(-0.5, 0.01, trials({ "half step": "it blew up" })).reason).toMatch(/failed: it blew up/);
    // A method of order 1 is off by twice what half a step changes: .02, and its I by as much again.
    const off = trials({ "half step": decay(0.51) });
    expect(ask(-0.53, 0.05, off).verdict).toBe("HOLDS");
    expect(ask(-0.53, 0.03, off).verdict).toBe("NOT RESOLVED");
    expect(ask(-0.545, 0.05, off).verdict).toBe("FAILS");
    expect(ask(-0.53, 0.05, off).reason).toMatch(
      /with half the step the slope is -0.51: the step's own error is ± 2.0e-2/,
    );
  });

  it("of a free energy is that of its dissipation; another start must agree before it FAILS", () => {
    const free = {
      ...spec,
      quantity: "free_energy",
      solver: "grid",
      against: "stationary",
      within: 0.01,
    } as const;
    const same = { "half step": decay(0.5), "finer cells": decay(0.5) };
    const ask = (predicted: number, disturbed?: Energy | string) =>
      fitStudy(
        [{ ...free, predicted }],
        [falling(decay(0.5))],
        trials(disturbed === undefined ? same : { ...same, disturbed }, "dissipation"),
      )[0]!;
    expect(ask(-0.5)).toMatchObject({ verdict: "HOLDS", measuredOn: "dissipation" });
    expect(ask(-0.5).reason).toMatch(/dissipation judges/);
    expect(ask(-0.4).reason).toMatch(/whether another start settles alike is not known/);
    expect(ask(-0.44, decay(0.5))).toMatchObject({ verdict: "FAILS" });
    expect(ask(-0.44, decay(0.5)).reason).toMatch(/another start agrees/);
    // From t = 0 to 20: e^(0.04 · 20).
    expect(ask(-0.46, decay(0.5)).verdict).toBe("NOT RESOLVED");
    expect(ask(-0.46, decay(0.5)).reason).toMatch(/outlasts the one that is seen by a factor 2\.2255/);
    // What falls faster than it is no slower mode.
    expect(ask(-0.55, decay(0.5)).verdict).toBe("FAILS");
    expect(ask(-0.4, decay(0.3))).toMatchObject({ verdict: "NOT RESOLVED" });
    expect(ask(-0.4, decay(0.3)).reason).toMatch(/the slow mode is hardly excited by this start/);
    // What is left open reaches from one to the other.
    const [from, to] = ask(-0.4, decay(0.3)).interval!;
    expect([from < -0.5, to > -0.3]).toEqual([true, true]);
    expect(ask(-0.4, decay(0.3)).judged![1]).toBeGreaterThan(to);
    expect(ask(-0.6, decay(0.7)).reason).toMatch(/not in its last regime yet; run longer/);
    expect(ask(-0.4, "it leaked").verdict).toBe("NOT RESOLVED");
    // A scheme of order 2 is off by 4/3 of what half a step changes.
    const halved = { ...same, "half step": decay(0.51) };
    const [off] = fitStudy(
      [{ ...free, predicted: -0.5 }],
      [falling(decay(0.5))],
      trials(halved, "dissipation"),
    );
    expect(off!.reason).toMatch(/the step's own error is ± 1\.3e-2/);
    expect(ask(-0.5).local!.every(({ rate }) => Math.abs(rate - 0.5) < 1e-9)).toBe(true);
  });

  it("FAILS of no solver that another start cannot be asked of", () => {
    const free = { ...spec, quantity: "free_energy", solver: "jko", within: 0.01 } as const;
    const same = trials({ "half step": decay(0.5), "finer cells": decay(0.5) }, "fisher_rao");
    const ask = (predicted: number) =>
      fitStudy([{ ...free, predicted }], [falling(decay(0.5), "jko")], same)[0]!;
    expect(ask(-0.5)).toMatchObject({ verdict: "HOLDS", measuredOn: "fisher_rao" });
    expect(ask(-0.4)).toMatchObject({ verdict: "NOT RESOLVED" });
    expect(ask(-0.4).reason).toMatch(/jko cannot go on from its own end.*ask it of a grid/);
  });

  it("leaves out times at which some replicas are blank", () => {
    const until = (end: number, rate: number) => (t: number) => (t > end ? Number.NaN : Math.exp(-rate * t));
    const fits = [20, 12].map((end) => fitStudy([spec], [decaying(until(end, 0.48), until(12, 0.52))])[0]!);
    expect(fits[0]!.interval).toEqual(fits[1]!.interval);
    expect(fits[0]!.reason).toContain("jackknife");
    expect(fits[0]!.levels.filter(({ leftOut }) => leftOut === null).at(-1)!.x).toBeLessThanOrEqual(12);
  });

  it("draws the fitted sum through the levels of the window, of what needs no differences in time", () => {
    const [fit] = fitStudy([{ ...spec, quantity: "free_energy", solver: "grid" }], [falling(transient)]);
    const used = fit!.levels.filter(({ leftOut }) => leftOut === null);
    const drawn = used.filter(({ fitted }) => fitted !== undefined);
    expect(drawn.length).toBeGreaterThan(used.length / 3);
    for (const { value, fitted } of drawn) expect(fitted! / value).toBeCloseTo(1, 8);
    const last = used.at(-1)!;
    expect(fit!.intercept! + fit!.slope! * last.x).toBeCloseTo(Math.log(last.value), 10);
  });

  it("does not take two entries of one size for replicas", () => {
    const both = pointWith({}, { ...NOISY, solvers: [SECOND, GRID(80)] }, [
      judged(decay(0.5)),
      judged(decay(0.7)),
    ]);
    const fits = fitStudy([{ ...spec, quantity: "free_energy", solver: "grid" }], [both]);
    expect(fits.map(({ group }) => group.solver)).toEqual(["solvers.0", "solvers.1"]);
    expect(fits.map(({ slope }) => Number(slope!.toFixed(6)))).toEqual([-0.5, -0.7]);
  });

  it("adds what the replicas scatter by", () => {
    const half = ({ interval }: { readonly interval: readonly [number, number] | null }) => halfOf(interval);
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
