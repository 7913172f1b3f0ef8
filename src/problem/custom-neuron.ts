// A user's own ψ(θ; x), of which nothing is known but what it and its gradient in θ give.

import { inputError } from "../base/errors.ts";
import { requireCount, requireFunction, requireKeys, requireList } from "../base/keys.ts";
import type { Feature } from "./feature.ts";

/** A user's own ψ. Both functions must be pure; `gradient` writes ∂ψ/∂θ (length p) into `out`. */
export interface CustomNeuron extends Feature {
  readonly kind: "custom";
}

export interface CustomNeuronOptions {
  dimension: number;
  inputs: number;
  names?: readonly string[];
  value: CustomNeuron["value"];
  gradient: CustomNeuron["gradient"];
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
