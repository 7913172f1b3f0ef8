// The form of a kind of neuron in the experiment file: its keys, what θ consists of, what the keys must agree on, and the neuron that they state.
// What is particular to a kind stands in its own file here, and list.ts gathers them; ψ is in problem/.

import type * as z from "zod";
import type { Breach } from "../../base/breach.ts";
import type { Shapes } from "../../base/shapes.ts";
import type { Neuron } from "../../problem/neuron.ts";
import type { NeuronShape } from "../../problem/neuron-file.ts";

export interface NeuronForm<Spec, Keys = z.core.$ZodLooseShape> {
  /** A key that no other kind has: it tells the kind. */
  readonly key: string;
  /** Its keys in the experiment file. */
  shape(shapes: Shapes): Keys;
  /** The blocks of θ, in order; none where they are not known. */
  blocks(spec: Spec): NeuronShape["blocks"];
  /** p */
  dimension(spec: Spec): number;
  /** θ as people write it. */
  theta(spec: Spec): string;
  /** The key that p grows with. */
  size(spec: Spec): readonly [key: string, value: number];
  /** What its own keys must agree on. */
  breaches?(spec: Spec): Breach[];
  /** The neuron, functions in the place of their marks. */
  make(spec: Spec): Neuron;
}
