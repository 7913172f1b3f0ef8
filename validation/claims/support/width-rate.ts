// A power law in the width N as evidence: the slope of log y against log N with its interval, and the figure of the levels over the
// line of the predicted slope.

import { MuflowError } from "../../../src/base/errors.ts";
import type { Evidence } from "../../../src/study/claim.ts";
import type { Level } from "../../../src/study/statistics/levels.ts";
import { type PowerLawOptions, powerLaw } from "../../../src/study/statistics/power-law.ts";

export interface WidthRate extends Omit<PowerLawOptions, "limit" | "within"> {
  /** Samples by width, one a replica. */
  readonly levels: readonly Level[];
  /** The exponent that theory gives, and the law in words, as N^(−1/2). */
  readonly predicted: number;
  readonly law: string;
  /** The y axis. */
  readonly y: string;
  readonly caption: string;
  readonly notes?: readonly string[];
}

/** The reach of 95 % of a Gaussian, of error bars. */
const BAR = 1.96;

/** Errors (numerics): fewer than three levels that count. */
export function widthRate(given: WidthRate): Evidence {
  const { levels, predicted, law, y, caption, notes = [], ...options } = given;
  const fit = powerLaw(levels, { limit: "infinity", ...options });
  if (fit.slope === null) {
    throw new MuflowError("numerics", `slope: ${fit.findings.map(({ reason }) => reason).join("; ")}`);
  }
  const used = fit.levels.filter(({ leftOut }) => leftOut === null);
  const height =
    used.reduce((sum, { x, value }) => sum + Math.log(Math.abs(value)) - predicted * Math.log(x), 0) /
    used.length;
  return {
    measured: fit.slope,
    interval: (level) => fit.interval(level)!,
    figure: {
      x: { label: "N", log: true },
      y: { label: y, log: true },
      curves: [
        {
          label: "measured",
          style: "points",
          points: fit.levels.map(({ x, value, error }) => [
            x,
            Math.abs(value),
            Math.abs(value) - BAR * error,
            Math.abs(value) + BAR * error,
          ]),
        },
        {
          label: law,
          style: "dashed",
          points: fit.levels.map(({ x }) => [x, Math.exp(height + predicted * Math.log(x))]),
        },
      ],
      caption,
    },
    notes: [
      ...notes,
      ...fit.levels.flatMap(({ x, leftOut }) =>
        leftOut === null ? [] : [`N = ${x} is left out (${leftOut.kind}): ${leftOut.reason}.`],
      ),
      ...fit.findings.map(({ kind, reason }) => `${kind}: ${reason}.`),
    ],
  };
}
