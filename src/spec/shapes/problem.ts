// What is minimised: data and a neuron, loss, regulariser, potential, interaction, domain, temperature.

import { z } from "zod";
import { ACTIVATION_NAMES } from "../../problem/activation.ts";
import { dataShape } from "./data.ts";
import { byBlock, count, nonNegative, ownFunction, ownName, positive } from "./shared.ts";

const perceptron = z.strictObject({
  activation: z.enum(ACTIVATION_NAMES).describe("σ of ψ(θ; x) = a σ(w·x + b)"),
  inputs: count.describe("d, the number of inputs"),
  output: z
    .enum(["trained", "fixed", "bounded"])
    .default("trained")
    .describe("`trained` a, `fixed` a ≡ 1, or `bounded` a = tanh θ₀"),
  bias: z.boolean().default(true).describe("false: b ≡ 0"),
});

const ownNeuron = z.strictObject({
  dimension: count.describe("p, the length of θ"),
  inputs: count.describe("d, the number of inputs"),
  names: z.array(z.string().min(1)).exactOptional().describe("a name for each coordinate of θ"),
  value: ownFunction("(θ, x) ↦ ψ(θ; x)").describe("ψ"),
  gradient: ownFunction("(θ, x, out)").describe("writes ∂ψ/∂θ into out, p numbers"),
  kind: z.literal("custom").exactOptional().describe("as customNeuron of the library says it"),
  blocks: z.array(z.literal("custom")).exactOptional().describe("as customNeuron of the library says it"),
});

const neuron = z.union([perceptron, ownNeuron]);

const loss = z.union([
  z.enum(["squared", "logistic"]),
  z.strictObject({
    huber: z
      .strictObject({ delta: positive.describe("|f − y| where the loss turns linear") })
      .describe("squared near 0, linear in the tails"),
  }),
]);

const regulariser = z.strictObject({
  l2: z
    .union([nonNegative, byBlock(nonNegative)])
    .default(0)
    .describe("V = (l2/2)|θ|²; by block: an absent block counts 0"),
});

const namedPotential = z.strictObject({
  kind: z
    .enum(["quadratic", "double-well", "cosine"])
    .describe("θ²/2, θ⁴/4 − θ²/2, −cos θ, summed over coordinates"),
  strength: z.number().default(1).describe("factor of the potential"),
});

const ownPotential = z.strictObject({
  value: ownFunction("θ ↦ v(θ)").describe("v, of all of θ"),
  gradient: ownFunction("(θ, out)").describe("writes ∂v/∂θ into out, p numbers"),
  strength: z.number().default(1).describe("factor of the potential"),
  name: ownName,
});

const potential = z.union([namedPotential, ownPotential]);

const ownInteraction = z.strictObject({
  value: ownFunction("z ↦ w(z)").describe("w, even; W(z) sums it over coordinates"),
  slope: ownFunction("z ↦ w′(z)").describe("its derivative"),
  strength: z.number().default(1).describe("K, factor of the interaction"),
  name: ownName,
});

const interaction = z.union([
  z.strictObject({
    kind: z.literal("quadratic").describe("W = Kz²/2, summed over coordinates"),
    strength: z.number().describe("K"),
  }),
  z.strictObject({
    kind: z.literal("cosine").describe("W = −K cos z, summed over coordinates"),
    strength: z.number().describe("K"),
  }),
  z.strictObject({
    kind: z.literal("gaussian").describe("W = −K e^{−z²/2s²}, summed over coordinates"),
    strength: z.number().describe("K"),
    scale: positive.default(1).describe("s"),
  }),
  ownInteraction,
]);

export const problemShape = z.strictObject({
  data: dataShape
    .exactOptional()
    .describe(
      "what is learnt; weights are normalised to sum 1; none: the potential and the interaction alone",
    ),
  neuron: neuron
    .exactOptional()
    .describe(
      "θ = (a, w₁…w_d, b), untrained parts left out: the order of every array; required with data, absent without",
    ),
  loss: loss
    .default("squared")
    .describe("squared ½(f − y)², logistic log(1 + e^{−yf}) with labels ±1, or Huber's"),
  regulariser: regulariser.default({ l2: 0 }).describe("the regulariser V"),
  potential: potential.exactOptional().describe("an external potential, added to V"),
  interaction: interaction.exactOptional().describe("a pair interaction W between neurons"),
  domain: z.enum(["plane", "torus"]).default("plane").describe("where θ lives; the torus is [−π, π)^p"),
  temperature: nonNegative.default(0).describe("τ; the noise follows from it"),
});

/** What a problem consists of, as the file calls it. */
export const PROBLEM_KEYS: readonly string[] = Object.keys(problemShape.shape);

export type ProblemShape = z.output<typeof problemShape>;
export type NeuronSpec = z.output<typeof neuron>;
export type PerceptronSpec = z.output<typeof perceptron>;
