// The record of an integrator: what is particular to one stands in its own file, and integrators.ts lists them. What the experiment file may say, its
// defaults and checks, stable steps, citations and descriptions are read from it.

import type { Breach } from "../base/breach.ts";
import type { Source } from "../base/sources.ts";
import type { Friction } from "../dynamics/dynamics.ts";
import type { Need } from "../dynamics/motion.ts";
import type { Integrator, ParticleSystem } from "./system.ts";

/** A number that a method asks for besides friction and step. */
export type Setting = {
  readonly description: string;
  /** It, as the method's name is followed by it: `order 1`. */
  label(value: number): string;
} & (
  | { /** The default first. */ readonly values: readonly number[] }
  | { /** Needed, and strictly between them. */ readonly between: readonly [low: number, high: number] }
);

type Settings = Readonly<Record<string, Setting>>;

/** Their values, defaults filled. */
export type ValuesOf<Some extends Settings> = {
  readonly [Key in keyof Some]: Some[Key] extends { values: readonly (infer Value)[] } ? Value : number;
};

/** sΛ of a momentum iteration, and what it must stay below. */
export interface MomentumBound {
  readonly value: number;
  readonly most: number;
  readonly formula: string;
}

export interface Method<Name extends string = string, Some extends Settings = Settings> {
  readonly name: Name;
  readonly sources: readonly Source[];
  readonly needs: readonly Need[];
  /** Default: none. */
  readonly settings?: Some;
  /** Gradients of a step, each ∇Φ at all neurons; default: 1. */
  readonly gradients?: number;
  /** Whether a neuron's state holds `history` rows for it; default: no. */
  readonly history?: boolean;
  /** Whether a step asks for ∇Φ elsewhere before it does at the neurons as it finds them, so that to observe them between steps costs more; default: no. */
  readonly looksAhead?: boolean;
  /** What its window for momenta has against a friction and a step. */
  breach?(friction: Friction, step: number, values: ValuesOf<Some>): Breach | null;
  /** The integrator with step h, of a system that meets its needs. */
  make(system: ParticleSystem, h: number, values: ValuesOf<Some>): Integrator;
  /**
   * The step below which it is stable on modes θ̈ + γθ̇ + λθ = 0 (without momenta θ̇ = −λθ), 0 < λ ≤ `curvature`; friction that changes counts
   * as it is at the start.
   */
  stableStep(curvature: number, friction: Friction | null, values: ValuesOf<Some>): number;
  /** Of a momentum iteration: the inequality behind its largest step, at step h. */
  bound?(curvature: number, friction: Friction, h: number, values: ValuesOf<Some>): MomentumBound;
  /** Of a momentum iteration: what friction and step make of it, in words. */
  iteration?(friction: Friction, h: number, values: ValuesOf<Some>): string;
}

/** The record, its name and settings typed as they are written. */
export function method<const Name extends string, const Some extends Settings = Record<never, Setting>>(
  record: Method<Name, Some>,
): Method<Name, Some> {
  return record;
}
