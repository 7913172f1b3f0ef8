// Bytes that solvers hold while they compute, beyond those of an idle process. Measured, not derived (validation/memory: foretold over measured peak
// in [1, 1.5]).

export const MIB = 2 ** 20;

/** Bytes that a run leaves behind at the least, and with each number of its state. */
const LEAST_SLACK = 18 * MIB;
const LEFT = 600;

/** Bytes of garbage of a run of so many numbers that V8 has not collected yet; `most`: the most that its solver leaves. */
export function slackOf(most: number, numbers: number): number {
  return Math.min(most, LEAST_SLACK + LEFT * numbers);
}

/** Bytes of ψ at one data point in one cell: the value, and what the figures read again. */
export const FEATURE = 16;

export const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);
