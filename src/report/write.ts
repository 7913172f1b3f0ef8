// The report of a finished folder: figures/*.svg and report.html.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { writeAtomically } from "../experiment/files.ts";
import { figures } from "./figures.ts";
import type { ReportInput } from "./folder.ts";
import { renderReport } from "./html.ts";

/** Writes the figures and the report into the folder; returns the report's path. */
export function writeReport(folder: string, input: ReportInput): string {
  const drawn = figures(input);
  mkdirSync(join(folder, "figures"), { recursive: true });
  for (const { name, svg } of drawn) writeAtomically(join(folder, "figures", `${name}.svg`), svg);
  const path = join(folder, "report.html");
  writeAtomically(path, renderReport(input, drawn));
  return path;
}
