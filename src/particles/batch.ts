// Batches of data: how many points a step sees, how they are drawn, and what estimator the drift makes of them.

import { type Breach, breachError, under } from "../base/breach.ts";
import { inputError, type Path } from "../base/errors.ts";
import { requireWord } from "../base/keys.ts";

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

/** What a batch does not allow, whatever number of data there are. */
export function batchBreaches({ size, estimator, anchor }: BatchOptions, hasData: boolean): Breach[] {
  const unused = estimator !== "svrg" && anchor !== undefined;
  return [
    ...(hasData ? [] : [{ key: ["batch"], found: size, allowed: "nothing without problem.data" }]),
    ...(unused
      ? [{ key: ["batch", "anchor"], found: anchor, allowed: "nothing without estimator svrg" }]
      : []),
  ];
}

/**
 * What those options mean for M data. Errors (input), at keys below `where`: no data, a size that is none of 1 … M, unknown
 * words, an anchor that is no positive integer or that the plain estimator would not use.
 */
export function batchPlan(asked: number | BatchOptions, dataSize: number, where: Path): BatchPlan {
  const options: BatchOptions = typeof asked === "number" ? { size: asked } : asked;
  const { size, sampling = "without-replacement", estimator = "plain", anchor = null } = options;
  const at = (...keys: string[]) => [...where, "batch", ...keys];
  const [breach] = batchBreaches(options, dataSize > 0);
  if (breach !== undefined) throw breachError(under(where, breach));
  const whole = `a whole number from 1 to ${dataSize}`;
  if (!Number.isInteger(size) || size < 1) {
    throw inputError(at(), `found size ${size}; allowed: ${whole}`);
  }
  if (size > dataSize) {
    const found = `found size ${size}, a batch larger than the data`;
    throw inputError(at(), `${found}; allowed: ${whole}, the number of points`);
  }
  requireWord(at("sampling"), sampling, SAMPLINGS);
  requireWord(at("estimator"), estimator, ESTIMATORS);
  if (anchor !== null && (!Number.isInteger(anchor) || anchor < 1)) {
    throw inputError(at("anchor"), `found ${anchor}; allowed: a whole number >= 1`);
  }
  return {
    size,
    sampling,
    estimator,
    anchor: estimator === "plain" ? null : (anchor ?? Math.ceil(dataSize / size)),
  };
}
