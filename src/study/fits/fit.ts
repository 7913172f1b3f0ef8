// The fits of a study: what a spec asks for under `fits`, out of what its runs hold. One fit for every combination of the swept
// keys and widths that it does not run along; its levels, slope, intervals and verdict are those of src/statistics, of laws in time those
// of decay-fit.ts.

import { attempt } from "../../base/errors.ts";
import { largestOf } from "../../base/extremes.ts";
import { isSameTime } from "../../base/same-time.ts";
import { isDistance, type SolverLabel } from "../../observables/distances/compare.ts";
import { columnOf } from "../../observables/list.ts";
import type { Row } from "../../run/progress.ts";
import { isAtRest, isOnGrid, isPhaseSpace } from "../../run/runs.ts";
import type { Run } from "../../run/solvers/list.ts";
import type { FitSpec } from "../../spec/shapes/study.ts";
import { isOfNetworks } from "../../spec/solvers/list.ts";
import type { Finding, Level } from "../../statistics/levels.ts";
import { type ObservedOrder, observedOrder } from "../../statistics/order.ts";
import { type PowerLaw, powerLaw } from "../../statistics/power-law.ts";
import {
  deterministic,
  equality,
  type Measurement,
  measurementOf,
  simultaneousLevel,
} from "../../statistics/verdict.ts";
import type { PointResults, ReadPoint } from "../results.ts";
import type { FittedLevel, StudyFit } from "../summary.ts";
import type { SweptValues } from "../sweep.ts";
import { type DecaySamples, decayFit, measuredOn } from "./decay-fit.ts";
import { levelsOf, mean, meanLevel } from "./fit-levels.ts";
import { cellsOf, type Place, placeOf, twinOf } from "./fit-places.ts";
import { concluded, unfitted, unlessOpen } from "./fit-verdict.ts";
import { NO_TRIALS, type Origin, type Trials } from "./trials.ts";

/** One number that a run gives a fit, with where it stands. */
interface Sample extends Place {
  readonly value: number;
  /** Of an observable: the run it is of, and the size of the numbers whose difference it is. */
  readonly of: (Origin & { readonly scale: number }) | null;
}

/** What one law is fitted to: samples of one combination of everything that it does not run along. */
interface Group {
  readonly group: SweptValues;
  readonly samples: Sample[];
  /** Which of its runs have no result, as `grid failed`. */
  readonly lacks: Set<string>;
}

/**
 * All fits, in the order of the specs, then of the points. Every interval holds for all of them together. `trials`: the runs that tell
 * a solver's own error; without them no verdict on a rate is final.
 */
export function fitStudy(
  specs: readonly FitSpec[],
  points: readonly ReadPoint[],
  trials: Trials = NO_TRIALS,
): StudyFit[] {
  return fitsToMake(specs, points, trials).map((make) => make());
}

/** The same, each to be made when it is called. */
export function fitsToMake(
  specs: readonly FitSpec[],
  points: readonly ReadPoint[],
  trials: Trials,
): (() => StudyFit)[] {
  const groups = specs.flatMap((spec) => groupsOf(spec, points).map((group) => ({ spec, ...group })));
  return groups.map(({ spec, group, samples, lacks }) => () => {
    if (samples.length === 0) {
      const reason =
        lacks.size > 0
          ? `no data: ${[...lacks].join(", ")}`
          : "no finished run has this quantity at that time";
      return unfitted(spec, group, reason);
    }
    return spec.along === "time"
      ? decayFit(seriesIn(spec, group, samples, points), groups.length, trials)
      : levelFit(spec, group, samples, groups.length);
  });
}

/** A group along time, with the run that all of its samples are of where there is one, or replicas of it. */
function seriesIn(
  spec: FitSpec,
  group: SweptValues,
  samples: readonly Sample[],
  points: readonly ReadPoint[],
): DecaySamples {
  const origins = samples.flatMap(({ of }) => of ?? []);
  const [first] = origins;
  const levels = levelsOf(samples);
  if (first === undefined) return { spec, group, levels, origin: null };
  const runs = [...new Map(origins.map((origin) => [origin.run, origin])).values()];
  const { built } = points[first.point]!.point.prepared;
  return {
    spec,
    group,
    levels,
    origin: {
      point: first.point,
      runs: runs.map(({ run }) => run),
      run: built.runs[first.run]!,
      scale: largestOf(origins.map(({ scale }) => scale)),
      values: (rows, run) =>
        valuesOf(spec, points[first.point]!, run, rows).map(({ t, value }) => ({ x: t, value })),
    },
  };
}

