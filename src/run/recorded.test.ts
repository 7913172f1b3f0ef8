// The names said beforehand are those of the rows, and these are known, for one experiment of every kind.

import { describe, expect, it } from "vitest";
import { SOLO } from "../kernels/team.ts";
import { recordedBy } from "../observables/list.ts";
import { memoryFor } from "../particles/network.ts";
import { builtOf } from "./built-testing.ts";
import { gridOf, isOnGrid, type ParticleRun } from "./runs.ts";
import { simulateParticles } from "./simulate-particles.ts";
import { simulate } from "./solvers/list.ts";

const neuron = { activation: "tanh", inputs: 1, output: "fixed", bias: false };
const withData = {
  data: { function: "sin", interval: [-2, 2], samples: 6 },
  neuron,
  regulariser: { l2: 0.3 },
  temperature: 0.1,
};
const { temperature: _, ...cooled } = withData;
const cells = [64];
const extent = [[-5, 5]];
const phase = {
  cells: [72, 72],
  extent: [
    [-5, 5],
    [-3, 3],
  ],
};
const networks = { particles: { width: 8 } };
const stationary = { stationary: { cells: [160], extent } };
const grid = { grid: { cells: [160], extent } };

const THETA = "mean_theta_0 var_theta_0";
const BOTH = `${THETA} mean_omega_0 var_omega_0 cov_theta_0_omega_0`;
const ORDERS = "order_theta_0_1 order_theta_0_2 order_theta_0_3 order_theta_0_4";
const MASSES = "mass min_density negative_mass boundary_mass";
const FALL = "entropy free_energy dissipation identity_residual fisher_rao";
const BALANCE = "dissipation identity_residual";

/** And the columns of each solver, in order. */
const CASES: [string, object, object, object[], string[]][] = [
  [
    "gradient flow",
    { ...withData, temperature: 0 },
    { kind: "gradient-flow" },
    [networks],
    [`risk energy ${BALANCE} ${THETA}`],
  ],
  [
    "Langevin",
    withData,
    { kind: "langevin" },
    [networks, grid, stationary],
    [
      `risk energy dual ${THETA}`,
      `risk energy ${FALL} dual gap excess ${MASSES} ${THETA}`,
      `risk energy entropy free_energy dual gap ${MASSES} ${THETA}`,
    ],
  ],
  [
    "Langevin without bounds",
    withData,
    { kind: "langevin" },
    [{ particles: { width: 8, dual: "off" } }],
    [`risk energy ${THETA}`],
  ],
  [
    "Langevin that cools",
    cooled,
    { kind: "annealed-langevin", constant: 0.4 },
    [networks, grid],
    [`risk energy temperature dual ${THETA}`, `risk energy temperature ${FALL} dual gap ${MASSES} ${THETA}`],
  ],
  [
    "births and deaths",
    { ...withData, temperature: 0 },
    { kind: "birth-death", rate: 1 },
    [networks],
    [`risk energy ${BALANCE} identity_defect ${THETA}`],
  ],
  [
    "minibatches",
    { ...withData, temperature: 0 },
    { kind: "gradient-flow" },
    [{ particles: { width: 8, batch: 2 } }],
    [`risk energy ${THETA}`],
  ],
  [
    "heavy ball",
    withData,
    { kind: "kinetic", friction: 1 },
    [networks, { grid: { ...phase, refine: true } }, stationary],
    [
      `risk energy kinetic dual ${BALANCE} identity_defect ${BOTH}`,
      `risk energy kinetic ${FALL} dual gap gap_hamiltonian ${MASSES} ${BOTH} excess_hamiltonian hypocoercive hypocoercive_decline error_space error_time`,
      `risk energy entropy free_energy dual gap ${MASSES} ${THETA}`,
    ],
  ],
  [
    "heavy ball, no noise",
    { ...withData, temperature: 0 },
    { kind: "kinetic", friction: 1 },
    [networks],
    [`risk energy kinetic ${BALANCE} ${BOTH}`],
  ],
  [
    "W, no data",
    {
      potential: { kind: "double-well" },
      interaction: { kind: "quadratic", strength: 1 },
      temperature: 0.5,
    },
    { kind: "langevin" },
    [networks, { grid: { cells, extent } }, { stationary: { cells, extent } }],
    [
      `energy ${THETA}`,
      `energy ${FALL} ${MASSES} ${THETA}`,
      `energy entropy free_energy ${MASSES} ${THETA} stability branch`,
    ],
  ],
  [
    "angles",
    {
      potential: { kind: "cosine" },
      interaction: { kind: "cosine", strength: 1 },
      domain: "torus",
      temperature: 0.5,
    },
    { kind: "langevin" },
    [networks, { grid: { cells } }, { stationary: { cells } }],
    [
      `energy ${THETA} ${ORDERS}`,
      `energy ${FALL} ${MASSES} ${THETA} ${ORDERS}`,
      `energy entropy free_energy ${MASSES} ${THETA} ${ORDERS} stability branch`,
    ],
  ],
  [
    "angles with momenta",
    { potential: { kind: "cosine" }, domain: "torus", temperature: 0.5 },
    { kind: "kinetic", friction: 1 },
    [
      networks,
      {
        grid: {
          cells: [32, 72],
          extent: [
            [-Math.PI, Math.PI],
            [-5, 5],
          ],
        },
      },
    ],
    [
      `energy kinetic dual ${BALANCE} identity_defect ${BOTH} ${ORDERS}`,
      `energy kinetic ${FALL} dual gap gap_hamiltonian ${MASSES} ${BOTH} ${ORDERS} excess_hamiltonian hypocoercive hypocoercive_decline`,
    ],
  ],
  [
    "JKO",
    withData,
    { kind: "langevin" },
    [{ jko: { cells, extent, method: "quantile" } }, { jko: { cells, extent, method: "entropic" } }],
    [
      `risk energy ${FALL} dual gap excess ${MASSES} ${THETA} iterations`,
      `risk energy ${FALL} dual gap excess ${MASSES} ${THETA} iterations marginal_error epsilon`,
    ],
  ],
];

