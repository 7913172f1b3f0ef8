// What is particular to a scheme for densities: its name, what the experiment file, a line of `check` and a bibliography say of it. Each stands in its own file, and
// schemes.ts of its folder lists them, the default first.

import type { Source } from "../../base/sources.ts";
import type { Problem } from "../../problem/problem.ts";
import type { DensityStepper, FokkerPlanckOptions } from "./stepper.ts";

export interface Scheme<Name extends string = string> {
  readonly name: Name;
  /** What it has that the others of its folder have not, for the experiment file; "" where the name says it. */
  readonly description: string;
  /** The same in a few words. */
  readonly summary: string;
}

/** A scheme for first-order dynamics. */
export interface FirstOrderRecord<Name extends string = string> extends Scheme<Name> {
  /** In the step. */
  readonly order: 1 | 2;
  /** Bytes that a cell takes under noise: vectors of Newton and Krylov, copies that are saved and written. */
  readonly bytes: number;
  /** Why a step is taken as several shorter ones. */
  readonly shortens: string;
  /** The works behind it; `noisy`: whether there is noise. */
  sources(problem: Problem, noisy: boolean): readonly Source[];
  make(options: FokkerPlanckOptions): DensityStepper;
}

/** The works behind Scharfetter–Gummel fluxes, and behind the splitting of a W that is not positive semidefinite. */
export function noisySources({ interaction }: Problem): readonly Source[] {
  const splits = interaction?.convex === false ? (["eyre1998"] as const) : [];
  return ["scharfetter1969", "chang1970", ...splits];
}
