// H alone has plateaus: its dissipation γ∫Y²dμ, Y = ω + τ∂_ω log μ, vanishes on every ρ ⊗ N(0, τ). With X = ∂_θ(Φ[ρ] + τ log μ),
//   ℰ = H − H* + β∫(Y + X/√Λ)² dμ,   dℰ/dt ≤ −√Λ(2βx² + (γ̂ − 2β + 2βγ̂)y² − 2β(1 + ν/Λ + γ̂)xy),
// x² = ∫X²dμ/Λ, y² = ∫Y²dμ, γ̂ = γ/√Λ, falls strictly where −ν ≤ ∂²_θΦ ≤ Λ − S, S the bound of the mean-field term below. A twisted
// Fisher information, after Villani (2009) and Chen, Lin, Ren, Wang (2023).

import { exp, log } from "../../base/elementary.ts";
import { inputError } from "../../base/errors.ts";
import type { KineticDynamics } from "../../dynamics/dynamics.ts";
import { Fourier } from "../../grid/fourier.ts";
import type { Grid } from "../../grid/grid.ts";
import type { InitialLaw } from "../../problem/law.ts";
import type { Problem } from "../../problem/problem.ts";
import { GridField } from "../field.ts";
import { stationary } from "../stationary.ts";
import { Force } from "./force.ts";
import { eachBlock, gather, LANES, scatter } from "./lines.ts";
import { positionGrid, positionMarginal } from "./phase.ts";

/**
 * Proof, for any p. Along the equation, with g = log(μ/μ̂), μ̂ ∝ e^(−(Φ[ρ] + |ω|²/2)/τ), X = τ∇_θg, Y = τ∇_ωg (integrals against μ):
 *   d/dt ∫|Y|²  = −2γτ∫|∇_ωY|²     − 2∫X·Y − 2γ∫|Y|²
 *   d/dt ∫X·Y   = −2γτ∫∇_ωX:∇_ωY   − ∫|X|² − γ∫X·Y + ∫Y·BY
 *   d/dt ∫|X|²  = −2γτ∫|∇_ωX|²     + 2∫X·BY,        (BY)(θ, ω) = ∇²Φ(θ)Y + ∫∇∇′Φ′(θ, θ′) Y dμ(θ′, ω′),
 * the second term of B being ∇∂_tΦ, as ∫τ∇_ωμ dω = 0. B is symmetric in L²(μ), and −ν ≤ B ≤ Λ: that term is
 * Σ_i q_iℓ″(c_i)∇ψ_i ⊗ ∇ψ_i, not negative, and S = sup_θ Σ_i q_iℓ″(c_i)|∇ψ_i(θ)|² at most.
 * With dH/dt = −γ∫|Y|², and a = β, b = β/√Λ, c = β/Λ before |Y|², 2X·Y, |X|²,
 *   −dℰ/dt ≥ 2b∫|X|² + (γ + 2aγ)∫|Y|² − 2b∫Y·BY + 2∫X·(a + bγ − cB)Y,
 * the second derivatives left out being a square, as b² = ac. ∫Y·BY ≤ Λ∫|Y|² and |a + bγ − cB| ≤ a(1 + ν/Λ) + bγ give the bound
 * above, whose cross term takes s = ¾ of both squares (s² is SHARE) by the choice of β: β(1 + ν/Λ + γ̂)² = 2s²(γ̂ − 2β + 2βγ̂).
 *
 * Hypotheses, in full: τ > 0, constant γ > 0, no W, R convex with ℓ of class C^{1,1} (with Huber's the identities hold at almost every
 * t), ψ of class C¹ with bounded and Lipschitz ∇ψ, ∫e^(−V/τ) < ∞ or the torus, ∫|X|² + |Y|² dμ < ∞ at t = 0; −ν ≤ ∇²Φ[μ_t] ≤ Λ − S along the
 * run. The last is checked where ℰ is asked for, on the cells that hold all but 1e-12 of the mass: what the others contribute
 * is not in the bound. If besides the μ̂_t satisfy a logarithmic Sobolev inequality with one constant α for all t, KL ≤ I/2α, then H − H* ≤ τKL(μ|μ̂) and dℰ/dt ≤ −κℰ, κ = m/(1/(2ατ) + 2β max(1, 1/Λ)), m the lesser of
 * β/2√Λ and √Λ(γ̂ − 2β + 2βγ̂)/4.
 */
export interface Constants {
  readonly friction: number;
  /** Λ */
  readonly stiffness: number;
  /** ν */
  readonly concavity: number;
  readonly beta: number;
}

/** s². In a harmonic well at γ̂ = ½ ℰ of a shifted equilibrium then falls at a constant rate. */
const SHARE = 0.75 ** 2;

