// Batches from the experiment file to the end of a run: what is refused, what is recorded and said, and that a run that was
// stopped anywhere goes on to the same bits.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { MuflowError } from "../base/errors.ts";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { SOLO } from "../kernels/team.ts";
import { SAMPLINGS } from "../particles/batch.ts";
import { batchTemperature } from "../particles/batch-noise.ts";
import { memoryFor } from "../particles/network.ts";
import { fromArrays } from "../problem/data.ts";
import { gaussian } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { parseExperiment } from "../spec/schema.ts";
import { buildExperiment, readInputs } from "./build.ts";
import { describe as describeExperiment, sourcesOf } from "./describe.ts";
import { evolve, particles } from "./evolve.ts";
import { CONTROL, type NetworkSnapshot, type Progress } from "./progress.ts";
import type { ParticleRun } from "./runs.ts";
import { simulateParticles } from "./simulate-particles.ts";
import { costOf } from "./solvers/list.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-batches-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const LEARNING = {
  name: "batches",
  problem: {
    data: { teacher: { neurons: 3, dim: 2, samples: 22, noise: 0.3 } },
    neuron: { activation: "tanh", inputs: 2 },
    regulariser: { l2: 0.01 },
    temperature: 0,
  },
  dynamics: { kind: "gradient-flow" },
  initial: { kind: "gaussian", mean: 0, std: 1 },
  time: { until: 1.5, step: 0.1, record: 5 },
};

function runOf(particlesSpec: object, changes: object = {}, temperature = 0): ParticleRun {
  const raw = {
    ...LEARNING,
    ...changes,
    problem: { ...LEARNING.problem, temperature },
    solvers: [{ particles: { width: 30, ...particlesSpec } }],
  };
  const experiment = parseExperiment(raw, "spec.yaml");
  return buildExperiment(experiment, readInputs(experiment, directory)).runs[0] as ParticleRun;
}

const LANGEVIN = { dynamics: { kind: "langevin" } };
const KINETIC = { dynamics: { kind: "kinetic", friction: 1.5 } };

function simulate(run: ParticleRun, resume?: Progress<NetworkSnapshot>, stopAt = -1) {
  let saved: Progress<NetworkSnapshot> | undefined;
  const end = simulateParticles(
    run,
    SOLO,
    memoryFor(run, 1),
    {
      control: (step) => (step === stopAt ? CONTROL.stop : CONTROL.none),
      save: (progress) => {
        saved = { ...progress, state: progress.state.slice() };
      },
    },
    resume,
  );
  return { end, saved };
}

describe("a run that was stopped goes on to the same bits", () => {
  const batches = [
    ...SAMPLINGS.map((sampling) => ({ size: 5, sampling })),
    ...SAMPLINGS.map((sampling) => ({ size: 5, sampling, estimator: "svrg", anchor: 4 })),
  ];
  it.each([
    ["euler", {}, 0],
    ["rk4", {}, 0],
    ["euler-maruyama", LANGEVIN, 0.02],
    ["heun", LANGEVIN, 0.02],
    ["baoab", KINETIC, 0.02],
    ["aboba", KINETIC, 0.02],
    ["obabo", KINETIC, 0.02],
    ["exact", KINETIC, 0.02],
    ["polyak", KINETIC, 0],
    ["nesterov-iteration", KINETIC, 0],
    ["higher-momentum", KINETIC, 0],
  ] as const)("%s", (integrator, changes, temperature) => {
    for (const batch of batches) {
      const own = integrator === "higher-momentum" ? { integrator, beta2: 0.2 } : { integrator };
      const run = runOf({ batch, ...own }, changes, temperature);
      const whole = simulate(run).end;
      expect(whole.status).toBe("done");
      for (const stop of [0, 1, 3, 4, 5, 8, 14]) {
        const { end, saved } = simulate(run, undefined, stop);
        expect(end.status).toBe("stopped");
        const { progress } = simulate(run, saved).end;
        expect(progress.state).toEqual(whole.progress.state);
        expect(progress.rows).toEqual(whole.progress.rows);
        expect(progress.snapshots).toEqual(whole.progress.snapshots);
      }
    }
  });
});

