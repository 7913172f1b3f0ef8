// Whom errors are put to that the schema does not find: an option where it lies at their place, and the file for all else.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { npyHeader } from "../tables/npy.ts";
import { encodeNpz } from "../tables/npz.ts";
import { prepareStudy } from "./prepare.ts";

const directory = mkdtempSync(join(tmpdir(), "muflow-blame-"));
afterAll(() => rmSync(directory, { recursive: true }));

writeFileSync(join(directory, "good.csv"), "x,y\n1,2\n2,3\n");
const number = (shape: number[], numbers: number[]) => ({ shape, data: Float64Array.from(numbers) });
const npy = number([2, 2], [1, 2, 2, Number.NaN]);
writeFileSync(
  join(directory, "bad.npy"),
  Buffer.concat([npyHeader(npy.shape), Buffer.from(npy.data.buffer)]),
);
writeFileSync(join(directory, "same.csv"), "x,y\n1,2\n1,2\n");
writeFileSync(
  join(directory, "wide.npz"),
  encodeNpz({ x: number([2, 2], [1, 2, 3, 4]), y: number([2], [2, 3]) }),
);
writeFileSync(join(directory, "bad.npz"), encodeNpz({ x: number([2], [1, 2]), y: number([2], [2, 3]) }));
writeFileSync(join(directory, "bad.csv"), "x,y\n1,2\n2,wrong\n");

const spec = (csv: string, rest = "") => `name: blamed
problem:
  data: { csv: ${csv}, inputs: [x], target: y }
  neuron: { activation: tanh, inputs: 1, output: fixed, bias: false }
  temperature: 0.1
dynamics: { kind: langevin }
initial: { kind: gaussian, mean: [0], std: 1 }
time: { until: 1, step: 0.1 }
solvers: [{ particles: { width: [4, 8, 16], replicas: 2 } }, { grid: { cells: 80, extent: [[-7, 7]] } }]
${rest}`;

const GOOD = spec("good.csv");
const TIGHT = GOOD.replace("[[-7, 7]]", "[[-1, 1]]");
const HUGE = GOOD.replace("[4, 8, 16]", "4000000000");
const CLIPPED = "solvers.1.grid.extent=[[-1, 1]]";

