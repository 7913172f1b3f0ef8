// What a spectral run that is refused advises, taken at its word: the same run on those cells, and that extent, is refused no more.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MuflowError } from "../base/errors.ts";
import { parseExperiment } from "../spec/schema.ts";
import { buildExperiment, readInputs } from "./build.ts";
import { checkRun, simulate } from "./solvers/list.ts";

interface Setting {
  readonly activation: string;
  readonly reach: number;
  readonly l2: number;
  readonly tau: number;
  readonly friction: number;
  readonly mean: number;
  readonly std: number;
  /** Of the start, over √τ. */
  readonly momentum: number;
}

type Spans = readonly (readonly number[])[];

/** The run's failure, or null; an extent by default that holds start and equilibrium. */
function refusal(
  { activation, reach, l2, tau, friction, mean, std, momentum }: Setting,
  cells: readonly number[],
  extent?: Spans,
  more: Record<string, unknown> = {},
): string | null {
  const wide = Math.ceil(15 + 70 * Math.max(std, Math.sqrt(tau / l2))) / 10;
  const fast = Math.ceil(10 + 75 * momentum * Math.sqrt(tau)) / 10;
  const experiment = parseExperiment(
    {
      name: "advice",
      problem: {
        data: { function: "sin", interval: [-reach, reach], samples: 12 },
        neuron: { activation, inputs: 1, output: "fixed", bias: false },
        regulariser: { l2 },
        temperature: tau,
      },
      dynamics: { kind: "kinetic", friction },
      initial: {
        kind: "gaussian",
        mean: [mean],
        std: [std],
        momentum: { mean: [0], std: [momentum * Math.sqrt(tau)] },
      },
      time: { until: 2, step: 0.1, record: 2 },
      solvers: [
        {
          grid: {
            cells,
            extent: extent ?? [
              [-wide, wide],
              [-fast, fast],
            ],
          },
        },
      ],
      ...more,
    },
    "test",
  );
  const [run] = buildExperiment(experiment, readInputs(experiment, ".")).runs;
  if (run.solver !== "grid") throw new Error(run.solver);
  try {
    checkRun(run);
  } catch (error) {
    if (error instanceof MuflowError) return error.message;
    throw error;
  }
  const end = simulate(run);
  return end.status === "done" ? null : end.failure!;
}

/** Cells and extent as a message advises them. */
function adviceOf(message: string): { cells: number[]; extent?: Spans } | null {
  const same = /(\d+) × (\d+) cells, which resolve it to the end/.exec(message);
  if (same !== null) return { cells: [Number(same[1]), Number(same[2])] };
  const wider = /cells (\[[\d, ]+\]) on extent (\[.*\]), which hold and resolve it to the end/.exec(message);
  if (wider === null) return null;
  return { cells: JSON.parse(wider[1]) as number[], extent: JSON.parse(`[${wider[2]}]`)[0] as Spans };
}

const settings = fc.record({
  activation: fc.constantFrom("tanh", "sigmoid", "sin", "erf", "gaussian", "softplus", "gelu"),
  reach: fc.double({ min: 0.5, max: 2, noNaN: true }),
  l2: fc.double({ min: 0.06, max: 0.9, noNaN: true }),
  tau: fc.double({ min: 0.02, max: 0.2, noNaN: true }),
  friction: fc.double({ min: 0.2, max: 3, noNaN: true }),
  mean: fc.double({ min: -1, max: 1, noNaN: true }),
  std: fc.double({ min: 0.25, max: 1.2, noNaN: true }),
  momentum: fc.double({ min: 0.4, max: 1.2, noNaN: true }),
});

describe("a spectral run that its cells do not resolve", () => {
  it("names cells that do, at the first time: random problems, starts and frictions", () => {
    let refused = 0;
    fc.assert(
      fc.property(settings, (setting) => {
        const message = refusal(setting, [48, 40]);
        if (message === null) return;
        refused += 1;
        const advice = adviceOf(message);
        expect(advice, message).not.toBeNull();
        expect(refusal(setting, advice!.cells, advice!.extent)).toBeNull();
      }),
      { numRuns: 8 },
    );
    expect(refused).toBeGreaterThan(3);
  });

  const plain = {
    activation: "tanh",
    reach: 1,
    l2: 0.3,
    tau: 0.05,
    friction: 1,
    mean: 0,
    std: 0.4,
    momentum: 1,
  };

  it("is told of every axis that its start is too narrow for, in one line", () => {
    const message = refusal({ ...plain, std: 0.1, momentum: 0.3 }, [32, 32]);
    expect(message).toMatch(
      /^grid\.cells: found 32 × 32; the initial std 0\.1 spans [\d.]+ cells of axis 0, and std 0\.067\d* spans [\d.]+ cells of axis 1 \(ω_0\), where scheme spectral needs 2: try /,
    );
    expect(message!.split("\n")).toHaveLength(1);
    const advice = adviceOf(message!)!;
    expect(refusal({ ...plain, std: 0.1, momentum: 0.3 }, advice.cells, advice.extent)).toBeNull();
  });

  it("is told of its extent where no cells would do on one so wide", () => {
    for (const far of [1e6, 1e21, 1e300]) {
      const message = refusal(
        plain,
        [32, 32],
        [
          [-6, far],
          [-3, 3],
        ],
      );
      expect(message).toMatch(
        /^grid\.cells: found 32 × 32; the initial std .* try a narrower extent, or scheme positive$/,
      );
    }
  });

  it("is told of no cells where none would do: a corner in the force, or in the start", () => {
    for (const [setting, more] of [
      [{ ...plain, activation: "relu" }, {}],
      [{ ...plain, activation: "relu", std: 0.2 }, {}],
      [plain, { initial: { kind: "uniform", low: [-1], high: [1], momentum: { std: [0.2] } } }],
    ] as const) {
      const message = refusal(setting, [48, 40], undefined, more);
      expect(message).toMatch(/(it is not resolved\. T|needs 2: t)ry scheme positive/);
    }
  });
});
