// What a study adds to an experiment: values that are swept, and laws that are fitted.

import * as z from "zod";
import { namesHolding } from "../solvers/list.ts";
import { nonNegative, positive } from "./shared.ts";

/** Values that differ between the points of a study, by dotted path. */
const sweep = z
  .record(z.string().min(1), z.array(z.unknown()).min(1).meta({ title: "a list of values, at least one" }))
  .meta({ title: "a mapping of dotted keys to lists of values" });

const fit = z.strictObject({
  quantity: z
    .string()
    .min(1)
    .describe(
      "an observable of series.csv, or a distance between solvers: f_rms, w1, w2, sliced_w1, sliced_w2, energy_distance",
    ),
  along: z
    .string()
    .min(1)
    .describe("what is varied: width, cells, time, or a key of sweep, such as time.step"),
  law: z
    .enum(["power", "exponential"])
    .default("power")
    .describe("quantity ~ x^slope, or e^(slope x); exponential along time only"),
  solver: z
    .enum(namesHolding("network", "density", "equations"))
    .default("particles")
    .describe("whose quantity it is"),
  against: z
    .enum(namesHolding("density", "equilibrium", "equations"))
    .exactOptional()
    .describe(
      "what it is compared with: of a distance by default the only kind of density there is; of an observable, its value there is taken off",
    ),
  at: nonNegative.exactOptional().describe("a recorded time (for a distance a snapshot); default: the end"),
  predicted: z.number().exactOptional().describe("the slope that theory predicts: a verdict is given"),
  within: positive.default(0.05).describe("half-width that the 95 % interval must reach for HOLDS"),
});

/** Keys that make a file a study. */
export const STUDY_KEYS = ["sweep", "fits"] as const;

/** What a study adds to an experiment. */
export const studyShape = z.object({
  sweep: sweep
    .exactOptional()
    .describe(
      "muflow study runs every combination: dotted keys, such as problem.temperature or solvers.0.particles.width, and their values",
    ),
  fits: z
    .array(fit)
    .exactOptional()
    .describe(
      "laws that muflow study fits over widths, swept keys or time, once for each combination of the others",
    ),
});

export type FitSpec = z.output<typeof fit>;
