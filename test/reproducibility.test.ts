// Same experiment, same bits: whatever the threads, wherever the files lie.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fingerprint, put, readSummary, remarks, resident, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();
const muflow = resident();

// Width 20000 costs more than half of it all: two and three threads split it, and share the others out whole.
const NETWORK = `
name: network
problem:
  data: { teacher: { neurons: 3, dim: 2, samples: 60, seed: 3, noise: 0.1 } }
  neuron: { activation: tanh, inputs: 2 }
  loss: squared
  regulariser: { l2: 0.001 }
  temperature: 0.01
dynamics: { kind: kinetic, friction: 1 }
initial: { kind: gaussian, mean: 0, std: 1 }
time: { until: 0.3, step: 0.1, record: 3, snapshots: [0, 0.2, 0.3] }
solvers:
  - particles: { width: [50, 1000], replicas: 2 }
  - particles: { width: 20000 }
seed: 1
`;

// Every pair interacts: 1500² > 10⁶, so that the only run is split.
const INTERACTING = `
name: interacting
problem:
  potential: { kind: double-well }
  interaction: { kind: gaussian, strength: 1, scale: 0.7 }
  temperature: 0.2
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: [0.2, -0.1], std: [0.5, 1] }
time: { until: 0.1, step: 0.02, record: 5 }
solvers:
  - particles: { width: 1500 }
seed: 4
`;

// Noise that depends on time; with its density, and wide enough to be split.
const ANNEALED = `
name: annealed
problem:
  data: { function: sin, interval: [-3, 3], samples: 40 }
  neuron: { activation: tanh, inputs: 1, bias: false }
  regulariser: { l2: 0.3 }
dynamics: { kind: annealed-langevin, constant: 0.4, mobility: { w: 0.5 } }
initial: { kind: gaussian, mean: 0, std: [1, 0.8] }
time: { until: 0.4, step: 0.1, record: 4 }
solvers:
  - particles: { width: 30000 }
  - grid: { cells: 40, extent: [[-7, 7]] }
  - grid: { cells: 40, extent: [[-7, 7]], scheme: second-order }
seed: 6
`;

// Momentum iterations; the one with memory is wide enough to be split.
const MOMENTA = `
name: momenta
problem:
  data: { function: sin, interval: [-3, 3], samples: 40 }
  neuron: { activation: tanh, inputs: 1 }
  regulariser: { l2: 0.01 }
dynamics: { kind: kinetic, friction: { strong-convexity: 0.01 } }
initial: { kind: gaussian, mean: 0, std: 1, momentum: { std: 0.5 } }
time: { until: 0.4, step: 0.1, record: 4 }
solvers:
  - particles: { width: [50, 30000], integrator: higher-momentum, beta2: 0.2 }
  - particles: { width: 1000, replicas: 2, integrator: polyak }
  - particles: { width: 1000, integrator: nesterov-iteration }
seed: 2
`;

// Two noises a step.
const EXPONENTIAL = NETWORK.replace("name: network", "name: exponential")
  .replace("[50, 1000], replicas: 2", "[50, 1000], integrator: exact")
  .replace("width: 20000", "width: 20000, integrator: exact");

// A step sees 12 points twice, and all 60 every fifth time: 30000 · 36 > 10⁶, so that the only run is split.
const VARIANCE_REDUCED = `
name: variance-reduced
problem:
  data: { teacher: { neurons: 3, dim: 2, samples: 60, seed: 3, noise: 0.1 } }
  neuron: { activation: tanh, inputs: 2 }
  regulariser: { l2: 0.001 }
  temperature: 0.01
dynamics: { kind: kinetic, friction: 1 }
initial: { kind: gaussian, mean: 0, std: 1 }
time: { until: 0.6, step: 0.1, record: 6, snapshots: [0, 0.3, 0.6] }
solvers:
  - particles: { width: 30000, batch: { size: 12, sampling: reshuffled, estimator: svrg } }
seed: 1
`;

// Every thread derives the same births and deaths, and clones of others' neurons; 13001 · 2 · 40 > 10⁶, so that they share.
const BIRTHS = `
name: births
problem:
  data: { function: sin, interval: [-3, 3], samples: 40 }
  neuron: { activation: tanh, inputs: 1 }
  interaction: { kind: cosine, strength: 0.2 }
dynamics: { kind: birth-death, rate: 20, mobility: { w: 0.5 } }
initial: { kind: gaussian, mean: 0, std: 1 }
time: { until: 0.6, step: 0.1, record: 6, snapshots: [0, 0.1, 0.6] }
solvers:
  - particles: { width: 13001 }
  - particles: { width: [1, 9, 1000], replicas: 2, integrator: rk4 }
seed: 5
`;

