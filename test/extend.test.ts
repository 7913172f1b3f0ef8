// muflow run --extend: a finished run goes on to a later end with the bits of one long run, in its own folder or into another; what
// would not be those bits is refused by name, with the record that would do.

import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { fingerprint, put, resident, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();
const muflow = resident();
const at = (name: string) => join(directory, name);

const WELL = "{ potential: { kind: double-well }, temperature: 0.3 }";
const spec = (name: string, body: string, time: string) =>
  put(directory, `${name}.yaml`, `name: ${name}\n${body}\ntime: ${time}\nseed: 3\n`);

const run = async (...args: string[]) => {
  const { code, stderr } = await muflow(["run", ...args, "--threads", "2"], directory);
  return { code, stderr };
};
const LONGER = ["--set", "time.until=0.8", "--set", "time.record=8"];

const CASES: Record<string, string> = {
  networks: `problem: { data: { function: sin, interval: [-2, 2], samples: 6 }, neuron: { activation: tanh, inputs: 1 } }
dynamics: { kind: kinetic, friction: 1 }
initial: { kind: gaussian, mean: 0, std: 1 }
solvers: [{ particles: { width: [5, 20], replicas: 2 } }, { particles: { width: 8, batch: { size: 2, sampling: reshuffled, estimator: svrg } } }]`,
  densities: `problem: ${WELL}
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: [0.2], std: 0.7 }
solvers: [{ grid: { cells: 80, extent: [[-5, 5]] } }, { grid: { cells: 80, extent: [[-5, 5]], scheme: second-order } }, { jko: { cells: 60, extent: [[-5, 5]], method: quantile } }, { stationary: { cells: 80, extent: [[-5, 5]] } }, { particles: { width: 30, dual: off } }]`,
  "phase-space": `problem: ${WELL}
dynamics: { kind: kinetic, friction: 1 }
initial: { kind: gaussian, mean: [0.2], std: 0.7 }
solvers: [{ grid: { cells: [64, 48], extent: [[-5, 5], [-6, 6]], scheme: positive, refine: true, leak: 0.01 } }]`,
};

describe.each(Object.entries(CASES))("%s", (name, body) => {
  it("go on with the bits of one long run", async () => {
    const file = spec(name, body, "{ until: 0.4, step: 0.1, record: 4, snapshots: [0, 0.2, 0.4] }");
    const snapshots = ["--set", "time.snapshots=[0, 0.2, 0.8]"];
    const steps: string[][] = [
      [file, "--out", at(`${name}-short`)],
      [file, "--out", at(`${name}-long`), ...LONGER, ...snapshots],
      [file, "--extend", at(`${name}-short`), "--out", at(`${name}-other`), ...LONGER, ...snapshots],
      [file, "--extend", at(`${name}-short`), ...LONGER, ...snapshots],
      [file, "--extend", at(`${name}-short`), ...LONGER, ...snapshots],
    ];
    for (const args of steps) expect((await run(...args)).code).toBe(0);
    // The last command finds the long run finished.
    const long = fingerprint(at(`${name}-long`));
    expect(fingerprint(at(`${name}-other`))).toEqual(long);
    expect(fingerprint(at(`${name}-short`))).toEqual(long);
  });
});

it("runs that lie in a pack, as those of more than 16 do, go on from it", async () => {
  const many = CASES.networks!.replace("replicas: 2", "replicas: 9");
  const file = spec("many", many, "{ until: 0.4, step: 0.1, record: 4 }");
  await run(file, "--out", at("many-short"));
  await run(file, "--out", at("many-long"), ...LONGER);
  for (const more of [["--out", at("many-other")], []]) {
    const { code, stderr } = await run(file, "--extend", at("many-short"), ...more, ...LONGER);
    expect([code, stderr]).toEqual([0, expect.not.stringContaining("computed from the start")]);
    expect(fingerprint(more[1] ?? at("many-short"))).toEqual(fingerprint(at("many-long")));
  }
});

it("lower bounds, planned by a run's whole length, are computed anew, and it is said", async () => {
  const body = `problem: { data: { function: sin, interval: [-2, 2], samples: 6 }, neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }, regulariser: { l2: 0.2 }, temperature: 0.1 }
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: 0, std: 1 }
solvers: [{ particles: { width: 10 } }]`;
  const file = spec("bounded", body, "{ until: 0.4, step: 0.1, record: 4 }");
  await run(file, "--out", at("bounded-short"));
  await run(file, "--out", at("bounded-long"), ...LONGER);
  const { code, stderr } = await run(file, "--extend", at("bounded-short"), ...LONGER);
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining("N = 10, replica 0: computed from the start, as its lower bounds (dual)"),
  ]);
  expect(fingerprint(at("bounded-short"))).toEqual(fingerprint(at("bounded-long")));
});

