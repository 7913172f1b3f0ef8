// What an experiment needs, told before anything is allocated: the most memory its process holds, and its seconds. Both are measured, not derived: bytes of
// a run and nanoseconds of its arithmetic stand in its solver's record (solvers/), those of data, records and results here. Arrays, data among them, lie
// beside V8's heap; records lie in it, and its limit is its own.

import { freemem, totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";
import { inputError } from "../base/errors.ts";
import { largestOf } from "../base/extremes.ts";
import { bisected } from "../base/search.ts";
import { bytesText } from "../base/words.ts";
import type { DataSet } from "../problem/data.ts";
import { labelSeconds } from "../problem/synthetic.ts";
import { stepCount } from "../spec/layout.ts";
import { largestDivisor } from "../spec/schedule.ts";
import type { Experiment } from "../spec/schema.ts";
import { nameOf, networksOf, runCount } from "../spec/solvers/labels.ts";
import type { BuiltExperiment, DataOrigin } from "./build.ts";
import { MIB, product } from "./memory-model.ts";
import {
  isAtRest,
  isFirstReplica,
  isNetwork,
  isOnGrid,
  isPhaseSpace,
  type RunBase,
  stepsOf,
} from "./runs.ts";
import { costOf, type Run, recordOf, sharedBy } from "./solvers/list.ts";

/** A process with one thread that has nothing to do, and each thread more. */
const IDLE = 120 * MIB;
const THREAD = 22 * MIB;
/** The share of a run's memory that still waits for the collector when the next one has its own. */
const WAITING = 0.6;
/** Of one neuron as it is drawn, where it has one parameter and where more. */
const DRAWN = { line: 60, space: 30 };
/** Of a kept number of a finished run: as it is read, packed and drawn. */
const KEPT = 27;
/** Of a datum and of each of its inputs: its columns with the copies that are sent, saved and drawn; each thread more; and what reading it leaves behind. */
const DATUM = { datum: 400, input: 42 };
const DATUM_OF_THREAD = { datum: 180, input: 8 };
const READ: Readonly<Record<DataOrigin, typeof DATUM>> = {
  made: { datum: 0, input: 0 },
  text: { datum: 320, input: 20 },
  stated: { datum: 3350, input: 1850 },
};
/** Of a record, for each run: an object of some 15 numbers, and what tables and figures make of it. */
const RECORD = 4400;
/** Of a run that has not begun. */
const RUN = 2000;

/** Bytes that no process on this machine can go beyond. */
export function memoryLimit(): number {
  // Without a limit of its own the system answers with 2⁶⁴ or 0.
  const constrained = process.constrainedMemory?.() ?? 0;
  return constrained > 0 ? Math.min(constrained, totalmem()) : totalmem();
}

/** The most that a run holds while it is computed, beside its data. */
export function bytesOf(run: RunBase, threads = 1): number {
  return recordOf(run).bytes(run, threads);
}

/** What stays of a run until all have ended. */
function keptOf(run: Run): number {
  const { schedule, problem } = run;
  const records = isAtRest(run) ? 1 : schedule.steps / schedule.recordEvery;
  const numbers = recordOf(run).numbers(run) + problem.data.size;
  return RECORD * records + KEPT * schedule.snapshots.length * numbers;
}

function dataBytes({ size, inputs }: DataSet, origin: DataOrigin, threads: number): number {
  const of = ({ datum, input }: typeof DATUM) => size * (datum + input * inputs);
  return of(DATUM) + (threads - 1) * of(DATUM_OF_THREAD) + of(READ[origin]);
}

/** What it is of each run; replicas, which follow their first, are alike. */
function ofEach(runs: readonly Run[], of: (run: Run) => number): number[] {
  let last = 0;
  return runs.map((run) => {
    if (isFirstReplica(run)) last = of(run);
    return last;
  });
}

/** The most memory that `muflow run` takes on so many threads. */
export function memoryOf({ problem, runs, origin }: BuiltExperiment, threads: number): number {
  const bytes = ofEach(runs, (run) => bytesOf(run, threads));
  const order = runs.map((_, k) => k).sort((a, b) => bytes[b]! - bytes[a]!);
  const sum = (of: readonly number[]) => of.reduce((total, value) => total + value, 0);
  // A run that has ended may wait for the collector while another is computed; its replicas take its memory over.
  const before = order.slice(threads).find((k) => isFirstReplica(runs[k]!));
  const waiting = before === undefined ? 0 : WAITING * bytes[before]!;
  const together = sum(order.slice(0, threads).map((k) => bytes[k]!)) + waiting;
  const widest = largestOf(ofEach(runs, (run) => (isNetwork(run) ? run.width : 0)));
  const drawn = problem.dimension === 1 ? DRAWN.line : DRAWN.space;
  const results = sum(ofEach(runs, keptOf)) + drawn * widest;
  const busy = Math.min(threads, runs.length);
  // While runs are computed, or when all their results are there.
  return (
    IDLE +
    (busy - 1) * THREAD +
    dataBytes(problem.data, origin, busy) +
    Math.max(together, results) +
    Math.min(together, results) / 4
  );
}

/** Seconds of one core, roughly: within a factor of 3 on machines of the years since 2020. */
export function secondsOf(runs: readonly Run[]): number {
  return runs.reduce((sum, run) => sum + 1e-9 * recordOf(run).unit(run) * costOf(run) * stepsOf(run), 0);
}

/** What a command takes besides its runs: to start, to write and to draw. */
const COMMAND_SECONDS = 0.6;

/** Seconds of one core that `muflow run` takes in all. */
export function commandSeconds(runs: readonly Run[]): number {
  return COMMAND_SECONDS + secondsOf(runs);
}

/** Seconds of all runs on so many threads: a run is no faster than its own thread, unless it is large enough for all to share it. */
export function secondsTogether(runs: readonly Run[], threads: number): number {
  const seconds = runs.map((run) => secondsOf([run]));
  const longest = largestOf(runs.map((run, k) => (sharedBy(run) === null ? seconds[k]! : 0)));
  return Math.max(longest, seconds.reduce((sum, time) => sum + time, 0) / threads);
}

/** Seconds that an experiment takes to be read, checked and judged, of which nothing is run: as is, for each run, cell, cell of a W that is transformed, datum in a cell, gradient of a narrow copy. */
const LOOK = { once: 2e-3, run: 1e-5, cell: 5e-7, transformed: 1.5e-6, feature: 4e-8, gradient: 4e-8 };
/** Gradients that tell how far a method's steps may go, of so many ψ-evaluations at most. */
const GRADIENTS = 20;
const PROBE = { width: 256, most: 2 ** 21 };

/** Seconds to look at the cells of all densities. */
export function cellSeconds(runs: readonly Run[]): number {
  return runs.reduce((sum, run) => {
    if (!isOnGrid(run)) return sum;
    const { data, interaction } = run.problem;
    // Φ = W ∗ μ goes axis by axis.
    const lengths = interaction?.type === "pairs" ? run.cells.reduce((total, cells) => total + cells, 0) : 0;
    return sum + LOOK.transformed * lengths + (LOOK.cell + LOOK.feature * data.size) * product(run.cells);
  }, 0);
}

/** Seconds to look at an experiment, roughly: what each point of a study takes before it runs. */
export function lookSecondsOf({ problem: { data } }: Experiment, { problem, runs }: BuiltExperiment): number {
  const methods = new Set(
    runs.flatMap((run) => (isNetwork(run) || isPhaseSpace(run) ? run.solver + run.integrator : [])),
  );
  const probe = Math.min(PROBE.width * problem.data.size, PROBE.most);
  const teacher = data !== undefined && "teacher" in data ? labelSeconds(data.teacher) : 0;
  return (
    LOOK.once +
    LOOK.run * runs.length +
    cellSeconds(runs) +
    LOOK.gradient * GRADIENTS * methods.size * probe +
    teacher
  );
}

/** Refuses what no machine holds before it is counted out: rows of data, replicas, records. Errors: input. */
export function requireCounts({ problem, solvers, time }: Experiment): void {
  const { data } = problem;
  if (data !== undefined && "teacher" in data) {
    const { samples, dim, neurons } = data.teacher;
    requireFits("problem.data.teacher.samples", samples, DATUM.datum + DATUM.input * dim, machine());
    requireFits("problem.data.teacher.neurons", neurons, 8 * (dim + 2), machine());
  }
  if (data !== undefined && "function" in data) {
    requireFits("problem.data.samples", data.samples, DATUM.datum + DATUM.input, machine());
  }
  for (const [k, solver] of solvers.entries()) {
    const count = runCount(solver);
    const networks = networksOf(solver);
    if (networks !== null) {
      const { widths, replicas } = networks;
      requireFits(`solvers.${k}.${nameOf(solver)}.replicas`, replicas, RUN * widths.length, heap());
    }
    // What is named must divide the steps.
    const records = (most: number) => largestDivisor(stepCount(time), most);
    requireFits("time.record", time.record, RECORD * count, heap(), records);
  }
}

interface Room {
  readonly bytes: number;
  /** After how much is wanted. */
  readonly says: string;
  readonly advice: string;
}

function machine(): Room {
  return {
    bytes: memoryLimit() - IDLE,
    says: `, and this machine has ${bytesText(memoryLimit())}`,
    advice: "",
  };
}

function heap(): Room {
  const bytes = getHeapStatistics().heap_size_limit;
  return {
    bytes,
    says: ` of Node's heap, which has ${bytesText(bytes)}`,
    advice: ", more with NODE_OPTIONS=--max-old-space-size=MiB",
  };
}

function requireFits(
  where: string,
  found: number,
  each: number,
  { bytes, says, advice }: Room,
  fitting = (most: number) => most,
): void {
  if (found * each <= bytes) return;
  const most = fitting(Math.floor(bytes / each));
  throw inputError(
    where,
    `found ${found}; it takes ${bytesText(found * each)}${says}: allowed up to ${most}${advice}`,
  );
}

/** Refuses a run that this machine cannot hold, its solver's keys standing at `where`. Errors: input, with the size that it can. */
export function requireRoom(run: Run, where: string): void {
  const limit = memoryLimit() - IDLE;
  const bytes = bytesOf(run);
  const { shrink } = recordOf(run);
  if (bytes <= limit || shrink === undefined) return;
  const fits = (smaller: RunBase) => bytesOf(smaller) <= limit && shrink.serves(smaller);
  const smaller = shrink.to(
    run,
    largestShare((share) => fits(shrink.to(run, share))),
  );
  const about = shrink.key === "cells" ? ", say" : "";
  throw inputError(
    `${where}.${shrink.key}`,
    `found ${shrink.text(run)}; it takes ${bytesText(bytes)}${machine().says}: allowed up to ${shrink.text(smaller)}${about}`,
  );
}

/** Of what is available from which on a sentence says so: other programs, and the system's own buffers, want some. */
const TIGHT = 0.75;

/** That an experiment takes most of the memory that is available, a sentence; null where there is room. */
export function roomWarning(
  built: BuiltExperiment,
  threads: number,
  available = Math.min(memoryLimit(), freemem()),
): string | null {
  const bytes = memoryOf(built, threads);
  if (bytes <= TIGHT * available) return null;
  const share = bytes > available ? "more than" : `${Math.round((100 * bytes) / available)} % of`;
  const fewer = threads > 1 && memoryOf(built, 1) < bytes ? "fewer --threads, " : "";
  const smaller = listedSizes(built.runs);
  return `memory: up to ${bytesText(bytes)}, ${share} the ${bytesText(available)} that are available now: the system may grow slow, or end it. What takes less: ${fewer}${smaller}, fewer snapshots`;
}

/** What makes runs smaller. */
function listedSizes(runs: readonly Run[]): string {
  const networks = runs.some(isNetwork);
  const densities = runs.some(isOnGrid);
  return [networks && "smaller widths", densities && "fewer cells"].filter(Boolean).join(", ");
}

/** The largest share that fits, where less fits as well. */
function largestShare(fits: (share: number) => boolean): number {
  return bisected(0, 1, 60, fits)[0];
}