// ---- Samples ----

/** The groups in the order of the points, those without a single sample included: a reader must see what is not there. */
function groupsOf(spec: FitSpec, points: readonly ReadPoint[]): Group[] {
  const groups = new Map<string, Group>();
  const groupOf = (values: SweptValues): Group => {
    const key = JSON.stringify(values);
    const group = groups.get(key) ?? { group: values, samples: [], lacks: new Set<string>() };
    groups.set(key, group);
    return group;
  };
  for (const [index, point] of points.entries()) {
    const samples = isDistance(spec.quantity)
      ? distanceSamples(spec, point)
      : observableSamples(spec, point, index);
    for (const sample of samples) groupOf(sample.group).samples.push(sample);
    for (const { group, what } of lackingIn(spec, point)) groupOf(group).lacks.add(what);
  }
  return groups.size === 0 ? [{ group: {}, samples: [], lacks: new Set() }] : [...groups.values()];
}

/** The runs of a point without a result, by the groups that they would have a part in. */
function lackingIn(spec: FitSpec, { point, results }: ReadPoint): { group: SweptValues; what: string }[] {
  if (results.runs.every(({ status }) => status === "done")) return [];
  const runs = point.prepared.built.runs.map((run, k) => ({ run, status: results.runs[k]!.status }));
  const distance = isDistance(spec.quantity);
  const partners = runs.filter(({ run }) =>
    spec.against === undefined
      ? distance && isOnGrid(run) && run.solver !== spec.solver
      : run.solver === spec.against,
  );
  return runs.flatMap((asked, index) => {
    const { run } = asked;
    const place = placeOf(
      spec,
      point.values,
      run,
      distance ? null : twinOf(run, point.prepared.built.runs),
      0,
    );
    if (run.solver !== spec.solver || place === null) return [];
    const lacks = (group: SweptValues, ...of: typeof runs) =>
      of
        .filter(({ status }) => status !== "done")
        .map(({ run, status }) => ({ group, what: `${run.solver} ${status}` }));
    if (!distance) return lacks(place.group, asked, ...partners.slice(0, 1));
    // Of two of one solver the first in the file comes first.
    return partners
      .filter((partner) => partner.run.solver !== run.solver || runs.indexOf(partner) > index)
      .flatMap((partner) => {
        const { solver } = partner.run;
        return lacks({ ...place.group, ...other({ solver, cells: cellsOf(partner.run) }) }, asked, partner);
      });
  });
}

/** Distances of one point's solvers: a value a replica. */
function distanceSamples(spec: FitSpec, { point, results }: ReadPoint): Sample[] {
  const { quantity, solver, against, at } = spec;
  const isMeant = (a: SolverLabel, b: SolverLabel) =>
    a.solver === solver && (against === undefined || b.solver === against);
  return results.distances.flatMap(({ a: first, b: second, t, quantity: name, values }) => {
    // Of two densities the first in the file comes first.
    const [a, b] = isMeant(first, second) ? [first, second] : [second, first];
    const fits =
      name === quantity &&
      isMeant(a, b) &&
      (spec.along === "time" || isWanted(t, at, lastTime(results, quantity)));
    if (!fits) return [];
    const place = placeOf(spec, point.values, a, null, t);
    return place === null
      ? []
      : values.map((value) => ({ ...place, value, group: { ...place.group, ...other(b) }, of: null }));
  });
}

function other({ solver, cells }: { solver: string; cells?: readonly number[] | undefined }): SweptValues {
  return cells === undefined ? { against: solver } : { against: `${solver} ${cells.join("×")}` };
}

function lastTime({ distances }: PointResults, quantity: string): number {
  return largestOf(
    distances.filter((distance) => distance.quantity === quantity).map(({ t }) => t ?? Infinity),
  );
}

