// The closed equations of a Gaussian μ with mean m and independent coordinates of variance A (docs/theory.md §3.1, §3.2). With g = ∇R(m) + Λm, Λ the
// curvature of V, κ = Λ + K, K that of W, and ξ = Φ + τ log μ, coordinate by coordinate:
//   first order:  ṁ = −(D + rA)g,  Ȧ = −(2D + rA)(κA − τ),  r the rate of births and deaths;
//   with momenta: ṁ = v, v̇ = −γv − g;  Ȧ = 2B, Ḃ = C − κA − γB, Ċ = −2κB − 2γC + 2γτ,  (A, B; B, C) the covariance of (θ, ω).
// Any loss, mobility, friction and temperature in time. Cost per step: 4 sums over the data.

import { log } from "../../base/elementary.ts";
import { jumpRate, temperatureOf } from "../../dynamics/dynamics.ts";
import { fitOf } from "../../observables/fit.ts";
import type { DataSet } from "../../problem/data.ts";
import { type Problem, residualAt, riskAt } from "../../problem/problem.ts";
import { MIB } from "../memory-model.ts";
import { type Equations, type EquationsRun, simulateEquations } from "../simulate-equations.ts";
import type { SolverRecord } from "./record.ts";

export interface MomentsRun extends EquationsRun {
  readonly solver: "moments";
}

/** Columns that the numbers give. */
const GIVEN = [
  ...[
    "risk",
    "test_risk",
    "accuracy",
    "test_accuracy",
    "energy",
    "kinetic",
    "temperature",
    "entropy",
    "free_energy",
  ],
  ...["dissipation", "identity_residual", "mean_theta_#", "var_theta_#"],
  ...["mean_omega_#", "var_omega_#", "cov_theta_#_omega_#"],
];
/** Evaluations of the equations a step. */
const PASSES = 4;
const LOG_TWO_PI = log(2 * Math.PI);

export const MOMENTS: SolverRecord<MomentsRun, object, never> = {
  solver: "moments",
  holds: "equations",
  runs: (_, common) => [{ ...common, solver: "moments", holds: "equations", gives: GIVEN }],
  check() {},
  simulate: (run, hooks, resume) => {
    const equations = run.dynamics.order === "second" ? withMomenta(run) : firstOrder(run);
    return simulateEquations(run, "moments", equations, hooks, resume);
  },
  isKept: () => false,
  size: () => ({}),
  name: () => "moments",
  lines: (runs) =>
    runs.map(
      ({ dynamics }) =>
        `moments: a Gaussian μ by the equations of its means and ${dynamics.order === "second" ? "covariances" : "variances"}, of order 4 in the step`,
    ),
  costLines: (runs) => runs.map(({ schedule }) => `moments: ${schedule.steps} steps`),
  sources: () => ["hairer1993"],
  cost: ({ problem }) => PASSES * (problem.data.size + 1) * problem.dimension,
  unit: () => 15,
  bytes: () => 18 * MIB,
  numbers: () => 0,
};

/** What both orders share: V, W and the data at a mean and variances, p of each from `at`. */
class Landscape {
  readonly p: number;
  /** κ, by coordinate. */
  readonly curvature: Float64Array;
  /** Λ */
  private readonly external: Float64Array;
  private readonly outputs: Float64Array;
  private readonly residual: Float64Array;

  constructor(private readonly problem: Problem) {
    const { potential, interaction, dimension, data } = problem;
    const quadratic = potential.kind === "quadratic" ? potential.strength : 0;
    this.p = dimension;
    this.external = potential.l2.map((l2) => l2 + quadratic);
    this.curvature = this.external.map((lambda) => lambda + (interaction?.strength ?? 0));
    this.outputs = new Float64Array(data.size);
    this.residual = new Float64Array(data.size);
  }

