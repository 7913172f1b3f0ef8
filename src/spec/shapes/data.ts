// What is learnt: a table of text, arrays in a file or in the experiment, a teacher's labels, a function's values; and what is tested on.

import * as z from "zod";
import { MISSING } from "../../problem/csv.ts";
import { STANDARDISED } from "../../problem/data.ts";
import type { FunctionName } from "../../problem/synthetic.ts";
import { arrayName, count, filePath, nonNegative, ownFunction, seed, textFormat } from "./shared.ts";

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

export const dataShape = z.union([csvData, npyData, npzData, arraysData, teacherData, functionData]);

export type DataSpec = z.output<typeof dataShape>;
