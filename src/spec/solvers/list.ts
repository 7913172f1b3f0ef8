// The solvers that the experiment file may name.

import type * as z from "zod";
import { inputError } from "../../base/errors.ts";
import { foundAllowed, showValue } from "../../base/keys.ts";
import type { SolverForm, SolverHolding } from "./form.ts";
import { GRID } from "./grid.ts";
import { JKO } from "./jko.ts";
import { MOMENTS } from "./moments.ts";
import { PARTICLES } from "./particles.ts";
import { STATIONARY } from "./stationary.ts";

export const SOLVERS = [PARTICLES, GRID, STATIONARY, JKO, MOMENTS] as const;

type Listed = (typeof SOLVERS)[number];

export type SolverName = Listed["name"];

/** The form of that name; undefined where there is none, as in a folder of a later version. */
export function findForm(name: string): SolverForm | undefined {
  const forms: readonly SolverForm[] = SOLVERS;
  return forms.find((form) => form.name === name);
}

/** The same. Errors (input): there is none. */
export function formOf(name: string): SolverForm {
  const form = findForm(name);
  if (form === undefined) {
    throw inputError("solver", foundAllowed(showValue(name), SOLVERS.map((form) => form.name).join(", ")));
  }
  return form;
}

/** Whether the solver of that name is of N neurons, whose width and replicas count. */
export function isOfNetworks(name: string): boolean {
  return findForm(name)?.holds === "network";
}

/** Names of those that hold such, in the order of the list. */
export function namesHolding(...holdings: readonly SolverHolding[]): SolverName[] {
  return SOLVERS.filter(({ holds }) => holdings.includes(holds)).map(({ name }) => name);
}

/** The shapes of forms in zod: an object of its keys for each, below its name. */
type ShapesOf<Forms extends readonly { name: string; shape(shapes: never): z.core.$ZodLooseShape }[]> = {
  -readonly [Place in keyof Forms]: z.ZodObject<
    { [Name in Forms[Place]["name"]]: z.ZodObject<ReturnType<Forms[Place]["shape"]>, z.core.$strict> },
    z.core.$strict
  >;
};
export type SolverShapes = ShapesOf<typeof SOLVERS>;

/** A solver with every default filled, below its name. */
export type CompleteSolver = Listed extends infer Form
  ? Form extends { readonly name: infer Name extends string; complete(...args: never): infer Complete }
    ? { [Key in Name]: Complete }
    : never
  : never;
