// The shape of the experiment file, in zod: every key, its type, its meaning, and defaults that depend on nothing else. Its larger parts are in
// shapes/, what is particular to a dynamics or a solver in their records. What several keys must agree on is in checks.ts; defaults that depend on other
// keys in schema.ts.

import * as z from "zod";
import { DYNAMICS } from "../dynamics/kinds.ts";
import { initialShape } from "./shapes/initial.ts";
import { problemShape } from "./shapes/problem.ts";
import { count, nonNegative, positive, seed, shapes } from "./shapes/shared.ts";
import { studyShape } from "./shapes/study.ts";
import { SOLVERS, type SolverShapes } from "./solvers/list.ts";

/** The shapes of records, each with its kind. */
type ShapesWithKind<Records extends readonly { kind: string; shape(shapes: never): unknown }[]> = {
  -readonly [Place in keyof Records]: z.ZodObject<
    { kind: z.ZodLiteral<Records[Place]["kind"]> } & ReturnType<Records[Place]["shape"]>,
    z.core.$strict
  >;
};

const dynamics = z.discriminatedUnion(
  "kind",
  DYNAMICS.map(({ kind, description, shape }) =>
    z.strictObject({ kind: z.literal(kind).describe(description), ...shape(shapes) }),
  ) as unknown as ShapesWithKind<typeof DYNAMICS>,
);

const time = z.strictObject({
  until: positive.describe("the end; a whole number of steps"),
  step: positive.describe("h, the time step"),
  record: count
    .exactOptional()
    .describe(
      "number of equal intervals recorded, t = 0 included; divides the number of steps; default: its largest divisor ≤ 50",
    ),
  snapshots: z
    .array(nonNegative)
    .exactOptional()
    .describe("times, multiples of the step, at which the neurons are kept; default: [0, until]"),
});

const solver = z.union(
  SOLVERS.map(({ name, description, shape }) =>
    z.strictObject({ [name]: z.strictObject(shape(shapes)).describe(description) }),
  ) as unknown as SolverShapes,
);

export const shape = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .meta({ title: "a name of the letters a–z, 0–9 and -", description: "names the folder" }),
  seed: seed.default(0).describe("everything random derives from it"),
  problem: problemShape.describe("what is minimised"),
  dynamics: dynamics.describe("how the neurons move"),
  initial: initialShape.describe("where the neurons start"),
  time: time.describe("how long, how finely, and what is kept"),
  solvers: z.array(solver).min(1).describe("what computes it, one or several"),
  backend: z
    .enum(["gpu"])
    .exactOptional()
    .describe(
      "gpu: sums over neurons and data in single precision on a GPU, as --backend gpu asks for; left out: in double precision, the same bits by every other --backend",
    ),
  ...studyShape.shape,
});

/** What the file says, before the defaults that depend on other keys. */
export type Shape = z.output<typeof shape>;
