// The optimum E_τ* and its density, no W: μ* = μ̂(c*), c* = ∫ψ dμ̂(c*) (gibbs.ts), with the duality gap as its certificate.
// Newton first at τ itself; where that fails, by continuation from a higher temperature, in steps that adapt.
// A Gibbs measure that the domain cuts, or that the cells cannot show, is an error that names the grid that would do.

import { type Breach, refuse } from "../../base/breach.ts";
import { inputError, MuflowError, placedError } from "../../base/errors.ts";
import { type Motion, traitBreaches } from "../../dynamics/motion.ts";
import { boundaryMassOf, entropyOf } from "../../grid/density.ts";
import { type Grid, MOST_ADVISED } from "../../grid/grid.ts";
import { DEFAULT_LEAK, leakMessage } from "../../grid/leak.ts";
import type { Problem } from "../../problem/problem.ts";
import type { GridField } from "../field/field.ts";
import { resolutionAlong } from "../fokker-planck/resolution.ts";
import { certifierOf } from "./certificate.ts";
import { type GibbsState, gibbsSolver } from "./gibbs.ts";

export interface StationaryOptions {
  /** The most mass in the two outermost cells of a face; default DEFAULT_LEAK. */
  leak?: number;
}

export interface Stationary {
  /** E_τ* of the grid's densities. */
  readonly freeEnergy: number;
  /** D: E_τ* lies in [dual, dual + gap], and freeEnergy is its upper end but for round-off. */
  readonly dual: number;
  readonly gap: number;
  readonly logPartition: number;
  readonly density: Float64Array;
  /** Its numbers, as the field observes them: the outputs c. */
  readonly numbers: Float64Array;
  /** Of c = ∫ψ dμ̂(c), relative. */
  readonly residual: number;
  /** Newton iterations, all temperatures together. */
  readonly iterations: number;
  /** Temperatures solved at, the last being τ. */
  readonly temperatures: readonly number[];
}

/**
 * The minimiser of E_τ over the densities of that grid, unique for convex ℓ without W.
 * Errors: τ = 0, W, a plane that V does not confine (input); mass at a face, cells wider than the Gibbs measure, no convergence (numerics).
 */
export function stationary(field: GridField, { leak = DEFAULT_LEAK }: StationaryOptions = {}): Stationary {
  const { problem, grid } = field;
  if (problem.interaction !== null) {
    throw inputError(
      "problem.interaction",
      "found W: E_τ may have several equilibria, which branches() finds; stationary() is for problems without W",
    );
  }
  requireNormalisable(problem);
  const { state, iterations, temperatures } = cooled(field);
  const density = state.density.slice();
  requireContained(grid, density, leak);
  requireResolved(grid, density, state.potential, problem.temperature, problem.names);
  const numbers = new Float64Array(field.count);
  field.observe(density, numbers);
  const { dual, gap, logPartition } = certifierOf(field).certify(density, numbers);
  return {
    freeEnergy: freeEnergyOf(field, density, numbers),
    dual,
    gap,
    logPartition,
    density,
    numbers,
    residual: state.residual,
    iterations,
    temperatures,
  };
}

/** E_τ of a density with numbers z. */
export function freeEnergyOf(field: GridField, density: Float64Array, z: Float64Array): number {
  const { temperature } = field.problem;
  const energy = field.risk(z) + field.externalEnergy(density, z);
  return temperature > 0 ? energy + temperature * entropyOf(field.grid, density) : energy;
}

/** Newton iterations at τ itself, and at a temperature on the way. */
const DIRECT = 60;
const WARM = 30;
/** Highest start of the continuation, over τ; its first cooling factor; and the least one tried. */
const HOTTEST = 1e12;
const COOLING = 10;
const SLOWEST = 1.02;

/** The Gibbs state at τ, W left out: directly, or cooled down from the first higher temperature where Newton succeeds. */
export function cooled(field: GridField): { state: GibbsState; iterations: number; temperatures: number[] } {
  const target = field.problem.temperature;
  const solver = gibbsSolver(field);
  const temperatures: number[] = [];
  let iterations = 0;
  const attempt = (temperature: number, limit: number, start?: Float64Array) => {
    try {
      const state = solver.solve({ temperature, limit, ...(start === undefined ? {} : { start }) });
      iterations += state.iterations;
      temperatures.push(temperature);
      return state;
    } catch (error) {
      if (!(error instanceof MuflowError) || error.kind !== "numerics") throw error;
      iterations += limit;
      return null;
    }
  };
  let temperature = target;
  let state = attempt(temperature, DIRECT);
  while (state === null) {
    temperature *= COOLING;
    if (temperature > HOTTEST * target) throw stuck(target, temperature);
    state = attempt(temperature, WARM);
  }
  let factor = COOLING;
  let start = state.outputs.slice();
  while (temperature > target) {
    const lower = Math.max(target, temperature / factor);
    const next: GibbsState | null = attempt(lower, WARM, start);
    if (next === null) {
      factor = Math.sqrt(factor);
      if (factor < SLOWEST) throw stuck(target, temperature);
      continue;
    }
    state = next;
    temperature = lower;
    start = next.outputs.slice();
    factor = Math.min(COOLING, factor * Math.sqrt(factor));
  }
  return { state, iterations, temperatures };
}

