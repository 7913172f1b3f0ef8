// The names said beforehand are those of the rows, for one experiment of every kind.

import { describe, expect, it } from "vitest";
import { SOLO } from "../kernels/team.ts";
import { buildExperiment, readInputs } from "./build.ts";
import { recordedBy } from "./recorded.ts";
import { parseExperiment } from "./schema.ts";
import { simulateDensity } from "./simulate-density.ts";
import { memoryFor, simulateParticles } from "./simulate-particles.ts";
import { solveStationary } from "./solve-stationary.ts";

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

const CASES: [string, object, object, object[]][] = [
  ["gradient flow", { ...withData, temperature: 0 }, { kind: "gradient-flow" }, [networks]],
  ["Langevin", withData, { kind: "langevin" }, [networks, grid, stationary]],
  ["Langevin that cools", cooled, { kind: "annealed-langevin", constant: 0.4 }, [networks, grid]],
  ["births and deaths", { ...withData, temperature: 0 }, { kind: "birth-death", rate: 1 }, [networks]],
  [
    "minibatches",
    { ...withData, temperature: 0 },
    { kind: "gradient-flow" },
    [{ particles: { width: 8, batch: 2 } }],
  ],
  [
    "heavy ball",
    withData,
    { kind: "kinetic", friction: 1 },
    [networks, { grid: { ...phase, refine: true } }, stationary],
  ],
  ["heavy ball, no noise", { ...withData, temperature: 0 }, { kind: "kinetic", friction: 1 }, [networks]],
  [
    "W, no data",
    {
      potential: { kind: "double-well" },
      interaction: { kind: "quadratic", strength: 1 },
      temperature: 0.5,
    },
    { kind: "langevin" },
    [networks, { grid: { cells, extent } }, { stationary: { cells, extent } }],
  ],
  [
    "JKO",
    withData,
    { kind: "langevin" },
    [{ jko: { cells, extent, method: "quantile" } }, { jko: { cells, extent, method: "entropic" } }],
  ],
];

const runsOf = (problem: object, dynamics: object, solvers: object[]) => {
  const spec = {
    name: "recorded",
    problem,
    dynamics,
    initial: { kind: "gaussian", mean: [0], std: [0.7] },
    time: { until: 0.2, step: 0.05, record: 2 },
    solvers,
  };
  const experiment = parseExperiment(spec, "spec.yaml");
  return buildExperiment(experiment, readInputs(experiment, ".")).runs;
};

describe("what is recorded", () => {
  it.each(CASES)("of %s is known", (_, problem, dynamics, solvers) => {
    for (const run of runsOf(problem, dynamics, solvers)) {
      const end =
        run.solver === "particles"
          ? simulateParticles(run, SOLO, memoryFor(run, 1))
          : run.solver === "stationary"
            ? solveStationary(run)
            : simulateDensity(run);
      expect(end.status).toBe("done");
      expect(new Set(recordedBy(run))).toEqual(new Set(Object.keys(end.progress.rows.at(-1)!.observables)));
    }
  });
});
