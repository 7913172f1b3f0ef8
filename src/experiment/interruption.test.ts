// Every solver, asked to stop anywhere in the midst of its work: it ends at once, keeps the last step it finished, and goes on from there
// to the bits of a run that was never asked. "Anywhere" is the k-th look at the flag, for k all over the run.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { Interrupted, interruptible } from "../base/interrupt.ts";
import { meansOf } from "../kernels/backend/backend.ts";
import { compareSolvers } from "../observables/distances/compare.ts";
import { LowerBound } from "../observables/lower-bound/lower-bound.ts";
import { saveCheckpoint } from "../results/checkpoint.ts";
import { buildExperiment, readInputs } from "../run/build.ts";
import { comparable } from "../run/comparisons.ts";
import type { Hooks, Progress, SimulationEnd, Snapshot } from "../run/progress.ts";
import { ratesOf } from "../run/rates.ts";
import { simulate } from "../run/solvers/list.ts";
import { parseExperiment } from "../spec/schema.ts";
import { conclude } from "./worker.ts";

/** Keys of an experiment file. */
type Changes = Record<string, unknown>;

function built(changes: Changes) {
  const whole = {
    name: "stop",
    problem: {
      data: { function: "sin", interval: [-2, 2], samples: 6 },
      neuron: { activation: "tanh", inputs: 1, output: "fixed", bias: false },
      regulariser: { l2: 0.3 },
      temperature: 0.1,
    },
    dynamics: { kind: "langevin" },
    initial: { kind: "gaussian", mean: [0.5], std: [0.6] },
    time: { until: 1, step: 0.1, record: 5, snapshots: [0, 0.5, 1] },
    ...changes,
  };
  const experiment = parseExperiment(whole, "test");
  const inputs = readInputs(experiment, ".");
  return { ...buildExperiment(experiment, inputs), experiment, inputs };
}

/** The only run of an experiment, from its start or from a saved state. */
function simulation(changes: Changes) {
  const [run] = built(changes).runs;
  return (hooks: Hooks = {}, resume?: Progress): SimulationEnd => {
    return simulate(run, hooks as Hooks<never>, resume as Progress<never>);
  };
}

/** The work, asked to stop at the k-th look; and how often it looked. */
function stoppedAt<Result>(k: number, work: () => Result): { result: Result; looks: number } {
  let looks = 0;
  const result = interruptible(() => {
    looks += 1;
    return looks > k;
  }, work);
  return { result, looks };
}

/** As it lies in a checkpoint: rows and snapshots that later steps do not touch, and numbers of their own. */
function copied({ state, rows, ...rest }: Progress<Snapshot>): Progress<Snapshot> {
  return { ...rest, rows: structuredClone(rows), state: Float64Array.from(state) };
}

const KINETIC = {
  dynamics: { kind: "kinetic", friction: 1 },
  initial: { kind: "gaussian", mean: [0.5], std: [0.6] },
} as const;
const cold = (activation: string) => ({
  data: { function: "sin", interval: [-2, 2], samples: 6 },
  neuron: { activation, inputs: 1, output: "fixed", bias: false },
  regulariser: { l2: 0.3 },
});
/** A density that the cells resolve throughout: near the equilibrium of a temperature that is high. */
const phase = (more: Record<string, unknown>) => ({
  problem: {
    ...cold("tanh"),
    data: { function: "sin", interval: [-0.5, 0.5], samples: 6 },
    temperature: 0.2,
  },
  dynamics: { kind: "kinetic", friction: 1 },
  initial: { kind: "gaussian", mean: [0.3], std: [0.8] },
  time: { until: 0.8, step: 0.2, record: 4, snapshots: [0, 0.4, 0.8] },
  solvers: [
    {
      grid: {
        cells: [48, 40],
        extent: [
          [-6.5, 6.5],
          [-3.6, 3.6],
        ],
        ...more,
      },
    },
  ],
});
const line = { cells: [60], extent: [[-5, 5]] };
const descent = { kind: "gradient-flow" } as const;
const paired = (interaction: Record<string, unknown>) => ({
  potential: { kind: "double-well" },
  interaction,
  temperature: 0.4,
});
const plane = {
  problem: {
    data: { function: "sin", interval: [-2, 2], samples: 6 },
    neuron: { activation: "tanh", inputs: 1, bias: false },
    regulariser: { l2: 0.3 },
    temperature: 0.1,
  },
  initial: { kind: "gaussian", mean: [0.2, 0.3], std: [0.5, 0.5] },
};

