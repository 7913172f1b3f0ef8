// Studies on a real Slurm, as a user runs them: the same bits as one process, whatever is killed, cancelled or damaged on the way.

import { chmodSync, cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readShardProgress } from "../src/study/shards/shard-state.ts";
import { type Cluster, missingCommands, startCluster } from "./slurm-cluster.ts";
import {
  isFile,
  muflow,
  put,
  remarks,
  run,
  start,
  studyResults,
  temporaryDirectory,
  waitFor,
} from "./support.ts";

const directory = temporaryDirectory();
const awkward = join(directory, `it's a "50%" \\n folder`);

const SPEC = `
name: far
problem:
  data: { csv: points.csv, inputs: [x], target: y }
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
  regulariser: { l2: 0.05 }
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: [-1], std: [0.5] }
time: { until: 90, step: 0.01, record: 9 }
solvers:
  - particles: { width: [250, 500], replicas: 3 }
  - grid: { cells: [128], extent: [[-8, 8]] }
sweep:
  problem.temperature: [0.05, 0.1]
seed: 3
`;
put(awkward, "points.csv", `x,y\n${[-2, -1, 0, 1, 2].map((x) => `${x},${Math.tanh(x)}`).join("\n")}\n`);
const spec = put(awkward, "a spec.yaml", SPEC);
const folder = (name: string) => join(awkward, name);

const results = (name: string) => studyResults(folder(name));

interface Jobs {
  shards: number;
  submissions: { job: string; shards: number[] }[];
}
const jobs = (name: string): Jobs =>
  JSON.parse(readFileSync(join(folder(name), "slurm", "jobs.json"), "utf8"));

const pack = (of: string) => join(of, "state", "runs.pack");

/** As if the study had not been merged yet: its shards are all there is. */
function unmerge(name: string): void {
  rmSync(join(folder(name), "study.json"));
  rmSync(pack(folder(name)));
}

const onSlurm = (name: string, ...more: string[]) => [
  "study",
  spec,
  "--out",
  folder(name),
  "--on",
  "slurm",
  ...more,
];

const missing = missingCommands();
const reason = missing.length === 0 ? "" : ` (skipped: ${missing.join(", ")} not installed)`;

