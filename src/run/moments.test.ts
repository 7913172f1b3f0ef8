// The solver `moments`: against the closed forms of limits/gaussian.ts, whose flows are exact in time, and against densities on a grid where no closed form is
// known; its order in the step; and that the functional falls as fast as its dissipation says.

import { describe, expect, it } from "vitest";
import {
  annealedAt,
  birthDeathAt,
  energyOf,
  freeEnergyOf,
  hamiltonianOf,
  kineticAt,
  langevinAt,
  linearNeuron,
  quadraticMcKeanVlasov,
} from "../limits/gaussian.ts";
import { parseExperiment } from "../spec/schema.ts";
import { buildExperiment, readInputs } from "./build.ts";
import { CONTROL, type Progress } from "./progress.ts";
import { checkRun, simulate } from "./solvers/list.ts";

const arrays = { x: [[-1], [0.4], [1.1]], y: [-0.8, 0.3, 0.9] };
const neuron = { activation: "identity", inputs: 1, output: "fixed", bias: false };
const linear = {
  name: "moments",
  problem: { data: { arrays }, neuron, regulariser: { l2: 0.3 }, temperature: 0.1 },
  dynamics: { kind: "langevin" },
  initial: { kind: "gaussian", mean: -1, std: 0.5 },
  time: { until: 2, step: 0.05, record: 4 },
  solvers: [{ moments: {} }],
};

function ran(changes: object = {}) {
  const experiment = parseExperiment({ ...linear, ...changes }, "spec.yaml");
  const { problem, runs } = buildExperiment(experiment, readInputs(experiment, "."));
  const ends = runs.map((run) => {
    checkRun(run);
    const end = simulate(run);
    expect(end.failure).toBe(undefined);
    return end.progress.rows;
  });
  return { problem, runs, rows: ends[0]!, others: ends.slice(1) };
}

const START = { mean: -1, variance: 0.25 };

describe("a linear neuron", () => {
  it("under Langevin dynamics is the closed form, its energies too", () => {
    const { problem, rows } = ran();
    const numbers = linearNeuron(problem);
    for (const { t, observables } of rows) {
      const exact = langevinAt(numbers, START, t);
      expect(observables.mean_theta_0).toBeCloseTo(exact.mean, 7);
      expect(observables.var_theta_0).toBeCloseTo(exact.variance, 7);
      expect(observables.energy).toBeCloseTo(energyOf(numbers, exact), 7);
      expect(observables.free_energy).toBeCloseTo(freeEnergyOf(numbers, exact), 7);
      if (t > 0) expect(observables.identity_residual!).toBeLessThan(1e-5);
    }
  });

  it("with births and deaths is theirs", () => {
    const { problem, rows } = ran({ dynamics: { kind: "birth-death", rate: 1.5 } });
    const exact = birthDeathAt(linearNeuron(problem), { rate: 1.5 }, START, 2);
    expect(rows.at(-1)!.observables).toMatchObject({
      mean_theta_0: expect.closeTo(exact.mean, 6),
      var_theta_0: expect.closeTo(exact.variance, 6),
    });
    expect(rows.at(-1)!.observables.identity_residual!).toBeLessThan(1e-4);
  });

  it("cooled follows the temperature, and the identity holds with the heat that is taken out", () => {
    const { problem, runs, rows } = ran({
      problem: { ...linear.problem, temperature: 0 },
      dynamics: { kind: "annealed-langevin", constant: 0.2 },
    });
    const { dynamics } = runs[0]!;
    const tau = (t: number) => (dynamics.order === "first" ? dynamics.temperature!.at(t) : Number.NaN);
    const exact = annealedAt(linearNeuron(problem), START, tau, 2);
    const { observables } = rows.at(-1)!;
    expect(observables.var_theta_0).toBeCloseTo(exact.variance, 6);
    expect(observables.temperature).toBe(tau(2));
    expect(observables.identity_residual!).toBeLessThan(1e-4);
  });

  it("with momenta is the affine flow, H falling as its dissipation says", () => {
    const initial = { ...linear.initial, momentum: { mean: 0.4, std: 0.6 } };
    const { problem, rows } = ran({ dynamics: { kind: "kinetic", friction: 0.7 }, initial });
    const numbers = linearNeuron(problem);
    const start = { theta: -1, omega: 0.4, varTheta: 0.25, covariance: 0, varOmega: 0.36 };
    for (const { t, observables } of rows) {
      const exact = kineticAt(numbers, 0.7, start, t);
      expect(observables).toMatchObject({
        mean_theta_0: expect.closeTo(exact.theta, 6),
        mean_omega_0: expect.closeTo(exact.omega, 6),
        var_theta_0: expect.closeTo(exact.varTheta, 6),
        var_omega_0: expect.closeTo(exact.varOmega, 6),
        cov_theta_0_omega_0: expect.closeTo(exact.covariance, 6),
        free_energy: expect.closeTo(hamiltonianOf(numbers, exact), 6),
      });
      if (t > 0) expect(observables.identity_residual!).toBeLessThan(1e-4);
    }
  });

  it("is of order 4 in the step", () => {
    const error = (step: number) => {
      const { problem, rows } = ran({ time: { until: 2, step, record: 1 } });
      return Math.abs(
        rows.at(-1)!.observables.mean_theta_0! - langevinAt(linearNeuron(problem), START, 2).mean,
      );
    };
    expect(Math.log2(error(0.2) / error(0.1))).toBeCloseTo(4, 0.5);
  });
});

