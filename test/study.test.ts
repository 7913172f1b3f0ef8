// Studies, as a user runs them: sweeps, shards, merges, interruptions, and what is missing or failed.

import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import {
  muflow as alone,
  put,
  remarks,
  resident,
  start,
  studyResults,
  temporaryDirectory,
  waitFor,
} from "./support.ts";

const directory = temporaryDirectory();
const muflow = resident();

const SPEC = `
name: widths
problem:
  data: { csv: points.csv, inputs: [x], target: y }
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
  regulariser: { l2: 0.05 }
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: [-1], std: [0.5] }
time: { until: 0.5, step: 0.05, record: 2 }
solvers:
  - particles: { width: [8, 32, 128, 512], replicas: 12 }
  - grid: { cells: [120], extent: [[-5, 5]] }
sweep:
  problem.temperature: [0.05, 0.1]
fits:
  - { quantity: f_rms, along: width, against: grid, predicted: -0.5, within: 0.75 }
  - { quantity: gap, along: time, law: exponential, solver: grid }
seed: 3
`;
put(directory, "points.csv", `x,y\n${[-2, -1, 0, 1, 2].map((x) => `${x},${Math.tanh(x)}`).join("\n")}\n`);
const spec = put(directory, "widths.yaml", SPEC);
const folder = (name: string) => join(directory, name);

interface Study {
  hash: string;
  outcome: string;
  points: { values: Record<string, unknown>; hash: string; runs: { status: string; final: object }[] }[];
  fits: {
    slope: number | null;
    verdict: string | null;
    reason: string;
    levels: { x: number; replicas: number }[];
  }[];
}

const read = (name: string) => studyResults<Study>(folder(name));
const table = (name: string) => readFileSync(join(folder(name), "series.csv"), "utf8");

