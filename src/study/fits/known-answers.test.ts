// Every kind of fit on a problem with a known answer, as muflow study computes and judges it: the truth never FAILS, and HOLDS where the run tells; a
// prediction wrong by 15 % and more never HOLDS. ψ = θx, x = 1, y = c, V = λθ²/2 (s = 1): under Langevin Gaussians stay Gaussian, ṁ = −(s + λ)m + c and
// Ȧ = −2λA + 2τ; kinetic means decay by the roots of z² + γz + s + λ, variances by twice those of z² + γz + λ; birth and death of rate κ multiply the
// rate of m by 1 + κτ/λ and add κτ to that of A. ψ = awx without V, y = 0, a = w = u: u̇ = −u³, and the risk u⁴/2 falls as (t + 1/2u₀²)^(−2).

import { describe, expect, it } from "vitest";
import { MadeStudy } from "./fit-testing.ts";

type Verdict = "HOLDS" | "FAILS" | "NOT RESOLVED";
/** Quantity, true slope, verdicts on it and on a wrong one, and what else the fit states. */
type Row = readonly [quantity: string, truth: number, onTruth: Verdict, onWrong: Verdict, more?: object];

const [LAMBDA, TAU] = [0.5, 0.1];
/** Of m and of A under Langevin. */
const [MEAN, VARIANCE] = [-(1 + LAMBDA), -2 * LAMBDA];
const H: Verdict = "HOLDS";
const F: Verdict = "FAILS";
const N: Verdict = "NOT RESOLVED";

const extent = [[-4, 4]];
const wide = [[-5, 5]];
const linear = (solvers: object[], more: object = {}) => ({
  name: "linear",
  problem: {
    data: { arrays: { x: [1], y: [0.8] } },
    neuron: { activation: "identity", inputs: 1, output: "fixed", bias: false },
    regulariser: { l2: LAMBDA },
    temperature: TAU,
  },
  dynamics: { kind: "langevin" },
  initial: { kind: "gaussian", mean: [-0.5], std: [0.7] },
  time: { until: 20, step: 0.1, record: 100 },
  solvers,
  ...more,
});
const without = (experiment: ReturnType<typeof linear>, dynamics: object) => ({
  ...experiment,
  problem: { ...experiment.problem, temperature: 0 },
  dynamics,
});
const moving = { kind: "gaussian", mean: [-0.5], std: [0.7], momentum: { mean: [0.2], std: [0.4] } };
/** risk = level + u⁴/2 of one neuron or two that are alike. */
const deep = (level: number, until: number, u0: number) => ({
  name: "deep",
  problem: {
    data: { arrays: { x: [1, 1], y: [Math.sqrt(2 * level), -Math.sqrt(2 * level)] } },
    neuron: { activation: "identity", inputs: 1, output: "trained", bias: false },
  },
  dynamics: { kind: "gradient-flow" },
  initial: { kind: "gaussian", mean: [u0, u0], std: [0, 0] },
  time: { until, step: 0.1, record: 400 },
  solvers: [{ particles: { width: 2, integrator: "rk4" } }],
});
const steps = { "time.step": [0.2, 0.1, 0.05, 0.025, 0.0125] };
const short = { until: 2, step: 0.1, record: 2 };

const grid = { solver: "grid", along: "time", law: "exponential" };
const jko = { ...grid, solver: "jko" };
const networks = { ...grid, solver: "particles" };
const power = { ...networks, law: "power" };
const order = { solver: "grid", along: "time.step", within: 0.1 };
const stationary = { against: "stationary" };

