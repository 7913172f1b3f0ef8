// Live progress: one bar on a terminal, a plain line every ten seconds elsewhere.

import { Presets, SingleBar } from "cli-progress";
import { costOf, type Run, stepsOf } from "../experiment/runs.ts";
import { formatNumber } from "../report/notation.ts";

const PLAIN_INTERVAL_MS = 10_000;

export interface ProgressDisplay {
  /** `progress`: steps done and last recorded value, two numbers a run. */
  update(progress: Float64Array): void;
  end(): void;
}

/** Does that work, which computes those runs, beside a display of how far they are. */
export async function withProgress<Result>(
  runs: readonly Run[],
  work: (onProgress: (progress: Float64Array) => void) => Promise<Result>,
): Promise<Result> {
  const display = progressDisplay(runs);
  try {
    return await work(display.update);
  } finally {
    display.end();
  }
}

/** Shows steps per second, time left and the last recorded risk (energy without data) of these runs. */
export function progressDisplay(runs: readonly Run[]): ProgressDisplay {
  const meter = new Meter(runs);
  return process.stderr.isTTY ? terminalDisplay(meter) : plainDisplay(meter);
}

/** Turns steps into work done: a step of a wide network weighs more than one of a narrow one. */
class Meter {
  private readonly weights: readonly number[];
  private readonly total: number;
  private readonly name: string;
  private readonly started = performance.now();
  private start: { work: number; steps: number } | null = null;

  constructor(runs: readonly Run[]) {
    this.weights = runs.map(costOf);
    this.total = runs.reduce((sum, run) => sum + costOf(run) * stepsOf(run), 0);
    this.name = runs[0].problem.data.size > 0 ? "risk" : "energy";
  }

  read(progress: Float64Array): { share: number; text: string } {
    let work = 0;
    let steps = 0;
    let value = Number.NaN;
    for (const [run, weight] of this.weights.entries()) {
      work += progress[2 * run] * weight;
      steps += progress[2 * run];
      if (progress[2 * run] > 0) value = progress[2 * run + 1];
    }
    // Work resumed from a checkpoint was not done in this time: rates count from the first look.
    this.start ??= { work, steps };
    const elapsed = (performance.now() - this.started) / 1000;
    const done = work - this.start.work;
    const left = done > 0 ? ((this.total - work) / done) * elapsed : Number.NaN;
    const rate = (steps - this.start.steps) / elapsed;
    const parts = [
      `${Math.round(rate)} steps/s`,
      `${Number.isFinite(left) ? duration(left) : "?"} left`,
      ...(Number.isFinite(value) ? [`${this.name} ${formatNumber(value)}`] : []),
    ];
    return { share: this.total > 0 ? work / this.total : 1, text: parts.join(", ") };
  }
}

function terminalDisplay(meter: Meter): ProgressDisplay {
  const bar = new SingleBar(
    {
      format: "{bar} {percentage}% · {text}",
      hideCursor: true,
      clearOnComplete: true,
      stopOnComplete: false,
    },
    Presets.shades_classic,
  );
  bar.start(1000, 0, { text: "starting" });
  return {
    update(progress) {
      const { share, text } = meter.read(progress);
      bar.update(Math.round(1000 * share), { text });
    },
    end: () => bar.stop(),
  };
}

function plainDisplay(meter: Meter): ProgressDisplay {
  let last = performance.now();
  return {
    update(progress) {
      const { share, text } = meter.read(progress);
      if (performance.now() - last < PLAIN_INTERVAL_MS) return;
      last = performance.now();
      process.stderr.write(`muflow: ${Math.floor(100 * share)} %, ${text}\n`);
    },
    end() {},
  };
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
