// Exact Gaussian solutions (docs/theory.md §3.1, §3.2), p = 1: the linear neuron ψ = θx with squared loss and V = λθ²/2,
// under Langevin (annealed too), birth–death and kinetic dynamics, with its bias at finite width; and the quadratic
// McKean–Vlasov equation.
// Φ = (s m − c)θ + λθ²/2 with s = Σq x², c = Σ q x y, m = ∫θ dμ: a Gaussian μ stays Gaussian.

import { exp, expm1, log } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { isRidge } from "../problem/feature.ts";
import { gaussLegendre } from "../problem/gauss-legendre.ts";
import type { Problem } from "../problem/problem.ts";

/** A problem whose solutions are Gaussian: R = ½ s m² − c m + constant, V = λθ²/2. */
export interface LinearNeuron {
  /** s = Σ q x² */
  readonly s: number;
  /** c = Σ q x y */
  readonly c: number;
  /** λ, of the regulariser and a quadratic potential together */
  readonly lambda: number;
  /** τ */
  readonly tau: number;
  /** ½ Σ q y², the risk of the network that is 0 */
  readonly constant: number;
}

/** N(mean, variance), a law of θ. */
export interface Gaussian {
  readonly mean: number;
  readonly variance: number;
}

/** A Gaussian law of (θ, ω): means m, v and covariance (A, B; B, C). */
export interface PhaseGaussian {
  readonly theta: number;
  readonly omega: number;
  /** A = Var θ */
  readonly varTheta: number;
  /** B = Cov(θ, ω) */
  readonly covariance: number;
  /** C = Var ω */
  readonly varOmega: number;
}

/** The numbers of a linear-neuron problem. Errors (input): a problem that is none. */
export function linearNeuron(problem: Problem): LinearNeuron {
  const { neuron, data, loss, potential, interaction, domain } = problem;
  const linear =
    isRidge(neuron) &&
    neuron.activation.name === "identity" &&
    neuron.outer === undefined &&
    !neuron.bias &&
    neuron.inputs === 1;
  const quadratic = potential.kind === null || potential.kind === "quadratic";
  if (!linear || !quadratic || loss.name !== "squared" || interaction !== null || domain !== "plane") {
    throw inputError(
      "problem",
      "the linear neuron's solution needs ψ = θx (activation identity, output fixed, no bias, one input), " +
        "squared loss, a quadratic V, no W, and domain plane",
    );
  }
  let s = 0;
  let c = 0;
  let constant = 0;
  for (let i = 0; i < data.size; i++) {
    s += data.weight[i] * data.x[i] * data.x[i];
    c += data.weight[i] * data.x[i] * data.y[i];
    constant += 0.5 * data.weight[i] * data.y[i] * data.y[i];
  }
  const lambda = potential.l2[0] + (potential.kind === "quadratic" ? potential.strength : 0);
  return { s, c, lambda, tau: problem.temperature, constant };
}

/** (1 − e^(−rt))/r, and its limit t at r = 0. */
function relaxation(r: number, t: number): number {
  return r === 0 ? t : -expm1(-r * t) / r;
}

/** The law at time t of Langevin dynamics (D = 1): ṁ = −(s+λ)m + c, Ȧ = −2λA + 2τ. */
export function langevinAt(neuron: LinearNeuron, start: Gaussian, t: number): Gaussian {
  const { s, c, lambda, tau } = neuron;
  return {
    mean: start.mean * exp(-(s + lambda) * t) + c * relaxation(s + lambda, t),
    variance: start.variance * exp(-2 * lambda * t) + 2 * tau * relaxation(2 * lambda, t),
  };
}

/** Nodes of the quadrature below: round-off for smooth τ over times that are some 10/λ, or 10 times the scale of τ, long. */
const NODES = 64;

