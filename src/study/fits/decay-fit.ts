// Laws in time, |x(t)| ~ e^(st) or t^s: of the mean over replicas, in a window chosen by the rule of the fit. What is left open adds up from the fit
// itself (window, model), the scatter of replicas, and the solver's own error, of its step and cells, which trial runs tell. A prediction outside
// all that FAILS only where the same density, disturbed at its end, settles at the same rate and excludes it too: a start can hide a slow mode.

import { attempt } from "../../base/errors.ts";
import { rounded } from "../../base/words.ts";
import { judgedOn, rateOptions, vanishes } from "../../run/decay.ts";
import type { Row } from "../../run/progress.ts";
import { hasScheme, isNetwork, isOnGrid } from "../../run/runs.ts";
import { type Run, recordOf } from "../../run/solvers/list.ts";
import type { FitSpec } from "../../spec/shapes/study.ts";
import { fitPowerDecay, type PowerDecayOptions } from "../../statistics/decay.ts";
import type { Level } from "../../statistics/levels.ts";
import { fitRate } from "../../statistics/rate.ts";
import { studentReach } from "../../statistics/student.ts";
import {
  equality,
  type Interval,
  type Measurement,
  simultaneousLevel,
  WIDENED,
} from "../../statistics/verdict.ts";
import type { FittedLevel, StudyFit } from "../summary.ts";
import type { SweptValues } from "../sweep.ts";
import { levelsOf, mean, meanLevel } from "./fit-levels.ts";
import { concluded, unfitted } from "./fit-verdict.ts";
import type { TrialKind, Trials } from "./trials.ts";

export interface DecaySamples {
  readonly spec: FitSpec;
  readonly group: SweptValues;
  /** The samples of each time, in the order of the replicas. */
  readonly levels: readonly Level[];
  /** The runs they are of, replicas of one; null for distances, which are of two. */
  readonly origin: DecayOrigin | null;
}

export interface DecayOrigin {
  readonly point: number;
  readonly runs: readonly number[];
  readonly run: Run;
  /** The largest size of the numbers that the values are differences of. */
  readonly scale: number;
  /** The same numbers out of other rows of one of the runs. */
  values(rows: readonly Row[], run: number): { x: number; value: number }[];
}

/** The observable that a fit reads of that run: for an exponential in time the one that judges. */
export function measuredOn({ law, along, quantity }: FitSpec, run: Run): string {
  return along === "time" && law === "exponential" ? judgedOn(run, quantity) : quantity;
}

interface Measured {
  readonly slope: number;
  /** Half of J and of I, of the fit alone. */
  readonly ordinary: number;
  readonly judged: number;
  readonly window: { readonly from: number; readonly to: number };
  readonly reason: string;
  /** The fitted value at times of the window, where it is not the law alone. */
  readonly curve: ReadonlyMap<number, number>;
  readonly local: { readonly t: number; readonly rate: number }[] | null;
}

/** `values`: by default the means of the samples. */
function measure(
  { spec, origin, levels }: DecaySamples,
  values = levels.map(({ samples }) => mean(samples)),
): Measured {
  const times = levels.map(({ x }) => x);
  if (spec.law === "power") {
    const options = powerOptions(origin, spec);
    const { exponent, uncertainty, window, reason } = fitPowerDecay(times, values, options);
    const judged = WIDENED * uncertainty;
    return { slope: -exponent, ordinary: uncertainty, judged, window, reason, curve: new Map(), local: null };
  }
  const options = origin === null ? {} : rateOptions(origin.run, measuredOn(spec, origin.run), origin.scale);
  const { rate, uncertainty, widened, window, reason, curve, local } = fitRate(times, values, options);
  return {
    slope: -rate,
    ordinary: uncertainty,
    judged: widened,
    window,
    reason,
    // Of differences over time there is no curve through the values.
    curve:
      options.offset === true ? new Map() : new Map(Array.from(curve.times, (t, k) => [t, curve.values[k]!])),
    local: Array.from(local.times, (t, k) => ({ t, rate: local.rates[k]! })),
  };
}

/** How a power law in time is fitted: a limit that nothing makes 0 would bend it, by more than a window can tell. */
function powerOptions(origin: DecayOrigin | null, { quantity }: FitSpec): PowerDecayOptions {
  if (origin === null) return { offset: true };
  const { floor } = rateOptions(origin.run, quantity, origin.scale);
  return { offset: !vanishes(origin.run, quantity), ...(floor !== undefined && { floor }) };
}