const runsOf = (problem: object, dynamics: object, solvers: object[], p = 1) => {
  const spec = {
    name: "recorded",
    problem,
    dynamics,
    initial: { kind: "gaussian", mean: Array(p).fill(0), std: Array(p).fill(0.7) },
    time: { until: 0.2, step: 0.05, record: 2 },
    solvers,
  };
  return builtOf(spec).runs;
};

describe("what is recorded", () => {
  it.each(CASES)("of %s is known", (_, problem, dynamics, solvers, columns) => {
    for (const [k, run] of runsOf(problem, dynamics, solvers).entries()) {
      const end = simulate(run);
      expect(end.status).toBe("done");
      const { observables } = end.progress.rows.at(-1)!;
      expect(Object.keys(observables).join(" ")).toBe(columns[k]);
      expect(recordedBy(run).join(" ")).toBe(columns[k]);
      // A column without an observer that fills it would be blank.
      expect(Object.values(observables).filter(Number.isNaN)).toEqual([]);
    }
  });

  it("of several coordinates goes by column, and on phase space by coordinate", () => {
    const plane = { ...withData, neuron: { ...neuron, output: "trained" } };
    const box = [-5, 5];
    const namesOf = (dynamics: object, axes: number) =>
      runsOf(plane, dynamics, [networks, { grid: { cells: 16, extent: Array(axes).fill(box) } }], 2).map(
        (run) => recordedBy(run).filter((name) => /^(mean|var|cov)_/.test(name)),
      );
    const byColumn = ["mean_theta_0", "mean_theta_1", "var_theta_0", "var_theta_1"];
    expect(namesOf({ kind: "langevin" }, 2)).toEqual([byColumn, byColumn]);
    const of = (k: number) =>
      ["mean_theta_#", "var_theta_#", "mean_omega_#", "var_omega_#", "cov_theta_#_omega_#"].map((name) =>
        name.replaceAll("#", `${k}`),
      );
    const rest = ["mean_omega_0", "mean_omega_1", "var_omega_0", "var_omega_1"];
    expect(namesOf({ kind: "kinetic", friction: 1 }, 4)).toEqual([
      [...byColumn, ...rest, "cov_theta_0_omega_0", "cov_theta_1_omega_1"],
      [...of(0), ...of(1)],
    ]);
  });
});