/** The same where τ depends on time: A(t) = e^(−2λt)A₀ + 2∫₀ᵗ e^(−2λ(t−s)) τ_s ds, by Gauss–Legendre. */
export function annealedAt(
  neuron: LinearNeuron,
  start: Gaussian,
  temperature: (t: number) => number,
  t: number,
): Gaussian {
  const { lambda } = neuron;
  const { nodes, weights } = gaussLegendre(NODES);
  let variance = start.variance * exp(-2 * lambda * t);
  for (let i = 0; i < NODES; i++) {
    const s = 0.5 * t * (1 + nodes[i]);
    variance += t * weights[i] * exp(-2 * lambda * (t - s)) * temperature(s);
  }
  return { mean: langevinAt(neuron, start, t).mean, variance };
}

/**
 * The law at time t of birth–death dynamics with mobility D and rate κ, λ > 0: transport moves (m, A) as Langevin dynamics, and
 * the reaction κμ(∫ξ dμ − ξ), ξ = Φ + τ log μ, by −κ Cov(θ, ξ) and −κ Cov((θ − m)², ξ), so that
 * ṁ = −(D + κA)((s+λ)m − c), Ȧ = −(2D + κA)(λA − τ). Thus y = (λA − τ)/(2D + κA) decays at rate 2Dλ + κτ, which gives A, and
 * κ∫A dt = (κτt − log((2D + κA)/(2D + κA₀)))/λ, which gives m.
 */
export function birthDeathAt(
  neuron: LinearNeuron,
  { mobility = 1, rate }: { mobility?: number; rate: number },
  start: Gaussian,
  t: number,
): Gaussian {
  const { s, c, lambda, tau } = neuron;
  const speed = (variance: number) => 2 * mobility + rate * variance;
  const y =
    ((lambda * start.variance - tau) / speed(start.variance)) *
    exp(-(2 * mobility * lambda + rate * tau) * t);
  const variance = (tau + 2 * mobility * y) / (lambda - rate * y);
  const grown = (rate * tau * t - log(speed(variance) / speed(start.variance))) / lambda;
  const limit = c / (s + lambda);
  return { mean: limit + (start.mean - limit) * exp(-(s + lambda) * (mobility * t + grown)), variance };
}

/**
 * The law at time t of kinetic dynamics with constant friction γ:
 * ṁ = v, v̇ = −γv − (s+λ)m + c; Ȧ = 2B, Ḃ = C − λA − γB, Ċ = −2λB − 2γC + 2γτ.
 */
export function kineticAt(
  neuron: LinearNeuron,
  friction: number,
  start: PhaseGaussian,
  t: number,
): PhaseGaussian {
  const { s, c, lambda, tau } = neuron;
  const [theta, omega] = affineFlow(
    [
      [0, 1, 0],
      [-(s + lambda), -friction, c],
    ],
    [start.theta, start.omega],
    t,
  );
  const [varTheta, covariance, varOmega] = affineFlow(
    [
      [0, 2, 0, 0],
      [-lambda, -friction, 1, 0],
      [0, -2 * lambda, -2 * friction, 2 * friction * tau],
    ],
    [start.varTheta, start.covariance, start.varOmega],
    t,
  );
  return { theta, omega, varTheta, covariance, varOmega };
}

/** F of a law of θ with that mean and variance: ½ s m² − c m + ½Σq y² + ½λ(A + m²). */
export function energyOf(neuron: LinearNeuron, { mean, variance }: Gaussian): number {
  const { s, c, lambda, constant } = neuron;
  return 0.5 * s * mean * mean - c * mean + constant + 0.5 * lambda * (variance + mean * mean);
}

/** E_τ = F − (τ/2) log(2πe A). */
export function freeEnergyOf(neuron: LinearNeuron, law: Gaussian): number {
  return energyOf(neuron, law) - 0.5 * neuron.tau * (1 + log(2 * Math.PI * law.variance));
}

