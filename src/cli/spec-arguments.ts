// What commands begin with: the experiment or the study that a file states, with --set and --seed applied, read and checked.

import { availableParallelism } from "node:os";
import { inputError } from "../base/errors.ts";
import { type PreparedExperiment, prepareListening } from "../experiment/prepare.ts";
import { chooseBackend } from "../kernels/backend/backend.ts";
import type { Backend } from "../kernels/backend/names.ts";
import { loadExperiment } from "../spec/load.ts";
import { type PreparedStudy, prepareStudy } from "../study/prepare.ts";
import type { Format } from "./format-names.ts";
import { tell } from "./output.ts";

export interface SpecArguments {
  set: string[];
  seed?: number;
}

/** By what commands compute. */
export interface MeansArguments {
  threads?: number;
  backend: Backend;
}

/** Of commands that compute. */
export interface ComputeArguments extends SpecArguments, MeansArguments {
  out?: string;
  checkpoint: number;
  maxTime?: number;
  format?: readonly Format[];
}

/** Takes the backend that is asked for, for this process and its threads; warns where auto cannot have the fastest. Errors (input): it is not there. */
export function takeBackend({ threads = availableParallelism(), backend }: MeansArguments): void {
  const { notice } = chooseBackend(backend, threads, "--backend");
  if (notice !== null) tell(notice);
}

/** The same once it is known what the experiment says of it. Errors (input): they contradict each other, or it is not there. */
export function takeItsBackend(stated: "gpu" | undefined, options: MeansArguments): void {
  const { backend } = options;
  if (stated === undefined && backend === "gpu") {
    throw inputError(
      "--backend",
      "found gpu, but the experiment is without backend: gpu; allowed: auto, native, wasm, js",
    );
  }
  if (stated === undefined || backend === stated) return;
  if (backend !== "auto") {
    throw inputError(
      "--backend",
      `found ${backend}, but the experiment says backend: ${stated}; allowed: ${stated}`,
    );
  }
  takeBackend({ ...options, backend: stated });
}

/** Everything wrong with the input is an error of kind "input"; nothing is written. */
export async function prepare(
  spec: string,
  { set, seed, backend }: SpecArguments & Partial<MeansArguments>,
): Promise<PreparedExperiment> {
  return prepareListening(await loadExperiment(spec, { set, seed, backend, onNotice: tell }));
}

/** The same of a study; an experiment is one of a single point. Any number of points, as none is run. */
export function prepareAny(spec: string, { set, seed }: SpecArguments): Promise<PreparedStudy> {
  return prepareStudy(spec, { set, seed, sampled: true, onNotice: tell });
}
