// Files as people have them, each taken in by one line of an experiment: every number is compared with the formula that the files were made by,
// x₁ = ((37i mod 101) − 50)/10, x₂ = ((53i mod 89) − 44)/10, y = 2x₁ − x₂, i < 40, label M where y > 0, else B.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MuflowError } from "../src/base/errors.ts";
import { prepareExperiment } from "../src/experiment/prepare.ts";
import { SOLO } from "../src/kernels/team.ts";
import { memoryFor } from "../src/particles/network.ts";
import type { ParticleRun } from "../src/run/runs.ts";
import { simulateParticles } from "../src/run/simulate-particles.ts";
import { loadExperiment } from "../src/spec/load.ts";
import { npyHeader } from "../src/tables/npy.ts";
import { put, ROOT, resident, temporaryDirectory } from "./support.ts";

const directory = temporaryDirectory();
const muflow = resident();
const TABLES = join(ROOT, "test", "tables");

const SPEC = `name: tables
problem:
  data: { csv: pandas.csv, inputs: [x1], target: y }
  neuron: { activation: tanh, inputs: 2 }
dynamics: { kind: gradient-flow }
initial: { kind: gaussian, mean: 0, std: 1 }
time: { until: 0.1, step: 0.05 }
solvers: [{ particles: { width: 12 } }]
`;
const spec = put(directory, "tables.yaml", SPEC);

interface Expected {
  /** Of the file, counted from 0; default: all. */
  readonly rows?: (i: number) => boolean;
  readonly y?: (y: number) => number;
  readonly names: readonly [string, string, string];
  /** Of numbers that the file holds in single precision. */
  readonly single?: boolean;
  readonly notice?: string;
  readonly accuracy?: boolean;
}

const sign = (y: number) => (y > 0 ? 1 : -1);

const FILES: [line: string, Expected][] = [
  ["{ csv: pandas.csv, inputs: [x1, x2], target: y }", { names: ["x1", "x2", "y"] }],
  [
    "{ csv: diagnosis.data, header: false, inputs: [3..4], target: 2, labels: { M: 1, B: -1 } }",
    { names: ["column 3", "column 4", "column 2"], y: sign, accuracy: true },
  ],
  [
    "{ csv: quality.csv, inputs: [fixed acidity, volatile; acidity], target: quality }",
    { names: ["fixed acidity", "volatile; acidity", "quality"] },
  ],
  ["{ csv: messreihe.csv, inputs: [Zeit, Kraft], target: Weg }", { names: ["Zeit", "Kraft", "Weg"] }],
  [
    "{ csv: survey.tsv, inputs: [dose, age], target: response, missing: drop }",
    {
      names: ["dose", "age", "response"],
      rows: (i) => i % 8 !== 3,
      notice: "35 of 40 rows are used; cells missing in age (5)",
    },
  ],
  [
    "{ csv: mpg.data, header: false, inputs: [3, 4], target: 1, missing: drop }",
    {
      names: ["column 3", "column 4", "column 1"],
      rows: (i) => i % 10 !== 7,
      notice: "36 of 40 rows are used; cells missing in column 4 (4)",
    },
  ],
  ["{ csv: points.csv.gz, inputs: [x1..x2], target: y }", { names: ["x1", "x2", "y"] }],
  ["{ csv: unicode.txt, inputs: [größe, θ], target: y }", { names: ["größe", "θ", "y"] }],
  [
    "{ csv: mesures.csv, inputs: [température, pression], target: débit }",
    { names: ["température", "pression", "débit"], notice: "read as Latin-1" },
  ],
  [
    "{ npz: digits.npz, inputs: x_train, target: y_train, labels: { 0: -1, 1: 1 }, test: { inputs: x_test, target: y_test } }",
    {
      names: ["x_train 1", "x_train 2", "y_train"],
      rows: (i) => i < 30,
      y: sign,
      single: true,
      accuracy: true,
    },
  ],
  ["{ npy: matrix.npy, inputs: [1, 2], target: 3 }", { names: ["column 1", "column 2", "column 3"] }],
];

const prepare = async (set: string[]) => {
  const path = join(TABLES, "spec.yaml");
  const loaded = await loadExperiment(spec, { set });
  expect(loaded.path).not.toBe(path);
  return prepareExperiment(loaded);
};

