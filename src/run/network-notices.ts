// What is worth a word of a network that has ended: neurons that are dead, noise that batches add, a state that diverged.

import { largestOf } from "../base/extremes.ts";
import { rounded } from "../base/words.ts";
import { isNoisy, temperatureOf } from "../dynamics/dynamics.ts";
import { hasMomenta } from "../dynamics/motion.ts";
import { unpack } from "../kernels/layout.ts";
import { batchTemperature, NOISE_PROBE } from "../particles/batch-noise.ts";
import { rowsOf } from "../particles/network.ts";
import type { Row } from "./progress.ts";
import type { ParticleRun } from "./runs.ts";
import { boundText, stabilityLimit, suggestStep } from "./stable-step.ts";

/** When the risk last changed, to the bit: the time of the record from which on it is that of the last. */
function restingSince(rows: readonly Row[]): number {
  const { risk } = rows[rows.length - 1].observables;
  const last = rows.findLastIndex(({ observables }) => observables.risk !== risk);
  return rows[last + 1].t;
}

/** Of momenta at rest: the kinetic energy over its largest. */
const AT_REST = 1e-6;

/**
 * Whether neurons that all are dead stay so. What still moves them, noise, momenta, V or W, may revive them: it has not over half of the
 * run; and where a force brings momenta back, they have come to rest.
 */
export function standsStill({ problem, dynamics }: ParticleRun, rows: readonly Row[]): boolean {
  const { potential, interaction } = problem;
  const forced = !potential.vanishes || interaction !== null;
  const momenta = hasMomenta(dynamics);
  const noisy = isNoisy(problem, dynamics);
  if (!noisy && !momenta && !forced) return true;
  const until = rows[rows.length - 1].t;
  if (until - restingSince(rows) < until / 2) return false;
  if (noisy || !momenta || !forced) return true;
  const kinetic = rows.map(({ observables }) => observables.kinetic);
  return kinetic[kinetic.length - 1] <= AT_REST * largestOf(kinetic);
}

/** What stalled, since when, and what to do. */
export function stallText(run: ParticleRun, rows: readonly Row[]): string {
  const { width, replica, integrator, schedule } = run;
  const { step: limit } = stabilityLimit(run);
  const since = restingSince(rows);
  const advice =
    since > 0 && schedule.step >= limit
      ? `step ${schedule.step} is above ${rounded(limit, 4)}, below which ${integrator} is stable at the start: try step ${suggestStep(run, limit)}`
      : "try another start, or an activation without flat parts";
  const risk = rounded(rows[rows.length - 1].observables.risk, 4);
  return `N = ${width}, replica ${replica}: ${width} of ${width} neurons are dead: ∇ψ is exactly 0 at all data that pull, and the risk stands at ${risk} since t = ${rounded(since, 12)}; ${advice}`;
}

/** The share of dead neurons that is worth a word. */
const MOSTLY = 0.9;

/** Of a network that has not stalled. */
export function deathNotice({ width, replica, problem, dynamics }: ParticleRun, dead: number): string[] {
  if (replica > 0 || dead < MOSTLY * width || isNoisy(problem, dynamics)) return [];
  const others =
    dead < width ? "the others learn alone" : "it learns nothing unless V, W or momenta bring some back";
  return [
    `N = ${width}: ${dead} of ${width} neurons are dead at the end: ∇ψ is exactly 0 at all data that pull, and ${others}`,
  ];
}

/** One line on a run that diverged in step n + 1: what it did, why, and what to do. */
export function divergenceText(run: ParticleRun, n: number, what: string): string {
  const { step } = run.schedule;
  const { step: limit, bound } = stabilityLimit(run);
  const why = bound === null ? "" : `, where at the start ${boundText(bound)}`;
  return `N = ${run.width}, replica ${run.replica}: ${what} at step ${n + 1} (t = ${rounded((n + 1) * step, 12)}) with ${run.integrator}, step ${step}${why}; try step ${suggestStep(run, limit)}. The last good state, t = ${rounded(n * step, 12)}, is kept`;
}

/** Which run, and where in it; step 0 is the start. */
export function placeText({ width, replica, schedule }: ParticleRun, step: number): string {
  return `N = ${width}, replica ${replica}, step ${step} (t = ${rounded(step * schedule.step, 12)})`;
}

/** What batches did to the temperature; of the end, so that a run that was resumed says the same. */
export function batchNotice(run: ParticleRun, state: Float64Array, outputs: Float64Array): string[] {
  const { batch, problem, dynamics, width, replica, schedule } = run;
  const t = schedule.step * schedule.steps;
  const tau = temperatureOf(problem, dynamics).at(t);
  if (batch?.estimator !== "plain" || replica > 0 || !isNoisy(problem, dynamics)) return [];
  const theta = unpack(state, Math.min(width, NOISE_PROBE), rowsOf(run).total, 0, problem.dimension);
  const added = batchTemperature(problem, dynamics, batch, { h: schedule.step, t, theta, outputs });
  if (added === 0) return [];
  const formula = hasMomenta(dynamics) ? "hC/2γ" : "hDC/2";
  return [
    `N = ${width}: batches of ${batch.size} of ${problem.data.size} add noise: at t = ${rounded(t, 12)} about ${formula} = ${added.toPrecision(2)} to temperature ${tau}, C the variance of their gradient`,
  ];
}
