// The neurons of claims, of one parameter, so that laws are densities on a line.

import { data, neuron, type Problem, problem } from "../../index.ts";

const LINEAR = neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false });

/** ψ = θx on these points, V = λθ²/2: laws stay Gaussian, and limits/gaussian.ts knows them. */
export const linearProblem = (
  x: readonly number[],
  y: readonly number[],
  { lambda, tau = 0 }: { lambda: number; tau?: number },
): Problem =>
  problem({ data: data.fromArrays(x, y), neuron: LINEAR, regulariser: { l2: lambda }, temperature: tau });

/** ψ = tanh(θx) */
export const TANH = neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false });
