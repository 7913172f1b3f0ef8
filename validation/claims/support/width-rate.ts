// A power law in the width N as evidence: the slope of log y against log N with its interval, and the figure of the levels over the
// line of the predicted slope.

import type { Evidence } from "../../../src/study/claim.ts";
import type { Level } from "../../../src/study/statistics/levels.ts";
import type { PowerLawOptions } from "../../../src/study/statistics/power-law.ts";
import { fittedPower } from "./power-fit.ts";

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

/**
 * A number of `replicas` networks at each width, replicas of their own at every width: the w-th width has w · replicas and those
 * that follow. `progress` counts neurons.
 */
export async function samplesByWidth(
  {
    widths,
    replicas,
    progress,
  }: { widths: readonly number[]; replicas: number; progress(share: number): void },
  sample: (width: number, replica: number) => number | Promise<number>,
): Promise<Level[]> {
  const total = widths.reduce((sum, width) => sum + width, 0);
  const levels = widths.map((x) => ({ x, samples: [] as number[] }));
  let done = 0;
  for (const [w, { x: width, samples }] of levels.entries()) {
    for (let r = 0; r < replicas; r++) {
      samples.push(await sample(width, w * replicas + r));
      done += width;
      progress(done / (replicas * total));
    }
  }
  return levels;
}

/** Errors (numerics): fewer than three levels that count. */
export function widthRate(given: WidthRate): Evidence {
  const { levels, predicted, law, y, caption, notes = [], ...options } = given;
  const fit = fittedPower(levels, { limit: "infinity", ...options });
  const used = fit.levels.filter(({ leftOut }) => leftOut === null);
  const height =
    used.reduce((sum, { x, value }) => sum + Math.log(Math.abs(value)) - predicted * Math.log(x), 0) /
    used.length;
  return {
    measured: fit.slope,
    interval: fit.interval,
    figure: {
      x: { label: "N", log: true },
      y: { label: y, log: true },
      curves: [
        fit.measured,
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
