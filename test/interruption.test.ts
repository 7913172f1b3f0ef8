// A run that is killed, asked to stop, or finds its disk full goes on with the same command, to the same bits.

import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { decodeCheckpoint, saveCheckpoint } from "../src/results/checkpoint.ts";
import {
  fingerprint,
  isFile,
  put,
  type Running,
  readSummary,
  remarks,
  resident,
  start,
  temporaryDirectory,
  waitFor,
} from "./support.ts";

const directory = temporaryDirectory();
const muflow = resident();

const specification = (name: string, steps: number, width: number, batch = "") => `
name: ${name}
problem:
  data: { teacher: { neurons: 3, dim: 2, samples: 60, seed: 3 } }
  neuron: { activation: tanh, inputs: 2 }
  temperature: 0.01
dynamics: { kind: kinetic, friction: 1 }
initial: { kind: gaussian, mean: 0, std: 1 }
time: { until: ${steps / 100}, step: 0.01, record: 10, snapshots: [0, ${steps / 200}, ${steps / 100}] }
solvers: [{ particles: { width: ${width}${batch} } }]
seed: 1
`;

const SVRG = ", batch: { size: 12, sampling: reshuffled, estimator: svrg }";

const births = (text: string) =>
  text
    .replace("  temperature: 0.01\n", "")
    .replace("{ kind: kinetic, friction: 1 }", "{ kind: birth-death, rate: 5 }");

/**
 * The same run on one thread, and one that two threads split; two more that they split: neurons cloned from one another, and
 * a state that holds an anchor.
 */
const CASES = {
  solo: { spec: put(directory, "solo.yaml", specification("solo", 200, 1500)), threads: "1" },
  team: { spec: put(directory, "team.yaml", specification("team", 40, 17000)), threads: "2" },
  births: { spec: put(directory, "births.yaml", births(specification("births", 40, 9000))), threads: "2" },
  svrg: { spec: put(directory, "svrg.yaml", specification("svrg", 40, 17000, SVRG)), threads: "2" },
} as const;

type Case = keyof typeof CASES;

function command(name: Case, folder: string, ...more: string[]): string[] {
  const { spec, threads } = CASES[name];
  return ["run", spec, "--out", folder, "--threads", threads, "--checkpoint", "0.05", ...more];
}

const checkpoint = (folder: string) => join(folder, "state", "run-0.checkpoint");

/** A run in `folder` that has saved both generations of its state, and still has work to do. */
async function underWay(name: Case, folder: string): Promise<Running> {
  const running = start(command(name, folder));
  await waitFor(running, () => isFile(`${checkpoint(folder)}.previous`));
  await sleep(30);
  return running;
}

const remains = new Map<Case, string>();

/** What is left of one that was killed; the same folder, copied, for all tests of a case. */
async function killed(name: Case, folder: string): Promise<string> {
  if (!remains.has(name)) {
    const first = join(directory, `remains-${name}`);
    const running = await underWay(name, first);
    running.child.kill("SIGKILL");
    expect((await running.ended).signal).toBe("SIGKILL");
    expect(isFile(first, "summary.json")).toBe(false);
    expect(isFile(first, "state", "lock")).toBe(true);
    remains.set(name, first);
  }
  cpSync(remains.get(name)!, folder, { recursive: true });
  return folder;
}

