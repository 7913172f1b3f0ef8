import { describe, expect, it } from "vitest";
import { completeStudy } from "../prepare.ts";

const SPEC = {
  name: "fitted",
  problem: {
    data: { function: "sin", interval: [-2, 2], samples: 4 },
    neuron: { activation: "tanh", inputs: 1, output: "fixed", bias: false },
    regulariser: { l2: 0.1 },
    temperature: 0.1,
  },
  dynamics: { kind: "langevin" },
  initial: { kind: "gaussian", mean: [0], std: [0.7] },
  time: { until: 1, step: 0.1, record: 5, snapshots: [0, 0.5, 1] },
  solvers: [{ particles: { width: [4, 8, 16], replicas: 2 } }, { grid: { cells: [160], extent: [[-5, 5]] } }],
  sweep: { "problem.temperature": [0.1, 0.2, 0.4], "problem.neuron.activation": ["tanh", "erf"] },
};

const prepare = (fit: object, spec: object = SPEC) =>
  completeStudy({ path: "spec.yaml", raw: { ...spec, fits: [{ quantity: "risk", along: "time" }, fit] } });

describe("fits of what a study will have", () => {
  it.each([
    { quantity: "f_rms", along: "width", against: "grid" },
    { quantity: "w1", along: "width" },
    { quantity: "w2", along: "width", against: "grid", at: 0.5 },
    { quantity: "risk", along: "width", against: "grid", at: 0.6 },
    { quantity: "gap", along: "time", law: "exponential", solver: "grid" },
    { quantity: "var_theta_0", along: "problem.temperature", solver: "particles" },
  ])("are taken: %j", async (fit) => {
    expect((await prepare(fit)).fits).toHaveLength(2);
  });

  it("of a distance between two grids, neither of which is named", async () => {
    const [, grid] = SPEC.solvers;
    const finer = { grid: { cells: [200], extent: [[-5, 5]] } };
    const study = prepare(
      { quantity: "w1", along: "time", solver: "grid" },
      { ...SPEC, solvers: [grid, finer, ...SPEC.solvers.slice(0, 1)] },
    );
    expect((await study).fits).toHaveLength(2);
  });
});

