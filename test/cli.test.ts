// What a user reads: one line for each mistake, the failure of a step, and what the other commands print.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isFile, muflow, put, readSummary, remarks, resident, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();
const oneByOne = resident();

const points = Array.from({ length: 20 }, (_, i) => `${i / 10},${Math.sin(i)}`);
put(directory, "points.csv", `x,y\n${points.join("\n")}\n`);
put(directory, "nan.csv", `x,y\n${points.with(16, "1.6,NaN").join("\n")}\n`);
put(directory, "rows.csv", "1,2,3\n4,5,6\n");
put(directory, "file", "not a folder");
put(
  directory,
  "good.yaml",
  `
name: good
problem:
  data: { csv: points.csv, inputs: [x], target: y }
  neuron: { activation: tanh, inputs: 1 }
  temperature: 0.01
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: 0, std: 1 }
time: { until: 1, step: 0.1 }
solvers: [{ particles: { width: 20 } }]
`,
);
const DIVERGES = `
name: diverges
problem: { potential: { kind: double-well } }
dynamics: { kind: gradient-flow }
initial: { kind: gaussian, mean: [0], std: [3] }
time: { until: 10, step: 1 }
solvers: [{ particles: { width: 20 } }]
`;
put(directory, "diverges.yaml", DIVERGES);

const set = (assignment: string) => ["run", "good.yaml", "--out", "out", "--set", assignment];

const MISTAKES: [string, string[], RegExp][] = [
  ["an unknown key", set("problem.temprature=1"), /problem.*"?temprature"?.*temperature/],
  [
    "a wrong type",
    set("problem.temperature=hot"),
    /problem\.temperature: found "hot" \(text\); allowed: a number/,
  ],
  ["a missing file", ["run", "none.yaml", "--out", "out"], /none\.yaml: found no such file/],
  ["a directory", ["run", ".", "--out", "out"], /found a directory.*\.yaml/],
  [
    "a missing CSV",
    set("problem.data.csv=none.csv"),
    /problem\.data\.csv.*none\.csv.*relative to the experiment file/,
  ],
  ["NaN in a CSV", set("problem.data.csv=nan.csv"), /nan\.csv: row 17 .*column y.*"NaN".*Correct or remove/],
  ["width 0", set("solvers.0.particles.width=0"), /solvers\.0\.particles\.width: found 0; allowed/],
  ["a negative temperature", set("problem.temperature=-1"), /problem\.temperature: found -1; allowed/],
  ["labels not ±1", set("problem.loss=logistic"), /problem\.loss.*labels.*Map the labels/],
  ["noise in a gradient flow", set("dynamics.kind=gradient-flow"), /problem\.temperature.*use langevin/],
  ["a step that does not fit", set("time.step=0.3"), /time\.step: found 0\.3; allowed.*such as/],
  ["too few rows", set("initial={kind: file, path: rows.csv}"), /initial: found 2 neurons; the width is 20/],
  ["an unknown command", ["ran", "good.yaml"], /unknown command 'ran'\s+\(Did you mean run\?\)/],
  ["an unknown option", ["run", "good.yaml", "--ot", "out"], /'--ot'\s+\(Did you mean --out\?\)/],
  ["no thread", ["run", "good.yaml", "--out", "out", "--threads", "0"], /--threads.*"0".*whole number ≥ 1/],
  [
    "no such backend",
    ["run", "good.yaml", "--out", "out", "--backend", "natve"],
    /--backend.*found "natve"; allowed: auto, native, wasm, js, gpu; did you mean "native"\?/,
  ],
  ["a folder under a file", ["run", "good.yaml", "--out", "file/out"], /file\/out.*ENOTDIR.*--out/],
  ["a file as the folder", ["run", "good.yaml", "--out", "file"], /file: is a file.*--out/],
  ["a folder of other things", ["run", "good.yaml", "--out", "."], /is not empty.*--out/],
];

describe("muflow refuses", () => {
  it.each(MISTAKES)("%s: code 2, one line, nothing written", async (what, args, message) => {
    const byItself = what === "an unknown key" || what === "an unknown command";
    const { code, stdout, stderr } = await (byItself ? muflow : oneByOne)(args, directory);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).not.toMatch(/\n\s+at /);
    // commander puts what was meant on a line of its own.
    expect(
      stderr
        .replace(/\n\(Did you mean/, " (")
        .trim()
        .split("\n"),
    ).toHaveLength(1);
    expect(isFile(directory, "out")).toBe(false);
  });
});

