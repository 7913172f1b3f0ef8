// The dynamics of a file, before it is complete: what it asks of the problem, and what solvers ask of it.

import type { Breach } from "../base/breach.ts";
import { isOwnMark } from "../base/own.ts";
import { type Dynamics, type Unknowns, unknownsOf } from "../dynamics/dynamics.ts";
import { dynamicsOf } from "../dynamics/kinds.ts";
import { type Motion, motionOf } from "../dynamics/motion.ts";
import { blocksOf } from "./neurons/list.ts";
import { NO_FUNCTIONS, type OwnFunctions } from "./own-functions.ts";
import type { Shape } from "./shape.ts";

type DynamicsShape = Shape["dynamics"];

/** The dynamics that a spec names. */
export function buildDynamics(spec: DynamicsShape, functions: OwnFunctions = NO_FUNCTIONS): Dynamics {
  const { kind, ...keys } = withFunctions(spec, "dynamics", functions) as DynamicsShape;
  return dynamicsOf(kind).make(keys as never);
}

/** A spec with functions in the place of their marks, at any depth. */
export function withFunctions(spec: unknown, key: string, functions: OwnFunctions): unknown {
  if (isOwnMark(spec)) return functions(spec, key);
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) return spec;
  return Object.fromEntries(
    Object.entries(spec).map(([name, value]) => [name, withFunctions(value, `${key}.${name}`, functions)]),
  );
}

/** The dynamics of a file. */
export interface DynamicsIn {
  readonly unknowns: Unknowns;
  /** What its keys must agree on, and what it does not allow of the problem. */
  readonly breaches: readonly Breach[];
  /** What solvers ask of it. */
  readonly motion: Motion;
}

export function dynamicsIn({ dynamics, problem }: Pick<Shape, "dynamics" | "problem">): DynamicsIn {
  const { kind, ...keys } = dynamics;
  const { breaches, sound } = dynamicsOf(kind);
  const ofKeys = breaches?.(keys as never) ?? [];
  const stated = ofKeys.length === 0 ? dynamics : ({ kind, ...keys, ...sound } as DynamicsShape);
  // Functions that nobody calls: nothing here asks for their values.
  const built = buildDynamics(stated, () => (() => Number.NaN) as never);
  const { domain, temperature, neuron } = problem;
  const named = blocksOf(neuron).map(({ name }) => name);
  const blocks = named.length > 0 ? named : (["custom"] as const);
  const unknowns = unknownsOf({ domain, temperature, blocks, neuron: neuron ?? null });
  return {
    unknowns,
    breaches: [...ofKeys, ...built.breaches(unknowns)],
    motion: motionOf(built, problem),
  };
}