describe("muflow study", () => {
  it("runs every point, fits and judges", async () => {
    const out = ["--out", folder("whole")];
    const { code, stdout, stderr } = await muflow(["study", spec, ...out, "--threads", "2"]);
    // Wide enough for the run, the extent is not for the Gibbs measure that the excess is taken from.
    expect(remarks(stderr).filter((line) => !line.includes("excess is blank"))).toEqual([]);
    expect(code).toBe(0);
    expect(stdout).toContain("2 points, 98 runs");
    const study = read("whole");
    expect(study.outcome).toBe("done");
    expect(study.points.map(({ values }) => values)).toEqual([
      { "problem.temperature": 0.05 },
      { "problem.temperature": 0.1 },
    ]);
    const [cold, warm, gap] = study.fits;
    expect([cold!.verdict, warm!.verdict]).toEqual(["HOLDS", "HOLDS"]);
    expect(cold!.levels.map(({ x, replicas }) => [x, replicas])).toEqual([
      [8, 12],
      [32, 12],
      [128, 12],
      [512, 12],
    ]);
    expect([gap!.slope, gap!.verdict]).toEqual([null, null]);
    expect(gap!.reason).toContain("found 3 times and 3 values; allowed: as many, ≥ 10");
    // 2 points × 49 runs × 3 records, and the names of the columns.
    const lines = table("whole").trim().split("\n");
    expect(lines).toHaveLength(1 + 2 * 49 * 3);
    expect(lines[0]).toMatch(/^point,problem\.temperature,run,solver,width,replica,label,t,risk,/);
  });

  it("writes its figures as run does, and merges do; what it holds none of is refused at once", async () => {
    const out = ["--out", folder("whole")];
    const again = await muflow(["study", spec, ...out, "--format", "png"]);
    expect(again.code).toBe(0);
    const figures = readdirSync(join(folder("whole"), "figures"));
    const drawn = (ending: string) => figures.filter((name) => name.endsWith(ending)).length;
    expect(drawn(".png")).toBe(drawn(".svg"));
    const refused = await muflow(["study", spec, "--out", folder("unmade"), "--format", "csv"]);
    expect([refused.code, existsSync(folder("unmade"))]).toEqual([2, false]);
    expect(refused.stderr).toContain("--format csv: ");
    const shard = await muflow(["study", spec, "--shard", "1/3", "--format", "png"]);
    expect([shard.code, shard.stderr]).toEqual([
      2,
      "muflow: --format: found with --shard, which draws nothing; allowed: with muflow merge\n",
    ]);
    const merged = await muflow(["merge", folder("whole"), "--out", folder("png"), "--format", "png"]);
    expect(merged.code).toBe(0);
    expect(readdirSync(join(folder("png"), "figures")).filter((name) => name.endsWith(".png"))).toHaveLength(
      drawn(".svg"),
    );
  });

  it("makes of each point what muflow run makes of it, with the same hash", async () => {
    const { sweep: _, fits: __, ...own } = parse(SPEC);
    const single = put(directory, "single.json", JSON.stringify(own));
    const set = ["--set", "problem.temperature=0.1"];
    const { code } = await muflow(["run", single, "--out", folder("single"), ...set]);
    expect(code).toBe(0);
    const summary = JSON.parse(readFileSync(join(folder("single"), "summary.json"), "utf8"));
    const point = read("whole").points[1]!;
    expect(point.hash).toBe(summary.hash);
    expect(point.runs.map(({ final }) => final)).toEqual(
      summary.runs.map(({ final }: { final: object }) => final),
    );
  });

  it("gives the same bits in three shards, merged elsewhere without the spec and its data", async () => {
    const shards = [1, 2, 3].map((i) => folder(`shard-${i}`));
    for (const [k, out] of shards.entries()) {
      const { code } = await muflow(["study", spec, "--out", out, "--shard", `${k + 1}/3`, "--threads", "1"]);
      expect(code).toBe(0);
    }
    const away = temporaryDirectory();
    for (const [k, out] of shards.entries()) cpSync(out, join(away, `part-${k}`), { recursive: true });
    const parts = shards.map((_, k) => join(away, `part-${k}`));
    const { code, stderr } = await muflow(["merge", ...parts, "--out", folder("merged")], away);
    expect(remarks(stderr)).toEqual([]);
    expect(code).toBe(0);
    expect(read("merged")).toEqual(read("whole"));
    expect(table("merged")).toBe(table("whole"));
    expect(readFileSync(join(folder("merged"), "series.parquet"))).toEqual(
      readFileSync(join(folder("whole"), "series.parquet")),
    );
  });

  it("lists what is missing from a merge, and completes it later", async () => {
    const two = ["shard-1", "shard-3"].map(folder);
    const partial = await muflow(["merge", ...two, "--out", folder("partial")]);
    expect(partial.code).toBe(75);
    expect(partial.stderr).toMatch(
      /\d+ of 98 runs are missing; compute shard 2 of 3 \(muflow study \S+partial --shard 2\/3\) and merge again/,
    );
    const missing = read("partial").points.flatMap(({ runs }) =>
      runs.filter(({ status }) => status === "missing"),
    );
    expect(missing.length).toBeGreaterThan(20);
    expect(
      (await muflow(["merge", folder("shard-2"), folder("partial"), "--out", folder("partial")])).code,
    ).toBe(0);
    expect(table("partial")).toBe(table("whole"));
  });

  it("counts a damaged state as missing and says so", async () => {
    cpSync(folder("shard-1"), folder("damaged"), { recursive: true });
    const own = readFileSync(join(folder("merged"), "state", "manifest.json"), "utf8");
    expect(own).toContain(read("whole").hash);
    const pack = join(folder("damaged"), "state", "runs.pack");
    const bytes = readFileSync(pack);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(pack, bytes);
    const parts = ["damaged", "shard-2", "shard-3"].map(folder);
    const { code, stderr } = await muflow(["merge", ...parts, "--out", folder("mended")]);
    expect(code).toBe(75);
    expect(stderr).toMatch(
      /runs\.pack: the state of run \d+ of [0-9a-f]{12} is damaged and counts as missing/,
    );
    expect(stderr).toContain("1 of 98 runs are missing");
  });

  it("goes on after SIGKILL with the same bits", async () => {
    const args = ["study", spec, "--out", folder("killed"), "--threads", "1"];
    const wholePack = join(folder("whole"), "state", "runs.pack");
    const running = start(args);
    const pack = join(folder("killed"), "state", "runs.pack");
    await waitFor(running, () => existsSync(pack) && statSync(pack).size > statSync(wholePack).size / 20);
    running.child.kill("SIGKILL");
    await running.ended;
    expect((await muflow(args)).code).toBe(0);
    expect(table("killed")).toBe(table("whole"));
  });

  it("keeps the others where a run fails, and names it", async () => {
    const diverging = put(
      directory,
      "diverging.yaml",
      `
name: diverging
problem: { regulariser: { l2: 1 } }
dynamics: { kind: gradient-flow }
initial: { kind: gaussian, mean: [1], std: [0.5] }
time: { until: 20000, step: 2 }
solvers: [{ particles: { width: [8, 16] } }]
sweep: { problem.regulariser.l2: [0.5, 4] }
`,
    );
    const { code, stdout, stderr } = await muflow(["study", diverging, "--out", folder("diverging")]);
    expect(code).toBe(3);
    // Without fits the final values are the result.
    expect(stdout).toMatch(/problem\.regulariser\.l2 .* done .* failed .* energy/);
    expect(stderr).toMatch(
      /2 of 4 runs failed, the first at problem\.regulariser\.l2 = 4: N = 8, replica 0: blow-up: energy rose from/,
    );
    const { points, outcome } = read("diverging");
    expect(outcome).toBe("2 of 4 runs failed");
    expect(points.map(({ runs }) => runs.map(({ status }) => status))).toEqual([
      ["done", "done"],
      ["failed", "failed"],
    ]);

    // Merged, failures and what there is of their runs come along.
    const merged = await muflow(["merge", folder("diverging"), "--out", folder("diverging-merged")]);
    expect(merged.code).toBe(3);
    expect(read("diverging-merged")).toEqual(read("diverging"));
  });

  it("fits no network whose neurons are all dead, and says which they are", async () => {
    const dying = put(
      directory,
      "dying.yaml",
      `
name: dying
problem:
  data: { arrays: { x: [10, 20, 30, 40], y: [0.5, -0.5, 1, 0.2] } }
  neuron: { activation: relu, inputs: 1, output: fixed }
dynamics: { kind: gradient-flow }
initial: { kind: gaussian, mean: [0.5, 0.5], std: [0.3, 0.3] }
time: { until: 0.1, step: 0.1 }
solvers: [{ particles: { width: 20 } }]
sweep: { time.step: [0.0000015625, 0.0000625, 0.0025, 0.1] }
fits: [{ quantity: risk, along: time.step }]
`,
    );
    const { code, stderr } = await muflow(["study", dying, "--out", folder("dying")]);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /1 of 4 runs stalled, the first at time\.step = 0\.1: .* 20 of 20 neurons are dead/,
    );
    const { points, fits } = read("dying");
    expect(points.map(({ runs }) => runs[0]!.status)).toEqual(["done", "done", "done", "stalled"]);
    // Of a number that converges the changes from one level to the next: two between the three that did not die.
    expect(fits[0]!.levels.map(({ x }) => x)).toEqual([0.0000625, 0.0000015625]);
    const page = readFileSync(join(folder("dying"), "report.html"), "utf8");
    expect(page).toContain("stalled: run to the end");
    const merged = await muflow(["merge", folder("dying"), "--out", folder("dying-merged")]);
    expect(merged.code).toBe(3);
    expect(read("dying-merged")).toEqual(read("dying"));
  });

  it("says that it is finished, and makes its report again", async () => {
    const again = await muflow(["study", spec, "--out", folder("whole")]);
    expect(again.code).toBe(0);
    expect(again.stderr).toContain("already finished with the same study; not run again");
    const before = readFileSync(join(folder("whole"), "report.html"), "utf8");
    rmSync(join(folder("whole"), "report.html"));
    const { code, stdout } = await muflow(["report", folder("whole"), "--png"]);
    expect([code, stdout]).toEqual([0, `report: ${join(folder("whole"), "report.html")}\n`]);
    expect(readFileSync(join(folder("whole"), "report.html"), "utf8")).toBe(before);
  });
});

