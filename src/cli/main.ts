#!/usr/bin/env node
// The command line: muflow run | study | merge | emit | report | validate | new | check | cite | native | doctor. A user's mistake is one line on standard error and its exit code.

import { readFileSync } from "node:fs";
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { inputError, MuflowError } from "../base/errors.ts";
import { didYouMean } from "../base/keys.ts";
import { PACKAGE } from "../base/package.ts";
import { printable } from "../base/words.ts";
import { BACKENDS, type Backend } from "../kernels/backend/names.ts";
import { systemRefusal } from "../results/files.ts";
import { SCRIPT_KINDS } from "../study/shards/scripts.ts";
import { FORMATS, type Format } from "./format-names.ts";

const INTERNAL_ERROR = 1;

// Whoever reads standard output may have seen enough (head, less): no reason to fail, the results are on disk.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

const BAD_INPUT = 2;

/** What a command opens at once besides its threads' files, with room to spare. */
const LEAST_FILES = 128;

/** Errors (input): a current folder that is gone, too few files that may be open. Loading what a command needs would fail on them without saying so. */
function requireSystem(): void {
  try {
    process.cwd();
  } catch {
    throw inputError("the current folder", "is gone. Change to one that is there");
  }
  const limit = openFilesAllowed();
  if (limit < LEAST_FILES) {
    throw inputError("ulimit -n", `found ${limit} files that may be open; needed: ${LEAST_FILES} or more`);
  }
}

function openFilesAllowed(): number {
  try {
    const [, limit] = /^Max open files +(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8")) ?? [];
    return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/** A number that `fits`; `allowed` says which do. */
function numberThat(allowed: string, fits: (value: number) => boolean): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && fits(value)) return value;
    throw new InvalidArgumentError(`found "${text}"; allowed: ${allowed}.`);
  };
}

const wholeNumber = (least: number) =>
  numberThat(`a whole number ≥ ${least}`, (value) => Number.isSafeInteger(value) && value >= least);
// Timers count milliseconds in 31 bits.
const positiveSeconds = numberThat(
  "more than 0 and less than 2000000 seconds",
  (value) => value > 0 && value < 2_000_000,
);
/** `what`: a number, a number of seconds. */
const notNegative = (what: string) => numberThat(`${what} ≥ 0`, (value) => value >= 0);
const seconds = notNegative("a number of seconds");

const MAX_TIME = "stop after so long, saved, with exit code 75: the same command goes on";

function folderName(text: string): string {
  if (text === "") throw new InvalidArgumentError("found nothing; allowed: the path of a folder.");
  return text;
}

/** A list of formats, separated by commas; the option may be repeated. */
function formats(text: string, earlier: Format[] = []): Format[] {
  const words = text.split(",").map((word) => word.trim());
  const wrong = words.find((word) => !(FORMATS as readonly string[]).includes(word));
  if (wrong !== undefined) {
    throw new InvalidArgumentError(`found "${wrong}"; allowed: ${FORMATS.join(", ")}.`);
  }
  return [...earlier, ...(words as Format[])];
}
const FORMAT = "--format <list>";
const FORMAT_HELP = "besides: figures as png or pdf, snapshots as mat (MATLAB, Octave, R) or csv";

const THREADS = "worker threads (default: cores); never changes a bit of the results";

function backendName(text: string): Backend {
  const known = BACKENDS.find((name) => name === text);
  if (known !== undefined) return known;
  throw new InvalidArgumentError(
    `found "${text}"; allowed: ${BACKENDS.join(", ")}${didYouMean(text, BACKENDS)}`,
  );
}
const BACKEND = "--backend <name>";
const BACKEND_HELP = `what computes: ${BACKENDS.join(", ")}; the same bits by all but gpu, which is in single precision`;

const SHARDS_HELP = "how many parts of equal work (default: 32, or one for each run)";

const collect = (text: string, earlier: string[] = []) => [...earlier, text];

/** A command's module is loaded when it is called: help and errors need none of them. */
const lazily =
  <A extends unknown[]>(load: () => Promise<(...args: A) => Promise<void> | void>) =>
  async (...args: A) =>
    (await load())(...args);

const specOptions = (command: Command) =>
  command
    .argument("<spec>", "experiment file: YAML, JSON, or a TypeScript/JavaScript module")
    .option("--set <key=value>", "override a field, e.g. problem.temperature=0.1 (repeatable)", collect, [])
    .option("--seed <n>", "override the seed", wholeNumber(0));

const program = new Command("muflow")
  .description(PACKAGE.description)
  .version(PACKAGE.version)
  .exitOverride()
  .showSuggestionAfterError();

specOptions(program.command("run"))
  .description("run one experiment, all its solvers; resumes what was interrupted")
  .option("--out <dir>", "result folder (default: runs/NAME, or the one that is extended)", folderName)
  .option(
    "--extend <dir>",
    "go on from a finished run that ends earlier and is the same but for that",
    folderName,
  )
  .option("--threads <n>", THREADS, wholeNumber(1))
  .option(BACKEND, BACKEND_HELP, backendName, "auto")
  .option("--checkpoint <seconds>", "time between saved states", seconds, 30)
  .option("--max-time <seconds>", MAX_TIME, positiveSeconds)
  .option(FORMAT, FORMAT_HELP, formats)
  .action(lazily(async () => (await import("./run.ts")).run));