describe.each([
  ["a network with data", "network", NETWORK],
  ["neurons that are born and die", "births", BIRTHS, ["1", "3"]],
  ["a network that moves by batches", "variance-reduced", VARIANCE_REDUCED, ["1", "3"]],
  ["particles that attract one another", "interacting", INTERACTING, ["1", "3"]],
  ["momentum iterations", "momenta", MOMENTA, ["1", "3"]],
  ["an exponential integrator", "exponential", EXPONENTIAL, ["1", "3"]],
  ["networks and densities that are annealed", "annealed", ANNEALED, ["1", "3"]],
] as [string, string, string, string[]?][])("%s", (_, name, text, counts = ["1", "2", "3"]) => {
  it(`has the same bits for ${counts.join(", ")} threads`, async () => {
    const spec = put(directory, `${name}.yaml`, text);
    const prints = [];
    for (const threads of counts) {
      const folder = join(directory, `${name}-${threads}`);
      const { code, stderr } = await muflow(["run", spec, "--out", folder, "--threads", threads]);
      expect(remarks(stderr)).toEqual([]);
      expect(code).toBe(0);
      prints.push(fingerprint(folder));
    }
    expect(Object.keys(prints[0]).length).toBeGreaterThan(6);
    for (const print of prints.slice(1)) expect(print).toEqual(prints[0]);
  });
});

describe("the files an experiment names", () => {
  const spec = (csv: string) => `
name: csv
problem:
  data: { csv: ${csv}, inputs: [x], target: y }
  neuron: { activation: relu, inputs: 1 }
  temperature: 0.01
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: 0, std: 1 }
time: { until: 1, step: 0.1 }
solvers: [{ particles: { width: 20 } }]
`;
  const csv = `x,y\n${Array.from({ length: 12 }, (_, i) => `${i / 4},${Math.sin(i)}`).join("\n")}\n`;

  it("count by their contents, not by their paths", async () => {
    put(directory, "one/points.csv", csv);
    put(directory, "two/deep/other name.csv", csv);
    const one = put(directory, "one/spec.yaml", spec("points.csv"));
    const two = put(directory, "two/spec.yaml", spec('"deep/other name.csv"'));
    await muflow(["run", one, "--out", join(directory, "by-one")]);
    await muflow(["run", two, "--out", join(directory, "by-two")], directory);
    expect(readSummary(join(directory, "by-two")).hash).toBe(readSummary(join(directory, "by-one")).hash);
    expect(fingerprint(join(directory, "by-two"))).toEqual(fingerprint(join(directory, "by-one")));
  });

  it("count by their contents: an edited file is refused by name in the folder of the first", async () => {
    put(directory, "edited/points.csv", csv);
    const path = put(directory, "edited/spec.yaml", spec("points.csv"));
    const folder = join(directory, "by-edited");
    expect((await muflow(["run", path, "--out", folder])).code).toBe(0);
    const before = fingerprint(folder);
    put(directory, "edited/points.csv", csv.replace("0.25,", "0.26,"));
    const { code, stderr } = await muflow(["run", path, "--out", folder]);
    expect(code).toBe(2);
    expect(stderr).toContain("points.csv");
    expect(stderr).toContain("--out");
    expect(fingerprint(folder)).toEqual(before);
  });
});

it("an experiment in which some runs diverge has the same bits for 1, 2 and 3 threads, and when repeated", async () => {
  const spec = put(
    directory,
    "diverging.yaml",
    `
name: diverging
problem: { potential: { kind: double-well } }
dynamics: { kind: gradient-flow }
initial: { kind: gaussian, mean: [0], std: [0.6] }
time: { until: 40, step: 1 }
solvers: [{ particles: { width: [20, 1000], replicas: 2 } }]
`,
  );
  const outcomes = [];
  for (const threads of ["1", "2", "3", "3"]) {
    const folder = join(directory, `diverging-${threads}`);
    const { code, stderr } = await muflow(["run", spec, "--out", folder, "--threads", threads]);
    expect(code).toBe(3);
    outcomes.push({ stderr, files: fingerprint(folder) });
  }
  expect(outcomes[0].stderr).toMatch(/blow-up: energy rose from .* at step \d+.*try step/);
  for (const outcome of outcomes.slice(1)) expect(outcome).toEqual(outcomes[0]);
});