describe("what is recorded", () => {
  const kept = (run: ParticleRun) => simulate(run).end.progress.rows;

  it.each([
    ["gradient flow", {}, 0],
    ["kinetic", KINETIC, 0.02],
  ] as const)("%s: the risk of all data, without dissipation and its identity", (_, changes, temperature) => {
    const full = kept(runOf({}, changes, temperature));
    for (const batch of [22, 4, { size: 4, estimator: "svrg" }]) {
      const rows = kept(runOf({ batch }, changes, temperature));
      const names = Object.keys(full[0].observables).filter((name) => !/^(dissipation|identity)/.test(name));
      expect(names).toContain("risk");
      expect(Object.keys(full[0].observables).length).toBeGreaterThan(names.length);
      for (const row of rows) expect(Object.keys(row.observables)).toEqual(names);
      expect(rows[0].observables.risk).toBe(full[0].observables.risk);
      expect(rows[0].observables.energy).toBe(full[0].observables.energy);
    }
    const all = kept(runOf({ batch: 22 }, changes, temperature));
    for (const [i, { observables }] of all.entries()) {
      expect(Math.abs(observables.risk - full[i].observables.risk)).toBeLessThan(1e-12);
    }
    expect(kept(runOf({ batch: 4 }, changes, temperature))[5].observables.risk).not.toBe(
      full[5].observables.risk,
    );
  });

  it("every width sees the same batches, another replica others: N equal neurons move as one", () => {
    const equal = { initial: { kind: "gaussian", mean: [0.7, 0.4, -0.6, 0.2], std: 0 } };
    const batch = { size: 3, sampling: "with-replacement" };
    const end = (width: number, replica: number) =>
      kept({ ...runOf({ batch, width }, equal), replica })[5].observables.mean_theta_0;
    expect(Math.abs(end(1, 0) - end(19, 0))).toBeLessThan(1e-13);
    expect(Math.abs(end(1, 0) - end(1, 1))).toBeGreaterThan(1e-4);
  });
});

describe("the notice of added temperature", () => {
  const noticesOf = (run: ParticleRun) => simulate(run).end.notices ?? [];

  it.each([
    ["Langevin", LANGEVIN, "hDC/2"],
    ["kinetic", KINETIC, "hC/2γ"],
  ] as const)("%s: of the end, from the network's own outputs", (_, changes, formula) => {
    const run = runOf({ batch: 4 }, changes, 0.02);
    const { end } = simulate(run);
    const snapshot = end.progress.snapshots.at(-1)!;
    const added = batchTemperature(run.problem, run.dynamics, run.batch!, {
      h: 0.1,
      t: 1.5,
      theta: snapshot.theta,
      outputs: snapshot.outputs,
    });
    expect(added).toBeGreaterThan(0);
    expect(end.notices).toHaveLength(1);
    expect(end.notices![0]).toContain("N = 30: batches of 4 of 22 add noise: at t = 1.5 about");
    expect(end.notices![0]).toContain(`${formula} = ${added.toPrecision(2)} to temperature 0.02`);
  });

  it("is the same after an interruption, said once, and nothing where batches add nothing", () => {
    const run = runOf({ batch: 4 }, LANGEVIN, 0.02);
    const { saved } = simulate(run, undefined, 7);
    expect(simulate(run, saved).end.notices).toEqual(noticesOf(run));
    expect(noticesOf({ ...run, replica: 1 })).toEqual([]);
    expect(noticesOf(runOf({ batch: { size: 4, estimator: "svrg" } }, LANGEVIN, 0.02))).toEqual([]);
    expect(noticesOf(runOf({ batch: 22 }, LANGEVIN, 0.02))).toEqual([]);
    expect(noticesOf(runOf({ batch: { size: 11, sampling: "reshuffled" } }, LANGEVIN, 0.02))).toEqual([]);
    expect(noticesOf(runOf({ batch: 4 }))).toEqual([]);
    expect(noticesOf(runOf({}, LANGEVIN, 0.02))).toEqual([]);
  });
});