describe("a file in one line:", () => {
  for (const [line] of FILES) {
    const [, name] = /(?:csv|npy|npz): ([\w.-]+)/.exec(line)!;
    writeFileSync(join(directory, name!), readFileSync(join(TABLES, name!)));
  }
  it.each(FILES)("problem.data=%s", async (line, expected) => {
    const { built } = await prepare([`problem.data=${line}`]);
    const { data } = built.problem;
    const { rows = () => true, y = (value: number) => value, names, single = false } = expected;
    const wanted = Array.from({ length: 40 }, (_, i) => i)
      .filter(rows)
      .map((i) => {
        const [u, v] = [((37 * i) % 101) - 50, ((53 * i) % 89) - 44];
        const held = single ? Math.fround : (value: number) => value;
        return [held(u / 10), held(v / 10), y((2 * u - v) / 10)];
      });
    const found = Array.from(data.y, (label, i) => [data.x[i], data.x[data.size + i], label]);
    expect(found).toEqual(wanted);
    expect(data.names).toEqual({ inputs: names.slice(0, 2), target: names[2] });
    expect(data.notices ?? []).toEqual(
      expected.notice === undefined ? [] : [expect.stringContaining(expected.notice)],
    );
    const [run] = built.runs as ParticleRun[];
    const end = simulateParticles(run!, SOLO, memoryFor(run!, 1));
    expect(end.status).toBe("done");
    expect(Object.hasOwn(end.progress.rows[0]!.observables, "accuracy")).toBe(expected.accuracy === true);
  });
});

/** What is wrong, put to the file of the experiment, or to the option. */
async function refused(text: string, set: string[] = []): Promise<string> {
  const path = put(directory, "refused.yaml", text);
  const error = await loadExperiment(path, { set })
    .then(prepareExperiment)
    .catch((one: Error) => one);
  expect(error).toBeInstanceOf(MuflowError);
  return (error as MuflowError).message.replaceAll(`${directory}/`, "");
}

describe("what is wrong with data is put to the key of the file, or to the option:", () => {
  put(directory, "four.csv", "a,b,c,y,q\n1,5,0,3,1\n2,5,1,3,-1\n4,5,9,3,1\n");
  put(directory, "words.csv", "a,name\n1,Paris\n2,Rome\n");
  const four = (rest: string) => `{ csv: four.csv, target: y, ${rest} }`;
  const x = "arrays: { x: [[1, 1], [2, 2], [3, 1]], y: [0, 1, 0]";
  it.each<[data: string, message: string]>([
    [
      four("inputs: [a, b], standardise: inputs"),
      "problem.data.standardise: b is constant (5): it has no scale. Leave it out",
    ],
    [
      four("inputs: [a, c], standardise: true"),
      "problem.data.standardise: y is constant (3): it has no scale. Set standardise: inputs, which leaves the target as it is",
    ],
    [
      four("inputs: [a, c], test: { fraction: 0.01 }"),
      "problem.data.test.fraction: found 0.01, which leaves nothing to test on of 3 rows",
    ],
    [four("inputs: [a, c], weight: q"), "problem.data: row 2: the weight is -1; allowed: a number ≥ 0"],
    [
      `{ ${x} }, test: { fraction: 0.01 } }`,
      "problem.data.test.fraction: found 0.01, which leaves nothing to test on of 3 rows",
    ],
    [
      "{ teacher: { neurons: 1e8, dim: 2, samples: 1e5 } }",
      "problem.data.teacher.neurons: found 100000000 for 100000 samples of 2 inputs",
    ],
    [four("inputs: [a]"), "problem.neuron.inputs: found 2; allowed: 1, the number of inputs of problem.data"],
    [
      "{ npy: matrix.npy, inputs: [1], target: 3 }",
      "problem.neuron.inputs: found 2; allowed: 1, the number of inputs of problem.data",
    ],
  ])("%s", async (data, message) => {
    const own = SPEC.replace(/data: .*/, `data: ${data}`);
    expect(await refused(own)).toContain(`refused.yaml: ${message}`);
    const option = `problem.data=${data}`;
    const found = await refused(SPEC, [option]);
    expect(found).toContain(message.startsWith("problem.neuron") ? message : `--set ${option}: ${message}`);
  });

  it.each<[data: string, message: string]>([
    [four("inputs: [1..9]"), "four.csv: found no column 9; the file has 5 columns, counted from 1"],
    [four("inputs: [a, b, z]"), 'four.csv: found no column "z"; the file has: a, b, c, y, q'],
    [
      "{ npy: matrix.npy, inputs: [1..9], target: 3 }",
      "matrix.npy: found no column 9; the file has 3 columns",
    ],
    ["{ npz: matrix.npy }", "matrix.npy: is a .npy, one array: use the key npy"],
    ["{ npy: digits.npz, inputs: [1], target: 2 }", "digits.npz: is a zip, as .npz is: use the key npz"],
    [
      "{ npy: four.csv, inputs: [1], target: 2 }",
      "four.csv: is no .npy: a table of text goes by the key csv",
    ],
    ["{ npz: four.csv }", "four.csv: is no .npz: a table of text goes by the key csv"],
    ["{ csv: digits.npz, inputs: [1], target: 2 }", "digits.npz: is an archive of arrays: use the key npz"],
    ["{ csv: matrix.npy, inputs: [1], target: 2 }", "matrix.npy: is a .npy file: use the key npy"],
    ["{ csv: words.csv, inputs: [a, name], target: a }", '"a" is both an input and the target'],
    [
      "{ csv: words.csv, inputs: [a], target: name }",
      "None of the 2 cells of the column is a number: say by labels what texts stand for",
    ],
  ])("a file that is alone to blame speaks for itself: %s", async (data, message) => {
    const found = await refused(SPEC.replace(/data: .*/, `data: ${data}`));
    expect(found).toContain(message);
    expect(found).not.toContain("refused.yaml");
    const option = `problem.data=${data}`;
    expect(await refused(SPEC, [option])).toBe(`--set ${option}: ${found}`);
  });

  it("a column of an array that holds no number", async () => {
    const numbers = Float64Array.of(1, 2, Number.NaN, 3);
    writeFileSync(
      join(directory, "nan.npy"),
      Buffer.concat([npyHeader([2, 2]), Buffer.from(numbers.buffer)]),
    );
    const data = "{ npy: nan.npy, inputs: [1], target: 2 }";
    const message = "nan.npy, column 1: row 2: found NaN; a finite number is needed";
    expect(await refused(SPEC.replace(/data: .*/, `data: ${data}`))).toBe(message);
    expect(await refused(SPEC, [`problem.data=${data}`])).toBe(`--set problem.data=${data}: ${message}`);
  });
});

