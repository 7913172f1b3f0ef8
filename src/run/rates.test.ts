// Settling rates from rows that are known, beside the closed-form gaps of the linear neuron.

import { describe, expect, it } from "vitest";
import { langevin } from "../dynamics/langevin.ts";
import { spectralGap } from "../pde/spectrum/predict.ts";
import { fromArrays } from "../problem/data.ts";
import { gaussian } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { parseExperiment } from "../spec/schema.ts";
import { fitRate } from "../statistics/rate.ts";
import { buildExperiment } from "./build.ts";
import { evolve, grid } from "./evolve.ts";
import type { Progress } from "./progress.ts";
import { ratesOf } from "./rates.ts";

/** ψ = θx with s = 1, λ = ½: first-order gap min(s + λ, 2λ) = 1; kinetic, γ = 1: ½ (roots of z² + z + 3/2). */
function built(dynamics: unknown, extent: number[][]) {
  const experiment = parseExperiment(
    {
      name: "rates",
      problem: {
        data: { arrays: { x: [1, -1], y: [0.5, -0.5] } },
        neuron: { activation: "identity", inputs: 1, output: "fixed", bias: false },
        regulariser: { l2: 0.5 },
        temperature: 0.1,
      },
      dynamics,
      initial: { kind: "gaussian", mean: [1], std: [0.5] },
      time: { until: 10, step: 0.1, record: 100 },
      solvers: [{ grid: { cells: 64, extent } }, { stationary: { cells: 800, extent: [[-4, 4]] } }],
    },
    "spec",
  );
  const data = fromArrays([[1], [-1]], [0.5, -0.5]);
  const initial = { position: { kind: "gaussian" as const, mean: [1], std: [0.5] } };
  return buildExperiment(experiment, { data, initial });
}

/** Of a free energy, and what judges its rate: the dissipation, and in phase space the speed, which is blank at t = 0. */
function progress(
  free: (t: number) => number,
  times: readonly number[],
  judge: (t: number) => number = () => 0,
): Progress {
  return {
    step: 1,
    rows: times.map((t) => ({
      t,
      observables: {
        free_energy: free(t),
        dissipation: judge(t),
        fisher_rao: t === 0 ? Number.NaN : judge(t),
      },
    })),
    snapshots: [],
    ledger: null,
    state: new Float64Array(0),
  };
}

const TIMES = Array.from({ length: 101 }, (_, i) => i / 10);
const OPTIMUM = -0.25;

