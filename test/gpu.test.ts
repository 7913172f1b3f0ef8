// The backend gpu as users meet it: what it computes, that its experiments are others, and that what it lacks is said, never done without. Its GPU is
// gpu.js in its WebAssembly mode, in the place of WebGPU; where there is Dawn (MUFLOW_GPU) and Chromium's SwiftShader, it is these.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { GPU_INSTALL } from "../src/kernels/gpu/find.ts";
import {
  fingerprint,
  isFile,
  muflow,
  put,
  ROOT,
  remarks,
  run,
  studyResults,
  temporaryDirectory,
} from "./support.ts";

const directory = temporaryDirectory();
const folder = (name: string) => join(directory, name);
const INSTALL = `\`${GPU_INSTALL}\` installs what it needs`;

/**
 * A folder with gpu.js and webgpu, whose adapter is called "test". `spoil`: statements before a kernel's n-th call, that may change `result`, what it
 * gives; `mode`: what gpu.js says it computes by; `adapter`: whether there is one.
 */
function packages(name: string, { spoil = "", mode = "webgpu", adapter = true, version = "2.24.1" } = {}) {
  const real = JSON.stringify(createRequire(import.meta.url).resolve("gpu.js"));
  const at = (...parts: string[]) => join(name, "node_modules", ...parts);
  put(directory, at("gpu.js", "package.json"), JSON.stringify({ name: "gpu.js", version, main: "index.js" }));
  put(
    directory,
    at("gpu.js", "index.js"),
    `const { GPU, input } = require(${real});
    let n = 0;
    function wrapped(kernel) {
      const call = (...values) => {
        n += 1;
        let result = kernel(...values);
        ${spoil}
        return Promise.resolve(result);
      };
      call.setOutput = (extent) => kernel.setOutput(extent);
      call.destroy = () => kernel.destroy();
      call.kernel = { constructor: { mode: ${JSON.stringify(mode)} } };
      return call;
    }
    class Device {
      gpu = new GPU({ mode: "webasm" });
      createKernel(source, settings) { return wrapped(this.gpu.createKernel(source, settings)); }
    }
    const WebGPUContext = { acquire: async () => ({ adapter: await navigator.gpu.requestAdapter() }) };
    module.exports = { GPU: Device, input, WebGPUContext };`,
  );
  put(
    directory,
    at("webgpu", "package.json"),
    JSON.stringify({ name: "webgpu", version: "0.6.2", main: "index.mjs" }),
  );
  const found = adapter ? `{ info: { description: "test", isFallbackAdapter: false } }` : "null";
  put(
    directory,
    at("webgpu", "index.mjs"),
    `export const globals = {};
    export const create = () => ({ requestAdapter: async () => (${found}) });`,
  );
  return folder(name);
}

/** A command by itself, with packages in that folder. */
const muflowWith = (gpu: string, ...args: string[]) => muflow(args, directory, { MUFLOW_GPU: gpu });

const SPEC = `
name: small
problem:
  data: { teacher: { neurons: 3, dim: 3, samples: 30, seed: 3, noise: 0.1 } }
  neuron: { activation: tanh, inputs: 3 }
  regulariser: { l2: 0.001 }
  temperature: 0.01
dynamics: { kind: kinetic, friction: 1 }
initial: { kind: gaussian, mean: 0, std: 1 }
time: { until: 1, step: 0.1, record: 5, snapshots: [0, 0.4, 1] }
solvers:
  - particles: { width: [9, 300], replicas: 2, dual: off }
seed: 1
`;
const spec = put(directory, "small.yaml", SPEC);
const good = packages("good");
const none = folder("none");
const on = (...more: string[]) => ["run", spec, "--backend", "gpu", ...more];
const summaryIn = (name: string) => JSON.parse(readFileSync(join(folder(name), "summary.json"), "utf8"));

const SAID =
  /^muflow: sums on (.*) \(webgpu\) are in single precision: at the first step they differ from those in double precision by at most (\d\.\de-\d+) of the largest, on a sample$/;

