// How outputs fit, besides the risk that is minimised: the risk on data that nothing is learnt from, R_test = Σ q_i ℓ(f_i, y_i), and where all labels
// are ±1 the accuracy Σ q_i [y_i f_i > 0], the share of the weight on whose side of 0 the output is. An output 0 is on neither side.

import { hasSigns } from "../problem/data.ts";
import { type Problem, riskAt, testProblem } from "../problem/problem.ts";
import { everywhere, type Observables, type Observer } from "./observer.ts";

export const fit: Observer = {
  columns: [
    {
      name: "test_risk",
      words: "risk on test data",
      meaning: "the risk on the test data",
      unit: "energy",
      of: everywhere(({ problem }) => testProblem(problem) !== null),
      positive: true,
      table: "terminal",
    },
    {
      name: "accuracy",
      meaning: "share of the data (by weight) whose label ±1 is the sign of f",
      of: everywhere(({ problem }) => hasSigns(problem.data)),
      table: "terminal",
    },
    {
      name: "test_accuracy",
      words: "accuracy on test data",
      meaning: "the same of the data to test on",
      of: everywhere(({ problem }) => {
        const test = testProblem(problem);
        return test !== null && hasSigns(problem.data) && hasSigns(test.data);
      }),
      table: "terminal",
    },
  ],
  network: ({ system: { problem, field, test } }) => fitOf(problem, field.outputs, test?.observe() ?? null),
  density: ({ field, z, tested }) => fitOf(field.problem, z, tested),
};

/** By the outputs at the data, and at the data to test on where there are any. */
export function fitOf(problem: Problem, outputs: Float64Array, tested: Float64Array | null): Observables {
  const test = testProblem(problem);
  const accuracy = accuracyOf(problem, outputs);
  if (test === null || tested === null) return { accuracy };
  return { test_risk: riskAt(test, tested), accuracy, test_accuracy: accuracyOf(test, tested) };
}

function accuracyOf({ data }: Problem, outputs: Float64Array): number {
  let [right, wrong] = [0, 0];
  for (let i = 0; i < data.size; i++) {
    if (data.y[i] * outputs[i] > 0) right += data.weight[i];
    else wrong += data.weight[i];
  }
  // Weights add up to 1 but for rounding; all right is 1 exactly.
  return right / (right + wrong);
}
