// The report of a finished folder: figures/*.svg and report.html.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../experiment/files.ts";
import { beside } from "./beside.ts";
import { figures } from "./figures.ts";
import type { Figure, ReportInput } from "./folder.ts";
import { renderReport } from "./html.ts";

/** Writes the figures and the report into the folder; returns the report's path. */
export function writeReport(folder: string, input: ReportInput): string {
  const drawn = figures(input);
  mkdirSync(join(folder, "figures"), { recursive: true });
  for (const { name, svg } of [...drawn, ...together(drawn)])
    writeAtomically(join(folder, "figures", `${name}.svg`), svg);
  const path = join(folder, "report.html");
  writeAtomically(path, renderReport(input, drawn));
  return path;
}

/** The page sets risk and gap beside each other; for a paper they are one file too. */
function together(drawn: readonly Figure[]): Figure[] {
  const [risk, gap] = ["risk", "gap"].map((name) => drawn.find((figure) => figure.name === name));
  return risk === undefined || gap === undefined ? [] : [beside("risk-and-gap", risk, gap)];
}