/** An observable of one point's runs, less its value in the solver it is compared with. */
function observableSamples(spec: FitSpec, read: ReadPoint, point: number): Sample[] {
  const { built } = read.point.prepared;
  return built.runs.flatMap((run, index): Sample[] => {
    const { status, progress } = read.results.runs[index]!;
    if (run.solver !== spec.solver || status !== "done" || progress === null) return [];
    const until = progress.rows.at(-1)!.t;
    return valuesOf(spec, read, index, progress.rows).flatMap(({ t, value, scale }) => {
      if (spec.along !== "time" && !isWanted(t, spec.at, until)) return [];
      const place = placeOf(spec, read.point.values, run, twinOf(run, built.runs), t);
      return place === null ? [] : [{ ...place, value, of: { point, run: index, scale } }];
    });
  });
}

/** What a fit takes of a run's rows, in the order of time: the observable, less the other solver's; a rate is that of what can be followed further. */
function valuesOf(
  spec: FitSpec,
  { point, results }: ReadPoint,
  index: number,
  rows: readonly Row[],
): { t: number; value: number; scale: number }[] {
  const { runs } = point.prepared.built;
  const name = measuredOn(spec, runs[index]!);
  const alone = spec.against === undefined || name !== spec.quantity;
  const reference = alone ? null : runs.findIndex(({ solver }) => solver === spec.against);
  // A run is nothing beside itself.
  if (reference === -1 || reference === index) return [];
  const momenta = reference === null ? 0 : restingMomenta(name, runs[index]!, runs[reference]!);
  return rows.flatMap(({ t, observables }) => {
    const observed = observables[name];
    const beside = reference === null ? 0 : valueAt(results, reference, name, t);
    if (observed === undefined || beside === undefined) return [];
    const subtracted = beside + momenta;
    // What could not be computed at a time says nothing there; a speed has none before the first step.
    const value = observed - subtracted;
    return Number.isNaN(value) ? [] : [{ t, value, scale: Math.abs(observed) + Math.abs(subtracted) }];
  });
}

/** What an observable of an equilibrium of θ lacks of that of (θ, ω) at rest: the part of N(0, τI). */
function restingMomenta(quantity: string, run: Run, reference: Run): number {
  if (!isAtRest(reference) || !isPhaseSpace(run)) return 0;
  const { temperature, dimension } = run.problem;
  return columnOf(quantity)?.momenta?.(temperature, dimension) ?? 0;
}

/** A run's observable at time t; of an equilibrium, its only one. */
function valueAt({ runs }: PointResults, run: number, quantity: string, t: number): number | undefined {
  const rows = runs[run]!.progress?.rows ?? [];
  const record = rows.find((row) => isSameTime(row.t, t)) ?? rows.find((row) => !Number.isFinite(row.t));
  return record?.observables[quantity];
}

function isWanted(t: number | null, at: number | undefined, until: number): boolean {
  return t !== null && isSameTime(t, at ?? until);
}

// ---- Fits ----

function levelFit(spec: FitSpec, group: SweptValues, samples: readonly Sample[], together: number): StudyFit {
  const levels = levelsOf(samples);
  if (spec.law !== "power") return unfitted(spec, group, `law ${spec.law} is for along: time`);
  // Networks along the step have no noise (check-fits.ts): their mean over starts is one number a step.
  const still = isOfNetworks(spec.solver) && spec.along === "time.step";
  const unequal = still ? unequalText(levels) : null;
  if (unequal !== null) return unfitted(spec, group, unequal);
  const single = !isOfNetworks(spec.solver) && levels.every(({ samples: values }) => values.length === 1);
  const { result, failure } = attempt(() => {
    if (!still && !single) return scatteredFit(spec, group, levels, together);
    const means = levels.map(({ x, samples: values }) => ({ x, samples: [mean(values)] }));
    return orderFit(spec, group, means);
  });
  if (failure === undefined) return result;
  return { ...unfitted(spec, group, failure), levels: levels.map((level) => meanLevel(level, null)) };
}

/** A law of the mean over replicas, or of their root mean square. */
function scatteredFit(
  spec: FitSpec,
  group: SweptValues,
  levels: readonly Level[],
  together: number,
): StudyFit {
  // Replicas share their draws between levels: a wider network extends a narrower one.
  const paired = levels.every((level) => level.samples.length === levels[0]!.samples.length);
  const fit = powerLaw(levels, {
    limit: spec.along === "width" || spec.along === "cells" ? "infinity" : "zero",
    statistic: isDistance(spec.quantity) ? "root mean square" : "mean",
    pairing: paired ? "paired" : "independent",
    // With a prediction the verdict says how wide the interval is.
    ...(spec.predicted === undefined && { within: spec.within }),
  });
  return judgedFit(spec, group, {
    levels: fit.levels.map((level) => shown(level, level)),
    slope: fit.slope,
    intercept: fit.intercept,
    measured: fit.slope === null ? null : measurementOf((level) => fit.interval(level)!, together),
    findings: fit.findings,
    open: () => constantIn(spec, fit, together),
  });
}

