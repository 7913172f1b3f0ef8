// The report of a finished folder: figures/*.svg, tables/*.csv, tables/*.tex and report.html.

import { join } from "node:path";
import { listen } from "../base/interrupt.ts";
import { makeFolder, writeAtomically } from "../results/files.ts";
import type { Figure } from "./chart/chart.ts";
import { beside } from "./figures/beside.ts";
import { figuresInTurns } from "./figures/figures.ts";
import type { ReportInput } from "./folder.ts";
import { renderReport } from "./page/html.ts";
import { comparisonsData } from "./tables/distances.ts";
import { summaryData } from "./tables/finals.ts";
import { type NamedTable, originOf, writeTables } from "./tables/table-files.ts";

/** Writes the figures, the tables and the report of a run into its folder, the report last; returns its path. Listens in between. */
export async function writeReport(folder: string, input: ReportInput): Promise<string> {
  const drawn = await figuresInTurns(input);
  const page = () => renderReport(input, drawn);
  return writeFiles(folder, [...drawn, ...together(drawn)], tables(input), input.summary, page);
}

/** The same of any report. */
export async function writeFiles(
  folder: string,
  figures: readonly Figure[],
  tables: readonly NamedTable[],
  summary: Parameters<typeof originOf>[0],
  page: () => string,
): Promise<string> {
  await writeFigures(folder, figures);
  writeTables(folder, tables, originOf(summary));
  await listen();
  const path = join(folder, "report.html");
  writeAtomically(path, page());
  return path;
}

export async function writeFigures(folder: string, figures: readonly Figure[]): Promise<void> {
  makeFolder(join(folder, "figures"));
  for (const { name, svg } of figures) {
    writeAtomically(join(folder, "figures", `${name}.svg`), svg);
    await listen();
  }
}

function tables({ summary }: ReportInput): NamedTable[] {
  const finals = { name: "finals", table: summaryData(summary) };
  if (summary.comparisons.length === 0) return [finals];
  return [finals, { name: "distances", table: comparisonsData(summary) }];
}

/** Pictures that the page sets beside each other; for a paper they are one file too. */
const PAIRS = [
  ["risk", "gap"],
  ["dissipation", "identity"],
] as const;

function together(drawn: readonly Figure[]): Figure[] {
  return PAIRS.flatMap((names) => {
    const [left, right] = names.map((name) => drawn.find((figure) => figure.name === name));
    return left === undefined || right === undefined ? [] : [beside(names.join("-and-"), left, right)];
  });
}
