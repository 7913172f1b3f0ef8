// The fits of a study: what a spec asks for under `fits`, out of what its runs hold. One fit for every combination of the swept
// keys and widths that it does not run along; its levels, slope, interval and verdict are those of src/study/statistics.

import { MuflowError } from "../base/errors.ts";
import type { Run } from "../experiment/runs.ts";
import type { FitSpec } from "../experiment/shape.ts";
import { isDistance, isSameTime, type SolverLabel } from "../observables/compare.ts";
import { fitRate } from "../observables/rate.ts";
import type { PreparedPoint } from "./prepare.ts";
import type { PointResults } from "./results.ts";
import { fitPowerDecay } from "./statistics/decay.ts";
import type { Level } from "./statistics/levels.ts";
import { observedOrder } from "./statistics/order.ts";
import { powerLaw } from "./statistics/power-law.ts";
import { studentReach } from "./statistics/student.ts";
import {
  deterministic,
  equality,
  type Measurement,
  measurementOf,
  type Verdict,
} from "./statistics/verdict.ts";
import type { StudyFit } from "./summary.ts";
import type { SweptValues } from "./sweep.ts";

export interface ReadPoint {
  readonly point: PreparedPoint;
  readonly results: PointResults;
}

/** One number that a run gives a fit, with where it stands. */
interface Sample {
  readonly x: number;
  readonly value: number;
  readonly group: SweptValues;
}

/** What one law is fitted to: samples of one combination of everything that it does not run along. */
interface Group {
  readonly group: SweptValues;
  readonly samples: Sample[];
  /** Which of its runs have no result, as `grid failed`. */
  readonly lacks: Set<string>;
}

/** All fits, in the order of the specs, then of the points. Every interval holds for all of them together. */
export function fitStudy(specs: readonly FitSpec[], points: readonly ReadPoint[]): StudyFit[] {
  const groups = specs.flatMap((spec) => groupsOf(spec, points).map((group) => ({ spec, ...group })));
  return groups.map(({ spec, group, samples, lacks }) => {
    if (samples.length === 0) {
      const reason =
        lacks.size > 0
          ? `no data: ${[...lacks].join(", ")}`
          : "no finished run has this quantity at that time";
      return unfitted(spec, group, reason);
    }
    return spec.along === "time"
      ? decayFit(spec, group, samples, groups.length)
      : levelFit(spec, group, samples, groups.length);
  });
}

function unfitted(spec: FitSpec, group: SweptValues, reason: string): StudyFit {
  const verdict = spec.predicted === undefined ? null : "NOT RESOLVED";
  return { spec, group, levels: [], slope: null, intercept: null, interval: null, verdict, reason };
}

// ---- Samples ----

/** The groups in the order of the points, those without a single sample included: a reader must see what is not there. */
function groupsOf(spec: FitSpec, points: readonly ReadPoint[]): Group[] {
  const groups = new Map<string, Group>();
  const named = (group: SweptValues): Group => {
    const key = JSON.stringify(group);
    const found = groups.get(key) ?? { group, samples: [], lacks: new Set<string>() };
    groups.set(key, found);
    return found;
  };
  for (const point of points) {
    const samples = isDistance(spec.quantity) ? distanceSamples(spec, point) : observableSamples(spec, point);
    for (const sample of samples) named(sample.group).samples.push(sample);
    for (const { group, what } of lackingIn(spec, point)) named(group).lacks.add(what);
  }
  return groups.size === 0 ? [{ group: {}, samples: [], lacks: new Set() }] : [...groups.values()];
}

/** The runs of a point without a result, by the groups that they would have a part in. */
function lackingIn(spec: FitSpec, { point, results }: ReadPoint): { group: SweptValues; what: string }[] {
  if (results.runs.every(({ status }) => status === "done")) return [];
  const runs = point.prepared.built.runs.map((run, k) => ({ run, status: results.runs[k]!.status }));
  const distance = isDistance(spec.quantity);
  const partners = runs.filter(({ run: { solver } }) =>
    spec.against === undefined
      ? distance && solver !== "particles" && solver !== spec.solver
      : solver === spec.against,
  );
  return runs.flatMap((own, index) => {
    const { run } = own;
    const place = placeOf(spec, point.values, widthOf(run), cellsOf(run), 0);
    if (run.solver !== spec.solver || place === null) return [];
    const lacks = (group: SweptValues, ...of: typeof runs) =>
      of
        .filter(({ status }) => status !== "done")
        .map((one) => ({ group, what: `${one.run.solver} ${one.status}` }));
    if (!distance) return lacks(place.group, own, ...partners.slice(0, 1));
    // Of two of one solver the first in the file comes first.
    return partners
      .filter((partner) => partner.run.solver !== run.solver || runs.indexOf(partner) > index)
      .flatMap((partner) => {
        const { solver } = partner.run;
        return lacks({ ...place.group, ...other({ solver, cells: cellsOf(partner.run) }) }, own, partner);
      });
  });
}