  /** g = ∇R(m) + Λm into `out`. */
  slope(mean: Float64Array, out: Float64Array): void {
    const { problem, residual, p } = this;
    const { data } = problem;
    residualAt(problem, this.outputsOf(data, mean, this.outputs), residual);
    for (let k = 0; k < p; k++) {
      let sum = this.external[k]! * mean[k]!;
      for (let i = 0; i < data.size; i++) sum += residual[i]! * inputOf(data, k, i);
      out[k] = sum;
    }
  }

  /** Risk, F and how the outputs fit; `variances`: A. */
  observe(
    mean: Float64Array,
    variances: Float64Array,
  ): { risk: number; energy: number } & Record<string, number> {
    const { problem, p, external, curvature } = this;
    const { data } = problem;
    const outputs = this.outputsOf(data, mean, this.outputs);
    const tested =
      data.test === undefined ? null : this.outputsOf(data.test, mean, new Float64Array(data.test.size));
    const risk = riskAt(problem, outputs);
    let energy = risk;
    for (let k = 0; k < p; k++) {
      energy += 0.5 * (external[k]! * mean[k]! ** 2 + curvature[k]! * variances[k]!);
    }
    return { risk, energy, ...fitOf(problem, outputs, tested) };
  }

  /** f(x_i) = w·x_i + b at the mean. */
  private outputsOf(data: DataSet, mean: Float64Array, out: Float64Array): Float64Array {
    for (let i = 0; i < data.size; i++) {
      let sum = 0;
      for (let k = 0; k < this.p; k++) sum += mean[k]! * inputOf(data, k, i);
      out[i] = sum;
    }
    return out;
  }
}

/** ∂ψ/∂θ_k at x_i: an input, and 1 for the bias, which is the last. */
function inputOf({ x, size, inputs }: DataSet, k: number, i: number): number {
  return k < inputs ? x[k * size + i]! : 1;
}

/** The numbers of y, p of each. */
function parts(y: Float64Array, p: number): Float64Array[] {
  return Array.from({ length: y.length / p }, (_, part) => y.subarray(part * p, (part + 1) * p));
}

function startOf({ initial }: MomentsRun): { mean: readonly number[]; std: readonly number[] } {
  const { position } = initial;
  if (position.kind !== "gaussian") throw new Error("moments: no Gaussian start");
  return position;
}

const square = (value: number) => value * value;

/** y = (m, A). */
function firstOrder(run: MomentsRun): Equations {
  const { problem, dynamics } = run;
  if (dynamics.order !== "first") throw new Error("moments: momenta");
  const land = new Landscape(problem);
  const { p, curvature } = land;
  const { mean, std } = startOf(run);
  const mobility = dynamics.mobility(problem);
  const births = jumpRate(dynamics);
  const temperature = temperatureOf(problem, dynamics);
  const g = new Float64Array(p);
  const entropyOf = (A: Float64Array) =>
    A.reduce((sum, value) => sum - 0.5 * (1 + LOG_TWO_PI + log(value)), 0);
  return {
    start: Float64Array.from([...mean, ...std.map(square)]),
    rate(out, y, t) {
      const tau = temperature.at(t);
      const [m, A] = parts(y, p) as [Float64Array, Float64Array];
      land.slope(m, g);
      for (let k = 0; k < p; k++) {
        const reaction = births * A[k]!;
        out[k] = -(mobility[k]! + reaction) * g[k]!;
        out[p + k] = -(2 * mobility[k]! + reaction) * (curvature[k]! * A[k]! - tau);
      }
    },
    observe(y, t) {
      const tau = temperature.at(t);
      const [m, A] = parts(y, p) as [Float64Array, Float64Array];
      const seen = land.observe(m, A);
      const entropy = entropyOf(A);
      const free = tau > 0 ? seen.energy + tau * entropy : seen.energy;
      return { ...seen, temperature: tau, entropy, free_energy: free, ...named("theta", m, A) };
    },
    // ∫∇ξ·D∇ξ dμ + r Var ξ; ξ is quadratic, of slope g and curvature κ − τ/A at the mean.
    dissipation(y, t) {
      const tau = temperature.at(t);
      const [m, A] = parts(y, p) as [Float64Array, Float64Array];
      land.slope(m, g);
      let total = 0;
      for (let k = 0; k < p; k++) {
        const bend = curvature[k]! * A[k]! - tau;
        total += mobility[k]! * (g[k]! ** 2 + bend ** 2 / A[k]!);
        total += births * (g[k]! ** 2 * A[k]! + 0.5 * bend ** 2);
      }
      return total;
    },
    cooling: (y, t) => (temperature.constant ? 0 : -temperature.slope(t) * entropyOf(y.subarray(p))),
  };
}

