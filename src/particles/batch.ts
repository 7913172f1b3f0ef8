// Batches of data: how many points a step sees, how they are drawn, and what estimator the drift makes of them.

import { inputError } from "../base/errors.ts";

export const SAMPLINGS = ["without-replacement", "with-replacement", "reshuffled"] as const;
export type Sampling = (typeof SAMPLINGS)[number];

/** plain: the batch in the place of the data (minibatch.ts); svrg: with reduced variance (svrg.ts). */
export const ESTIMATORS = ["plain", "svrg"] as const;
export type Estimator = (typeof ESTIMATORS)[number];

/** Batches as a user asks for them; a number is a size. */
export interface BatchOptions {
  /** B, the points of a batch: 1 … M */
  size: number;
  /** default "without-replacement" */
  sampling?: Sampling;
  /** default "plain" */
  estimator?: Estimator;
  /** svrg only: steps between two full gradients; default ⌈M/B⌉, those that see as many points as there are */
  anchor?: number;
}

export interface BatchPlan {
  /** B */
  readonly size: number;
  readonly sampling: Sampling;
  readonly estimator: Estimator;
  /** Steps between two full gradients; null for the plain estimator, which takes none. */
  readonly anchor: number | null;
}

/**
 * What those options mean for M data. Errors (input), beginning with `where`: no data, a size that is none of 1 … M, unknown
 * words, an anchor that is no positive integer or that the plain estimator would not use.
 */
export function batchPlan(asked: number | BatchOptions, dataSize: number, where: string): BatchPlan {
  const options: BatchOptions = typeof asked === "number" ? { size: asked } : asked;
  const { size, sampling = "without-replacement", estimator = "plain", anchor = null } = options;
  if (dataSize === 0) throw inputError(where, "found a batch; allowed: nothing without data");
  if (!Number.isInteger(size) || size < 1) {
    throw inputError(where, `found size ${size}; allowed: a whole number from 1 to ${dataSize}`);
  }
  if (size > dataSize) {
    throw inputError(
      where,
      `found size ${size}, a batch larger than the data; allowed: a whole number from 1 to ${dataSize}, the number of points`,
    );
  }
  requireWord(`${where}.sampling`, sampling, SAMPLINGS);
  requireWord(`${where}.estimator`, estimator, ESTIMATORS);
  if (estimator === "plain") {
    if (anchor !== null) {
      throw inputError(`${where}.anchor`, `found ${anchor}; allowed: nothing without estimator svrg`);
    }
    return { size, sampling, estimator, anchor: null };
  }
  if (anchor !== null && (!Number.isInteger(anchor) || anchor < 1)) {
    throw inputError(`${where}.anchor`, `found ${anchor}; allowed: a whole number >= 1`);
  }
  return { size, sampling, estimator, anchor: anchor ?? Math.ceil(dataSize / size) };
}

function requireWord(where: string, found: string, allowed: readonly string[]): void {
  if (!allowed.includes(found)) throw inputError(where, `found "${found}"; allowed: ${allowed.join(", ")}`);
}
