// A neuron is a feature ψ(θ; x), θ ∈ R^p its parameter, x ∈ R^d an input (docs/theory.md §1.1).
// The perceptron is ψ = a σ(w·x + b), with a trained, fixed (a ≡ 1) or bounded (a = tanh θ₀) and b trained or 0;
// θ lists what is trained, in the order a, w₁ … w_d, b. A user's own ψ comes with its gradient in θ.

import { tanh } from "../base/elementary.ts";
import { inputError } from "../base/errors.ts";
import {
  requireCount,
  requireFunction,
  requireKeys,
  requireList,
  requireMade,
  requireNumbers,
  requireWord,
  showValue,
} from "../base/keys.ts";
import { ACTIVATION_NAMES, type Activation, type ActivationName, activation } from "./activation.ts";

/** Which part of the network a coordinate of θ belongs to: output weight, input weight, bias, or a user's own. */
export type Block = "a" | "w" | "b" | "custom";

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

interface NeuronBase {
  /** p, the length of θ. */
  readonly dimension: number;
  /** d, the length of x. */
  readonly inputs: number;
  /** A name per coordinate of θ. */
  readonly names: readonly string[];
  readonly blocks: readonly Block[];
}

export interface Perceptron extends NeuronBase {
  readonly kind: "perceptron";
  readonly activation: Activation;
  readonly output: "trained" | "fixed" | "bounded";
  readonly bias: boolean;
}

/** A user's own ψ. Both functions must be pure; `gradient` writes ∂ψ/∂θ (length p) into `out`. */
export interface CustomNeuron extends NeuronBase {
  readonly kind: "custom";
  value(theta: Float64Array, x: Float64Array): number;
  gradient(theta: Float64Array, x: Float64Array, out: Float64Array): void;
}

export type Neuron = Perceptron | CustomNeuron;

export interface PerceptronOptions {
  activation: ActivationName;
  /** d ≥ 1 */
  inputs: number;
  /** default "trained" */
  output?: "trained" | "fixed" | "bounded";
  /** default true */
  bias?: boolean;
}

export interface CustomNeuronOptions {
  dimension: number;
  inputs: number;
  names?: readonly string[];
  value: CustomNeuron["value"];
  gradient: CustomNeuron["gradient"];
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
  requireWord("neuron.output", output, ["trained", "fixed", "bounded"]);
  const outputs = output === "fixed" ? [] : [output === "bounded" ? "θ₀ (a = tanh θ₀)" : "a"];
  const weights = Array.from({ length: inputs }, (_, k) => (inputs === 1 ? "w" : `w${k + 1}`));
  const names = [...outputs, ...weights, ...(bias ? ["b"] : [])];
  const blocks: Block[] = [...outputs.map(() => "a" as const), ...weights.map(() => "w" as const)];
  if (bias) blocks.push("b");
  return {
    kind: "perceptron",
    activation: activation(options.activation),
    output,
    bias,
    inputs,
    dimension: names.length,
    names,
    blocks,
  };
}

/**
 * A user's own ψ(θ; x) with its gradient in θ. Slower than a perceptron: one call per neuron and data point.
 *
 * @example
 * ```ts
 * import { customNeuron, neuronValue } from "muflow";
 *
 * // ψ = sin(ωx + φ), θ = (ω, φ).
 * const wave = customNeuron({
 *   dimension: 2,
 *   inputs: 1,
 *   names: ["ω", "φ"],
 *   value: ([omega, phi], [x]) => Math.sin(omega * x + phi),
 *   gradient: ([omega, phi], [x], out) => {
 *     const slope = Math.cos(omega * x + phi);
 *     out[0] = slope * x;
 *     out[1] = slope;
 *   },
 * });
 * console.log(neuronValue(wave, Float64Array.of(2, 0), Float64Array.of(0.5)).toFixed(6)); // 0.841471
 * ```
 */
