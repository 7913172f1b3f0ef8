// Live progress: one bar on a terminal, a plain line every ten seconds elsewhere. Before the first step is done it says what the first run is at,
// and the time that is foretold.

import { Presets, SingleBar } from "cli-progress";
import { largestOf } from "../base/extremes.ts";
import { secondsText } from "../base/words.ts";
import { usualThreads } from "../kernels/backend/backend.ts";
import { formatNumber } from "../report/notation.ts";
import { secondsTogether } from "../run/needs.ts";
import { STAGES, shown } from "../run/progress.ts";
import { stepsOf } from "../run/runs.ts";
import { costOf, nameOf, type Run } from "../run/solvers/list.ts";

const PLAIN_INTERVAL_MS = 10_000;

/** Shows how far something is, as it is told in that form: for runs what threads show of each (run/progress.ts). */
interface Display<Form> {
  update(progress: Form): void;
  end(): void;
}

export interface Reading {
  readonly share: number;
  readonly text: string;
}

/** Does that work, which computes those runs, beside a display of how far they are. */
export async function withProgress<Result>(
  runs: readonly Run[],
  threads: number,
  work: (onProgress: (progress: Float64Array) => void) => Promise<Result>,
): Promise<Result> {
  const display = progressDisplay(runs, threads);
  try {
    return await work(display.update);
  } finally {
    display.end();
  }
}

/** Shows steps per second, time left and the last recorded risk (energy without data) of these runs. */
export function progressDisplay(runs: readonly Run[], threads = usualThreads()): Display<Float64Array> {
  const read = workMeter(runs, threads);
  const { update, end } = readingDisplay("starting");
  return { update: (progress) => update(read(progress)), end };
}

/**
 * A bar on a terminal; elsewhere a line at most every ten seconds. With words for the start both begin now, else with the first reading, and
 * a line that says the same again is left out.
 */
export function readingDisplay(start?: string): Display<Reading> {
  if (process.stderr.isTTY) {
    const bar = new SingleBar(
      { format: "{bar} {percentage}% · {text}", hideCursor: true, clearOnComplete: true },
      Presets.shades_classic,
    );
    const begin = (text: string) => {
      if (!bar.isActive) bar.start(1000, 0, { text });
    };
    if (start !== undefined) begin(start);
    return {
      update({ share, text }) {
        begin(text);
        bar.update(Math.round(1000 * share), { text });
      },
      end: () => bar.stop(),
    };
  }
  let last = start === undefined ? Number.NEGATIVE_INFINITY : performance.now();
  let said = "";
  return {
    update({ share, text }) {
      const line = `muflow: ${percent(share)}, ${text}\n`;
      if ((start === undefined && line === said) || performance.now() - last < PLAIN_INTERVAL_MS) return;
      last = performance.now();
      said = line;
      process.stderr.write(line);
    },
    end() {},
  };
}

export function percent(share: number): string {
  return `${Math.floor(100 * share)} %`;
}

/** Turns steps into work done: a step of a wide network weighs more than one of a narrow one. `threads`: that compute; `now`: milliseconds. */
export function workMeter(
  runs: readonly Run[],
  threads: number,
  now = () => performance.now(),
): (progress: Float64Array) => Reading {
  const weights = runs.map(costOf);
  const total = runs.reduce((sum, run) => sum + costOf(run) * stepsOf(run), 0);
  const name = runs[0].problem.data.size > 0 ? "risk" : "energy";
  const foretold = `foretold: ${secondsText(secondsTogether(runs, threads))} in all, within a factor of 3`;
  const started = now();

  /** What the run that is furthest along is at, before any step is done. */
  function stageOf(seen: readonly ReturnType<typeof shown>[]): string {
    const places = seen.map(({ stage }) => STAGES.indexOf(stage));
    const furthest = places.indexOf(largestOf(places));
    const { stage } = seen[furthest];
    const whose = places[furthest] > 0 && runs.length > 1 ? ` (${nameOf(runs[furthest])})` : "";
    return `${stage}${whose}`;
  }

  return (progress) => {
    let work = 0;
    // Without what was resumed, which was not done in this time.
    let done = 0;
    let steps = 0;
    let value = Number.NaN;
    const seen = weights.map((_, run) => shown(progress, run));
    for (const [run, weight] of weights.entries()) {
      const state = seen[run];
      work += state.step * weight;
      done += (state.step - state.resumed) * weight;
      steps += state.step - state.resumed;
      if (state.step > 0) value = state.value;
    }
    const elapsed = (now() - started) / 1000;
    const share = total > 0 ? work / total : 1;
    if (!(work < total)) return { share: 1, text: "all steps are done; results are put together" };
    if (!(done > 0)) return { share, text: `${stageOf(seen)}; ${foretold}` };
    const left = ((total - work) / done) * elapsed;
    const parts = [
      rateText(steps / elapsed),
      `${duration(left)} left`,
      ...(Number.isFinite(value) ? [`${name} ${formatNumber(value)}`] : []),
    ];
    return { share, text: parts.join(", ") };
  };
}

/** Steps a second, or seconds a step where these are more. */
function rateText(rate: number): string {
  return rate >= 1 ? `${Math.round(rate)} steps/s` : `${formatNumber(1 / rate, 2)} s a step`;
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
