// A thread that finds the modes of one run, for a main thread that has to hear of signals meanwhile.

import { unlessRaised } from "../base/interrupt.ts";
import { type Means, takeMeans } from "../kernels/backend/backend.ts";
import { buildExperiment, type ExperimentInputs } from "../run/build.ts";
import { functionsOf } from "../spec/own-functions.ts";
import type { Experiment } from "../spec/schema.ts";
import { modesFor } from "../study/fits/advice.ts";

export interface ModesJob extends Means {
  readonly experiment: Experiment;
  readonly inputs: ExperimentInputs;
  /** Index of the run within its experiment. */
  readonly run: number;
  readonly quantity: string;
  /** Shared: non-zero asks for a stop. */
  readonly stop: Int32Array;
}

/** null where it was asked to stop. */
export default async function work(job: ModesJob): Promise<number[] | null> {
  const { experiment, inputs, run, quantity, stop } = job;
  takeMeans(job);
  const built = buildExperiment(experiment, inputs, await functionsOf(inputs.module));
  return unlessRaised(stop, () => modesFor(built.runs[run]!, quantity));
}
