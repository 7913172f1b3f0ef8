// The shapes of the experiment file, in zod: every key, its type, its meaning, and defaults that depend on nothing else.
// What several keys must agree on is in checks.ts; defaults that depend on other keys in schema.ts.

import { z } from "zod";
import { shapesOf } from "../base/shapes.ts";
import { DYNAMICS } from "../dynamics/kinds.ts";
import { needsText } from "../dynamics/motion.ts";
import { WORD_NAMES } from "../dynamics/words.ts";
import { DEFAULT_LEAK } from "../grid/leak.ts";
import { ASKED_NAMES } from "../observables/list.ts";
import { DUAL_OPTIONS } from "../observables/lower-bound/lower-bound.ts";
import { ESTIMATORS, SAMPLINGS } from "../particles/batch.ts";
import {
  INTEGRATOR_NAMES,
  type IntegratorSettings,
  integratorOf,
  SETTINGS,
  settingText,
} from "../particles/integrators.ts";
import { SCHEMES } from "../pde/kinetic/schemes.ts";
import { ACTIVATION_NAMES } from "../problem/activation.ts";
import { MISSING, SEPARATOR } from "../problem/csv.ts";
import { STANDARDISED } from "../problem/data.ts";
import type { FunctionName } from "../problem/synthetic.ts";
import { ENCODING_NAME, ENCODINGS, encodingNamed } from "../tables/decode.ts";
import { DECIMALS } from "../tables/number.ts";

// ---- Words ----

const FUNCTIONS = [
  "sin",
  "cos",
  "abs",
  "step",
  "sign",
  "identity",
  "square",
  "tanh",
  "gaussian",
] as const satisfies readonly FunctionName[];

// ---- Shapes ----

const shapes = shapesOf(z);
const { positive, nonNegative, count, byBlock, ownFunction, ownName } = shapes;
const seed = z.int().min(0).meta({ title: "a whole number from 0 to 2^53 − 1" });
const filePath = z.string().min(1).meta({ title: "a file path" });

const numberOrList = <Item extends z.ZodType<number>>(item: Item) => z.union([item, z.array(item).min(1)]);

/** How a table of text is written; what is left out is recognised. */
const textFormat = {
  header: z
    .boolean()
    .exactOptional()
    .describe("whether the first row holds names; needed where it holds numbers"),
  separator: z
    .string()
    .regex(SEPARATOR)
    .meta({ title: "one character, tab, or blanks" })
    .exactOptional()
    .describe("what stands between cells; default: recognised"),
  quote: z
    .string()
    .regex(/^(?:.|none)$/u)
    .meta({ title: "one character, or none" })
    .exactOptional()
    .describe('what cells that hold a separator stand in; default: "'),
  encoding: z
    .string()
    .regex(ENCODING_NAME)
    .transform((name) => encodingNamed(name)!)
    .meta({ title: ENCODINGS.join(", ") })
    .exactOptional()
    .describe(
      "or another usual name of these, such as cp1252; default: recognised; what is no Unicode is read as latin-1, and a notice says so",
    ),
  comment: z
    .string()
    .regex(/^.$/u)
    .meta({ title: "one character" })
    .exactOptional()
    .describe("lines that begin with it are left out; default: none are"),
  decimal: z.enum(DECIMALS).exactOptional().describe("what stands before the decimals; default: recognised"),
};

const column = z.union([z.string().min(1), z.int().min(1)]).meta({ title: "a name, or a number from 1" });
const columnList = z
  .array(z.union([z.string().min(1), z.int().min(1)]))
  .min(1)
  .meta({ title: "a list of names, numbers from 1, and ranges such as 1..30" });

const testSplit = z.strictObject({
  fraction: z.number().gt(0).lt(1).describe("of the rows, that are tested on"),
  seed: seed.default(0).describe("which rows these are, apart from the experiment's own"),
});
const testFile = z.strictObject({ file: filePath.describe("a file like that of the data") });
const TEST = "rows that nothing is learnt from: `test_risk`, for labels ±1 `test_accuracy`";

const standardise = z
  .union([z.boolean(), z.enum(STANDARDISED)])
  .transform((what) => (what === true ? "all" : what))
  .default(false)
  .meta({
    title: "false, inputs, all",
    description:
      "shift and scale each column of x, and with all (or true) y, to mean 0 and std 1 of what is learnt from",
  });

