// How μ moves: ∂_tμ = ∇·(D(μ∇Φ + τ∇μ)) in parameter space (first order), or with momenta the kinetic equation
// ∂_tμ + ω·∇_θμ − ∇_θΦ·∇_ωμ = γ∇_ω·(ωμ + τ∇_ωμ) (second order). No discretisation here (THEORY §2).
// D is diagonal, one mobility per coordinate of θ; the noise, √(2τD) or √(2γτ), follows from τ and is never entered.

import { inputError } from "../base/errors.ts";
import { requireKeys, requireMade, showValue } from "../base/keys.ts";
import type { Source } from "../base/sources.ts";
import type { Block } from "../problem/neuron.ts";
import type { Problem } from "../problem/problem.ts";

/** The functional that decreases along a dynamics, with its identity. */
export interface Lyapunov {
  readonly name: "energy" | "free energy" | "hamiltonian";
  readonly formula: string;
  readonly identity: string;
}

interface DynamicsBase {
  /** What a neuron follows. */
  readonly neuronEquation: string;
  /** What the density follows as N → ∞. */
  readonly densityEquation: string;
  readonly sources: readonly Source[];
  /** Depends on τ: with noise the entropy enters. */
  lyapunov(temperature: number): Lyapunov;
}

export interface FirstOrderDynamics extends DynamicsBase {
  readonly order: "first";
  readonly kind: "gradient-flow" | "langevin" | "annealed-langevin" | "two-timescale" | "birth-death";
  /** κ of birth–death; 0 without. */
  readonly rate: number;
  /** A temperature of its own, in the place of the problem's; null without. */
  readonly annealing: Temperature | null;
  /** D by coordinate of θ; 0 where a block is frozen. */
  mobility(problem: Problem): Float64Array;
}

export interface KineticDynamics extends DynamicsBase {
  readonly order: "second";
  readonly kind: "kinetic";
  readonly friction: Friction;
}

export type Dynamics = FirstOrderDynamics | KineticDynamics;

/** τ as a function of time. */
export interface Temperature {
  readonly formula: string;
  /** Whether it is the same at all times. */
  readonly constant: boolean;
  at(t: number): number;
  /** τ̇ */
  slope(t: number): number;
}

/** The same τ at all times. */
export function constantTemperature(temperature: number): Temperature {
  return { formula: `${temperature}`, constant: true, at: () => temperature, slope: () => 0 };
}

/** The temperature that a dynamics moves at: its own where it has one, else the problem's. */
export function temperatureOf(problem: Problem, dynamics: Dynamics): Temperature {
  const own = dynamics.order === "first" ? dynamics.annealing : null;
  return own ?? constantTemperature(problem.temperature);
}

/** Whether there is noise: τ > 0 at every time, or at none. */
export function isNoisy(problem: Problem, dynamics: Dynamics): boolean {
  return problem.temperature > 0 || (dynamics.order === "first" && dynamics.annealing !== null);
}

/** Whether neurons are born and die. */
export function hasJumps(dynamics: Dynamics): boolean {
  return dynamics.order === "first" && dynamics.rate > 0;
}

/** γ(t), by what integrators need of it. */
export interface Friction {
  readonly formula: string;
  /** Nesterov's γ = r/(t + from), else null: the friction is constant. */
  readonly nesterov: { readonly r: number; readonly from: number } | null;
  /** γ(t); infinite at t = 0 for Nesterov's friction from 0. */
  at(t: number): number;
  /** exp(−∫_t^{t+h} γ): what free momenta keep of themselves over [t, t + h]. */
  damping(t: number, h: number): number;
}

/** Refuses what no function of the dynamics has made. */
export function requireDynamics(found: Dynamics): void {
  requireMade(
    "dynamics",
    found,
    ["order", "kind", "lyapunov"],
    "gradientFlow, langevin, kinetic and their like",
  );
}

/** D by block of θ; 1 where it is left out, 0 freezes the block. */
export type Mobility = Partial<Record<"a" | "w" | "b", number>>;

/** The mobility among the options of a dynamics. Errors (input): no mapping, an unknown block. */
export function mobilityOf({ mobility = {} }: { mobility?: Mobility }): Mobility {
  requireKeys("dynamics.mobility", mobility, ["a", "w", "b"]);
  return mobility;
}

/** D = 1 unless its block is given another value. `mayRest`: all of them may be 0, as something else than transport moves μ. */
export function blockMobility(problem: Problem, mobility: Mobility, mayRest = false): Float64Array {
  for (const [block, value] of Object.entries(mobility)) {
    if (typeof value !== "number" || !(value >= 0) || !Number.isFinite(value)) {
      throw inputError(`dynamics.mobility.${block}`, `found ${showValue(value)}; allowed: a number >= 0`);
    }
    if (!problem.blocks.includes(block as Block)) {
      throw inputError(`dynamics.mobility.${block}`, `θ = (${problem.names.join(", ")}) has no such block`);
    }
  }
  const own = Float64Array.from(problem.blocks, (block) => (block === "custom" ? 1 : (mobility[block] ?? 1)));
  if (!mayRest && own.every((value) => value === 0)) {
    throw inputError(
      "dynamics.mobility",
      `found ${showValue(mobility)}; allowed: a number > 0 for one block at least: nothing would move`,
    );
  }
  return own;
}

/** Throws where a noiseless dynamics meets τ > 0. */
export function requireNoNoise(kind: string, problem: Problem, advice: string): void {
  if (problem.temperature > 0) {
    throw inputError(
      "problem.temperature",
      `found ${problem.temperature}; ${kind} has no noise, so τ must be 0. ${advice}`,
    );
  }
}