it.each([
  ["merge", [folder("whole"), "--out", folder("alone")]],
  ["report", [folder("whole")]],
  ["compare", [folder("whole"), folder("merged")]],
  ["emit", ["slurm", spec, "--out", folder("emitted")]],
])("%s ends by itself", async (command, args) => {
  expect((await alone([command, ...args])).code).toBe(0);
});

describe("fits asked for anew", () => {
  const other = SPEC.replace("quantity: f_rms", "quantity: w1");
  const fitted = () =>
    read("anew").fits.map((fit) => (fit as unknown as { spec: { quantity: string } }).spec.quantity);

  it("are made of the same runs, and said to be; the folder states them from then on", async () => {
    cpSync(folder("whole"), folder("anew"), { recursive: true });
    const series = table("anew");
    expect(fitted()).toEqual(["f_rms", "f_rms", "gap", "gap"]);
    const { code, stderr } = await muflow([
      "study",
      put(directory, "other.yaml", other),
      "--out",
      folder("anew"),
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain(
      "already finished with the same study; its fits are others than before, and are made anew",
    );
    expect(stderr).not.toContain("not run again");
    expect(fitted()).toEqual(["w1", "w1", "gap", "gap"]);
    expect(table("anew")).toBe(series);
    // The folder stands for its spec.
    const again = await muflow(["study", folder("anew")]);
    expect(again.stderr).toContain("not run again");
    expect(fitted()).toEqual(["w1", "w1", "gap", "gap"]);
  });

  it("of shards that ask for different ones are those of the first, which is said", async () => {
    const merged = await muflow(["merge", folder("whole"), folder("anew"), "--out", folder("both")]);
    expect(merged.stderr).toContain(
      `${folder("anew")}: asks for other fits than ${folder("whole")}, whose fits are made`,
    );
    const fits = read("both").fits as unknown as { spec: { quantity: string } }[];
    expect(fits.map(({ spec }) => spec.quantity)).toEqual(["f_rms", "f_rms", "gap", "gap"]);
  });
});

describe("a full disk", () => {
  const disk = folder("disk");
  const mount = (...options: string[]) => spawnSync("mount", [...options, "tmpfs", disk]).status === 0;

  it("stops a study with code 75; with more room the same command goes on", async ({ skip }) => {
    mkdirSync(disk);
    if (!mount("-t", "tmpfs", "-o", "size=200k")) skip("a small disk cannot be mounted without the right to");
    try {
      const args = ["study", spec, "--out", join(disk, "results")];
      const { code, stderr } = await muflow(args);
      expect(stderr).toMatch(/no space left.*repeat the command/);
      expect(code).toBe(75);
      mount("-o", "remount,size=64m");
      expect((await muflow(args)).code).toBe(0);
      expect(readFileSync(join(disk, "results", "series.csv"), "utf8")).toBe(table("whole"));
    } finally {
      spawnSync("umount", ["-l", disk]);
    }
  });
});

it("of very many points is stopped by --max-time while they are read, with nothing written", async () => {
  const seeds = Array.from({ length: 20_000 }, (_, k) => k).join(", ");
  const many = put(directory, "many.yaml", SPEC.replace("sweep:", `sweep:\n  seed: [${seeds}]`));
  const out = folder("many");
  const { code, stderr } = await muflow(["study", many, "--out", out, "--yes", "--max-time", "1"]);
  expect(code).toBe(75);
  expect(remarks(stderr)).toEqual([
    "muflow: --max-time 1",
    `muflow: ${many}: stopped while it was read; nothing was begun, and the same command reads it again`,
  ]);
  expect(existsSync(out)).toBe(false);
});

describe("a study is refused", () => {
  const refused = async (...args: string[]) => {
    const { code, stderr, stdout } = await muflow(args);
    expect([code, stdout]).toEqual([2, ""]);
    return stderr;
  };

  it("with an unknown field, an empty sweep, twins, or a million runs", async () => {
    const set = (sweep: string) => ["study", spec, "--out", folder("never"), "--set", `sweep=${sweep}`];
    expect(await refused(...set("{time.stpe: [0.1]}"))).toContain(
      "with time.stpe = 0.1: time.stpe: found an unknown key",
    );
    expect(await refused(...set("{}"))).toContain("sweep: found no keys");
    expect(await refused(...set("{problem.temperature: [0.1, 1e-1]}"))).toContain("are the same experiment");
    const seeds = `[${Array.from({ length: 2500 }, (_, k) => k).join(", ")}]`;
    expect(await refused(...set(`{seed: ${seeds}}`))).toContain(
      "122500 in all; allowed without --yes: 100000",
    );
  });

  it("in a folder of another study, and by muflow run", async () => {
    const other = [
      "study",
      spec,
      "--set",
      "sweep={problem.temperature: [0.05, 0.2]}",
      "--out",
      folder("whole"),
    ];
    expect(await refused(...other)).toContain("sweep.problem.temperature.1: 0.1 → 0.2");
    const point = put(directory, "point.yaml", SPEC.slice(0, SPEC.indexOf("sweep:")));
    const own = folder("by-run");
    expect(
      (await muflow(["run", point, "--out", own, "--set", "solvers=[{particles: {width: 4}}]"])).code,
    ).toBe(0);
    expect(await refused("study", point, "--out", own)).toBe(
      `muflow: ${own}: was made by muflow run, this is muflow study. Choose another folder with --out, or remove this one\n`,
    );
    expect(await refused("emit", "slurm", point, "--out", own)).toContain("was made by muflow run");
    expect(await refused("run", point, "--out", folder("whole"))).toContain("was made by muflow study");
    expect(await refused("run", spec)).toContain(
      "found sweep and fits; one experiment has none: use muflow study",
    );
  });

  it("with shards that do not fit together, or none at all", async () => {
    const other = put(directory, "other.yaml", SPEC.replace("seed: 3", "seed: 4"));
    const args = ["study", other, "--out", folder("other-1"), "--shard", "1/40"];
    expect((await muflow(args)).code).toBe(0);
    expect(await refused("merge", folder("shard-1"), folder("other-1"))).toContain(
      "belongs to another study",
    );
    expect(await refused("merge", folder("single"), "--out", folder("x"))).toContain("holds one experiment");
    expect(await refused("merge", directory)).toContain("holds no spec");
    cpSync(folder("shard-1"), folder("older"), { recursive: true });
    const manifest = join(folder("older"), "state", "manifest.json");
    const text = readFileSync(manifest, "utf8");
    writeFileSync(manifest, text.replace(/"version": "[^"]*"/, '"version": "0.0.1"'));
    expect(await refused("merge", folder("older"))).toMatch(
      /was computed by muflow 0\.0\.1, this is .*; go on with that version, or compute it anew/,
    );
    expect(await refused("study", spec, "--shard", "3/2")).toContain("allowed: i/n with 1 ≤ i ≤ n");
  });
});

it("a study is stopped by a signal while its fits are made, with code 75; the same command makes them", async () => {
  const folder = join(directory, "fits");
  const spec = put(
    directory,
    "fits.yaml",
    `
name: fits
problem: { potential: { kind: quadratic }, temperature: 1 }
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: [30], std: [1] }
time: { until: 1.2, step: 0.01, record: 60 }
solvers: [{ particles: { width: 20, replicas: 10 } }]
sweep: { seed: [${Array.from({ length: 5 }, (_, seed) => seed).join(", ")}] }
fits: [{ quantity: energy, along: time, law: exponential, solver: particles }]
`,
  );
  const study = (...more: string[]) => ["study", spec, "--out", folder, "--threads", "2", ...more];
  expect((await muflow(study())).code).toBe(0);
  // A prediction, whose verdict may hang on trial runs, asks for the fits anew.
  writeFileSync(
    spec,
    readFileSync(spec, "utf8").replace("solver: particles }", "solver: particles, predicted: -2 }"),
  );
  const running = start(study());
  let said = "";
  running.child.stderr!.on("data", (text) => {
    said += text;
  });
  await waitFor(running, () => said.includes("already finished"));
  await sleep(50);
  running.child.kill("SIGTERM");
  const { code, stderr } = await running.ended;
  expect([code, stderr]).toEqual([
    75,
    expect.stringContaining("stopped; the same command goes on from here"),
  ]);
  expect(existsSync(join(folder, "state", "lock"))).toBe(false);
  expect((await muflow(study())).code).toBe(0);
});
