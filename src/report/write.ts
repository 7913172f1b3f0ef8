// The report of a finished folder: figures/*.svg, tables/*.csv, tables/*.tex and report.html.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../experiment/files.ts";
import { beside } from "./beside.ts";
import { figures } from "./figures.ts";
import type { Figure, ReportInput } from "./folder.ts";
import { renderReport } from "./html.ts";
import { comparisonsData, summaryData } from "./table.ts";
import { type NamedTable, originOf, writeTables } from "./table-files.ts";

/** Writes the figures, the tables and the report into the folder; returns the report's path. */
export function writeReport(folder: string, input: ReportInput): string {
  const drawn = figures(input);
  writeFigures(folder, [...drawn, ...together(drawn)]);
  writeTables(folder, tables(input), originOf(input.summary));
  const path = join(folder, "report.html");
  writeAtomically(path, renderReport(input, drawn));
  return path;
}

export function writeFigures(folder: string, figures: readonly Figure[]): void {
  mkdirSync(join(folder, "figures"), { recursive: true });
  for (const { name, svg } of figures) writeAtomically(join(folder, "figures", `${name}.svg`), svg);
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
