// The dynamics of a file, before it is complete: what it asks of the problem, and what solvers ask of it.

import type { Breach } from "../base/breach.ts";
import { isOwnMark } from "../base/own.ts";
import type { Dynamics, Unknowns } from "../dynamics/dynamics.ts";
import { dynamicsOf } from "../dynamics/kinds.ts";
import { type Motion, motionOf } from "../dynamics/motion.ts";
import { blocksOf, isPerceptron, thetaText } from "./layout.ts";
import { NO_FUNCTIONS, type OwnFunctions } from "./own-functions.ts";
import type { Shape } from "./shape.ts";

type DynamicsShape = Shape["dynamics"];

/** The dynamics that a spec names. */
export function buildDynamics(spec: DynamicsShape, own: OwnFunctions = NO_FUNCTIONS): Dynamics {
  const { kind, ...keys } = withFunctions(spec, "dynamics", own) as DynamicsShape;
  return dynamicsOf(kind).make(keys as never);
}

/** A spec with functions in the place of their marks, at any depth. */
export function withFunctions(spec: unknown, key: string, own: OwnFunctions): unknown {
  if (isOwnMark(spec)) return own(spec, key);
  if (typeof spec !== "object" || spec === null || Array.isArray(spec)) return spec;
  return Object.fromEntries(
    Object.entries(spec).map(([name, value]) => [name, withFunctions(value, `${key}.${name}`, own)]),
  );
}

/** What the keys of the dynamics must agree on. */
export function dynamicsBreaches({ dynamics, problem }: Shape): Breach[] {
  const { kind, ...keys } = dynamics;
  const breaches = dynamicsOf(kind).breaches?.(keys as never) ?? [];
  return breaches.length > 0 ? breaches : withoutFunctions(dynamics).breaches(unknownsIn(problem));
}

/** What solvers ask of the dynamics; null where its keys do not agree. */
export function motionIn({ dynamics, problem }: Shape): Motion | null {
  const { kind, ...keys } = dynamics;
  const breaches = dynamicsOf(kind).breaches?.(keys as never) ?? [];
  return breaches.length > 0 ? null : motionOf(withoutFunctions(dynamics), problem);
}

/** The dynamics with functions that nobody calls: nothing here asks for their values. */
function withoutFunctions(dynamics: DynamicsShape): Dynamics {
  return buildDynamics(dynamics, () => (() => Number.NaN) as never);
}

function unknownsIn({ temperature, neuron }: Shape["problem"]): Unknowns {
  if (neuron === undefined) {
    return { temperature, blocks: ["custom"], noBlock: "without a neuron θ has no blocks" };
  }
  if (!isPerceptron(neuron)) {
    return { temperature, blocks: ["custom"], noBlock: "a neuron of your own has no blocks a, w, b" };
  }
  return { temperature, blocks: blocksOf(neuron), noBlock: `it is no part of ${thetaText(neuron)}` };
}
