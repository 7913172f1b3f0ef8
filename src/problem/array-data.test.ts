// Arrays of numpy as data and as neurons: which number goes where, and what is refused by name.

import { describe, expect, it } from "vitest";
import type { MuflowError } from "../base/errors.ts";
import { type NumericArray, npyHeader } from "../tables/npy.ts";
import { encodeNpz } from "../tables/npz.ts";
import { type NpyColumns, type NpzArrays, npyData, npzData } from "./array-data.ts";
import type { DataSet } from "./data.ts";
import { type NeuronFile, type NeuronShape, neuronRows } from "./neuron-file.ts";

const array = (shape: number[], values: number[]): NumericArray => ({
  shape,
  data: Float64Array.from(values),
});
const npy = ({ shape, data }: NumericArray) => Buffer.concat([npyHeader(shape), Buffer.from(data.buffer)]);
const rowsOf = ({ size, inputs, x, y }: DataSet) =>
  Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: inputs }, (_, k) => x[k * size + i]),
    y[i],
  ]);

function messageOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect((error as MuflowError).kind).toBe("input");
    return (error as MuflowError).message;
  }
  throw new Error("accepted");
}

describe("a matrix as data", () => {
  const bytes = npy(array([2, 4], [1, 2, 3, 0, 5, 6, 7, 1]));
  const read = (columns: NpyColumns) => npyData("m.npy", columns, () => bytes);
  it("has columns by number", () => {
    const data = read({ inputs: ["2..3"], target: 4, labels: { 0: -1, 1: 1 } });
    expect(rowsOf(data)).toEqual([
      [2, 3, -1],
      [6, 7, 1],
    ]);
    expect(data.names).toEqual({ inputs: ["column 2", "column 3"], target: "column 4" });
    expect(read({ inputs: [1], target: 2, weight: 4 }).weight).toEqual(Float64Array.of(0, 1));
  });
  it.each<[NpyColumns, string]>([
    [{ inputs: ["x"], target: 4 }, "without a header columns go by number, from 1 to 4"],
    [{ inputs: [1], target: 5 }, "found no column 5"],
    [{ inputs: [1, 1], target: 4 }, "among the inputs twice"],
    [{ inputs: [1], target: 4, labels: { 0: -1 } }, 'row 2: found 1; allowed: the labels "0"'],
    [{ inputs: [1], target: 4, labels: { 0: Number.NaN } }, "data.fromNpy.labels.0: found NaN"],
  ])("%j is refused", (columns, message) => {
    expect(messageOf(() => read(columns))).toContain(message);
  });
  it("none of the labels leaves the target; what is written as no number is no label", () => {
    expect(rowsOf(read({ inputs: [1], target: 4, labels: {} }))).toEqual([
      [1, 0],
      [5, 1],
    ]);
    const labels = { 0: -1, 1: 1 };
    for (const [label, value, row] of [
      ["", 0, 1],
      ["0x1", 1, 2],
    ] as const) {
      // Were it a number, it would stand for that one.
      const others = Object.fromEntries(Object.entries(labels).filter(([key]) => Number(key) !== value));
      expect(messageOf(() => read({ inputs: [1], target: 4, labels: { ...others, [label]: 5 } }))).toContain(
        `row ${row}: found ${value}; allowed: the labels`,
      );
    }
  });
  it("a number that is none is refused by its place", () => {
    const broken = npy(array([2, 2], [1, 2, 3, Number.NaN]));
    const call = () => npyData("m.npy", { inputs: [1], target: 2 }, () => broken);
    expect(messageOf(call)).toBe("m.npy, column 2: row 2: found NaN; a finite number is needed");
  });
});