/** One law in time, with its verdict. `together`: fits judged at once. */
export function decayFit(given: DecaySamples, together: number, trials: Trials): StudyFit {
  const { spec, group, origin } = given;
  const series = { ...given, levels: usable(given.levels, spec) };
  const on = origin === null ? spec.quantity : measuredOn(spec, origin.run);
  const told = on === spec.quantity ? {} : { measuredOn: on };
  const { result, failure } = attempt(() => ({ measured: measure(series), scatter: scatterOf(series) }));
  if (failure !== undefined) {
    return { ...unfitted(spec, group, failure), ...told, levels: drawn(given.levels, null) };
  }
  const { measured, scatter } = result;
  const { slope, reason, window, local } = measured;
  const measurement = (systematic: number): Measurement => ({
    leftOpenBy: "error",
    ordinary: around(slope, measured.ordinary + reachOf(scatter, 0.95) + systematic),
    simultaneous: around(
      slope,
      measured.judged + reachOf(scatter, simultaneousLevel(together)) + WIDENED * systematic,
    ),
  });
  const judgement = judge(series, measured, measurement, trials);
  const last = given.levels.findLast(({ x }) => x <= window.to)!;
  return {
    spec,
    group,
    ...told,
    levels: drawn(given.levels, measured),
    slope,
    // Through the last level of the window: the law is what the fit tends to.
    intercept:
      Math.log(Math.abs(mean(last.samples))) - slope * (spec.law === "power" ? Math.log(last.x) : last.x),
    interval: judgement.measurement.ordinary,
    judged: judgement.measurement.simultaneous,
    ...(local === null ? {} : { local }),
    ...concluded(spec, judgement.verdict, [
      ...signNote(spec, slope),
      ...(on === spec.quantity
        ? []
        : [`${on} judges: it falls at the same rate, and vanishes at rest without a reference`]),
      reason,
      ...(scatter === null
        ? []
        : [`over replicas ± ${scatter.error.toExponential(1)} more (jackknife, standard error)`]),
      ...judgement.notes,
    ]),
  };
}

/** Levels that the law has and all replicas: what is blank in some would make their mean one of others. */
function usable(levels: readonly Level[], { law }: FitSpec): Level[] {
  const replicas = Math.max(0, ...levels.map(({ samples }) => samples.length));
  return levels.filter(({ x, samples }) => samples.length === replicas && (law === "exponential" || x > 0));
}

const around = (slope: number, half: number): Interval => [slope - half, slope + half];

/** The levels as they are drawn: those outside the window are left out of the fit. */
function drawn(levels: readonly Level[], measured: Measured | null): FittedLevel[] {
  const { from, to } = measured?.window ?? { from: -Infinity, to: Infinity };
  return levels.map((level) => {
    const { x } = level;
    const fitted = measured?.curve.get(x);
    return {
      ...meanLevel(level, x >= from && x <= to ? null : "outside the window of the fit"),
      ...(fitted !== undefined && { fitted: Math.abs(fitted) }),
    };
  });
}

/** What a reader may have missed: the slope of a decay is negative. */
function signNote({ predicted }: FitSpec, slope: number): string[] {
  return predicted !== undefined && predicted * slope < 0
    ? [
        `predicted is a slope, as in ${slope < 0 ? "e^(slope t) and t^slope: a decay has a negative slope" : "e^(slope t)"}`,
      ]
    : [];
}

// ---- Scatter of replicas ----

/** Groups of replicas that the jackknife leaves out, at most: each costs a fit. */
const MOST_GROUPS = 10;

interface Scatter {
  readonly error: number;
  readonly degrees: number;
}

/** The standard error of the slope over replicas, by the jackknife over groups of them; null without replicas. */
function scatterOf(series: DecaySamples): Scatter | null {
  const { levels } = series;
  const count = levels[0]?.samples.length ?? 0;
  if (count < 2) return null;
  const groups = Math.min(MOST_GROUPS, count);
  const slopes = Array.from({ length: groups }, (_, left) => {
    const means = levels.map(({ samples }) => mean(samples.filter((_, k) => k % groups !== left)));
    return measure(series, means).slope;
  });
  const centre = mean(slopes);
  const squares = slopes.reduce((sum, slope) => sum + (slope - centre) ** 2, 0);
  return { error: Math.sqrt(((groups - 1) / groups) * squares), degrees: groups - 1 };
}

function reachOf(scatter: Scatter | null, level: number): number {
  return scatter === null ? 0 : scatter.error * studentReach(level, scatter.degrees);
}

// ---- Verdicts, and the trials they hang on ----

/** The error of a run over its change with 3/2 of the cells, of order 2: 1/(1 − (2/3)²). */
const FINER = 1.8;

/** Modes are told apart whose sizes part by e to this from the disturbed start to the end of its window: rates closer than 1/T are one. */
const OUTLASTS = 1;

interface Judgement {
  readonly verdict: { verdict: NonNullable<StudyFit["verdict"]>; reason: string } | null;
  readonly measurement: Measurement;
  readonly notes: readonly string[];
}

