// What people read while they wait: before the first step what is being done and how long it is foretold to take, then rates that say something.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { useBackend } from "../kernels/backend/backend.ts";
import { buildExperiment, readInputs } from "../run/build.ts";
import { secondsTogether } from "../run/needs.ts";
import { STAGES, sharedProgress, show } from "../run/progress.ts";
import { parseExperiment } from "../spec/schema.ts";
import { workMeter } from "./progress.ts";

function runsOf(width: number[], until = 10) {
  const experiment = parseExperiment(
    {
      name: "wait",
      problem: {
        data: { function: "sin", interval: [-1, 1], samples: 100 },
        neuron: { activation: "tanh", inputs: 1 },
      },
      dynamics: { kind: "gradient-flow" },
      initial: { kind: "gaussian", mean: 0, std: 1 },
      time: { until, step: 0.1 },
      solvers: [{ particles: { width } }],
    },
    "spec.yaml",
  );
  return buildExperiment(experiment, readInputs(experiment, ".")).runs;
}

/** A meter whose clock stands where it is put. */
function meterOf(width: number[], threads = 2) {
  const runs = runsOf(width);
  const clock = { seconds: 0 };
  const meter = workMeter(runs, threads, () => 1000 * clock.seconds);
  const progress = sharedProgress(runs.length);
  return { progress, at: (seconds: number) => Object.assign(clock, { seconds }) && meter(progress) };
}

/** In plain JavaScript a neuron takes 24 ns a datum, and 80 ns a coordinate of θ. */
const NEURON_SECONDS = (100 * 24 + 3 * 80) * 1e-9;
beforeAll(() => void useBackend("js"));
afterAll(() => void useBackend("auto"));

describe("the meter", () => {
  it("says what is done, and the time foretold, at every stage before the first step", () => {
    const { progress, at } = meterOf([100_000_000]);
    for (const [seconds, stage] of STAGES.entries()) {
      show(progress, 0, { stage });
      const { share, text } = at(100 * seconds);
      expect(share).toBe(0);
      // 100 steps of 1e8 neurons, 264 s each, on two threads: 3.67 h.
      expect(text).toBe(`${stage}; foretold: about 3.7 h in all, within a factor of 3`);
      expect(text).not.toMatch(/\?|0 steps\/s/);
    }
  });

  it("foretells no less than the longest run takes, which threads do not share", () => {
    const small = meterOf([1000, 10], 16).at(1).text;
    // 100 steps of 1000 neurons, whatever the threads.
    expect(secondsTogether(runsOf([1000, 10]), 16)).toBeCloseTo(100 * 1000 * NEURON_SECONDS, 9);
    expect(small).toMatch(/; foretold: below a second in all/);
    expect(secondsTogether(runsOf([1_000_000]), 16)).toBeCloseTo((100 * 1e6 * NEURON_SECONDS) / 16, 9);
  });

  it("names the run that is furthest, where there are several", () => {
    const { progress, at } = meterOf([10, 1_000_000]);
    expect(at(1).text).toMatch(/^waiting for a thread; /);
    show(progress, 1, { stage: "drawing the initial neurons" });
    expect(at(2).text).toMatch(/^drawing the initial neurons \(N = 1000000, replica 0\); /);
  });

  it("counts steps a second, or seconds a step, and what is left", () => {
    const fast = meterOf([10]);
    fast.at(0);
    show(fast.progress, 0, { step: 50, value: 0.25, stage: "at the first step" });
    expect(fast.at(5).text).toBe("10 steps/s, 5 s left, risk 0.25");
    const slow = meterOf([10]);
    slow.at(0);
    show(slow.progress, 0, { step: 1, value: 0.25 });
    expect(slow.at(40).text).toBe("40 s a step, 1 h 6 min left, risk 0.25");
  });

  it("counts runs that had ended before as done, and not as done now", () => {
    const { progress, at } = meterOf([10, 20, 30]);
    show(progress, 2, { step: 100, resumed: 100 });
    show(progress, 1, { step: 100, resumed: 100 });
    show(progress, 0, { step: 20 });
    const { share, text } = at(10);
    // A step costs in proportion to the width: 5000 and 20 · 10 of 6000.
    expect(share).toBeCloseTo(5200 / 6000, 12);
    expect(text).toMatch(/^2 steps\/s, 40 s left/);
  });

  it("counts from what was resumed, and says when all steps are done", () => {
    const { progress, at } = meterOf([10]);
    show(progress, 0, { step: 60, resumed: 60 });
    expect(at(1).text).toMatch(/; foretold: /);
    show(progress, 0, { step: 80, value: 1 });
    expect(at(10).text).toBe("2 steps/s, 10 s left, risk 1");
    show(progress, 0, { step: 100 });
    expect(at(20)).toEqual({ share: 1, text: "all steps are done; results are put together" });
  });
});
