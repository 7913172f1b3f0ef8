// Whether the fits of a study can be made at all, before anything is computed: that what they name will exist, as often as a law needs.

import type { MuflowError } from "../../base/errors.ts";
import { grouped } from "../../base/grouped.ts";
import { didYouMean, foundAllowed, showValue } from "../../base/keys.ts";
import { isSameTime } from "../../base/same-time.ts";
import { counted, rounded } from "../../base/words.ts";
import { distancesFor, isDistance } from "../../observables/distances/compare.ts";
import { recordedBy } from "../../observables/list.ts";
import { isFirstReplica, isNetwork, isOnGrid, isRandom } from "../../run/runs.ts";
import type { Run } from "../../run/solvers/list.ts";
import { blameIn } from "../../spec/load.ts";
import type { FitSpec } from "../../spec/shapes/study.ts";
import { formOf, isOfNetworks, namesHolding } from "../../spec/solvers/list.ts";
import { FEWEST_LEVELS } from "../../statistics/levels.ts";
import { FEWEST_TERMS, isSameRatio } from "../../statistics/order.ts";
import { countOf, type StatedStudy, type SweptValues, valuesText } from "../sweep.ts";
import { type Place, placeOf, twinOf } from "./fit-places.ts";

/** What a fit needs to know of a point. */
export interface FitPoint {
  readonly values: SweptValues;
  readonly runs: readonly Run[];
}

/**
 * Errors (input): a solver that no point has; an `along` that is neither a place of that solver nor a swept number; a quantity
 * that it does not record, or not in the solver it is compared with, or in itself; a distance from nothing, or from several, or along time from a
 * limit; a time that is not recorded; a law that needs time; the order in the step of networks under noise; levels that no power law has, as 0, or
 * that have no order, as two grids of one x; a run that two points have, which would count twice. Of a sample of the points what only all of them tell is
 * not asked. Returned are notices: of fits that cannot succeed, as every group has fewer levels or replicas than a law needs.
 */
export function checkFits(study: StatedStudy, points: readonly FitPoint[]): string[] {
  const { spec, sweep, fits } = study;
  const blame = blameIn(spec);
  const notices: string[] = [];
  for (const [i, fit] of fits.entries()) {
    const refusal: Refusal = (key, text) => blame.error(["fits", i, key], text);
    requireSolvers(fit, points, refusal);
    requireAlong(fit, sweep, refusal);
    for (const point of points) {
      requireQuantity(fit, point, refusal);
      requirePartner(fit, point, refusal);
      if (fit.at !== undefined) requireTime(fit, fit.at, point, refusal);
    }
    requireOrder(fit, points, refusal);
    requireLevels(fit, sweep, points, refusal);
    if (fit.along === "time" || points.length < countOf(study)) continue;
    requireOnce(fit, points, refusal);
    const lack = lackOf(fit, points);
    if (lack !== null) notices.push(`fits.${i}: ${lack}: this fit will say no more than that`);
  }
  return notices;
}

/** Along what the runs of a solver differ in size, by what they hold. */
const SIZES = { network: "width", density: "cells", equilibrium: "cells", equations: null } as const;

type Refusal = (key: string, text: string) => MuflowError;

const unique = (names: readonly string[]) => [...new Set(names)];

function requireSolvers(fit: FitSpec, points: readonly FitPoint[], refusal: Refusal): void {
  const { solver, against, quantity } = fit;
  const present = presentOf(points);
  if (!present.includes(solver)) {
    const moving = namesHolding("network", "density", "equations").filter((name) => present.includes(name));
    throw refusal("solver", foundAllowed(solver, `a solver of this study: ${moving.join(", ")}`));
  }
  if (against === undefined) return;
  const isLaw = !isDistance(quantity) || formOf(against).holds !== "equations";
  if (present.includes(against) && isLaw) return;
  const partners = partnersOf(fit, points).join(", ");
  const which = isDistance(quantity) ? ` that ${quantity} is a distance from` : "";
  const allowed =
    partners === ""
      ? "nothing, as there is none to compare with"
      : `a solver of this study${which}: ${partners}`;
  throw refusal("against", foundAllowed(against, allowed));
}

