// Trials are made where a verdict hangs on them, once, whatever their number; a stop leaves what is made.

import { afterAll, expect, it, vi } from "vitest";
import work from "../../experiment/worker.ts";
import { computeTrials } from "./compute-trials.ts";
import { MadeStudy } from "./fit-testing.ts";

// The pool's work in this process, as its threads load what is built.
vi.mock("../../experiment/pool.ts", async (original) => ({
  ...(await original<typeof import("../../experiment/pool.ts")>()),
  withWorkers: (_: number, use: (workers: object) => Promise<unknown>) =>
    use({ run: async (job: Parameters<typeof work>[0]) => work(job) }),
}));

const made = await MadeStudy.of(
  {
    name: "linear",
    problem: {
      data: { arrays: { x: [1], y: [0.8] } },
      neuron: { activation: "identity", inputs: 1, output: "fixed", bias: false },
      regulariser: { l2: 0.5 },
    },
    dynamics: { kind: "gradient-flow" },
    initial: { kind: "gaussian", mean: [-0.5], std: [0.7] },
    time: { until: 15, step: 0.05, record: 150 },
    solvers: [{ particles: { width: 20, integrator: "rk4" } }],
  },
  // E falls as the variance does, (m − m*)² faster.
  [{ quantity: "energy", along: "time", law: "exponential", predicted: -1 }],
);
afterAll(() => made.remove());

/** Trials of every round. */
async function roundsOf(stopAtOnce = false): Promise<number[]> {
  const rounds: number[] = [];
  await computeTrials(made.study, made.folder, {
    threads: 1,
    checkpointSeconds: 1e9,
    stop: Int32Array.of(stopAtOnce ? 1 : 0),
    onRound: (trials) => {
      rounds.push(trials.length);
      return { update() {}, end() {} };
    },
  });
  return rounds;
}

it("stops when asked to, with nothing made", async () => {
  await expect(roundsOf(true)).rejects.toThrow("stopped; the same command goes on from here");
});

it("makes the one trial that is missing, and none where it is there", async () => {
  // Half a step: networks have no cells, and what HOLDS asks for no other start.
  expect(await roundsOf()).toEqual([1]);
  expect(await roundsOf()).toEqual([]);
});
