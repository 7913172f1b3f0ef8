// What takes seconds before anything runs is told of beforehand, with the seconds: data that are made or read, and cells that are looked at.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { readSpec } from "../spec/load.ts";
import { completeStudy } from "../study/prepare.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-long-"));
afterAll(() => rmSync(directory, { recursive: true }));
const put = (name: string, text: string) => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};
/** Twenty rows, of megabytes that no number is in. */
const csv = put("long.csv", `x,y,note\n${`1,2,${"-".repeat(1e6)}\n`.repeat(20)}`);

const NETWORK = "particles: { width: 10 }";
const specOf = (data: string, solver: string) => `name: long
problem:
  data: ${data}
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
  regulariser: { l2: 1 }
  temperature: 1
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: [0], std: [1] }
time: { until: 1, step: 0.1, record: 1 }
solvers:
  - ${solver}
sweep: { seed: [1, 2] }
`;

it.each([
  // 2.5 ns for 11 multiplications of each of 1e8 pairs, and what is drawn; twice 1e7 at 2e-7 s; 2e5 · 400 features and 2e5 cells.
  [
    "{ teacher: { neurons: 10000, dim: 1, samples: 10000 } }",
    NETWORK,
    "the teacher labels 10000 samples: about 2.8 s",
  ],
  ["{ function: sin, interval: [0, 1], samples: 12000000 }", NETWORK, "making 12000000 data: about 2.4 s"],
  ["{ csv: long.csv, inputs: [x], target: y }", NETWORK, `reading ${csv}, 19.1 MiB: about 2.2 s`],
  [
    "{ function: sin, interval: [0, 1], samples: 400 }",
    "grid: { cells: 200000, extent: [[-9, 9]] }",
    "looking at the cells of the densities: about 3.3 s",
  ],
])("%s, %s", async (data, solver, told) => {
  // Told of, they are not waited for here.
  const onNotice = (message: string) => {
    throw new Error(`told: ${message}`);
  };
  const spec = put("spec.yaml", specOf(data, solver));
  await expect(completeStudy(await readSpec(spec, { onNotice }))).rejects.toThrow(`told: ${told}`);
});

it("what takes less is not, and what all points have in common is told of once", async () => {
  const said: string[] = [];
  const onNotice = (message: string) => said.push(message);
  const study = async (data: string, solver: string) =>
    completeStudy(await readSpec(put("spec.yaml", specOf(data, solver)), { onNotice }));
  await study("{ teacher: { neurons: 10, dim: 1, samples: 1000 } }", NETWORK);
  await study(
    "{ function: sin, interval: [0, 1], samples: 100 }",
    "grid: { cells: 2000, extent: [[-9, 9]] }",
  );
  expect(said).toEqual([]);
  await study("{ csv: long.csv, inputs: [x], target: y }", NETWORK);
  expect(said).toHaveLength(1);
});
