// muflow as a library: three nouns (problem, dynamics, solver) and one verb (evolve).

import { fromCsv } from "./problem/csv.ts";
import { fromArrays, standardised } from "./problem/data.ts";
import { fromFunction, teacher } from "./problem/synthetic.ts";

/** Where data comes from. */
export const data = { fromCsv, fromArrays, fromFunction, standardised, teacher } as const;

export { MuflowError, type FailureKind } from "./base/errors.ts";
export type { Dynamics, FirstOrderDynamics, KineticDynamics, Lyapunov } from "./dynamics/dynamics.ts";
export { gradientFlow } from "./dynamics/gradient-flow.ts";
export { kinetic } from "./dynamics/kinetic.ts";
export { langevin } from "./dynamics/langevin.ts";
export { twoTimescale } from "./dynamics/two-timescale.ts";
export { type Particles, type Trajectory, evolve, particles } from "./experiment/evolve.ts";
export type { Course } from "./experiment/schedule.ts";
export type { Row, Snapshot } from "./experiment/simulate.ts";
export { type InitialLaw, gaussian, points, sphere, uniform } from "./particles/initial.ts";
export type { IntegratorName } from "./particles/integrators.ts";
export type { ActivationName } from "./problem/activation.ts";
export type { DataSet } from "./problem/data.ts";
export {
  type CustomNeuron,
  type Neuron,
  type Perceptron,
  customNeuron,
  neuron,
  neuronGradient,
  neuronValue,
} from "./problem/neuron.ts";
export { type Problem, type ProblemOptions, problem } from "./problem/problem.ts";
