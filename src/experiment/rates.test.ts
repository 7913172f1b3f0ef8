// Settling rates from rows that are known, beside the closed-form gaps of the linear neuron.

import { describe, expect, it } from "vitest";
import { langevin } from "../dynamics/langevin.ts";
import { fitRate } from "../observables/rate.ts";
import { spectralGap } from "../pde/spectrum/predict.ts";
import { fromArrays } from "../problem/data.ts";
import { gaussian } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { buildExperiment } from "./build.ts";
import { equilibria, evolve, grid } from "./evolve.ts";
import type { Progress } from "./progress.ts";
import { ratesOf } from "./rates.ts";
import { parseExperiment } from "./schema.ts";

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

function progress(free: (t: number) => number, times: readonly number[]): Progress {
  return {
    step: 1,
    rows: times.map((t) => ({ t, observables: { free_energy: free(t) } })),
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
      progress((t) => OPTIMUM + 0.3 * Math.exp(-1.7 * t), TIMES),
      progress(() => OPTIMUM, [Number.POSITIVE_INFINITY]),
    ];
    const [rate, ...others] = ratesOf(built({ kind: "langevin" }, [[-4, 4]]), results);
    expect(others).toEqual([]);
    expect(rate).toMatchObject({
      run: 0,
      functional: "free energy",
      oscillating: false,
      zeroModes: ["mass"],
    });
    // The grid's own error is of second order in its spacing, σ/Δ = 45.
    expect(Math.abs(rate.predicted! - 2)).toBeLessThan(2e-3);
    expect(Math.abs(rate.predicted! - 2)).toBeLessThan(rate.predicted_error!);
    expect(rate.predicted_error!).toBeLessThan(4 * Math.abs(rate.predicted! - 2));
    expect(Math.abs(rate.fitted! - 1.7)).toBeLessThan(1e-6);
  });

  it("kinetic: of H, whose least value needs to be known only roughly: the fit allows an offset", () => {
    const least = OPTIMUM - 0.05 * Math.log(2 * Math.PI * 0.1);
    const results = [
      progress((t) => least + 0.3 * Math.exp(-0.9 * t), TIMES),
      progress(() => OPTIMUM, [Number.POSITIVE_INFINITY]),
    ];
    const [rate] = ratesOf(
      built({ kind: "kinetic", friction: 1 }, [
        [-4, 4],
        [-3, 3],
      ]),
      results,
    );
    expect(rate).toMatchObject({ functional: "hamiltonian", oscillating: true });
    expect(Math.abs(rate.predicted! - 1)).toBeLessThan(1e-6);
    expect(rate.predicted_error!).toBeLessThan(1e-6);
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
      const { predicted, predicted_error } = rate(cells);
      expect(Math.abs(predicted! - truth), `${cells}`).toBeLessThan(predicted_error!);
      expect(predicted_error!).toBeLessThan(0.05 * truth);
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

  it("the ± holds the slowest rate of E_τ − E_τ* and of the gap, whenever the run ends", async () => {
    const [limit] = equilibria(task, solver).rows;
    const { gap } = spectralGap(task, langevin(), solver);
    // Backward Euler decays at its own rate, (1 + h gap)^(−1/h).
    const slowest = 2 * (scheme === "implicit" ? Math.log(1 + step * gap) / step : gap);
    const initial = gaussian({ mean: [-1], std: [0.7] });
    const { rows } = await evolve(task, langevin(), solver, { initial, until: 80, step, record: 800 });
    let given = 0;
    for (const until of [20, 30, 40, 60, 80]) {
      const seen = rows.filter(({ t }, k) => t <= until + 1e-9 && k % (until / 10) === 0);
      const series = [
        seen.map(({ observables }) => observables.free_energy - limit.observables.free_energy),
        seen.map(({ observables }) => observables.gap),
      ];
      for (const values of series) {
        try {
          const found = fitRate(
            seen.map(({ t }) => t),
            values,
          );
          given += 1;
          expect(Math.abs(found.rate - slowest)).toBeLessThanOrEqual(found.uncertainty);
          // The stranger's prediction, without the bias of the step.
          if (until < 80) expect(Math.abs(found.rate - 2 * gap)).toBeLessThanOrEqual(found.uncertainty);
        } catch (error) {
          expect(String(error)).toMatch(/local rate moves from .* run longer/);
        }
      }
    }
    expect(given).toBeGreaterThanOrEqual(8);
  });
});