/** Distances of one point's solvers: a value a replica. */
function distanceSamples(spec: FitSpec, { point, results }: ReadPoint): Sample[] {
  const { quantity, solver, against, at } = spec;
  const isMeant = (one: SolverLabel, two: SolverLabel) =>
    one.solver === solver && (against === undefined || two.solver === against);
  return results.distances.flatMap(({ a: first, b: second, t, quantity: own, values }) => {
    // Of two densities the first in the file comes first.
    const [a, b] = isMeant(first, second) ? [first, second] : [second, first];
    const fits =
      own === quantity &&
      isMeant(a, b) &&
      (spec.along === "time" || isWanted(t, at, lastTime(results, quantity)));
    if (!fits) return [];
    const place = placeOf(spec, point.values, a.width, a.cells, t);
    return place === null
      ? []
      : values.map((value) => ({ ...place, value, group: { ...place.group, ...other(b) } }));
  });
}

function other({ solver, cells }: { solver: string; cells?: readonly number[] | undefined }): SweptValues {
  return cells === undefined ? { against: solver } : { against: `${solver} ${cells.join("×")}` };
}

function lastTime({ distances }: PointResults, quantity: string): number {
  return Math.max(...distances.filter((one) => one.quantity === quantity).map(({ t }) => t ?? Infinity));
}

/** An observable of one point's runs, less its value in the solver it is compared with. */
function observableSamples(spec: FitSpec, { point, results }: ReadPoint): Sample[] {
  const { built } = point.prepared;
  const reference =
    spec.against === undefined ? null : built.runs.findIndex(({ solver }) => solver === spec.against);
  if (reference === -1) return [];
  return built.runs.flatMap((run, index): Sample[] => {
    const { status, progress } = results.runs[index]!;
    if (run.solver !== spec.solver || status !== "done" || progress === null) return [];
    const until = progress.rows.at(-1)!.t;
    return progress.rows.flatMap(({ t, observables }) => {
      if (spec.along !== "time" && !isWanted(t, spec.at, until)) return [];
      const own = observables[spec.quantity];
      const other = reference === null ? 0 : valueAt(results, reference, spec.quantity, t);
      const place = placeOf(spec, point.values, widthOf(run), cellsOf(run), t);
      if (own === undefined || other === undefined || place === null) return [];
      // What could not be computed at a time says nothing there.
      return Number.isNaN(own - other) ? [] : [{ ...place, value: own - other }];
    });
  });
}

/** A run's observable at time t; of an equilibrium, its only one. */
function valueAt({ runs }: PointResults, run: number, quantity: string, t: number): number | undefined {
  const rows = runs[run]!.progress?.rows ?? [];
  const row = rows.find((one) => isSameTime(one.t, t)) ?? rows.find((one) => !Number.isFinite(one.t));
  return row?.observables[quantity];
}

function isWanted(t: number | null, at: number | undefined, until: number): boolean {
  return t !== null && isSameTime(t, at ?? until);
}

const widthOf = (run: Run) => (run.solver === "particles" ? run.width : undefined);
const cellsOf = (run: Run) => (run.solver === "particles" ? undefined : run.cells);

/** Where a sample stands along the fit, and in which group; null where it has no such place. */
function placeOf(
  { along }: FitSpec,
  values: SweptValues,
  width: number | undefined,
  cells: readonly number[] | undefined,
  t: number | null,
): Pick<Sample, "x" | "group"> | null {
  const own = { width, cells: cells?.[0], time: t ?? undefined }[along] ?? values[along];
  if (typeof own !== "number") return null;
  const others = Object.entries(values).filter(
    ([key]) => key !== along && !((along === "width" || along === "cells") && key.endsWith(`.${along}`)),
  );
  return {
    x: own,
    group: {
      ...Object.fromEntries(others),
      ...(along === "width" || width === undefined ? {} : { width }),
      ...(along === "cells" || cells === undefined ? {} : { cells: cells.join("×") }),
    },
  };
}

// ---- Fits ----