/** A fitted law with its verdict, which FAILS only where nothing is `open`. */
function judgedFit(
  spec: FitSpec,
  group: SweptValues,
  fit: Pick<StudyFit, "levels" | "slope" | "intercept"> & {
    readonly measured: Measurement | null;
    readonly findings: readonly Finding[];
    open(): string | null;
  },
): StudyFit {
  const { levels, slope, intercept, measured, findings } = fit;
  const verdict =
    spec.predicted === undefined || measured === null
      ? null
      : equality(measured, spec.predicted, spec.within);
  const open = verdict?.verdict === "FAILS" ? fit.open() : null;
  return {
    spec,
    group,
    levels,
    slope,
    intercept,
    interval: measured?.ordinary ?? null,
    judged: measured?.simultaneous ?? null,
    ...concluded(spec, unlessOpen(verdict, open), findings.map(findingText)),
  };
}

const findingText = ({ kind, reason }: Finding) => `${kind}: ${reason}`;

/** A level as a reader sees it: its size, and why it is left out. */
function shown(
  { value, leftOut }: { value: number; leftOut: Finding | null },
  { x, error, replicas }: Pick<FittedLevel, "x" | "error" | "replicas">,
): FittedLevel {
  return { x, value: Math.abs(value), error, replicas, leftOut: leftOut && findingText(leftOut) };
}

/** Why means over the replicas of each level are not of the same starts; null where they are. */
function unequalText(levels: readonly Level[]): string | null {
  const most = largestOf(levels.map(({ samples }) => samples.length));
  const short = levels.find(({ samples }) => samples.length < most);
  if (short === undefined) return null;
  return `at ${short.x} ${short.samples.length} of ${most} replicas have a result, and the mean over them is of other starts; leave that step out, or the replicas`;
}

/** How a constant may have moved the slope from its prediction, as where the two solvers' own errors differ; null where none has. */
function constantIn(spec: FitSpec, fit: PowerLaw, together: number): string | null {
  if (spec.against === undefined && !isDistance(spec.quantity) && spec.along !== "width") return null;
  const constant = fit.constantFor(spec.predicted!, simultaneousLevel(together));
  if (constant === null) return null;
  return `beside a constant of ${constant.toPrecision(2)} it would lie inside, as errors of step and cells leave one, or a limit not reached; a smaller step, finer cells or more replicas tell`;
}

/** The order of a solver without replicas: of its distance or difference from another, or of its own convergence. */
function orderFit(spec: FitSpec, group: SweptValues, levels: readonly Level[]): StudyFit {
  // Refinement is x → 0: cells are counted the other way round.
  const sign = spec.along === "cells" ? -1 : 1;
  const course = levels.map(({ x, samples }) => ({ x: x ** sign, value: samples[0]! }));
  const compared = spec.against !== undefined || isDistance(spec.quantity);
  const fit = observedOrder(course, { values: compared ? "errors" : "converging" });
  const last = fit.levels.findLast(({ order }) => order !== null);
  return judgedFit(spec, group, {
    levels: fit.levels.map((level) => shown(level, { x: level.x ** sign, error: null, replicas: 1 })),
    slope: fit.order === null ? null : sign * fit.order,
    intercept: fit.order === null ? null : Math.log(Math.abs(last!.value)) - fit.order * Math.log(last!.x),
    measured: fit.order === null ? null : deterministic(sign * fit.order, fit.error!, fit.widened!),
    findings: fit.findings,
    open: () => openIn(spec, fit),
  });
}

/** Why an order that is measured may not be the scheme's; null where nothing says so. */
function openIn({ against }: FitSpec, { levelsOff, findings }: ObservedOrder): string | null {
  if (levelsOff) {
    const other = against === undefined ? "what they are compared with" : against;
    return `the differences tend to a level, not to 0: ${other} has an error of its own, or is a limit not reached; refine both, or leave against out`;
  }
  return findings.length > 0 ? "the order has not settled; add a finer level" : null;
}
