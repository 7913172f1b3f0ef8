// The kinds of neurons that the experiment file may state.

import type * as z from "zod";
import type { NeuronShape } from "../../problem/neuron-file.ts";
import { CUSTOM } from "./custom.ts";
import type { NeuronForm } from "./form.ts";
import { PERCEPTRON } from "./perceptron.ts";

export const NEURONS = [PERCEPTRON, CUSTOM] as const;

/** The shapes of forms in zod. */
type ShapesOf<Forms extends readonly { shape(shapes: never): z.core.$ZodLooseShape }[]> = {
  -readonly [Place in keyof Forms]: z.ZodObject<ReturnType<Forms[Place]["shape"]>, z.core.$strict>;
};
export type NeuronShapes = ShapesOf<typeof NEURONS>;
export type NeuronSpec = z.output<NeuronShapes[number]>;

/** The form that a neuron of the file has. */
export function formOfNeuron(spec: NeuronSpec): NeuronForm<NeuronSpec> {
  return NEURONS.find(({ key }) => key in spec) as NeuronForm<NeuronSpec>;
}

/** The blocks of θ, in order: none without a neuron, and none where they are not known. */
export function blocksOf(spec: NeuronSpec | undefined): NeuronShape["blocks"] {
  return spec === undefined ? [] : formOfNeuron(spec).blocks(spec);
}
