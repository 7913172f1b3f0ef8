// f_N at data that nothing is learnt from: what is tested is observed as what is learnt from is, and moves nothing.

import { psiSums } from "../kernels/kernel.ts";
import type { PsiSums } from "../kernels/psi-sums.ts";
import { type Problem, testProblem } from "../problem/problem.ts";
import type { Ensemble } from "./ensemble.ts";

export interface TestOutputs {
  /** At the ensemble's state; every member of the team calls it. */
  observe(): Float64Array;
}

/** null where a problem has no such data. */
export function testOutputs(problem: Problem, particles: Ensemble): TestOutputs | null {
  const test = testProblem(problem);
  if (test === null) return null;
  const { sums: reduction, pass, part, rows, state } = particles;
  // No gradient follows: no activations are kept.
  const sums = psiSums(test, pass, 0) as PsiSums;
  const outputs = new Float64Array(test.data.size);
  return {
    observe() {
      pass.settle();
      reduction.open(outputs.length);
      sums.observe(state, rows, reduction);
      pass.settle();
      reduction.close(outputs, 1 / part.width);
      return outputs;
    },
  };
}
