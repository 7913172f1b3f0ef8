// H alone has plateaus: its dissipation γ∫|Y|²dμ, Y = ω + τ∇_ω log μ, vanishes on every ρ ⊗ N(0, τI). With X = ∇Φ[ρ] + τ∇_θ log μ,
//   𝓔 = H − H* + ∫(a|Y|² + 2b X·Y + c|X|²) dμ,   b² < ac,
// falls strictly: d𝓔/dt ≤ −½√Λ ∫(2β|X|²/Λ + (γ̂ − 2β + 5βγ̂/2)|Y|²) dμ, γ̂ = γ/√Λ. A twisted Fisher information, after Villani (2009) and Chen, Lin, Ren, Wang (2023).

import { inputError } from "../../base/errors.ts";
import type { KineticDynamics } from "../../dynamics/dynamics.ts";
import { Fourier } from "../../grid/fourier.ts";
import type { Grid } from "../../grid/grid.ts";
import { neuronGradient } from "../../problem/neuron.ts";
import type { Problem } from "../../problem/problem.ts";
import { GridField } from "../field.ts";
import { Force } from "./force.ts";
import { KineticLedger } from "./ledger.ts";
import { eachBlock, gather, LANES, scatter } from "./lines.ts";
import { positionGrid, positionMarginal } from "./phase.ts";

/**
 * Proof. Along the equation, with g = log(μ/μ̂), μ̂ ∝ e^(−(Φ[ρ] + |ω|²/2)/τ), X = τ∇_θg, Y = τ∇_ωg (integrals against μ):
 *   d/dt ∫|Y|²  = −2γτ∫|∇_ωY|²     − 2∫X·Y − 2γ∫|Y|²
 *   d/dt ∫X·Y   = −2γτ∫∇_ωX:∇_ωY   − ∫|X|² − γ∫X·Y + ∫Y·∇²Φ Y + ∫Y·∇∂_tΦ
 *   d/dt ∫|X|²  = −2γτ∫|∇_ωX|²     + 2∫X·∇²Φ Y + 2∫X·∇∂_tΦ,    ∇∂_tΦ(θ) = ∫∇∇′Φ′(θ, θ′) Y dμ(θ′, ω′).
 * With |∇²Φ| + |∇∇′Φ′| ≤ Λ, γ̂ = γ/√Λ, a = 5β/4, b = β/√Λ, c = 5β/4Λ the cross term is at most (5 + 2γ̂)β√Λ ∫|X/√Λ||Y|, half of
 * the two squares by the choice β = 2γ̂/((5 + 2γ̂)² + 4 − 5γ̂). Second derivatives enter with a negative sign, as b² < ac.
 *
 * Hypotheses, in full: τ > 0, constant γ > 0; R convex and W positive semidefinite (so that H − H* ≤ τKL(μ|μ̂); the fall needs
 * neither); |∇²Φ[μ_t]| + sup|∇∇′Φ′| ≤ Λ along the run, checked where 𝓔 is asked for (`stiffness`). If besides μ̂_t satisfies a
 * logarithmic Sobolev inequality with constant α ≤ 1/τ, KL ≤ I/2α, then d𝓔/dt ≤ −κ𝓔 for
 * κ = m/(1/(2ατ) + M), m the lesser of the two numbers in `decline`, M = (9β/4) max(1, 1/Λ).
 */
export interface Constants {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  /** Λ */
  readonly stiffness: number;
  /** Of ∫|X|²dμ and ∫|Y|²dμ in the bound on −d𝓔/dt. */
  readonly decline: { readonly position: number; readonly momentum: number };
}

/** The constants of 𝓔 for a friction γ > 0 and a stiffness Λ > 0: the rule of the proof. */
export function hypocoerciveConstants(friction: number, stiffness: number): Constants {
  if (!(friction > 0) || !(stiffness > 0) || !Number.isFinite(friction * stiffness)) {
    throw inputError(
      "hypocoercive",
      `found friction ${friction} and stiffness ${stiffness}; allowed: finite numbers > 0`,
    );
  }
  const root = Math.sqrt(stiffness);
  const relative = friction / root;
  const base = 5 + 2 * relative;
  const beta = (2 * relative) / (base * base + 4 - 5 * relative);
  return {
    a: 1.25 * beta,
    b: beta / root,
    c: (1.25 * beta) / stiffness,
    stiffness,
    decline: {
      position: beta / root,
      momentum: 0.5 * root * (relative - 2 * beta + 2.5 * beta * relative),
    },
  };
}

export interface Hypocoercive {
  /** 𝓔 */
  readonly value: number;
  /** H − H* */
  readonly excess: number;
  /** ∫|X|²dμ */
  readonly position: number;
  /** ∫|Y|²dμ: the dissipation of H over γ. */
  readonly momentum: number;
  /** ∫X·Y dμ */
  readonly cross: number;
  /** The proof's bound: −d𝓔/dt is at least this. */
  readonly decline: number;
  /** |∇²Φ[ρ]| + |∇∇′Φ′| of this density; the bound holds while it is ≤ Λ. */
  readonly stiffness: number;
}

