// muflow report DIR: makes the report of a run's or a study's folder again, from the folder alone.

import { join } from "node:path";
import { PACKAGE } from "../base/package.ts";
import { prepareListening } from "../experiment/prepare.ts";
import { requireManifest, requireSameVersion } from "../results/folder.ts";
import { keptSource } from "../results/source.ts";
import { completeSpec } from "../spec/load.ts";
import { readResults } from "../study/gather.ts";
import { sharedStudy } from "../study/shards/merge.ts";
import type { Format } from "./format-names.ts";
import { heldBy, NO_SNAPSHOTS, requireFormats, writeFormats } from "./formats.ts";
import { interruptible, tell } from "./output.ts";
import { rebuildReport } from "./run.ts";
import { reportStudy } from "./study.ts";

export async function report(
  folder: string,
  options: { png: boolean; format?: readonly Format[] },
): Promise<void> {
  requireSameVersion(folder, requireManifest(folder), PACKAGE);
  const results = readResults(folder);
  const formats = [...(options.png ? (["png"] as const) : []), ...(options.format ?? [])];
  requireFormats(folder, formats, () => ("study" in results ? NO_SNAPSHOTS : heldBy(folder)));
  await interruptible(folder, async () => {
    if ("study" in results) await reportStudy(await sharedStudy([folder], tell), folder, results.study);
    else {
      const source = await keptSource(folder);
      const prepared = await prepareListening(await completeSpec({ ...source, onNotice: tell }));
      await rebuildReport(prepared, folder, results.run);
    }
    await writeFormats(folder, formats, tell);
  });
  process.stdout.write(`report: ${join(folder, "report.html")}\n`);
}
