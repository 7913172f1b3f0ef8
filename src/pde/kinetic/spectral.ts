// `spectral`: shifts through Fourier transforms, O by dilation of the transform. Space to round-off when resolved; not positive.

import type { KineticRecord } from "./scheme.ts";
import { spectralMoves } from "./spectral-moves.ts";

export const SPECTRAL: KineticRecord<"spectral"> = {
  name: "spectral",
  description: "needs a resolved density",
  summary: "spectral shifts",
  sources: [],
  rings: true,
  breaches: ({ cells }) =>
    [cells].flat().some((count) => count % 2 === 1)
      ? [{ key: ["cells"], found: cells, allowed: "even numbers with spectral" }]
      : [],
  along: spectralMoves,
};