function presentOf(points: readonly FitPoint[]): string[] {
  return unique(points.flatMap(({ runs }) => runs.map((run) => run.solver)));
}

/** The solvers that a fit may be against: of a distance those with a law, along time what moves; itself where there are two. */
function partnersOf({ solver, quantity, along }: FitSpec, points: readonly FitPoint[]): string[] {
  const laws = along === "time" ? namesHolding("density") : namesHolding("density", "equilibrium");
  const holders: readonly string[] = isDistance(quantity)
    ? laws
    : namesHolding("density", "equilibrium", "equations");
  const isTwice = points.some(({ runs }) => runs.filter((run) => run.solver === solver).length > 1);
  return presentOf(points).filter((name) => holders.includes(name) && (name !== solver || isTwice));
}

function requireAlong(
  { along, law, at, solver }: FitSpec,
  sweep: StatedStudy["sweep"],
  refusal: Refusal,
): void {
  const place = SIZES[formOf(solver).holds];
  const allowed = [...(place === null ? [] : [place]), "time", ...Object.keys(sweep)];
  if (!allowed.includes(along)) {
    const size = place === null ? "" : `${place} (of ${solver}), `;
    const which = `${size}time, or a key of sweep (${Object.keys(sweep).join(", ") || "there is none"})`;
    throw refusal("along", foundAllowed(along, which) + didYouMean(along, allowed));
  }
  const other = sweep[along]?.find((value) => typeof value !== "number");
  if (other !== undefined) {
    const advice = along.endsWith(".cells") ? "; for cells of a grid: along: cells" : "";
    throw refusal(
      "along",
      `found ${along} with ${showValue(other)}; allowed: a key swept over numbers${advice}`,
    );
  }
  if (law === "exponential" && along !== "time") {
    throw refusal("law", `found exponential along ${along}; allowed: power, or along: time`);
  }
  if (at !== undefined && along === "time") {
    throw refusal("at", `found ${at} with along: time; leave it out`);
  }
}

function requireQuantity({ quantity, solver, against }: FitSpec, point: FitPoint, refusal: Refusal): void {
  // Closed equations have no law to be far from.
  const between = [solver, against ?? solver].every((name) => formOf(name).holds !== "equations");
  for (const run of point.runs) {
    if ((run.solver !== solver && run.solver !== against) || !isFirstReplica(run)) continue;
    const distances = between ? distancesFor(run.problem) : [];
    const observables = recordedBy(run);
    if ((isDistance(quantity) ? distances : observables).some((name) => name === quantity)) continue;
    const who = `${run.solver}${placeText(point)}`;
    const laws = distances.length === 0 ? "" : `; between its laws: ${distances.join(", ")}`;
    const allowed = `of ${who}: ${observables.join(", ")}${laws}`;
    const near = didYouMean(quantity, [...observables, ...distances]);
    throw refusal("quantity", foundAllowed(quantity, allowed) + near);
  }
}

/** A distance has two ends; the other one is clear where there is one kind of density only. Neither is itself, or known at one time only where time runs. */
function requirePartner(fit: FitSpec, point: FitPoint, refusal: Refusal): void {
  const { quantity, solver, against, along } = fit;
  const { runs } = point;
  if (against === solver && runs.filter((run) => run.solver === solver).length === 1) {
    throw refusal("against", `found ${against}, the only one there is, against itself; leave it out`);
  }
  const partners = partnersOf(fit, [point]);
  const rests = against !== undefined && formOf(against).holds === "equilibrium";
  if (isDistance(quantity) && rests && along === "time") {
    const allowed = `${partners.join(" or ") || "nothing"} along time: ${quantity} from an equilibrium is known at the last snapshot only`;
    throw refusal("against", foundAllowed(against, allowed));
  }
  if (!isDistance(quantity) || against !== undefined) return;
  const densities = runs.filter(isOnGrid).map((run) => run.solver);
  // Of two grids one is as far from the other as networks are from either.
  const others = unique(densities.filter((name, i) => name !== solver || densities.indexOf(name) !== i));
  if (others.length === 1) return;
  const named = others.filter((name) => partners.includes(name));
  throw refusal(
    "against",
    foundAllowed(
      "nothing",
      `what ${quantity} is a distance from: ${named.join(", ") || "a density, of which there is none"}`,
    ),
  );
}

