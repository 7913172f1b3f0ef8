// The form of a solver in the experiment file: its keys, their defaults, what they must agree on, and the words that tell one solver from another.
// What is particular to a solver stands in its own file here, and list.ts gathers them; how it computes is in run/solvers/.

import type * as z from "zod";
import type { Breach } from "../../base/breach.ts";
import type { Shapes } from "../../base/shapes.ts";
import type { Motion } from "../../dynamics/motion.ts";
import type { Holding } from "../../observables/observer.ts";
import type { InitialShape } from "../shapes/initial.ts";
import type { ProblemShape } from "../shapes/problem.ts";
import type { StatedDensity } from "./on-grid.ts";

/** What a solver's keys are looked at beside. */
export interface Setting {
  readonly spec: {
    readonly problem: ProblemShape;
    readonly initial: InitialShape;
    readonly time: { readonly step: number };
  };
  readonly motion: Motion;
  /** p, the length of θ. */
  readonly p: number;
}

/** What the runs of a solver hold; whether a density that moves is one of (θ, ω) depends on the dynamics. */
export type SolverHolding = Exclude<Holding, "phase space">;

/** The options of a solver in words, the most telling first, each at a place of its own; empty where the solver says nothing of it. */
export type Details = readonly string[];

export interface Networks {
  readonly widths: readonly number[];
  readonly replicas: number;
}

export interface SolverForm<
  Name extends string = string,
  Keys extends z.core.$ZodLooseShape = z.core.$ZodLooseShape,
  Complete extends object = object,
  Stated extends object = object,
> {
  readonly name: Name;
  readonly description: string;
  readonly holds: SolverHolding;
  /** Its keys in the experiment file. */
  shape(shapes: Shapes): Keys;
  /** The keys with their defaults filled in. */
  complete(stated: z.output<z.ZodObject<Keys>>, setting: Setting): Complete;
  /** Why nothing of the kind serves so many coordinates: what is allowed in its place; null where it does. */
  tooMany?(p: number, motion: Motion): string | null;
  /** What the keys do not allow, of one another and of the rest. */
  breaches(stated: z.output<z.ZodObject<Keys>>, setting: Setting): readonly (Breach | null)[];
  /** The networks that the keys stand for, so many of each width; absent where they stand for one run of something else. */
  networks?(stated: Stated): Networks;
  /** What can tell it apart from others of its name; keys may be left out. */
  details(stated: Stated): Details;
  /** Cells and extent of θ alone, of keys that may have those of ω too; defaults filled. */
  positions?(stated: Stated): StatedDensity;
  /** What legends call it, and a sentence what its runs hold. */
  readonly title: string;
  readonly holder: string;
}

/** The form, its name and keys typed as they are written. */
export function solverForm<
  const Name extends string,
  Keys extends z.core.$ZodLooseShape,
  Complete extends object,
  Stated extends object,
>(form: SolverForm<Name, Keys, Complete, Stated>): SolverForm<Name, Keys, Complete, Stated> {
  return form;
}
