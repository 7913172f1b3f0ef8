// The perceptron ψ = A σ(w·x + b), with A = a trained, fixed (A ≡ 1) or bounded (A = tanh θ₀) and b trained or 0;
// θ lists what is trained, in the order a, w₁ … w_d, b.

import { tanh } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import { requireCount, requireKeys, requireWord, showValue } from "../base/keys.ts";
import { withRecipe } from "../base/recipe.ts";
import { ACTIVATION_NAMES, type ActivationName, activation } from "./activation.ts";
import {
  firstInner,
  type OuterWeight,
  outerWeight,
  type Ridge,
  type Tabulate,
  type TabulateGradient,
} from "./feature.ts";

interface Output {
  /** The name of A's coordinate. */
  readonly name?: string;
  /** What stands before σ. */
  readonly formula: string;
  readonly outer?: OuterWeight;
}

const OUTPUTS: Readonly<Record<Perceptron["output"], Output>> = {
  trained: { name: "a", formula: "a ", outer: { linear: true, at: (a) => a, slope: () => 1 } },
  fixed: { formula: "" },
  bounded: {
    name: "θ₀ (a = tanh θ₀)",
    formula: "tanh(θ₀) ",
    outer: { linear: false, at: tanh, slope: (a) => 1 - a * a },
  },
};

export const OUTPUT_NAMES = Object.keys(OUTPUTS) as Perceptron["output"][];

export interface Perceptron extends Ridge {
  readonly kind: "perceptron";
  readonly output: "trained" | "fixed" | "bounded";
}

export interface PerceptronOptions {
  activation: ActivationName;
  /** d ≥ 1 */
  inputs: number;
  /** default "trained" */
  output?: "trained" | "fixed" | "bounded";
  /** default true */
  bias?: boolean;
}

/** The blocks that θ of a perceptron consists of, in order, and their numbers of coordinates. */
export function perceptronBlocks({ inputs, output, bias }: Pick<Perceptron, "inputs" | "output" | "bias">) {
  const all = [
    { name: "a", width: OUTPUTS[output].outer === undefined ? 0 : 1 },
    { name: "w", width: inputs },
    { name: "b", width: bias ? 1 : 0 },
  ] as const;
  return all.filter(({ width }) => width > 0);
}

/**
 * ψ = a σ(w·x + b).
 *
 * @example
 * ```ts
 * import { neuron } from "muflow";
 *
 * // ψ(θ; x) = a tanh(w·x + b) of two inputs, and ψ(θ; x) = tanh(θx) of one.
 * console.log(neuron({ activation: "tanh", inputs: 2 }).names); // [ 'a', 'w1', 'w2', 'b' ]
 * console.log(neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }).names); // [ 'w' ]
 * ```
 */
