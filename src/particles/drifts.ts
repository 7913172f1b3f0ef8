// The drift of a run: the mean field itself, or an estimate of it from batches of data.

import type { Source } from "../base/sources.ts";
import type { Problem } from "../problem/problem.ts";
import type { BatchPlan } from "./batch.ts";
import type { Drift } from "./drift.ts";
import type { Ensemble } from "./ensemble.ts";
import { MeanField } from "./field.ts";
import type { RunMemory } from "./memory.ts";
import { Batch, MinibatchDrift } from "./minibatch.ts";
import { makeSampler } from "./sampling.ts";
import { SvrgDrift } from "./svrg.ts";

/** What observes a run's ensemble, and what moves it. */
export interface FieldAndDrift {
  readonly field: MeanField;
  readonly drift: Drift;
}

/** Where batches move the ensemble the field is observed alone, and keeps no activations for a gradient. */
export function makeDrift(
  problem: Problem,
  particles: Ensemble,
  memory: RunMemory,
  batch: BatchPlan | null,
  stream: { seed: number; replica: number },
): FieldAndDrift {
  if (batch === null) {
    const field = new MeanField(problem, particles, memory);
    return { field, drift: field };
  }
  const field = new MeanField(problem, particles, { ...memory, cacheBytes: 0 });
  const held = new Batch(problem.data, makeSampler(problem.data, batch, stream), batch.size);
  const drift =
    batch.anchor === null
      ? new MinibatchDrift(problem, particles, memory, held)
      : new SvrgDrift(problem, particles, memory, held, batch.anchor);
  return { field, drift };
}

export function sourcesOfBatch({ estimator }: BatchPlan): readonly Source[] {
  return estimator === "svrg" ? ["johnson2013", "suzuki2023"] : ["robbins1951", "suzuki2023"];
}
