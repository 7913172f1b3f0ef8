// The Fisher information of densities whose own is known, and that it is recorded where it is asked for alone.

import { describe, expect, it } from "vitest";
import { langevin } from "../dynamics/langevin.ts";
import { axis } from "../grid/axis.ts";
import { type Grid, grid } from "../grid/grid.ts";
import { gaussian } from "../problem/law.ts";
import { problem } from "../problem/problem.ts";
import { builtOf } from "../run/built-testing.ts";
import { equilibria, evolve, grid as onGrid } from "../run/evolve.ts";
import { gridOf, isOnGrid } from "../run/runs.ts";
import { simulate } from "../run/solvers/list.ts";
import { fisherInformationOf } from "./fisher-information.ts";

/** A density of product form, of mass 1. */
function product(on: Grid, ...of: ((x: number) => number)[]): Float64Array {
  const values = Float64Array.from({ length: on.size }, (_, i) =>
    of.reduce((total, f, k) => {
      const { centres, cells } = on.axes[k]!;
      return total * f(centres[Math.floor(i / on.strides[k]!) % cells]!);
    }, 1),
  );
  const mass = on.volume * values.reduce((a, b) => a + b, 0);
  return values.map((value) => value / mass);
}

const gauss = (mean: number, std: number) => (x: number) => Math.exp(-0.5 * ((x - mean) / std) ** 2);

describe("the Fisher information", () => {
  it("of a Gaussian is Σ 1/σ², to second order in the cells", () => {
    const exact = 1 / 0.6 ** 2 + 1 / 0.9 ** 2;
    const errors = [64, 128].map((cells) => {
      const on = grid([axis({ low: -6, high: 6, cells }), axis({ low: -7, high: 8, cells: cells + 10 })]);
      return fisherInformationOf(on, product(on, gauss(0.3, 0.6), gauss(-0.2, 0.9))) - exact;
    });
    expect(Math.abs(errors[0]!)).toBeLessThan(0.01 * exact);
    expect(errors[0]! / errors[1]!).toBeCloseTo(4, 0);
  });

  it("goes around the circle: of e^{κ cos θ} it is κ²⟨sin² θ⟩, wherever its top lies", () => {
    const on = grid([axis({ low: -Math.PI, high: Math.PI, cells: 400, periodic: true })]);
    const kappa = 1.7;
    // ⟨sin²⟩ over e^{κ cos θ}; sums at even places are exact.
    const [above, below] = [0, 1].map((power) =>
      Array.from({ length: 400 }, (_, i) => (2 * Math.PI * i) / 400).reduce(
        (sum, x) => sum + Math.exp(kappa * Math.cos(x)) * (power === 0 ? Math.sin(x) ** 2 : 1),
        0,
      ),
    ) as [number, number];
    const exact = (kappa ** 2 * above) / below;
    for (const top of [0, 3]) {
      const found = fisherInformationOf(
        on,
        product(on, (x) => Math.exp(kappa * Math.cos(x - top))),
      );
      // Δ²/12 times fourth derivatives of order κ⁴.
      expect(Math.abs(found / exact - 1)).toBeLessThan(1e-4);
    }
  });

  it("counts cells below 0 as empty", () => {
    const on = grid([axis({ low: 0, high: 4, cells: 4 })]);
    expect(fisherInformationOf(on, Float64Array.of(0, 1, -1, 0))).toBe(8);
    expect(fisherInformationOf(on, Float64Array.of(0, 0, 0, 1))).toBe(4);
  });
});

describe("a run", () => {
  const spec = {
    name: "asked",
    problem: { potential: { kind: "quadratic" }, temperature: 0.2 },
    dynamics: { kind: "langevin" },
    initial: { kind: "gaussian", mean: [0.5], std: [0.6] },
    time: { until: 0.2, step: 0.05, record: 2 },
  };
  const box = { cells: [200], extent: [[-4, 4]] };
  const phase = {
    cells: [64, 64],
    extent: [
      [-4, 4],
      [-4, 4],
    ],
  };
  const observe = ["fisher_information"];
  const rowsOf = (solver: object, more: object = {}) => {
    const [run] = builtOf({ ...spec, ...more, solvers: [solver] }).runs;
    if (run === undefined || !isOnGrid(run)) throw new Error("no density");
    const { status, progress } = simulate(run);
    expect(status).toBe("done");
    const { density } = progress.snapshots.at(-1)!;
    return {
      rows: progress.rows.map(({ observables }) => observables),
      last: { grid: gridOf(run), density },
    };
  };

  it.each([
    ["grid", { grid: { ...box } }, {}],
    ["grid in phase space", { grid: { ...phase } }, { dynamics: { kind: "kinetic", friction: 1 } }],
    ["stationary", { stationary: { ...box } }, {}],
    ["jko", { jko: { ...box, method: "quantile" } }, {}],
  ] as const)("of %s has it where it is asked for, and everything else as without", (_, solver, more) => {
    const [[name, options]] = Object.entries(solver) as [[string, object]];
    const without = rowsOf(solver, more).rows;
    const { rows, last } = rowsOf({ [name]: { ...options, observe } }, more);
    expect(rows.map(({ fisher_information: _, ...rest }) => rest)).toEqual(without);
    expect(without.some((row) => "fisher_information" in row)).toBe(false);
    expect(rows.at(-1)!.fisher_information).toBe(fisherInformationOf(last.grid, last.density));
  });

  it("at rest: the Gibbs measure of θ²/2 has 1/τ", () => {
    const { rows } = rowsOf({ stationary: { ...box, observe } });
    expect(rows[0]!.fisher_information).toBeCloseTo(1 / 0.2, 1);
  });

  it("refuses what is not recorded on being asked", () => {
    expect(() => rowsOf({ grid: { ...box, observe: ["entropy"] } })).toThrow(/observe.*fisher_information/s);
  });
});

it("is had of the library by the same word", async () => {
  const made = problem({ potential: { kind: "quadratic" }, dimension: 1, temperature: 0.5 });
  const on = { cells: 200, extent: [-6, 6] as const };
  const start = gaussian({ mean: 0, std: 1 });
  const course = { initial: start, until: 0.2, step: 0.1 };
  const asked = await evolve(made, langevin(), onGrid({ ...on, observe: ["fisher_information"] }), course);
  expect(Math.abs(asked.rows[0]!.observables.fisher_information! - 1)).toBeLessThan(1e-3);
  const unasked = await evolve(made, langevin(), onGrid(on), course);
  expect(unasked.rows[0]!.observables).not.toHaveProperty("fisher_information");
  // At rest, N(0, τ): 1/τ.
  const [rest] = equilibria(made, onGrid({ ...on, observe: ["fisher_information"] })).rows;
  expect(Math.abs(rest!.observables.fisher_information! - 2)).toBeLessThan(1e-2);
  expect(() => onGrid({ ...on, observe: ["fisher"] })).toThrow(
    /grid\.observe: found "fisher"; allowed: fisher_inf/,
  );
});