/** The samples of each abscissa, in the order of the replicas. */
function levelsOf(samples: readonly Sample[]): Level[] {
  const levels = new Map<number, number[]>();
  for (const { x, value } of samples) {
    const found = levels.get(x);
    if (found === undefined) levels.set(x, [value]);
    else found.push(value);
  }
  return [...levels].map(([x, values]) => ({ x, samples: values })).sort((a, b) => a.x - b.x);
}

function levelFit(spec: FitSpec, group: SweptValues, samples: readonly Sample[], together: number): StudyFit {
  const levels = levelsOf(samples);
  if (spec.law !== "power") return unfitted(spec, group, `law ${spec.law} is for along: time`);
  const single = spec.solver !== "particles" && levels.every(({ samples: values }) => values.length === 1);
  if (single) return orderFit(spec, group, levels);
  try {
    // Replicas share their draws between levels: a wider network extends a narrower one.
    const paired = levels.every((level) => level.samples.length === levels[0]!.samples.length);
    const fit = powerLaw(levels, {
      limit: spec.along === "width" || spec.along === "cells" ? "infinity" : "zero",
      statistic: isDistance(spec.quantity) ? "root mean square" : "mean",
      pairing: paired ? "paired" : "independent",
      // With a prediction the verdict says how wide the interval is.
      ...(spec.predicted === undefined && { within: spec.within }),
    });
    const interval = fit.interval(0.95);
    const found = fit.findings.map(({ kind, reason }) => `${kind}: ${reason}`);
    const verdict =
      spec.predicted === undefined || interval === null
        ? null
        : equality(
            measurementOf((level) => fit.interval(level)!, together),
            spec.predicted,
            spec.within,
          );
    return {
      spec,
      group,
      levels: fit.levels.map(({ x, value, error, replicas, leftOut }) => ({
        x,
        value: Math.abs(value),
        error,
        replicas,
        leftOut: leftOut === null ? null : `${leftOut.kind}: ${leftOut.reason}`,
      })),
      slope: fit.slope,
      intercept: fit.intercept,
      interval,
      ...concluded(spec, verdict, found),
    };
  } catch (error) {
    if (!(error instanceof MuflowError)) throw error;
    return {
      ...unfitted(spec, group, error.message),
      levels: levels.map(({ x, samples: values }) => ({
        x,
        value: Math.abs(mean(values)),
        error: null,
        replicas: values.length,
        leftOut: null,
      })),
    };
  }
}

/** The order of a solver without replicas: of its distance or difference from another, or of its own convergence. */
function orderFit(spec: FitSpec, group: SweptValues, levels: readonly Level[]): StudyFit {
  // Refinement is x → 0: cells are counted the other way round.
  const sign = spec.along === "cells" ? -1 : 1;
  const course = levels.map(({ x, samples }) => ({ x: x ** sign, value: samples[0]! }));
  const compared = spec.against !== undefined || isDistance(spec.quantity);
  const fit = observedOrder(course, { values: compared ? "errors" : "converging" });
  const found = fit.findings.map(({ kind, reason }) => `${kind}: ${reason}`);
  const measured = fit.order === null ? null : deterministic(sign * fit.order, fit.error!);
  const verdict =
    spec.predicted === undefined || measured === null
      ? null
      : equality(measured, spec.predicted, spec.within);
  const last = fit.levels.findLast(({ order }) => order !== null);
  return {
    spec,
    group,
    levels: fit.levels.map(({ x, value, leftOut }) => ({
      x: x ** sign,
      value: Math.abs(value),
      error: null,
      replicas: 1,
      leftOut: leftOut === null ? null : `${leftOut.kind}: ${leftOut.reason}`,
    })),
    slope: fit.order === null ? null : sign * fit.order,
    intercept: fit.order === null ? null : Math.log(Math.abs(last!.value)) - fit.order * Math.log(last!.x),
    interval: measured === null ? null : measured.ordinary,
    ...concluded(spec, verdict, found),
  };
}

