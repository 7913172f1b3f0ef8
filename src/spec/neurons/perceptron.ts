// ψ(θ; x) = a σ(w·x + b), by its activation.

import type * as z from "zod";
import type { Shapes } from "../../base/shapes.ts";
import { ACTIVATION_NAMES } from "../../problem/activation.ts";
import { neuron, perceptronTheta } from "../../problem/neuron.ts";
import { OUTPUT_NAMES, perceptronBlocks } from "../../problem/perceptron.ts";
import type { NeuronForm } from "./form.ts";

const shape = ({ z, count }: Shapes) => ({
  activation: z.enum(ACTIVATION_NAMES).describe("σ of ψ(θ; x) = a σ(w·x + b)"),
  inputs: count.describe("d, the number of inputs"),
  output: z
    .enum(OUTPUT_NAMES)
    .default("trained")
    .describe("`trained` a, `fixed` a ≡ 1, or `bounded` a = tanh θ₀"),
  bias: z.boolean().default(true).describe("false: b ≡ 0"),
});

type Keys = ReturnType<typeof shape>;
type PerceptronSpec = z.output<z.ZodObject<Keys>>;

export const PERCEPTRON: NeuronForm<PerceptronSpec, Keys> = {
  key: "activation",
  shape,
  blocks: perceptronBlocks,
  dimension: (spec) => perceptronBlocks(spec).reduce((p, { width }) => p + width, 0),
  theta: (spec) =>
    perceptronTheta(
      perceptronBlocks(spec).map(({ name }) => name),
      spec.inputs,
    ),
  size: ({ inputs }) => ["inputs", inputs],
  make: neuron,
};
