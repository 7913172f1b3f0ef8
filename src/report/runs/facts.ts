import type { SeriesTable } from "../../results/formats/series.ts";
import type { Summary } from "../../results/formats/summary.ts";
import type { Experiment } from "../../spec/schema.ts";
import { columnName } from "./columns.ts";
import { momentaIn } from "./phase-space.ts";

/** What pictures and tables need to know of an experiment. */
export interface Facts extends Parameters {
  /** Whether neurons have momenta. */
  readonly kinetic: boolean;
  /** τ; where it falls in time, that of the start. */
  readonly temperature: number;
  /** Whether τ falls in time. */
  readonly annealed: boolean;
  /** γ; NaN where there is none, or it is no constant. */
  readonly friction: number;
}

/** θ in words. */
export interface Parameters {
  /** Whether the first of θ's p coordinates is the output weight. */
  trainsOutput(p: number): boolean;
  /** The names of θ's p coordinates, in notation: a, w, b where the neuron has them, otherwise θ₀ … */
  coordinates(p: number): readonly Coordinate[];
}

/** A coordinate of θ, in notation: its symbol, and the label that says in words what it is. */
export interface Coordinate {
  readonly symbol: string;
  readonly label: string;
}

export function factsOf(summary: Pick<Summary, "spec" | "data">, { columns, rows }: SeriesTable): Facts {
  const { problem, dynamics } = summary.spec;
  const first = rows.find((row) => typeof row.temperature === "number")?.temperature;
  return {
    ...parametersOf(summary),
    kinetic: momentaIn(columns) > 0,
    temperature: Number(first ?? problem.temperature),
    annealed: first !== undefined,
    friction: "friction" in dynamics ? constantFriction(dynamics.friction) : Number.NaN,
  };
}

/** `data` names the inputs that weights belong to. */
export function parametersOf({ spec, data }: Pick<Summary, "spec" | "data">): Parameters {
  const { neuron } = spec.problem;
  const perceptron = neuron !== undefined && "activation" in neuron ? neuron : undefined;
  const named = perceptron === undefined ? [] : coordinatesOf(perceptron, data?.inputs ?? []);
  return {
    trainsOutput: (p) => named.length === p && perceptron!.output !== "fixed",
    coordinates: (p) =>
      named.length === p ? named : Array.from({ length: p }, (_, k) => coordinate("coordinate", `*θ*_${k}`)),
  };
}

/** γ, or 2√m. */
function constantFriction(
  friction: Extract<Experiment["dynamics"], { friction: unknown }>["friction"],
): number {
  if (typeof friction === "number") return friction;
  return "strong-convexity" in friction ? 2 * Math.sqrt(friction["strong-convexity"]) : Number.NaN;
}

type Perceptron = Extract<NonNullable<Experiment["problem"]["neuron"]>, { activation: unknown }>;

function coordinatesOf({ inputs, output, bias }: Perceptron, columns: readonly string[]): Coordinate[] {
  const bounded = { symbol: "*θ*_0", label: "*θ*_0 (output weight *a* = tanh *θ*_0)" };
  const weight = output === "bounded" ? bounded : coordinate("output weight", "*a*");
  const weights = Array.from({ length: inputs }, (_, k) => {
    const symbol = inputs === 1 ? "*w*" : `*w*_${k + 1}`;
    const column = columnName(columns[k]);
    return column === ""
      ? coordinate("input weight", symbol)
      : { symbol, label: `weight ${symbol} of ${column}` };
  });
  return [...(output === "fixed" ? [] : [weight]), ...weights, ...(bias ? [coordinate("bias", "*b*")] : [])];
}

function coordinate(words: string, symbol: string): Coordinate {
  return { symbol, label: `${words} ${symbol}` };
}
