// When things happen in a run, in whole steps: t = n·h, records at equal intervals, snapshots at given times.

import { inputError } from "../base/errors.ts";
import { requireNumbers, requirePositive, showValue } from "../base/keys.ts";

export interface Schedule {
  /** h */
  readonly step: number;
  /** Number of steps. */
  readonly steps: number;
  /** Steps between records; divides `steps`. */
  readonly recordEvery: number;
  /** Steps at which the whole ensemble is kept. */
  readonly snapshots: readonly number[];
}

export interface Course {
  until: number;
  step: number;
  /** Number of equal intervals recorded; default: the largest divisor ≤ 50 of the number of steps. */
  record?: number;
  /** Times at which the whole ensemble is kept; default [0, until]. */
  snapshots?: readonly number[];
}

/** How far a quotient of two decimal numbers may lie from the whole number it stands for. */
const WHOLE = 1e-9;

export function isWhole(ratio: number): boolean {
  const nearest = Math.round(ratio);
  return Math.abs(ratio - nearest) <= WHOLE * Math.max(1, nearest);
}

/** Numbers of steps that are tried for snapshots, on either side. */
const TRIED = 1000;

/**
 * A number of steps, near until/step, that records divide and whose steps fall on every snapshot; where no such number is near, one that
 * records divide.
 */
export function fittingSteps({ until, step, record = 1, snapshots = [] }: Course): number {
  const nearest = Math.max(1, Math.round(until / step / record));
  const fits = (intervals: number) =>
    intervals > 0 && snapshots.every((at) => isWhole((at / until) * intervals * record));
  for (let away = 0; away <= TRIED; away++) {
    const intervals = [nearest + away, nearest - away].find(fits);
    if (intervals !== undefined) return intervals * record;
  }
  return nearest * record;
}

/** Steps are counted in 31 bits between threads. */
const MOST_STEPS = 2 ** 31 - 1;

/** Errors (input): a step that does not divide `until`, a record that does not divide the steps, a snapshot between steps. */
export function schedule(course: Course): Schedule {
  const { until, step } = course;
  const steps = wholeSteps("time.until", until, step);
  if (steps < 1 || steps > MOST_STEPS) {
    throw inputError("time.step", `found ${step}: ${steps} steps; allowed: 1 to ${MOST_STEPS} steps`);
  }
  const record = course.record ?? defaultRecord(steps);
  if (!Number.isInteger(record) || record < 1 || steps % record !== 0) {
    throw inputError("time.record", `found ${showValue(record)}; allowed: a divisor of the ${steps} steps`);
  }
  if (course.snapshots !== undefined) requireNumbers("time.snapshots", course.snapshots, "a list of times");
  const snapshots = Array.from(course.snapshots ?? [0, until]).map((t) =>
    wholeSteps("time.snapshots", t, step),
  );
  const late = snapshots.find((n) => n > steps);
  if (late !== undefined) throw inputError("time.snapshots", `found ${late * step}; allowed: 0 to ${until}`);
  return {
    step,
    steps,
    recordEvery: steps / record,
    snapshots: [...new Set(snapshots)].sort((a, b) => a - b),
  };
}

function wholeSteps(where: string, time: number, step: number): number {
  requirePositive("time.step", step);
  const steps = Math.round(time / step);
  if (typeof time !== "number" || !(time >= 0) || !isWhole(time / step)) {
    throw inputError(where, `found ${showValue(time)}; allowed: a whole number of steps of ${step}`);
  }
  return steps;
}

/** The number of records of so many steps where none is asked for. */
export function defaultRecord(steps: number): number {
  return largestDivisor(steps, MOST_RECORDS);
}

const MOST_RECORDS = 50;

/** The largest divisor of n up to `most`, which is 1 at least. */
export function largestDivisor(n: number, most: number): number {
  for (let divisor = Math.min(n, most); divisor > 1; divisor--) if (n % divisor === 0) return divisor;
  return 1;
}
