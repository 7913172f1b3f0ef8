#!/usr/bin/env node
// The command line: muflow run | check | cite | doctor. A user's mistake is one line on standard error and its exit code.

import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import packageManifest from "../../package.json" with { type: "json" };
import { MuflowError } from "../base/errors.ts";
import { check } from "./check.ts";
import { cite } from "./cite.ts";
import { doctor } from "./doctor.ts";
import { run } from "./run.ts";

const INTERNAL_ERROR = 1;

// Whoever reads standard output may have seen enough (head, less): no reason to fail, the results are on disk.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

const BAD_INPUT = 2;

function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === "" || !Number.isSafeInteger(value) || value < least) {
      throw new InvalidArgumentError(`found "${text}"; allowed: a whole number ≥ ${least}.`);
    }
    return value;
  };
}

function seconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0)) {
    throw new InvalidArgumentError(`found "${text}"; allowed: a number of seconds ≥ 0.`);
  }
  return value;
}

const collect = (text: string, earlier: string[]) => [...earlier, text];

const specOptions = (command: Command) =>
  command
    .argument("<spec>", "experiment file: YAML, JSON, or a TypeScript/JavaScript module")
    .option("--set <key=value>", "override a field, e.g. problem.temperature=0.1 (repeatable)", collect, [])
    .option("--seed <n>", "override the seed", wholeNumber(0));

const program = new Command("muflow")
  .description(packageManifest.description)
  .version(packageManifest.version)
  .exitOverride()
  .showSuggestionAfterError();

specOptions(program.command("run"))
  .description("run one experiment, all its solvers; resumes what was interrupted")
  .option("--out <dir>", "result folder (default: runs/NAME)")
  .option(
    "--threads <n>",
    "worker threads (default: cores); never changes a bit of the results",
    wholeNumber(1),
  )
  .addOption(
    new Option("--backend <name>", "what evaluates the ψ-sums").choices(["auto", "js"]).default("auto"),
  )
  .option("--checkpoint <seconds>", "time between saved states", seconds, 30)
  .action(run);

specOptions(program.command("check"))
  .description("explain an experiment: its equations, hypotheses, stability and cost; runs nothing")
  .action(check);

specOptions(program.command("cite")).description("BibTeX of what an experiment uses").action(cite);

program.command("doctor").description("what this machine offers").action(doctor);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : BAD_INPUT;
  if (error instanceof MuflowError) {
    process.stderr.write(`muflow: ${error.message}\n`);
    return error.exitCode;
  }
  process.stderr.write(`muflow: unexpected error, please report it: ${(error as Error).stack ?? error}\n`);
  return INTERNAL_ERROR;
}
