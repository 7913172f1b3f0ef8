// Lower bounds along a run: at which records, for how much arithmetic, and what a user should know of them. A bound takes no more
// evaluations of ψ than the run's own steps, counted beforehand: so results do not depend on a clock.

import { largestOf, leastOf } from "../base/extremes.ts";
import { grouped } from "../base/grouped.ts";
import { rounded } from "../base/words.ts";
import { temperatureOf } from "../dynamics/dynamics.ts";
import {
  type Bound,
  boundAxes,
  costOfBound,
  LowerBound,
  lackOfDual,
} from "../observables/lower-bound/lower-bound.ts";
import { confines } from "../problem/potential.ts";
import type { Problem } from "../problem/problem.ts";
import { isFirstReplica, type ParticleRun, pointsPerStep } from "./runs.ts";

/** Evaluations of ψ that a run may always spend: a hundredth of a second or so. */
const FREE = 1e6;

/** What the bounds of a run may cost. */
export interface BoundPlan {
  /** A bound at every so many records, counted back from the last; 0: nowhere. */
  readonly every: number;
  /** Bounds of the run. */
  readonly count: number;
  /** Evaluations of ψ at all data that each may take. */
  readonly evaluations: number;
  /** As many as a bound takes, typically. */
  readonly needed: number;
}

/** The plan of a run that has bounds. */
export function boundPlan(run: ParticleRun): BoundPlan {
  const { problem, width, schedule } = run;
  const rows = schedule.steps / schedule.recordEvery + 1;
  const data = Math.max(1, problem.data.size);
  const spent = width * Math.max(1, pointsPerStep(run)) * schedule.steps;
  const total = Math.max(spent, FREE) / data;
  const { once, each: needed } = costOfBound(problem, temperatureOf(problem, run.dynamics).constant);
  const most = Math.max(0, Math.min(rows, Math.floor((total - once) / needed)));
  if (most === 0) return { every: 0, count: 0, evaluations: 0, needed };
  const every = most === 1 ? rows : Math.ceil((rows - 1) / (most - 1));
  const count = Math.floor((rows - 1) / every) + 1;
  return { every, count, evaluations: (total - once) / count, needed };
}

/** How the bounds of a run came out, beside their values. */
export interface BoundTally {
  /** Of κg with κ < 1, as D(g) = −∞. */
  readonly infinite: number;
  /** Of κg with κ < 1, as the integral of g was not resolved. */
  readonly coarse: number;
  /** The least and the largest such κ. */
  readonly least: number;
  readonly most: number;
  /** Blank, as no integral was resolved. */
  readonly unresolved: number;
  /** Blank, as the outputs overflow. */
  readonly overflow: number;
}

const NOTHING: BoundTally = { infinite: 0, coarse: 0, least: 1, most: 0, unresolved: 0, overflow: 0 };

/** The bounds of one run, as it goes. */
export class RunBounds {
  private readonly bound: LowerBound | null;
  private readonly plan: BoundPlan;
  private readonly last: number;
  private tally: BoundTally;

  /** `bytes`: memory for ψ between records, which changes no bit. `past`: of the run so far, where it is resumed. */
  constructor(run: ParticleRun, bytes: number, past: BoundTally | null = null) {
    const { problem, dynamics, schedule } = run;
    this.plan = boundPlan(run);
    this.last = schedule.steps / schedule.recordEvery;
    this.tally = past ?? NOTHING;
    const { evaluations, every } = this.plan;
    const temperature = temperatureOf(problem, dynamics);
    const options = { evaluations, bytes, steady: temperature.constant };
    this.bound = every === 0 ? null : new LowerBound(problem, temperature.at(0), options);
  }

  /** The bound at a record, by its number from 0; NaN where there is none. */
  at(record: number, outputs: Float64Array, temperature: number): number {
    if (this.bound === null || (this.last - record) % this.plan.every !== 0) return Number.NaN;
    const bound = this.bound.boundAt(outputs, temperature);
    this.tally = counted(this.tally, bound);
    return bound.value;
  }

  save(): BoundTally {
    return this.tally;
  }
}

function counted(tally: BoundTally, { value, scale, lack }: Bound): BoundTally {
  if (lack === null) return tally;
  if (Number.isNaN(value)) {
    const kind = lack === "overflow" ? "overflow" : "unresolved";
    return { ...tally, [kind]: tally[kind] + 1 };
  }
  const kind = lack === "infinite" ? "infinite" : "coarse";
  const range = { least: Math.min(tally.least, scale), most: Math.max(tally.most, scale) };
  return { ...tally, ...range, [kind]: tally[kind] + 1 };
}

/** A run that has ended, and how its bounds came out where it has any. */
export interface EndedRun {
  readonly run: ParticleRun;
  readonly bounds: BoundTally | null;
}