const RUNS: Record<string, Changes> = {
  "grid, implicit": { solvers: [{ grid: line }] },
  "grid, implicit, p = 2": {
    ...plane,
    solvers: [
      {
        grid: {
          cells: [24, 24],
          extent: [
            [-5, 5],
            [-5, 5],
          ],
        },
      },
    ],
  },
  "grid, implicit, a Gaussian W": {
    problem: paired({ kind: "gaussian", strength: -0.5, scale: 0.7 }),
    solvers: [{ grid: { cells: [60], extent: [[-3.5, 4.5]] } }],
  },
  "grid, second-order": { solvers: [{ grid: { ...line, scheme: "second-order" } }] },
  "grid, limited transport": {
    problem: cold("tanh"),
    dynamics: descent,
    solvers: [{ grid: { ...line, scheme: "second-order" } }],
  },
  "grid, birth and death": {
    problem: cold("tanh"),
    dynamics: { kind: "birth-death", rate: 1 },
    solvers: [{ grid: line }],
  },
  "phase space, spectral, with ℰ": phase({}),
  "phase space, order 4, refined": phase({ order: 4, refine: true, cells: [44, 36] }),
  "phase space, positive": phase({ scheme: "positive" }),
  "jko, quantile": { solvers: [{ jko: { ...line, method: "quantile" } }] },
  "jko, entropic": { solvers: [{ jko: { ...line, method: "entropic" } }] },
  "jko, quantile, atoms": {
    problem: cold("tanh"),
    dynamics: descent,
    solvers: [{ jko: { ...line, method: "quantile" } }],
  },
  "networks, langevin, with their lower bound": { solvers: [{ particles: { width: 40 } }] },
  "networks, kinetic": { ...KINETIC, solvers: [{ particles: { width: 40, integrator: "exact" } }] },
  "networks, rk4": {
    problem: cold("relu"),
    dynamics: descent,
    solvers: [{ particles: { width: 40, integrator: "rk4" } }],
  },
  "networks, birth and death": {
    problem: cold("tanh"),
    dynamics: { kind: "birth-death", rate: 2 },
    solvers: [{ particles: { width: 40 } }],
  },
  "networks, SVRG": { solvers: [{ particles: { width: 40, batch: { size: 2, estimator: "svrg" } } }] },
  "networks, pairs": {
    problem: paired({ kind: "gaussian", strength: 0.5, scale: 0.7 }),
    solvers: [{ particles: { width: 60 } }],
  },
  stationary: {
    ...plane,
    solvers: [
      {
        stationary: {
          cells: [30, 30],
          extent: [
            [-5, 5],
            [-5, 5],
          ],
        },
      },
    ],
  },
  "stationary, from higher temperatures, cut by its domain": {
    problem: {
      data: { function: "sin", interval: [-12, 12], samples: 10 },
      neuron: { activation: "relu2", inputs: 1, bias: false },
      loss: { huber: { delta: 0.1 } },
      regulariser: { l2: 1e-4 },
      temperature: 1e-2,
    },
    initial: plane.initial,
    solvers: [
      {
        stationary: {
          cells: [30, 30],
          extent: [
            [-6, 6],
            [-6, 6],
          ],
        },
      },
    ],
  },
  "stationary, branches by deflation": {
    problem: {
      ...paired({ kind: "gaussian", strength: 1.5, scale: 0.5 }),
      temperature: 0.2,
    },
    solvers: [{ stationary: { cells: [60], extent: [[-3, 3]] } }],
  },
  "stationary, one number": {
    problem: paired({ kind: "quadratic", strength: 1 }),
    solvers: [{ stationary: { cells: [60], extent: [[-3.5, 3.5]] } }],
  },
};