/** The constants of ℰ for a friction γ > 0, a stiffness Λ > 0 and a concavity ν ≥ 0: the rule of the proof. */
export function hypocoerciveConstants(friction: number, stiffness: number, concavity: number): Constants {
  if (!(friction > 0) || !(stiffness > 0) || !Number.isFinite(friction * (stiffness + concavity))) {
    throw inputError(
      "hypocoercive",
      `found friction ${friction} and stiffness ${stiffness}; allowed: finite numbers > 0`,
    );
  }
  const relative = friction / Math.sqrt(stiffness);
  const cross = 1 + concavity / stiffness + relative;
  const beta = (2 * SHARE * relative) / (cross * cross + 4 * SHARE * (1 - relative));
  return { friction, stiffness, concavity, beta };
}

/** What −dℰ/dt is at least, from ∫X²dμ and ∫Y²dμ. */
export function declineOf(constants: Constants, position: number, momentum: number): number {
  const { friction, stiffness, concavity, beta } = constants;
  const root = Math.sqrt(stiffness);
  const relative = friction / root;
  const square = position / stiffness;
  const cross = 2 * beta * (1 + concavity / stiffness + relative) * Math.sqrt(square * momentum);
  return root * (2 * beta * square + (relative - 2 * beta + 2 * beta * relative) * momentum - cross);
}

/** Whether ℰ is defined and proved to fall, as far as problem, motion and start tell; p = 1. Of a custom ψ nothing is known. */
export function hypocoercive(
  problem: Problem,
  { friction }: KineticDynamics,
  { position }: InitialLaw,
): boolean {
  const { temperature, dimension, interaction, domain, potential, neuron } = problem;
  const rests = temperature > 0 && interaction === null && (domain === "torus" || potential.confining);
  const damped = friction.nesterov === null && friction.at(0) > 0;
  // A kink in ψ has no curvature, a box no finite ∫X²dμ.
  const smooth = neuron === null || (neuron.kind === "perceptron" && neuron.activation.smoothness >= 1);
  return dimension === 1 && rests && damped && smooth && position.kind === "gaussian";
}

export interface Hypocoercive {
  /** ℰ */
  readonly value: number;
  /** H − H* */
  readonly excess: number;
  /** What −dℰ/dt is at least; NaN where the curvature is not within [−ν, Λ]. */
  readonly decline: number;
}

/** Λ and ν are those of the first and the last density, and this share of Λ more for what lies between. */
const MARGIN = 0.1;
/** Cells that hold less mass than this all together do not count for the curvature. */
const NEGLIGIBLE = 1e-12;

/**
 * Reads ℰ off densities of phase space. X√μ = 2τ∂_θ√μ + √μ∂_θΦ and Y√μ = 2τ∂_ω√μ + ω√μ, derivatives by Fourier: squares, no
 * division by μ and no cancellation. Rounding noise ε in μ adds at most 4τ²ε(π/Δ)² times the volume (as `fisherOf`'s), and cells
 * with μ < 0 count as 0. Spectral where √μ is smooth and vanishes at the faces. H* is the least H of all densities of the
 * grid: ℰ ≥ 0 but for round-off. Cost: two transforms of the density.
 */
export class HypocoerciveFunctional {
  readonly constants: Constants;
  private readonly temperature: number;
  private readonly phase: Grid;
  private readonly least: number;
  private readonly force: Force;
  private readonly rho: Float64Array;
  private readonly coupling: Float64Array;

  /**
   * For a run from `start`. Errors: the same as those of `stationary` with that leak, and a Φ without curvature (input).
   */
  constructor(options: {
    problem: Problem;
    dynamics: KineticDynamics;
    phase: Grid;
    start: Float64Array;
    leak?: number;
    /** Of that problem on the axes of θ, where one is there already; between two observations it may be used elsewhere. */
    force?: Force;
  }) {
    const { problem, dynamics, phase, start, leak } = options;
    this.force = options.force ?? new Force(new GridField(problem, positionGrid(phase)));
    const { field } = this.force;
    const theta = field.grid;
    const equilibrium = stationary(field, leak === undefined ? {} : { leak });
    this.temperature = problem.temperature;
    this.phase = phase;
    this.least = equilibrium.freeEnergy + momentumFreeEnergy(phase, problem.temperature);
    this.rho = new Float64Array(theta.size);
    this.coupling = new Float64Array(theta.size);
    positionMarginal(phase, start, this.rho);
    const [first, last] = [this.curvature(this.rho), this.curvature(equilibrium.density)];
    const concavity = Math.max(0, first.concavity, last.concavity);
    const stiffness = Math.max(first.stiffness, last.stiffness, concavity);
    this.constants = hypocoerciveConstants(
      dynamics.friction.at(0),
      (1 + MARGIN) * stiffness,
      concavity + MARGIN * stiffness,
    );
  }

