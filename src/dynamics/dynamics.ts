// How μ moves: ∂_tμ = ∇·(D(μ∇Φ + τ∇μ)) in parameter space (first order), or with momenta the kinetic equation
// ∂_tμ + ω·∇_θμ − ∇_θΦ·∇_ωμ = γ∇_ω·(ωμ + τ∇_ωμ) (second order). No discretisation here (docs/theory.md §2.1).
// D is diagonal, one mobility per coordinate of θ; the noise, √(2τD) or √(2γτ), follows from τ and is never entered.

import type { Breach } from "../base/breach.ts";
import type { Path } from "../base/errors.ts";
import { requireMade } from "../base/keys.ts";
import type { Source } from "../base/sources.ts";
import { type Block, noBlockText } from "../problem/neuron.ts";
import type { Domain, Problem } from "../problem/problem.ts";

/** D by block of θ: how fast it moves; 1 where it is left out, 0 freezes the block. */
export type Mobility = Partial<Record<"a" | "w" | "b", number>>;

/** Of a first-order dynamics: whether D = 1, and the key that says so or otherwise. */
export interface Metric {
  readonly plain: boolean;
  readonly key: Path;
  readonly found: unknown;
}

/** What a dynamics asks of a problem: its temperature, where θ lives, and what it consists of. */
export interface Unknowns {
  readonly domain: Domain;
  readonly temperature: number;
  readonly blocks: readonly Block[];
  /** Why θ lacks a block, after "nothing: ". */
  readonly noBlock: string;
}

/** The same of a problem. */
export function unknownsOf({
  domain,
  temperature,
  blocks,
  neuron,
}: {
  readonly domain: Domain;
  readonly temperature: number;
  readonly blocks: readonly Block[];
  readonly neuron: { readonly inputs: number } | null;
}): Unknowns {
  return { domain, temperature, blocks, noBlock: noBlockText(neuron, blocks) };
}

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
  /** What it does not allow of a problem. */
  breaches(problem: Unknowns): Breach[];
}

/** What a dynamics asks of a solver that not all of them serve. */
export interface Trait {
  /** In a word, as "walls". */
  readonly name: string;
  /** What to do where a solver does not serve it. */
  readonly elsewhere: string;
}

export interface FirstOrderDynamics extends DynamicsBase {
  readonly order: "first";
  /** As the experiment file calls it. */
  readonly kind: string;
  /** Whether √(2τD) dW is a part of the equation of θ, be τ 0 or not. */
  readonly diffusive: boolean;
  /** Births and deaths, at rate κ. */
  readonly jumps?: { readonly rate: number };
  /** A temperature of its own, in the place of the problem's. */
  readonly temperature?: Temperature;
  /** What else it asks of a solver: whoever does not serve one of these refuses it. */
  readonly traits?: readonly Trait[];
  /** The metric that it moves in: plain where D = 1, else by what key it is not. */
  readonly metric: Metric;
  /** D by coordinate of θ; 0 where a block is frozen. Errors (input): the first of its breaches. */
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
export function temperatureOf(problem: { readonly temperature: number }, dynamics: Dynamics): Temperature {
  const annealed = dynamics.order === "first" ? dynamics.temperature : undefined;
  return annealed ?? constantTemperature(problem.temperature);
}

/** Whether there is noise: τ > 0 at every time, or at none. */
export function isNoisy(problem: { readonly temperature: number }, dynamics: Dynamics): boolean {
  return problem.temperature > 0 || (dynamics.order === "first" && dynamics.temperature !== undefined);
}

/** κ of births and deaths; 0 without. */
export function jumpRate(dynamics: Dynamics): number {
  return dynamics.order === "first" ? (dynamics.jumps?.rate ?? 0) : 0;
}

/** Whether neurons are born and die. */
export function hasJumps(dynamics: Dynamics): boolean {
  return jumpRate(dynamics) > 0;
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
    ["order", "kind", "lyapunov", "breaches"],
    "gradientFlow, langevin, kinetic and their like",
  );
}
