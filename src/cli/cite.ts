// muflow cite SPEC: BibTeX of the methods an experiment uses.

import { sourcesOf } from "../experiment/describe.ts";
import { loadExperiment } from "../experiment/load.ts";
import { prepareExperiment } from "../experiment/run.ts";
import type { RunArguments } from "./run.ts";

export async function cite(spec: string, { set, seed }: RunArguments): Promise<void> {
  const { built } = prepareExperiment(
    await loadExperiment(spec, { set, ...(seed === undefined ? {} : { seed }) }),
  );
  process.stdout.write(
    `${sourcesOf(built)
      .map(({ bibtex }) => bibtex)
      .join("\n\n")}\n`,
  );
}
