// The kinds of neurons, a file each, and what is asked of any kind.

import { inputError } from "../base/errors.ts";
import { requireMade, requireNumbers } from "../base/keys.ts";
import type { CustomNeuron } from "./custom-neuron.ts";
import { type Block, firstInner, outerWeight, tabulated } from "./feature.ts";
import type { Perceptron } from "./perceptron.ts";

export { type CustomNeuron, type CustomNeuronOptions, customNeuron } from "./custom-neuron.ts";
export type { Block } from "./feature.ts";
export { neuron, type Perceptron, type PerceptronOptions } from "./perceptron.ts";

export type Neuron = Perceptron | CustomNeuron;

/** θ of a perceptron as people write it: (a, w1…w3, b). */
export function perceptronTheta(blocks: readonly Block[], inputs: number): string {
  const inner = inputs === 1 ? "w" : `w1…w${inputs}`;
  return `θ = (${[...new Set(blocks)].map((block) => (block === "w" ? inner : block)).join(", ")})`;
}

/** Why θ lacks a block a, w or b, after "nothing: "; null: there is no neuron. */
export function noBlockText(neuron: Pick<Neuron, "inputs"> | null, blocks: readonly Block[]): string {
  if (neuron === null) return "without a neuron θ has no blocks";
  if (blocks.includes("custom")) return "a neuron of your own has no blocks a, w, b";
  return `it is no part of ${perceptronTheta(blocks, neuron.inputs)}`;
}

/**
 * ψ(θ; x) of one neuron at one input; for kernels over many of both see src/kernels.
 *
 * @example
 * ```ts
 * import { neuron, neuronValue } from "muflow";
 *
 * // ψ = a max(0, wx + b) at a = 2, w = 1, b = 1, x = 3.
 * console.log(neuronValue(neuron({ activation: "relu", inputs: 1 }), Float64Array.of(2, 1, 1), Float64Array.of(3))); // 8
 * ```
 */
export function neuronValue(neuron: Neuron, theta: Float64Array, x: Float64Array): number {
  requireNeuron("neuronValue", neuron);
  requireCoordinates("neuronValue: theta", theta, neuron.dimension);
  requireCoordinates("neuronValue: x", x, neuron.inputs);
  return neuron.value(theta, x);
}

/**
 * ∂ψ/∂θ of one neuron at one input, written into `out` (length p).
 *
 * @example
 * ```ts
 * import { neuron, neuronGradient } from "muflow";
 *
 * // ψ = a max(0, wx + b) at a = 2, w = 1, b = 1, x = 3: ∂ψ/∂a = 4, ∂ψ/∂w = ax = 6, ∂ψ/∂b = a = 2.
 * const gradient = new Float64Array(3);
 * neuronGradient(neuron({ activation: "relu", inputs: 1 }), Float64Array.of(2, 1, 1), Float64Array.of(3), gradient);
 * console.log(gradient); // Float64Array(3) [ 4, 6, 2 ]
 * ```
 */
export function neuronGradient(
  neuron: Neuron,
  theta: Float64Array,
  x: Float64Array,
  out: Float64Array,
): void {
  requireNeuron("neuronGradient", neuron);
  requireCoordinates("neuronGradient: theta", theta, neuron.dimension);
  requireCoordinates("neuronGradient: x", x, neuron.inputs);
  requireCoordinates("neuronGradient: out", out, neuron.dimension);
  neuron.gradient(theta, x, out);
}

/** Neurons that are evaluated at once. */
const BLOCK = 1024;

/** x ↦ Σ_j ψ(θ_j; x), term after term, of neurons whose coordinates lie row by row: the bits of neuronValue, without its calls. */
export function neuronSum(
  neuron: Neuron,
  coordinates: readonly Float64Array[],
  count: number,
): (x: Float64Array) => number {
  const weights = Float64Array.from({ length: count }, (_, j) => outerWeight(neuron, coordinates[0]![j]!));
  const tabulate = tabulated(neuron, coordinates.slice(firstInner(neuron)));
  const values = new Float64Array(BLOCK);
  return (x) => {
    let sum = 0;
    for (let from = 0; from < count; from += BLOCK) {
      const size = Math.min(BLOCK, count - from);
      tabulate(x, from, size, values, 0);
      for (let j = 0; j < size; j++) sum += weights[from + j]! * values[j]!;
    }
    return sum;
  };
}

function requireNeuron(where: string, found: Neuron): void {
  requireMade(where, found, ["kind", "dimension", "inputs"], "neuron or customNeuron");
}

function requireCoordinates(where: string, found: Float64Array, count: number): void {
  if (found instanceof Float64Array && found.length === count) return;
  requireNumbers(where, found, `${count} numbers`);
  if (found.length !== count) throw inputError(where, `found ${found.length} numbers; allowed: ${count}`);
}
