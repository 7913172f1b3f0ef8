// What a folder's JSON files say, looked at before anything takes it for what muflow wrote: folders are handed on, copied by halves, edited.

import * as z from "zod";
import { inputError } from "../base/errors.ts";
import { oneLine } from "../base/labels.ts";
import { SOLVERS } from "../spec/solvers/list.ts";
import { VERDICTS } from "../statistics/verdict.ts";
import { readRegular } from "../tables/regular-file.ts";
import { RUN_STATUSES } from "./formats/summary.ts";

/** What a JSON file holds, of that shape. Errors (input), in one line: no such file, no JSON, another shape; `advice`: what to do then. */
export function keptJson<Shape extends z.ZodType>(
  path: string,
  shape: Shape,
  advice: string,
): z.infer<Shape> {
  const bytes = readRegular(path, (found) => inputError(path, `found ${found}; ${advice}`));
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw inputError(path, `is not JSON; ${advice}`);
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const place = issue!.path.length === 0 ? "" : ` at ${oneLine(issue!.path.join("."))}`;
  throw inputError(path, `is not what muflow writes: ${oneLine(issue!.message)}${place}; ${advice}`);
}

export const whole = z.int().nonnegative();
/** JSON has neither NaN nor infinity: they are null. */
export const number = z.number().nullable();
const pair = z.tuple([z.number(), z.number()]).nullable();
const label = z.looseObject({
  solver: z.string(),
  width: whole.optional(),
  cells: z.array(whole).optional(),
});

/** A run of summary.json and study.json. */
const runShape = z.looseObject({
  solver: z.enum(SOLVERS.map(({ name }) => name)),
  width: whole.optional(),
  replica: whole.optional(),
  cells: z.array(whole).optional(),
  final: z.record(z.string(), number),
  stopped: z.looseObject({ t: number, reason: z.string() }).optional(),
});

const comparisonShape = z.looseObject({
  a: label,
  b: label,
  t: number,
  quantity: z.string(),
  mean: number,
  interval: pair,
  extremes: pair.optional(),
  replicas: whole,
});

/** What summaries of runs and of studies begin with. */
const identityShape = z.looseObject({
  name: z.string(),
  hash: z.string(),
  version: z.string(),
  seed: whole,
  machine: z.record(z.string(), z.union([z.string(), z.number()])),
  wallTime: z.number(),
  outcome: z.string(),
});

const points = z.array(z.looseObject({ t: number, rate: number }));

const rateShape = z.looseObject({
  run: whole,
  functional: z.string(),
  measuredOn: z.string(),
  reason: z.string(),
  predicted: number,
  predictedError: number,
  fitted: number,
  uncertainty: number,
  widened: number,
  offset: number,
  window: pair,
  oscillating: z.boolean(),
  zeroModes: z.array(z.string()),
  local: points,
  modes: z.array(z.number()),
});

export const summaryShape = identityShape.extend({
  runs: z.array(runShape),
  comparisons: z.array(comparisonShape),
  rates: z.array(rateShape),
});

export const manifestShape = z.looseObject({
  hash: z.string(),
  version: z.string(),
  moduleSha256: z.string().nullable(),
  spec: z.record(z.string(), z.unknown()),
  files: z.array(z.looseObject({ key: z.string(), path: z.string(), sha256: z.string() })),
});

const level = z.looseObject({
  x: number,
  value: number,
  error: number,
  replicas: whole,
  leftOut: z.string().nullable(),
  fitted: number.optional(),
});

const fitShape = z.looseObject({
  spec: z.looseObject({ quantity: z.string(), solver: z.string(), along: z.string() }),
  group: z.record(z.string(), z.unknown()),
  levels: z.array(level),
  slope: number,
  intercept: number,
  interval: pair,
  judged: pair,
  reason: z.string(),
  verdict: z.enum(VERDICTS).nullable(),
  measuredOn: z.string().optional(),
  local: points.optional(),
  modes: z.array(z.number()).optional(),
});

export const studyShape = identityShape.extend({
  points: z
    .array(
      z.looseObject({
        values: z.record(z.string(), z.unknown()),
        hash: z.string(),
        runs: z.array(
          runShape.extend({
            status: z.enum(RUN_STATUSES),
            reason: z.string().optional(),
          }),
        ),
        comparisons: z.array(comparisonShape),
      }),
    )
    .min(1),
  fits: z.array(fitShape),
});