export function customNeuron(options: CustomNeuronOptions): CustomNeuron {
  requireKeys("neuron", options, ["dimension", "inputs", "names", "value", "gradient"]);
  requireCount("neuron.dimension", options.dimension);
  requireCount("neuron.inputs", options.inputs);
  requireFunction("neuron.value", options.value, "(θ, x) ↦ ψ(θ; x)");
  requireFunction("neuron.gradient", options.gradient, "(θ, x, out), which writes ∂ψ/∂θ into out");
  if (options.names !== undefined)
    requireList("neuron.names", options.names, "a list of names, one a coordinate of θ");
  const names = options.names ?? Array.from({ length: options.dimension }, (_, k) => `θ${k}`);
  if (names.length !== options.dimension) {
    throw inputError("neuron.names", `found ${names.length} names; θ has ${options.dimension} coordinates`);
  }
  return {
    kind: "custom",
    dimension: options.dimension,
    inputs: options.inputs,
    names,
    blocks: names.map(() => "custom"),
    value: options.value,
    gradient: options.gradient,
  };
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
  if (neuron.kind === "custom") return neuron.value(theta, x);
  const { z } = preactivation(neuron, theta, x);
  const s = new Float64Array(1);
  neuron.activation.values(z, s, 0, 1);
  return outputWeight(neuron, theta[0]) * s[0];
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
  if (neuron.kind === "custom") {
    neuron.gradient(theta, x, out);
    return;
  }
  const { first, z } = preactivation(neuron, theta, x);
  const value = new Float64Array(1);
  const slope = new Float64Array(1);
  neuron.activation.values(z, value, 0, 1);
  neuron.activation.slopes(z, value, 0, slope, 1);
  const a = outputWeight(neuron, theta[0]);
  if (first === 1) out[0] = (neuron.output === "bounded" ? 1 - a * a : 1) * value[0];
  for (let k = 0; k < neuron.inputs; k++) out[first + k] = a * slope[0] * x[k];
  if (neuron.bias) out[first + neuron.inputs] = a * slope[0];
}

/** Neurons that are evaluated at once. */
const BLOCK = 1024;

/** x ↦ Σ_j ψ(θ_j; x), term after term, of neurons whose coordinates lie row by row: the bits of neuronValue, without its calls. */
export function neuronSum(
  neuron: Neuron,
  coordinates: readonly Float64Array[],
  count: number,
): (x: Float64Array) => number {
  if (neuron.kind === "custom") {
    const theta = new Float64Array(neuron.dimension);
    return (x) => {
      let sum = 0;
      for (let j = 0; j < count; j++) {
        for (let k = 0; k < theta.length; k++) theta[k] = coordinates[k]![j]!;
        sum += neuron.value(theta, x);
      }
      return sum;
    };
  }
  const first = neuron.output === "fixed" ? 0 : 1;
  const weights = Float64Array.from({ length: count }, (_, j) => outputWeight(neuron, coordinates[0]![j]!));
  const z = new Float64Array(BLOCK);
  const s = new Float64Array(BLOCK);
  return (x) => {
    let sum = 0;
    for (let from = 0; from < count; from += BLOCK) {
      const size = Math.min(BLOCK, count - from);
      if (neuron.bias) z.set(coordinates[first + neuron.inputs]!.subarray(from, from + size));
      else z.fill(0);
      for (let k = 0; k < neuron.inputs; k++) addScaled(z, x[k]!, coordinates[first + k]!, from, size);
      neuron.activation.values(z, s, 0, size);
      for (let j = 0; j < size; j++) sum += weights[from + j]! * s[j]!;
    }
    return sum;
  };
}

function addScaled(z: Float64Array, factor: number, row: Float64Array, from: number, size: number): void {
  for (let j = 0; j < size; j++) z[j]! += row[from + j]! * factor;
}

function preactivation(neuron: Perceptron, theta: Float64Array, x: Float64Array) {
  const first = neuron.output === "fixed" ? 0 : 1;
  let z = neuron.bias ? theta[first + neuron.inputs] : 0;
  for (let k = 0; k < neuron.inputs; k++) z += theta[first + k] * x[k];
  return { first, z: Float64Array.of(z) };
}

/** A(θ₀) of ψ = A(θ₀)σ(·): 1 where the output is fixed. */
export function outputWeight(neuron: Perceptron, theta0: number): number {
  if (neuron.output === "fixed") return 1;
  return neuron.output === "bounded" ? tanh(theta0) : theta0;
}

function requireNeuron(where: string, found: Neuron): void {
  requireMade(where, found, ["kind", "dimension", "inputs"], "neuron or customNeuron");
}

function requireCoordinates(where: string, found: Float64Array, count: number): void {
  if (found instanceof Float64Array && found.length === count) return;
  requireNumbers(where, found, `${count} numbers`);
  if (found.length !== count) throw inputError(where, `found ${found.length} numbers; allowed: ${count}`);
}
