// H alone has plateaus: its dissipation γ∫Y²dμ, Y = ω + τ∂_ω log μ, vanishes on every ρ ⊗ N(0, τ). With X = ∂_θ(Φ[ρ] + τ log μ),
//   ℰ = H − H* + β∫(Y + X/√Λ)² dμ,   dℰ/dt ≤ −√Λ(2βx² + (γ̂ − 2β + 2βγ̂)y² − 2β(1 + ν/Λ + γ̂)xy),
// x² = ∫X²dμ/Λ, y² = ∫Y²dμ, γ̂ = γ/√Λ, falls strictly where −ν ≤ ∂²_θΦ ≤ Λ − S, S the bound of the mean-field term below. A twisted
// Fisher information, after Villani (2009) and Chen, Lin, Ren, Wang (2023).

import { inputError } from "../../base/errors.ts";
import type { KineticDynamics } from "../../dynamics/dynamics.ts";
import { givePanel } from "../../grid/panel.ts";
import { smoothnessOf } from "../../problem/feature.ts";
import type { InitialLaw } from "../../problem/law.ts";
import type { Problem } from "../../problem/problem.ts";
import { type Excess, excessAbove, hasExcess } from "../equilibrium/excess.ts";
import { GridField } from "../field/field.ts";
import { positionGrid, positionMarginal } from "../field/phase.ts";
import { forceOf } from "./force.ts";
import { eachScore } from "./score.ts";
import type { KineticOptions } from "./step.ts";

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
  const { dimension, neuron } = problem;
  const damped = friction.nesterov === null && friction.at(0) > 0;
  // A kink in ψ has no curvature, a box no finite ∫X²dμ.
  const smooth = smoothnessOf(neuron) >= 1;
  return dimension === 1 && hasExcess(problem) && damped && smooth && position.kind === "gaussian";
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

export type HypocoerciveFunctional = ReturnType<typeof hypocoerciveFunctional>;

/**
 * Reads ℰ off densities of phase space: H − H* without a difference of energies (excess.ts), and X√μ, Y√μ as score.ts has them, so that
 * ℰ ≥ 0 falls as far as they do. Cost: four transforms of the density, and a log and two exp a cell.
 * For a run from `start`. Errors: those of `excessAbove`, and a Φ without curvature (input).
 */
export function hypocoerciveFunctional(
  options: Pick<KineticOptions, "problem" | "dynamics" | "phase" | "force"> & {
    start: Float64Array;
    /** Of that problem on that phase space, where one is there already. */
    excess?: Excess;
  },
) {
  const { problem, dynamics, phase, start } = options;
  const force = options.force ?? forceOf(new GridField(problem, positionGrid(phase)));
  const { field } = force;
  const excess = options.excess ?? excessAbove(field, { phase });
  const rho = new Float64Array(field.grid.size);
  const coupling = new Float64Array(field.grid.size);
  positionMarginal(phase, start, rho);
  const [first, last] = [curvature(rho), curvature(excess.equilibrium)];
  const concavity = Math.max(0, first.concavity, last.concavity);
  const stiffness = Math.max(first.stiffness, last.stiffness, concavity);
  const constants = hypocoerciveConstants(
    dynamics.friction.at(0),
    (1 + MARGIN) * stiffness,
    concavity + MARGIN * stiffness,
  );

  function scores(density: Float64Array, axis: number, drift: Float64Array): Float64Array {
    const out = new Float64Array(density.length);
    const { cells } = phase.axes[axis];
    eachScore(phase, density, axis, problem.temperature, drift, (panel, lines) =>
      givePanel(lines, panel, cells, out),
    );
    return out;
  }

  /**
   * max ∂²Φ + S and −min ∂²Φ over the cells that hold mass, ∂²Φ by central differences of ∂Φ (order 2). The force is that of ρ
   * afterwards.
   */
  function curvature(marginal: Float64Array): { stiffness: number; concavity: number } {
    const { cells, periodic, spacing } = phase.axes[0];
    force.update(marginal);
    force.coupling(coupling);
    const slope = force.gradient[0];
    const enough = NEGLIGIBLE / (spacing * cells);
    let [most, least, strongest] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 0];
    for (let i = 0; i < cells; i++) {
      if (marginal[i] <= enough) continue;
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

  return {
    constants,
    observe(density: Float64Array): Hypocoercive {
      positionMarginal(phase, density, rho);
      const now = curvature(rho);
      const within = now.stiffness <= constants.stiffness && now.concavity <= constants.concavity;
      const X = scores(density, 0, force.gradient[0]);
      const Y = scores(density, 1, phase.axes[1].centres);
      const root = Math.sqrt(constants.stiffness);
      let [position, momentum, twisted] = [0, 0, 0];
      for (let at = 0; at < X.length; at++) {
        const [x, y] = [X[at], Y[at]];
        position += x * x;
        momentum += y * y;
        twisted += (y + x / root) * (y + x / root);
      }
      const above = excess.of(density);
      return {
        value: above + constants.beta * phase.volume * twisted,
        excess: above,
        decline: within ? declineOf(constants, phase.volume * position, phase.volume * momentum) : Number.NaN,
      };
    },
  };
}
