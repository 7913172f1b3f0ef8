import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { saveCheckpoint } from "../../results/checkpoint.ts";
import { checkpointOf, prepareStudy } from "../prepare.ts";
import { resultsOf } from "../results.ts";
import { mergeShards } from "./merge.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-merge-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** As version 0.3.0 kept why a run failed. */
const failed030 = (checkpoint: string, failure: object) =>
  writeFileSync(checkpoint.replace(/checkpoint$/, "failure.json"), JSON.stringify(failure));

const SPEC = `
name: merged
problem: { potential: { kind: quadratic } }
dynamics: { kind: gradient-flow }
initial: { kind: gaussian, mean: [1], std: [1] }
time: { until: 1, step: 0.5 }
solvers:
  - particles: { width: 4, replicas: 2 }
`;

it("takes a result over the failure of an earlier merge, and leaves what no folder holds whole", async () => {
  const path = join(directory, "experiment.yaml");
  writeFileSync(path, SPEC);
  const study = await prepareStudy(path);
  const [point] = study.points;
  const { hash } = point!.prepared.manifest;
  const [first, second, target] = ["first", "second", "target"].map((name) => join(directory, name));
  const statuses = () => resultsOf(point!, target!, () => {}).runs.map(({ status }) => status);

  for (const folder of [first!, second!]) {
    mkdirSync(dirname(checkpointOf(folder, hash, 0)), { recursive: true });
  }
  const progress = { step: 2, rows: [], snapshots: [], ledger: null, state: new Float64Array(4) };
  failed030(checkpointOf(first!, hash, 0), { kind: "numerics", message: "diverged" });
  saveCheckpoint(checkpointOf(first!, hash, 1), { hash, finished: false, progress });
  await mergeShards(study, [first!], target!);
  expect(statuses()).toEqual(["failed", "missing"]);

  saveCheckpoint(checkpointOf(second!, hash, 0), { hash, finished: true, progress });
  await mergeShards(study, [first!, second!], target!);
  expect(statuses()).toEqual(["done", "missing"]);
});
