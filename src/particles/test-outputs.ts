// f_N at data that nothing is learnt from: what is tested is observed as what is learnt from is, and moves nothing.

import { psiSums } from "../kernels/kernel.ts";
import type { PsiSums } from "../kernels/psi-sums.ts";
import { type Problem, testProblem } from "../problem/problem.ts";
import type { Ensemble } from "./ensemble.ts";

export class TestOutputs {
  private readonly particles: Ensemble;
  private readonly sums: PsiSums;
  private readonly outputs: Float64Array;

  constructor(test: Problem, particles: Ensemble) {
    this.particles = particles;
    // No gradient follows: no activations are kept.
    this.sums = psiSums(test, particles.part, 0) as PsiSums;
    this.outputs = new Float64Array(test.data.size);
  }

  /** At the ensemble's state; every member of the team calls it. */
  observe(): Float64Array {
    const { particles, sums, outputs } = this;
    const { sums: reduction, part, rows, state } = particles;
    sums.observe(state, rows, reduction.open(outputs.length), reduction);
    reduction.close(outputs.length, outputs, 1 / part.width);
    return outputs;
  }
}

/** null where a problem has no such data. */
export function testOutputs(problem: Problem, particles: Ensemble): TestOutputs | null {
  const test = testProblem(problem);
  return test === null ? null : new TestOutputs(test, particles);
}