export function neuron(options: PerceptronOptions): Perceptron {
  requireKeys("neuron", options, ["activation", "inputs", "output", "bias"]);
  const { inputs, output = "trained", bias = true } = options;
  requireCount("neuron.inputs", inputs);
  requireWord("neuron.activation", options.activation, ACTIVATION_NAMES);
  if (typeof bias !== "boolean") {
    throw inputError("neuron.bias", `found ${showValue(bias)}; allowed: true, false`);
  }
  requireWord("neuron.output", output, OUTPUT_NAMES);
  const { name = "", formula, outer } = OUTPUTS[output];
  const sigma = activation(options.activation);
  const parts = perceptronBlocks({ inputs, output, bias });
  const weights = Array.from({ length: inputs }, (_, k) => (inputs === 1 ? "w" : `w${k + 1}`));
  const names = { a: [name], w: weights, b: ["b"] };
  const blocks = parts.flatMap((part) => names[part.name].map(() => part.name));
  const shape = { activation: sigma, bias, inputs, outer };
  const argument = `${inputs === 1 ? "w x" : "w·x"}${bias ? " + b" : ""}`;
  return withRecipe(options, {
    kind: "perceptron",
    ...shape,
    output,
    dimension: blocks.length,
    names: parts.flatMap((part) => names[part.name]),
    blocks,
    formula: `${formula}σ(${argument}), σ(z) = ${sigma.formula}`,
    smoothness: { of: sigma.name, order: sigma.smoothness },
    bounded: {
      holds: sigma.bound !== null && outer?.linear !== true,
      reason:
        outer?.linear === true ? "the output weight a is not bounded" : `sup |σ| = ${sigma.bound ?? "∞"}`,
    },
    value(theta, x) {
      const value = new Float64Array(1);
      sigma.values(preactivation(shape, theta, x), value, 0, 1);
      return outerWeight(shape, theta[0]) * value[0];
    },
    gradient(theta, x, out) {
      const z = preactivation(shape, theta, x);
      const value = new Float64Array(1);
      const slope = new Float64Array(1);
      sigma.values(z, value, 0, 1);
      sigma.slopes(z, value, 0, slope, 1);
      const a = outerWeight(shape, theta[0]);
      const first = firstInner(shape);
      if (outer !== undefined) out[0] = outer.slope(a) * value[0];
      for (let k = 0; k < inputs; k++) out[first + k] = a * slope[0] * x[k];
      if (bias) out[first + inputs] = a * slope[0];
    },
    tabulate: (rows) => tabulate(shape, rows),
    tabulateGradient: (rows) => tabulateGradient(shape, rows),
  });
}

type Shape = Pick<Ridge, "activation" | "inputs" | "bias" | "outer">;

function preactivation(shape: Shape, theta: Float64Array, x: Float64Array): Float64Array {
  const first = firstInner(shape);
  let z = shape.bias ? theta[first + shape.inputs] : 0;
  for (let k = 0; k < shape.inputs; k++) z += theta[first + k] * x[k];
  return Float64Array.of(z);
}

function tabulate(shape: Shape, rows: readonly Float64Array[]): Tabulate {
  let z = new Float64Array(0);
  return (x, from, count, out, at) => {
    if (z.length < count) z = new Float64Array(count);
    preactivations(shape, rows, x, from, count, z);
    shape.activation.values(z, out, at, count);
  };
}

function tabulateGradient(shape: Shape, rows: readonly Float64Array[]): TabulateGradient {
  const { activation, inputs, bias, outer } = shape;
  const first = firstInner(shape);
  const inner = rows.slice(first);
  let [z, value, slope] = [new Float64Array(0), new Float64Array(0), new Float64Array(0)];
  return (x, from, count, out, at) => {
    if (z.length < count) [z, value, slope] = [z, value, slope].map(() => new Float64Array(count));
    preactivations(shape, inner, x, from, count, z);
    activation.values(z, value, 0, count);
    activation.slopes(z, value, 0, slope, count);
    if (outer !== undefined) {
      for (let j = 0; j < count; j++) {
        const a = outerWeight(shape, rows[0]![from + j]!);
        out[0]![at + j] = outer.slope(a) * value[j]!;
        slope[j] = a * slope[j]!;
      }
    }
    for (let k = 0; k < inputs; k++) multiplied(slope, x[k]!, out[first + k]!, at, count);
    if (bias) out[first + inputs]!.set(slope.subarray(0, count), at);
  };
}

/** z_j = w_j·x + b_j, whose rows are given. */
function preactivations(
  { inputs, bias }: Shape,
  inner: readonly Float64Array[],
  x: Float64Array,
  from: number,
  count: number,
  z: Float64Array,
): void {
  if (bias) z.set(inner[inputs]!.subarray(from, from + count));
  else z.fill(0, 0, count);
  for (let k = 0; k < inputs; k++) addScaled(z, x[k]!, inner[k]!, from, count);
}

function multiplied(
  values: Float64Array,
  factor: number,
  out: Float64Array,
  at: number,
  count: number,
): void {
  for (let j = 0; j < count; j++) out[at + j] = values[j]! * factor;
}

function addScaled(z: Float64Array, factor: number, row: Float64Array, from: number, count: number): void {
  for (let j = 0; j < count; j++) z[j]! += row[from + j]! * factor;
}
