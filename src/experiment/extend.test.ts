// What is laid down for a longer run to go on from: the shorter one's end, not its beginning.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { meansOf } from "../kernels/backend/backend.ts";
import { loadCheckpoint } from "../results/checkpoint.ts";
import { claimFolder, summaryPath } from "../results/folder.ts";
import { sharedProgress, shown } from "../run/progress.ts";
import { stepsOf } from "../run/runs.ts";
import { loadExperiment } from "../spec/load.ts";
import { checkpointPath } from "./execute.ts";
import { extendRun } from "./extend.ts";
import { prepareExperiment } from "./prepare.ts";
import { performed } from "./worker.ts";

const WELL = (kind: string, dynamics: string, solvers: string) => `name: well
problem: { potential: { kind: ${kind} }, temperature: 0.3 }
dynamics: ${dynamics}
initial: { kind: gaussian, mean: [0.2], std: 0.7 }
time: { until: 0.4, step: 0.1, record: 4 }
solvers: ${solvers}`;

/** The states of an experiment that ran to t = 0.4, and what they are laid down as for t = 0.8. */
async function extended(text: string) {
  const root = mkdtempSync(join(tmpdir(), "muflow-extend-"));
  try {
    const file = join(root, "well.yaml");
    writeFileSync(file, text);
    const prepared = async (...set: string[]) => prepareExperiment(await loadExperiment(file, { set }));
    const short = await prepared();
    const folder = join(root, "short");
    (await claimFolder(folder, short.manifest))();
    const alone = {
      slot: 0,
      rank: 0,
      size: 1,
      ...meansOf(1),
      memory: null,
      checkpointSeconds: 1e9,
      packed: null,
      packs: false,
    };
    for (const run of short.built.runs.keys()) {
      const { loaded, inputs, manifest } = short;
      const checkpoint = checkpointPath(folder, run);
      const shared = { stop: new Int32Array(1), progress: sharedProgress(1) };
      const job = { experiment: loaded.experiment, inputs, hash: manifest.hash, run, checkpoint };
      expect(performed({ ...job, ...alone, ...shared })).toMatchObject({ status: "done" });
      // Found done by another process, its steps are shown as resumed.
      const again = sharedProgress(1);
      performed({ ...job, ...alone, ...shared, progress: again });
      const steps = stepsOf(short.built.runs[run]!);
      expect(shown(again, 0)).toMatchObject({ step: steps, resumed: steps });
    }
    const { hash, version, spec } = short.manifest;
    const summary = { name: "well", hash, version, seed: 0, spec, machine: {}, wallTime: 0, outcome: "done" };
    writeFileSync(summaryPath(folder), JSON.stringify({ ...summary, runs: [], comparisons: [], rates: [] }));
    const long = await prepared("time.until=0.8", "time.record=8");
    const notices: string[] = [];
    const target = join(root, "long");
    await extendRun(long, folder, target, (message) => notices.push(message));
    expect(notices).toEqual([]);
    const statesOf = ({ built, manifest }: typeof short, of: string) =>
      built.runs.map((_, run) => loadCheckpoint(checkpointPath(of, run), manifest.hash, () => {})!);
    return { before: statesOf(short, folder), laid: statesOf(long, target) };
  } finally {
    rmSync(root, { recursive: true });
  }
}

it("networks and densities go on from the step that the shorter run ended at; equilibria are taken as they are", async () => {
  const grid = "cells: 60, extent: [[-5, 5]]";
  const { laid } = await extended(
    WELL(
      "double-well",
      "{ kind: langevin }",
      `[{ particles: { width: 8, dual: off } }, { grid: { ${grid} } }, { stationary: { ${grid} } }]`,
    ),
  );
  expect(laid.map(({ finished, progress }) => [finished, progress.step])).toEqual([
    [false, 4],
    [false, 4],
    [true, 1],
  ]);
  expect(laid[0]!.progress.rows).toHaveLength(5);
  expect(laid[0]!.progress.snapshots.map(({ t }) => t)).toEqual([0]);
});

it("the errors of a refined run are those of its own end: the longer has none of them", async () => {
  const grid = "[{ grid: { cells: [48, 48], extent: [[-6, 6], [-5, 5]], refine: true } }]";
  const { before, laid } = await extended(WELL("quadratic", "{ kind: kinetic, friction: 1 }", grid));
  const errors = (states: typeof laid) =>
    states[0]!.progress.rows.map(({ observables }) => [observables.error_space, observables.error_time]);
  expect(
    errors(before)
      .at(-1)!
      .every((error) => error! > 0),
  ).toBe(true);
  expect(errors(laid)).toEqual(errors(before).map(() => [Number.NaN, Number.NaN]));
  // What else was recorded stays.
  const risks = (states: typeof laid) =>
    states[0]!.progress.rows.map(({ t, observables }) => [t, observables.energy]);
  expect(risks(laid)).toEqual(risks(before));
});