describe("settling rates", () => {
  it("first order: twice the gap beside the fitted rate of E_τ − E_τ*", () => {
    const results = [
      progress(
        (t) => OPTIMUM + 0.3 * Math.exp(-1.7 * t),
        TIMES,
        (t) => Math.exp(-1.7 * t),
      ),
      progress(() => OPTIMUM, [Number.POSITIVE_INFINITY]),
    ];
    const [rate, ...others] = ratesOf(built({ kind: "langevin" }, [[-4, 4]]), results);
    expect(others).toEqual([]);
    expect(rate).toMatchObject({
      run: 0,
      functional: "free energy",
      oscillating: false,
      zeroModes: ["mass"],
      measuredOn: "dissipation",
      // It still falls.
      offset: null,
    });
    // The grid's own error is of second order in its spacing, σ/Δ = 45.
    expect(Math.abs(rate.predicted! - 2)).toBeLessThan(2e-3);
    expect(Math.abs(rate.predicted! - 2)).toBeLessThan(rate.predictedError!);
    expect(rate.predictedError!).toBeLessThan(4 * Math.abs(rate.predicted! - 2));
    expect(Math.abs(rate.fitted! - 1.7)).toBeLessThan(1e-6);
  });

  it("kinetic: of H, by the speed, and how far it rests above H*, not E*", () => {
    const least = OPTIMUM - 0.05 * Math.log(2 * Math.PI * 0.1);
    const long = TIMES.map((t) => 4 * t);
    const results = [
      progress(
        (t) => least + 1e-9 + 0.3 * Math.exp(-0.9 * t),
        long,
        (t) => Math.exp(-0.9 * t),
      ),
      progress(() => OPTIMUM, [Number.POSITIVE_INFINITY]),
    ];
    const [rate] = ratesOf(
      built({ kind: "kinetic", friction: 1 }, [
        [-4, 4],
        [-3, 3],
      ]),
      results,
    );
    expect(rate).toMatchObject({ functional: "hamiltonian", oscillating: true, measuredOn: "fisher_rao" });
    expect(rate.offset).toBeCloseTo(1e-9, 15);
    expect(rate.widened).toBeGreaterThan(rate.uncertainty!);
    expect(rate.local.every((one) => Math.abs(one.rate - 0.9) < 1e-6)).toBe(true);
    expect(Math.abs(rate.predicted! - 1)).toBeLessThan(1e-6);
    expect(rate.predictedError!).toBeLessThan(1e-6);
    expect(Math.abs(rate.fitted! - 0.9)).toBeLessThan(1e-6);
  });

  it.each([
    ["langevin", "tanh", [300, 150], 1200],
    ["langevin", "relu", [300, 150], 1200],
    // The force of a relu has a jump, which its spectral method sees as its cells do.
    ["kinetic", "relu", [48], 128],
  ] as const)("the prediction's ± holds that of many cells: %s, %s", (kind, activation, coarse, fine) => {
    const x = [-2, -1.2, -0.3, 0.4, 1, 1.9];
    const kinetic = kind === "kinetic";
    const data = fromArrays(x, x.map(Math.sin));
    const initial = { position: { kind: "gaussian" as const, mean: [1], std: [0.5] } };
    const results = [progress(() => OPTIMUM, TIMES), progress(() => OPTIMUM, [Number.POSITIVE_INFINITY])];
    const rate = (cells: number) => {
      const experiment = parseExperiment(
        {
          name: "rates",
          problem: {
            data: { arrays: { x, y: x.map(Math.sin) } },
            neuron: { activation, inputs: 1, output: "fixed", bias: false },
            regulariser: { l2: 0.3 },
            temperature: 0.08,
          },
          dynamics: kinetic ? { kind, friction: 1 } : { kind },
          initial: { kind: "gaussian", mean: [1], std: [0.5] },
          time: { until: 10, step: 0.1, record: 100 },
          solvers: [
            {
              grid: {
                cells: 64,
                extent: kinetic
                  ? [
                      [-4, 4],
                      [-3, 3],
                    ]
                  : [[-4, 4]],
              },
            },
            { stationary: { cells, extent: [[-4, 4]] } },
          ],
        },
        "spec",
      );
      return ratesOf(buildExperiment(experiment, { data, initial }), results)[0];
    };
    const truth = rate(fine).predicted!;
    for (const cells of coarse) {
      const { predicted, predictedError } = rate(cells);
      expect(Math.abs(predicted! - truth), `${cells}`).toBeLessThan(predictedError!);
      expect(predictedError!).toBeLessThan(0.05 * truth);
    }
  });

  it("says why there is none", () => {
    const results = [progress(() => OPTIMUM, TIMES), progress(() => OPTIMUM, [Number.POSITIVE_INFINITY])];
    const [rate] = ratesOf(built({ kind: "langevin" }, [[-4, 4]]), results);
    expect(rate.fitted).toBeNull();
    expect(rate.reason.length).toBeGreaterThan(5);
  });
});

// tanh(θx) on sin over [−3, 3]: the local rate falls below its limit and is back only at t = 75, where sums of 3 modes fit to 1e-11.
describe.each(["implicit", "second-order"] as const)("sums that look like fewer, scheme %s", (scheme) => {
  const x = Array.from({ length: 24 }, (_, i) => -3 + (6 * (i + 0.5)) / 24);
  const task = problem({
    data: fromArrays(x, x.map(Math.sin)),
    neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: 0.05 },
    temperature: 0.05,
  });
  const solver = grid({ cells: [300], extent: [[-8, 8]], scheme });
  const step = 0.05;

  it("the ± holds the slowest rate of dissipation and gap, whenever the run ends, or none is given", async () => {
    const { gap } = spectralGap(task, langevin(), solver);
    // Backward Euler decays at its own rate, (1 + h gap)^(−1/h).
    const slowest = 2 * (scheme === "implicit" ? Math.log(1 + step * gap) / step : gap);
    const initial = gaussian({ mean: [-1], std: [0.7] });
    const { rows } = await evolve(task, langevin(), solver, { initial, until: 120, step, record: 1200 });
    let [given, sharp] = [0, 0];
    for (const until of [20, 30, 40, 60, 80, 120]) {
      const seen = rows.filter(({ t }, k) => t <= until + 1e-9 && k % (until / 10) === 0);
      for (const name of ["dissipation", "gap"] as const) {
        try {
          const found = fitRate(
            seen.map(({ t }) => t),
            seen.map(({ observables }) => observables[name]),
            { quadratic: name === "gap" ? true : 1e-28 },
          );
          given += 1;
          if (found.widened < 0.03 * slowest) sharp += 1;
          expect(Math.abs(found.rate - slowest)).toBeLessThanOrEqual(found.widened);
        } catch (error) {
          expect(String(error)).toMatch(/e-folds.* run longer/);
        }
      }
    }
    expect(given).toBeGreaterThanOrEqual(5);
    expect(sharp).toBeGreaterThanOrEqual(2);
  });
});
