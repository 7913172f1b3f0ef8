// muflow as a library: three nouns (problem, dynamics, solver) and one verb (evolve).

import { fromNpy, fromNpz } from "./problem/array-data.ts";
import { fromCsv } from "./problem/csv.ts";
import { fromArrays, standardised } from "./problem/data.ts";
import { split } from "./problem/split.ts";
import { fromFunction, teacher } from "./problem/synthetic.ts";

export type { Breach } from "./base/breach.ts";
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

export { type FailureKind, MuflowError, type Path } from "./base/errors.ts";
export type { Source } from "./base/sources.ts";
export {
  type Citation,
  type Claim,
  type ClaimContext,
  type ClaimCurve,
  type ClaimFigure,
  claim,
  type Evidence,
  type Prediction,
} from "./claims/claim.ts";
export {
  type AnnealedLangevinOptions,
  annealedLangevin,
  type Schedule,
} from "./dynamics/annealed-langevin.ts";
export { type BirthDeathOptions, birthDeath } from "./dynamics/birth-death.ts";
export type {
  Dynamics,
  FirstOrderDynamics,
  Friction,
  KineticDynamics,
  Lyapunov,
  Metric,
  Mobility,
  Temperature,
  Trait,
  Unknowns,
} from "./dynamics/dynamics.ts";
export { type GradientFlowOptions, gradientFlow } from "./dynamics/gradient-flow.ts";
export { type KineticOptions, kinetic } from "./dynamics/kinetic.ts";
export { langevin } from "./dynamics/langevin.ts";
export { type ReflectedLangevinOptions, reflectedLangevin } from "./dynamics/reflected-langevin.ts";
export { twoTimescale } from "./dynamics/two-timescale.ts";
export type { WordName } from "./dynamics/words.ts";
export { type BackendInUse, useBackend } from "./kernels/backend/backend.ts";
export type { Backend } from "./kernels/backend/names.ts";
export type { GpuFacts } from "./kernels/gpu/device.ts";
export type { Complex } from "./linear/arnoldi.ts";
export type { DualOption } from "./observables/lower-bound/lower-bound.ts";
export type { BatchOptions, Estimator, Sampling } from "./particles/batch.ts";
export type { FieldNumbers } from "./particles/field.ts";
export type { IntegratorName, IntegratorSettings } from "./particles/integrators.ts";
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
export type { FirstOrderScheme } from "./pde/fokker-planck/schemes.ts";
export type { KineticScheme } from "./pde/kinetic/schemes.ts";
export { type BestFriction, bestFriction, type PositionCells, spectralGap } from "./pde/spectrum/predict.ts";
export type { Spectrum } from "./pde/spectrum/spectrum.ts";
export type { Activation, ActivationName } from "./problem/activation.ts";
export type { Labels, NpyColumns, NpzArrays, TestArrays } from "./problem/array-data.ts";
export type { CsvColumns, Missing } from "./problem/csv.ts";
export type { ColumnNames, DataSet, Standardised } from "./problem/data.ts";
export type { Feature, OuterWeight, Ridge, Tabulate, TabulateGradient } from "./problem/feature.ts";
export type {
  AttentionOption,
  CircularInteraction,
  CosineOption,
  FourierOption,
  GaussianInteraction,
  GaussianOption,
  Interaction,
  InteractionOption,
  MomentInteraction,
  OwnInteraction,
  OwnInteractionOption,
  PairInteraction,
  QuadraticInteraction,
  QuadraticOption,
} from "./problem/interaction.ts";
export {
  type Coordinates,
  gaussian,
  type InitialLaw,
  type MomentumOption,
  type PositionLaw,
  points,
  sphere,
  uniform,
} from "./problem/law.ts";
export type { Loss, LossOption } from "./problem/loss.ts";
export {
  type Block,
  type CustomNeuron,
  type CustomNeuronOptions,
  customNeuron,
  type Neuron,
  neuron,
  neuronGradient,
  neuronValue,
  type Perceptron,
  type PerceptronOptions,
} from "./problem/neuron.ts";
export type {
  JointPotential,
  OwnPotentialOption,
  Potential,
  PotentialKind,
  PotentialOption,
} from "./problem/potential.ts";
export {
  type Domain,
  type Problem,
  type ProblemOptions,
  problem,
  type RegulariserOption,
} from "./problem/problem.ts";
export type { SampleOptions, TestFile } from "./problem/samples.ts";
export type { SplitOptions } from "./problem/split.ts";
export type { FunctionName, FunctionOptions, Teacher, TeacherOptions } from "./problem/synthetic.ts";
export {
  equilibria,
  evolve,
  type GridSolver,
  grid,
  type Particles,
  particles,
  type StartedCourse,
  type Trajectory,
} from "./run/evolve.ts";
export type { DensitySnapshot, NetworkSnapshot, Row, Snapshot } from "./run/progress.ts";
export type { Course } from "./spec/schedule.ts";
export { type Bootstrap, type BootstrapOptions, bootstrap } from "./statistics/bootstrap.ts";
export {
  type ErrorBound,
  type ErrorBudget,
  type ErrorSource,
  errorBudget,
} from "./statistics/budget.ts";
export {
  compareDecays,
  type DecayComparison,
  type DecayLaw,
  type LawEvidence,
} from "./statistics/compare-decays.ts";
export {
  type DecayOptions,
  fitPowerDecay,
  type PowerDecay,
  type PowerDecayOptions,
} from "./statistics/decay.ts";
export { type MeanWithInterval, meanWithInterval } from "./statistics/interval.ts";
export type { Finding, Level, Pairing } from "./statistics/levels.ts";
export {
  type ObservedOrder,
  type OrderOptions,
  observedOrder,
  type Refinement,
  type RefinementUse,
} from "./statistics/order.ts";
export {
  type LevelUse,
  type PowerLaw,
  type PowerLawOptions,
  powerLaw,
} from "./statistics/power-law.ts";
export type { Scatter, StudentRatio } from "./statistics/quasi-likelihood.ts";
export { type FittedRate, fitRate, type RateOptions } from "./statistics/rate.ts";
export {
  type CoupledOptions,
  type CoupledState,
  coupledCopies,
  type ResponseWeights,
} from "./study/propagation-of-chaos/coupling.ts";
export {
  type LimitState,
  type MeanFieldLimit,
  meanFieldLimit,
} from "./study/propagation-of-chaos/mean-field-limit.ts";
export { responseOf } from "./study/propagation-of-chaos/response.ts";
export type { ColumnKey } from "./tables/columns.ts";
export type { Encoding } from "./tables/decode.ts";
export type { Decimal } from "./tables/number.ts";
export type { TextFormat } from "./tables/text-table.ts";