describe("what tells how outputs fit", () => {
  const x = [-1.5, -1, -0.5, 0.5, 1, 1.5, 2, 2.5];
  const y = [-1, 1, -1, 1, 1, -1, 1, 1];
  const task = {
    data: { arrays: { x, y }, test: { fraction: 0.375, seed: 5 } },
    neuron,
    loss: "logistic",
    regulariser: { l2: 0.3 },
    temperature: 0.1,
  };
  const kinds: [string, object, object[]][] = [
    ["networks and densities", { kind: "langevin" }, [networks, grid, stationary]],
    ["batches", { kind: "langevin" }, [{ particles: { width: 8, batch: 2 } }]],
    ["phase space", { kind: "kinetic", friction: 1 }, [networks, { grid: { ...phase, cells: [128, 72] } }]],
    ["JKO", { kind: "langevin" }, [{ jko: { cells, extent, method: "quantile" } }]],
  ];
  it.each(kinds)("is recorded of %s, and is what their outputs say", (_, dynamics, solvers) => {
    for (const run of runsOf(task, dynamics, solvers)) {
      const end = simulate(run);
      expect(end.status, end.failure).toBe("done");
      const { observables } = end.progress.rows.at(-1)!;
      expect(new Set(recordedBy(run))).toEqual(new Set(Object.keys(observables)));
      // f from the last snapshot, neuron by neuron or cell by cell.
      const { problem } = run;
      const last = end.progress.snapshots.at(-1)!;
      const cellsOfRun = isOnGrid(run) ? gridOf(run) : null;
      const f = (at: number) => {
        let total = 0;
        if ("theta" in last) {
          for (const theta of last.theta) total += Math.tanh(theta * at) / last.theta.length;
        } else {
          const inner = cellsOfRun!.size / cellsOfRun!.axes[0].cells;
          for (const [i, density] of last.density.entries()) {
            const theta = cellsOfRun!.axes[0].centres[Math.floor(i / inner)];
            total += density * cellsOfRun!.volume * Math.tanh(theta * at);
          }
        }
        return total;
      };
      const { data } = problem;
      expect([data.size, data.test!.size]).toEqual([5, 3]);
      const mean = (of: typeof data, value: (f: number, y: number) => number) =>
        Array.from(of.x).reduce((sum, at, i) => sum + value(f(at), of.y[i]) / of.size, 0);
      const logistic = (f: number, label: number) => Math.log1p(Math.exp(-label * f));
      const right = (f: number, label: number) => Number(label * f > 0);
      // Sums of at most 10⁴ terms of size 1.
      const close = (name: string, value: number) =>
        expect(Math.abs(observables[name] - value), `${name} of ${run.solver}`).toBeLessThan(1e-11);
      close("risk", mean(data, logistic));
      close("test_risk", mean(data.test!, logistic));
      close("accuracy", mean(data, right));
      close("test_accuracy", mean(data.test!, right));
    }
  });

  it("changes nothing of what moves, and is the same for several threads", () => {
    const solvers = [{ particles: { width: 200 } }];
    const [run] = runsOf(task, { kind: "langevin" }, solvers) as [ParticleRun];
    const { test: _, ...bare } = run.problem.data;
    const without = { ...run, problem: { ...run.problem, data: bare } };
    const rows = (one: ParticleRun) => simulateParticles(one, SOLO, memoryFor(one, 1)).progress.rows;
    const stripped = rows(run).map(({ observables: { test_risk: _r, test_accuracy: _a, ...rest } }) => rest);
    expect(stripped).toEqual(rows(without).map(({ observables }) => observables));
  });

  it("is not there for other labels, or without data to test on", () => {
    const names = (data: object) =>
      recordedBy(runsOf({ ...task, loss: "squared", data }, { kind: "langevin" }, [networks])[0]);
    expect(names({ arrays: { x, y } }).slice(0, 3)).toEqual(["risk", "accuracy", "energy"]);
    const half = y.map((label) => label / 2);
    expect(names({ arrays: { x, y: half } }).slice(0, 2)).toEqual(["risk", "energy"]);
    expect(names({ arrays: { x, y: half }, test: { fraction: 0.5 } }).slice(0, 3)).toEqual([
      "risk",
      "test_risk",
      "energy",
    ]);
    const teacher = { teacher: { neurons: 2, dim: 1, samples: 9 }, test: { fraction: 0.5 } };
    expect(names(teacher).slice(0, 3)).toEqual(["risk", "test_risk", "energy"]);
  });
});
