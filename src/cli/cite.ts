// muflow cite SPEC: BibTeX of the methods that an experiment, or any point of a study with its fits, uses.

import { fitSources, pointSources } from "../study/sources.ts";
import { prepareAny, type SpecArguments } from "./spec-arguments.ts";

export async function cite(spec: string, options: SpecArguments): Promise<void> {
  const { points, fits } = await prepareAny(spec, options);
  const sources = [...pointSources(points), ...fitSources(fits)];
  process.stdout.write(`${sources.map(({ bibtex }) => bibtex).join("\n\n")}\n`);
}
