// What is particular to a method of minimising movements: its name, what the experiment file and a bibliography say of it, what it does not allow, what a
// step costs. Each stands in its own file; jko.ts lists them.

import type { Breach } from "../../base/breach.ts";
import type { Source } from "../../base/sources.ts";
import type { InitialLaw } from "../../problem/law.ts";
import type { Problem } from "../../problem/problem.ts";
import type { GridField } from "../field/field.ts";

export interface JkoRecord<Name extends string = string> {
  readonly name: Name;
  /** What it serves, and how exactly, for the experiment file. */
  readonly description: string;
  /** Beside Jordan, Kinderlehrer and Otto. */
  readonly sources: readonly Source[];
  /** Whether ε KL stands beside ½W₂². */
  readonly regularised: boolean;
  /** Bytes that a cell takes. */
  readonly bytes: number;
  /** Arithmetic of a step for each of these cells, roughly; `visits`: the data and coordinates that a cell is visited for. */
  cost(cells: readonly number[], visits: number): number;
  /** Nanoseconds of one core for a unit of that. */
  readonly unit: number;
  breaches(
    asked: { readonly epsilon?: number | null | undefined },
    problem: Pick<Problem, "dimension" | "domain">,
  ): Breach[];
  make(options: JkoOptions): JkoStepper;
}

export interface JkoOptions {
  readonly field: GridField;
  readonly law: InitialLaw;
  /** The most of the law's mass that the grid may cut off. */
  readonly leak: number;
  /** h */
  readonly step: number;
  /** ε; null: by the method */
  readonly epsilon: number | null;
}

/** What the last step took, by the names it is recorded under. */
export type JkoReport = {
  /** Newton iterations (quantile) or scaling iterations (entropic). */
  readonly iterations: number;
  /** Regularised: the L1 distance between the coupling's second marginal and the new measure, and ε. */
  readonly marginal_error?: number;
  readonly epsilon?: number;
};

/** A minimising-movement scheme in progress. A step that fails throws and leaves the state as it was. */
export interface JkoStepper {
  /** One step h. */
  step(): void;
  /** Cell averages on the grid, mass 1. */
  density(): Float64Array;
  /** Everything the next steps depend on: restored, they give the same bits. */
  save(): Float64Array;
  restore(state: Float64Array): void;
  /** The density of a state that `save` gave. */
  densityOf(state: Float64Array): Float64Array;
  report(): JkoReport;
}
