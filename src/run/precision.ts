// What of an experiment is in double precision although a GPU computes it: all but networks of perceptrons.

import { backend } from "../kernels/backend/backend.ts";
import { isRidge } from "../problem/feature.ts";
import { isNetwork } from "./runs.ts";
import type { Run } from "./solvers/list.ts";

/** A sentence, or none. */
export function precisionNotices(runs: readonly Run[]): string[] {
  if (backend().gpu === null) return [];
  const others = runs.filter((run) => !(isNetwork(run) && isRidge(run.problem.neuron)));
  if (others.length === 0) return [];
  const names = [...new Set(others.map(({ solver }) => solver))].join(", ");
  return [`${names}: computed in double precision, not on the GPU, which is for networks of perceptrons`];
}