describe("a run on a GPU", () => {
  it("is of single precision, says by how much that is off, and has the same bits on any threads", async () => {
    const alone = await muflowWith(good, ...on("--out", folder("alone"), "--threads", "1"));
    expect([alone.code, remarks(alone.stderr).length]).toEqual([0, 1]);
    const [, adapter, error] = SAID.exec(remarks(alone.stderr)[0]!)!;
    expect([adapter, Number(error) > 1e-9 && Number(error) < 1e-5]).toEqual(["test", true]);
    const { machine, spec: stated } = summaryIn("alone");
    expect(machine).toMatchObject({ backend: "gpu", adapter: "test", mode: "webgpu" });
    expect(machine.library).toBe("gpu.js 2.24.1, webgpu 0.6.2");
    expect(machine.singlePrecisionError.toPrecision(2)).toBe(error);
    expect(stated.backend).toBe("gpu");
    await muflowWith(good, ...on("--out", folder("threads"), "--threads", "3"));
    expect(fingerprint(folder("threads"))).toEqual(fingerprint(folder("alone")));
    // The file may say it, with the same hash.
    const saying = put(directory, "saying.yaml", `${SPEC}backend: gpu\n`);
    const checked = await muflowWith(none, "check", saying);
    expect([checked.code, checked.stdout]).toEqual([
      0,
      expect.stringContaining("\n  networks: sums over neurons and data in single precision, on a GPU\n"),
    ]);
    const again = await muflowWith(good, "run", saying, "--out", folder("alone"));
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("already finished") });
    const exact = folder("exact");
    await muflowWith(good, "run", spec, "--out", exact);
    const compared = await muflowWith(
      good,
      "compare",
      exact,
      folder("alone"),
      "--tolerance",
      "1e-4",
      "--json",
    );
    const { numbers } = JSON.parse(compared.stdout);
    expect(compared.code).toBe(4);
    expect(JSON.stringify(numbers)).not.toBe("{}");
    // What is computed is the same experiment, to single precision.
    const finals = (name: string) =>
      summaryIn(name).runs.map(({ final }: { final: { risk: number } }) => final.risk);
    finals("alone").forEach((risk: number, k: number) => {
      const wanted: number = finals("exact")[k];
      expect(Math.abs(risk / wanted - 1)).toBeLessThan(1e-5);
      expect(risk).not.toBe(wanted);
    });
  });

  it("is not mixed with one in double precision, in either order", async () => {
    const [single, double] = [folder("single"), folder("double")];
    await muflowWith(good, ...on("--out", single));
    await muflowWith(good, "run", spec, "--out", double);
    const onDouble = await muflowWith(good, ...on("--out", double));
    expect([onDouble.code, onDouble.stderr]).toEqual([
      2,
      `muflow: ${double}: holds another experiment: backend: nothing → "gpu". Choose another folder with --out, or remove this one\n`,
    ]);
    const onSingle = await muflowWith(good, "run", spec, "--out", single);
    expect(onSingle).toMatchObject({ code: 2 });
    expect(onSingle.stderr).toContain('holds another experiment: backend: "gpu" → nothing. ');
    const longer = [
      "--set",
      "time.until=2",
      "--set",
      "time.record=10",
      "--set",
      "time.snapshots=[0, 0.4, 1, 2]",
    ];
    const extended = await muflowWith(good, ...on(...longer, "--extend", double));
    expect([extended.code, extended.stderr]).toEqual([2, expect.stringContaining("backend")]);
  });

  it("goes on after a stop with the same bits", async () => {
    const long = ["--set", "time.until=40", "--set", "time.record=50", "--set", "time.snapshots=[0, 40]"];
    const [whole, parts] = [folder("whole"), folder("parts")];
    expect((await muflowWith(good, ...on(...long, "--out", whole))).code).toBe(0);
    const stopped = await muflowWith(good, ...on(...long, "--out", parts, "--max-time", "1"));
    expect(stopped.code).toBe(75);
    expect((await muflowWith(good, ...on(...long, "--out", parts))).code).toBe(0);
    expect(fingerprint(parts)).toEqual(fingerprint(whole));
  });

  it("computes what is not for a GPU as elsewhere, and says so", async () => {
    const both = put(
      directory,
      "both.yaml",
      `
name: both
problem:
  data: { function: sin, interval: [-3, 3], samples: 16 }
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
  regulariser: { l2: 0.1 }
  temperature: 0.1
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: 0, std: 1 }
time: { until: 0.2, step: 0.1 }
solvers: [particles: { width: 20 }, grid: { cells: 40, extent: [[-6, 6]] }]
`,
    );
    const { code, stderr } = await muflowWith(good, "run", both, "--backend", "gpu", "--out", folder("both"));
    expect([code, remarks(stderr)[0]]).toEqual([
      0,
      "muflow: grid: computed in double precision, not on the GPU, which is for networks of perceptrons",
    ]);
    const alone = ["--set", "solvers=[{grid: {cells: 40, extent: [[-6, 6]]}}]", "--out", folder("unwritten")];
    const refused = await muflowWith(good, "run", both, "--backend", "gpu", ...alone);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      'muflow: --backend gpu: backend: found "gpu"; allowed: nothing: a GPU computes networks (particles) of perceptrons (problem.neuron.activation) that learn from data, and here are none\n',
    ]);
  });

  it("is a library's too", async () => {
    const library = JSON.stringify(join(ROOT, "dist", "index.js"));
    put(
      directory,
      "program.mjs",
      `import { data, evolve, gaussian, langevin, neuron, particles, problem, useBackend } from ${library};
      const { backend, gpu } = useBackend("gpu", { threads: 1 });
      const task = problem({ data: data.fromArrays([1, 2], [0, 1]), neuron: neuron({ activation: "tanh", inputs: 1 }) });
      const course = { initial: gaussian({ mean: 0, std: 1 }), until: 0.1, step: 0.1 };
      const { notices } = await evolve(task, langevin(), particles({ width: 8, dual: "off" }), course);
      console.log(backend, gpu.adapter, ...notices);`,
    );
    const { code, stdout } = await run(process.execPath, ["program.mjs"], directory, { MUFLOW_GPU: good });
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^gpu test sums on test \(webgpu\) are in single/),
    ]);
  });
});