describe("before anything is computed, a fit is refused", () => {
  it.each([
    [
      { quantity: "rsk", along: "width" },
      'quantity: found rsk; allowed: of particles with problem.temperature = 0.1, problem.neuron.activation = "tanh": risk, energy, dual, mean_theta_0, var_theta_0; between its laws: f_rms, w1, w2, energy_distance; did you mean "risk"?',
    ],
    [{ quantity: "gap", along: "width" }, "quantity: found gap; allowed: of particles with"],
    [
      { quantity: "dissipation", along: "width", against: "grid" },
      "quantity: found dissipation; allowed: of particles with",
    ],
    [{ quantity: "sliced_w1", along: "width", against: "grid" }, "quantity: found sliced_w1"],
    [
      { quantity: "risk", along: "widht" },
      'along: found widht; allowed: width (of particles), time, or a key of sweep (problem.temperature, problem.neuron.activation); did you mean "width"?',
    ],
    [{ quantity: "risk", along: "cells" }, "along: found cells; allowed: width (of particles)"],
    [
      { quantity: "risk", along: "problem.neuron.activation" },
      'along: found problem.neuron.activation with "tanh"; allowed: a key swept over numbers',
    ],
    [
      { quantity: "risk", along: "width", law: "exponential" },
      "law: found exponential along width; allowed: power, or along: time",
    ],
    [
      { quantity: "risk", along: "time", solver: "jko" },
      "solver: found jko; allowed: a solver of this study: particles, grid",
    ],
    [
      { quantity: "risk", along: "width", against: "stationary" },
      "against: found stationary; allowed: a solver of this study: grid",
    ],
    [
      { quantity: "risk", along: "width", at: 0.5 },
      'at: found 0.5; allowed: a recorded time with problem.temperature = 0.1, problem.neuron.activation = "tanh": a multiple of 0.2 up to 1',
    ],
    [
      { quantity: "w1", along: "width", at: 0.6 },
      'at: found 0.6; allowed: a time of time.snapshots with problem.temperature = 0.1, problem.neuron.activation = "tanh": 0, 0.5, 1',
    ],
    [{ quantity: "risk", along: "time", at: 1 }, "at: found 1 with along: time; leave it out"],
  ])("%j", async (fit, message) => {
    await expect(prepare(fit)).rejects.toMatchObject({ exitCode: 2 });
    await expect(prepare(fit)).rejects.toThrow(`spec.yaml: fits.1.${message}`);
  });

  it("of a distance from several densities, or from none", async () => {
    const [networks, grid] = SPEC.solvers;
    const several = {
      ...SPEC,
      solvers: [networks, grid, { stationary: { cells: [160], extent: [[-5, 5]] } }],
    };
    await expect(prepare({ quantity: "w1", along: "width" }, several)).rejects.toThrow(
      "fits.1.against: found nothing; allowed: what w1 is a distance from: grid, stationary",
    );
    await expect(
      prepare({ quantity: "w1", along: "width" }, { ...SPEC, solvers: [networks] }),
    ).rejects.toThrow(
      "fits.1.against: found nothing; allowed: what w1 is a distance from: a density, of which there is none",
    );
  });

  it("that is against what it cannot be against, which is not offered", async () => {
    const [networks, grid] = SPEC.solvers;
    const second = { grid: { cells: [200], extent: [[-5, 5]] } };
    const stationary = { stationary: { cells: [160], extent: [[-5, 5]] } };
    const refused = (fit: object, solvers: object[], message: string) =>
      expect(prepare(fit, { ...SPEC, solvers })).rejects.toThrow(`fits.1.against: ${message}`);
    await refused(
      { quantity: "risk", along: "width", against: "moments" },
      [networks!, grid!, stationary],
      "found moments; allowed: a solver of this study: grid, stationary",
    );
    await refused(
      { quantity: "w1", along: "time", against: "stationary" },
      [networks!, grid!, stationary],
      "found stationary; allowed: grid along time: w1 from",
    );
    await refused(
      { quantity: "w1", along: "time", solver: "grid", against: "jko" },
      [networks!, grid!, second, stationary],
      "found jko; allowed: a solver of this study that w1 is a distance from: grid",
    );
    await refused(
      { quantity: "risk", along: "time", solver: "grid", against: "jko" },
      [networks!, grid!],
      "found jko; allowed: nothing, as there is none to compare with",
    );
    // Of two densities that move and one at rest, along time.
    await refused(
      { quantity: "w1", along: "time" },
      [networks!, grid!, { jko: { cells: 160, extent: [[-5, 5]], method: "quantile" } }, stationary],
      "found nothing; allowed: what w1 is a distance from: grid, jko",
    );
  });

  it("of closed equations, which have no size and no law to be far from", async () => {
    const spec = {
      ...SPEC,
      problem: { ...SPEC.problem, neuron: { ...SPEC.problem.neuron, activation: "identity" } },
      solvers: [{ moments: {} }, ...SPEC.solvers.slice(1)],
      sweep: { "problem.temperature": [0.1, 0.2, 0.4] },
    };
    const refused = async (fit: object, message: string) =>
      expect(completeStudy({ path: "spec.yaml", raw: { ...spec, fits: [fit] } })).rejects.toThrow(message);
    await refused(
      { quantity: "risk", along: "cells", solver: "moments" },
      "along: found cells; allowed: time, or a key of sweep (problem.temperature)",
    );
    await refused(
      { quantity: "w1", along: "problem.temperature", solver: "moments", against: "grid" },
      "quantity: found w1; allowed: of moments with",
    );
    await refused(
      { quantity: "w1", along: "problem.temperature", solver: "grid", against: "moments" },
      "against: found moments; allowed: nothing, as there is none to compare with",
    );
    await refused(
      { quantity: "w1", along: "time", solver: "moments", against: "jko" },
      "against: found jko; allowed: a solver of this study that w1 is a distance from: grid",
    );
    await refused(
      { quantity: "risk", along: "time", solver: "grid", against: "jko" },
      "against: found jko; allowed: a solver of this study: moments",
    );
    // Nothing is between the laws of what has none.
    const near = completeStudy({
      path: "spec.yaml",
      raw: { ...spec, fits: [{ quantity: "w3", along: "time", solver: "grid", against: "moments" }] },
    });
    await expect(near).rejects.toThrow(/quantity: found w3; allowed: of moments with .*: risk, [^;]*$/);
    // What the solver itself records, the one that it is compared with does not.
    await refused(
      { quantity: "mass", along: "time", solver: "grid", against: "moments" },
      "quantity: found mass; allowed: of moments with",
    );
  });

  it("for a point that lacks what others have", async () => {
    const sweep = { "time.until": [1, 0.4] };
    const spec = { ...SPEC, time: { until: 1, step: 0.1, record: 2, snapshots: [0] }, sweep };
    await expect(prepare({ quantity: "risk", along: "width", at: 0.5 }, spec)).rejects.toThrow(
      "fits.1.at: found 0.5; allowed: a recorded time with time.until = 0.4: a multiple of 0.2 up to 0.4",
    );
  });

  it.each([
    [
      { along: "time.step" },
      { particles: { width: 8, replicas: 4 } },
      {},
      "found time.step for particles: order in the step needs paired noise",
    ],
    [
      { along: "time.step" },
      { particles: { width: 8 } },
      {},
      "found time.step for particles: order in the step needs paired noise",
    ],
    [
      { along: "time.step" },
      { particles: { width: 8, replicas: 4, batch: 2 } },
      { temperature: 0 },
      "found time.step for particles: order in the step needs paired noise",
    ],
    [
      { along: "time.step", quantity: "f_rms", against: "grid" },
      { particles: { width: 8, replicas: 4 } },
      { temperature: 0 },
      "found time.step for particles: the distance of networks from grid is that of N → ∞",
    ],
  ])("that could not be resolved: %j of %j", async (fit, networks, task, message) => {
    const [, grid] = SPEC.solvers;
    const spec = {
      ...SPEC,
      problem: { ...SPEC.problem, ...task },
      dynamics: { kind: "temperature" in task ? "gradient-flow" : "langevin" },
      solvers: [networks, grid],
      sweep: { "time.step": [0.1, 0.05, 0.025, 0.0125] },
    };
    await expect(prepare({ quantity: "risk", ...fit }, spec)).rejects.toThrow(
      `spec.yaml: fits.1.along: ${message}`,
    );
  });

  it.each([
    [
      { along: "initial.mean.0" },
      { "initial.mean.0": [-1, 0, 1] },
      "along: found initial.mean.0 with -1; allowed: numbers > 0, of which powers are taken",
    ],
    [
      { along: "initial.mean.0", solver: "particles", quantity: "risk" },
      { "initial.mean.0": [0, 1] },
      "along: found initial.mean.0 with 0; allowed: numbers > 0",
    ],
    [
      { along: "time.step" },
      { "time.step": [0.2, 0.1, 0.04] },
      "along: found time.step in the ratios 2.5 and 2; allowed: one ratio, such as 2, where the change from one to the next is fitted, or a solver under against",
    ],
    [
      { along: "cells" },
      { "solvers.0.grid.cells": [100, 200, 300] },
      "along: found cells in the ratios 2 and 1.5; allowed: one ratio",
    ],
    [
      { along: "time.step", against: "grid" },
      { "time.step": [0.2, 0.1] },
      "against: found grid, the only one there is, against itself; leave it out",
    ],
    [
      { along: "time", against: "stationary", quantity: "w2" },
      { "problem.temperature": [0.1, 0.2] },
      "against: found stationary; allowed: nothing along time: w2 from an equilibrium is known at the last snapshot only",
    ],
  ])("of levels without a law: %j, %j", async (fit, sweep, message) => {
    const extent = [[-6, 6]];
    const solvers = [
      { grid: { cells: 160, extent } },
      { stationary: { cells: 160, extent } },
      { particles: { width: 4 } },
    ];
    const spec = { ...SPEC, time: { until: 1, step: 0.1, record: 5 }, solvers, sweep };
    await expect(prepare({ quantity: "energy", solver: "grid", ...fit }, spec)).rejects.toMatchObject({
      exitCode: 2,
    });
    await expect(prepare({ quantity: "energy", solver: "grid", ...fit }, spec)).rejects.toThrow(message);
  });

  it("of grids that one number of cells stands for", async () => {
    const spec = {
      ...SPEC,
      dynamics: { kind: "kinetic", friction: 1 },
      solvers: [
        {
          grid: {
            cells: [96, 64],
            extent: [
              [-5, 5],
              [-3, 3],
            ],
          },
        },
      ],
      sweep: {
        "solvers.0.grid.cells": [
          [96, 64],
          [96, 96],
          [128, 96],
        ],
      },
    };
    const fit = { quantity: "energy", solver: "grid", along: "cells" };
    const study = completeStudy({ path: "spec.yaml", raw: { ...spec, fits: [fit] } });
    await expect(study).rejects.toThrow(
      "fits.0.along: found cells 96×64 and 96×96, whose first is the same; allowed: another first one for each",
    );
  });

  it("in characters that are not seen say which", async () => {
    await expect(prepare({ quantity: "\u200brisk", along: "width" })).rejects.toThrow(
      "fits.1.quantity: found \\u200brisk; allowed: ",
    );
    await expect(prepare({ quantity: "risk", along: "w\tidth" })).rejects.toThrow(
      "fits.1.along: found w\\tidth; allowed: ",
    );
  });

  const box = (cells: number) => ({ grid: { cells, extent: [[-6, 6]] } });
  const SHORT = [{ particles: { width: [20, 200], replicas: 2 } }, box(160)];
  it.each<[string, object, object, string]>([
    [
      "two widths",
      { along: "width" },
      { solvers: SHORT },
      "found 2 levels of width: 20, 200; allowed: ≥ 3, for a slope and a look at whether it is one",
    ],
    [
      "two widths beside a density",
      { quantity: "f_rms", along: "width", against: "grid" },
      { solvers: SHORT },
      "found 2 levels of width: 20, 200; allowed: ≥ 3",
    ],
    [
      "one width a point",
      { along: "width" },
      { sweep: { "solvers.0.particles.width": [20, 40] } },
      "found 2 levels of width: 20, 40; allowed: ≥ 3",
    ],
    [
      "widths enough for two laws that are one short each",
      { along: "width" },
      {
        solvers: [
          { particles: { width: [8, 16, 32], replicas: 2 } },
          { particles: { width: [16, 32, 64], replicas: 2, batch: 2 } },
        ],
      },
      "found 2 levels of width: 8, 64; allowed: ≥ 3",
    ],
    [
      "two values of a swept key",
      { along: "problem.temperature" },
      { sweep: { "problem.temperature": [0.1, 0.2] } },
      "found 2 levels of problem.temperature: 0.1, 0.2; allowed: ≥ 3",
    ],
    [
      "two differences in the step",
      { along: "time.step", solver: "grid", against: "stationary" },
      {
        solvers: [box(160), { stationary: { cells: 160, extent: [[-6, 6]] } }, ...SHORT.slice(0, 1)],
        sweep: { "time.step": [0.2, 0.1] },
      },
      "found 2 levels of time.step: 0.1, 0.2; allowed: ≥ 3",
    ],
    [
      "three steps, of which two changes are left",
      { along: "time.step", solver: "grid" },
      { sweep: { "time.step": [0.2, 0.1, 0.05] } },
      "found 3 levels of time.step: 0.05, 0.1, 0.2; allowed: ≥ 4, whose changes from one to the next are fitted, or a solver under against",
    ],
    [
      "three grids, the last of which the others are compared with",
      { quantity: "w1", along: "cells", solver: "grid", against: "grid" },
      { solvers: [box(40), box(80), box(160), ...SHORT.slice(0, 1)] },
      "found 2 levels of cells: 40, 80; allowed: ≥ 3",
    ],
    [
      "networks without replicas",
      { along: "width" },
      { solvers: [{ particles: { width: [20, 40, 80] } }, box(160)] },
      "found solvers.0.particles with replicas 1; allowed: replicas ≥ 2, whose scatter is the error",
    ],
  ])("of fewer levels than a law needs is told of before anything runs: %s", async (_, fit, change, lack) => {
    const spec = {
      ...SPEC,
      time: { until: 1, step: 0.1, record: 5 },
      sweep: { "problem.neuron.activation": ["tanh", "erf"] },
      ...change,
      fits: [{ quantity: "energy", ...fit }],
    };
    const { lacks } = await completeStudy({ path: "spec.yaml", raw: spec });
    expect(lacks).toHaveLength(1);
    expect(lacks[0]!.startsWith(`fits.0: ${lack}`)).toBe(true);
    expect(lacks[0]!.endsWith(": this fit will say no more than that")).toBe(true);
  });

  it.each<[string, object, object, string]>([
    [
      "one run of two points",
      { along: "width" },
      {
        sweep: {
          "solvers.0.particles.width": [
            [8, 16],
            [16, 32],
          ],
        },
      },
      "found width = 16 both with solvers.0.particles.width = [8,16] and with solvers.0.particles.width = [16,32], runs that would count as replicas; allowed: each once",
    ],
    [
      "one run of all points",
      { along: "cells", solver: "grid" },
      {
        solvers: [box(40), box(400), ...SHORT.slice(0, 1)],
        sweep: { "solvers.0.grid.cells": [50, 100, 200] },
      },
      "found cells = 400 both with solvers.0.grid.cells = 50 and with solvers.0.grid.cells = 100",
    ],
  ])("that would count a run twice: %s", async (_, fit, change, message) => {
    const spec = {
      ...SPEC,
      time: { until: 1, step: 0.1, record: 5 },
      sweep: { "problem.neuron.activation": ["tanh", "erf"] },
      ...change,
    };
    await expect(prepare({ quantity: "energy", ...fit }, spec)).rejects.toMatchObject({ exitCode: 2 });
    await expect(prepare({ quantity: "energy", ...fit }, spec)).rejects.toThrow(
      `spec.yaml: fits.1.along: ${message}`,
    );
  });

  it("but not where one of several groups has levels enough", async () => {
    const solvers = [
      { particles: { width: [8, 16, 32, 64], replicas: 2 } },
      { particles: { width: 16, replicas: 2, batch: 2 } },
    ];
    expect((await prepare({ quantity: "risk", along: "width" }, { ...SPEC, solvers })).fits).toHaveLength(2);
  });

  it("but not uneven levels of differences from another solver", async () => {
    const extent = [[-6, 6]];
    const solvers = [
      { grid: { cells: 160, extent } },
      { stationary: { cells: 160, extent } },
      { particles: { width: 4 } },
    ];
    const spec = { ...SPEC, solvers, sweep: { "problem.temperature": [0.1, 0.2, 0.3] } };
    const fit = { quantity: "energy", along: "problem.temperature", solver: "grid", against: "stationary" };
    expect((await prepare(fit, spec)).fits).toHaveLength(2);
  });

  it("but not the order in the step of networks without noise, of one replica", async () => {
    const spec = {
      ...SPEC,
      problem: { ...SPEC.problem, temperature: 0 },
      dynamics: { kind: "gradient-flow" },
      solvers: [{ particles: { width: 8 } }],
      sweep: { "time.step": [0.1, 0.05, 0.025, 0.0125] },
    };
    expect((await prepare({ quantity: "risk", along: "time.step" }, spec)).fits).toHaveLength(2);
  });
});