it("a move cut short, by a kill between two states, goes on by the same command", async () => {
  const file = spec("cut", CASES.networks!, "{ until: 0.4, step: 0.1, record: 4 }");
  await run(file, "--out", at("cut"));
  await run(file, "--out", at("cut-long"), ...LONGER);
  await run(file, "--extend", at("cut"), "--out", at("cut-laid"), ...LONGER);
  // As the kill leaves it: the manifest of the long run, its states laid down, two of them in their place.
  rmSync(join(at("cut"), "summary.json"));
  copyFileSync(join(at("cut-long"), "state", "manifest.json"), join(at("cut"), "state", "manifest.json"));
  for (const k of [0, 1, 2, 3, 4]) {
    const to = join(at("cut"), "state", `run-${k}.checkpoint`);
    copyFileSync(join(at("cut-laid"), "state", `run-${k}.checkpoint`), k < 2 ? to : `${to}.extended`);
  }
  expect((await run(file, "--extend", at("cut"), ...LONGER)).code).toBe(0);
  expect(fingerprint(at("cut"))).toEqual(fingerprint(at("cut-long")));
});

describe("is refused", () => {
  const file = spec("plain", CASES.networks!, "{ until: 0.4, step: 0.1, record: 4, snapshots: [0, 0.4] }");
  const extend = (...args: string[]) => run(file, "--extend", at("plain"), ...args);
  let before: Record<string, string>;
  beforeAll(async () => {
    await run(file, "--out", at("plain"));
    before = fingerprint(at("plain"));
  }, 60_000);

  it.each([
    [
      ["--set", "time.until=0.8", "--set", "time.record=4"],
      "time.record: found 4; allowed: 8, as its records are 0.1 apart",
    ],
    [["--set", "time.until=0.8"], ""],
    // Of 9 steps neither 4 nor the divisor 3 is what goes on from it.
    [
      ["--set", "time.until=0.9", "--set", "time.record=4", "--set", "time.snapshots=[0]"],
      "cannot be extended: time.record: found 4; allowed: 9, as its records are 0.1 apart",
    ],
    [
      ["--set", "time.until=0.3", "--set", "time.record=3", "--set", "time.snapshots=[0]"],
      "it ends at t = 0.4; allowed: time.until beyond it, found 0.3",
    ],
    [[...LONGER, "--seed", "4"], "it differs in more than time.until and time.record: seed: 3 → 4"],
    [[...LONGER, "--set", "dynamics.friction=2"], "dynamics.friction: 1 → 2"],
    [[...LONGER, "--set", "time.step=0.05", "--set", "time.record=16"], "step: 0.1 → 0.05"],
    [[...LONGER, "--set", "time.snapshots=[0, 0.1, 0.8]"], "time.snapshots: it kept none at t = 0.1"],
  ])("%j", async (args, message) => {
    const { code, stderr } = await extend(...args);
    if (message === "") {
      // record 4 of the file again: 2 records an interval apart do not fit either.
      expect([code, stderr]).toEqual([2, expect.stringContaining("allowed: 8")]);
    } else expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(fingerprint(at("plain"))).toEqual(before);
  });

  it("a snapshot at the very end that it did not keep, and what another version made", async () => {
    const bare = spec("bare", CASES.networks!, "{ until: 0.4, step: 0.1, record: 4, snapshots: [0] }");
    await run(bare, "--out", at("bare"));
    const late = await run(bare, "--extend", at("bare"), ...LONGER, "--set", "time.snapshots=[0, 0.4, 0.8]");
    expect([late.code, late.stderr]).toEqual([2, expect.stringContaining("it kept none at t = 0.4")]);
    const manifest = join(at("bare"), "state", "manifest.json");
    const { version, ...rest } = JSON.parse(readFileSync(manifest, "utf8"));
    writeFileSync(manifest, JSON.stringify({ ...rest, version: "0.0.1" }));
    const old = await run(bare, "--extend", at("bare"), ...LONGER);
    expect([old.code, old.stderr]).toEqual([
      2,
      expect.stringContaining(`it was made by muflow 0.0.1, this is ${version}`),
    ]);
  });

  it("a folder that holds no run, or one that is not finished", async () => {
    expect((await run(file, "--extend", directory, ...LONGER)).stderr).toContain(
      "holds no run to go on from",
    );
    await run(file, "--out", at("open"));
    renameSync(join(at("open"), "summary.json"), join(at("open"), "aside.json"));
    const { code, stderr } = await run(file, "--extend", at("open"), ...LONGER);
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining("is not finished; allowed for --extend: a finished run"),
    ]);
    expect(readFileSync(join(at("open"), "aside.json"), "utf8")).toContain('"outcome": "done"');
  });
});
