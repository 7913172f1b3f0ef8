// The closed equations of a Gaussian μ with mean m and independent coordinates of variance A (docs/theory.md §3.2). With g = ∇R(m) + Λm, Λ the
// curvature of V, κ = Λ + K, K that of W, and ξ = Φ + τ log μ, coordinate by coordinate:
//   first order:  ṁ = −(D + rA)g,  Ȧ = −(2D + rA)(κA − τ),  r the rate of births and deaths;
//   with momenta: ṁ = v, v̇ = −γv − g;  Ȧ = 2B, Ḃ = C − κA − γB, Ċ = −2κB − 2γC + 2γτ,  (A, B; B, C) the covariance of (θ, ω).
// Any loss, mobility, friction and temperature in time. Order 4 in the step; cost per step: 4 sums over the data.

import { log } from "../base/elementary.ts";
import { largestOf } from "../base/extremes.ts";
import {
  type FirstOrderDynamics,
  jumpRate,
  type KineticDynamics,
  temperatureOf,
} from "../dynamics/dynamics.ts";
import { hasMomenta } from "../dynamics/motion.ts";
import { norm } from "../linear/vector.ts";
import { fitOf } from "../observables/fit.ts";
import { rk4 } from "../particles/rk4.ts";
import { type DataSet, thinned } from "../problem/data.ts";
import { type Problem, residualAt, riskAt } from "../problem/problem.ts";
import type { RunBase } from "./runs.ts";
import type { Equations } from "./simulate-equations.ts";

const LOG_TWO_PI = log(2 * Math.PI);

/** Those of that problem and dynamics. */
export function gaussianEquations(run: RunBase): Equations {
  const { dynamics } = run;
  return hasMomenta(dynamics) ? withMomenta(run, dynamics) : firstOrder(run, dynamics);
}

/** What both orders share: V, W and the data at means, the first p numbers of y, and variances. */
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
    this.curvature = this.external.map(
      (lambda) => lambda + (interaction?.kind === "quadratic" ? interaction.strength : 0),
    );
    this.outputs = new Float64Array(data.size);
    this.residual = new Float64Array(data.size);
  }

  /** g = ∇R(m) + Λm into `out`. */
  slope(y: Float64Array, out: Float64Array): void {
    const { problem, residual, p } = this;
    const { data } = problem;
    residualAt(problem, this.outputsOf(data, y, this.outputs), residual);
    for (let k = 0; k < p; k++) {
      let sum = this.external[k]! * y[k]!;
      for (let i = 0; i < data.size; i++) sum += residual[i]! * inputOf(data, k, i);
      out[k] = sum;
    }
  }

  /** Risk, F and how the outputs fit; A begins at y[variances]. */
  observe(y: Float64Array, variances: number): { risk: number; energy: number } & Record<string, number> {
    const { problem, p, external, curvature } = this;
    const { data } = problem;
    const outputs = this.outputsOf(data, y, this.outputs);
    const tested = data.test && this.outputsOf(data.test, y, new Float64Array(data.test.size));
    const risk = riskAt(problem, outputs);
    let energy = risk;
    for (let k = 0; k < p; k++) {
      energy += 0.5 * (external[k]! * y[k]! ** 2 + curvature[k]! * y[variances + k]!);
    }
    return { risk, energy, ...fitOf(problem, outputs, tested ?? null) };
  }

  /** f(x_i) = w·x_i + b at the mean. */
  private outputsOf(data: DataSet, y: Float64Array, out: Float64Array): Float64Array {
    for (let i = 0; i < data.size; i++) {
      let sum = 0;
      for (let k = 0; k < this.p; k++) sum += y[k]! * inputOf(data, k, i);
      out[i] = sum;
    }
    return out;
  }
}

/** ∂ψ/∂θ_k at x_i: an input, and 1 for the bias, which is the last. */
function inputOf({ x, size, inputs }: DataSet, k: number, i: number): number {
  return k < inputs ? x[k * size + i]! : 1;
}

