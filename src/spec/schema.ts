// The experiment file: one schema that validates it (strictly), fills its defaults, ships as JSON Schema and makes
// the reference page. Three passes: shapes (shape.ts), what several keys must agree on (checks.ts), defaults that depend
// on other keys (complete, here), and with these whether a run stands there twice (repeated-runs.ts). Error lines are written from the JSON Schema (issues.ts).

import * as z from "zod";
import { breachText } from "../base/breach.ts";
import { MuflowError } from "../base/errors.ts";
import type { Mobility } from "../dynamics/dynamics.ts";
import { hasMomenta, type Motion } from "../dynamics/motion.ts";
import { CHECKS } from "./checks.ts";
import { type Complaint, complaintLines, complaintsOf, type JsonSchema } from "./issues.ts";
import { broadcast, knownDimension, positionVectors, stepCount } from "./layout.ts";
import { dynamicsIn } from "./motion.ts";
import { blocksOf, type NeuronSpec } from "./neurons/list.ts";
import { repeatedRuns } from "./repeated-runs.ts";
import { defaultRecord } from "./schedule.ts";
import { type Shape, shape } from "./shape.ts";
import type { Setting } from "./solvers/form.ts";
import { type CompleteSolver, formOf } from "./solvers/list.ts";

// ---- Defaults that depend on other keys ----

/** How neurons start, complete: vectors have length p; momentum is there exactly when dynamics are kinetic and no file gives ω. */
export type InitialSpec =
  | ({ kind: "gaussian"; mean: number[]; std: number[] } & MomentumPart)
  | ({ kind: "uniform"; low: number[]; high: number[] } & MomentumPart)
  | ({ kind: "sphere"; radius: number } & MomentumPart)
  | Extract<Shape["initial"], { kind: "file" }>;

type MomentumPart = { momentum?: { mean: number[]; std: number[] } };

function completeInitial(spec: Shape, p: number, motion: Motion): InitialSpec {
  if (spec.initial.kind === "file") return spec.initial;
  const { momentum: stated, ...initial } = spec.initial;
  const { mean = 0, std = Math.sqrt(spec.problem.temperature) } = stated ?? {};
  const momentum = { mean: broadcast(mean, p), std: broadcast(std, p) };
  const vectors = positionVectors(initial).map(([key, value]) => [key, broadcast(value, p)]);
  const position = { ...initial, ...Object.fromEntries(vectors) } as InitialSpec;
  return hasMomenta(motion) ? ({ ...position, momentum } as InitialSpec) : position;
}

/** One value for each block of θ, and for no other. */
function completeBlocks(neuron: NeuronSpec | undefined, values: Mobility, fallback: number): Mobility {
  return Object.fromEntries(blocksOf(neuron).map(({ name }) => [name, values[name] ?? fallback]));
}

function completeProblem(problem: Shape["problem"]) {
  const { l2 } = problem.regulariser;
  return {
    ...problem,
    regulariser: { l2: typeof l2 === "number" ? l2 : completeBlocks(problem.neuron, l2, 0) },
  };
}

function completeDynamics(dynamics: Shape["dynamics"], neuron: NeuronSpec | undefined) {
  if (!("mobility" in dynamics)) return dynamics;
  return { ...dynamics, mobility: completeBlocks(neuron, dynamics.mobility, 1) };
}

function completeTime({ until, step, record, snapshots = [0, until] }: Shape["time"]) {
  const byStep = new Map(snapshots.map((at) => [Math.round(at / step), at]));
  return {
    until,
    step,
    record: record ?? defaultRecord(stepCount({ until, step })),
    snapshots: [...byStep.values()].sort((a, b) => a - b),
  };
}

function completeSolver(solver: Shape["solvers"][number], setting: Setting): CompleteSolver {
  const [[name, stated]] = Object.entries(solver) as [[string, never]];
  return { [name]: formOf(name).complete(stated, setting) } as CompleteSolver;
}

function complete(spec: Shape, motion: Motion) {
  const setting = { spec, motion, p: knownDimension(spec)! };
  return {
    ...spec,
    problem: completeProblem(spec.problem),
    dynamics: completeDynamics(spec.dynamics, spec.problem.neuron),
    initial: completeInitial(spec, setting.p, motion),
    time: completeTime(spec.time),
    solvers: spec.solvers.map((solver) => completeSolver(solver, setting)),
  };
}

// ---- The schema ----

/** The experiment file. Its output is complete: every default filled, and itself a valid input. */
export const experimentSchema = shape
  .transform((spec, context) => {
    // Some shape errors, a negative temperature say, do not keep zod from coming here; the checks trust the shape.
    if (context.issues.length > 0) return z.NEVER;
    const dynamics = dynamicsIn(spec);
    for (const breach of CHECKS.flatMap((check) => check(spec, dynamics))) {
      if (breach) context.addIssue({ code: "custom", path: [...breach.key], message: breachText(breach) });
    }
    if (context.issues.length > 0) return z.NEVER;
    const whole = complete(spec, dynamics.motion);
    for (const { path, text } of repeatedRuns(whole.solvers)) {
      context.addIssue({ code: "custom", path: [...path], message: text });
    }
    return whole;
  })
  .describe("One experiment: a problem, its dynamics, and what solves it");

/** An experiment as a person writes it. */
export type ExperimentInput = z.input<typeof experimentSchema>;
/** An experiment with every default filled. */
export type Experiment = z.output<typeof experimentSchema>;
export type DynamicsSpec = Experiment["dynamics"];

/** The JSON Schema of the file as a person writes it. */
export function experimentJsonSchema(): JsonSchema {
  return z.toJSONSchema(experimentSchema, { io: "input", unrepresentable: "any" });
}

/** What is wrong with what `raw` states; nothing where it is an experiment. */
export function experimentComplaints(raw: unknown): Complaint[] {
  const result = experimentSchema.safeParse(raw);
  return result.success ? [] : complaintsOf(result.error.issues, raw, experimentJsonSchema());
}

/**
 * The experiment that `raw` states, complete. Anything wrong is one MuflowError "input", a line for each thing,
 * each beginning with `where` (the file's name), or with what that says of a complaint.
 */
export function parseExperiment(
  raw: unknown,
  where: string | ((complaint: Complaint) => string),
): Experiment {
  const result = experimentSchema.safeParse(raw);
  if (result.success) return result.data;
  const complaints = complaintsOf(result.error.issues, raw, experimentJsonSchema());
  throw new MuflowError("input", complaintLines(complaints, typeof where === "string" ? () => where : where));
}

/** The files an experiment names, by the key that names them; paths as written. */
export function namedFiles({ problem: { data }, initial }: Experiment): { key: string; path: string }[] {
  const files: { key: string; path: string }[] = [];
  for (const kind of ["csv", "npy", "npz"] as const) {
    const path = (data as Partial<Record<typeof kind, string>> | undefined)?.[kind];
    if (path !== undefined) files.push({ key: `problem.data.${kind}`, path });
  }
  const test = data !== undefined && "test" in data ? data.test : undefined;
  if (test !== undefined && "file" in test) files.push({ key: "problem.data.test.file", path: test.file });
  if (initial.kind === "file") files.push({ key: "initial.path", path: initial.path });
  return files;
}
