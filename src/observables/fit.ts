// How outputs fit, besides the risk that is minimised: the risk on data that nothing is learnt from, R_test = Σ q_i ℓ(f_i, y_i), and where all labels
// are ±1 the accuracy Σ q_i [y_i f_i > 0], the share of the weight on whose side of 0 the output is. An output 0 is on neither side.

import { hasSigns } from "../problem/data.ts";
import { type Problem, riskAt, testProblem } from "../problem/problem.ts";
import type { Observables } from "./values.ts";

const NAMES = ["test_risk", "accuracy", "test_accuracy"] as const;

/** Those of them that a problem has, in the order recorded. */
export function fitNames(problem: Problem): (typeof NAMES)[number][] {
  const test = testProblem(problem);
  const signs = hasSigns(problem.data);
  const has = {
    test_risk: test !== null,
    accuracy: signs,
    test_accuracy: signs && test !== null && hasSigns(test.data),
  };
  return NAMES.filter((name) => has[name]);
}

/** The same of a network or density, by its outputs at the data, and at the data to test on where there are any. */
export function fitOf(problem: Problem, outputs: Float64Array, tested: Float64Array | null): Observables {
  const test = testProblem(problem);
  const values: Record<(typeof NAMES)[number], () => number> = {
    test_risk: () => riskAt(test!, tested!),
    accuracy: () => accuracyOf(problem, outputs),
    test_accuracy: () => accuracyOf(test!, tested!),
  };
  return Object.fromEntries(fitNames(problem).map((name) => [name, values[name]()]));
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