describe("a step that is too large", () => {
  it("ends with code 3, its number, what is kept, and a step that works", async () => {
    const folder = join(directory, "diverged");
    const { code, stderr } = await muflow(["run", "diverges.yaml", "--out", folder], directory);
    expect(code).toBe(3);
    expect(stderr).toMatch(/blow-up: energy rose from .*, at step \d+ .*step 1;.*is kept/);
    const [warning, failure, ...others] = stderr.trim().split("\n");
    expect(others).toEqual([]);
    expect(warning).toMatch(
      /^muflow: time\.step 1 is above [\d.e-]+, below which euler is stable at the start: .*try step/,
    );
    expect(isFile(folder, "state", "run-0.checkpoint")).toBe(true);
    const page = readFileSync(join(folder, "report.html"), "utf8");
    expect(page).toContain(`Warning: ${warning!.replace("muflow: ", "")}.`);
    expect(failure).toBe(`muflow: ${readSummary(folder).outcome}`);
    const suggested = /try step ([\d.e-]+)\./.exec(failure!)?.[1];
    const args = [
      "run",
      "diverges.yaml",
      "--out",
      join(directory, "smaller"),
      "--set",
      `time.step=${suggested}`,
    ];
    const smaller = await muflow(args, directory);
    expect(remarks(smaller.stderr)).toEqual([]);
    expect(smaller.code).toBe(0);
    expect(readSummary(join(directory, "smaller")).outcome).toBe("done");
  });
});

describe("the other commands", () => {
  it("check explains, and runs nothing", async () => {
    const { code, stdout } = await muflow(["check", "good.yaml"], directory);
    expect(code).toBe(0);
    for (const fact of ["20 points", "τ = 0.01", "euler-maruyama", "hypotheses", "stability", "cost"]) {
      expect(stdout).toContain(fact);
    }
    expect(isFile(directory, "runs")).toBe(false);
    expect((await muflow(["check", "diverges.yaml"], directory)).stdout).toContain("too large");
  });

  it("check explains a study: its points, its fits, the step of each point", async () => {
    const fits = "[{ quantity: energy, along: time.step, predicted: 1 }]";
    put(directory, "study.yaml", `${DIVERGES}sweep: { time.step: [0.001, 0.01, 0.1, 1] }\nfits: ${fits}\n`);
    const { code, stdout } = await muflow(["check", "study.yaml"], directory);
    expect(code).toBe(0);
    for (const fact of ["4 points", "fit: energy of particles along time.step, predicted slope 1"]) {
      expect(stdout).toContain(fact);
    }
    expect(stdout).toMatch(/time\.step = 0\.001: .*: ok/);
    expect(stdout).toMatch(/time\.step = 1: .*: too large/);
    const cited = (await muflow(["cite", "study.yaml"], directory)).stdout;
    for (const work of ["@article{mei2018,", "@article{wedderburn1974,"]) {
      expect(cited.split(work)).toHaveLength(2);
    }
  });

  it("cite prints BibTeX of what is used", async () => {
    const { code, stdout } = await muflow(["cite", "good.yaml"], directory);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^@software\{muflow,/);
    expect(stdout).toContain("@article{mei2018,");
    expect(stdout.match(/\{/g)?.length).toBe(stdout.match(/\}/g)?.length);
  });

  it("doctor tells the machine", async () => {
    const { code, stdout } = await muflow(["doctor"], directory);
    expect(code).toBe(0);
    expect(stdout).toContain(process.version);
    expect(stdout).toMatch(/backends +(native \(\w+\), )?wasm \(simd128\), js; auto is (native|wasm)\n/);
    expect(stdout).toMatch(
      /speed +[\d.]+ ns a neuron and datum .*, [\d.]+ ns a normal \((native|wasm), one thread\)\n/,
    );
  });

  it("--help and --version answer on standard output", async () => {
    const help = await muflow(["--help"], directory);
    expect(help.code).toBe(0);
    for (const command of ["run", "check", "cite", "doctor"]) expect(help.stdout).toContain(`  ${command}`);
    expect((await muflow(["run", "--help"], directory)).stdout).toContain("--threads <n>");
    expect((await muflow(["--version"], directory)).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
