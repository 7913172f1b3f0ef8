// muflow report DIR: makes the report of a run's or a study's folder again, from the folder alone.

import { join } from "node:path";
import manifestOfPackage from "../../package.json" with { type: "json" };
import { inputError } from "../base/errors.ts";
import { manifestOf, readableIn, readSummary, requireSameVersion } from "../experiment/folder.ts";
import { completeSpec } from "../experiment/load.ts";
import { prepareExperiment } from "../experiment/run.ts";
import { keptSource } from "../experiment/source.ts";
import { readStudy } from "../study/gather.ts";
import { sharedStudy } from "../study/merge.ts";
import type { Format } from "./format-names.ts";
import { heldBy, requireFormats, writeFormats } from "./formats.ts";
import { interruptible } from "./output.ts";
import { rebuildReport } from "./run.ts";
import { reportStudy } from "./study.ts";

export async function report(
  folder: string,
  options: { png: boolean; format?: readonly Format[] },
): Promise<void> {
  const manifest = manifestOf(folder);
  if (manifest === null) {
    throw inputError(folder, "holds no muflow results; allowed: a folder of muflow run, study or merge");
  }
  requireSameVersion(folder, manifest, manifestOfPackage);
  const study = readStudy(folder);
  const run = readSummary(folder);
  if (study === null && run === null) {
    throw inputError(
      folder,
      `is not finished; the command that made it goes on from there. ${readableIn(folder)}`,
    );
  }
  const formats = [...(options.png ? (["png"] as const) : []), ...(options.format ?? [])];
  requireFormats(folder, formats, heldBy(folder));
  await interruptible(folder, async () => {
    if (study !== null) await reportStudy(await sharedStudy([folder]), folder, study);
    else if (run !== null) {
      const source = await keptSource(folder);
      const prepared = prepareExperiment(await completeSpec(source));
      await rebuildReport(prepared, folder, run);
    }
    await writeFormats(folder, formats);
  });
  process.stdout.write(`report: ${join(folder, "report.html")}\n`);
}