const csvData = z.strictObject({
  csv: filePath.describe("a table of text, as it is, by gzip, or alone in a zip"),
  inputs: columnList.describe("the columns of x"),
  target: column.describe("the column of y"),
  weight: column.exactOptional().describe("the column of the weights; default: equal weights"),
  ...textFormat,
  labels: z
    .record(z.string(), z.number())
    .meta({ title: "a mapping of texts to numbers, such as { M: 1, B: -1 }" })
    .exactOptional()
    .describe("what texts in the column of y stand for"),
  missing: z
    .enum(MISSING)
    .default("refuse")
    .describe("rows in which a cell is missing (empty, ?, NA, …): refused, or left out and counted"),
  standardise,
  test: z.union([testFile, testSplit]).exactOptional().describe(TEST),
});

const arrayName = z.string().min(1).meta({ title: "the name of an array" });
const arrayNames = z
  .union([arrayName, z.array(arrayName).min(1)])
  .meta({ title: "the name of an array, or a list of them" });
const numberLabels = z
  .record(z.string(), z.number())
  .meta({ title: "a mapping of numbers to numbers, such as { 0: -1, 1: 1 }" })
  .exactOptional()
  .describe("what numbers of y stand for");

const npyData = z.strictObject({
  npy: filePath.describe("a .npy of numpy: a matrix, one row a sample"),
  inputs: columnList.describe("the columns of x, by number from 1"),
  target: column.describe("the column of y"),
  weight: column.exactOptional().describe("the column of the weights; default: equal weights"),
  labels: numberLabels,
  standardise,
  test: z.union([testFile, testSplit]).exactOptional().describe(TEST),
});

const npzData = z.strictObject({
  npz: filePath.describe(
    "a .npz of numpy, muflow's own or another program's; the first index of its arrays is that of samples",
  ),
  inputs: arrayNames
    .exactOptional()
    .describe(
      "x; of several arrays, or of more than one index after the first, the columns together; default: `data_x`",
    ),
  target: arrayName.exactOptional().describe("y; default, where inputs is left out: `data_y`"),
  weight: arrayName
    .exactOptional()
    .describe("the weights; default: equal ones, or `data_weight` where inputs is left out"),
  labels: numberLabels,
  standardise,
  test: z
    .union([
      testFile,
      testSplit,
      z.strictObject({
        inputs: arrayNames.describe("x of other arrays of the same file"),
        target: arrayName.describe("y of them"),
      }),
    ])
    .exactOptional()
    .describe(TEST),
});

const arraysData = z.strictObject({
  arrays: z
    .strictObject({
      x: z
        .array(z.union([z.number(), z.array(z.number()).min(1)]))
        .min(1)
        .transform((rows) => rows.map((row) => (typeof row === "number" ? [row] : row)))
        .meta({
          title: "a list of rows of numbers (of numbers, for one input)",
          description: "inputs, one row a sample",
        }),
      y: z.array(z.number()).min(1).describe("targets, one a sample"),
      weight: z.array(nonNegative).exactOptional().describe("weights, one a sample; default: equal weights"),
    })
    .describe("samples written in the file itself"),
  test: testSplit.exactOptional().describe(TEST),
});

const teacherData = z.strictObject({
  teacher: z
    .strictObject({
      neurons: count.describe("width of the teacher"),
      dim: count.describe("number of inputs"),
      samples: count.describe("number of samples"),
      inputs: z.enum(["gaussian", "sphere", "uniform"]).default("gaussian").describe("law of x"),
      noise: nonNegative.default(0).describe("standard deviation of the noise on y"),
      seed: seed.default(0).describe("seed of the teacher and its samples, apart from the experiment's own"),
    })
    .describe("samples of a random network of the same neurons"),
  test: testSplit.exactOptional().describe(TEST),
});

const functionData = z.strictObject({
  function: z
    .union([z.enum(FUNCTIONS), ownFunction("x ↦ y")])
    .describe("y = f(x), one input; by name, or a function of your own"),
  interval: z
    .tuple([z.number(), z.number()])
    .meta({ title: "[lo, hi] with lo < hi", description: "x is uniform on it" }),
  samples: count.describe("number of points"),
  quadrature: z.enum(["uniform", "gauss-legendre"]).default("uniform").describe("points and weights"),
});

