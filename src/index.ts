// muflow as a library: three nouns (problem, dynamics, solver) and one verb (evolve).

import { fromNpy, fromNpz } from "./problem/array-data.ts";
import { fromCsv } from "./problem/csv.ts";
import { fromArrays, standardised } from "./problem/data.ts";
import { split } from "./problem/split.ts";
import { fromFunction, teacher } from "./problem/synthetic.ts";

/** Where data comes from. */
export const data = {
  fromCsv,
  fromNpy,
  fromNpz,
  fromArrays,
  fromFunction,
  split,
  standardised,
  teacher,
} as const;

export { type FailureKind, MuflowError } from "./base/errors.ts";
export { annealedLangevin } from "./dynamics/annealed-langevin.ts";
export { birthDeath } from "./dynamics/birth-death.ts";
export type {
  Dynamics,
  FirstOrderDynamics,
  KineticDynamics,
  Lyapunov,
  Temperature,
} from "./dynamics/dynamics.ts";
export { gradientFlow } from "./dynamics/gradient-flow.ts";
export { kinetic } from "./dynamics/kinetic.ts";
export { langevin } from "./dynamics/langevin.ts";
export { twoTimescale } from "./dynamics/two-timescale.ts";
export type { WordName } from "./dynamics/words.ts";
export {
  equilibria,
  evolve,
  type GridSolver,
  grid,
  type Particles,
  particles,
  type Trajectory,
} from "./experiment/evolve.ts";
export type { DensitySnapshot, NetworkSnapshot, Row, Snapshot } from "./experiment/progress.ts";
export type { Course } from "./experiment/schedule.ts";
export { type MeanWithInterval, meanWithInterval } from "./observables/interval.ts";
export { type FittedRate, fitRate, type RateOptions } from "./observables/rate.ts";
export type { BatchOptions, Estimator, Sampling } from "./particles/batch.ts";
export type { IntegratorName } from "./particles/integrators.ts";
export {
  fromHigherMomentum,
  fromNesterov,
  fromPolyak,
  higherMomentum,
  type MatchingOrder,
  type Motion,
  nesterovMomentum,
  polyakMomentum,
} from "./particles/momentum.ts";
export type { FirstOrderScheme } from "./pde/fokker-planck.ts";
export type { KineticScheme } from "./pde/kinetic/ornstein-uhlenbeck.ts";
export { type BestFriction, bestFriction, type PositionCells, spectralGap } from "./pde/spectrum/predict.ts";
export type { Spectrum } from "./pde/spectrum/spectrum.ts";
export type { ActivationName } from "./problem/activation.ts";
export type { DataSet } from "./problem/data.ts";
export { gaussian, type InitialLaw, points, sphere, uniform } from "./problem/law.ts";
export {
  type CustomNeuron,
  customNeuron,
  type Neuron,
  neuron,
  neuronGradient,
  neuronValue,
  type Perceptron,
} from "./problem/neuron.ts";
export { type Problem, type ProblemOptions, problem } from "./problem/problem.ts";
export {
  type Citation,
  type Claim,
  type ClaimContext,
  type ClaimCurve,
  type ClaimFigure,
  claim,
  type Evidence,
  type Prediction,
} from "./study/claim.ts";
export { type CoupledOptions, type CoupledState, coupledCopies } from "./study/coupling.ts";
export { type LimitState, type MeanFieldLimit, meanFieldLimit } from "./study/mean-field-limit.ts";
export { type ResponseWeights, responseOf } from "./study/response.ts";
export { type Bootstrap, type BootstrapOptions, bootstrap } from "./study/statistics/bootstrap.ts";
export { type ErrorBound, type ErrorBudget, errorBudget } from "./study/statistics/budget.ts";
export { compareDecays, type DecayComparison } from "./study/statistics/compare-decays.ts";
export {
  type DecayOptions,
  fitPowerDecay,
  type PowerDecay,
  type PowerDecayOptions,
} from "./study/statistics/decay.ts";
export type { Level, Pairing } from "./study/statistics/levels.ts";
export { type ObservedOrder, observedOrder } from "./study/statistics/order.ts";
export { type PowerLaw, type PowerLawOptions, powerLaw } from "./study/statistics/power-law.ts";
