// A million neurons fit into a gigabyte, on two threads, and into what is foretold of them.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadExperiment } from "../src/experiment/load.ts";
import { memoryOf } from "../src/experiment/needs.ts";
import { prepareExperiment } from "../src/experiment/run.ts";
import { put, remarks, start, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();

it.skipIf(process.platform !== "linux")("a million neurons peak below 1 GiB", async () => {
  const spec = put(
    directory,
    "million.yaml",
    `
name: million
problem:
  data: { function: sin, interval: [-3, 3], samples: 200 }
  neuron: { activation: tanh, inputs: 1 }
  temperature: 0.01
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: 0, std: 1 }
time: { until: 0.1, step: 0.1, snapshots: [0] }
solvers: [{ particles: { width: 1000000, dual: off } }]
`,
  );
  const { child, ended } = start(["run", spec, "--out", join(directory, "million"), "--threads", "2"]);
  let peak = 0;
  const poll = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      peak = Math.max(peak, Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0));
    } catch {
      // It has just ended: the peak stands.
    }
  }, 20);
  const { code, stderr } = await ended;
  clearInterval(poll);
  expect(remarks(stderr)).toEqual([]);
  expect(code).toBe(0);
  expect(peak).toBeLessThan(1024 * 1024);
  // As muflow check foretells it.
  const { built } = prepareExperiment(await loadExperiment(spec));
  const foretold = memoryOf(built, 2) / 1024;
  expect(foretold / peak).toBeGreaterThan(1);
  expect(foretold / peak).toBeLessThan(1.5);
});
