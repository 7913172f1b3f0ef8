// Runs claims: each measured by itself in a worker, judged by the rules of one place, in any order and on any number of threads
// with the same result. A claim that throws is an error of its own, not a verdict: it is named, and the others go on.

import type { Tinypool } from "tinypool";
import { inputError } from "../base/errors.ts";
import { withWorkers } from "../experiment/pool.ts";
import { type Means, meansOf } from "../kernels/backend/backend.ts";
import { deterministic, equality, inequality, measurementOf, type Verdict } from "../statistics/verdict.ts";
import type { Claim, ClaimFigure, Evidence } from "./claim.ts";

/** What came out for one claim; plain data. `interval`: 95 %, or the value with its error. */
export interface ClaimResult extends Verdict {
  readonly id: string;
  readonly measured: number;
  readonly figure: ClaimFigure;
  readonly notes: readonly string[];
  /** Wall time. */
  readonly seconds: number;
}

/** What a worker is given: a claim of the suite by its id, or a user's file. */
export interface ClaimJob extends Means {
  readonly claim: { readonly id: string } | { readonly path: string };
  readonly full: boolean;
  /** Claims judged together: intervals hold for all of them at once. */
  readonly together: number;
  /** Shared: the share done, one number a claim. */
  readonly progress: Float64Array;
  readonly slot: number;
}

/** Measures and judges one claim, in this thread. Errors: as the claim's own. */
export async function runClaim(
  claim: Claim,
  options: { full: boolean; together: number; progress?: (share: number) => void },
): Promise<ClaimResult> {
  const { full, together, progress = () => {} } = options;
  const started = performance.now();
  const evidence = requireEvidence(claim, await claim.measure({ full, progress }));
  return {
    id: claim.id,
    measured: evidence.measured,
    figure: evidence.figure,
    notes: evidence.notes ?? [],
    ...judge(claim, evidence, together),
    seconds: (performance.now() - started) / 1000,
  };
}

/** What a user's measurement returns is known at run time only. Errors (input): what of it is missing. */
function requireEvidence({ id }: Claim, evidence: Evidence): Evidence {
  const { measured, figure, interval, error } = Object(evidence) as Record<string, unknown>;
  const refusal = (what: string) =>
    inputError(
      `claim ${id}: measure`,
      `returned ${what}; allowed: { measured, error, figure } or { measured, interval(level), figure }`,
    );
  if (typeof measured !== "number") throw refusal("no number measured");
  if (typeof interval !== "function" && typeof error !== "number") throw refusal("no error and no interval");
  const { x, y, curves, caption } = Object(figure) as Record<string, unknown>;
  if (!Object(x).label || !Object(y).label || !Array.isArray(curves) || typeof caption !== "string") {
    throw refusal("no figure { x: { label }, y: { label }, curves, caption }");
  }
  return evidence;
}

/** The verdict by the rules of statistics/verdict.ts. */
function judge({ predicted, within }: Claim, evidence: Evidence, together: number): Verdict {
  const measurement =
    "error" in evidence
      ? deterministic(evidence.measured, evidence.error, evidence.widened)
      : measurementOf((level) => evidence.interval(level), together);
  return "equals" in predicted
    ? equality(measurement, predicted.equals, within)
    : inequality(measurement, predicted);
}

export interface ValidateOptions {
  readonly worker: URL;
  readonly threads: number;
  readonly full: boolean;
  onResult(index: number, result: ClaimResult | Error): void;
  /** About four times a second: the share done of each claim. */
  onProgress?(progress: Float64Array): void;
}

/** Runs the claims on a pool of workers. Results in the order of the claims; an Error where one could not be measured. */
export async function runClaims(
  claims: readonly ClaimJob["claim"][],
  options: ValidateOptions,
): Promise<(ClaimResult | Error)[]> {
  const { threads, full, worker } = options;
  const progress = new Float64Array(new SharedArrayBuffer(8 * Math.max(1, claims.length)));
  const measure = (workers: Tinypool) =>
    claims.map(async (claim, slot) => {
      const job: ClaimJob = { claim, full, together: claims.length, progress, slot, ...meansOf(threads) };
      const result: ClaimResult | Error = await workers
        .run(job, { filename: worker.href })
        .catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
      progress[slot] = 1;
      options.onResult(slot, result);
      return result;
    });
  return withWorkers(
    threads,
    (workers) => Promise.all(measure(workers)),
    () => options.onProgress?.(progress),
  );
}