describe.each(Object.entries(RUNS))("%s", (name, changes) => {
  let run: ReturnType<typeof simulation>;
  let whole: SimulationEnd;
  let looks: number;

  beforeAll(() => {
    run = simulation(changes);
    const all = stoppedAt(Number.POSITIVE_INFINITY, () => run());
    [whole, looks] = [all.result, all.looks];
  });

  it("is whole, and looks at the flag often", () => {
    expect(whole.failure ?? "").toMatch(name.endsWith("cut by its domain") ? /leaks/ : /^$/);
    expect(whole.status).toBe(name.endsWith("cut by its domain") ? "broken" : "done");
    expect(looks).toBeGreaterThan(40);
  });

  it("stops wherever it is asked to, and goes on to the same bits", () => {
    for (let part = 0; part < 8; part++) {
      const k = Math.floor(((part + 0.37) / 8) * looks);
      let saved: Progress | undefined;
      const save = (progress: Progress) => {
        saved = copied(progress);
      };
      const { result, looks: taken } = stoppedAt(k, () => run({ save }));
      expect(result.status).toBe("stopped");
      // Members of a team look once more a piece of work that they leave, on their way to the barrier.
      expect(taken - k).toBeLessThan(0.05 * looks + 20);
      if (saved === undefined) continue;
      const { status, progress } = run({}, saved);
      expect(status).toBe(whole.status);
      expect(progress).toEqual(whole.progress);
    }
  });

  it("goes on to the same bits where it is asked as soon as a row is recorded", () => {
    for (const row of [1, 2]) {
      let [rows, asked] = [0, false];
      let saved: Progress | undefined;
      const recorded = () => {
        asked = rows === row;
        rows += 1;
      };
      const save = (progress: Progress) => {
        saved = copied(progress);
      };
      interruptible(
        () => asked,
        () => run({ recorded, save }),
      );
      if (saved !== undefined) expect(run({}, saved).progress).toEqual(whole.progress);
    }
  });

  it("keeps the last whole step: never more than the one in hand is done again", () => {
    let [most, begun] = [0, 0];
    const control = (n: number) => {
      begun = n;
      return 0;
    };
    for (let part = 0; part < 5; part++) {
      const { result } = stoppedAt(Math.floor(((part + 0.8) / 5.4) * looks), () => run({ control }));
      // Networks leave their records at the barrier that begins the next step.
      expect(result.progress.step).toBeGreaterThanOrEqual(name.startsWith("networks") ? begun - 1 : begun);
      most = Math.max(most, result.progress.step);
    }
    if (!name.startsWith("stationary")) expect(most).toBeGreaterThan(1);
  });
});

describe("what runs say together", () => {
  const phaseSpace = built({
    ...KINETIC,
    time: { until: 12, step: 0.2, record: 60, snapshots: [0, 4, 8, 12] },
    solvers: [
      { particles: { width: [20, 80], replicas: 2 } },
      {
        grid: {
          cells: [48, 32],
          extent: [
            [-5, 5],
            [-2.6, 2.6],
          ],
        },
      },
      { stationary: { cells: [48], extent: [[-5, 5]] } },
    ],
  });
  const results = phaseSpace.runs.map((run) => simulate(run).progress);

  it("is concluded by a worker from the checkpoints, or not at all", async () => {
    const directory = mkdtempSync(join(tmpdir(), "muflow-conclude-"));
    const checkpoints = results.map((progress, run) => {
      const path = join(directory, `run-${run}.checkpoint`);
      saveCheckpoint(path, { hash: "own", finished: true, progress });
      return path;
    });
    const stop = new Int32Array(1);
    const job = {
      experiment: phaseSpace.experiment,
      inputs: phaseSpace.inputs,
      hash: "own",
      checkpoints,
      packed: checkpoints.map(() => null),
      ...meansOf(1),
      stop,
    };
    expect(await conclude(job)).toEqual({
      comparisons: compareSolvers(comparable(phaseSpace, results)),
      rates: ratesOf(phaseSpace, results),
    });
    stop[0] = 1;
    expect(await conclude(job)).toBeNull();
    rmSync(directory, { recursive: true });
  });

  it.each<[string, () => unknown]>([
    ["distances", () => compareSolvers(comparable(phaseSpace, results))],
    ["rates and the spectrum", () => ratesOf(phaseSpace, results)],
    ["a lower bound", () => new LowerBound(phaseSpace.problem).at(new Float64Array(6))],
  ])("%s: stop wherever they are asked to", (_, work) => {
    const { looks } = stoppedAt(Number.POSITIVE_INFINITY, work);
    // A lower bound of one coordinate is soon done.
    expect(looks).toBeGreaterThan(3);
    for (let part = 0; part < 8; part++) {
      const k = Math.floor(((part + 0.4) / 8) * looks);
      let taken = 0;
      const act = () =>
        interruptible(() => {
          taken += 1;
          return taken > k;
        }, work);
      expect(act).toThrow(Interrupted);
      expect(taken).toBe(k + 1);
    }
  });
});
