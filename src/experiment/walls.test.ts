import { expect, it } from "vitest";
import { buildExperiment, readInputs } from "./build.ts";
import { parseExperiment } from "./schema.ts";
import { wallWarning } from "./walls.ts";

const particles = { particles: { width: 8 } };
const grid = (options: object) => ({ grid: { cells: 64, extent: [[-2, 2]], ...options } });
const said = (solvers: object[], problem: object = {}) => {
  const spec = {
    name: "walls",
    problem: { potential: { kind: "cosine" }, temperature: 0.5, ...problem },
    dynamics: { kind: "langevin" },
    initial: { kind: "gaussian", mean: [0], std: [0.3] },
    time: { until: 0.1, step: 0.05 },
    solvers,
  };
  const experiment = parseExperiment(spec, "spec.yaml");
  return wallWarning(buildExperiment(experiment, readInputs(experiment, ".")).runs);
};

it("says that networks have no walls where a density may stand at its own", () => {
  expect(said([particles, grid({ leak: 1 })])).toMatch(
    /^the faces of grid, 64 cells are closed, and with leak 1 .*networks have no walls/,
  );
});

it.each([
  ["the usual leak", [particles, grid({})], {}],
  ["no networks", [grid({ leak: 1 })], {}],
  ["no density", [particles], {}],
  ["the torus, which has no faces", [particles, { grid: { cells: 64, leak: 1 } }], { domain: "torus" }],
])("says nothing with %s", (_, solvers, problem) => expect(said(solvers, problem)).toBeNull());