describe.skipIf(missing.length > 0)(`muflow study --on slurm${reason}`, { timeout: 180_000 }, () => {
  let cluster: Cluster;

  beforeAll(async () => {
    cluster = await startCluster(join(directory, "slurm"));
    expect((await muflow(["study", spec, "--out", folder("whole"), "--threads", "2"])).code).toBe(0);
  }, 120_000);
  afterAll(() => cluster?.stop(), 60_000);

  it("gives the same bits as one process", async () => {
    const more = ["--shards", "3", "--threads", "1", "--sbatch", "--mem=400M --comment='two words'"];
    const { code, stdout, stderr } = await muflow(onSlurm("far", ...more));
    expect(remarks(stderr)).toEqual([
      expect.stringMatching(/^muflow: submitted shards 1-3 of 3 as job \d+$/),
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain("2 points, 14 runs");
    expect(results("far")).toEqual(results("whole"));
    const again = await muflow(onSlurm("far"));
    expect(again.stderr).toContain("already finished with the same study; not run again");
    expect(jobs("far").submissions).toHaveLength(1);
  });

  it("resumes what is killed and what is cancelled, from their checkpoints", async () => {
    const running = start(onSlurm("hunted", "--shards", "2", "--checkpoint", "0.1"));
    const shard = (index: number) => join(folder("hunted"), "slurm", `shard-${index}-of-2`);
    // Far enough that its last checkpoint, a tenth of a second old, holds one per cent of its work.
    const underWay = (index: number) =>
      isFile(shard(index), "state", "lock") && readShardProgress(shard(index)).share > 0.05;
    const signal = async (index: number, name: NodeJS.Signals) => {
      await waitFor(running, () => underWay(index));
      process.kill(Number(readFileSync(join(shard(index), "state", "lock"), "utf8").split(" ")[0]), name);
    };
    // The second is held where it is until Slurm has found the time to cancel it.
    await Promise.all([signal(1, "SIGKILL"), signal(2, "SIGSTOP")]);
    cluster.command("scancel", `${jobs("hunted").submissions[0]!.job}_2`);
    const { code, stderr } = await running.ended;
    expect(stderr).toMatch(
      /shard 1 of 2 is not finished: job \d+_1 FAILED.*submitting it again, from [1-9]\d? % of its work/,
    );
    expect(stderr).toMatch(
      /shard 2 of 2 is not finished: job \d+_2 CANCELLED.*submitting it again, from [1-9]\d? % of its work/,
    );
    expect(code).toBe(0);
    expect(results("hunted")).toEqual(results("whole"));
  });

  it("leaves the jobs alone when interrupted, and goes on with them, from the folder alone", async () => {
    const running = start(onSlurm("left", "--shards", "2"));
    await waitFor(running, () => isFile(folder("left"), "slurm", "jobs.json"));
    running.child.kill("SIGINT");
    const { code, stderr } = await running.ended;
    expect(code).toBe(75);
    const { job } = jobs("left").submissions[0]!;
    expect(stderr).toContain(
      `no longer followed; job ${job} goes on. The same command follows again and merges; scancel ${job} ends them`,
    );
    expect(cluster.command("squeue", "--noheader", `--jobs=${job}`)).not.toBe("");
    const other = await muflow(onSlurm("left", "--shards", "5"));
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("found 5; allowed: 2")]);
    const again = await muflow(["study", folder("left"), "--on", "slurm"]);
    expect(remarks(again.stderr)).toEqual([]);
    expect(again.code).toBe(0);
    expect(jobs("left").submissions).toHaveLength(1);
    expect(results("left")).toEqual(results("whole"));
  });

  it("computes a damaged state again, and lists a shard that cannot be computed", async () => {
    cpSync(folder("far"), folder("damaged"), { recursive: true });
    unmerge("damaged");
    const shard = (index: number) => join(folder("damaged"), "slurm", `shard-${index}-of-3`);
    const bytes = readFileSync(pack(shard(1)));
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(pack(shard(1)), bytes);
    const manifest = readFileSync(join(shard(2), "state", "manifest.json"));
    writeFileSync(join(shard(2), "state", "manifest.json"), "{");
    rmSync(pack(shard(2)));
    const { code, stderr } = await muflow(onSlurm("damaged", "--retries", "1"));
    expect(code).toBe(75);
    expect(stderr).toContain("is damaged and counts as missing");
    expect(stderr).toMatch(
      /shard 2 of 3 is not finished: .*manifest\.json: is not JSON.*; submitting it again/,
    );
    expect(stderr).toMatch(/shard 2 of 3 is not finished: .*; given up \(--retries 1\), see .*_2\.txt/);
    expect(stderr).toMatch(/\d of 14 runs are missing; the same command submits them again/);
    writeFileSync(join(shard(2), "state", "manifest.json"), manifest);
    expect((await muflow(onSlurm("damaged"))).code).toBe(0);
    expect(results("damaged")).toEqual(results("whole"));
  });

  it("says what sbatch refuses, and leaves nothing behind", async () => {
    const refused = async (...more: string[]) => {
      const { code, stdout, stderr } = await muflow(onSlurm("refused", ...more));
      expect([code, stdout, isFile(folder("refused"))]).toEqual([2, "", false]);
      return stderr;
    };
    expect(await refused("--sbatch", "--partition=nowhere")).toContain(
      "sbatch refuses the job: sbatch: error: invalid partition specified: nowhere",
    );
    expect(await refused("--sbatch", "--array=1-2")).toContain("--sbatch: found --array=1-2");
    expect(await refused("--shard", "1/2")).toContain("--shard: found with --on slurm");
    const other = await muflow([...onSlurm("far"), "--seed", "9"]);
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining("seed: 3 → 9")]);
    const fixed = await muflow(["study", folder("far"), "--seed", "9"]);
    expect([fixed.code, fixed.stderr]).toEqual([
      2,
      expect.stringContaining("is a folder, whose study is fixed"),
    ]);
  });

  it("has a script of its own do the same: muflow emit slurm", async () => {
    const script = await muflow(["emit", "slurm", spec, "--shards", "2", "--out", folder("emitted")]);
    expect(script.code).toBe(0);
    const path = put(awkward, "the job's.sh", script.stdout);
    const { code, stdout } = await run("bash", [path, "--mem=400M"], awkward);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^shards: job \d+\nmerge: job \d+\n$/);
    while (cluster.command("squeue", "--noheader") !== "") await sleep(200);
    expect(results("emitted")).toEqual(results("whole"));
  });
});

describe("muflow study without Slurm", () => {
  it("names what is not there, and what to do", async () => {
    const { PATH } = process.env;
    process.env.PATH = directory;
    const { code, stdout, stderr } = await muflow(onSlurm("never")).finally(() => {
      process.env.PATH = PATH;
    });
    expect([code, stdout, isFile(folder("never"))]).toEqual([2, "", false]);
    expect(stderr).toContain("--on slurm: found no sbatch on this machine");
    expect(stderr).toContain("muflow emit slurm|parallel|hyperqueue SPEC");
  });

  it("names what is not set up, and what to do", async () => {
    const bin = join(directory, "bin");
    for (const command of ["sbatch", "squeue"]) {
      chmodSync(
        put(
          bin,
          command,
          "#!/bin/sh\necho 'error: no DNS' >&2\necho 'fatal: no configuration' >&2\nexit 1\n",
        ),
        0o755,
      );
    }
    const { PATH } = process.env;
    process.env.PATH = `${bin}:${PATH}`;
    const { code, stdout, stderr } = await muflow(onSlurm("never")).finally(() => {
      process.env.PATH = PATH;
    });
    expect([code, stdout, isFile(folder("never"))]).toEqual([2, "", false]);
    expect(stderr).toContain(
      "--on slurm: found a Slurm that is not set up (fatal: no configuration); allowed: where",
    );
    expect(stderr).toContain("muflow emit slurm|parallel|hyperqueue SPEC");
  });

  it("refuses options that belong to it", async () => {
    for (const option of [
      ["--shards", "3"],
      ["--sbatch", "--mem=1G"],
      ["--retries", "1"],
    ]) {
      const { code, stderr } = await muflow(["study", spec, "--out", folder("never"), ...option]);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`${option[0]}: found without --on slurm`)]);
    }
    expect(isFile(folder("never"))).toBe(false);
  });
});
