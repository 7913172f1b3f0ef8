// Backends as users meet them: the same bits by each, one that is not there or is broken named, and how to get the native one.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { NATIVE_LEVELS } from "../src/kernels/backend/native-build.ts";
import {
  fingerprint,
  isFile,
  muflow,
  put,
  ROOT,
  remarks,
  resident,
  run,
  temporaryDirectory,
  type Variables,
} from "./support.ts";

const directory = temporaryDirectory();
const oneByOne = resident();
const hasCompiler = spawnSync(process.env.CC || "cc", ["--version"]).status === 0;
const empty = join(directory, "empty");

/** A command by itself, with these variables set. */
const muflowWith = (variables: Variables, args: readonly string[]) => muflow(args, directory, variables);

const machineIn = (folder: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, "summary.json"), "utf8")).machine;

const spec = put(
  directory,
  "small.yaml",
  `
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
  - particles: { width: [9, 300], replicas: 2 }
seed: 1
`,
);
const on = (backend: string, ...more: string[]) => ["run", spec, "--backend", backend, ...more];

/** Kept from one run of the tests to the next: its names say what they are of. */
const CACHE = join(ROOT, "node_modules", ".cache", "muflow");
/** The narrowest vectors: any processor has them, and where there are wider ones nobody else builds these. */
const level = NATIVE_LEVELS.at(-1)!;
let build = "";

beforeAll(async () => {
  mkdirSync(empty, { recursive: true });
  if (!hasCompiler) return;
  const { code, stdout } = await muflowWith({ MUFLOW_CACHE: CACHE }, ["native", "--level", level]);
  expect(code).toBe(0);
  build =
    /^native kernels, \w+: (?:built in [\d.]+ s|there already \(--force builds it again\)): (.*)\n$/.exec(
      stdout,
    )![1]!;
});

describe("a run", () => {
  const folder = (name: string) => join(directory, name);
  let reference: Record<string, string>;

  beforeAll(async () => {
    const { code, stderr } = await oneByOne(on("js", "--out", folder("js")));
    expect([code, remarks(stderr)]).toEqual([0, []]);
    expect(machineIn(folder("js"))).toMatchObject({ backend: "js" });
    expect(machineIn(folder("js"))).not.toHaveProperty("level");
    reference = fingerprint(folder("js"));
    expect(Object.keys(reference).length).toBeGreaterThan(6);
  });

  it("has the same bits on WebAssembly, and says that it was there", async () => {
    await oneByOne(on("wasm", "--out", folder("wasm"), "--threads", "2"));
    expect(fingerprint(folder("wasm"))).toEqual(reference);
    expect(machineIn(folder("wasm"))).toMatchObject({ backend: "wasm", level: "simd128" });
    expect(readFileSync(join(folder("wasm"), "report.html"), "utf8")).toContain("backend wasm");
  });

  it.skipIf(!hasCompiler)("has the same bits natively, as `npm ci` built it", async () => {
    await oneByOne(on("native", "--out", folder("native"), "--threads", "2"));
    expect(fingerprint(folder("native"))).toEqual(reference);
    expect(machineIn(folder("native"))).toMatchObject({ backend: "native" });
    // What it was on is no part of its identity.
    const again = await oneByOne(on("auto", "--out", folder("native")));
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining("already finished") });
  });

  it.skipIf(!hasCompiler)("has the same bits with the narrowest vectors", async () => {
    const variables = { MUFLOW_CACHE: CACHE, MUFLOW_KERNELS_LEVEL: level };
    expect((await muflowWith(variables, on("native", "--out", folder(level)))).code).toBe(0);
    expect(fingerprint(folder(level))).toEqual(reference);
    expect(machineIn(folder(level))).toMatchObject({ backend: "native", level });
  });

  it("is refused where native is asked for and is not there, which is named with what helps", async () => {
    const refused = await muflowWith({ MUFLOW_CACHE: empty }, on("native", "--out", folder("none")));
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toBe(
      "muflow: --backend: found native, but no native build is there; `npx muflow native` builds it, with a C compiler; allowed: auto, wasm, js\n",
    );
    expect(isFile(folder("none"))).toBe(false);
  });

  it("is on WebAssembly without a word where there is no native build", async () => {
    const { code, stderr } = await muflowWith({ MUFLOW_CACHE: empty }, on("auto", "--out", folder("auto")));
    expect([code, remarks(stderr)]).toEqual([0, []]);
    expect(machineIn(folder("auto"))).toMatchObject({ backend: "wasm" });
  });
});

