// How far the steps of a network may go, as far as its start tells, and which step to take instead.

import { rounded } from "../base/words.ts";
import { SOLO } from "../kernels/team.ts";
import { momentumBound, stableStep } from "../particles/integrators.ts";
import type { MomentumBound } from "../particles/method.ts";
import { makeSystem, memoryFor } from "../particles/network.ts";
import { largestCurvature } from "../particles/stability.ts";
import { start } from "../particles/start.ts";
import { thinned } from "../problem/data.ts";
import { isWhole } from "../spec/schedule.ts";
import type { ParticleRun, RunBase } from "./runs.ts";

/** Neurons of the copy that stability is judged on; fewer, but not the least, where there are many data, and then fewer data too. */
const PROBE_WIDTH = 256;
const LEAST_PROBE = 16;
/** ψ-evaluations that a gradient of that copy may take. */
const PROBE_SIZE = 2 ** 21;

/** How far a run's step may go at its start. */
export interface StabilityLimit {
  /** The largest stable step. */
  readonly step: number;
  /** The inequality it comes from, at the run's own step, for momentum iterations. */
  readonly bound: MomentumBound | null;
}

/** The largest step stable at the run's start, from the curvature of a narrow copy (it hardly depends on N). */
export function stabilityLimit(run: ParticleRun): StabilityLimit {
  const narrow = narrowed(run);
  const memory = memoryFor(narrow, 1);
  const system = makeSystem(narrow, SOLO, memory);
  start(system, narrow.initial, run);
  const curvature = largestCurvature(system);
  system.particles.pass.release();
  return {
    step: stableStep(system, run.integrator, curvature, run.settings),
    bound: momentumBound(system, run.integrator, run.schedule.step, curvature, run.settings),
  };
}

/** The run with so few neurons, and data, that its gradients cost little; of given points some from all over the list. */
function narrowed(run: ParticleRun): ParticleRun {
  const { width: whole, initial } = run;
  const { data } = run.problem;
  const problem =
    LEAST_PROBE * data.size <= PROBE_SIZE
      ? run.problem
      : { ...run.problem, data: thinned(data, PROBE_SIZE / LEAST_PROBE) };
  const few = Math.floor(PROBE_SIZE / Math.max(1, problem.data.size));
  const width = Math.min(whole, PROBE_WIDTH, few);
  // The curvature is that of all data, not of a batch.
  const narrow = { ...run, problem, width, batch: null };
  const { position } = initial;
  if (position.kind !== "points" || width === whole) return narrow;
  const rows = Array.from({ length: width }, (_, j) => position.rows[Math.floor((j * whole) / width)]);
  return { ...narrow, initial: { ...initial, position: { kind: "points", rows } } };
}

/** A step that should be stable where this run's was not: half the limit at the start, and at most half its own. */
export function suggestStep({ schedule }: Pick<RunBase, "schedule">, limit: number): number {
  const { step, steps, recordEvery, snapshots } = schedule;
  const wished = Math.min(step / 2, limit > 0 ? limit / 2 : step / 2);
  const marks = [steps, recordEvery, ...snapshots];
  // So many steps take the place of as few as all marks have in common.
  const common = marks.reduce(greatestCommonDivisor);
  const parts = Math.ceil((common * step) / wished);
  return (
    roundStep(
      wished,
      marks.map((n) => n * step),
    ) ?? rounded((common * step) / parts, 12)
  );
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Digits of a step that people like to type. */
const MOST_DIGITS = 3;

/** A number of few digits in [wished/2, wished] of which all times are multiples, the roundest and then the largest; null for none. */
function roundStep(wished: number, times: readonly number[]): number | null {
  const decade = Math.floor(Math.log10(wished));
  for (let digits = 1; digits <= MOST_DIGITS; digits++) {
    const places = digits - 1 - decade;
    const scaled = wished * 10 ** places;
    for (let mantissa = Math.floor(scaled); mantissa >= scaled / 2; mantissa--) {
      const step = Number(`${mantissa}e${-places}`);
      if (times.every((time) => isWhole(time / step))) return step;
    }
  }
  return null;
}

/** sΛ beside what it must stay below: "sΛ = 5.2 is beyond 2(1 + β) = 3.9". */
export function boundText({ value, most, formula }: MomentumBound): string {
  const side = value < most ? "is below" : "is beyond";
  return `sΛ = ${value.toPrecision(4)} ${side} ${formula} = ${most.toPrecision(4)}`;
}