describe("a study on a GPU", () => {
  const swept = put(
    directory,
    "swept.yaml",
    SPEC.replace("width: [9, 300]", "width: 20").concat("sweep: { problem.temperature: [0.01, 0.02] }\n"),
  );

  it("has the bits of its shards, and shards in double precision are no part of it", async () => {
    const study = (name: string, ...more: string[]) =>
      muflowWith(good, "study", swept, "--out", folder(name), ...more);
    expect((await study("study", "--backend", "gpu")).code).toBe(0);
    for (const shard of ["1/2", "2/2"]) {
      const done = await study(`shard-${shard[0]}`, "--backend", "gpu", "--shard", shard);
      expect([shard, done.code]).toEqual([shard, 0]);
    }
    const merge = (...names: string[]) =>
      muflowWith(none, "merge", ...names.map(folder), "--out", folder(`merged-${names.at(-1)}`));
    const merged = await merge("shard-1", "shard-2");
    expect(merged.code).toBe(0);
    expect(studyResults(folder("merged-shard-2"))).toEqual(studyResults(folder("study")));
    const { machine } = JSON.parse(readFileSync(join(folder("merged-shard-2"), "study.json"), "utf8"));
    expect(machine.backend).toBe("gpu");
    await study("exact-2", "--shard", "2/2");
    expect(await merge("shard-1", "exact-2")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("belongs to another study"),
    });
    // Whoever goes on with its folder needs no option, and may not ask for another precision.
    const another = await muflowWith(good, "study", folder("study"), "--backend", "wasm");
    expect([another.code, another.stderr]).toEqual([
      2,
      "muflow: --backend: found wasm, but the experiment says backend: gpu; allowed: gpu\n",
    ]);
    const plain = await muflowWith(good, "study", folder("exact-2"), "--backend", "gpu");
    expect([plain.code, plain.stderr]).toEqual([
      2,
      "muflow: --backend: found gpu, but the experiment is without backend: gpu; allowed: auto, native, wasm, js\n",
    ]);
  });

  it("is handed on by emit", async () => {
    const { code, stdout } = await muflowWith(none, "emit", "parallel", swept, "--backend", "gpu");
    expect([code, stdout]).toEqual([0, expect.stringContaining(" --backend gpu ")]);
  });
});

describe("a GPU that is not there", () => {
  const refusedWith = async (gpu: string) => {
    const { code, stderr, stdout } = await muflowWith(gpu, ...on("--out", folder("unwritten")));
    expect([code, stdout, isFile(folder("unwritten"))]).toEqual([2, "", false]);
    return stderr;
  };

  it("is refused with what installs it, which doctor says too", async () => {
    const lack = `gpu.js is not installed, webgpu is not installed; ${INSTALL}`;
    expect(await refusedWith(none)).toBe(
      `muflow: --backend: found gpu, but ${lack}; allowed: auto, native, wasm, js\n`,
    );
    const doctor = async (gpu: string) => /^gpu +(.*)$/m.exec((await muflowWith(gpu, "doctor")).stdout)![1];
    expect(await doctor(none)).toBe(`not there: ${lack}`);
    expect(await doctor(good)).toBe("test (webgpu, gpu.js 2.24.1, webgpu 0.6.2); for --backend gpu");
  });

  it("because gpu.js is too old, there is no device, or gpu.js takes another mode, is no other one", async () => {
    const old = packages("old", { version: "2.16.0" });
    expect(await refusedWith(old)).toContain(`found gpu, but gpu.js 2.16.0 is too old; ${INSTALL}; allowed`);
    const bare = packages("bare", { adapter: false });
    expect(await refusedWith(bare)).toContain(
      "found gpu, but gpu.js 2.24.1, webgpu 0.6.2: no GPU is found; its driver has to offer Vulkan",
    );
    const fallen = packages("fallen", { mode: "cpu" });
    const { code, stderr } = await muflowWith(fallen, ...on("--out", folder("fallen-run")));
    expect([code, remarks(stderr)[0]]).toEqual([
      2,
      "muflow: N = 300, replica 0, step 0 (t = 0): the GPU failed (gpu.js computes by cpu in the place of webgpu); any other --backend computes in double precision",
    ]);
  });

  it("is not for claims", async () => {
    expect(await muflowWith(good, "validate", "kuramoto-order", "--backend", "gpu")).toMatchObject({
      code: 2,
      stderr:
        "muflow: --backend: found gpu; claims are measured in double precision; allowed: auto, native, wasm, js\n",
    });
  });
});