/** What a user should know: a line for each width, or one on networks that have no bound for want of a penalty. */
export function boundNotices(ended: readonly EndedRun[]): string[] {
  const keyOf = ({ run }: EndedRun) => lackOfDual(run) ?? JSON.stringify([run.width, boundPlan(run)]);
  return grouped(ended, keyOf).flatMap(noticeOf);
}

function noticeOf(group: readonly EndedRun[]): string[] {
  const [{ run }] = group;
  const lack = lackOfDual(run);
  if (lack === "confinement") {
    return [
      `networks have no dual: ${unconfinedText(run.problem)}; a penalty there gives one, and dual: off says that none is wanted`,
    ];
  }
  if (lack !== null) return [];
  const plan = boundPlan(run);
  const tallies = group.flatMap(({ bounds }) => bounds ?? []);
  const sum = (of: (tally: BoundTally) => number) => tallies.reduce((total, tally) => total + of(tally), 0);
  const records = group.length * (run.schedule.steps / run.schedule.recordEvery + 1);
  const range = [leastOf(tallies.map(({ least }) => least)), largestOf(tallies.map(({ most }) => most))];
  const scaled = `is D(κg), ${scalesText(range)}`;
  const at = (count: number) => `at ${count} of ${records} records`;
  const parts = plan.every === 1 ? [] : [planText(plan)];
  const infinite = sum((tally) => tally.infinite);
  const coarse = sum((tally) => tally.coarse);
  if (infinite > 0) {
    parts.push(`${scaled}, ${at(infinite)}, where ∫e^(−Φ/τ)dθ is infinite for g itself and D(g) = −∞`);
  }
  if (coarse > 0) {
    const what = infinite > 0 ? "is the same" : `${scaled},`;
    parts.push(`${what} ${at(coarse)}, where the integral of g itself is not resolved`);
  }
  const unresolved = sum((tally) => tally.unresolved);
  if (unresolved > 0) parts.push(`is blank ${at(unresolved)}, where the integral is not resolved`);
  const overflow = sum((tally) => tally.overflow);
  if (overflow > 0) parts.push(`is blank ${at(overflow)}, where the outputs overflow`);
  return parts.length === 0 ? [] : [`N = ${run.width}: dual ${parts.join("; it ")}`];
}

function scalesText([least, most]: readonly number[]): string {
  const [from, to] = [least, most].map((scale) => rounded(scale, 2));
  return from === to ? `κ = ${from} the best` : `κ = ${from} … ${to} the best`;
}

/** Where bounds are left out to save time. */
function planText({ every, count }: BoundPlan): string {
  if (every === 0) return "is blank: one would take longer than all steps of the run";
  const where = count === 1 ? "the last record" : `one record in ${every}, counted from the last`;
  return `is blank but for ${where}, to take no longer than the steps of the run`;
}

/** Which coordinates V leaves without confinement, and what follows. */
function unconfinedText({ names, potential }: Problem): string {
  const free = names.filter((_, k) => !confines(potential, k));
  const why = potential.kind === null ? "problem.regulariser.l2" : "V";
  return `V does not hold ${free.join(", ")} back (${why}), so that ∫e^(−Φ/τ)dθ is infinite`;
}

/** What `muflow check` says of the bounds of each width, at most. */
export function boundLines(runs: readonly ParticleRun[]): string[] {
  return [...new Set(runs.filter(isFirstReplica).map(boundLine))];
}

function boundLine(run: ParticleRun): string {
  const { problem, width, schedule } = run;
  switch (lackOfDual(run)) {
    case "off":
      return "dual of networks: off";
    case "walls":
      return "dual of networks: none, in a box: its integral is over all θ";
    case "temperature":
      return "dual of networks: none, without noise";
    case "own potential":
      return "dual of networks: none, with a potential of one's own, whose growth is not known";
    case "interaction":
      return "dual of networks: none, with an interaction";
    case "confinement":
      return `dual of networks: none; ${unconfinedText(problem)}`;
    case "axes":
      return `dual of networks: none; its integral has ${boundAxes(problem)} axes, 3 at most can be done`;
    case null: {
      const plan = boundPlan(run);
      const rows = schedule.steps / schedule.recordEvery + 1;
      const where = plan.count === rows ? "every record" : `${plan.count} of ${rows} records`;
      const each = plan.needed * Math.max(1, problem.data.size);
      const integral = `an integral over ${axesText(problem)}, about ${each.toExponential(1)} ψ-evaluations each`;
      if (plan.every === 0) return `dual of N = ${width}: left out; ${integral}; it ${planText(plan)}`;
      const thinned = plan.every === 1 ? "" : `; it ${planText(plan)}`;
      return `dual of N = ${width}: at ${where}, ${integral}${thinned}`;
    }
  }
}

function axesText(problem: Problem): string {
  const axes = boundAxes(problem);
  const names = problem.names.slice(problem.dimension - axes).join(", ");
  return axes === problem.dimension ? names : `${names}, a integrated out`;
}
