import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { performed } from "../experiment/worker.ts";
import { meansOf } from "../kernels/backend/backend.ts";
import { loadCheckpoint } from "../results/checkpoint.ts";
import { parseExperiment } from "../spec/schema.ts";
import { readInputs } from "./build.ts";
import { builtOf } from "./built-testing.ts";
import { sharedProgress } from "./progress.ts";
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
  return wallWarning(builtOf(spec).runs);
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

/** The most mass that lay beside a face of a Gaussian of std 1.5 between faces at ±4, and what is said of it. */
function besideFaces(leak: number) {
  const spec = {
    name: "walls",
    problem: { potential: { kind: "quadratic" }, temperature: 2.25 },
    dynamics: { kind: "langevin" },
    initial: { kind: "gaussian", mean: [0], std: [1.5] },
    time: { until: 0.1, step: 0.05, record: 2 },
    solvers: [{ grid: { cells: 64, extent: [[-4, 4]], leak } }],
  };
  const experiment = parseExperiment(spec, "spec.yaml");
  const folder = mkdtempSync(join(tmpdir(), "muflow-walls-"));
  try {
    const checkpoint = join(folder, "run.checkpoint");
    const { notices } = performed({
      ...{ experiment, inputs: readInputs(experiment, "."), hash: "h", run: 0, checkpoint },
      ...{ slot: 0, rank: 0, size: 1, ...meansOf(1), memory: null, checkpointSeconds: 1e9 },
      ...{ packed: null, packs: false, stop: new Int32Array(1), progress: sharedProgress(1) },
    });
    const { rows } = loadCheckpoint(checkpoint, "h", () => {})!.progress;
    const most = Math.max(...rows.map(({ observables }) => observables.boundary_mass!));
    return { most, said: notices.filter((notice) => notice.includes("boundary_mass")) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it("mass beside a face is told of from a tenth of leak on, long before it is too much", () => {
  const { most, said } = besideFaces(0.01);
  // Two cells of ⅛ from 2.5 to 2.67 standard deviations out, Φ(2.67) − Φ(2.5) to two digits.
  expect(most).toBeCloseTo(0.0024, 4);
  const words = "grid, 64 cells: up to 2.4e-3 of the mass lay beside a face (boundary_mass; leak is";
  expect(said).toEqual([expect.stringContaining(words)]);
  expect(besideFaces(0.02).said).toEqual([expect.stringContaining(words)]);
  expect(besideFaces(0.03).said).toEqual([]);
});