function stuck(target: number, reached: number): MuflowError {
  return placedError("numerics", null, [
    `stationary solver: stuck at temperature ${reached.toPrecision(3)} on the way to ${target}; raise problem.temperature, or refine `,
    ["grid", "cells"],
    ": a Gibbs measure narrower than the cells moves by jumps",
  ]);
}

/** What an equilibrium asks of a problem, and of a motion where there is one: one temperature, above 0. */
export function stationaryBreaches({ temperature }: Pick<Problem, "temperature">, motion?: Motion): Breach[] {
  if (motion?.annealed) {
    const allowed =
      "langevin with stationary, at the problem.temperature of interest: an equilibrium has one, and this one falls for ever; or particles, grid";
    return [{ key: ["dynamics", "kind"], found: motion.kind, allowed }];
  }
  const traits = motion === undefined ? [] : traitBreaches(motion, "stationary");
  const allowed = "a number > 0 with stationary: without noise no Gibbs measure";
  return temperature === 0 ? [...traits, { key: ["problem", "temperature"], found: 0, allowed }] : traits;
}

/** Errors (input): what has no equilibrium, and on the plane a V that leaves e^(−Φ/τ) without finite mass. */
export function requireNormalisable(problem: Problem, motion?: Motion): void {
  const { domain, potential, interaction, names } = problem;
  refuse(stationaryBreaches(problem, motion)[0]);
  // Whether a user's own V grows cannot be known: mass at the faces tells.
  if (domain === "torus" || potential.joint !== null) return;
  // A quadratic W adds Kθ²/2 to Φ; against a quartic V it does not matter.
  const square = interaction?.kind === "quadratic" ? interaction.strength : 0;
  const repulsion = Math.min(0, square);
  const quartic = potential.kind === "double-well" && potential.strength > 0;
  const extra = potential.kind === "quadratic" || potential.kind === "double-well" ? potential.strength : 0;
  const open = quartic ? [] : names.filter((_, k) => potential.l2[k] + extra + repulsion <= 0);
  if (open.length === 0 && potential.confining) return;
  if (open.length > 0 && potential.confining) {
    throw inputError(
      "problem.interaction.strength",
      `found ${square}; V and W together do not grow in ${open.join(", ")}, so that no Gibbs measure has finite mass; allowed: repulsion weaker than V`,
    );
  }
  throw inputError(
    "problem.regulariser.l2",
    `V does not grow in ${open.length === 0 ? "every coordinate" : open.join(", ")}, so that no Gibbs measure has finite mass on the plane; ` +
      `add l2 > 0 there, a potential of kind quadratic or double-well, or use domain "torus"`,
  );
}

/** Errors (numerics): more than `leak` beside a face; names the extent that would do. */
export function requireContained(grid: Grid, density: Float64Array, leak: number): void {
  const face = boundaryMassOf(grid, density);
  if (face === null || !(face.mass > leak)) return;
  throw placedError("numerics", "grid.extent", [
    `the Gibbs measure leaks: ${leakMessage(grid, density, face, leak)}`,
  ]);
}

/**
 * Errors (numerics): cells wider than the Gibbs measure along some axis. Its width there is I^(−½), I = ∫|∂_k log μ|² dμ the
 * Fisher information: the standard deviation of a Gaussian, and local, so that several narrow modes do not pass for a wide one.
 * At one cell the midpoint rule is right to 5e-9 on a Gaussian.
 */
export function requireResolved(
  grid: Grid,
  density: Float64Array,
  phi: Float64Array,
  temperature: number,
  names: readonly string[],
): void {
  for (const [k, { cells }] of grid.axes.entries()) {
    // A cell over the width of the Gibbs measure.
    const { rise: steepness } = resolutionAlong(grid, k, density, phi, temperature);
    if (steepness <= 1) continue;
    // Below half a cell neighbours of the mode carry no mass: its width shows as Φ's rise Δ²/2s² to them.
    const width = steepness > 2 ? 1 / Math.sqrt(2 * steepness) : 1 / steepness;
    const wish = 2 * Math.ceil((0.6 * cells) / width);
    const advice =
      wish <= MOST_ADVISED
        ? `Try cells ${wish} instead of ${cells}`
        : "Try a smaller extent, or a higher temperature";
    throw placedError("numerics", "grid.cells", [
      `along axis ${k} (${names[k]}) the Gibbs measure is ${width.toPrecision(2)} of a cell wide at temperature ${temperature}; `,
      `allowed: 1 or more. ${advice}`,
    ]);
  }
}
