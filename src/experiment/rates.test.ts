// Settling rates from rows that are known, beside the closed-form gaps of the linear neuron.

import { describe, expect, it } from "vitest";
import { fromArrays } from "../problem/data.ts";
import { buildExperiment } from "./build.ts";
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
    expect(Math.abs(rate.fitted! - 0.9)).toBeLessThan(1e-6);
  });

  it("says why there is none", () => {
    const results = [progress(() => OPTIMUM, TIMES), progress(() => OPTIMUM, [Number.POSITIVE_INFINITY])];
    const [rate] = ratesOf(built({ kind: "langevin" }, [[-4, 4]]), results);
    expect(rate.fitted).toBeNull();
    expect(rate.reason.length).toBeGreaterThan(5);
  });
});
