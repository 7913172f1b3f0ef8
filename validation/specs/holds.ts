// What must hold of any spec, whatever was done to it: it is refused in clear lines, or accepted; what is accepted says the same again when its
// complete form is read, can be checked and cited, and runs to an end that docs/errors.md knows.

import { rmSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { parse, stringify } from "yaml";
import { MuflowError } from "../../src/base/errors.ts";
import { check } from "../../src/cli/check.ts";
import { cite } from "../../src/cli/cite.ts";
import { type PreparedExperiment, prepareExperiment } from "../../src/experiment/prepare.ts";
import { conclude, performed } from "../../src/experiment/worker.ts";
import { meansOf } from "../../src/kernels/backend/backend.ts";
import { memoryOf, secondsOf } from "../../src/run/needs.ts";
import { sharedProgress } from "../../src/run/progress.ts";
import { canonicalExperiment } from "../../src/spec/canonical.ts";
import { completeSpec, loadExperiment } from "../../src/spec/load.ts";
import { parseExperiment } from "../../src/spec/schema.ts";
import { prepareStudy } from "../../src/study/prepare.ts";

/** What came of a spec, and what should not have. */
export interface Found {
  /** refused; accepted and not run; or how its runs ended. */
  readonly outcome: "refused" | "accepted" | "done" | "stalled" | "broken" | "stopped";
  readonly message: string;
  readonly faults: readonly string[];
}

const PATIENCE_SECONDS = 5;
const LONGEST_LINE = 1000;
/** Eight problems are told, and how many more there are. */
const MOST_LINES = 9;

/** What is wrong with what muflow says of a text: lines that a terminal obeys or nobody reads to the end, and what only a programme says. */
export function faultsOfMessage(message: string, written: string): string[] {
  const lines = message.split("\n");
  const faults: string[] = [];
  if (message.trim() === "") faults.push("says nothing");
  if (lines.length > MOST_LINES) faults.push(`${lines.length} lines`);
  if (lines.some((line) => line.length > LONGEST_LINE)) faults.push("a line that is too long");
  if (lines.some((line) => line.trim() === "")) faults.push("an empty line");
  return [...faults, ...faultsOfText(message, written)];
}

const PROGRAMMERS = [
  /undefined/,
  /\[object \w+\]/,
  /\bNaN\b/,
  /\bInfinity\b/,
  /\bTypeError\b|\bRangeError\b/,
  // Of a user's ψ a message says: a function (θ, x) ↦ …
  /function \w*\((?!θ)|=>/,
];

/** The same of any output, lines and their lengths apart. */
export function faultsOfText(text: string, written: string): string[] {
  const faults: string[] = [];
  if (/[\p{Cf}\p{Cs}\u2028\u2029]|(?!\n)\p{Cc}/u.test(text)) faults.push("a control character");
  const user = written.toLowerCase();
  for (const pattern of PROGRAMMERS) {
    const [found] = pattern.exec(text) ?? [];
    if (found === undefined || user.includes(found.toLowerCase())) continue;
    // A number that is written .inf or 1e999, or is a product of such ones, may be shown.
    if (/NaN|Infinity/.test(found) && /\.inf|\.nan|nan|e\+?0*[1-9]\d\d|\d{300}/i.test(written)) continue;
    faults.push(`says ${found}`);
  }
  return faults;
}

/** What `work` prints on standard output; what it says on standard error is put into `said`, even where it fails. */
async function printed(work: () => Promise<void>, said: string[]): Promise<string> {
  const out: string[] = [];
  const streams = [
    [process.stdout, process.stdout.write, out],
    [process.stderr, process.stderr.write, said],
  ] as const;
  for (const [stream, write, into] of streams) {
    stream.write = ((chunk: string) => into.push(chunk) > 0) as typeof write;
  }
  try {
    await work();
  } finally {
    for (const [stream, write] of streams) stream.write = write;
  }
  return out.join("");
}

/** Seconds that a spec may take to be read and checked: more than a few only where muflow said so before, to a factor of 2. */
export function patienceWith(said: string): number {
  const told = [...said.matchAll(/^muflow: .* (?:data|samples|densities|[KMG]iB): about ([\d.]+) s$/gm)];
  return PATIENCE_SECONDS + 2 * told.reduce((sum, [, seconds]) => sum + Number(seconds), 0);
}

/** A spec whose runs take no more than this, foretold, is run; of any other a few steps of small networks and grids. */
const SHORT_SECONDS = 0.02;

export interface Tools {
  /** A path for checkpoints. */
  readonly scratch: string;
  /** Entry 0 is set to end a run that takes too long. */
  readonly stop: Int32Array;
}

/** Checks, cites and runs the spec at that path. */
export async function examine(path: string, written: string, tools: Tools): Promise<Found> {
  const faults: string[] = [];
  const said: string[] = [];
  const timed = async (command: "check" | "cite", work: () => Promise<void>) => {
    const from = said.length;
    const started = process.cpuUsage();
    try {
      return await printed(work, said);
    } finally {
      const { user, system } = process.cpuUsage(started);
      const seconds = (user + system) / 1e6;
      if (seconds > patienceWith(said.slice(from).join("")))
        faults.push(`took ${seconds.toFixed(1)} s to ${command}`);
    }
  };
  let message = "";
  let outcome: Found["outcome"] = "accepted";
  try {
    const out = await timed("check", () => check(path, { set: [] }));
    faults.push(...faultsOfText(out, written).map((fault) => `check prints: ${fault}`));
    message = out;
    await timed("cite", () => cite(path, { set: [] }));
  } catch (error) {
    outcome = "refused";
    message = textOf(error, faults, ["input"]);
    faults.push(...faultsOfMessage(message, written));
  }
  // What takes long to look at, as was said, is not looked at again.
  if (outcome === "refused" || patienceWith(said.join("")) > PATIENCE_SECONDS)
    return { outcome, message, faults };
  try {
    const { points, size } = await prepareStudy(path, { sampled: true });
    faults.push(...faultsOfForm(points[0]!.prepared));
    if (size === 1) {
      const same = (await loadOne(path))?.manifest.hash;
      if (same !== undefined && same !== points[0]!.prepared.manifest.hash)
        faults.push("another hash for run than for study");
    }
    const ran = await ranShort(points[0]!.prepared, tools);
    if (ran !== null) {
      outcome = ran.outcome;
      for (const line of ran.messages)
        faults.push(
          ...faultsOfMessage(line, `${written} NaN Infinity`).map(
            (fault) => `run says (${line.slice(0, 200)}): ${fault}`,
          ),
        );
      if (ran.messages.length > 0) message = ran.messages.join("\n");
      if (ran.refused !== null) faults.push(`a run refused as input: ${ran.refused}`);
    }
  } catch (error) {
    faults.push(textOf(error, faults, []));
  }
  return { outcome, message, faults };
}

function textOf(error: unknown, faults: string[], kinds: readonly string[]): string {
  if (!(error instanceof MuflowError)) {
    faults.push(`threw ${(error as Error)?.stack ?? error}`);
    return String(error);
  }
  if (!kinds.includes(error.kind)) faults.push(`an error of kind ${error.kind}: ${error.message}`);
  return error.message;
}

async function loadOne(path: string): Promise<PreparedExperiment | undefined> {
  try {
    return prepareExperiment(await loadExperiment(path));
  } catch (error) {
    if (error instanceof MuflowError && /use muflow study/.test(error.message)) return undefined;
    throw error;
  }
}

/** The complete form is a spec, the same one; in YAML and JSON too; so is the canonical one. */
function faultsOfForm({ loaded }: PreparedExperiment): string[] {
  const { experiment, files } = loaded;
  const faults: string[] = [];
  const canonical = canonicalExperiment(experiment, files);
  const again: [string, unknown][] = [
    ["the complete form", experiment],
    ["its JSON", JSON.parse(JSON.stringify(experiment))],
    ["its YAML", parse(stringify(experiment))],
    ["the canonical form", canonical],
  ];
  for (const [what, raw] of again) {
    try {
      const second = parseExperiment(raw, "again");
      const form = canonicalExperiment(second, files);
      if (!isDeepStrictEqual(form, canonical)) faults.push(`${what} reads otherwise`);
    } catch (error) {
      faults.push(`${what} is refused: ${(error as Error).message}`);
    }
  }
  return faults;
}

interface Ran {
  readonly outcome: "done" | "stalled" | "broken" | "stopped";
  /** What the runs say. */
  readonly messages: readonly string[];
  readonly refused: string | null;
}

const WORST = ["done", "stalled", "broken", "stopped"] as const;

/** Its runs in this thread, if they are short or can be made so; null where they cannot. */
async function ranShort(prepared: PreparedExperiment, { scratch, stop }: Tools): Promise<Ran | null> {
  const one = isShort(prepared) ? prepared : await shortened(prepared);
  if (one === null) return null;
  const { loaded, inputs, manifest, built } = one;
  const job = {
    ...{ experiment: loaded.experiment, inputs, hash: manifest.hash, stop },
    ...{
      slot: 0,
      rank: 0,
      size: 1,
      ...meansOf(1),
      memory: null,
      packed: null,
      packs: false,
      checkpointSeconds: 1e6,
    },
  };
  const progress = sharedProgress(1);
  const messages: string[] = [];
  let outcome: Ran["outcome"] = "done";
  let refused: string | null = null;
  const checkpoints = built.runs.map((_, run) => `${scratch}-${run}`);
  try {
    for (const run of built.runs.keys()) {
      const { status, failure, notices } = performed({
        ...job,
        run,
        progress,
        checkpoint: checkpoints[run]!,
      });
      messages.push(...notices, ...(failure === null ? [] : [failure.message]));
      if (failure?.kind === "input") refused = failure.message;
      const end = status === "failed" || status === "aborted" ? "broken" : status;
      if (WORST.indexOf(end) > WORST.indexOf(outcome)) outcome = end;
    }
    await conclude({ ...job, checkpoints, packed: checkpoints.map(() => null) });
  } finally {
    for (const checkpoint of checkpoints) rmSync(checkpoint, { force: true });
  }
  return { outcome, messages, refused };
}

const MOST_RUNS = 12;
const MOST_BYTES = 2 ** 30;

const isShort = ({ built }: PreparedExperiment) =>
  built.runs.length <= MOST_RUNS && secondsOf(built.runs) < SHORT_SECONDS && memoryOf(built, 1) < MOST_BYTES;

/** The same spec with few steps, of small networks and grids; null where that is not sound or not short. */
async function shortened({ loaded }: PreparedExperiment): Promise<PreparedExperiment | null> {
  const { experiment, stated } = loaded;
  const { step } = experiment.time;
  const small = (cells: number[]) => cells.map((count) => Math.min(count, 24));
  const solvers = experiment.solvers.slice(0, 4).map((solver) => {
    if ("particles" in solver) {
      const { width, batch, ...rest } = solver.particles;
      const fixed = experiment.initial.kind === "file";
      const widths = fixed ? width : [...new Set(width.map((n) => Math.min(n, 8)))].slice(0, 3);
      return {
        particles: { ...rest, ...(batch === undefined ? {} : { batch }), width: widths, replicas: 1 },
      };
    }
    if ("grid" in solver) return { grid: { ...solver.grid, cells: small(solver.grid.cells) } };
    if ("jko" in solver) return { jko: { ...solver.jko, cells: small(solver.jko.cells) } };
    if ("stationary" in solver) {
      return { stationary: { ...solver.stationary, cells: small(solver.stationary.cells) } };
    }
    return solver;
  });
  const raw = { ...experiment, time: { until: 3 * step, step }, solvers };
  try {
    const one = prepareExperiment(await completeSpec({ ...stated, raw }));
    return isShort(one) ? one : null;
  } catch (error) {
    if (error instanceof MuflowError) return null;
    throw error;
  }
}
