// The spectrum advises, it never measures: with one that is wrong by a fifth `rates` of a run and the fits of a study are what they were, but for words.

import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it, vi } from "vitest";
import type { Spectrum } from "../src/pde/spectrum/spectrum.ts";
import { saveCheckpoint } from "../src/results/checkpoint.ts";
import { ratesOf } from "../src/run/rates.ts";
import type { GridRun, StationaryRun } from "../src/run/runs.ts";
import { simulate } from "../src/run/solvers/list.ts";
import { fitStudy } from "../src/study/fits/fit.ts";
import { KeptTrials, laidOut } from "../src/study/fits/trials.ts";
import { gatherStudy } from "../src/study/gather.ts";
import { checkpointOf, prepareStudy } from "../src/study/prepare.ts";
import { pointsIn } from "../src/study/results.ts";
import { put, temporaryDirectory } from "./support.ts";

const spectrum = vi.hoisted(() => ({ factor: 1, asked: 0, right: [] as Spectrum[] }));
vi.mock("../src/pde/spectrum/predict.ts", async (original) => {
  const right = await original<typeof import("../src/pde/spectrum/predict.ts")>();
  const spectralGap = (...of: Parameters<typeof right.spectralGap>): Spectrum => {
    const { factor } = spectrum;
    // Asked for the same ones in the same order, with every factor.
    spectrum.right[spectrum.asked] ??= right.spectralGap(...of);
    const found = spectrum.right[spectrum.asked]!;
    spectrum.asked += 1;
    const eigenvalues = found.eigenvalues.map(({ re, im }) => ({ re: factor * re, im }));
    return { ...found, gap: factor * found.gap, eigenvalues };
  };
  return { ...right, spectralGap };
});

const directory = temporaryDirectory();

const SPEC = (dynamics: string, solver: string) => `
name: advice
problem:
  data: { function: sin, interval: [-3, 3], samples: 9 }
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
  regulariser: { l2: 0.2 }
  temperature: 0.05
dynamics: ${dynamics}
initial: { kind: gaussian, mean: 0.3, std: 0.7 }
time: { until: 20, step: 0.1, record: 100 }
solvers:
  - grid: ${solver}
  - stationary: { cells: 160, extent: [[-5, 5]] }
fits:
  - { quantity: free_energy, solver: grid, against: stationary, along: time, law: exponential, predicted: -0.75, within: 0.06 }
`;

it.each([
  ["langevin", "{ kind: langevin }", "{ cells: 100, extent: [[-5, 5]], scheme: second-order }", "FAILS"],
  [
    "kinetic",
    "{ kind: kinetic, friction: 2 }",
    "{ cells: [128, 64], extent: [[-5, 5], [-2, 2]] }",
    "NOT RESOLVED",
  ],
])("%s: rates and verdicts beside spectra wrong by a fifth", async (name, dynamics, solver, verdict) => {
  const study = await prepareStudy(put(directory, `${name}.yaml`, SPEC(dynamics, solver)));
  const [{ prepared }] = study.points as [(typeof study.points)[0]];
  const { runs } = prepared.built;
  const folder = join(directory, name);
  const grid = simulate(runs[0] as GridRun);
  const rest = simulate(runs[1] as StationaryRun);
  if (grid.status !== "done" || rest.status !== "done") throw new Error(grid.failure ?? "no result");
  const { hash } = prepared.manifest;
  mkdirSync(dirname(checkpointOf(folder, hash, 0)), { recursive: true });
  for (const [run, { progress }] of [grid, rest].entries()) {
    saveCheckpoint(checkpointOf(folder, hash, run), { hash, finished: true, progress });
  }
  // The trial runs that the verdict hangs on, as the study makes them.
  for (;;) {
    const kept = new KeptTrials(study, folder);
    fitStudy(study.fits, await pointsIn(study, folder, () => {}), kept);
    if (kept.missing.size === 0) break;
    for (const task of laidOut(study, folder, kept)) {
      const end = simulate(task.planned as GridRun);
      if (end.status !== "done") throw new Error("no result");
      saveCheckpoint(task.checkpoint, { hash: task.hash, finished: true, progress: end.progress });
    }
  }
  spectrum.right = [];
  const beside = async (factor: number) => {
    Object.assign(spectrum, { factor, asked: 0 });
    const [rate] = ratesOf(prepared.built, [grid.progress, rest.progress]);
    const [fit] = (await gatherStudy(study, folder, 1)).fits;
    expect(spectrum.asked).toBeGreaterThan(1);
    return { rate: rate!, fit: fit! };
  };
  const right = await beside(1);
  expect(right.fit.verdict).toBe(verdict);
  for (const factor of [0.8, 1.2]) {
    const wrong = await beside(factor);
    expect(wrong.rate.predicted! / right.rate.predicted!).toBeCloseTo(factor, 12);
    const { predicted, predictedError, modes, ...rate } = right.rate;
    expect(wrong.rate).toMatchObject(rate);
    const { modes: drawn, reason, ...fit } = right.fit;
    expect(drawn!.length).toBeGreaterThan(1);
    expect(wrong.fit.modes![0]! / drawn![0]!).toBeCloseTo(factor, 12);
    expect(wrong.fit).toMatchObject(fit);
  }
});
