import { describe, expect, it } from "vitest";
import { parseExperiment } from "./schema.ts";

const SPEC = {
  name: "twice",
  problem: { potential: { kind: "double-well" }, temperature: 0.2 },
  dynamics: { kind: "langevin" },
  initial: { kind: "gaussian", mean: [0], std: 1 },
  time: { until: 1, step: 0.1 },
};
const KINETIC = {
  ...SPEC,
  dynamics: { kind: "kinetic", friction: 1 },
};
const DATA = {
  ...SPEC,
  problem: {
    data: { function: "sin", interval: [-1, 1], samples: 8 },
    neuron: { activation: "tanh", inputs: 1, output: "fixed", bias: false },
    temperature: 0.2,
  },
};

const parse = (spec: object, solvers: object[]) => parseExperiment({ ...spec, solvers }, "spec.yaml");
const networks = (width: number | number[], rest: object = {}) => ({ particles: { width, ...rest } });
const box = (cells: number | number[], rest: object = {}) => ({ cells, extent: [[-5, 5]], ...rest });

describe("a run that stands there twice is refused in one line", () => {
  it.each<[string, object, object[], string]>([
    [
      "equal widths of one list",
      SPEC,
      [networks([20, 40, 20, 20, 40, 80], { replicas: 2 })],
      "solvers.0.particles.width: found 20 and 40 more than once, the same run each time; allowed: once, with replicas for independent copies",
    ],
    [
      "two solvers with a width in common",
      SPEC,
      [networks([20, 40]), networks([80, 40])],
      "solvers.1.particles.width: with N = 40 is the same run as solvers.0; leave one out, or set replicas for independent copies",
    ],
    [
      "what is counted, or looked at besides, makes no other run",
      SPEC,
      [
        networks([20, 40], { replicas: 4, dual: "off", field: "direct" }),
        networks([40, 20], { dual: "auto" }),
      ],
      "solvers.1.particles.width: with N = 20 and 40 are the same runs as solvers.0; leave one out, or set replicas for independent copies",
    ],
    [
      "defaults that are written out",
      SPEC,
      [networks(20, { integrator: "euler-maruyama" }), { grid: box(40) }, networks(20)],
      "solvers.2.particles.width: with N = 20 is the same run as solvers.0; leave one out, or set replicas for independent copies",
    ],
    [
      "one batch, spelled in two ways",
      DATA,
      [networks(20, { batch: 4 }), networks(20, { batch: { sampling: "without-replacement", size: 4 } })],
      "solvers.1.particles.width: with N = 20 is the same run as solvers.0; leave one out, or set replicas for independent copies",
    ],
    [
      "two grids, one with its scheme and another leak",
      SPEC,
      [{ grid: box(40) }, networks(20), { grid: box([40], { scheme: "implicit", leak: 1e-3 }) }],
      "solvers.2.grid: is the same run as solvers.0; leave one out",
    ],
    [
      "two grids of phase space, one of them refined as well",
      KINETIC,
      [{ grid: box(40) }, { grid: box([40, 40], { refine: true, order: 2 }) }],
      "solvers.1.grid: is the same run as solvers.0; leave one out",
    ],
    [
      "two equilibria",
      SPEC,
      [{ stationary: box(40) }, { stationary: box(40) }],
      "solvers.1.stationary: is the same run as solvers.0; leave one out",
    ],
    [
      "two Wasserstein steppers",
      SPEC,
      [{ jko: box(40, { method: "quantile" }) }, { jko: box(40, { method: "quantile" }) }],
      "solvers.1.jko: is the same run as solvers.0; leave one out",
    ],
  ])("%s", (_, spec, solvers, line) => {
    let message = "";
    try {
      parse(spec, solvers);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toBe(`spec.yaml: ${line}`);
  });
});

describe("solvers that differ in one setting stay", () => {
  it.each<[string, object, object[]]>([
    ["widths", SPEC, [networks([20, 40]), networks([80, 160])]],
    ["integrator", KINETIC, [networks(20), networks(20, { integrator: "obabo" })]],
    ["batch", DATA, [networks(20), networks(20, { batch: 4 })]],
    [
      "estimator",
      DATA,
      [networks(20, { batch: 4 }), networks(20, { batch: { size: 4, estimator: "svrg" } })],
    ],
    [
      "order",
      { ...KINETIC, problem: { ...KINETIC.problem, temperature: 0 } },
      [1, 2].map((order) => networks(20, { integrator: "polyak", order })),
    ],
    ["cells", SPEC, [{ grid: box(40) }, { grid: box(80) }]],
    ["extent", SPEC, [{ grid: box(40) }, { grid: { cells: 40, extent: [[-6, 6]] } }]],
    ["scheme", SPEC, [{ grid: box(40) }, { grid: box(40, { scheme: "second-order" }) }]],
    ["word", KINETIC, [{ grid: box(40) }, { grid: box(40, { integrator: "baoab" }) }]],
    ["method", SPEC, ["quantile", "entropic"].map((method) => ({ jko: box(40, { method }) }))],
    [
      "what solves it",
      SPEC,
      [{ grid: box(40) }, { stationary: box(40) }, { jko: box(40, { method: "entropic" }) }],
    ],
  ])("%s", (_, spec, solvers) => {
    expect(parse(spec, solvers).solvers).toHaveLength(solvers.length);
  });
});
