// `positive`: shifts by a conservative remap, O by a positive matrix, at τ = 0 by a remap too. μ ≥ 0 exactly; order 2 alone, as the
// combination of order 4 has a negative weight.

import { positiveMoves } from "./positive-moves.ts";
import type { KineticRecord } from "./scheme.ts";

export const POSITIVE: KineticRecord<"positive"> = {
  name: "positive",
  description: "",
  summary: "positive, conservative remap",
  sources: ["filbet2001", "chang1970"],
  rings: false,
  breaches: ({ order }) =>
    order === 4
      ? [{ key: ["order"], found: 4, allowed: "2 with positive: the combination of order 4 is not" }]
      : [],
  along: positiveMoves,
};
