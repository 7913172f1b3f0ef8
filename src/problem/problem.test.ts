// A problem is put together from its options: the numbers of coordinates, what belongs to which block, and what does not fit.

import { describe, expect, it } from "vitest";
import { fromArrays, standardised } from "./data.ts";
import { customNeuron, neuron } from "./neuron.ts";
import { type ProblemOptions, problem, residualAt, riskAt } from "./problem.ts";

const data = fromArrays(
  [
    [1, 2],
    [0, 1],
    [3, -1],
  ],
  [1, -1, 1],
  [1, 2, 1],
);
const cell = neuron({ activation: "tanh", inputs: 2 });

it("risk and residuals are weighted sums over the data", () => {
  const outputs = Float64Array.of(0.5, 2, -1);
  for (const loss of ["squared", "logistic", { huber: { delta: 0.6 } }] as const) {
    const made = problem({ data, neuron: cell, loss });
    const [q, y] = [
      [0.25, 0.5, 0.25],
      [1, -1, 1],
    ];
    let risk = 0;
    const residual = new Float64Array(3);
    residualAt(made, outputs, residual);
    for (let i = 0; i < 3; i++) {
      risk += q[i] * made.loss.value(outputs[i], y[i]);
      expect(residual[i]).toBeCloseTo(q[i] * made.loss.slope(outputs[i], y[i]), 15);
    }
    expect(riskAt(made, outputs)).toBeCloseTo(risk, 14);
  }
});

it("the regulariser goes by block, one number for all, none by default", () => {
  const l2 = (option: NonNullable<ProblemOptions["regulariser"]>["l2"]) =>
    Array.from(problem({ data, neuron: cell, regulariser: { l2: option } }).potential.l2);
  expect(l2(0.3)).toEqual([0.3, 0.3, 0.3, 0.3]);
  expect(l2({ a: 0.1, w: 0.2, b: 0.5 })).toEqual([0.1, 0.2, 0.2, 0.5]);
  expect(l2({ w: 0.2 })).toEqual([0, 0.2, 0.2, 0]);
  expect(Array.from(problem({ data, neuron: cell }).potential.l2)).toEqual([0, 0, 0, 0]);
});

it("p is the neuron's, or given, or 1; τ is 0 and the domain the plane unless said", () => {
  expect(problem({ data, neuron: cell })).toMatchObject({ dimension: 4, names: ["a", "w1", "w2", "b"] });
  expect(problem({ dimension: 3 })).toMatchObject({ dimension: 3, names: ["θ0", "θ1", "θ2"] });
  expect(problem({})).toMatchObject({ dimension: 1, temperature: 0, domain: "plane", interaction: null });
});

describe("refused", () => {
  const own = customNeuron({ dimension: 1, inputs: 2, value: () => 0, gradient: () => {} });
  const torus = { domain: "torus" } as const;
  it.each<[ProblemOptions, string | RegExp]>([
    [
      { data },
      "problem.neuron: found nothing; allowed: {activation, inputs, output?, bias?}, which problem.data needs",
    ],
    [{ neuron: cell }, /^problem\.neuron: found a mapping of .*; allowed: nothing without problem\.data$/],
    [{ temperature: -1 }, "problem.temperature: found -1; allowed: a finite number ≥ 0"],
    [{ temperature: Number.POSITIVE_INFINITY }, "problem.temperature: found Infinity"],
    [
      { data, neuron: neuron({ activation: "tanh", inputs: 1 }) },
      "found 1; allowed: 2, the number of inputs of problem.data",
    ],
    [{ data: fromArrays([1, 2], [0, 0]), neuron: cell }, "found 2; allowed: 1, the number"],
    [{ data: fromArrays([[0, 0]], [0.5]), neuron: cell, loss: "logistic" }, "found 0.5 in row 1 of the data"],
    [
      {
        data: fromArrays(
          [
            [0, 0],
            [1, 0],
          ],
          [1, 0],
        ),
        neuron: cell,
        loss: "logistic",
      },
      "found 0 in row 2 of the data",
    ],
    [
      { data: standardised(data), neuron: cell, loss: "logistic" },
      'problem.data.standardise: found "all"; allowed: false, inputs with the logistic loss',
    ],
    [
      { data, neuron: own, regulariser: { l2: { w: 1 } } },
      "l2.w: found 1; allowed: nothing: a neuron of your own has no blocks a, w, b",
    ],
    [
      { ...torus, regulariser: { l2: 0.1 } },
      "problem.regulariser.l2: found 0.1; allowed: 0 on the torus, as it is not periodic",
    ],
    [
      { ...torus, potential: { kind: "double-well" } },
      'problem.potential.kind: found "double-well"; allowed: cosine on the torus, as it is not periodic',
    ],
    [
      { ...torus, interaction: { kind: "quadratic", strength: 1 } },
      'problem.interaction.kind: found "quadratic"; allowed: cosine, gaussian, fourier, attention on the torus',
    ],
  ])("%j", (options, message) => {
    expect(() => problem(options)).toThrow(message);
  });

  it("but not on the torus what is periodic there", () => {
    const options = {
      potential: { kind: "cosine" },
      interaction: { kind: "gaussian", strength: 1 },
    } as const;
    expect(() => problem({ ...torus, ...options, regulariser: { l2: 0 } })).not.toThrow();
  });
});
