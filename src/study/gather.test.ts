// What a study's folder says of its runs: the last values of each, and their series in one table.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parquetReadObjects } from "hyparquet";
import { afterAll, describe, expect, it } from "vitest";
import { saveCheckpoint } from "../results/checkpoint.ts";
import { gatherStudy } from "./gather.ts";
import { checkpointOf, prepareStudy } from "./prepare.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-gather-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** As version 0.3.0 kept why a run failed. */
const failed030 = (checkpoint: string, failure: object) =>
  writeFileSync(checkpoint.replace(/checkpoint$/, "failure.json"), JSON.stringify(failure));

const SPEC = `
name: gathered
problem: { potential: { kind: quadratic } }
dynamics: { kind: kinetic }
initial: { kind: gaussian, mean: [1], std: [1], momentum: { mean: [0], std: [0] } }
time: { until: 1, step: 0.5 }
solvers: [{ particles: { width: 4 } }]
sweep: { dynamics.friction: [1, { nesterov: 3 }] }
`;

describe("of runs that are done, stalled and failed,", async () => {
  const path = join(directory, "stalled.yaml");
  const fits = "fits: [{ quantity: energy, along: width, predicted: 1, within: 9 }]";
  const widths = "solvers: [{ particles: { width: [2, 4, 8], replicas: 2 } }]";
  writeFileSync(
    path,
    `${SPEC.replace(/solvers.*/, widths).replace(/sweep.*/, "sweep: { dynamics.friction: [1] }")}${fits}\n`,
  );
  const study = await prepareStudy(path);
  const folder = join(directory, "stalled");
  const { hash } = study.points[0]!.prepared.manifest;
  mkdirSync(dirname(checkpointOf(folder, hash, 0)), { recursive: true });
  const save = (run: number, stalled?: string) => {
    const rows = [0, 1].map((t) => ({ t, observables: { energy: 10 * run + t } }));
    const progress = { step: 2, rows, snapshots: [], ledger: null, state: new Float64Array(8) };
    saveCheckpoint(checkpointOf(folder, hash, run), {
      ...{ hash, finished: true, progress },
      ...(stalled !== undefined && { stalled }),
    });
  };
  for (const run of [0, 1, 2, 3, 4, 5]) save(run, run === 2 ? "all dead" : undefined);
  failed030(checkpointOf(folder, hash, 3), { kind: "numerics", message: "blew up" });
  const { points, fits: found, outcome } = await gatherStudy(study, folder, 1);

  it("each has its status, its last values and its reason", () => {
    expect(points[0]!.runs.map(({ status, reason, final }) => [status, reason, final])).toEqual([
      ["done", undefined, { energy: 1 }],
      ["done", undefined, { energy: 11 }],
      ["stalled", "all dead", { energy: 21 }],
      ["failed", "blew up", { energy: 31 }],
      ["done", undefined, { energy: 41 }],
      ["done", undefined, { energy: 51 }],
    ]);
    expect(outcome).toBe("1 of 6 runs failed, 1 of 6 runs stalled");
  });

  it("fits take those that are done alone", () => {
    expect(found[0]!.levels.map(({ x }) => x)).toEqual([2, 8]);
  });
});

describe("of a run that is done and one that failed, with a number and an object for one key,", async () => {
  const path = join(directory, "experiment.yaml");
  writeFileSync(path, SPEC);
  const study = await prepareStudy(path);
  const rows = [0, 1].map((t) => ({ t, observables: { energy: 10 + t } }));
  const progress = { step: 2, rows, snapshots: [], ledger: null, state: new Float64Array(8) };
  const [done, failed] = study.points.map(({ prepared }) => prepared.manifest.hash) as [string, string];
  for (const hash of [done, failed]) {
    mkdirSync(dirname(checkpointOf(directory, hash, 0)), { recursive: true });
    saveCheckpoint(checkpointOf(directory, hash, 0), { hash, finished: hash === done, progress });
  }
  failed030(checkpointOf(directory, failed, 0), { kind: "numerics", message: "diverged" });
  const { points } = await gatherStudy(study, directory, 1);

  it("the last row is the final one", () => {
    expect(points.map(({ runs: [run] }) => [run!.status, run!.final])).toEqual([
      ["done", { energy: 11 }],
      ["failed", { energy: 11 }],
    ]);
  });

  it("both files have the key's values as text", async () => {
    const values = ["1", '{"nesterov":3}'].flatMap((text) => [text, text]);
    const file = new Uint8Array(readFileSync(join(directory, "series.parquet"))).buffer;
    const read = await parquetReadObjects({ file });
    expect(read.map((row) => row["dynamics.friction"])).toEqual(values);
    const [head, ...lines] = readFileSync(join(directory, "series.csv"), "utf8").trim().split("\n");
    expect(head).toMatch(/^point,dynamics\.friction,run,/);
    expect(lines.map((line) => /^\d,(.*),0,particles/.exec(line)![1])).toEqual(
      ["1", '"{""nesterov"":3}"'].flatMap((text) => [text, text]),
    );
  });
});