describe("arrays as data", () => {
  const arrays = {
    data_x: array([2, 2], [1, 2, 3, 4]),
    data_y: array([2], [5, 6]),
    data_weight: array([2], [0.25, 0.75]),
    images: array([2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
    z: array([2, 1], [9, 8]),
    short: array([3], [1, 2, 3]),
    scalar: array([], [1]),
  };
  const bytes = encodeNpz(arrays);
  const read = (options: NpzArrays = {}) => npzData("a.npz", options, () => bytes);
  it("are muflow's own where no names are given, with their weights", () => {
    expect(rowsOf(read())).toEqual([
      [1, 2, 5],
      [3, 4, 6],
    ]);
    expect(read().weight).toEqual(Float64Array.of(0.25, 0.75));
    expect(read().names).toEqual({ inputs: ["data_x 1", "data_x 2"], target: "data_y" });
  });
  it("or those named, flattened and side by side", () => {
    const data = read({ inputs: ["z", "images"], target: "data_y" });
    expect(rowsOf(data)).toEqual([
      [9, 1, 2, 3, 4, 5],
      [8, 5, 6, 7, 8, 6],
    ]);
    expect(data.names?.inputs).toEqual(["z", "images 1", "images 2", "images 3", "images 4"]);
    expect(data.weight).toEqual(Float64Array.of(0.5, 0.5));
  });
  it("may have others to test on", () => {
    const { test } = read({ inputs: "z", target: "data_y", test: { inputs: "short", target: "short" } });
    expect(rowsOf(test!)).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    const weighted = { inputs: "z", target: "data_y", weight: "data_weight" };
    const { weight, test: beside } = read({ ...weighted, test: { inputs: "data_y", target: "z" } });
    expect([weight, beside!.weight]).toEqual([Float64Array.of(0.25, 0.75), Float64Array.of(0.5, 0.5)]);
    expect(read({ test: { fraction: 0.5 } }).test?.size).toBe(1);
    expect(rowsOf(read({ test: { file: "b.npz" } }).test!)).toEqual(rowsOf(read()));
  });
  it.each<[NpzArrays, string]>([
    [
      { inputs: "q", target: "z" },
      'found no array "q"; the file has: data_x (2, 2), data_y (2,), data_weight (2,), ',
    ],
    [{ inputs: "short", target: "data_y" }, "short has 3 rows, data_y 2; each sample is a row of both"],
    [{ inputs: "data_x", target: "images" }, "images has 4 columns; one number a sample is needed"],
    [{ inputs: "scalar", target: "data_y" }, "found a single number"],
    [{ inputs: "z" }, "data.fromNpz.target: found nothing"],
    [{ target: "z" }, "data.fromNpz.inputs: found nothing"],
    [{ inputs: [], target: "z" }, "data.fromNpz.inputs: found []"],
  ])("%j is refused", (options, message) => {
    expect(messageOf(() => read(options))).toContain(message);
  });
});

describe("neurons", () => {
  const shape: NeuronShape = {
    dimension: 3,
    momenta: false,
    blocks: [
      { name: "a", width: 1 },
      { name: "w", width: 2 },
    ],
  };
  const kinetic = { ...shape, momenta: true };
  const theta = array([2, 2, 3], [0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6]);
  const rows = [
    [1, 2, 3],
    [4, 5, 6],
  ];
  const own = encodeNpz({ run0_times: array([2], [0, 1]), run0_theta: theta, run0_omega: theta });
  const other = encodeNpz({
    "fc1.weight": array([2, 2], [2, 3, 5, 6]),
    "fc2.weight": array([1, 2], [1, 4]),
    both: array([2, 6], [1, 2, 3, 9, 9, 9, 4, 5, 6, 9, 9, 9]),
  });
  const read = (bytes: Uint8Array, options: NeuronFile = {}, own = shape) =>
    neuronRows("n", bytes, own, options);
  it("are muflow's own last ones, or those of another snapshot", () => {
    expect(read(own)).toEqual(rows);
    expect(read(own, { snapshot: 0 })).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(read(own, {}, kinetic)).toEqual(rows.map((row) => [...row, ...row]));
  });
  it("or of another program, by block or whole", () => {
    expect(read(other, { arrays: { a: "fc2.weight", w: "fc1.weight" } })).toEqual(rows);
    expect(read(other, { arrays: { theta: "both" } }, kinetic)[1]).toEqual([4, 5, 6, 9, 9, 9]);
    expect(read(npy(array([2, 3], rows.flat())))).toEqual(rows);
    expect(read(Buffer.from("a,w1,w2\n1,2,3\n4,5,6\n"))).toEqual(rows);
  });
  it("of which a number is missing are not told to be left out: no key does that", () => {
    const message = messageOf(() => read(Buffer.from("a,w1,w2\n1,2,3\n4,,6\n")));
    expect(message).toMatch(/row 2 \(line 3\), column .*: found nothing; a finite number is needed/);
    expect(message).not.toContain("missing: drop");
  });
  it.each<[string, Uint8Array, NeuronFile, NeuronShape, string]>([
    [
      "several runs",
      encodeNpz({ run0_theta: theta, run1_theta: theta }),
      {},
      shape,
      "found run0_theta and run1_theta; name one: arrays: { theta: run0_theta }",
    ],
    ["no name that says θ", other, {}, shape, "found no array that is θ alone among fc1.weight (2, 2)"],
    ["a block too few", other, { arrays: { w: "fc1.weight" } }, shape, "arrays.a: found nothing"],
    [
      "a block too many",
      other,
      { arrays: { a: "fc2.weight", w: "fc1.weight", b: "x" } },
      shape,
      'arrays.b: found "x"',
    ],
    [
      "blocks transposed",
      other,
      { arrays: { a: "fc2.weight", w: "both" } },
      shape,
      "found shape (2, 6); allowed: N × 2",
    ],
    [
      "another dimension",
      own,
      {},
      { ...shape, dimension: 4 },
      "found shape (2, 3); allowed: N × 4, one row a neuron",
    ],
    ["a snapshot too far", own, { snapshot: 2 }, shape, "the file has 2 snapshots, counted from 0"],
    [
      "how text is written",
      own,
      { separator: ";" },
      shape,
      "found separator; allowed: nothing of the kind with arrays",
    ],
    [
      "arrays of text",
      Buffer.from("1,2,3\n"),
      { arrays: { theta: "t" } },
      shape,
      "found arrays; allowed: nothing of the kind with a table",
    ],
    ["half a file", own.subarray(0, 100), {}, shape, "not a readable zip archive"],
  ])("%s are refused", (_what, bytes, options, own, message) => {
    expect(messageOf(() => read(bytes, options, own))).toContain(message);
  });
});
