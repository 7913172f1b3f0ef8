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
  time: { until: 2, step: 0.02, record: 4 },
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
      expect(observables.mean_theta_0).toBeCloseTo(exact.mean, 8);
      expect(observables.var_theta_0).toBeCloseTo(exact.variance, 9);
      expect(observables.energy).toBeCloseTo(energyOf(numbers, exact), 7);
      expect(observables.free_energy).toBeCloseTo(freeEnergyOf(numbers, exact), 7);
      if (t > 0) expect(observables.identity_residual!).toBeLessThan(1e-6);
    }
  });

  it("with births and deaths is theirs", () => {
    const { problem, rows } = ran({ dynamics: { kind: "birth-death", rate: 1.5 } });
    const exact = birthDeathAt(linearNeuron(problem), { rate: 1.5 }, START, 2);
    expect(rows.at(-1)!.observables).toMatchObject({
      mean_theta_0: expect.closeTo(exact.mean, 6),
      var_theta_0: expect.closeTo(exact.variance, 8),
    });
    expect(rows.at(-1)!.observables.identity_residual!).toBeLessThan(1e-6);
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
    expect(observables.var_theta_0).toBeCloseTo(exact.variance, 8);
    expect(observables.temperature).toBe(tau(2));
    expect(observables.identity_residual!).toBeLessThan(1e-6);
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
      if (t > 0) expect(observables.identity_residual!).toBeLessThan(1e-6);
    }
  });

  // (t + 1)u is a spring's where ü + 2u̇/(t + 1) + κu = 0.
  it.each([0, 0.6])("under a friction that fades swings as a spring over t, ω from N(0, %f²)", (std) => {
    const { problem, rows } = ran({
      problem: { ...linear.problem, temperature: 0 },
      dynamics: { kind: "kinetic", friction: { nesterov: 2, from: 1 } },
      initial: std === 0 ? linear.initial : { ...linear.initial, momentum: { mean: 0, std } },
      time: { until: 2, step: 0.02, record: 10 },
    });
    const { s, c, lambda } = linearNeuron(problem);
    const swing = (stiffness: number, u: number, speed: number, t: number) => {
      const k = Math.sqrt(stiffness);
      const [cos, sin] = [Math.cos(k * t), Math.sin(k * t)];
      const now = (u * cos + ((u + speed) * sin) / k) / (t + 1);
      return [now, ((u + speed) * cos - k * u * sin - now) / (t + 1)] as const;
    };
    const rest = c / (s + lambda);
    for (const { t, observables } of rows) {
      const [mean, speed] = swing(s + lambda, START.mean - rest, 0, t);
      const [P, p] = swing(lambda, 1, 0, t);
      const [Q, q] = swing(lambda, 0, 1, t);
      expect(observables).toMatchObject({
        mean_theta_0: expect.closeTo(rest + mean, 6),
        mean_omega_0: expect.closeTo(speed, 6),
        var_theta_0: expect.closeTo(P * P * START.variance + Q * Q * std ** 2, 6),
        var_omega_0: expect.closeTo(p * p * START.variance + q * q * std ** 2, 6),
        cov_theta_0_omega_0: expect.closeTo(P * p * START.variance + Q * q * std ** 2, 6),
        dissipation: expect.closeTo(
          (2 / (t + 1)) * (speed ** 2 + p * p * START.variance + q * q * std ** 2),
          6,
        ),
      });
      if (t > 0) expect(observables.identity_residual!).toBeLessThan(1e-4);
    }
  });

  it("of two inputs whose columns are orthogonal is two of one input", () => {
    const x = [
      [1, 4],
      [2, -2],
    ];
    const y = [0.7, -0.4];
    const { rows } = ran({
      problem: { ...linear.problem, data: { arrays: { x, y } }, neuron: { ...neuron, inputs: 2 } },
      initial: { kind: "gaussian", mean: [-1, 0.5], std: [0.5, 0.7] },
      time: { until: 2, step: 0.02, record: 10 },
    });
    for (const { t, observables } of rows) {
      for (const [k, mean, std] of [
        [0, -1, 0.5],
        [1, 0.5, 0.7],
      ] as const) {
        const s = (x[0]![k]! ** 2 + x[1]![k]! ** 2) / 2;
        const c = (x[0]![k]! * y[0]! + x[1]![k]! * y[1]!) / 2;
        const own = { s, c, lambda: 0.3, tau: 0.1, constant: 0 };
        const exact = langevinAt(own, { mean, variance: std ** 2 }, t);
        expect(observables[`mean_theta_${k}`]).toBeCloseTo(exact.mean, 5);
        expect(observables[`var_theta_${k}`]).toBeCloseTo(exact.variance, 9);
      }
    }
  });

  it("of an input and a bias moves each at its mobility", () => {
    const { rows } = ran({
      problem: {
        ...linear.problem,
        data: { arrays: { x: [1, -1], y: [0.7, -0.4] } },
        neuron: { ...neuron, bias: true },
      },
      dynamics: { kind: "langevin", mobility: { w: 0.5, b: 2 } },
      initial: { kind: "gaussian", mean: [-1, 0.5], std: [0.5, 0.7] },
    });
    for (const { t, observables } of rows) {
      for (const [k, mean, variance, c, mobility] of [
        [0, -1, 0.25, 0.55, 0.5],
        [1, 0.5, 0.49, 0.15, 2],
      ] as const) {
        const own = { s: 1, c, lambda: 0.3, tau: 0.1, constant: 0 };
        const exact = langevinAt(own, { mean, variance }, mobility * t);
        expect(observables[`mean_theta_${k}`]).toBeCloseTo(exact.mean, 7);
        expect(observables[`var_theta_${k}`]).toBeCloseTo(exact.variance, 9);
      }
    }
  });

  it("is of order 4 in the step", () => {
    const error = (step: number) => {
      const { problem, rows } = ran({ time: { until: 2, step, record: 1 } });
      return Math.abs(
        rows.at(-1)!.observables.mean_theta_0! - langevinAt(linearNeuron(problem), START, 2).mean,
      );
    };
    const order = Math.log2(error(0.1) / error(0.05));
    expect(Math.abs(order - 4), `order ${order}`).toBeLessThan(0.1);
  });
});