const TABLE: readonly [name: string, spec: object, fit: object, rows: readonly Row[]][] = [
  [
    "Langevin density along time",
    linear([
      { grid: { cells: 120, extent, scheme: "second-order" } },
      { stationary: { cells: 120, extent } },
    ]),
    grid,
    [
      ["mean_theta_0", MEAN, H, F],
      ["var_theta_0", VARIANCE, H, F, stationary],
      ["free_energy", 2 * VARIANCE, H, F, stationary],
      ["dual", 2 * MEAN, H, F],
      // Nothing moves, or is exactly 0.
      ["mass", -1, N, N],
      ["negative_mass", -1, N, N],
      ["negative_mass", -1, N, N, { law: "power" }],
    ],
  ],
  [
    "minimising movements along time, which rest beside the Gibbs measure",
    linear([{ jko: { cells: 60, extent, method: "quantile" } }], {
      time: { until: 10, step: 0.1, record: 100 },
    }),
    jko,
    [
      // No other start can be asked of it: nothing FAILS.
      ["gap", 2 * VARIANCE, N, N],
      ["dissipation", 2 * VARIANCE, N, N],
    ],
  ],
  [
    "birth and death along time",
    linear([{ grid: { cells: 120, extent: wide } }], {
      dynamics: { kind: "birth-death", rate: 2 },
      time: { until: 8, step: 0.02, record: 50 },
    }),
    grid,
    [
      ["mean_theta_0", MEAN * (1 + (2 * TAU) / LAMBDA), H, F],
      ["free_energy", 2 * (VARIANCE - 2 * TAU), H, F],
    ],
  ],
  [
    "networks without noise along time",
    without(
      linear([{ particles: { width: 20, integrator: "rk4" } }], {
        time: { until: 15, step: 0.05, record: 150 },
      }),
      { kind: "gradient-flow" },
    ),
    networks,
    [
      ["mean_theta_0", MEAN, H, F],
      ["risk", MEAN, H, F],
      ["energy", VARIANCE, H, F],
      // ⟨|∇Φ|²⟩ = ((s + λ)m − c)² + λ²A, A → 0
      ["dissipation", VARIANCE, H, F],
    ],
  ],
  [
    "heavy balls along time, underdamped: the envelope is e^(−γt/2)",
    without(
      linear([{ particles: { width: 4, integrator: "aboba" } }], {
        initial: moving,
        time: { until: 20, step: 0.05, record: 80 },
      }),
      { kind: "kinetic", friction: 0.8 },
    ),
    networks,
    [
      ["mean_theta_0", -0.4, H, F],
      ["var_theta_0", -0.8, H, F],
    ],
  ],
  [
    "one network under noise: its own fluctuations are no rate",
    linear([{ particles: { width: 200, dual: "off" } }, { stationary: { cells: 120, extent: wide } }], {
      initial: { kind: "gaussian", mean: [-2], std: [0.7] },
      time: { until: 8, step: 0.05, record: 80 },
    }),
    networks,
    [
      ["mean_theta_0", MEAN, N, N, stationary],
      ["energy", VARIANCE, N, N],
    ],
  ],
  [
    "a power law in time, beside a level and an offset of time",
    deep(5e-6, 40, 2),
    power,
    [
      ["risk", -2, H, F],
      ["dissipation", -3, H, F],
      ["mean_theta_0", -0.5, N, F],
      ["risk", -1, N, N, { law: "exponential" }],
    ],
  ],
  [
    "the order in the step of the implicit scheme",
    linear([{ grid: { cells: 100, extent, scheme: "implicit" } }, { stationary: { cells: 100, extent } }], {
      time: short,
      sweep: steps,
    }),
    order,
    [
      ["mean_theta_0", 1, H, F],
      ["var_theta_0", 1, H, F],
      // At t = 2 the equilibrium is not reached: differences from it have no order.
      ["mean_theta_0", 1, N, N, stationary],
      ["w2", 1, N, N, stationary],
      ["mass", 1, N, N],
    ],
  ],
  [
    "the order in the step of a splitting and of Richardson's combination",
    linear([{ grid: { cells: [64, 48], extent: [...wide, [-3, 3]], order: 4 } }], {
      dynamics: { kind: "kinetic", friction: 1 },
      initial: moving,
      time: short,
      sweep: { "time.step": [0.2, 0.1, 0.05, 0.025] },
    }),
    order,
    [["var_theta_0", 4, H, F, { within: 0.3 }]],
  ],
  [
    "the order in the step of networks",
    without(
      linear([{ particles: { width: 8, replicas: 2, integrator: "obabo" } }], {
        initial: moving,
        time: short,
        sweep: steps,
      }),
      { kind: "kinetic", friction: 1 },
    ),
    { ...order, solver: "particles" },
    [
      ["mean_theta_0", 2, H, F],
      ["var_theta_0", 2, H, F],
    ],
  ],
  [
    "widths whose distance from a density levels off at the error of their step",
    linear(
      [
        { particles: { width: [10, 30, 100, 300, 1000], replicas: 24, dual: "off" } },
        { grid: { cells: 120, extent: wide } },
      ],
      { time: { until: 1, step: 0.2, record: 5 } },
    ),
    { solver: "particles", along: "width", against: "grid", within: 0.1 },
    [
      ["f_rms", -0.5, N, N],
      ["w2", -0.5, N, N],
      ["mean_theta_0", -1, N, N],
    ],
  ],
  [
    "widths at the start, and a moment of Gaussians",
    linear(
      [
        { particles: { width: [10, 30, 100, 300, 1000], replicas: 32, dual: "off" } },
        { grid: { cells: 200, extent: wide } },
      ],
      { time: { until: 0.1, step: 0.1, record: 1 } },
    ),
    { solver: "particles", along: "width", against: "grid", at: 0, within: 0.12 },
    [
      ["w1", -0.5, H, F],
      ["w2", -0.5, H, F],
    ],
  ],
];

/** A prediction is wrong by so much. */
const WRONG = { order: 0.8, rate: 1.2, width: 1.5 };

describe("fits of known answers", () => {
  it.each(TABLE)("%s", async (_, spec, shared, rows) => {
    const fits = rows.flatMap(([quantity, truth, , , more]) => {
      const stated = { within: 0.06 * Math.abs(truth), quantity, ...shared, ...more };
      const along = (shared as { along: string }).along;
      const factor = along === "time.step" ? WRONG.order : along === "width" ? WRONG.width : WRONG.rate;
      return [truth, factor * truth].map((predicted) => ({ ...stated, predicted }));
    });
    const made = await MadeStudy.of(spec, fits);
    try {
      const found = made.stated.map((fit) => {
        const [one, ...others] = made.fit(fit);
        expect(others).toEqual([]);
        expect(one!.reason).not.toBe("");
        return { about: `${fit.quantity} ${fit.predicted}: ${one!.reason}`, verdict: one!.verdict };
      });
      const expected = rows.flatMap(([, , onTruth, onWrong]) => [onTruth, onWrong]);
      expect(found.map(({ about }, k) => [about, found[k]!.verdict])).toEqual(
        found.map(({ about }, k) => [about, expected[k]]),
      );
    } finally {
      made.remove();
    }
  });
});
