// excess, excess_hamiltonian and fisher_rao as runs record them: against closed forms of Gaussians and of where a splitting rests,
// the same bits across an interruption, and blank with one word why.

import { describe, expect, it } from "vitest";
import { kinetic } from "../dynamics/kinetic.ts";
import { langevin } from "../dynamics/langevin.ts";
import { langevinAt, limitOf, linearNeuron } from "../limits/gaussian.ts";
import { fisherRao } from "../observables/speed.ts";
import { gaussianProblem } from "../pde/kinetic/testing.ts";
import { fromArrays } from "../problem/data.ts";
import { gaussian } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { schedule } from "../spec/schedule.ts";
import { CONTROL, type DensitySnapshot, type Progress, type Row } from "./progress.ts";
import {
  type FirstOrderGridRun,
  type GridRun,
  gridOf,
  isPhaseSpace,
  type JkoRun,
  type KineticGridRun,
} from "./runs.ts";
import { simulate } from "./solvers/list.ts";

const MADE = gaussianProblem();
const NEURON = linearNeuron(MADE);
const START = { mean: -1, variance: 0.25 };
const common = {
  entry: 0,
  problem: MADE,
  initial: gaussian({ mean: [START.mean], std: [0.5] }),
  schedule: schedule({ until: 1, step: 0.1, record: 5, snapshots: [0.9, 1] }),
  leak: 1e-6,
};
const LANGEVIN: FirstOrderGridRun = {
  ...common,
  solver: "grid",
  holds: "density",
  dynamics: langevin(),
  cells: [100],
  extent: [[-5, 5]],
  scheme: "second-order",
};
const KINETIC: KineticGridRun = {
  ...common,
  solver: "grid",
  holds: "phase space",
  dynamics: kinetic({ friction: 3 }),
  cells: [64, 48],
  extent: [
    [-5, 5],
    [-2.6, 2.6],
  ],
  scheme: "spectral",
  integrator: "aboba",
  order: 2,
  refine: false,
};
const JKO: JkoRun = {
  ...common,
  solver: "jko",
  holds: "density",
  dynamics: langevin(),
  cells: [60],
  extent: [[-5, 5]],
  method: "quantile",
  epsilon: null,
};

const column = (rows: readonly Row[], name: string) => rows.map(({ observables }) => observables[name]!);

describe.each<[string, GridRun | JkoRun]>([
  ["implicit", { ...LANGEVIN, scheme: "implicit" }],
  ["second-order", LANGEVIN],
  ["noiseless", { ...LANGEVIN, problem: gaussianProblem(0), initial: gaussian({ mean: [-1], std: [0.3] }) }],
  ["JKO, quantile", JKO],
  ["JKO, entropic", { ...JKO, method: "entropic" }],
  ["spectral, order 2", KINETIC],
  ["spectral, order 4", { ...KINETIC, order: 4 }],
  ["positive", { ...KINETIC, scheme: "positive" }],
])("%s", (_name, run) => {
  const whole = simulate(run);

  it("records the speed of the last step, blank at the start", () => {
    expect(whole.status).toBe("done");
    const [first, ...later] = column(whole.progress.rows, "fisher_rao");
    expect(first).toBeNaN();
    expect(later).toHaveLength(5);
    for (const speed of later) expect(speed).toBeGreaterThan(0.01);
    const [before, after] = whole.progress.snapshots.map(({ density }) => density);
    const mixes = isPhaseSpace(run) && run.scheme === "spectral";
    expect(later.at(-1)).toBe(fisherRao(gridOf(run), before!, after!, 0.1, mixes));
  });

  it("goes on after an interruption before any step to the same bits", () => {
    for (const at of [1, 5, 6]) {
      let stopped: Progress<DensitySnapshot> | undefined;
      simulate(run, {
        control: (n) => (n === at ? CONTROL.stop : CONTROL.none),
        save: (progress) => {
          stopped = progress;
        },
      });
      expect(simulate(run, {}, stopped).progress).toEqual(whole.progress);
    }
  });
});

describe("Langevin dynamics of a linear neuron", () => {
  const { rows } = simulate({
    ...LANGEVIN,
    cells: [800],
    schedule: schedule({ until: 4, step: 0.005, record: 8 }),
  }).progress;
  const { s, lambda, tau } = NEURON;
  const rest = limitOf(NEURON);

  it("has the excess and the speed of its Gaussians, to the order of the scheme", () => {
    for (const { t, observables } of rows.slice(1)) {
      const { mean, variance } = langevinAt(NEURON, START, t);
      const r = variance / rest.variance - 1;
      const excess = 0.5 * (s + lambda) * (mean - rest.mean) ** 2 + 0.5 * tau * (r - Math.log1p(r));
      expect(Math.abs(observables.excess! / excess - 1)).toBeLessThan(4e-3);
      // Half a step before: ṁ²/A + Ȧ²/2A².
      const then = langevinAt(NEURON, START, t - 0.0025);
      const [drift, growth] = [(s + lambda) * (then.mean - rest.mean), 2 * tau - 2 * lambda * then.variance];
      const speed = drift ** 2 / then.variance + growth ** 2 / (2 * then.variance ** 2);
      expect(Math.abs(observables.fisher_rao! / speed - 1)).toBeLessThan(4e-3);
    }
  });
});

/** y ↦ My of a word's letter on (θ, ω) about rest under Φ″ = curvature. */
type Map2 = readonly [number, number, number, number];
const product = ([a, b, c, d]: Map2, [e, f, g, h]: Map2): Map2 => [
  a * e + b * g,
  a * f + b * h,
  c * e + d * g,
  c * f + d * h,
];
const GAMMA = 3;

