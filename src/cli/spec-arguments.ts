// What commands begin with: the experiment or the study that a file states, with --set and --seed applied, read and checked.

import { type PreparedExperiment, prepareListening } from "../experiment/prepare.ts";
import { loadExperiment } from "../spec/load.ts";
import { type PreparedStudy, prepareStudy } from "../study/prepare.ts";
import type { Format } from "./format-names.ts";
import { tell } from "./output.ts";

export interface SpecArguments {
  set: string[];
  seed?: number;
}

/** Of commands that compute. */
export interface ComputeArguments extends SpecArguments {
  out?: string;
  threads?: number;
  checkpoint: number;
  maxTime?: number;
  format?: readonly Format[];
}

/** Everything wrong with the input is an error of kind "input"; nothing is written. */
export async function prepare(spec: string, { set, seed }: SpecArguments): Promise<PreparedExperiment> {
  return prepareListening(await loadExperiment(spec, { set, seed, onNotice: tell }));
}

/** The same of a study; an experiment is one of a single point. Any number of points, as none is run. */
export function prepareAny(spec: string, { set, seed }: SpecArguments): Promise<PreparedStudy> {
  return prepareStudy(spec, { set, seed, sampled: true, onNotice: tell });
}
