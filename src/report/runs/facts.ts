import type { Summary } from "../../results/formats/summary.ts";
import { at, type Details, densityDetails, detailsOf, textAt } from "../../spec/solver-labels.ts";
import { columnName } from "./columns.ts";

/** What the pictures need to know of the canonical spec. A spec this reader does not recognise gives the plainest answers. */
export interface Facts {
  /** `dynamics.kind`, "" when absent. */
  readonly dynamics: string;
  readonly kinetic: boolean;
  /** τ; where it falls in time, that of the start. */
  readonly temperature: number;
  /** Whether τ falls in time. */
  readonly annealed: boolean;
  /** γ; NaN where there is none, or it is no constant. */
  readonly friction: number;
  /** What the spec says of a solver that holds a density, at that place of its list; null: at none that is known. */
  density(solver: string, entry: number | null): DensityFacts;
  /** What tells the solver of that name, at that place of the spec's list, apart from others of its name. */
  details(solver: string, entry: number): Details;
  /** Whether the first of θ's p coordinates is the output weight. */
  trainsOutput(p: number): boolean;
  /** The names of θ's p coordinates, in notation: a, w, b where the neuron has them, otherwise θ₀ … */
  coordinates(p: number): readonly Coordinate[];
}

/** Empty where the spec does not say. */
export interface DensityFacts {
  readonly cells: readonly number[] | null;
  /** The same for the same cells of the same domain of θ, momenta aside; null where these are not known. */
  readonly grid: string | null;
  readonly method: string;
  readonly details: Details;
}

/** A coordinate of θ, in notation: its symbol, and the label that says in words what it is. */
export interface Coordinate {
  readonly symbol: string;
  readonly label: string;
}

/** Reads the facts from a canonical spec; `data` names the inputs that weights belong to. */
export function factsOf(spec: unknown, data?: Summary["data"]): Facts {
  const kind = at(spec, "dynamics", "kind");
  const annealed = kind === "annealed-langevin";
  const temperature = annealed ? at(spec, "dynamics", "constant") : at(spec, "problem", "temperature");
  const friction = at(spec, "dynamics", "friction");
  const neuron = at(spec, "problem", "neuron");
  const named = neuronCoordinates(neuron, data?.inputs ?? []);
  return {
    dynamics: typeof kind === "string" ? kind : "",
    kinetic: kind === "kinetic",
    temperature: typeof temperature === "number" ? temperature : 0,
    annealed,
    friction: constantFriction(friction),
    density: (solver, entry) =>
      densityFacts(at(spec, "solvers", `${entry}`, solver), kind === "kinetic" && solver === "grid"),
    details: (solver, entry) => detailsOf(spec, solver, entry),
    trainsOutput: (p) => named.length === p && at(neuron, "output") !== "fixed",
    coordinates: (p) =>
      named.length === p ? named : Array.from({ length: p }, (_, k) => coordinate("coordinate", `*θ*_${k}`)),
  };
}

function densityFacts(options: unknown, phase: boolean): DensityFacts {
  const cells = at(options, "cells");
  const known = Array.isArray(cells) && cells.every((count) => typeof count === "number");
  const ofTheta = (axes: unknown) => (phase && Array.isArray(axes) ? axes.slice(0, axes.length / 2) : axes);
  return {
    cells: known ? cells : null,
    grid: known ? JSON.stringify([ofTheta(cells), ofTheta(at(options, "extent"))]) : null,
    method: textAt(options, "method"),
    details: densityDetails(options),
  };
}

/** γ, or 2√m. */
function constantFriction(friction: unknown): number {
  const m = at(friction, "strong-convexity");
  if (typeof m === "number") return 2 * Math.sqrt(m);
  return typeof friction === "number" ? friction : Number.NaN;
}

function neuronCoordinates(neuron: unknown, columns: readonly string[]): Coordinate[] {
  const inputs = at(neuron, "inputs");
  if (typeof inputs !== "number") return [];
  const weights = Array.from({ length: inputs }, (_, k) =>
    inputWeight(inputs === 1 ? "*w*" : `*w*_${k + 1}`, columnName(columns[k])),
  );
  const bias = at(neuron, "bias") === false ? [] : [coordinate("bias", "*b*")];
  return [...outputCoordinate(at(neuron, "output")), ...weights, ...bias];
}

function outputCoordinate(output: unknown): Coordinate[] {
  if (output === "fixed") return [];
  return output === "bounded"
    ? [{ symbol: "*θ*_0", label: "*θ*_0 (output weight *a* = tanh *θ*_0)" }]
    : [coordinate("output weight", "*a*")];
}

function inputWeight(symbol: string, column: string): Coordinate {
  return column === ""
    ? coordinate("input weight", symbol)
    : { symbol, label: `weight ${symbol} of ${column}` };
}

function coordinate(words: string, symbol: string): Coordinate {
  return { symbol, label: `${words} ${symbol}` };
}
