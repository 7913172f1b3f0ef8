// The record of a dynamics: what is particular to one stands in its own file, and kinds.ts lists them. What the experiment file may say of it, and what
// it needs of a problem, are read from it.

import type * as z from "zod";
import type { Breach } from "../base/breach.ts";
import type { Shapes } from "../base/shapes.ts";
import type { Dynamics } from "./dynamics.ts";

export interface DynamicsRecord<
  Kind extends string = string,
  Keys extends z.core.$ZodLooseShape = z.core.$ZodLooseShape,
> {
  readonly kind: Kind;
  /** The equation, and what it asks for. */
  readonly description: string;
  /** Its keys in the experiment file. */
  shape(shapes: Shapes): Keys;
  /** What its own keys must agree on. */
  breaches?(spec: z.output<z.ZodObject<Keys>>): Breach[];
  /** Keys to look at in the place of those that do not: what solvers ask of the dynamics is the same. */
  readonly sound?: object;
  /** The dynamics that the keys state, functions in the place of their marks; or from the recipe (base/recipe.ts) of one that the library made. */
  make(spec: never): Dynamics;
}

/** The record, its kind and keys typed as they are written. */
export function dynamicsRecord<const Kind extends string, Keys extends z.core.$ZodLooseShape>(
  record: DynamicsRecord<Kind, Keys>,
): DynamicsRecord<Kind, Keys> {
  return record;
}
