// muflow cite SPEC: BibTeX of the methods an experiment uses.

import { sourcesOf } from "../experiment/describe.ts";
import { prepare, type SpecArguments } from "./prepare.ts";

export async function cite(spec: string, options: SpecArguments): Promise<void> {
  const { built } = await prepare(spec, options);
  process.stdout.write(
    `${sourcesOf(built)
      .map(({ bibtex }) => bibtex)
      .join("\n\n")}\n`,
  );
}
