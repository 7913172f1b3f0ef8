// A study of 2000 runs has the same bits from one process, from seven shards merged elsewhere, and from a Slurm cluster.

import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cluster, missingCommands, startCluster } from "../test/slurm-cluster.ts";
import { muflow, put, remarks, studyResults, temporaryDirectory } from "../test/support.ts";

const directory = temporaryDirectory();
const spec = put(
  directory,
  "scale.yaml",
  `
name: scale
problem:
  data: { function: tanh, interval: [-2, 2], samples: 16 }
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
  regulariser: { l2: 0.05 }
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: [-1], std: [0.5] }
time: { until: 4, step: 0.01, record: 2 }
solvers:
  - particles: { width: [64, 128, 256, 512], replicas: 100 }
sweep:
  problem.temperature: [0.02, 0.05, 0.1, 0.2, 0.4]
fits:
  - { quantity: risk, along: problem.temperature }
seed: 3
`,
);
const folder = (name: string) => join(directory, name);

const results = (name: string) => studyResults(folder(name));

beforeAll(async () => {
  const { code, stdout } = await muflow(["study", spec, "--out", folder("whole"), "--threads", "1"]);
  expect(code).toBe(0);
  expect(stdout).toContain("5 points, 2000 runs");
});

it("two threads give the bits of one", async () => {
  expect((await muflow(["study", spec, "--out", folder("pool"), "--threads", "2"])).code).toBe(0);
  expect(results("pool")).toEqual(results("whole"));
});

it("seven shards merged give them too", async () => {
  const shards = Array.from({ length: 7 }, (_, i) => `${i + 1}/7`);
  for (const [i, shard] of shards.entries()) {
    const { code } = await muflow(["study", spec, "--shard", shard, "--out", folder(`shard-${i}`)]);
    expect(code).toBe(0);
  }
  const folders = shards.map((_, i) => folder(`shard-${i}`));
  const { code, stderr } = await muflow(["merge", ...folders, "--out", folder("merged")]);
  expect(remarks(stderr)).toEqual([]);
  expect(code).toBe(0);
  expect(results("merged")).toEqual(results("whole"));
});

const missing = missingCommands();
const reason = missing.length === 0 ? "" : ` (skipped: ${missing.join(", ")} not installed)`;

describe.skipIf(missing.length > 0)(`on Slurm${reason}`, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster(join(directory, "slurm"));
  });
  afterAll(() => cluster?.stop(), 60_000);

  it("two nodes give them too", async () => {
    const { code } = await muflow(["study", spec, "--out", folder("far"), "--on", "slurm", "--shards", "7"]);
    expect(code).toBe(0);
    expect(results("far")).toEqual(results("whole"));
  });
});