const perceptron = z.strictObject({
  activation: z.enum(ACTIVATION_NAMES).describe("σ of ψ(θ; x) = a σ(w·x + b)"),
  inputs: count.describe("d, the number of inputs"),
  output: z
    .enum(["trained", "fixed", "bounded"])
    .default("trained")
    .describe("`trained` a, `fixed` a ≡ 1, or `bounded` a = tanh θ₀"),
  bias: z.boolean().default(true).describe("false: b ≡ 0"),
});

const ownNeuron = z.strictObject({
  dimension: count.describe("p, the length of θ"),
  inputs: count.describe("d, the number of inputs"),
  names: z.array(z.string().min(1)).exactOptional().describe("a name for each coordinate of θ"),
  value: ownFunction("(θ, x) ↦ ψ(θ; x)").describe("ψ"),
  gradient: ownFunction("(θ, x, out)").describe("writes ∂ψ/∂θ into out, p numbers"),
  kind: z.literal("custom").exactOptional().describe("as customNeuron of the library says it"),
  blocks: z.array(z.literal("custom")).exactOptional().describe("as customNeuron of the library says it"),
});

const neuron = z.union([perceptron, ownNeuron]);

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
  ownInteraction,
]);

const problem = z.strictObject({
  data: z
    .union([csvData, npyData, npzData, arraysData, teacherData, functionData])
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
export const PROBLEM_KEYS: readonly string[] = Object.keys(problem.shape);

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

const momentum = z
  .strictObject({
    mean: numberOrList(z.number()).default(0).describe("mean of ω; one number stands for all coordinates"),
    std: numberOrList(nonNegative).exactOptional().describe("standard deviation of ω; default √τ"),
  })
  .exactOptional()
  .describe("Gaussian ω at t = 0, kinetic dynamics only; default: mean 0, std √τ");

const initial = z.discriminatedUnion("kind", [
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

const batch = z
  .union([
    count,
    z.strictObject({
      size: count.describe("B, the points of a batch; at most as many as the data"),
      sampling: z
        .enum(SAMPLINGS)
        .default("without-replacement")
        .describe(
          "without-replacement: a fresh random subset every step; with-replacement: B draws by weight; reshuffled: consecutive pieces of a random order, one order an epoch",
        ),
      estimator: z
        .enum(ESTIMATORS)
        .default("plain")
        .describe(
          "plain: the gradient of the batch; svrg: corrected by an anchor, where the full gradient is known",
        ),
      anchor: count
        .exactOptional()
        .describe("svrg only: steps between two full gradients; default: M/B, rounded up"),
    }),
  ])
  .transform((batch) =>
    typeof batch === "number" ? { size: batch, sampling: SAMPLINGS[0], estimator: ESTIMATORS[0] } : batch,
  );

/** The settings of integrators, by their keys. */
const settings = Object.fromEntries(
  SETTINGS.map(({ key, owner, setting }) => {
    const needed = "between" in setting ? ", which needs it" : "";
    const shape =
      "values" in setting
        ? z.union(setting.values.toSorted((a, b) => a - b).map((value) => z.literal(value)))
        : z.number().gt(setting.between[0]).lt(setting.between[1]);
    const meta = {
      title: settingText(setting),
      description: `${owner} only${needed}: ${setting.description}`,
    };
    return [key, shape.exactOptional().meta(meta)];
  }),
) as unknown as {
  [Key in keyof IntegratorSettings]-?: z.ZodExactOptional<z.ZodType<NonNullable<IntegratorSettings[Key]>>>;
};

/** `baoab, aboba: kinetic dynamics; …` */
function integratorsByNeeds(): string {
  const texts = INTEGRATOR_NAMES.map((name) => needsText(integratorOf(name).needs));
  const lines = [...new Set(texts)].map((text) => {
    const names = INTEGRATOR_NAMES.filter((_, place) => texts[place] === text);
    return `${names.join(", ")}: ${text}`;
  });
  return lines.join("; ");
}

const particles = z.strictObject({
  width: z
    .union([count, z.array(count).min(1)])
    .transform((width) => (typeof width === "number" ? [width] : width))
    .describe("N, the number of neurons; a list makes a run for each"),
  replicas: count.default(1).describe("independent copies of every run"),
  integrator: z
    .enum(INTEGRATOR_NAMES)
    .exactOptional()
    .describe(`${integratorsByNeeds()}; default: the first of these that solves the dynamics`),
  ...settings,
  batch: batch
    .exactOptional()
    .describe(
      "the gradient of a step is estimated from B of the M data; a number is the size; what is recorded is of all data, without dissipation and its identity, which hold for the full gradient; default: all data at every step",
    ),
  dual: z
    .enum(DUAL_OPTIONS)
    .default("auto")
    .describe(
      "the lower bound `dual` on the optimum (docs/densities.md): auto: where it exists, and at as many records as take no longer than the run's own steps; off: not at all",
    ),
  field: z.enum(["direct"]).default("direct").describe("how the sums over neurons are evaluated"),
});

const cells = z
  .union([count, z.array(count).min(1)])
  .describe(
    "cells along each coordinate of θ, and then of ω for a kinetic grid; one number stands for all; at least 4",
  );

const extent = z
  .array(z.tuple([z.number(), z.number()]).meta({ title: "[lo, hi] with lo < hi" }))
  .min(1)
  .exactOptional()
  .describe(
    "[lo, hi] of each coordinate of θ, and then of ω for a kinetic grid; one pair stands for all; on the torus that of θ is [−π, π], and may be left out",
  );

const observe = z
  .array(z.enum(ASKED_NAMES))
  .exactOptional()
  .describe("observables besides those that are always recorded (docs/results.md)");

const gridSolver = z.strictObject({
  cells,
  extent,
  scheme: z
    .enum(SCHEMES)
    .exactOptional()
    .describe(
      "first-order dynamics: implicit (default; positive, stable and dissipative at every step, first order in time) or second-order; kinetic: spectral (default; needs a resolved density) or positive",
    ),
  integrator: z
    .enum(WORD_NAMES)
    .exactOptional()
    .describe("kinetic only: the word over drift A, kick B, friction and noise O; default aboba"),
  order: z
    .union([z.literal(2), z.literal(4)])
    .exactOptional()
    .meta({ title: "2, 4" })
    .describe("kinetic only: 4 combines the runs with h and h/2; default 2"),
  refine: z
    .boolean()
    .exactOptional()
    .describe(
      "kinetic only: repeat the run on 3/2 the cells and with half the step, and report how much the energies change; default false",
    ),
  leak: positive
    .max(1)
    .default(DEFAULT_LEAK)
    .describe("the most mass that the two outermost cells of a face may hold; more stops the run"),
  observe,
});

const stationarySolver = z.strictObject({ cells, extent, observe });

const jkoSolver = z.strictObject({
  cells,
  extent,
  method: z
    .enum(["quantile", "entropic"])
    .describe("quantile: exact in one coordinate; entropic: one or two, with a bias of order epsilon"),
  epsilon: positive
    .exactOptional()
    .describe(
      "entropic regularisation ε of ½W₂² + ε KL, whose limit equation has (ε/2h)Δμ more; default: an ε that the cells resolve, with that term taken out again",
    ),
  observe,
});

const solver = z.union([
  z.strictObject({ particles: particles.describe("N neurons") }),
  z.strictObject({ grid: gridSolver.describe("the density, on a grid") }),
  z.strictObject({
    stationary: stationarySolver.describe(
      "the minimiser of the free energy, or with W the equilibria, on a grid",
    ),
  }),
  z.strictObject({ jko: jkoSolver.describe("the density, by steps of least free energy + W₂²/2h") }),
]);

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
  solver: z.enum(["particles", "grid", "jko"]).default("particles").describe("whose quantity it is"),
  against: z
    .enum(["grid", "stationary", "jko"])
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

export const shape = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .meta({ title: "a name of the letters a–z, 0–9 and -", description: "names the folder" }),
  seed: seed.default(0).describe("everything random derives from it"),
  problem: problem.describe("what is minimised"),
  dynamics: dynamics.describe("how the neurons move"),
  initial: initial.describe("where the neurons start"),
  time: time.describe("how long, how finely, and what is kept"),
  solvers: z.array(solver).min(1).describe("what computes it, one or several"),
  ...studyShape.shape,
});

/** What the file says, before the defaults that depend on other keys. */
export type Shape = z.output<typeof shape>;
export type NumberOrList = number | number[];
export type DataSpec = z.output<
  | typeof csvData
  | typeof npyData
  | typeof npzData
  | typeof arraysData
  | typeof teacherData
  | typeof functionData
>;
export type NeuronSpec = z.output<typeof neuron>;
export type LossSpec = z.output<typeof loss>;
export type PerceptronSpec = z.output<typeof perceptron>;
export type PotentialSpec = z.output<typeof potential>;
export type InteractionSpec = z.output<typeof interaction>;