describe("the plan of a run", () => {
  it("anchors svrg once a pass over the data unless told, and costs what it evaluates", () => {
    expect(runOf({}).batch).toBeNull();
    expect(runOf({ batch: 4 }).batch).toEqual({
      size: 4,
      sampling: "without-replacement",
      estimator: "plain",
      anchor: null,
    });
    expect(runOf({ batch: { size: 4, estimator: "svrg" } }).batch?.anchor).toBe(6);
    expect(runOf({ batch: { size: 4, estimator: "svrg", anchor: 10 } }).batch?.anchor).toBe(10);
    const p = 4;
    expect(costOf(runOf({}))).toBe(30 * (22 + p));
    expect(costOf(runOf({ batch: 4 }))).toBe(30 * (4 + p));
    expect(costOf(runOf({ batch: { size: 4, estimator: "svrg", anchor: 11 } }))).toBe(30 * (8 + 2 + p));
  });

  it("is described and cited", () => {
    const built = (batch: unknown) => {
      const raw = { ...LEARNING, solvers: [{ particles: { width: [10, 20], batch } }] };
      const experiment = parseExperiment(raw, "spec.yaml");
      return buildExperiment(experiment, readInputs(experiment, directory));
    };
    const labels = (batch: unknown) => sourcesOf(built(batch)).map(({ label }) => label);
    expect(describeExperiment(built(4))).toContain("batches: 4 of 22 points, drawn without replacement");
    expect(describeExperiment(built({ size: 4, sampling: "reshuffled", estimator: "svrg" }))).toContain(
      "batches: 4 of 22 points, reshuffled every epoch; svrg, a full gradient every 6 steps",
    );
    expect(labels(4)).toEqual(expect.arrayContaining(["robbins1951", "suzuki2023"]));
    expect(labels({ size: 4, estimator: "svrg" })).toContain("johnson2013");
  });
});

describe("refused by name", () => {
  const messageOf = (act: () => unknown) => {
    try {
      act();
    } catch (error) {
      expect(error).toBeInstanceOf(MuflowError);
      expect((error as MuflowError).kind).toBe("input");
      return (error as MuflowError).message;
    }
    throw new Error("accepted");
  };

  it("a batch larger than the data: of a teacher, of a CSV file, of arrays", () => {
    writeFileSync(join(directory, "points.csv"), "x,y\n1,2\n2,3\n3,1\n");
    const one = { activation: "tanh", inputs: 1 };
    const worlds = [
      [LEARNING.problem, 22],
      [{ data: { csv: "points.csv", inputs: ["x"], target: "y" }, neuron: one }, 3],
      [{ data: { arrays: { x: [1, 2], y: [1, 1] } }, neuron: one }, 2],
    ] as const;
    for (const [world, M] of worlds) {
      const spec = (batch: unknown) => ({
        ...LEARNING,
        problem: world,
        solvers: [{ particles: { width: 3 } }, { particles: { width: 3, batch } }],
      });
      const build = (batch: unknown) => {
        const experiment = parseExperiment(spec(batch), "spec.yaml");
        return buildExperiment(experiment, readInputs(experiment, directory));
      };
      expect(build(M).runs).toHaveLength(2);
      expect(messageOf(() => build(M + 1))).toBe(
        `solvers.1.particles.batch: found size ${M + 1}, a batch larger than the data; allowed: a whole number from 1 to ${M}, the number of points`,
      );
    }
  });

  it("in the library: no data, sizes that are none, unknown words, an anchor nobody uses", async () => {
    const task = problem({
      data: fromArrays([1, 2, 3], [1, 0, 1]),
      neuron: neuron({ activation: "tanh", inputs: 1 }),
    });
    const course = { initial: gaussian({ mean: [0, 0, 0], std: [1, 1, 1] }), until: 1, step: 0.1 };
    const attempt = (batch: unknown, world = task, where = course) =>
      evolve(world, gradientFlow(), particles({ width: 3, batch: batch as number }), where);
    await expect(attempt(2)).resolves.toBeDefined();
    await expect(
      attempt({ size: 2, sampling: "with-replacement", estimator: "svrg" }),
    ).resolves.toBeDefined();
    await expect(attempt(4)).rejects.toThrow("particles.batch: found size 4, a batch larger than the data");
    await expect(attempt(0)).rejects.toThrow("found size 0; allowed: a whole number from 1 to 3");
    await expect(attempt(1.5)).rejects.toThrow("found size 1.5");
    await expect(attempt({ size: 2, sampling: "random" })).rejects.toThrow(
      'particles.batch.sampling: found "random"; allowed: without-replacement, with-replacement, reshuffled',
    );
    await expect(attempt({ size: 2, estimator: "saga" })).rejects.toThrow('estimator: found "saga"');
    await expect(attempt({ size: 2, anchor: 3 })).rejects.toThrow(
      "anchor: found 3; allowed: nothing without",
    );
    await expect(attempt({ size: 2, estimator: "svrg", anchor: 0 })).rejects.toThrow("anchor: found 0");
    const free = problem({ potential: { kind: "quadratic" } });
    const there = { ...course, initial: gaussian({ mean: [0], std: [1] }) };
    await expect(attempt(1, free, there)).rejects.toThrow(
      "particles.batch: found 1; allowed: nothing without problem.data",
    );
  });
});
