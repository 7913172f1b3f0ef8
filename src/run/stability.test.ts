// What is known of a step before it is taken, beside limits in closed form.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromArrays } from "../problem/data.ts";
import { neuron } from "../problem/neuron.ts";
import { potential } from "../problem/potential.ts";
import { problem } from "../problem/problem.ts";
import { parseExperiment } from "../spec/schema.ts";
import { buildExperiment, readInputs } from "./build.ts";
import { isNetwork } from "./runs.ts";
import { simulate } from "./solvers/list.ts";
import { type MethodStability, stabilityOf, stepWarning } from "./stability.ts";

/** V = λθ²/2 and those solvers. */
function runs(dynamics: object, lambda: number, step: number, solvers: object[], initial?: object) {
  const experiment = parseExperiment(
    {
      name: "well",
      problem: { potential: { kind: "quadratic", strength: lambda } },
      dynamics,
      initial: initial ?? { kind: "gaussian", mean: [0.5], std: [0.4] },
      time: { until: 4 * step, step, record: 1 },
      solvers,
    },
    "spec",
  );
  return buildExperiment(experiment, readInputs(experiment, ".")).runs;
}

const network = [{ particles: { width: [4, 400] } }];

describe("a step is warned of", () => {
  it("where it is beyond 2/λ by Euler, 2/√λ by a word, in a network or in phase space", () => {
    const lambda = fc.double({ min: 0.1, max: 10, noNaN: true });
    const share = fc.oneof(
      fc.double({ min: 0.1, max: 0.999, noNaN: true }),
      fc.double({ min: 1.001, max: 20, noNaN: true }),
    );
    const plane = [
      {
        grid: {
          cells: [16, 16],
          extent: [
            [-4, 4],
            [-4, 4],
          ],
          scheme: "positive",
        },
      },
    ];
    const momenta = { kind: "gaussian", mean: [0.5], std: [0.8], momentum: { mean: [0], std: [0.8] } };
    const cases = [
      [{ kind: "gradient-flow" }, (curvature: number) => 2 / curvature, network, undefined],
      [
        { kind: "kinetic", friction: 0.3 },
        (curvature: number) => 2 / Math.sqrt(curvature),
        network,
        undefined,
      ],
      [{ kind: "kinetic", friction: 0.3 }, (curvature: number) => 2 / Math.sqrt(curvature), plane, momenta],
    ] as const;
    for (const [dynamics, limit, solvers, initial] of cases) {
      fc.assert(
        fc.property(lambda, share, (curvature, part) => {
          const step = Number((part * limit(curvature)).toPrecision(12));
          const made = runs(dynamics, curvature, step, [...solvers], initial);
          const [one, ...others] = stabilityOf(made);
          expect(others).toEqual([]);
          expect(one.limit.step).toBeCloseTo(limit(curvature), 5);
          const warning = stepWarning(made);
          expect(warning === null).toBe(part < 1);
          if (warning !== null) expect(warning).toContain(`time.step ${step} is above `);
          expect(one.advised).toBeLessThan(limit(curvature));
        }),
        { numRuns: 20 },
      );
    }
  });

  it("once for each method, with the step that suits all", () => {
    const both = [
      { particles: { width: 3, integrator: "baoab" } },
      { particles: { width: 5, integrator: "exact" } },
      { particles: { width: 7, integrator: "baoab" } },
    ];
    const warning = stepWarning(runs({ kind: "kinetic", friction: 0.1 }, 1, 2.5, both))!;
    expect(warning.match(/is stable at the start/g)).toHaveLength(2);
    const advised = Number(/try step (\S+)$/.exec(warning)![1]);
    expect(advised).toBeLessThan(0.2);
  });

  it("from some of many given neurons, all over the list: those of the second half bend most", () => {
    const rows = Array.from({ length: 3000 }, (_, j) => [j < 1500 ? 0 : 2]);
    const [run] = runs({ kind: "gradient-flow" }, 1, 0.5, [{ particles: { width: 1 } }]);
    if (!isNetwork(run)) throw new Error("a network");
    const { problem: well } = run;
    const deep = { ...well, potential: potential(new Float64Array(1), { kind: "double-well" }) };
    const initial = { position: { kind: "points", rows } } as const;
    const [{ limit }] = stabilityOf([{ ...run, problem: deep, width: 3000, initial }]);
    // V″ = 3θ² − 1 = 11 at θ = 2.
    expect(limit.step).toBeCloseTo(2 / 11, 4);
  });

  it("from some of very many data by their weights: one of half the weight counts half", () => {
    const [run] = runs({ kind: "gradient-flow" }, 1, 0.5, network);
    if (!isNetwork(run)) throw new Error("a network");
    const limitOn = (x: number[], weight: number[]) => {
      const data = fromArrays(
        x,
        x.map(() => 0),
        weight,
      );
      const linear = neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false });
      return stabilityOf([{ ...run, problem: problem({ data, neuron: linear }) }])[0]!.limit.step;
    };
    const many = 300_000;
    const x = Array.from({ length: many + 1 }, (_, i) => (i === 1234 ? 3 : 0.1));
    const weight = x.map((value) => (value === 3 ? many : 1));
    // f = ⟨θ⟩x: the mean of θ has curvature Σ q x², here (9 + 0.01)/2.
    expect(limitOn(x, weight)).toBeCloseTo(2 / 4.505, 4);
    expect(limitOn([3, 0.1], [1, 1])).toBeCloseTo(2 / 4.505, 4);
  });

  it.each([
    ["langevin", { kind: "langevin" }],
    ["births and deaths", { kind: "birth-death", rate: 3 }],
    ["momenta that swing", { kind: "kinetic", friction: 0.4 }],
    ["momenta that creep", { kind: "kinetic", friction: 7 }],
  ])("of moments: below the limit they settle, beyond it they do not, under %s", (_, dynamics) => {
    const problem = {
      data: { arrays: { x: [1.5, -0.5], y: [0.7, -0.4] } },
      neuron: { activation: "identity", inputs: 1, output: "fixed", bias: true },
      regulariser: { l2: 0.8 },
      temperature: 0.3,
    };
    // Near rest, where births and deaths are linear too.
    const initial = { kind: "gaussian", mean: [0.2, 0.1], std: [0.6, 0.62] };
    const moments = (step: number) => {
      const time = { until: 1000 * step, step, record: 1 };
      const spec = { name: "limit", problem, dynamics, initial, time, solvers: [{ moments: {} }] };
      const experiment = parseExperiment(spec, "spec");
      return buildExperiment(experiment, readInputs(experiment, ".")).runs;
    };
    const [{ limit }] = stabilityOf(moments(0.1)) as [MethodStability];
    const ends = [0.97, 1.03].map((share) => simulate(moments(share * limit.step)[0]!));
    expect(ends.map(({ status }) => status)).toEqual(["done", "broken"]);
    const variance = ends[0]!.progress.rows.at(-1)!.observables.var_theta_0!;
    expect(variance).toBeCloseTo(0.3 / 0.8, 6);
  });

  it("of moments from some of very many data too", () => {
    const data = { function: "sin", interval: [-3, 3], samples: 300_000 };
    const neuron = { activation: "identity", inputs: 1, output: "fixed", bias: false };
    const linear = (given: object) => {
      const spec = {
        ...{
          name: "many",
          problem: { data: given, neuron, temperature: 0.1 },
          dynamics: { kind: "langevin" },
        },
        ...{
          initial: { kind: "gaussian", mean: [1], std: [1] },
          time: { until: 1, step: 0.1 },
          solvers: [{ moments: {} }],
        },
      };
      const experiment = parseExperiment(spec, "spec");
      return stabilityOf(buildExperiment(experiment, readInputs(experiment, ".")).runs)[0]!.limit.step;
    };
    // Σ q x² is 3 over [−3, 3].
    expect(linear(data)).toBeCloseTo(2.785293563405282 / 3, 3);
    expect(linear({ ...data, samples: 3000 })).toBeCloseTo(2.785293563405282 / 3, 2);
  });

  it("and is not where no network moves, nor where V bends nothing", () => {
    expect(stabilityOf(runs({ kind: "gradient-flow" }, 1, 9, network))).toHaveLength(1);
    expect(stepWarning(runs({ kind: "gradient-flow" }, 0, 9, network))).toBeNull();
    const cold = runs({ kind: "gradient-flow" }, 1, 9, [{ grid: { cells: [40], extent: [[-4, 4]] } }]);
    expect(stabilityOf(cold)).toEqual([]);
  });
});
