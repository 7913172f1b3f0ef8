import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MuflowError } from "../base/errors.ts";
import { type LoadOptions, loadExperiment } from "./load.ts";
import { applyOverrides, parseYaml } from "./overrides.ts";

const POINTS = "x,y\n0,0\n1,1\n";

const SPEC = `name: fit
problem:
  data: { csv: data/points.csv, inputs: [x], target: y }
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
dynamics: { kind: gradient-flow }
initial: { kind: gaussian, mean: [0], std: [1] }
time: { until: 1, step: 0.1 }
solvers:
  - particles: { width: 10 }
`;

const OBJECT = `{
  name: "fit",
  problem: { potential: { kind: "quadratic" } },
  dynamics: { kind: "gradient-flow" },
  initial: { kind: "gaussian", mean: [0], std: [1] },
  time: { until: 1, step: 0.1 },
  solvers: [{ particles: { width: 10 } }],
}`;

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "muflow-load-"));
  mkdirSync(join(directory, "data"));
  writeFileSync(join(directory, "data", "points.csv"), POINTS);
});

afterAll(() => rmSync(directory, { recursive: true }));

function put(name: string, contents: string | Uint8Array): string {
  const path = join(directory, name);
  writeFileSync(path, contents);
  return path;
}

async function messageOf(path: string, options?: LoadOptions): Promise<string> {
  const error: unknown = await loadExperiment(path, options).then(
    () => new Error("accepted"),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(MuflowError);
  expect((error as MuflowError).kind).toBe("input");
  return (error as MuflowError).message;
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

describe("a YAML or JSON file", () => {
  it.each([
    ["brackets that open", "[".repeat(20_000), "1:201"],
    ["brackets that open and close", `${"[".repeat(20_000)}${"]".repeat(20_000)}`, "1:201"],
    ["mappings in one line", "{a: ".repeat(20_000), "1:801"],
    ["brackets that close nothing", "}".repeat(20_000), "1:201"],
    ["lists in one line", `${"- ".repeat(20_000)}a`, "1:1"],
    ["keys in one line", `${"? ".repeat(20_000)}a`, "1:1"],
    [
      "mappings by indent",
      Array.from({ length: 3000 }, (_, k) => `${" ".repeat(k)}a:`).join("\n"),
      "201:201",
    ],
  ])("within one another deeper than a parser goes is refused at once: %s", (_, text, where) => {
    expect(() => parseYaml(text, (line, column) => `f:${line}:${column}`)).toThrow(
      `f:${where}: found mappings or lists within one another more than 200 deep, or brackets that close nothing; allowed: `,
    );
  });

  it("is read where it is deep, or wide", () => {
    const deep = parseYaml(`a: ${"[".repeat(150)}1${"]".repeat(150)}`, () => "");
    expect(JSON.stringify(deep)).toBe(`{"a":${"[".repeat(150)}1${"]".repeat(150)}}`);
    const wide = parseYaml(`[${"[1, {b: 2}], ".repeat(1000)}]`, () => "");
    expect(wide).toEqual(Array.from({ length: 1000 }, () => [1, { b: 2 }]));
  });

  it("with a great many mappings that close nothing is refused by the parser's own words, or by its end", () => {
    for (const count of [10, 2000, 40_000]) {
      const text = '  "l2": 0.05\n   },\n   {\n'.repeat(count);
      expect(() => parseYaml(text, (line, column) => `f:${line}:${column}`)).toThrow(
        /^f:\d+:\d+: found .*; allowed: /,
      );
    }
  });

  it("is read, with the hashes of the files it names", async () => {
    const path = put("spec.yaml", SPEC);
    const loaded = await loadExperiment(path);
    expect(loaded.experiment.solvers[0]).toMatchObject({ particles: { width: [10] } });
    expect(loaded).toMatchObject({ path, directory });
    expect(loaded.files).toEqual([
      {
        key: "problem.data.csv",
        written: "data/points.csv",
        path: join(directory, "data", "points.csv"),
        sha256: sha256(POINTS),
        bytes: Buffer.from(POINTS),
      },
    ]);
    expect(loaded.experiment.problem.data).toMatchObject({ csv: "data/points.csv" });
    expect(loaded.stated.module).toBeUndefined();
  });

  it("is the same in JSON, with tabs too", async () => {
    const yaml = await loadExperiment(put("spec.yml", SPEC));
    const { seed: _, ...rest } = yaml.experiment;
    const json = await loadExperiment(put("spec.json", JSON.stringify(rest, null, "\t")));
    expect(json.experiment).toEqual(yaml.experiment);
  });

  it("may name a file of neurons", async () => {
    put("neurons.csv", "0\n1\n");
    const spec = SPEC.replace(/initial:.*/, "initial: { kind: file, path: neurons.csv }");
    const { files } = await loadExperiment(put("from-file.yaml", spec));
    expect(files.map(({ key }) => key)).toEqual(["problem.data.csv", "initial.path"]);
    expect(files[1]).toEqual({
      key: "initial.path",
      written: "neurons.csv",
      path: join(directory, "neurons.csv"),
      sha256: sha256("0\n1\n"),
      bytes: Buffer.from("0\n1\n"),
    });
  });

  it("may use anchors", async () => {
    const spec = SPEC.replace("mean: [0], std: [1]", "mean: &one [1], std: *one");
    expect((await loadExperiment(put("anchors.yaml", spec))).experiment.initial).toMatchObject({
      mean: [1],
      std: [1],
    });
  });
});

describe("a module", () => {
  it.each([
    ["default.ts", `const width: number = 10;\nexport default ${OBJECT} as const;`],
    ["default.mts", `export default ${OBJECT} satisfies object;`],
    ["default.mjs", `export default ${OBJECT};`],
    ["named.ts", `export const experiment = ${OBJECT};`],
    ["common.js", `module.exports = ${OBJECT};`],
    ["common-named.js", `exports.experiment = ${OBJECT};`],
    ["absent.mjs", `export default { ...${OBJECT}, seed: undefined };`],
  ])("is read: %s", async (name, source) => {
    const { experiment, stated, files } = await loadExperiment(put(name, source));
    expect(experiment).toMatchObject({ name: "fit", seed: 0, problem: { potential: { strength: 1 } } });
    expect(stated.module?.sha256).toBe(sha256(source));
    expect(files).toEqual([]);
  });

  it.each(["ts", "mts", "js", "mjs"])("is read anew after a change: %s", async (extension) => {
    const load = async (name: string) => {
      const path = put(`changing.${extension}`, `export default { ...${OBJECT}, name: "${name}" };`);
      return (await loadExperiment(path)).experiment.name;
    };
    expect(await load("first")).toBe("first");
    expect(await load("second")).toBe("second");
  });

  it("may import its neighbours", async () => {
    put("neighbour.ts", "export const name: string = 'neighbourly';");
    const source = `import { name } from "./neighbour.ts";\nexport default { ...${OBJECT}, name };`;
    expect((await loadExperiment(put("importing.ts", source))).experiment.name).toBe("neighbourly");
  });

  it.each([
    ["a function", "{ name: () => 1 }", "name: found a function; allowed: a name of the letters a–z"],
    [
      "a function in a list",
      "{ solvers: [{ particles: { width: Math.sin } }] }",
      "solvers.0.particles.width: found a function",
    ],
    ["the export itself", "() => 1", "found a function; allowed: plain data"],
    ["a date", "{ time: new Date(0) }", "time: found a Date; allowed: plain data"],
    [
      "a typed array",
      "{ initial: { mean: new Float64Array(2) } }",
      "initial.mean: found a Float64Array; allowed: plain",
    ],
    ["a big integer", "{ seed: 1n }", "seed: found a bigint; allowed: plain data"],
    [
      "a cycle",
      "(() => { const a = {}; a.problem = { data: a }; return a; })()",
      "problem.data: found a mapping or list inside",
    ],
  ])("must be plain data: %s", async (_, value, message) => {
    const path = put("not-plain.mjs", `export default ${value};`);
    expect(await messageOf(path)).toContain(`${path}: ${message}`);
  });

  it.each([
    ["export const spec = {};", ": found spec; allowed: a default export, or one named experiment"],
    ["export {};", ": found no exports; allowed: a default export"],
    ["throw new Error('no luck\\nat all');", ":1: the module cannot be loaded: no luck"],
    ["export default {", ":1:17: the module cannot be loaded: "],
    [
      "export default {\n  seed: 1 name: 2\n}",
      ':2:11: the module cannot be loaded: Unexpected token, expected ","',
    ],
  ])("must export an experiment: %s", async (source, message) => {
    const path = put("wrong.ts", source);
    const found = await messageOf(path);
    expect(found).toContain(`${path}${message}`);
    expect(found.split("\n")).toHaveLength(1);
  });
});

describe("what cannot be read", () => {
  it.each([
    ["empty.yaml", "", "empty.yaml: found an empty file; allowed: an experiment"],
    ["comment.yaml", "# nothing yet\n", "comment.yaml: found an empty file; allowed: an experiment"],
    ["list.yaml", "- 1\n- 2\n", "list.yaml: found [1,2]; allowed: {name, seed?, problem,"],
    ["twice.yaml", "name: a\nname: b\n", 'twice.yaml:2:1: found the key "name" twice in one mapping'],
    [
      "twice.json",
      '{"name": "a",\n "name": "b"}',
      'twice.json:2:2: found the key "name" twice in one mapping',
    ],
    ["nested.yaml", "? ".repeat(700), "nested.yaml:1:3: found a mapping or a list as a key; allowed: text"],
    [
      "inside.yaml",
      "a: [{? [b] : 1}]\n",
      "inside.yaml:1:8: found a mapping or a list as a key; allowed: text",
    ],
    [
      "wide.yaml",
      `${Array.from({ length: 20_000 }, (_, k) => `k${k}: 1\n`).join("")}k7: 2\n`,
      'wide.yaml:20001:1: found the key "k7" twice',
    ],
    ["open.yaml", "name: [a\n", "open.yaml:2:1: "],
    [
      "colon.yaml",
      "name: a: b\n",
      'colon.yaml:1:7: found "name: a: b", which is no YAML (Nested mappings are not allowed',
    ],
    [
      "two.yaml",
      "name: a\n---\nname: b\n",
      "two.yaml:2:1: found a second YAML document (after ---); allowed: one",
    ],
    ["tag.yaml", 'name: !!js/function "() => 1"\n', "tag.yaml:1:7: found "],
    [
      "aliased.yaml",
      "a: &a [1]\n*a : 2\n",
      "aliased.yaml:2:1: found a mapping or a list as a key; allowed: text",
    ],
    ["bytes.yaml", "!!binary aGk= : 2\n", "found a mapping or a list as a key; allowed: text"],
    ["tags.yaml", "name: !!set a\n", "lists and mappings, without tags (!…)"],
    [
      "equals.yaml",
      "name = a\nseed: 1\n",
      'found "name = a", which is no YAML (Implicit keys need to be on a single line); allowed: key: value',
    ],
    ["tab.yaml", "time:\n\tstep: 1\n", "allowed: blanks, not tabs, before keys"],
    ["at.yaml", "name: @a\n", "allowed: text that begins with a sign in quotes"],
    ["percent.yaml", `name: a\n${"[".repeat(2000)}`, "brackets and quotes closed"],
    ["alias.yaml", "name: *lost\n", "Unresolved alias"],
    ["cycle.yaml", "&a\nproblem: *a\n", "cycle.yaml: problem: found a mapping or list inside itself"],
    [
      "spec.toml",
      "name = 1",
      "spec.toml: found the extension .toml; allowed: an experiment file .yaml, .yml, .json, .ts",
    ],
    ["spec", "name: a", "found no extension; allowed: an experiment file"],
    ["latin1.yaml", Uint8Array.of(0x6e, 0xe9), "latin1.yaml: found bytes that are not text; allowed: UTF-8"],
  ])("%s", async (name, contents, expected) => {
    const message = await messageOf(put(name, contents));
    expect(message).toContain(expected);
    expect(message.split("\n")).toHaveLength(1);
    expect(message.length).toBeLessThan(600);
  });

  it("stops a flood of aliases", async () => {
    const flood = Array.from(
      { length: 9 },
      (_, k) => `a${k}: &a${k} [${Array(9).fill(k === 0 ? 1 : `*a${k - 1}`)}]`,
    );
    expect(await messageOf(put("flood.yaml", flood.join("\n")))).toContain("Excessive alias count");
  });

  it("a file that is not there, a directory", async () => {
    const missing = join(directory, "missing.yaml");
    expect(await messageOf(missing)).toContain(
      `${missing}: found no such file (${missing}); allowed: an experiment file`,
    );
    expect(await messageOf(directory)).toContain(
      `found a directory (${directory}); allowed: an experiment file`,
    );
    expect(await messageOf(join(put("file.yaml", SPEC), "under"))).toContain("found no such file");
  });

  it("a file that the experiment names", async () => {
    const path = put("spec.yaml", SPEC);
    const lost = join(directory, "lost.csv");
    expect(await messageOf(path, { set: ["problem.data.csv=lost.csv"] })).toBe(
      `--set problem.data.csv=lost.csv: problem.data.csv: found no such file "lost.csv" (${lost}); allowed: a path relative to the experiment file`,
    );
    expect(await messageOf(path, { set: ["problem.data.csv=data"] })).toContain(
      'problem.data.csv: found a directory "data"',
    );
  });

  it("every line of an error begins with the file", async () => {
    const path = put("several.yaml", "name: A\nseed: -1\n");
    for (const line of (await messageOf(path)).split("\n")) expect(line.startsWith(`${path}: `)).toBe(true);
  });
});

describe("overrides", () => {
  it.each([
    ["problem.temperature=0.2", { problem: { temperature: 0.2 } }],
    ["problem.regulariser.l2=0.5", { problem: { regulariser: { l2: 0.5 } } }],
    ["problem.neuron.activation=relu", { problem: { neuron: { activation: "relu" } } }],
    ["solvers.0.particles.width=[100, 1000]", { solvers: [{ particles: { width: [100, 1000] } }] }],
    ["initial={kind: uniform, low: -1, high: 1}", { initial: { kind: "uniform", low: [-1], high: [1] } }],
    ["problem.loss={huber: {delta: 1e-1}}", { problem: { loss: { huber: { delta: 0.1 } } } }],
    ["seed=0x10", { seed: 16 }],
    [" seed = 5", { seed: 5 }],
  ])("%s", async (override, expected) => {
    const set = [override, "dynamics={kind: langevin}"];
    const { experiment } = await loadExperiment(put("spec.yaml", SPEC), { set });
    expect(experiment).toMatchObject(expected);
  });

  it("are applied in order, the seed last; the file is not changed", async () => {
    const path = put("spec.yaml", SPEC);
    const load = async (options: LoadOptions) => (await loadExperiment(path, options)).experiment.seed;
    expect(await load({ set: ["seed=1", "seed=2"] })).toBe(2);
    expect(await load({ set: ["seed=1"], seed: 3 })).toBe(3);
    expect(await load({})).toBe(0);
    expect(await messageOf(path, { seed: -1 })).toContain(
      "--seed -1: seed: found -1; allowed: a whole number from 0",
    );
  });

  it.each([
    ["foo", '--set: found "foo"; allowed: key=value, such as problem.temperature=0.1'],
    ["=1", '--set: found "=1"; allowed: key=value'],
    ["problem..temperature=1", '--set: found "problem..temperature=1"; allowed: key=value'],
    ["seed=[1", '--set seed=[1: found "[1", which is no YAML (Flow sequence'],
    ["solvers.3.particles.width=1", '--set solvers.3.particles.width=1: found position "3"; allowed: 0 to 0'],
    ["solvers.first=1", '--set solvers.first=1: found position "first"; allowed: 0 to 0'],
    [
      "name.first=1",
      '--set name.first=1: found "fit" where "first" is to be set; allowed: a mapping or a list there',
    ],
    [
      "problem.temprature=1",
      "problem.temprature: found an unknown key; allowed: data, neuron,",
      'did you mean "temperature"?',
    ],
    ["problem.neuron.activaton=relu", 'did you mean "activation"?'],
    ["temperature=1", "temperature: found an unknown key; allowed: ", 'did you mean "problem.temperature"?'],
    ["particles={}", 'did you mean "solvers.0.particles"?'],
    ["solvers.particles.width=1", "allowed: 0 to 0; write solvers.0.particles.width"],
    ["__proto__.seed=1", "found "],
  ])("refuses %s", async (override, ...expected) => {
    const message = await messageOf(put("spec.yaml", SPEC), { set: [override] });
    for (const part of expected) expect(message).toContain(part);
    expect(message.split("\n")).toHaveLength(1);
  });

  describe("are blamed for what they put there, and for nothing else", () => {
    const WRONG = `${SPEC}seed: -4\n`;
    it.each<[what: string, file: string, set: string[], begins: string[]]>([
      ["a value", SPEC, ["time.step=-1"], ["--set time.step=-1: time.step: "]],
      ["a key", SPEC, ["time.stpe=1"], ["--set time.stpe=1: time.stpe: "]],
      ["a mapping", SPEC, ["time={until: 1}"], ["--set time={until: 1}: time.step: "]],
      ["a part of it", SPEC, ["problem.loss.hubber=1"], ["--set problem.loss.hubber=1: problem.loss"]],
      ["the last of one place", SPEC, ["time.step=2", "time.step=-1"], ["--set time.step=-1: time.step: "]],
      [
        "one of several",
        SPEC,
        ["seed=3", "problem.temperature=-1"],
        ["--set problem.temperature=-1: problem.temperature: "],
      ],
      [
        "what the file's other keys make of it",
        SPEC,
        ["time.until=0.55"],
        ["FILE with --set time.until=0.55: time.step: "],
      ],
      ["nothing: the file is wrong", WRONG, ["time.step=0.2"], ["FILE: seed: "]],
      [
        "one thing, the file another",
        WRONG,
        ["problem.temperature=-2"],
        ["--set problem.temperature=-2: problem.temperature: ", "FILE: seed: "],
      ],
      ["a worse value in a wrong place", WRONG, ["seed=-5"], ["--set seed=-5: seed: found -5"]],
    ])("%s", async (_, file, set, begins) => {
      const path = put("spec.yaml", file);
      const lines = (await messageOf(path, { set })).split("\n").sort();
      const expected = begins.map((begin) => begin.replace("FILE", path)).sort();
      expect(lines).toHaveLength(expected.length);
      for (const [k, line] of lines.entries()) expect(line.slice(0, expected[k]!.length)).toBe(expected[k]);
    });
  });

  it("make the mappings that are not there, and leave prototypes alone", () => {
    expect(applyOverrides({}, ["a.b.c=1", "a.d=x"])).toEqual({ a: { b: { c: 1 }, d: "x" } });
    applyOverrides({}, ["__proto__.polluted=1", "constructor.prototype.polluted=1"]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