/** H = F + ½(C + v²) − (τ/2) log((2πe)² det Σ); the last term is absent at τ = 0. */
export function hamiltonianOf(neuron: LinearNeuron, law: PhaseGaussian): number {
  const { theta, omega, varTheta, covariance, varOmega } = law;
  const mechanical = energyOf(neuron, { mean: theta, variance: varTheta }) + 0.5 * (varOmega + omega * omega);
  if (neuron.tau === 0) return mechanical;
  const determinant = varTheta * varOmega - covariance * covariance;
  return mechanical - 0.5 * neuron.tau * (2 * (1 + log(2 * Math.PI)) + log(determinant));
}

/** The limit of Langevin dynamics, N(c/(s+λ), τ/λ); kinetic dynamics has the same with ω ~ N(0, τ). Needs λ > 0. */
export function limitOf(neuron: LinearNeuron): Gaussian {
  return { mean: neuron.c / (neuron.s + neuron.lambda), variance: neuron.tau / neuron.lambda };
}

/**
 * N (E F(μ_N) − F(μ)) at time t of Langevin dynamics from i.i.d. neurons of variance A₀, for every N:
 * ½ s v + ½ λ d with v = N Var⟨θ⟩, v̇ = −2(s+λ)v + 2τ, v(0) = A₀, and d = v − A (so ḋ = −2λd − 2sv, d(0) = 0).
 */
export function finiteWidthBias(neuron: LinearNeuron, startVariance: number, t: number): number {
  const { s, lambda, tau } = neuron;
  const v = startVariance * exp(-2 * (s + lambda) * t) + 2 * tau * relaxation(2 * (s + lambda), t);
  const { variance } = langevinAt(neuron, { mean: 0, variance: startVariance }, t);
  return 0.5 * s * v + 0.5 * lambda * (v - variance);
}

/** The law at time t of θ under V = aθ²/2, W = bθ²/2 (Langevin): mean m₀e^(−at), variance to τ/(a+b) at rate 2(a+b). */
export function quadraticMcKeanVlasov(
  { a, b, tau }: { a: number; b: number; tau: number },
  start: Gaussian,
  t: number,
): Gaussian {
  const rate = 2 * (a + b);
  return {
    mean: start.mean * exp(-a * t),
    variance: start.variance * exp(-rate * t) + 2 * tau * relaxation(rate, t),
  };
}

/** y(t) of ẏ = My + r, rows (M | r): the exponential of the augmented matrix by Taylor's series, scaled and squared. */
function affineFlow(rows: readonly (readonly number[])[], start: readonly number[], t: number): number[] {
  const n = start.length + 1;
  let norm = 0;
  for (const row of rows) {
    for (const entry of row) norm = Math.max(norm, Math.abs(entry * t));
  }
  let squarings = 0;
  for (let size = n * norm; size > 0.5; size /= 2) squarings += 1;
  const scale = t / 2 ** squarings;
  const generator = new Float64Array(n * n);
  for (const [i, row] of rows.entries())
    generator.set(
      row.map((entry) => entry * scale),
      i * n,
    );
  // E = e^G − 1 rather than e^G: (1 + E)² − 1 = 2E + E², so that squaring keeps the digits of small motions.
  let term = generator;
  let motion = generator;
  for (let order = 2; order <= 18; order++) {
    term = product(term, generator, n).map((entry) => entry / order);
    motion = motion.map((entry, at) => entry + term[at]);
  }
  for (let round = 0; round < squarings; round++) {
    const square = product(motion, motion, n);
    motion = motion.map((entry, at) => 2 * entry + square[at]);
  }
  const y = [...start, 1];
  return start.map((value, i) => y.reduce((total, entry, k) => total + motion[i * n + k] * entry, value));
}

function product(left: Float64Array, right: Float64Array, n: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < n; k++) {
      for (let j = 0; j < n; j++) out[i * n + j] += left[i * n + k] * right[k * n + j];
    }
  }
  return out;
}