/** ABOBA for Φ″ = curvature: its linear map, and the covariance that its steps converge to. */
function aboba(curvature: number, h: number) {
  const A: Map2 = [1, h / 2, 0, 1];
  const B: Map2 = [1, 0, -(curvature * h) / 2, 1];
  const O: Map2 = [1, 0, 0, Math.exp(-GAMMA * h)];
  const after = product(A, B);
  const map = product(after, product(O, product(B, A)));
  // O adds τ(1 − e^(−2γh)) to Var ω, which B and A carry on.
  const added = -NEURON.tau * Math.expm1(-2 * GAMMA * h);
  const noise = [added * after[1] ** 2, added * after[1] * after[3], added * after[3] ** 2] as const;
  let [a, b, c] = [0, 0, 0];
  for (let n = 0; n < 4000; n++) {
    const [p, q, r, w] = map;
    [a, b, c] = [
      p * p * a + 2 * p * q * b + q * q * c + noise[0],
      p * r * a + (p * w + q * r) * b + q * w * c + noise[1],
      r * r * a + 2 * r * w * b + w * w * c + noise[2],
    ];
  }
  const [p, q, r, w] = map;
  // The larger of two real eigenvalues.
  const radius = 0.5 * (p + w + Math.sqrt((p - w) ** 2 + 4 * q * r));
  return { varTheta: a, covariance: b, varOmega: c, rate: -Math.log(radius) / h };
}

describe("kinetic dynamics of a linear neuron by ABOBA", () => {
  const { s, lambda, tau } = NEURON;
  /** H less H* and the dissipation where the splitting rests; the latter is γ(C − 2τ + τ²A/det). */
  const levels = (h: number) => {
    const { varTheta, covariance, varOmega } = aboba(lambda, h);
    const det = varTheta * varOmega - covariance ** 2;
    return {
      excess: 0.5 * (lambda * varTheta + varOmega - 2 * tau - tau * Math.log((lambda * det) / tau ** 2)),
      dissipation: GAMMA * (varOmega - 2 * tau + (tau * tau * varTheta) / det),
    };
  };
  const runs = [0.4, 0.2].map((h) => ({
    h,
    rows: simulate({ ...KINETIC, schedule: schedule({ until: 80, step: h, record: 40 }) }).progress.rows,
  }));

  it("H − H* and the dissipation end on the levels of the splitting's rest, of order h⁴", () => {
    for (const { h, rows } of runs) {
      const { excess_hamiltonian, dissipation } = rows.at(-1)!.observables;
      const expected = levels(h);
      expect(Math.abs(excess_hamiltonian! / expected.excess - 1)).toBeLessThan(1e-5);
      expect(Math.abs(dissipation! / expected.dissipation - 1)).toBeLessThan(1e-5);
    }
    const [coarse, fine] = runs.map(({ rows }) => rows.at(-1)!.observables);
    for (const name of ["excess_hamiltonian", "dissipation"]) {
      expect(Math.abs(Math.log2(coarse![name]! / fine![name]!) - 4)).toBeLessThan(0.1);
    }
  });

  it("the speed goes on falling at twice the slowest rate of its steps, where H − H* has its level", () => {
    for (const { h, rows } of runs) {
      const slowest = Math.min(aboba(s + lambda, h).rate, 2 * aboba(lambda, h).rate);
      const late = rows.filter(({ t }) => t >= 30 && t <= 50);
      const [from, to] = [late[0]!, late.at(-1)!];
      const rate = (name: string) =>
        Math.log(from.observables[name]! / to.observables[name]!) / (to.t - from.t);
      // The next mode is below by e^(−(1.27 − .71) 30), the rounding of the last is 16 ε/(√speed h) times 20.
      expect(Math.abs(rate("fisher_rao") / (2 * slowest) - 1)).toBeLessThan(1e-4);
      expect(rate("excess_hamiltonian")).toBeLessThan(0.3 * slowest);
    }
  });
});

describe("says why", () => {
  const wide = { ...LANGEVIN, problem: problem({ potential: { kind: "quadratic" }, temperature: 1.2 }) };

  it("the excess is blank where the optimum does not fit the cells", () => {
    const { status, progress, notices } = simulate({
      ...wide,
      schedule: schedule({ until: 0.1, step: 0.1 }),
    });
    expect(status).toBe("done");
    for (const excess of column(progress.rows, "excess")) expect(excess).toBeNaN();
    expect(notices).toHaveLength(1);
    expect(notices![0]).toMatch(
      /^grid, 100 cells: excess is blank, as the optimum was not found on its cells of θ: grid\.extent: the Gibbs measure leaks/,
    );
  });

  it("the excess is blank where the optimum would cost too much", () => {
    const x = Array.from({ length: 18_000 }, (_, i) => Math.sin(i));
    const made = problem({
      data: fromArrays(x, x),
      neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
      regulariser: { l2: 0.5 },
      temperature: 0.1,
    });
    const { progress, notices } = simulate({
      ...LANGEVIN,
      problem: made,
      schedule: schedule({ until: 0.1, step: 0.1 }),
    });
    for (const excess of column(progress.rows, "excess")) expect(excess).toBeNaN();
    expect(notices).toEqual([
      "grid, 100 cells: excess is blank, as the optimum was not found on its cells of θ: 18000 inputs on 100 cells take 1.4e+8 multiplications an iteration; allowed: 1.3e+8",
    ]);
  });
});
