// study.json: what a study found. All of it but `machine` and `wallTime` is a function of what `hash` covers and of `fits`.

import type { Comparison } from "../observables/distances/compare.ts";
import type { RUN_STATUSES, RunSummary, Summary } from "../results/formats/summary.ts";
import type { FitSpec } from "../spec/shapes/study.ts";
import type { Verdict as Judgement } from "../statistics/verdict.ts";
import type { SweptValues } from "./sweep.ts";

export type RunStatus = (typeof RUN_STATUSES)[number];

/** One run of one point; `final` is empty where it is missing, and what was reached where it failed. */
export interface StudyRun extends RunSummary {
  readonly status: RunStatus;
  /** Why it failed, or stalled: it ran to its end, but its network learns nothing more. */
  readonly reason?: string;
}

export interface StudyPoint {
  /** By swept key. */
  readonly values: SweptValues;
  /** Of the point's experiment. */
  readonly hash: string;
  readonly runs: readonly StudyRun[];
  readonly comparisons: readonly Comparison[];
}

/** One abscissa of a fit. */
export interface FittedLevel {
  readonly x: number;
  /** The root mean square of a distance, the absolute mean of a difference, the mean of an observable. */
  readonly value: number;
  /** Standard error of `value`; null for a single run. */
  readonly error: number | null;
  readonly replicas: number;
  /** Why the fit leaves this level out; null where it does not. */
  readonly leftOut: string | null;
  /** What the fitted sum of modes is here, absolute: exponentials along time only. */
  readonly fitted?: number;
}

export type Verdict = Judgement["verdict"];

/** One law, fitted for one combination of everything that it does not run along. */
export interface StudyFit {
  readonly spec: FitSpec;
  /** What tells this combination from the others: swept keys, and the width or cells where several exist. */
  readonly group: SweptValues;
  readonly levels: readonly FittedLevel[];
  /** null where there is no fit, with the reason. */
  readonly slope: number | null;
  /** log value = intercept + slope · log x, or + slope · x for an exponential. */
  readonly intercept: number | null;
  /** J, 95 %: over replicas; along time, and of solvers without replicas, what the fit leaves open. */
  readonly interval: readonly [number, number] | null;
  /** I, simultaneous over all fits of the study: the one that judges. */
  readonly judged: readonly [number, number] | null;
  /** The observable whose values the levels are, where its rate stands for the quantity's: see run/decay.ts. */
  readonly measuredOn?: string;
  /** The local rate along the run, exponentials along time only. */
  readonly local?: readonly { readonly t: number; readonly rate: number }[];
  /** Rates of the linearised equation at the equilibrium, slowest first, for this quantity; where they were computed. They advise, and measure nothing. */
  readonly modes?: readonly number[];
  /** null without a prediction. */
  readonly verdict: Verdict | null;
  /** How the levels were chosen and what the verdict rests on, or why there is no fit. */
  readonly reason: string;
}

/** What a run's summary says too, of the whole study. */
type Identity = Omit<Summary, "spec" | "runs" | "comparisons" | "rates">;

/** `outcome`: "done", or a sentence that says how many runs are missing, failed or stalled. */
export interface StudySummary extends Identity {
  /** The first point's canonical experiment, the sweep and the fits. */
  readonly spec: unknown;
  readonly points: readonly StudyPoint[];
  readonly fits: readonly StudyFit[];
}