/** The key of the step. */
const STEP = "time.step";

/**
 * The order in the step is that of a difference which noise buries, unless both steps share one Brownian path: of networks it is measured
 * where there is no noise, and of the network alone.
 */
function requireOrder(
  { along, solver, against, quantity }: FitSpec,
  points: readonly FitPoint[],
  refusal: Refusal,
): void {
  if (along !== STEP || !isOfNetworks(solver)) return;
  const networks = points.flatMap(({ runs }) => runs.filter((run) => isNetwork(run)));
  const why = networks.some(isRandom)
    ? "order in the step needs paired noise, the same Brownian path in every step, which networks do not have"
    : isDistance(quantity) || against !== undefined
      ? `the distance of networks from ${against ?? "a density"} is that of N → ∞, hardly that of the step`
      : null;
  if (why === null) return;
  throw refusal(
    "along",
    `found ${along} for ${solver}: ${why}; allowed: solver: grid, or networks without noise by themselves`,
  );
}

/** Levels are positive, each of one size of the solver, and in a constant ratio where the change from one to the next stands for the error. */
function requireLevels(
  { along, solver, against, quantity }: FitSpec,
  sweep: StatedStudy["sweep"],
  points: readonly FitPoint[],
  refusal: Refusal,
): void {
  if (along === "time" || along === "width") return;
  const swept = (sweep[along] ?? []).filter((value) => typeof value === "number");
  const bad = swept.find((value) => !(value > 0));
  if (bad !== undefined) {
    throw refusal("along", `found ${along} with ${bad}; allowed: numbers > 0, of which powers are taken`);
  }
  const grids = points.flatMap(({ runs }) =>
    runs.flatMap((run) => (isOnGrid(run) && run.solver === solver ? [run.cells] : [])),
  );
  const sizes = [...new Map(grids.map((cells) => [cells.join("×"), cells])).values()];
  const firsts = sizes.map(([first]) => first!);
  const twice = sizes.findIndex((_, k) => firsts.indexOf(firsts[k]!) !== k);
  if (along === "cells" && twice >= 0) {
    const pair = [firsts.indexOf(firsts[twice]!), twice].map((k) => sizes[k]!.join("×")).join(" and ");
    throw refusal(
      "along",
      `found cells ${pair}, whose first is the same; allowed: another first one for each`,
    );
  }
  const alone = !isOfNetworks(solver) || along === STEP;
  if (!alone || against !== undefined || isDistance(quantity)) return;
  const course = (along === "cells" ? firsts : [...new Set(swept)]).sort((a, b) => a - b);
  const ratios = course.slice(1).map((x, k) => x / course[k]!);
  const other = ratios.find((ratio) => !isSameRatio(ratio, ratios[0]!));
  if (other === undefined) return;
  throw refusal(
    "along",
    `found ${along} in the ratios ${rounded(ratios[0]!, 12)} and ${rounded(other, 12)}; allowed: one ratio, such as 2, where the change from one to the next is fitted, or a solver under against`,
  );
}

/** A run that gives a fit one of its numbers. */
interface FitRun extends Place {
  readonly run: Run;
  readonly point: FitPoint;
}

/** The runs of every level of every group that a fit will have. */
function levelsOf(fit: FitSpec, points: readonly FitPoint[]): [FitRun, ...FitRun[]][][] {
  const runs = points.flatMap((point) =>
    sampledRuns(fit, point).flatMap((run) => {
      const twin = isDistance(fit.quantity) ? null : twinOf(run, point.runs);
      const place = placeOf(fit, point.values, run, twin, null);
      return place === null ? [] : [{ ...place, run, point }];
    }),
  );
  const groups = grouped(runs, ({ group }) => JSON.stringify(group));
  return groups.map((members) => grouped(members, ({ x }) => x));
}

