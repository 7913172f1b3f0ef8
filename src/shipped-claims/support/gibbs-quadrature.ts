// The equilibrium of ψ = tanh(θx) with squared loss, V = λθ²/2 and τ > 0, from the equations alone: c_i = ∫ψ(θ; x_i) dμ, μ ∝ e^{−Φ_c/τ},
// Φ_c = Σ q_i(c_i − y_i)ψ(θ; x_i) + λθ²/2. Integrals by the trapezoidal rule on the line, which converges geometrically for such
// integrands; c by damped iteration, a contraction as R is convex. No code of the solvers is in it.

import { sumOf } from "../../base/sum.ts";

/** Points, equally weighted, and what else the problem consists of. */
export interface TanhTask {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly lambda: number;
  readonly tau: number;
}

export interface GibbsMeasure {
  /** μ*(θ) */
  density(theta: number): number;
  /** E_τ(μ*) = R + ∫V dμ* + τ∫μ* log μ* */
  readonly freeEnergy: number;
  /** Of `freeEnergy`: what half the nodes change, and rounding. */
  readonly error: number;
}

const NODES = 800;
/** In units of √(τ/λ): beyond, e^{−V/τ} is below 1e−42. */
const REACH = 14;
const MOST_ROUNDS = 4000;
const ROUNDING = 1e-14;

/** The minimiser of E_τ over all laws on the line. */
export function gibbsMeasure(task: TanhTask): GibbsMeasure {
  const fine = solved(task, NODES);
  const { freeEnergy } = solved(task, NODES / 2);
  return { ...fine, error: Math.abs(fine.freeEnergy - freeEnergy) + ROUNDING };
}

function solved({ x, y, lambda, tau }: TanhTask, nodes: number): Omit<GibbsMeasure, "error"> {
  const reach = REACH * Math.sqrt(tau / lambda);
  const spacing = (2 * reach) / nodes;
  const theta = Array.from({ length: nodes + 1 }, (_, k) => -reach + k * spacing);
  const psi = x.map((input) => theta.map((at) => Math.tanh(at * input)));
  const potential = (c: readonly number[], at: number, features: (i: number) => number) =>
    sum([0.5 * lambda * at * at, ...c.map((value, i) => ((value - y[i]) / x.length) * features(i))]);
  const gibbs = (c: readonly number[]) => {
    const phi = theta.map((at, k) => potential(c, at, (i) => psi[i][k]));
    const least = Math.min(...phi);
    const weights = phi.map((value) => Math.exp((least - value) / tau));
    const partition = spacing * sum(weights);
    return { mu: weights.map((weight) => weight / partition), least, partition };
  };

  let c = x.map(() => 0);
  // c ↦ ∫ψ dμ has a derivative with eigenvalues in [−1/τ, 0]: so damped, none of the map's is negative or beyond 1.
  const share = tau / (1 + tau);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { mu } = gibbs(c);
    const next = psi.map((features) => spacing * sum(features.map((value, k) => value * mu[k])));
    const change = Math.max(...next.map((value, i) => Math.abs(value - c[i])));
    c = c.map((value, i) => value + share * (next[i] - value));
    if (change < 1e-15) break;
  }
  const { mu, least, partition } = gibbs(c);
  const risk = sum(c.map((value, i) => (value - y[i]) ** 2 / (2 * x.length)));
  const rest = mu.map((value, k) => {
    const penalty = 0.5 * lambda * theta[k] * theta[k];
    return value > 0 ? value * (penalty + tau * Math.log(value)) : 0;
  });
  return {
    density: (at) => Math.exp((least - potential(c, at, (i) => Math.tanh(at * x[i]))) / tau) / partition,
    freeEnergy: risk + spacing * sum(rest),
  };
}

const sum = (values: readonly number[]) => sumOf(Float64Array.from(values));
