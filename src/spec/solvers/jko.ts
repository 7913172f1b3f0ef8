// A density by minimising movements: each step has least E_τ + W₂²/2h.

import { JKO_METHODS, JKO_NAMES, jkoBreaches } from "../../pde/jko/jko.ts";
import { densityBreaches } from "../../problem/law.ts";
import { solverForm } from "./form.ts";
import {
  axesBreaches,
  completeGrid,
  extentText,
  gridShape,
  observeShape,
  type StatedDensity,
  sizeText,
  tooManyFor,
} from "./on-grid.ts";

interface StatedJko extends StatedDensity {
  readonly method?: string | undefined;
  readonly epsilon?: number | undefined;
}

export const JKO = solverForm({
  name: "jko",
  description: "the density, by steps of least free energy + W₂²/2h",
  holds: "density",
  shape: (shapes) => ({
    ...gridShape(shapes),
    method: shapes.z
      .enum(JKO_NAMES)
      .describe(JKO_METHODS.map(({ name, description }) => `${name}: ${description}`).join("; ")),
    epsilon: shapes.positive
      .exactOptional()
      .describe(
        "entropic regularisation ε of ½W₂² + ε KL, whose limit equation has (ε/2h)Δμ more; default: an ε that the cells resolve, with that term taken out again",
      ),
    ...observeShape(shapes),
  }),
  complete: (jko, setting) => completeGrid(jko, setting),
  tooMany: (p) => tooManyFor(p, false),
  breaches: (jko, setting) => [
    ...axesBreaches(jko, setting),
    ...densityBreaches(setting.spec.initial, "jko"),
    ...jkoBreaches(jko, { dimension: setting.p, domain: setting.spec.problem.domain }, setting.motion),
  ],
  details: ({ method = "", epsilon, ...box }: StatedJko) => {
    const regularised = JKO_METHODS.some((known) => known.name === method && known.regularised);
    return [
      method,
      sizeText(box),
      extentText(box),
      regularised ? (epsilon === undefined ? "ε by the cells" : `ε = ${epsilon}`) : "",
    ];
  },
  title: "JKO",
  holder: "JKO density",
});