/** y = (m, v, A, B, C). */
function withMomenta(run: MomentsRun): Equations {
  const { problem, dynamics, initial } = run;
  if (dynamics.order !== "second") throw new Error("moments: no momenta");
  const land = new Landscape(problem);
  const { p, curvature } = land;
  const { mean, std } = startOf(run);
  const tau = problem.temperature;
  const { friction } = dynamics;
  const momentum = initial.momentum ?? { mean: mean.map(() => 0), std: mean.map(() => Math.sqrt(tau)) };
  const g = new Float64Array(p);
  return {
    start: Float64Array.from([
      ...[...mean, ...momentum.mean],
      ...[...std.map(square), ...mean.map(() => 0), ...momentum.std.map(square)],
    ]),
    rate(out, y, t) {
      const gamma = friction.at(t);
      const [m, v, A, B, C] = parts(y, p) as Phase;
      land.slope(m, g);
      for (let k = 0; k < p; k++) {
        out[k] = v[k]!;
        out[p + k] = -gamma * v[k]! - g[k]!;
        out[2 * p + k] = 2 * B[k]!;
        out[3 * p + k] = C[k]! - curvature[k]! * A[k]! - gamma * B[k]!;
        out[4 * p + k] = -2 * curvature[k]! * B[k]! - 2 * gamma * (C[k]! - tau);
      }
    },
    observe(y) {
      const [m, v, A, B, C] = parts(y, p) as Phase;
      const seen = land.observe(m, A);
      let kinetic = 0;
      let entropy = 0;
      for (let k = 0; k < p; k++) {
        kinetic += 0.5 * (C[k]! + v[k]! ** 2);
        entropy -= 1 + LOG_TWO_PI + 0.5 * log(A[k]! * C[k]! - B[k]! ** 2);
      }
      const mechanical = seen.energy + kinetic;
      const covariances = Object.fromEntries(
        Array.from(B, (value, k) => [`cov_theta_${k}_omega_${k}`, value]),
      );
      return {
        ...{ ...seen, kinetic, entropy, free_energy: tau > 0 ? mechanical + tau * entropy : mechanical },
        ...{ ...named("theta", m, A), ...named("omega", v, C), ...covariances },
      };
    },
    // γ∫|ω + τ∇_ω log μ|² dμ, the inverse of the covariance having A/(AC − B²) for ω.
    dissipation(y, t) {
      const [, v, A, B, C] = parts(y, p) as Phase;
      let total = 0;
      for (let k = 0; k < p; k++) {
        total += v[k]! ** 2 + C[k]!;
        if (tau > 0) total += tau * ((tau * A[k]!) / (A[k]! * C[k]! - B[k]! ** 2) - 2);
      }
      return friction.at(t) * total;
    },
    cooling: () => 0,
  };
}

type Phase = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];

function named(what: "theta" | "omega", mean: Float64Array, variance: Float64Array): Record<string, number> {
  const entries = Array.from(mean, (value, k) => [
    [`mean_${what}_${k}`, value],
    [`var_${what}_${k}`, variance[k]!],
  ]);
  return Object.fromEntries(entries.flat());
}