/** Cells that hold less mass than this all together do not count for Λ. */
const NEGLIGIBLE = 1e-12;

/**
 * Reads 𝓔 off densities of phase space, p = 1, 2. X√μ = 2τ∇_θ√μ + √μ∇Φ and Y√μ = 2τ∇_ω√μ + ω√μ, derivatives by Fourier: squares, no
 * division by μ and no cancellation. Rounding noise ε in μ adds at most 4τ²ε(π/Δ)² times the volume (as `fisherOf`'s), and cells
 * with μ < 0 count as 0. Spectral where √μ is smooth and vanishes at the faces. Cost: 2p transforms of the density.
 */
export class HypocoerciveFunctional {
  readonly constants: Constants;
  private readonly problem: Problem;
  private readonly phase: Grid;
  private readonly least: number;
  private readonly ledger: KineticLedger;
  private readonly force: Force;
  private readonly stiffnessOf: Stiffness;

  /**
   * `least`: H*, the least value of H. `references`: densities of θ that Λ is to hold for, such as the first and the last.
   * Errors (input): τ = 0, friction that is not constant and positive.
   */
  constructor(options: {
    problem: Problem;
    dynamics: KineticDynamics;
    phase: Grid;
    least: number;
    references: readonly Float64Array[];
  }) {
    const { problem, dynamics, phase, least, references } = options;
    const { friction } = dynamics;
    if (problem.temperature === 0 || friction.nesterov !== null) {
      throw inputError(
        "hypocoercive",
        `found temperature ${problem.temperature}, friction ${friction.formula}; allowed: temperature > 0 and constant friction`,
      );
    }
    const theta = positionGrid(phase);
    this.problem = problem;
    this.phase = phase;
    this.least = least;
    this.ledger = new KineticLedger(problem, dynamics, phase);
    this.force = new Force(problem, theta);
    this.stiffnessOf = new Stiffness(problem, theta, this.force);
    const stiffness = Math.max(...references.map((rho) => this.stiffnessOf.of(rho)));
    this.constants = hypocoerciveConstants(friction.at(0), stiffness);
  }

  observe(density: Float64Array): Hypocoercive {
    const { phase, ledger, force, problem, constants } = this;
    const p = phase.axes.length / 2;
    const rho = new Float64Array(force.gradient[0].length);
    positionMarginal(phase, density, rho);
    const stiffness = this.stiffnessOf.of(rho);
    force.update(rho);
    const root = density.map((mu) => (mu > 0 ? Math.sqrt(mu) : 0));
    let [position, momentum, cross] = [0, 0, 0];
    for (let k = 0; k < p; k++) {
      const X = scoreAlong(phase, root, k, problem.temperature, force.gradient[k]);
      const Y = scoreAlong(phase, root, p + k, problem.temperature, null);
      for (let i = 0; i < X.length; i++) {
        position += X[i] * X[i];
        momentum += Y[i] * Y[i];
        cross += X[i] * Y[i];
      }
    }
    position *= phase.volume;
    momentum *= phase.volume;
    cross *= phase.volume;
    const excess = ledger.observe(density, 0).free_energy - this.least;
    const { a, b, c, decline } = constants;
    return {
      value: excess + a * momentum + 2 * b * cross + c * position,
      excess,
      position,
      momentum,
      cross,
      decline: decline.position * position + decline.momentum * momentum,
      stiffness,
    };
  }
}

/** 2τ∂√μ + √μ·(force of θ, or ω) along one axis. */
function scoreAlong(
  phase: Grid,
  root: Float64Array,
  axis: number,
  temperature: number,
  gradient: Float64Array | null,
): Float64Array {
  const out = derivative(phase, root, axis);
  const { centres, cells } = phase.axes[axis];
  const stride = phase.strides[axis];
  const row = phase.strides[phase.axes.length / 2 - 1];
  for (let at = 0; at < out.length; at++) {
    const own = gradient === null ? centres[Math.floor(at / stride) % cells] : gradient[Math.floor(at / row)];
    out[at] = 2 * temperature * out[at] + own * root[at];
  }
  return out;
}

/** ∂ along one axis by Fourier; an odd number of cells is padded by an empty one. */
function derivative(phase: Grid, values: Float64Array, axis: number): Float64Array {
  const { cells, spacing } = phase.axes[axis];
  const length = cells + (cells % 2);
  const fourier = new Fourier(length);
  const lines = new Float64Array(LANES * cells);
  const pair = new Float64Array(2 * length);
  const spectrum = new Float64Array(2 * length);
  const out = new Float64Array(values.length);
  eachBlock(phase, axis, (block) => {
    gather(values, block, cells, lines);
    for (let lane = 0; lane < block.lanes; lane += 2) {
      const two = lane + 1 < block.lanes;
      const from = lane * cells;
      pair.fill(0);
      for (let i = 0; i < cells; i++) {
        pair[2 * i] = lines[from + i];
        pair[2 * i + 1] = two ? lines[from + cells + i] : 0;
      }
      fourier.transform(spectrum, pair);
      differentiate(spectrum, length, spacing);
      fourier.inverse(pair, spectrum);
      for (let i = 0; i < cells; i++) {
        lines[from + i] = pair[2 * i];
        if (two) lines[from + cells + i] = pair[2 * i + 1];
      }
    }
    scatter(lines, block, cells, out);
  });
  return out;
}

