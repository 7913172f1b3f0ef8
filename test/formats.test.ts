// What a folder holds nothing for is refused before anything is computed or written: of real folders, by run and by report.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { put, resident, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();
const muflow = resident();

const GRID = "grid: { cells: 60, extent: [[-5, 5]] }";
const NETWORKS = "particles: { width: 7 }";
const STATIONARY = "stationary: { cells: 60, extent: [[-5, 5]] }";

const spec = (solvers: string[], time: string) => `
name: held
problem:
  data: { function: sin, interval: [-1, 1], samples: 4 }
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
  regulariser: { l2: 0.2 }
  temperature: 0.1
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: 0, std: 0.5 }
time: { until: 0.5, step: 0.1${time} }
solvers: [${solvers.map((one) => `{ ${one} }`).join(", ")}]
`;

const NONE = ", snapshots: []";

it.each<[string, string[], string, string[]]>([
  ["both", [NETWORKS, GRID], "", ["csv", "mat"]],
  ["a density alone", [GRID], "", ["mat"]],
  ["networks without snapshots", [NETWORKS], NONE, []],
  ["a density without snapshots", [GRID], NONE, []],
  ["an equilibrium, which is kept at any times", [NETWORKS, STATIONARY], NONE, ["mat"]],
])("of %s", async (what, solvers, time, held) => {
  const name = what.replaceAll(/\W/g, "-");
  put(directory, `${name}.yaml`, spec(solvers, time));
  const made = join(directory, name);
  const asked = held.length === 0 ? [] : ["--format", held.join(",")];
  expect((await muflow(["run", `${name}.yaml`, "--out", made, ...asked], directory)).code).toBe(0);
  for (const format of ["csv", "mat"].filter((one) => !held.includes(one))) {
    const unmade = join(directory, `${name}-${format}`);
    const run = await muflow(["run", `${name}.yaml`, "--out", unmade, "--format", format], directory);
    const report = await muflow(["report", made, "--format", format], directory);
    expect([format, run.code, report.code, existsSync(unmade)]).toEqual([format, 2, 2, false]);
    expect(report.stderr).toContain(`--format ${format}: ${made} holds `);
  }
  const files = readdirSync(made).filter((file) => /\.(csv|mat)$/.test(file) && file !== "series.csv");
  const networks = held.includes("csv");
  const densities = solvers.some((one) => one !== NETWORKS);
  expect(files.sort()).toEqual([
    ...(held.includes("mat") && densities ? ["density.mat"] : []),
    ...(networks ? ["neurons.csv", "neurons.mat"] : []),
  ]);
  // A row for each of the 7 neurons at both ends, and the names of the columns.
  if (networks) {
    expect(readFileSync(join(made, "neurons.csv"), "utf8").trim().split("\n")).toHaveLength(1 + 2 * 7);
  }
});