/** A law in time: of the mean over replicas, whose window is chosen by the rule of the fit. */
function decayFit(spec: FitSpec, group: SweptValues, samples: readonly Sample[], together: number): StudyFit {
  const all = levelsOf(samples);
  const means = all.map(({ x, samples: values }) => ({ x, value: mean(values), replicas: values.length }));
  const levels = (from: number, to: number, curve: ReadonlyMap<number, number>) =>
    means.map(({ x, value, replicas }) => ({
      x,
      value: Math.abs(value),
      error: null,
      replicas,
      leftOut: x >= from && x <= to ? null : "outside the window of the fit",
      ...(curve.has(x) && { fitted: Math.abs(curve.get(x)!) }),
    }));
  const series = all.filter(({ x }) => spec.law === "exponential" || x > 0);
  const times = series.map(({ x }) => x);
  try {
    const fit = decayOf(
      spec.law,
      times,
      series.map(({ samples: values }) => mean(values)),
    );
    const { slope, uncertainty, window, reason } = fit;
    const scatter = replicaError(spec.law, series);
    // What the fit leaves open is no chance; what the replicas scatter by comes on top of it.
    const interval = (level: number): [number, number] => {
      const half =
        uncertainty + (scatter === null ? 0 : scatter.error * studentReach(level, scatter.degrees));
      return [slope - half, slope + half];
    };
    const measurement: Measurement = { ...measurementOf(interval, together), leftOpenBy: "error" };
    const judged = spec.predicted === undefined ? null : equality(measurement, spec.predicted, spec.within);
    const last = means.findLast(({ x }) => x <= window.to)!;
    const place = spec.law === "power" ? Math.log(last.x) : last.x;
    return {
      spec,
      group,
      levels: levels(window.from, window.to, fit.curve),
      slope,
      // Through the last level of the window: the law is what the fit tends to.
      intercept: Math.log(Math.abs(last.value)) - slope * place,
      interval: measurement.ordinary,
      ...concluded(spec, judged, [
        ...signNote(spec, slope),
        reason,
        ...(scatter === null
          ? []
          : [`over replicas ± ${scatter.error.toExponential(1)} more (jackknife, standard error)`]),
        ...(judged?.verdict === "FAILS"
          ? ["the solver's own error, of its step and its cells, is not in the ±: refine them"]
          : []),
      ]),
    };
  } catch (error) {
    if (!(error instanceof MuflowError)) throw error;
    return { ...unfitted(spec, group, error.message), levels: levels(-Infinity, Infinity, new Map()) };
  }
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What a reader may have missed: the slope of a decay is negative. */
function signNote({ predicted }: FitSpec, slope: number): string[] {
  return predicted !== undefined && predicted * slope < 0
    ? [
        `predicted is a slope, as in ${slope < 0 ? "e^(slope t) and t^slope: a decay has a negative slope" : "e^(slope t)"}`,
      ]
    : [];
}

/** Groups of replicas that the jackknife leaves out, at most: each costs a fit. */
const MOST_GROUPS = 10;

/** The standard error of the slope over replicas, by the jackknife over groups of them; null without replicas. */
function replicaError(
  law: FitSpec["law"],
  series: readonly Level[],
): { error: number; degrees: number } | null {
  const count = series[0]?.samples.length ?? 0;
  if (count < 2 || series.some(({ samples }) => samples.length !== count)) return null;
  const groups = Math.min(MOST_GROUPS, count);
  const times = series.map(({ x }) => x);
  const slopes = Array.from({ length: groups }, (_, left) => {
    const kept = series.map(({ samples }) => mean(samples.filter((_, k) => k % groups !== left)));
    return decayOf(law, times, kept).slope;
  });
  const centre = mean(slopes);
  const squares = slopes.reduce((sum, slope) => sum + (slope - centre) ** 2, 0);
  return { error: Math.sqrt(((groups - 1) / groups) * squares), degrees: groups - 1 };
}

interface Decay {
  readonly slope: number;
  readonly uncertainty: number;
  readonly window: { readonly from: number; readonly to: number };
  readonly reason: string;
  /** The fitted value at times of the window, where it is not the law alone. */
  readonly curve: ReadonlyMap<number, number>;
}

function decayOf(law: FitSpec["law"], times: number[], values: number[]): Decay {
  if (law === "power") {
    const { exponent, uncertainty, window, reason } = fitPowerDecay(times, values);
    return { slope: -exponent, uncertainty, window, reason, curve: new Map() };
  }
  const { rate, uncertainty, window, reason, curve } = fitRate(times, values);
  const fitted = new Map(Array.from(curve.times, (t, k) => [t, curve.values[k]!]));
  return { slope: -rate, uncertainty, window, reason, curve: fitted };
}

/** The verdict, with everything that speaks against the fit. */
function concluded(
  spec: FitSpec,
  verdict: Verdict | null,
  found: readonly string[],
): Pick<StudyFit, "verdict" | "reason"> {
  if (spec.predicted === undefined) return { verdict: null, reason: found.join("; ") };
  if (verdict === null) return { verdict: "NOT RESOLVED", reason: found.join("; ") };
  return { verdict: verdict.verdict, reason: [verdict.reason, ...found].join("; ") };
}