/** The runs of a point that give the fit numbers: of solvers compared with their own kind one is what the others are compared with. */
function sampledRuns({ solver, against, quantity }: FitSpec, { runs }: FitPoint): Run[] {
  const alike = runs.filter((run) => run.solver === solver);
  if (!isDistance(quantity)) return against === solver ? alike.slice(1) : alike;
  const others = runs.some((run) => isOnGrid(run) && run.solver !== solver);
  return against === solver || (against === undefined && !others) ? alike.slice(0, -1) : alike;
}

function requireOnce(fit: FitSpec, points: readonly FitPoint[], refusal: Refusal): void {
  const { along } = fit;
  for (const level of levelsOf(fit, points).flat()) {
    const [{ x, point }] = level;
    const again = level.find((run) => run.point !== point);
    if (again === undefined) continue;
    const copies = `${along} = ${x} both with ${valuesText(point.values)} and with ${valuesText(again.point.values)}`;
    throw refusal("along", `found ${copies}, runs that would count as replicas; allowed: each once`);
  }
}

/** A law needs levels, and those that scatter replicas: what is lacking in every group, known before anything runs; else null. */
function lackOf(fit: FitSpec, points: readonly FitPoint[]): string | null {
  const { along, solver, against, quantity } = fit;
  const groups = levelsOf(fit, points);
  if (groups.length === 0) return null;
  // Networks along the step have no noise: the mean over their starts is one number a step.
  const scattered = isOfNetworks(solver) && along !== STEP;
  const compared = against !== undefined || isDistance(quantity);
  const fewest = scattered ? FEWEST_LEVELS : FEWEST_TERMS + (compared ? 0 : 1);
  const richest = groups.reduce((most, levels) => (levels.length > most.length ? levels : most));
  if (richest.length < fewest) {
    const values = richest
      .map(([{ x }]) => x)
      .sort((a, b) => a - b)
      .join(", ");
    const why =
      scattered || compared
        ? "for a slope and a look at whether it is one"
        : "whose changes from one to the next are fitted, or a solver under against";
    return foundAllowed(`${counted(richest.length, "level")} of ${along}: ${values}`, `≥ ${fewest}, ${why}`);
  }
  if (!scattered || groups.some((levels) => levels.every((level) => level.length > 1))) {
    return null;
  }
  const [{ run }] = groups.flat().find((level) => level.length < 2)!;
  return `found solvers.${run.entry}.${run.solver} with replicas 1; allowed: replicas ≥ 2, whose scatter is the error`;
}

function requireTime(fit: FitSpec, at: number, point: FitPoint, refusal: Refusal): void {
  const run = point.runs.find(({ solver }) => solver === fit.solver);
  if (run === undefined) return;
  const { step, steps, recordEvery, snapshots } = run.schedule;
  if (isDistance(fit.quantity)) {
    const times = snapshots.map((n) => n * step);
    if (times.some((t) => isSameTime(t, at))) return;
    const allowed = `a time of time.snapshots${placeText(point)}: ${times.map((t) => rounded(t, 12)).join(", ")}`;
    throw refusal("at", foundAllowed(`${at}`, allowed));
  }
  const interval = recordEvery * step;
  const nearest = Math.round(at / interval);
  if (nearest * recordEvery <= steps && isSameTime(nearest * interval, at)) return;
  const allowed = `a recorded time${placeText(point)}: a multiple of ${rounded(interval, 12)} up to ${rounded(steps * step, 12)}`;
  throw refusal("at", foundAllowed(`${at}`, allowed));
}

function placeText({ values }: FitPoint): string {
  const text = valuesText(values);
  return text === "" ? "" : ` with ${text}`;
}