function startOf({ initial }: RunBase): { mean: readonly number[]; std: readonly number[] } {
  const { position } = initial;
  if (position.kind !== "gaussian") throw new Error("moments: no Gaussian start");
  return position;
}

const square = (value: number) => value * value;

/** y = (m, A), p of each. */
function firstOrder(run: RunBase, dynamics: FirstOrderDynamics): Equations {
  const { problem } = run;
  const land = new Landscape(problem);
  const { p, curvature } = land;
  const { mean, std } = startOf(run);
  const mobility = dynamics.mobility(problem);
  const births = jumpRate(dynamics);
  const temperature = temperatureOf(problem, dynamics);
  const g = new Float64Array(p);
  const entropyOf = (y: Float64Array) => {
    let entropy = 0;
    for (let k = 0; k < p; k++) entropy -= 0.5 * (1 + LOG_TWO_PI + log(y[p + k]!));
    return entropy;
  };
  return {
    start: Float64Array.from([...mean, ...std.map(square)]),
    rate(out, y, t) {
      const tau = temperature.at(t);
      land.slope(y, g);
      for (let k = 0; k < p; k++) {
        const variance = y[p + k]!;
        out[k] = -(mobility[k]! + births * variance) * g[k]!;
        out[p + k] = -(2 * mobility[k]! + births * variance) * (curvature[k]! * variance - tau);
      }
    },
    observe(y, t) {
      const tau = temperature.at(t);
      const seen = land.observe(y, p);
      const entropy = entropyOf(y);
      const free = tau > 0 ? seen.energy + tau * entropy : seen.energy;
      return { ...seen, temperature: tau, entropy, free_energy: free, ...named("theta", y, p, 0, p) };
    },
    // ∫∇ξ·D∇ξ dμ + r Var ξ; ξ is quadratic, of slope g and curvature κ − τ/A at the mean.
    dissipation(y, t) {
      const tau = temperature.at(t);
      land.slope(y, g);
      let total = 0;
      for (let k = 0; k < p; k++) {
        const variance = y[p + k]!;
        const bend = curvature[k]! * variance - tau;
        total += mobility[k]! * (g[k]! ** 2 + bend ** 2 / variance);
        total += births * (g[k]! ** 2 * variance + 0.5 * bend ** 2);
      }
      return total;
    },
    cooling: (y, t) => (temperature.constant ? 0 : -temperature.slope(t) * entropyOf(y)),
  };
}

/** y = (m, v, A, B, C), p of each. */
function withMomenta(run: RunBase, { friction }: KineticDynamics): Equations {
  const { problem, initial } = run;
  const land = new Landscape(problem);
  const { p, curvature } = land;
  const { mean, std } = startOf(run);
  const tau = problem.temperature;
  const momentum = initial.momentum ?? { mean: mean.map(() => 0), std: mean.map(() => Math.sqrt(tau)) };
  const g = new Float64Array(p);
  const [V, A, B, C] = [p, 2 * p, 3 * p, 4 * p] as const;
  const determinant = (y: Float64Array, k: number) => y[A + k]! * y[C + k]! - y[B + k]! ** 2;
  return {
    start: Float64Array.from([
      ...mean,
      ...momentum.mean,
      ...std.map(square),
      ...mean.map(() => 0),
      ...momentum.std.map(square),
    ]),
    rate(out, y, t) {
      const gamma = friction.at(t);
      land.slope(y, g);
      for (let k = 0; k < p; k++) {
        const bend = curvature[k]!;
        out[k] = y[V + k]!;
        out[V + k] = -gamma * y[V + k]! - g[k]!;
        out[A + k] = 2 * y[B + k]!;
        out[B + k] = y[C + k]! - bend * y[A + k]! - gamma * y[B + k]!;
        out[C + k] = -2 * bend * y[B + k]! - 2 * gamma * (y[C + k]! - tau);
      }
    },
    observe(y) {
      const seen = land.observe(y, A);
      let kinetic = 0;
      let entropy = 0;
      const covariances: Record<string, number> = {};
      for (let k = 0; k < p; k++) {
        kinetic += 0.5 * (y[C + k]! + y[V + k]! ** 2);
        entropy -= 1 + LOG_TWO_PI + 0.5 * log(determinant(y, k));
        covariances[`cov_theta_${k}_omega_${k}`] = y[B + k]!;
      }
      const mechanical = seen.energy + kinetic;
      const free = tau > 0 ? mechanical + tau * entropy : mechanical;
      const laws = { ...named("theta", y, p, 0, A), ...named("omega", y, p, V, C) };
      return { ...seen, kinetic, entropy, free_energy: free, ...laws, ...covariances };
    },
    // γ∫|ω + τ∇_ω log μ|² dμ, the inverse of the covariance having A/(AC − B²) for ω.
    dissipation(y, t) {
      let total = 0;
      for (let k = 0; k < p; k++) {
        total += y[V + k]! ** 2 + y[C + k]!;
        if (tau > 0) total += tau * ((tau * y[A + k]!) / determinant(y, k) - 2);
      }
      return friction.at(t) * total;
    },
    cooling: () => 0,
  };
}