describe("a GPU that fails on the way", () => {
  /** From some step on, once the first sums were compared; `n` counts calls of kernels. */
  const failing = async (name: string, spoil: string) => {
    const gpu = packages(name, { spoil: `if (n > 40) { ${spoil} }` });
    const one = ["--set", "solvers.0.particles.width=9", "--set", "solvers.0.particles.replicas=1"];
    const { code, stderr } = await muflowWith(gpu, ...on(...one, "--out", folder(`${name}-run`)));
    expect(stderr.trim()).toBe(remarks(stderr).join("\n"));
    return [code, remarks(stderr).at(-1)];
  };
  const line = (text: string) => {
    const place = /N = 9, replica 0, step [2-9] \(t = 0\.\d\)/.source;
    return expect.stringMatching(new RegExp(`^muflow: ${place}: ${text}$`));
  };

  it("by numbers that are none has failed in its step, and keeps what was before", async () => {
    expect(await failing("nan", "result = result.map((row) => row.fill(NaN));")).toEqual([
      3,
      line("single precision holds no number above 3\\.4e\\+38, .* --backend computes in double precision"),
    ]);
    expect(summaryIn("nan-run").outcome).toMatch(/single precision holds no number/);
    const rows = readFileSync(join(folder("nan-run"), "series.csv"), "utf8")
      .trim()
      .split("\n");
    expect(rows.length).toBeGreaterThan(2);
    // The numbers of a run that several threads share are as wrong.
    const gpu = packages("shared-nan", { spoil: "if (n > 40) result = result.map((row) => row.fill(NaN));" });
    const wide = ["--set", "solvers.0.particles.width=40000", "--set", "solvers.0.particles.replicas=1"];
    const { code, stderr } = await muflowWith(
      gpu,
      ...on(...wide, "--threads", "2", "--out", folder("shared-nan-run")),
    );
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(
        /N = 40000, replica 0, step \d+ \(t = [\d.]+\): single precision holds no number/,
      ),
    ]);
  });

  it("is lost, or has no room, in one line with what to do", async () => {
    const lost = 'throw new Error("WebGPU device was lost; call kernel.destroy()\\nand more");';
    expect(await failing("lost", lost)).toEqual([
      75,
      line(
        "the GPU was lost \\(WebGPU device was lost; .*\\)\\. The same command goes on from what is saved",
      ),
    ]);
    expect(await failing("full", 'console.error("gpu.js [webgpu]: Out of memory");')).toEqual([
      2,
      line("the GPU has no room for it \\(Out of memory\\)\\. Take fewer neurons or data; .*"),
    ]);
  });
});

const SWIFTSHADER = "/usr/lib/chromium/vk_swiftshader_icd.json";
const real = process.env.MUFLOW_GPU;
const lack =
  real === undefined
    ? "MUFLOW_GPU names no folder with webgpu"
    : existsSync(SWIFTSHADER)
      ? null
      : "no SwiftShader";

describe.skipIf(lack !== null)(`Dawn on SwiftShader${lack === null ? "" : ` (skipped: ${lack})`}`, () => {
  it("computes the same to single precision", async () => {
    const variables = { VK_ICD_FILENAMES: SWIFTSHADER, LD_LIBRARY_PATH: "/usr/lib/chromium" };
    const { code, stderr } = await muflow(on("--out", folder("dawn")), directory, variables);
    const [software, said] = remarks(stderr);
    expect([code, software]).toEqual([
      0,
      expect.stringContaining("plays one on the processor: auto is faster"),
    ]);
    expect(Number(SAID.exec(said!)![2])).toBeLessThan(1e-5);
    expect(summaryIn("dawn").machine).toMatchObject({ backend: "gpu", mode: "webgpu" });
    expect(summaryIn("dawn").machine.adapter).toMatch(/SwiftShader/);
    await muflowWith(none, "run", spec, "--out", folder("double-of-dawn"));
    const finals = (name: string): number[] =>
      summaryIn(name).runs.map(({ final }: { final: { risk: number } }) => final.risk);
    finals("dawn").forEach((risk, k) => {
      expect(Math.abs(risk / finals("double-of-dawn")[k]! - 1)).toBeLessThan(1e-5);
    });
  });
});
