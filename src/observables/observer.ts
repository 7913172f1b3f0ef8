// What an observer declares of the columns that it records, and what it reads them off. A new observable is a file with its observer, and a line in
// list.ts: columns of series, checks of fits, tables, the report's words and the list in docs/results.md follow.

import type { Dynamics } from "../dynamics/dynamics.ts";
import { hasMomenta } from "../dynamics/motion.ts";
import type { Grid } from "../grid/grid.ts";
import type { ParticleSystem } from "../particles/system.ts";
import type { Certifier } from "../pde/equilibrium/certificate.ts";
import type { Excess } from "../pde/equilibrium/excess.ts";
import type { GridField } from "../pde/field/field.ts";
import type { JkoMethod } from "../pde/jko/jko.ts";
import type { HypocoerciveFunctional } from "../pde/kinetic/hypocoercive.ts";
import type { InitialLaw } from "../problem/law.ts";
import type { Problem } from "../problem/problem.ts";
import type { DualOption } from "./lower-bound/lower-bound.ts";

/** What was seen at one time, by the names it is recorded under. */
export type Observables = Record<string, number>;

/** What is looked at: N neurons, a density of θ, or one of (θ, ω). */
export type Representation = "network" | "density" | "phase space";

/** What holds μ in a run: N neurons; a density of θ, or of (θ, ω), that moves; densities of θ at rest; or a few numbers whose equations are closed. */
export type Holding = Representation | "equilibrium" | "equations";

/** What decides before a run which columns it has. */
export interface Subject {
  readonly holds: Holding;
  readonly problem: Problem;
  readonly dynamics: Dynamics;
  readonly initial?: InitialLaw;
  readonly batch?: object | null;
  readonly dual?: DualOption;
  /** Of minimising movements. */
  readonly method?: JkoMethod;
  /** The columns that the numbers of equations give, `#` standing for a coordinate's number. */
  readonly gives?: readonly string[];
  readonly refine?: boolean;
  readonly observe?: readonly string[];
}

export type When = (subject: Subject) => boolean;

/** One column of series, or one for each coordinate. */
export interface Column {
  /** As in files; `#` stands for a coordinate's number, from 0. */
  readonly name: string;
  /** What reports call it, by default its name, and how papers write it: in the report's notation. */
  readonly words?: string;
  readonly symbol?: string;
  /** What it is, for docs/results.md. */
  readonly meaning: string;
  /** Of `energy`, `time`, `θ` and `ω`; pure numbers have none. */
  readonly unit?: string;
  /** Where it is recorded, and of which runs there. */
  readonly of: Readonly<Partial<Record<Representation, When>>>;
  /** Whether it is recorded only where a solver's `observe` names it. */
  readonly asked?: boolean;
  /** Whether it is never negative, but for round-off. */
  readonly positive?: boolean;
  /** Whether tables of final values have it: in reports alone, or in a terminal too, which has less room. */
  readonly table?: "report" | "terminal";
  /** Whether it is quadratic about the optimum, and so falls at twice the rate of means and outputs. */
  readonly quadratic?: boolean;
  /** Of a sum of squares that vanishes at rest: what rounding leaves of it, over its largest value. Measured on solver runs. */
  readonly least?: number;
  /** What momenta at rest, N(0, τI), add to it. */
  readonly momenta?: (temperature: number, dimension: number) => number;
}

/** N neurons at time t; their outputs at the data are up to date. */
export interface NetworkView {
  readonly system: ParticleSystem;
  readonly t: number;
}

/** A density at one time, of θ or of (θ, ω). */
export interface DensityView {
  /** The axes of θ, then those of ω, and μ on them. */
  readonly grid: Grid;
  readonly density: Float64Array;
  readonly momenta: boolean;
  /** On the axes of θ: the problem's field, the marginal ρ (μ itself without momenta) and its numbers. */
  readonly field: GridField;
  readonly rho: Float64Array;
  readonly z: Float64Array;
  /** f at the data that nothing is learnt from; null where there are none. */
  readonly tested: Float64Array | null;
  readonly temperature: number;
  readonly risk: number;
  /** F */
  readonly energy: number;
  /** ½∫|ω|²dμ; 0 without momenta. */
  readonly kinetic: number;
  readonly certifier: Certifier | null;
  /** null where the optimum was not found. */
  readonly excess: Excess | null;
  readonly hypocoercive: HypocoerciveFunctional | null;
}

/** Columns that stand together, and what reads them off μ. Without that a run's steps give them. */
export interface Observer {
  readonly columns: readonly Column[];
  readonly network?: (view: NetworkView) => Observables;
  readonly density?: (view: DensityView) => Observables;
  /** Where columns go by coordinate, and those of one stand together; else they go by column. */
  readonly byCoordinate?: Representation;
}

export const always: When = () => true;

/** A column that has the same condition in every representation. */
export function everywhere(when: When = always): Record<Representation, When> {
  return { network: when, density: when, "phase space": when };
}

export const withMomenta: When = ({ dynamics }) => hasMomenta(dynamics);

/** Of a density of θ: not an equilibrium, which is found and does not move. */
export const moves: When = ({ holds }) => holds !== "equilibrium";
