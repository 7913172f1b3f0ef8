// A ψ of one's own, by its functions.

import type * as z from "zod";
import type { Shapes } from "../../base/shapes.ts";
import { counted } from "../../base/words.ts";
import { customNeuron } from "../../problem/neuron.ts";
import type { NeuronForm } from "./form.ts";

const shape = ({ z, count, ownFunction }: Shapes) => ({
  dimension: count.describe("p, the length of θ"),
  inputs: count.describe("d, the number of inputs"),
  names: z.array(z.string().min(1)).exactOptional().describe("a name for each coordinate of θ"),
  value: ownFunction("(θ, x) ↦ ψ(θ; x)").describe("ψ"),
  gradient: ownFunction("(θ, x, out)").describe("writes ∂ψ/∂θ into out, p numbers"),
  kind: z.literal("custom").exactOptional().describe("as customNeuron of the library says it"),
  blocks: z.array(z.literal("custom")).exactOptional().describe("as customNeuron of the library says it"),
});

type Keys = ReturnType<typeof shape>;

export const CUSTOM: NeuronForm<z.output<z.ZodObject<Keys>>, Keys> = {
  key: "value",
  shape,
  blocks: () => [],
  dimension: ({ dimension }) => dimension,
  theta: ({ dimension, names = Array.from({ length: dimension }, (_, k) => `θ${k}`) }) =>
    `θ = (${names.join(", ")})`,
  size: ({ dimension }) => ["dimension", dimension],
  breaches({ dimension, names }) {
    if (names === undefined || names.length === dimension) return [];
    return [
      { key: ["names"], found: names, allowed: `${counted(dimension, "name")}, one a coordinate of θ` },
    ];
  },
  make: ({ kind: _kind, blocks: _blocks, ...stated }) =>
    customNeuron(stated as unknown as Parameters<typeof customNeuron>[0]),
};
