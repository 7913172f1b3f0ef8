// A power law in the width N as evidence: the slope of log y against log N with its interval, and the figure of the levels over the
// line of the predicted slope.

import type { Evidence } from "../../claims/claim.ts";
import type { Level } from "../../statistics/levels.ts";
import type { PowerLawOptions } from "../../statistics/power-law.ts";
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

/** How many networks of each width. The slope is known best for their work where narrow networks are many: they cost little. */
export type Design = readonly { readonly width: number; readonly replicas: number }[];

/** What claims say of a design: "N = 10, 100, 1000 with 800, 200, 100 replicas". */
export function designText(design: Design): string {
  const name = (count: number) =>
    count < 10_000 ? String(count) : String(count).replace(/\B(?=(\d{3})+$)/g, " ");
  const listed = (key: "width" | "replicas") => design.map((level) => name(level[key])).join(", ");
  return `N = ${listed("width")} with ${listed("replicas")} replicas`;
}

/** Samples of networks by width, replicas of their own at every width, counted on from one to the next. `progress` counts neurons. */
export async function samplesByWidth(
  design: Design,
  progress: (share: number) => void,
  sample: (width: number, replica: number) => number | Promise<number>,
): Promise<Level[]> {
  const total = design.reduce((sum, { width, replicas }) => sum + width * replicas, 0);
  const levels: Level[] = [];
  let [done, replica] = [0, 0];
  for (const { width, replicas } of design) {
    const samples: number[] = [];
    for (let r = 0; r < replicas; r++) {
      samples.push(await sample(width, replica));
      replica += 1;
      done += width;
      progress(done / total);
    }
    levels.push({ x: width, samples });
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