/** Times ik, the sawtooth to 0. */
function differentiate(spectrum: Float64Array, length: number, spacing: number): void {
  for (let k = 0; k < length; k++) {
    const signed = 2 * k < length ? k : 2 * k === length ? 0 : k - length;
    const wave = (2 * Math.PI * signed) / (length * spacing);
    const re = spectrum[2 * k];
    spectrum[2 * k] = -wave * spectrum[2 * k + 1];
    spectrum[2 * k + 1] = wave * re;
  }
}

/**
 * sup |∇²Φ[ρ]| + sup |∇∇′Φ′| over the cells that hold mass: ∇²Φ by central differences of ∇Φ (order 2; its Frobenius norm), ∇∇′Φ′
 * through Σ_i q_iℓ″(c_i)|∇ψ_i|² ≥ |Σ_i q_iℓ″∇ψ_i(θ)∇ψ_i(θ′)ᵀ| at the worst pair, and K sup|w″| of W.
 */
class Stiffness {
  private readonly theta: Grid;
  private readonly force: Force;
  private readonly field: GridField;
  /** |∇ψ(θ; x_i)|² at [i·n_θ + cell]. */
  private readonly squares: Float64Array;

  constructor(problem: Problem, theta: Grid, force: Force) {
    this.theta = theta;
    this.force = force;
    this.field = new GridField(problem, theta);
    this.squares = slopeSquares(problem, theta);
  }

  of(rho: Float64Array): number {
    const { theta, force } = this;
    force.update(rho);
    const enough = NEGLIGIBLE / (theta.volume * rho.length);
    let most = 0;
    for (let at = 0; at < rho.length; at++) {
      if (rho[at] <= enough) continue;
      let square = 0;
      for (let k = 0; k < theta.axes.length; k++) {
        for (const gradient of force.gradient) {
          const slope = slopeAt(theta, gradient, k, at);
          square += slope * slope;
        }
      }
      most = Math.max(most, square);
    }
    return Math.sqrt(most) + this.coupling(rho, enough);
  }

  private coupling(rho: Float64Array, enough: number): number {
    const { theta, field, squares } = this;
    const { data, loss, interaction } = field.problem;
    const z = new Float64Array(field.count);
    field.observe(rho, z);
    let most = 0;
    for (let at = 0; at < theta.size; at++) {
      if (rho[at] <= enough) continue;
      let total = 0;
      for (let i = 0; i < data.size; i++) {
        total += data.weight[i] * loss.curvatureAt(z[i], data.y[i]) * squares[i * theta.size + at];
      }
      most = Math.max(most, total);
    }
    if (interaction === null) return most;
    // |w″| ≤ 1 for the quadratic and the cosine, 1/s² for the Gaussian.
    const curvature = interaction.type === "pairs" ? 1 / (interaction.scale * interaction.scale) : 1;
    return most + Math.abs(interaction.strength) * curvature;
  }
}

function slopeSquares({ neuron, data }: Problem, theta: Grid): Float64Array {
  const out = new Float64Array(neuron === null ? 0 : data.size * theta.size);
  if (neuron === null) return out;
  const x = new Float64Array(data.inputs);
  const slopes = new Float64Array(theta.axes.length);
  for (let i = 0; i < data.size; i++) {
    for (let k = 0; k < data.inputs; k++) x[k] = data.x[k * data.size + i];
    for (let at = 0; at < theta.size; at++) {
      const point = Float64Array.from(
        theta.axes,
        ({ centres, cells }, k) => centres[Math.floor(at / theta.strides[k]) % cells],
      );
      neuronGradient(neuron, point, x, slopes);
      for (const slope of slopes) out[i * theta.size + at] += slope * slope;
    }
  }
  return out;
}

/** ∂_k by central differences, one-sided at a face. */
function slopeAt(theta: Grid, values: Float64Array, k: number, at: number): number {
  const stride = theta.strides[k];
  const { cells, periodic, spacing } = theta.axes[k];
  const i = Math.floor(at / stride) % cells;
  const wrap = (j: number) => (periodic ? (j + cells) % cells : Math.max(0, Math.min(cells - 1, j)));
  const [before, after] = [wrap(i - 1), wrap(i + 1)];
  const distance = periodic ? 2 : after - before;
  return (values[at + (after - i) * stride] - values[at + (before - i) * stride]) / (distance * spacing);
}