specOptions(program.command("study"))
  .description(
    "run every point of a sweep, fit laws to what comes out, give verdicts; resumes what was interrupted",
  )
  .option("--out <dir>", "result folder (default: runs/NAME, or runs/NAME-shard-i-of-n)", folderName)
  .option("--shard <i/n>", "compute the i-th of n parts of equal work; muflow merge joins them")
  .addOption(
    new Option("--on <where>", "here, or on a Slurm cluster, followed until it is merged")
      .choices(["local", "slurm"])
      .default("local"),
  )
  .option("--shards <n>", SHARDS_HELP, wholeNumber(1))
  .option(
    "--sbatch <options>",
    'options for sbatch, e.g. "--partition=long --time=8:00:00" (repeatable)',
    collect,
  )
  .option(
    "--retries <n>",
    "how often Slurm is given a shard again that got no further (default: 3)",
    wholeNumber(0),
  )
  .option("--threads <n>", `${THREADS}; of a task on Slurm: 1 unless said`, wholeNumber(1))
  .option(BACKEND, BACKEND_HELP, backendName, "auto")
  .option("--checkpoint <seconds>", "time between saved states", seconds, 30)
  .option("--max-time <seconds>", MAX_TIME, positiveSeconds)
  .option(FORMAT, FORMAT_HELP, formats)
  .option("--yes", "compute more than 100 000 runs without asking", false)
  .action(lazily(async () => (await import("./study.ts")).study));

specOptions(
  program.command("emit").addArgument(new Argument("<kind>", "what runs the script").choices(SCRIPT_KINDS)),
)
  .description(
    "print a script that computes a study in shards and merges them, for sites that want their own",
  )
  .option("--out <dir>", "result folder (default: runs/NAME)", folderName)
  .option("--shards <n>", SHARDS_HELP, wholeNumber(1))
  .option("--threads <n>", "worker threads of a shard", wholeNumber(1), 1)
  .option(BACKEND, BACKEND_HELP, backendName, "auto")
  .option("--checkpoint <seconds>", "time between saved states", seconds, 30)
  .option("--yes", "compute more than 100 000 runs without asking", false)
  .action(lazily(async () => (await import("./emit.ts")).emit));

program
  .command("merge")
  .description("join the shards of a study")
  .argument(
    "<dir...>",
    "folders that muflow study --shard has written",
    (text: string, earlier: string[] = []) => [...earlier, folderName(text)],
  )
  .option("--out <dir>", "result folder (default: runs/NAME)", folderName)
  .option(FORMAT, FORMAT_HELP, formats)
  .action(lazily(async () => (await import("./study.ts")).merge));

program
  .command("report")
  .description("make the report of a finished folder again")
  .argument("<dir>", "a folder of muflow run, study or merge", folderName)
  .option(FORMAT, FORMAT_HELP, formats)
  .option("--png", "the same as --format png", false)
  .action(lazily(async () => (await import("./report.ts")).report));

program
  .command("compare")
  .description(
    "what differs between two folders, in the spec and in every number; exit code 4 where anything does",
  )
  .argument("<a>", "a finished folder of muflow run, study or merge", folderName)
  .argument("<b>", "another", folderName)
  .option(
    "--tolerance <x>",
    "relative differences of numbers up to this are none",
    notNegative("a number"),
    0,
  )
  .option("--json", "everything that differs, as JSON on standard output", false)
  .action(lazily(async () => (await import("./compare.ts")).compare));

specOptions(program.command("check"))
  .description("explain an experiment or a study: equations, hypotheses, stability, cost; runs nothing")
  .action(lazily(async () => (await import("./check.ts")).check));

specOptions(program.command("cite"))
  .description("BibTeX of what an experiment or a study uses")
  .action(lazily(async () => (await import("./cite.ts")).cite));

program
  .command("validate")
  .description("check what theory claims against what is measured: HOLDS, FAILS or NOT RESOLVED")
  .argument("[claim...]", "ids of claims, or files with claims of your own; default: all that muflow ships")
  .option("--full", "the longer, narrower variants", false)
  .option("--list", "list the claims and their sources", false)
  .option("--json", "results as JSON on standard output", false)
  .option("--threads <n>", THREADS, wholeNumber(1))
  .option(BACKEND, BACKEND_HELP, backendName, "auto")
  .option("--out <dir>", "write a page with a figure for each claim", folderName)
  .action(lazily(async () => (await import("./validate.ts")).validate));

program
  .command("new")
  .description("start a file of your own")
  .addArgument(new Argument("<what>", "what to start").choices(["claim"]))
  .argument("<name>", "its id; the file is NAME.ts")
  .action(async (_what: "claim", name: string) => (await import("./new.ts")).newClaim(name));

program
  .command("native")
  .description("build the native kernels with the C compiler of this machine: the fastest backend")
  .option("--level <name>", "for other vectors than the widest of this machine, e.g. avx2")
  .option("--force", "even if they are there", false)
  .action(lazily(async () => (await import("./native.ts")).native));

program
  .command("doctor")
  .description("what this machine offers")
  .action(lazily(async () => (await import("./doctor.ts")).doctor));

try {
  requireSystem();
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_INPUT;
  if (error instanceof MuflowError) {
    // What is foreign in it is escaped where it comes in; this is for whatever did not.
    const lines = error.message.split("\n").map(printable);
    process.stderr.write(`muflow: ${lines.join("\n")}\n`);
    return error.exitCode;
  }
  const refused = systemRefusal(error);
  if (refused !== null) {
    process.stderr.write(`muflow: ${refused.message}\n`);
    return refused.exitCode;
  }
  process.stderr.write(`muflow: unexpected error, please report it: ${(error as Error).stack ?? error}\n`);
  return INTERNAL_ERROR;
}