it("two coordinates with W are their own closed forms", () => {
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

it("two coordinates with momenta and W are too, from ω of the equilibrium by default", () => {
  const { rows } = ran({
    problem: {
      potential: { kind: "quadratic", strength: 0.6 },
      interaction: { kind: "quadratic", strength: 0.9 },
      temperature: 0.2,
    },
    dynamics: { kind: "kinetic", friction: 0.7 },
    initial: { kind: "gaussian", mean: [1, -2], std: [0.5, 1.5] },
  });
  // W pulls at what is beside the mean alone: a + b there, a at the mean itself.
  const numbers = { s: -0.9, c: 0, lambda: 0.6 + 0.9, tau: 0.2, constant: 0 };
  for (const { t, observables } of rows) {
    const laws = [
      { theta: 1, varTheta: 0.25 },
      { theta: -2, varTheta: 2.25 },
    ].map((start) => kineticAt(numbers, 0.7, { ...start, omega: 0, covariance: 0, varOmega: 0.2 }, t));
    for (const [k, exact] of laws.entries()) {
      expect(observables).toMatchObject({
        [`mean_theta_${k}`]: expect.closeTo(exact.theta, 6),
        [`mean_omega_${k}`]: expect.closeTo(exact.omega, 6),
        [`var_theta_${k}`]: expect.closeTo(exact.varTheta, 5),
        [`var_omega_${k}`]: expect.closeTo(exact.varOmega, 5),
        [`cov_theta_${k}_omega_${k}`]: expect.closeTo(exact.covariance, 5),
      });
    }
    const hamiltonian = laws.reduce((sum, exact) => sum + hamiltonianOf(numbers, exact), 0);
    expect(observables.free_energy).toBeCloseTo(hamiltonian, 5);
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
  const { problem, rows } = ran({
    problem: { ...linear.problem, data: { arrays: labels, test: { fraction: 0.5 } }, loss: "logistic" },
  });
  const { data } = problem;
  for (const { observables } of rows) {
    const margins = ({ x, y }: { x: Float64Array; y: Float64Array }) =>
      Array.from(x, (input, i) => observables.mean_theta_0! * input * y[i]!);
    const mean = (of: (margin: number) => number, among: number[]) =>
      among.reduce((sum, margin) => sum + of(margin), 0) / among.length;
    const loss = (margin: number) => Math.log1p(Math.exp(-margin));
    const right = (margin: number) => Number(margin > 0);
    expect(observables).toMatchObject({
      risk: expect.closeTo(mean(loss, margins(data)), 12),
      accuracy: mean(right, margins(data)),
      test_risk: expect.closeTo(mean(loss, margins(data.test!)), 12),
      test_accuracy: mean(right, margins(data.test!)),
    });
  }
});

it.each([
  ["what does not change", {}],
  [
    "a temperature of its time",
    {
      problem: { ...linear.problem, temperature: 0 },
      dynamics: { kind: "annealed-langevin", constant: 0.2 },
    },
  ],
  [
    "a friction of its time",
    {
      problem: { ...linear.problem, temperature: 0 },
      dynamics: { kind: "kinetic", friction: { nesterov: 3, from: 1 } },
    },
  ],
])("stopped and resumed has the same bits: %s", (_, changes) => {
  const experiment = parseExperiment({ ...linear, ...changes }, "spec.yaml");
  const [run] = buildExperiment(experiment, readInputs(experiment, ".")).runs;
  const whole = simulate(run!).progress;
  for (const stop of [1, 2, 3, 17, 39]) {
    let saved: Progress | null = null;
    const hooks = {
      control: (n: number) => (n === stop ? CONTROL.save | CONTROL.stop : CONTROL.none),
      save: (progress: Progress) => {
        saved = structuredClone(progress);
      },
    };
    expect(simulate(run!, hooks).status).toBe("stopped");
    expect(saved).toMatchObject({ step: stop });
    expect(simulate(run!, {}, saved! as Progress<never>).progress).toEqual(whole);
  }
});

it.each([
  ["rises beyond its ceiling", 10, "blow-up: free_energy rose from"],
  ["overflows", 1e200, "its numbers became non-finite"],
])("a step that is too large ends the run, which says so: it %s", (_, step, what) => {
  const experiment = parseExperiment({ ...linear, time: { until: 400 * step, step } }, "spec.yaml");
  const [run] = buildExperiment(experiment, readInputs(experiment, ".")).runs;
  const end = simulate(run!);
  expect(end).toMatchObject({
    status: "broken",
    failure: expect.stringMatching(/^moments: at step \d+ .*try a smaller time\.step/),
  });
  expect(end.failure).toContain(what);
  // The state that is kept is the one before that step.
  const last = end.progress.step;
  expect(end.failure).toContain(`at step ${last + 1} `);
  const sound = { ...run!, schedule: { ...run!.schedule, steps: last } };
  expect(end.progress.state).toEqual(simulate(sound as typeof run).progress.state);
});

// 120 steps: every 1, 2 and 3 of them, as the first few integrals are known only later.
it.each([
  1, 2, 3,
])("the identity holds in every row, recorded every %d steps, and each is told as it comes", (every) => {
  const time = { until: 2.4, step: 0.02, record: 120 / every };
  const experiment = parseExperiment({ ...linear, time }, "spec.yaml");
  const [run] = buildExperiment(experiment, readInputs(experiment, ".")).runs;
  const told: [number, object][] = [];
  const { rows } = simulate(run!, { recorded: (n, row) => told.push([n, row]) }).progress;
  expect(told).toEqual(rows.map((row, k) => [k * every, row]));
  expect(rows[0]!.observables.identity_residual).toBeNaN();
  for (const { t, observables } of rows.slice(1)) {
    expect(observables.identity_residual, `at ${t}`).toBeLessThan(1e-6);
  }
});

it("a state of another length is refused", () => {
  const experiment = parseExperiment(linear, "spec.yaml");
  const [run] = buildExperiment(experiment, readInputs(experiment, ".")).runs;
  const { progress } = simulate(run!);
  const longer = { ...progress, step: 1, state: new Float64Array(3) } as Progress<never>;
  expect(() => simulate(run!, {}, longer)).toThrow("found 3 numbers; this run has 2");
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