/** The verdict, with the solver's own error where it hangs on that. */
function judge(
  series: DecaySamples,
  measured: Measured,
  measurement: (systematic: number) => Measurement,
  trials: Trials,
): Judgement {
  const { spec, origin } = series;
  const bare = measurement(0);
  if (spec.predicted === undefined) return { verdict: null, measurement: bare, notes: [] };
  const first = equality(bare, spec.predicted, spec.within);
  if (first.verdict === "NOT RESOLVED" || origin === null) {
    return { verdict: first, measurement: bare, notes: [] };
  }
  const open = (reason: string, whole = bare): Judgement => ({
    verdict: { verdict: "NOT RESOLVED", reason },
    measurement: whole,
    notes: [],
  });
  // Both are asked for before either is looked at, so that they are made together.
  const kinds: TrialKind[] = isOnGrid(origin.run) ? ["half step", "finer cells"] : ["half step"];
  const refined = kinds.map((kind) => [kind, trial(series, kind, trials)] as const);
  let systematic = 0;
  const notes: string[] = [];
  for (const [kind, other] of refined) {
    if (typeof other === "string") return open(`the solver's own error is not known: ${other}`);
    const error = factorOf(origin.run, kind) * Math.abs(other.slope - measured.slope);
    systematic += error;
    notes.push(
      `with ${KIND_WORDS[kind]} the slope is ${rounded(other.slope, 5)}: ${kind === "half step" ? "the step's" : "the cells'"} own error is ± ${error.toExponential(1)}`,
    );
  }
  const whole = measurement(systematic);
  const verdict = equality(whole, spec.predicted, spec.within);
  const { solver } = origin.run;
  if (verdict.verdict !== "FAILS" || isNetwork(origin.run) || spec.law === "power") {
    return { verdict, measurement: whole, notes };
  }
  if (!hasScheme(origin.run)) {
    return open(
      `${verdict.reason}, but ${solver} cannot go on from its own end, disturbed, to tell whether another start settles alike: ask it of a grid`,
      whole,
    );
  }
  const again = trial(series, "disturbed", trials);
  if (typeof again === "string")
    return open(`${verdict.reason}, but whether another start settles alike is not known: ${again}`, whole);
  const [low, high] = around(again.slope, again.judged + WIDENED * systematic);
  const other = `disturbed at its end it settles with slope ${rounded(again.slope, 5)}, within [${rounded(low, 5)}, ${rounded(high, 5)}]`;
  const [from, to] = whole.simultaneous;
  const agree = low <= to && from <= high;
  const excluded = !(low <= spec.predicted && spec.predicted <= high);
  const outlasts = (spec.predicted - again.slope) * again.window.to;
  if (agree && excluded && outlasts > 0 && outlasts < OUTLASTS) {
    return open(
      `${verdict.reason}, but until t = ${rounded(again.window.to, 5)} a mode as slow as that outlasts the one that is seen by a factor ${rounded(Math.exp(outlasts), 5)} alone: hardly excited, it would not show; run longer`,
      whole,
    );
  }
  if (agree && excluded)
    return { verdict, measurement: whole, notes: [...notes, `${other}: another start agrees`] };
  const slower = high > to;
  // What is left open reaches from one to the other.
  const both: Measurement = {
    ...whole,
    ordinary: hull(whole.ordinary, around(again.slope, again.ordinary + systematic)),
    simultaneous: hull(whole.simultaneous, [low, high]),
  };
  return open(
    `${verdict.reason}, but ${other}: ${slower ? "the slow mode is hardly excited by this start; take another one, or run longer" : "the run is not in its last regime yet; run longer"}`,
    both,
  );
}

function hull(a: Interval, b: Interval): Interval {
  return [Math.min(a[0], b[0]), Math.max(a[1], b[1])];
}

const KIND_WORDS: Record<TrialKind, string> = {
  "half step": "half the step",
  "finer cells": "3/2 of the cells",
  disturbed: "a disturbed density",
};

/** The error of a run over what the trial changes: with half the step 1/(1 − 2^(−p)), p its order. */
function factorOf(run: Run, kind: TrialKind): number {
  if (kind === "finer cells") return FINER;
  const halvings = 2 ** (recordOf(run).order?.(run) ?? 1);
  return halvings / (halvings - 1);
}

/** The same fit of the trial runs, or why there is none. */
function trial(series: DecaySamples, kind: TrialKind, trials: Trials): Measured | string {
  const origin = series.origin!;
  const runs = origin.runs.map((run) => ({ run, rows: trials.rows({ point: origin.point, run }, kind) }));
  const samples: { x: number; value: number }[] = [];
  for (const { run, rows } of runs) {
    if (rows === null) return `the run with ${KIND_WORDS[kind]} is not made yet`;
    if (typeof rows === "string") return `the run with ${KIND_WORDS[kind]} failed: ${rows}`;
    samples.push(...origin.values(rows, run));
  }
  const levels = usable(levelsOf(samples), series.spec);
  const { result, failure } = attempt(() => measure({ ...series, levels }));
  return failure === undefined ? result : `with ${KIND_WORDS[kind]}: ${failure}`;
}
