// What is minimised: data and a neuron, loss, regulariser, potential, interaction, domain, temperature.

import * as z from "zod";
import { NEURONS, type NeuronShapes } from "../neurons/list.ts";
import { dataShape } from "./data.ts";
import { byBlock, nonNegative, ownFunction, ownName, positive, shapes } from "./shared.ts";

const neuron = z.union(NEURONS.map(({ shape }) => z.strictObject(shape(shapes))) as unknown as NeuronShapes);

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
  z.strictObject({
    kind: z.literal("fourier").describe("W = −2 Σ_k a_k cos kz, summed over coordinates"),
    coefficients: z.array(z.number()).min(1).describe("a_1, a_2, …"),
  }),
  z.strictObject({
    kind: z.literal("attention").describe("W = −e^{β cos z}/β, summed over coordinates"),
    beta: positive.max(600).describe("β, the inverse temperature of attention"),
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