  /** Of a density whose H is known. */
  observe(density: Float64Array, hamiltonian: number): Hypocoercive {
    const { phase, rho, constants, temperature, force } = this;
    positionMarginal(phase, density, rho);
    const { stiffness, concavity } = this.curvature(rho);
    const within = stiffness <= constants.stiffness && concavity <= constants.concavity;
    const root = new Float64Array(density.length);
    for (let at = 0; at < root.length; at++) root[at] = density[at] > 0 ? Math.sqrt(density[at]) : 0;
    const X = derivative(phase, root, 0);
    const Y = derivative(phase, root, 1);
    const { centres, cells } = phase.axes[1];
    let [position, momentum, cross] = [0, 0, 0];
    for (let i = 0; i < rho.length; i++) {
      const slope = force.gradient[0][i];
      for (let j = 0; j < cells; j++) {
        const at = i * cells + j;
        const x = 2 * temperature * X[at] + slope * root[at];
        const y = 2 * temperature * Y[at] + centres[j] * root[at];
        position += x * x;
        momentum += y * y;
        cross += x * y;
      }
    }
    position *= phase.volume;
    momentum *= phase.volume;
    cross *= phase.volume;
    const excess = hamiltonian - this.least;
    const { beta, stiffness: most } = constants;
    return {
      value: excess + beta * (momentum + (2 * cross) / Math.sqrt(most) + position / most),
      excess,
      decline: within ? declineOf(constants, position, momentum) : Number.NaN,
    };
  }

  /**
   * max ∂²Φ + S and −min ∂²Φ over the cells that hold mass, ∂²Φ by central differences of ∂Φ (order 2). The force is that of ρ
   * afterwards.
   */
  private curvature(rho: Float64Array): { stiffness: number; concavity: number } {
    const { force, coupling, phase } = this;
    const { cells, periodic, spacing } = phase.axes[0];
    force.update(rho);
    force.coupling(coupling);
    const slope = force.gradient[0];
    const enough = NEGLIGIBLE / (spacing * cells);
    let [most, least, strongest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
    for (let i = 0; i < cells; i++) {
      if (rho[i] <= enough) continue;
      const before = i > 0 ? i - 1 : periodic ? cells - 1 : 0;
      const after = i < cells - 1 ? i + 1 : periodic ? 0 : cells - 1;
      const distance = periodic ? 2 : after - before;
      const second = (slope[after] - slope[before]) / (distance * spacing);
      most = Math.max(most, second);
      least = Math.min(least, second);
      strongest = Math.max(strongest, coupling[i]);
    }
    return { stiffness: most + strongest, concavity: -least };
  }
}

/** The least of ½∫ω² + τ∫log over the densities of ω on those cells: −τ log Σ_j e^(−ω_j²/2τ)Δ. */
function momentumFreeEnergy(phase: Grid, temperature: number): number {
  const { centres, spacing } = phase.axes[1];
  const total = centres.reduce((sum, omega) => sum + exp((-0.5 * omega * omega) / temperature), 0);
  return -temperature * log(total * spacing);
}

/** ∂ along one axis by Fourier, the sawtooth to 0; an odd number of cells is padded by an empty one. */
function derivative(phase: Grid, values: Float64Array, axis: number): Float64Array {
  const { cells, spacing } = phase.axes[axis];
  const length = cells + (cells % 2);
  const waves = Float64Array.from({ length }, (_, k) => {
    const signed = 2 * k < length ? k : 2 * k === length ? 0 : k - length;
    return (2 * Math.PI * signed) / (length * spacing);
  });
  const fourier = new Fourier(length);
  const lines = new Float64Array(LANES * cells);
  const pair = new Float64Array(2 * length);
  const spectrum = new Float64Array(2 * length);
  const slopes = new Float64Array(2 * length);
  const out = new Float64Array(values.length);
  eachBlock(phase, axis, (block) => {
    gather(values, block, cells, lines);
    for (let lane = 0; lane < block.lanes; lane += 2) {
      // Two lines as one complex one, the last alone beside zeros.
      const [first, second] = [lane * cells, (lane + 1) * cells];
      if (lane + 1 === block.lanes) lines.fill(0, second, second + cells);
      for (let i = 0; i < cells; i++) {
        pair[2 * i] = lines[first + i];
        pair[2 * i + 1] = lines[second + i];
      }
      fourier.transform(spectrum, pair);
      for (let k = 0; k < length; k++) {
        const re = spectrum[2 * k];
        spectrum[2 * k] = -waves[k] * spectrum[2 * k + 1];
        spectrum[2 * k + 1] = waves[k] * re;
      }
      fourier.inverse(slopes, spectrum);
      for (let i = 0; i < cells; i++) {
        lines[first + i] = slopes[2 * i];
        lines[second + i] = slopes[2 * i + 1];
      }
    }
    scatter(lines, block, cells, out);
  });
  return out;
}
