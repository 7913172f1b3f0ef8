// Which problems have an exponent that is homogeneous of degree 2 on cones (cone-integral.ts), or tends to one that is: σ of degree 1 with a
// trained output, which is integrated out, relu² without, and softplus and gelu far away; a quadratic V, and three axes at most.

import { isRidge, type Ridge } from "../../problem/feature.ts";
import { penaltiesOf } from "../../problem/penalties.ts";
import type { Problem } from "../../problem/problem.ts";
import { ConeIntegral } from "./cone-integral.ts";

/** The cones of a problem, where its exponent is homogeneous of degree 2 on them and has three axes at most; else null. */
export function coneIntegral(problem: Problem, evaluations?: number): ConeIntegral | null {
  const { neuron } = problem;
  if (!isRidge(neuron) || neuron.outer?.linear === false) return null;
  if (neuron.activation.homogeneity !== (neuron.outer === undefined ? 2 : 1)) return null;
  const sides = new Float64Array(2);
  neuron.activation.values(Float64Array.of(1, -1), sides, 0, 2);
  const down = neuron.outer === undefined ? sides[1] : -sides[1];
  return conesOf(problem, neuron, [sides[0], down], evaluations);
}

/** The cones of relu in the place of a σ that comes as close to it far away as softplus and gelu do, with the output integrated out. */
export function asymptoticCones(problem: Problem): ConeIntegral | null {
  const { neuron } = problem;
  if (!isRidge(neuron) || !neuron.outer?.linear) return null;
  const { bound, homogeneity } = neuron.activation;
  return bound === null && homogeneity === null ? conesOf(problem, neuron, [1, 0]) : null;
}

const MOST_AXES = 3;

function conesOf(
  problem: Problem,
  neuron: Ridge,
  [up, down]: readonly [number, number],
  evaluations?: number,
): ConeIntegral | null {
  const penalties = penaltiesOf(problem);
  const { inputs, bias } = neuron;
  const { x, size } = problem.data;
  if (penalties === null) return null;
  const outer = neuron.outer?.linear ? penalties[0] : null;
  const inner = outer === null ? penalties : penalties.slice(1);
  if (inner.length > MOST_AXES) return null;
  const columns = Array.from({ length: inputs }, (_, k) => x.subarray(k * size, (k + 1) * size));
  if (bias) columns.push(new Float64Array(size).fill(1));
  return new ConeIntegral({ penalties: inner, inputs: columns, up, down, outer }, evaluations);
}