/** Columns of means and variances, which begin at these places of y. */
function named(
  what: "theta" | "omega",
  y: Float64Array,
  p: number,
  mean: number,
  variance: number,
): Record<string, number> {
  const columns: Record<string, number> = {};
  for (let k = 0; k < p; k++) {
    columns[`mean_${what}_${k}`] = y[mean + k]!;
    columns[`var_${what}_${k}`] = y[variance + k]!;
  }
  return columns;
}

/** Of power iteration, on differences of g over that length. */
const ROUNDS = 20;
const DIFFERENCE = 1e-6;
/** Of more data some are drawn by their weights. */
const MOST_DATA = 2 ** 17;

/** Λ: the largest eigenvalue of mobility · ∇g at the start's mean. */
function largestCurvature(land: Landscape, mean: Float64Array, mobility: Float64Array): number {
  const { p } = land;
  const numbers = () => new Float64Array(p);
  const [base, slope, shifted] = [numbers(), numbers(), numbers()];
  land.slope(mean, base);
  let direction = Float64Array.from({ length: p }, (_, k) => 1 / (1 + k));
  let curvature = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const length = DIFFERENCE / norm(direction);
    if (!Number.isFinite(length)) return 0;
    for (let k = 0; k < p; k++) shifted[k] = mean[k]! + length * direction[k]!;
    land.slope(shifted, slope);
    direction = slope.map((value, k) => mobility[k]! * (value - base[k]!));
    curvature = norm(direction) / DIFFERENCE;
  }
  return curvature;
}

/**
 * The largest stable step at the start, that of Runge–Kutta's method on means and variances. Variances move at sums of two of the roots that a mean would
 * have with κ in the place of Λ.
 */
export function stableStep(run: RunBase): number {
  const { problem, dynamics } = run;
  const data = problem.data.size > MOST_DATA ? thinned(problem.data, MOST_DATA) : problem.data;
  const land = new Landscape({ ...problem, data });
  const { mean, std } = startOf(run);
  const at = Float64Array.from(mean);
  const curvatures = Array.from(land.curvature);
  if (hasMomenta(dynamics)) {
    const ones = new Float64Array(land.p).fill(1);
    const limit = (curvature: number) => rk4.stableStep(curvature, dynamics.friction, {});
    return Math.min(limit(largestCurvature(land, at, ones)), limit(Math.max(0, largestOf(curvatures))) / 2);
  }
  const births = jumpRate(dynamics);
  const tau = temperatureOf(problem, dynamics).at(0);
  const mobility = dynamics.mobility(problem).map((of, k) => of + births * std[k]! ** 2);
  const variances = curvatures.map((kappa, k) => {
    const variance = std[k]! ** 2;
    return Math.abs(births * (kappa * variance - tau) + (2 * mobility[k]! - births * variance) * kappa);
  });
  return rk4.stableStep(largestOf([largestCurvature(land, at, mobility), ...variances]), null, {});
}
