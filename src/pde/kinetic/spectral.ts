// `spectral`: shifts through Fourier transforms, O by dilation of the transform. Space to round-off when resolved; not positive.

import { spectralDilation } from "./dilation.ts";
import type { KineticRecord } from "./scheme.ts";
import { spectralShift } from "./shift-spectral.ts";

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
  shift: (phase, axis, amounts) => spectralShift(phase, axis, amounts),
  remaps: () => false,
  propagator(axis, damping, temperature, matrix) {
    spectralDilation(axis, damping, temperature * (1 - damping) * (1 + damping), matrix);
  },
};
