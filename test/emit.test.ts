// Scripts of muflow emit: whole by bash's reading whatever is in a path, and with the same bits at the end as one process.

import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { isFile, put, resident, run, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();
const muflow = resident();
const awkward = join(directory, `it's a "$HOME" {} \\n 50% folder`);
const folder = (name: string) => join(awkward, name);

const SPEC = `
name: small
problem:
  data: { csv: "the points.csv", inputs: [x], target: y }
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: [1], std: [0.5] }
time: { until: 1, step: 0.1, record: 2 }
solvers: [{ particles: { width: 4, replicas: 3 } }]
sweep: { problem.temperature: [0.1, 0.2] }
`;
put(awkward, "the points.csv", "x,y\n-1,-0.5\n0,0\n1,0.5\n");
const spec = put(awkward, "a 'quoted' spec.yaml", SPEC);

/** Programs that this machine may lack: they do what ours ask of them, one task after another. */
const programs = join(directory, "programs");
const program = (name: string, text: string) => chmodSync(put(programs, name, `#!/bin/bash\n${text}`), 0o755);
program(
  "hq",
  `[ "$1" = submit ] || exit 64
while [ "$1" != -- ]; do
  case "$1" in --array=1-*) tasks="\${1#--array=1-}" ;; esac
  shift
done
shift
for ((task = 1; task <= tasks; task++)); do HQ_TASK_ID=$task HQ_INSTANCE_ID=0 "$@" || exit; done`,
);
const gnu = spawnSync("parallel", ["--version"], { encoding: "utf8" }).stdout?.includes("GNU") ?? false;
if (!gnu) {
  program(
    "parallel",
    `[ "$1" = --version ] && { echo GNU; exit; }
while [ "$1" != ::: ]; do shift; done
shift
for shard; do "$PARALLEL_SHELL" -c "shard $shard" || exit; done`,
  );
}

async function emitted(kind: string, name: string, ...more: string[]): Promise<string> {
  const args = ["emit", kind, spec, "--out", folder(name), "--shards", "2", ...more];
  const { code, stdout, stderr } = await muflow(args);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

/** The script in a file whose name has a space, run from elsewhere. */
function performed(script: string, ...args: string[]) {
  const path = put(directory, "a script.sh", script);
  const { PATH } = process.env;
  process.env.PATH = `${programs}:${PATH}`;
  return run("bash", [path, ...args], directory).finally(() => {
    process.env.PATH = PATH;
  });
}

const table = (name: string) => readFileSync(join(folder(name), "series.csv"), "utf8");
const SET = ["--set", "problem.regulariser={l2: 2}", "--seed", "4"];

beforeAll(async () => {
  expect((await muflow(["study", spec, "--out", folder("whole"), ...SET])).code).toBe(0);
}, 60_000);

describe("muflow emit", () => {
  it.each(["slurm", "parallel", "hyperqueue"])("%s prints what bash can read", async (kind) => {
    const script = await emitted(kind, "never", "--threads", "2", "--backend", "wasm");
    expect(await run("bash", ["-n", put(directory, "read.sh", script)], directory)).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(script.startsWith("#!/bin/bash\n")).toBe(true);
    expect(script).toContain("Study small, 6 runs in 2 shards");
    expect(script).toContain(" --backend wasm ");
    // Node takes the option from there, and WebAssembly needs it where addresses are limited.
    expect(process.allowedNodeEnvironmentFlags.has("--disable-wasm-trap-handler")).toBe(true);
    expect(script).toContain('[ "$(ulimit -v)" != unlimited ]; then export NODE_OPTIONS=');
    expect(isFile(folder("never"))).toBe(false);
  });

  it(`parallel gives the same bits as one process${gnu ? "" : ", by a stand-in for GNU parallel"}`, async () => {
    const { code, stderr } = await performed(await emitted("parallel", "parallel", ...SET), "--jobs", "2");
    expect(stderr).not.toMatch(/error|not found/i);
    expect(code).toBe(0);
    expect(table("parallel")).toBe(table("whole"));
  });

  it("hyperqueue too, by a stand-in for hq; it lists what is missing, and done again completes it", async () => {
    const script = await emitted("hyperqueue", "hyperqueue", ...SET);
    const shard = `${folder("hyperqueue")}-shard-2-of-2`;
    const withoutIt = script.replace("--array=1-2", "--array=1-1");
    const { code, stderr } = await performed(withoutIt);
    expect([code, isFile(shard)]).toEqual([75, false]);
    expect(stderr).toMatch(
      /3 of 6 runs are missing; compute shard 2 of 2 \(muflow study .+ --shard 2\/2\) and merge again/,
    );
    expect((await performed(script)).code).toBe(0);
    expect(table("hyperqueue")).toBe(table("whole"));
  });

  it("slurm prints a job array that merges when it is told to", async () => {
    const script = await emitted("slurm", "slurm", "--threads", "3", ...SET);
    expect(script).toContain("#SBATCH --array=1-2\n#SBATCH --cpus-per-task=3\n");
    for (const shard of ["1", "2"]) {
      process.env.SLURM_ARRAY_TASK_ID = shard;
      const { code } = await performed(script);
      delete process.env.SLURM_ARRAY_TASK_ID;
      expect(code).toBe(0);
    }
    expect((await performed(script, "merge")).code).toBe(0);
    expect(table("slurm")).toBe(table("whole"));
  });

  it("refuses what muflow study refuses, and kinds it does not know", async () => {
    const refused = async (...args: string[]) => {
      const { code, stdout, stderr } = await muflow(["emit", ...args]);
      expect([code, stdout]).toEqual([2, ""]);
      return stderr;
    };
    expect(await refused("slurm", join(awkward, "none.yaml"))).toContain("found no such file");
    expect(await refused("slurm", spec, "--set", "time.step=0.3")).toContain("time.step");
    expect(await refused("pbs", spec)).toContain("Allowed choices are slurm, parallel, hyperqueue");
  });
});