it("two coordinates with W and mobility are their own closed forms", () => {
  const { rows } = ran({
    problem: {
      potential: { kind: "quadratic", strength: 0.6 },
      interaction: { kind: "quadratic", strength: 0.9 },
      temperature: 0.2,
    },
    initial: { kind: "gaussian", mean: [1, -2], std: [0.5, 1.5] },
  });
  for (const [k, mean, variance] of [
    [0, 1, 0.25],
    [1, -2, 2.25],
  ] as const) {
    const exact = quadraticMcKeanVlasov({ a: 0.6, b: 0.9, tau: 0.2 }, { mean, variance }, 2);
    expect(rows.at(-1)!.observables[`mean_theta_${k}`]).toBeCloseTo(exact.mean, 6);
    expect(rows.at(-1)!.observables[`var_theta_${k}`]).toBeCloseTo(exact.variance, 6);
  }
});

// A density knows nothing of Gaussians: what is only approximate in it is of its cells and its step.
it.each([
  ["mobilities", { kind: "langevin", mobility: { w: 1, b: 0.3 } }],
  ["birth–death", { kind: "birth-death", rate: 0.8 }],
])("a logistic risk with a bias is that of a density: %s", (_, dynamics) => {
  const labels = { x: [[-1], [0.4], [1.1], [-0.3]], y: [-1, 1, 1, 1] };
  const grid = { cells: [160, 160], extent: [[-5, 5]], scheme: "second-order" };
  const { rows, others } = ran({
    problem: {
      data: { arrays: labels },
      neuron: { ...neuron, bias: true },
      loss: "logistic",
      regulariser: { l2: { w: 0.5, b: 0.2 } },
      temperature: 0.15,
    },
    dynamics,
    initial: { kind: "gaussian", mean: [-0.5, 0.5], std: [0.5, 0.6] },
    time: { until: 1, step: 0.02, record: 5 },
    solvers: [{ moments: {} }, { grid }],
  });
  const density = others[0]!;
  for (const [n, { observables }] of rows.entries()) {
    for (const [name, value] of Object.entries(observables)) {
      if (name === "identity_residual") continue;
      expect(Math.abs(value - density[n]!.observables[name]!), `${name} at record ${n}`).toBeLessThan(3e-3);
    }
  }
});

it("records how the outputs fit, on data to test on too", () => {
  const labels = { x: [[-1], [0.4], [1.1], [-0.3]], y: [-1, 1, 1, 1] };
  const { rows } = ran({
    problem: { ...linear.problem, data: { arrays: labels, test: { fraction: 0.5 } }, loss: "logistic" },
  });
  expect(Object.keys(rows[0]!.observables)).toEqual(
    expect.arrayContaining(["risk", "test_risk", "accuracy", "test_accuracy"]),
  );
});

it("stopped and resumed has the same bits", () => {
  const experiment = parseExperiment(linear, "spec.yaml");
  const [run] = buildExperiment(experiment, readInputs(experiment, ".")).runs;
  const whole = simulate(run!).progress;
  for (const stop of [1, 2, 3, 17, 39]) {
    let saved: Progress | null = null;
    simulate(run!, {
      control: (n) => (n === stop ? CONTROL.save | CONTROL.stop : CONTROL.none),
      save: (progress) => {
        saved = structuredClone(progress);
      },
    });
    expect(simulate(run!, {}, saved! as Progress<never>).progress).toEqual(whole);
  }
});

it("a step that is too large ends the run, which says so", () => {
  const experiment = parseExperiment({ ...linear, time: { until: 4000, step: 10 } }, "spec.yaml");
  const [run] = buildExperiment(experiment, readInputs(experiment, ".")).runs;
  expect(simulate(run!)).toMatchObject({
    status: "broken",
    failure: expect.stringMatching(/^moments: at step \d+ .*try a smaller time\.step/),
  });
});

describe("refuses, by key,", () => {
  it.each([
    [
      "activation",
      { problem: { ...linear.problem, neuron: { ...neuron, activation: "tanh" } } },
      /problem\.neuron\.activation: found "tanh"; allowed: identity with moments/,
    ],
    [
      "output",
      { problem: { ...linear.problem, neuron: { ...neuron, output: "trained" } }, initial: linear.initial },
      /problem\.neuron\.output: found "trained"; allowed: fixed/,
    ],
    [
      "potential",
      { problem: { ...linear.problem, potential: { kind: "double-well" } } },
      /problem\.potential\.kind: found "double-well"; allowed: quadratic/,
    ],
    [
      "interaction",
      { problem: { ...linear.problem, interaction: { kind: "cosine", strength: 1 } } },
      /problem\.interaction\.kind: found "cosine"; allowed: quadratic/,
    ],
    [
      "domain",
      {
        problem: { temperature: 0.1, domain: "torus", potential: { kind: "cosine" } },
        initial: { ...linear.initial, mean: [0] },
      },
      /problem\.domain: found "torus"; allowed: plane/,
    ],
    [
      "start",
      { initial: { kind: "uniform", low: 0, high: 1 } },
      /initial\.kind: found "uniform"; allowed: gaussian/,
    ],
    [
      "width of the start",
      { initial: { ...linear.initial, std: 0 } },
      /initial\.std: found 0; allowed: numbers > 0 with moments/,
    ],
    [
      "friction",
      {
        problem: { ...linear.problem, temperature: 0 },
        dynamics: { kind: "kinetic", friction: { nesterov: 3 } },
      },
      /dynamics\.friction: found .*; allowed: finite friction at t = 0/,
    ],
  ])("%s", (_, changes, message) => {
    expect(() => parseExperiment({ ...linear, ...changes }, "spec.yaml")).toThrow(message);
  });
});
