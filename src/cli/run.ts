// muflow run SPEC: checks everything, computes with live progress, writes the folder and its report, prints a table.

import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import Table from "cli-table3";
import { describe, sourcesOf } from "../experiment/describe.ts";
import type { Summary } from "../experiment/formats/summary.ts";
import {
  collectResults,
  densityArrays,
  type FinishedExperiment,
  finishedSummary,
  neuronArrays,
  type PreparedExperiment,
  runExperiment,
  seriesOf,
} from "../experiment/run.ts";
import {
  comparisonNotes,
  comparisonsTable,
  summaryNotes,
  summaryTable,
  type TextTable,
} from "../report/table.ts";
import { writeReport } from "../report/write.ts";
import { prepare, type SpecArguments } from "./prepare.ts";
import { progressDisplay } from "./progress.ts";

/** Observables of the closing table; the report has them all. */
const SHOWN = ["risk", "energy", "kinetic", "free_energy", "gap", "identity_residual"];

export interface RunArguments extends SpecArguments {
  out?: string;
  threads?: number;
  backend: "auto" | "js";
  checkpoint: number;
}

export async function run(spec: string, options: RunArguments): Promise<void> {
  const prepared = await prepare(spec, options);
  const folder = options.out ?? join("runs", prepared.loaded.experiment.name);
  const done = finishedSummary(prepared, folder);
  if (done !== null) {
    tell(
      `${folder}: already finished with the same experiment (hash ${done.hash.slice(0, 12)}); not run again`,
    );
    if (!existsSync(join(folder, "report.html"))) rebuildReport(prepared, folder, done);
    printResults(done, folder);
    return;
  }
  const finished = await compute(prepared, folder, options);
  writeReport(folder, reportInput(prepared, finished));
  printResults(finished.summary, folder);
  if (finished.failure !== null) throw finished.failure;
}

async function compute(
  prepared: PreparedExperiment,
  folder: string,
  options: RunArguments,
): Promise<FinishedExperiment> {
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const display = progressDisplay(prepared.built);
  const requestStop = (signal: NodeJS.Signals) => {
    if (Atomics.exchange(stop, 0, 1) === 0) tell(`${signal}: saving at the next step …`);
    else process.exit(75);
  };
  process.on("SIGINT", requestStop);
  process.on("SIGTERM", requestStop);
  try {
    return await runExperiment(prepared, {
      folder,
      threads: options.threads ?? availableParallelism(),
      checkpointSeconds: options.checkpoint,
      stop,
      onProgress: display.update,
      onNotice: tell,
    });
  } finally {
    display.end();
    process.off("SIGINT", requestStop);
    process.off("SIGTERM", requestStop);
  }
}

function reportInput(prepared: PreparedExperiment, finished: Omit<FinishedExperiment, "failure">) {
  return { ...finished, description: describe(prepared.built), sources: sourcesOf(prepared.built) };
}

function rebuildReport(prepared: PreparedExperiment, folder: string, summary: Summary): void {
  const results = collectResults(prepared, folder, tell);
  const { built } = prepared;
  writeReport(
    folder,
    reportInput(prepared, {
      summary,
      series: seriesOf(built, results),
      neurons: neuronArrays(built, results),
      densities: densityArrays(built, results),
    }),
  );
}

function printResults(summary: Summary, folder: string): void {
  const shown = SHOWN.filter((name) => summary.runs.some(({ final }) => name in final));
  const finals = summaryTable(summary, shown);
  print(finals, summaryNotes(summary, finals));
  if (summary.comparisons.length > 0) {
    print(comparisonsTable(summary, { last: true }), comparisonNotes(summary));
  }
  process.stdout.write(`results: ${folder} (open ${join(folder, "report.html")})\n`);
}

function print({ head, rows }: TextTable, notes: readonly string[]): void {
  const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push([...row]);
  process.stdout.write(`${[table.toString(), ...notes].join("\n")}\n`);
}

/** Remarks go to standard error: standard output holds results only. */
function tell(message: string): void {
  process.stderr.write(`muflow: ${message}\n`);
}
