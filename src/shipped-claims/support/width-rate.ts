// A power law in the width N as a claim: the slope of log y against log N with its interval, and the figure of the levels over the
// line of the predicted slope.

import { type Claim, type ClaimContext, claim, type Evidence } from "../../claims/claim.ts";
import type { PowerLawOptions } from "../../statistics/power-law.ts";
import { dashed } from "./curves.ts";
import { fittedPower } from "./power-fit.ts";

/** How many networks of each width. The slope is known best for their work where narrow networks are many: they cost little. */
type Design = Readonly<Record<number, number>>;

/** Of networks whose numbers are needed before those of the levels: beyond the replicas of these. */
export const PILOT_REPLICA = 1_000_000;

interface Sampled<Sample> extends Pick<PowerLawOptions, "floor"> {
  /** Of one network; replicas of their own at every width, counted on from one to the next. */
  sample(width: number, replica: number): Sample;
  /** What the law is of, from all samples of a width; default the samples themselves. */
  values?(samples: readonly Sample[], width: number): number[];
  readonly notes?: readonly string[];
}

interface WidthRate<Sample>
  extends Omit<Claim, "experiment" | "predicted" | "within" | "measure">,
    Pick<PowerLawOptions, "scatter"> {
  /** The exponent that theory gives, and the law in words, as N^(−1/2). */
  readonly exponent: number;
  readonly law: string;
  /** What of a width's samples is the law's. */
  readonly of: PowerLawOptions["statistic"];
  readonly quick: Design;
  readonly full: Design;
  /** What is computed; `design` says of how many networks, `ofFull` what else only the full variant has. */
  experiment(design: (ofFull?: string) => string): string;
  /** The y axis. */
  readonly y: string;
  readonly caption: string;
  prepare(full: boolean): Sampled<Sample> | Promise<Sampled<Sample>>;
}

/** What claims say of a design: "N = 10, 100, 1000 with 800, 200, 100 replicas". */
function designText(design: Design): string {
  const name = (count: number | string) =>
    Number(count) < 10_000 ? String(count) : String(count).replace(/\B(?=(\d{3})+$)/g, " ");
  const listed = (counts: readonly (number | string)[]) => counts.map(name).join(", ");
  return `N = ${listed(Object.keys(design))} with ${listed(Object.values(design))} replicas`;
}

/** Samples of networks by width. `progress` counts neurons. */
function samplesByWidth<Sample>(
  design: Design,
  progress: ClaimContext["progress"],
  sample: (width: number, replica: number) => Sample,
): { x: number; samples: Sample[] }[] {
  const levels = Object.entries(design).map(([width, replicas]) => ({ x: Number(width), replicas }));
  const total = levels.reduce((sum, { x, replicas }) => sum + x * replicas, 0);
  let [done, replica] = [0, 0];
  return levels.map(({ x, replicas }) => {
    const samples = Array.from({ length: replicas }, () => {
      const taken = sample(x, replica);
      replica += 1;
      done += x;
      progress(done / total);
      return taken;
    });
    return { x, samples };
  });
}

/** The claim of that exponent. Its measurement, errors (numerics): fewer than three levels that count. */
export function widthRate<Sample = number>(asked: WidthRate<Sample>): Claim {
  const { exponent, law, of, scatter, quick, full, experiment, y, caption, prepare, ...stated } = asked;
  return claim({
    ...stated,
    experiment: experiment(
      (ofFull = "") =>
        `${designText(quick)} (${ofFull}${designText(full)} in the full variant), seed 1, other draws for every width`,
    ),
    predicted: { equals: exponent },
    within: 0.05,
    async measure(context): Promise<Evidence> {
      const {
        sample,
        floor,
        notes = [],
        values = (samples) => samples.map(Number),
      } = await prepare(context.full);
      const sampled = samplesByWidth(context.full ? full : quick, context.progress, sample);
      const levels = sampled.map(({ x, samples }) => ({ x, samples: values(samples, x) }));
      const fit = fittedPower(levels, {
        limit: "infinity",
        statistic: of,
        pairing: "independent",
        ...(scatter && { scatter }),
        ...(floor !== undefined && { floor }),
      });
      const used = fit.levels.filter(({ leftOut }) => leftOut === null);
      const height =
        used.reduce((sum, { x, value }) => sum + Math.log(Math.abs(value)) - exponent * Math.log(x), 0) /
        used.length;
      const predicted = dashed(law, fit.levels, ({ x }) => [x, Math.exp(height + exponent * Math.log(x))]);
      return {
        measured: fit.slope,
        interval: fit.interval,
        figure: {
          x: { label: "N", log: true },
          y: { label: y, log: true },
          curves: [fit.measured, predicted],
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
    },
  });
}