describe.skipIf(!hasCompiler)("a native build that is broken", () => {
  const cut = join(directory, "cut");
  let said = "";

  beforeAll(() => {
    mkdirSync(cut);
    const path = join(cut, basename(build));
    const bytes = readFileSync(build);
    writeFileSync(path, bytes.subarray(0, bytes.length / 2));
    said = `the native build ${path} is broken (its bytes are not those that were built); \`npx muflow native --force --level ${level}\` builds it again`;
  });

  it("is named by doctor", async () => {
    const { code, stdout } = await muflowWith({ MUFLOW_CACHE: cut }, ["doctor"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/backends +wasm \(simd128\), js; auto is wasm\n/);
    expect(stdout).toContain(said);
  });

  it("is warned of, once, and WebAssembly is used; by name it is an error", async () => {
    const folder = join(directory, "warned");
    const { code, stderr } = await muflowWith({ MUFLOW_CACHE: cut }, on("auto", "--out", folder));
    expect([code, remarks(stderr)]).toEqual([0, [`muflow: ${said}. The backend is wasm`]]);
    expect(machineIn(folder)).toMatchObject({ backend: "wasm" });
    const library = JSON.stringify(join(ROOT, "dist", "index.js"));
    const program = `
      import { evolve, gaussian, langevin, neuron, data, particles, problem } from ${library};
      const task = problem({ data: data.fromArrays([1, 2], [0, 1]), neuron: neuron({ activation: "tanh", inputs: 1 }) });
      const course = { initial: gaussian({ mean: 0, std: 1 }), until: 0.1, step: 0.1 };
      const { notices } = await evolve(task, langevin(), particles({ width: 8, dual: "off" }), course);
      console.log(notices.join());`;
    put(directory, "program.mjs", program);
    const inLibrary = await run(process.execPath, ["program.mjs"], directory, { MUFLOW_CACHE: cut });
    expect(inLibrary).toMatchObject({ code: 0, stdout: `${said}. The backend is wasm\n` });
    const out = join(directory, "unwritten");
    const refused = await muflowWith({ MUFLOW_CACHE: cut }, on("native", "--out", out));
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toBe(`muflow: --backend: found native, but ${said}; allowed: auto, wasm, js\n`);
    expect(isFile(out)).toBe(false);
  });
});

describe("muflow native", () => {
  it("says in a line what is lacking: a compiler, a level, a folder", async () => {
    const native = (variables: Variables, ...more: string[]) =>
      muflowWith({ MUFLOW_CACHE: empty, ...variables }, ["native", ...more]);
    const withoutCompiler = await native({ CC: "no-such-cc" });
    expect(withoutCompiler).toMatchObject({ code: 2, stdout: "" });
    expect(withoutCompiler.stderr).toMatch(
      /^muflow: native: no C compiler runs as no-such-cc \(.*ENOENT\); install gcc or clang .*, or name one by CC\n$/,
    );
    const unknown = await native({}, "--level", `${level}s`);
    expect(unknown).toMatchObject({ code: 2 });
    expect(unknown.stderr).toContain(`; did you mean "${level}"?`);
    if (process.platform !== "linux" || !hasCompiler) return;
    const nowhere = await native({ MUFLOW_CACHE: "/proc/none" }, "--level", level);
    expect(nowhere).toMatchObject({ code: 2 });
    expect(nowhere.stderr).toMatch(
      /\/proc\/none cannot be made \(\w+\); MUFLOW_CACHE names another folder\n$/,
    );
  });
});

describe.skipIf(process.platform !== "linux")("under ulimit -v", () => {
  const cli = join(ROOT, "dist", "cli.js");
  const limited = (variables: Variables, args: readonly string[]) => {
    const words = [process.execPath, cli, ...args].map((word) => `'${word}'`).join(" ");
    const script = `ulimit -v 4000000; ${words}`;
    return run("bash", ["-c", script], directory, { MUFLOW_CACHE: empty, ...variables });
  };
  const lack =
    "WebAssembly needs 11.5 GiB of addresses a thread, which ulimit -v does not leave; only NODE_OPTIONS=--disable-wasm-trap-handler helps, or a native build";

  it("WebAssembly is not there, which is said with the only option that helps", async () => {
    const out = join(directory, "limited");
    const refused = await limited({}, on("wasm", "--out", out, "--threads", "1"));
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toBe(`muflow: --backend: found wasm, but ${lack}; allowed: auto, native, js\n`);
    expect(isFile(out)).toBe(false);
    const { stdout } = await limited({}, ["doctor"]);
    expect(stdout).toMatch(/backends +js; auto is js\n/);
    expect(stdout).toContain(lack);
    const { code, stderr } = await limited({}, on("auto", "--out", out, "--threads", "1"));
    expect([code, remarks(stderr)]).toEqual([0, [`muflow: ${lack}. The backend is js`]]);
    expect(machineIn(out)).toMatchObject({ backend: "js" });
  });

  it("it is there with that option", async () => {
    const out = join(directory, "untrapped");
    const option = { NODE_OPTIONS: "--disable-wasm-trap-handler" };
    const { code, stderr } = await limited(option, on("wasm", "--out", out, "--threads", "2"));
    expect([code, remarks(stderr)]).toEqual([0, []]);
    expect(machineIn(out)).toMatchObject({ backend: "wasm" });
  });
});

it("the WebAssembly module is of the present sources: node scripts/kernels.mjs", async () => {
  const checked = await run(process.execPath, [join("scripts", "kernels.mjs"), "--check"], ROOT);
  expect(checked).toMatchObject({ code: 0, stderr: "" });
});