it.each<[what: string, text: string, set: string[], begins: string]>([
  ["a row of a file", spec("bad.csv"), ["time.until=2"], "DIR/bad.csv: row 2 (line 3), column y: "],
  [
    "a row of a file, whatever an option asks of the file",
    spec("bad.csv"),
    ["problem.data.inputs=[x]"],
    "DIR/bad.csv: row 2 (line 3), column y: ",
  ],
  [
    "a row of arrays, whatever an option asks of the file",
    GOOD,
    ["problem.data={npy: bad.npy, inputs: [1], target: 2}", "problem.data.standardise=true"],
    "--set problem.data={npy: bad.npy, inputs: [1], target: 2}: DIR/bad.npy, column 2: row 2: ",
  ],
  [
    "an array that a file lacks, by its key in the file",
    GOOD,
    ["problem.data={npz: bad.npz, target: y}"],
    "--set problem.data={npz: bad.npz, target: y}: problem.data.inputs: found nothing",
  ],
  [
    "a column without a scale, by its key in the file",
    spec("same.csv, standardise: true"),
    ["time.until=2"],
    "FILE: problem.data.standardise: x (1), y (2) are constant",
  ],
  [
    "a file to test on, of other inputs",
    GOOD,
    ["problem.data={npz: bad.npz, inputs: x, target: y}", "problem.data.test={file: wide.npz}"],
    "--set problem.data.test={file: wide.npz}: DIR/wide.npz: found 2 inputs to test on",
  ],
  [
    "a number that a label is not",
    GOOD,
    ["problem.data={npz: bad.npz, inputs: x, target: y}", "problem.data.labels={a: 1}"],
    "--set problem.data={npz: bad.npz, inputs: x, target: y}: DIR/bad.npz: y: row 1: found 2",
  ],
  [
    "a row of a file that an option names",
    GOOD,
    ["problem.data.csv=bad.csv"],
    "--set problem.data.csv=bad.csv: DIR/bad.csv: row 2",
  ],
  [
    "a column that an option asks for",
    GOOD,
    ["problem.data.inputs=[z]"],
    '--set problem.data.inputs=[z]: DIR/good.csv: found no column "z"',
  ],
  [
    "a column that the file asks for",
    GOOD.replace("[x]", "[z]"),
    ["time.until=2"],
    'DIR/good.csv: found no column "z"',
  ],
  [
    "a file that is not there",
    spec("no.csv"),
    ["time.until=2"],
    'FILE: problem.data.csv: found no such file "no.csv"',
  ],
  [
    "a file that is not there by an option",
    GOOD,
    ["time.until=2", "problem.data.csv=no.csv"],
    "--set problem.data.csv=no.csv: problem.data.csv: found no such",
  ],
  ["an extent", TIGHT, ["time.until=2"], "FILE: solvers.1.grid.extent: [-1, 1] on axis 0 cuts off"],
  [
    "an extent by an option",
    GOOD,
    [CLIPPED, "time.until=2"],
    `--set ${CLIPPED}: solvers.1.grid.extent: [-1, 1]`,
  ],
  ["a width", HUGE, ["time.until=2"], "FILE: solvers.0.particles.width: found 4000000000"],
  [
    "a width by an option",
    GOOD,
    ["solvers.0.particles.width=4000000000"],
    "--set solvers.0.particles.width=4000000000: solvers.0.particles.width: found",
  ],
  [
    "a law",
    spec("good.csv", "fits: [{ quantity: risk, along: width, law: foo }]"),
    ["time.until=2"],
    "FILE: fits.0.law: found",
  ],
  [
    "a law by an option",
    GOOD,
    ["fits=[{quantity: risk, along: width, law: foo}]"],
    "--set fits=[{quantity: risk, along: width, law: foo}]: fits.0.law: found",
  ],
  [
    "a fit of what is not there",
    spec("good.csv", "fits: [{ quantity: rsk, along: width }]"),
    ["time.until=2"],
    "FILE: fits.0.quantity: found rsk",
  ],
  [
    "a fit of what is not there by an option",
    GOOD,
    ["fits=[{quantity: rsk, along: width}]"],
    "--set fits=[{quantity: rsk, along: width}]: fits.0.quantity: found rsk",
  ],
  [
    "a key of a fit by an option",
    spec("good.csv", "fits: [{ quantity: risk, along: width }]"),
    ["fits.0.along=time.stp"],
    "--set fits.0.along=time.stp: fits.0.along: found time.stp",
  ],
  [
    "a sweep",
    spec("good.csv", "sweep: { time.step: 3 }"),
    ["time.until=2"],
    "FILE: sweep.time.step: found 3",
  ],
  [
    "a sweep by an option",
    GOOD,
    ["sweep={time.step: 3}"],
    "--set sweep={time.step: 3}: sweep.time.step: found 3",
  ],
  ["a sweep of nothing by an option", GOOD, ["sweep={}"], "--set sweep={}: sweep: found no keys"],
  [
    "a place that is swept by an option",
    GOOD,
    ["sweep={solvers.5.x: [1]}"],
    "--set sweep={solvers.5.x: [1]}: with solvers.5.x = 1: sweep.solvers.5.x: found position",
  ],
  [
    "one experiment twice by an option",
    GOOD,
    ["sweep={seed: [1, 1]}"],
    "--set sweep={seed: [1, 1]}: sweep: seed = 1 and seed = 1 are the same experiment",
  ],
])("%s", async (_, text, set, begins) => {
  const path = join(directory, "spec.yaml");
  writeFileSync(path, text);
  const error: unknown = await prepareStudy(path, { set, seed: 3 }).then(
    () => new Error("accepted"),
    (reason: unknown) => reason,
  );
  const { message } = error as Error;
  const expected = begins.replace("FILE", path).replace("DIR", directory);
  expect(message.slice(0, expected.length)).toBe(expected);
  expect(message.split("\n")).toHaveLength(1);
});
