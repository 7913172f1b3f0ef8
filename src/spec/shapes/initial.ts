// Where neurons start: the law of θ, and with momenta that of ω.

import * as z from "zod";
import { arrayName, filePath, nonNegative, numberOrList, positive, textFormat } from "./shared.ts";

const momentum = z
  .strictObject({
    mean: numberOrList(z.number()).default(0).describe("mean of ω; one number stands for all coordinates"),
    std: numberOrList(nonNegative).exactOptional().describe("standard deviation of ω; default √τ"),
  })
  .exactOptional()
  .describe("Gaussian ω at t = 0, kinetic dynamics only; default: mean 0, std √τ");

export const initialShape = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("gaussian").describe("independent coordinates"),
    mean: numberOrList(z.number()).describe("mean of θ; one number stands for all coordinates"),
    std: numberOrList(nonNegative).describe("standard deviation of θ; one number stands for all coordinates"),
    momentum,
  }),
  z.strictObject({
    kind: z.literal("uniform").describe("independent coordinates, uniform on [low, high]"),
    low: numberOrList(z.number()).describe("one number stands for all coordinates"),
    high: numberOrList(z.number()).describe("one number stands for all coordinates"),
    momentum,
  }),
  z.strictObject({
    kind: z.literal("sphere").describe("uniform on the sphere |θ| = radius; needs a neuron, which gives p"),
    radius: positive.describe("the radius"),
    momentum,
  }),
  z.strictObject({
    kind: z.literal("file").describe("the neurons of a file; needs a neuron, which gives p"),
    path: filePath.describe(
      "one neuron a row, p columns in θ order, then p of ω when kinetic, as many rows as the width: a table of text with or without a header line, a .npy, or a .npz such as muflow's neurons.npz",
    ),
    ...textFormat,
    arrays: z
      .union([
        z.strictObject({
          theta: arrayName.describe(
            "θ: N × p, or snapshots of it; with kinetic dynamics and no omega N × 2p",
          ),
          omega: arrayName
            .exactOptional()
            .describe("ω: of the same shape; default: beside run0_theta run0_omega"),
        }),
        z.strictObject({
          a: arrayName.exactOptional().describe("the N output weights"),
          w: arrayName.describe("the input weights, N × d"),
          b: arrayName.exactOptional().describe("the N biases"),
        }),
      ])
      .exactOptional()
      .describe(
        "the arrays of a .npz that are θ and ω, or the blocks of θ; default: the only one named …_theta",
      ),
    snapshot: z
      .int()
      .min(0)
      .exactOptional()
      .describe("which of several snapshots in an array, from 0; default: the last"),
  }),
]);

export type InitialShape = z.output<typeof initialShape>;