it("labels are the texts that are written, whatever YAML takes them for as values", async () => {
  put(directory, "truth.csv", "x,t\n1,TRUE\n2,False\n3,0x10\n4,null\n5,~\n6,yes\n7,2.0\n");
  const labels = "{ TRUE: 1, False: 2, 0x10: 3, null: 4, ~: 5, yes: 6, 2: 7 }";
  const line = `{ csv: truth.csv, inputs: [x], target: t, labels: ${labels} }`;
  const { built } = await prepare([`problem.data=${line}`, "problem.neuron.inputs=1"]);
  expect(Array.from(built.problem.data.y)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  const own = SPEC.replace(/data: .*/, `data: ${line.replace("TRUE", "true")}`);
  expect(await refused(own.replace("inputs: 2", "inputs: 1"))).toContain(
    'truth.csv: row 1 (line 2), column t: found "TRUE"; allowed: the labels "2", "true", "False", "0x10", "null", "~", "yes"',
  );
});

it("a run names its columns, tests, and is where another begins", async () => {
  const out = join(directory, "first");
  const line =
    "{ csv: diagnosis.data, header: false, inputs: [3..4], target: 2, labels: { M: 1, B: -1 }, standardise: inputs, test: { fraction: 0.25 } }";
  const first = await muflow([
    "run",
    spec,
    "--out",
    out,
    "--set",
    `problem.data=${line}`,
    "--set",
    "problem.loss=logistic",
  ]);
  expect(first.code, first.stderr).toBe(0);
  expect(first.stdout).toMatch(/test_risk.*accuracy.*test_accuracy/);
  const summary = JSON.parse(readFileSync(join(out, "summary.json"), "utf8"));
  expect(summary.data).toEqual({
    points: 30,
    inputs: ["column 3", "column 4"],
    target: "column 2",
    test: 10,
    standardised: "inputs",
  });
  const { inputs } = await prepare([
    `problem.data=${line}`,
    `initial={ kind: file, path: ${join(out, "neurons.npz")} }`,
  ]);
  const { position } = inputs.initial;
  expect(position.kind === "points" && position.rows.length).toBe(12);
  const again = await muflow([
    ...["run", spec, "--out", join(directory, "second"), "--set", "problem.loss=logistic"],
    ...["--set", `problem.data=${line}`, "--set", "initial={ kind: file, path: first/neurons.npz }"],
  ]);
  expect(again.code, again.stderr).toBe(0);
  const risks = (folder: string) => {
    const [head, ...rows] = readFileSync(join(folder, "series.csv"), "utf8").trim().split("\n");
    const at = head!.split(",").indexOf("risk");
    return rows.map((row) => row.split(",")[at]);
  };
  expect(risks(join(directory, "second"))[0]).toBe(risks(out).at(-1));
});