/** What is said besides that the process before this one was killed, which must be said first. */
function sinceTheKill(stderr: string): string[] {
  const [first, ...rest] = remarks(stderr);
  expect(first).toMatch(/: process \d+ ended here without a word \(killed/);
  return rest;
}

const whole: Record<string, Record<string, string>> = {};

beforeAll(async () => {
  for (const name of ["solo", "team", "births", "svrg"] as const) {
    const folder = join(directory, `whole-${name}`);
    expect((await muflow(command(name, folder, "--checkpoint", "1000"))).code).toBe(0);
    whole[name] = fingerprint(folder);
  }
}, 60_000);

describe.each([
  ["solo", "SIGINT"],
  ["team", "SIGTERM"],
] as const)("a run, %s,", (name, signal) => {
  it("that was killed goes on to the same bits: its lock blocks nobody", async () => {
    const folder = await killed(name, join(directory, `killed-${name}`));
    const { code, stderr } = await muflow(command(name, folder));
    expect(sinceTheKill(stderr)).toEqual([]);
    expect(code).toBe(0);
    expect(fingerprint(folder)).toEqual(whole[name]);
  });

  it(`stops at ${signal} with code 75 and goes on`, async () => {
    const folder = join(directory, `stopped-${name}`);
    const running = await underWay(name, folder);
    running.child.kill(signal);
    const { code, stderr } = await running.ended;
    expect(code).toBe(75);
    expect(stderr).toContain(signal);
    expect(stderr).toMatch(/stopped; the same command goes on/);
    expect(isFile(folder, "state", "lock")).toBe(false);
    expect(isFile(folder, "summary.json")).toBe(false);
    expect((await muflow(command(name, folder))).code).toBe(0);
    expect(fingerprint(folder)).toEqual(whole[name]);
  });
});

it("a search for equilibria is left within two seconds, in the midst of it, and begins anew", async () => {
  const folder = join(directory, "search");
  // Deflated Newton from ten starts, and from every equilibrium found: half a minute, in one step.
  const spec = put(
    directory,
    "search.yaml",
    `
name: search
problem:
  data: { function: sin, interval: [-2, 2], samples: 400 }
  neuron: { activation: tanh, inputs: 1, output: fixed }
  regulariser: { l2: 0.1 }
  interaction: { kind: gaussian, strength: 1.5, scale: 0.5 }
  temperature: 0.05
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: 0, std: 1 }
time: { until: 1, step: 0.1 }
solvers: [{ stationary: { cells: 64, extent: [[-6, 6], [-6, 6]] } }]
`,
  );
  for (let round = 0; round < 2; round++) {
    const running = start(["run", spec, "--out", folder]);
    await waitFor(running, () => isFile(folder, "state", "lock"));
    await sleep(1500);
    const asked = performance.now();
    running.child.kill("SIGTERM");
    const { code, stderr } = await running.ended;
    expect(performance.now() - asked).toBeLessThan(2000);
    expect(code).toBe(75);
    expect(stderr).toMatch(/stopped; the same command goes on/);
    expect(isFile(folder, "state", "lock")).toBe(false);
    expect(isFile(folder, "summary.json")).toBe(false);
  }
});

it.each([
  "run",
  "study",
])("%s is left within two seconds while a teacher labels its data", async (command) => {
  // A quarter of a minute, by as many neurons.
  const spec = put(
    directory,
    "labels.yaml",
    specification("labels", 60, 20).replace(
      "{ neurons: 3, dim: 2, samples: 60,",
      "{ neurons: 50000, dim: 2, samples: 10000,",
    ),
  );
  const out = join(directory, `labels-${command}`);
  const running = start([command, spec, "--out", out]);
  let said = "";
  running.child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await waitFor(running, () => said.includes("the teacher labels 10000 samples: about 15 s"));
  await sleep(500);
  const asked = performance.now();
  running.child.kill("SIGTERM");
  const { code, stderr } = await running.ended;
  expect(performance.now() - asked).toBeLessThan(2000);
  expect(code).toBe(75);
  expect(stderr).toMatch(
    /labels.yaml: stopped while it was read; nothing was begun, and the same command reads it again/,
  );
  expect(isFile(out)).toBe(false);
});

it.each([
  ["in which neurons are born and die", "births"],
  ["with batches and their anchor", "svrg"],
] as const)("a run %s, killed, goes on to the same bits", async (_, name) => {
  const folder = await killed(name, join(directory, `killed-${name}`));
  const { code, stderr } = await muflow(command(name, folder));
  expect(sinceTheKill(stderr)).toEqual([]);
  expect(code).toBe(0);
  expect(fingerprint(folder)).toEqual(whole[name]);
});

describe("a damaged checkpoint", () => {
  it("is passed over for the generation before it", async () => {
    const folder = await killed("solo", join(directory, "cut"));
    truncateSync(checkpoint(folder), Math.floor(statSync(checkpoint(folder)).size / 2));
    const { code, stderr } = await muflow(command("solo", folder));
    expect(code).toBe(0);
    expect(stderr).toContain("run-0.checkpoint is damaged");
    expect(sinceTheKill(stderr)).toHaveLength(1);
    expect(fingerprint(folder)).toEqual(whole.solo);
  });

  it("is passed over where one bit is wrong", async () => {
    const folder = await killed("team", join(directory, "flipped"));
    const bytes = readFileSync(checkpoint(folder));
    bytes[bytes.length >> 1] ^= 1;
    writeFileSync(checkpoint(folder), bytes);
    const { code, stderr } = await muflow(command("team", folder));
    expect(code).toBe(0);
    expect(stderr).toContain("is damaged");
    expect(fingerprint(folder)).toEqual(whole.team);
  });

  it("in both generations starts the run over, and says so", async () => {
    const folder = await killed("solo", join(directory, "both"));
    for (const path of [checkpoint(folder), `${checkpoint(folder)}.previous`]) writeFileSync(path, "junk");
    const { code, stderr } = await muflow(command("solo", folder));
    expect(code).toBe(0);
    expect(stderr).toContain("starts over");
    expect(fingerprint(folder)).toEqual(whole.solo);
  });

  it("whose digest is right is refused where it has fewer numbers than the run: none are made up", async () => {
    const folder = await killed("solo", join(directory, "short"));
    const saved = decodeCheckpoint(readFileSync(checkpoint(folder)))!;
    const state = saved.progress.state.slice(8);
    saveCheckpoint(checkpoint(folder), { ...saved, progress: { ...saved.progress, state } });
    const { code, stderr } = await muflow(command("solo", folder));
    expect(code).toBe(2);
    expect(stderr).toContain(
      `its saved state: found ${state.length} numbers; this run has ${state.length + 8}. Remove the state`,
    );
    expect(sinceTheKill(stderr)).toHaveLength(1);
  });

  it("of another experiment is refused by name", async () => {
    const folder = await killed("solo", join(directory, "mixed"));
    copyFileSync(checkpoint(join(directory, "whole-team")), checkpoint(folder));
    const { code, stderr } = await muflow(command("solo", folder));
    expect(code).toBe(2);
    expect(stderr).toContain("run-0.checkpoint: belongs to another experiment");
    expect(stderr).toContain(readSummary(join(directory, "whole-team")).hash.slice(0, 12));
    expect(sinceTheKill(stderr)).toHaveLength(1);
  });
});

it("a folder that a process is writing is refused to another", async () => {
  const folder = join(directory, "shared");
  const first = await underWay("solo", folder);
  first.child.kill("SIGSTOP");
  const second = await muflow(command("solo", folder));
  first.child.kill("SIGCONT");
  expect(second.code).toBe(2);
  expect(second.stderr).toContain(`process ${first.child.pid}`);
  expect(second.stderr).toContain("--out");
  expect((await first.ended).code).toBe(0);
  expect(fingerprint(folder)).toEqual(whole.solo);
});

describe("a finished folder", () => {
  const folder = join(directory, "whole-solo");

  it("is not run again, and says so", async () => {
    utimesSync(join(folder, "summary.json"), 1e9, 1e9);
    const { code, stdout, stderr } = await muflow(command("solo", folder));
    expect(code).toBe(0);
    expect(stderr).toContain("already finished");
    expect(stdout).toContain("1500");
    expect(statSync(join(folder, "summary.json")).mtimeMs).toBe(1e12);
    expect(fingerprint(folder)).toEqual(whole.solo);
  });

  it("gets its report back where it was deleted", async () => {
    rmSync(join(folder, "report.html"));
    rmSync(join(folder, "figures"), { recursive: true });
    const { code } = await muflow(command("solo", folder));
    expect(code).toBe(0);
    expect(statSync(join(folder, "summary.json")).mtimeMs).toBe(1e12);
    expect(fingerprint(folder)).toEqual(whole.solo);
  });

  it("is refused to another experiment: the message says what differs", async () => {
    const { code, stderr } = await muflow(command("solo", folder, "--set", "problem.temperature=0.02"));
    expect(code).toBe(2);
    expect(stderr).toMatch(/problem\.temperature: 0\.01 → 0\.02/);
    expect(stderr).toContain("--out");
    expect(fingerprint(folder)).toEqual(whole.solo);
  });
});

describe("a full disk", () => {
  const disk = join(directory, "disk");
  const mount = (...options: string[]) => spawnSync("mount", [...options, "tmpfs", disk]).status === 0;

  it("stops the run with code 75; with more room the same command goes on", async ({ skip }) => {
    mkdirSync(disk);
    if (!mount("-t", "tmpfs", "-o", "size=160k")) skip("a small disk cannot be mounted without the right to");
    try {
      const folder = join(disk, "results");
      const { code, stderr } = await muflow(command("solo", folder));
      expect(stderr).toMatch(/no space left.*repeat the command/);
      expect(code).toBe(75);
      expect(remarks(stderr)).toHaveLength(1);
      mount("-o", "remount,size=64m");
      const again = await muflow(command("solo", folder));
      expect(remarks(again.stderr)).toEqual([]);
      expect(again.code).toBe(0);
      expect(fingerprint(folder)).toEqual(whole.solo);
    } finally {
      spawnSync("umount", ["-l", disk]);
    }
  });
});
