// What run, check and cite begin with: the experiment that a file states, with --set and --seed applied, read and checked.

import { loadExperiment } from "../experiment/load.ts";
import { type PreparedExperiment, prepareExperiment } from "../experiment/run.ts";

export interface SpecArguments {
  set: string[];
  seed?: number;
}

/** Everything wrong with the input is an error of kind "input"; nothing is written. */
export async function prepare(spec: string, { set, seed }: SpecArguments): Promise<PreparedExperiment> {
  return prepareExperiment(await loadExperiment(spec, { set, ...(seed === undefined ? {} : { seed }) }));
}
