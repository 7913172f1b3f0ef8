// Sums on a GPU beside those in double precision: no further off than rounding explains, the same bits however a network is sliced, and never a wrong
// number without a word. The GPU is gpu.js' WebAssembly, whose arithmetic is that of single precision.

import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { ACTIVATION_NAMES } from "../../problem/activation.ts";
import { type DataSet, fromArrays } from "../../problem/data.ts";
import type { Ridge } from "../../problem/feature.ts";
import { neuron } from "../../problem/perceptron.ts";
import { slice, stateLength, TILE } from "../layout.ts";
import { Pass } from "../pass.ts";
import type { PsiSums } from "../psi-sums.ts";
import { Reduction, reductionLength } from "../reduction.ts";
import { RidgeSums } from "../ridge-sums.ts";
import { SOLO } from "../team.ts";
import { GpuError } from "./device.ts";
import { GpuSums } from "./gpu-sums.ts";
import { assemblyGpu } from "./gpu-testing.ts";
import { takeError } from "./report.ts";

afterEach(() => {
  takeError();
});

const wave = (i: number, k = 0) => 1.5 * Math.sin(1.7 * i + k + 0.3);

function dataOf(size: number, inputs: number): DataSet {
  const rows = Array.from({ length: size }, (_, i) => Array.from({ length: inputs }, (_, k) => wave(i, k)));
  return fromArrays(
    inputs === 1 ? rows.flat() : rows,
    rows.map(() => 0),
  );
}

interface Found {
  readonly outputs: Float64Array;
  readonly gradient: Float64Array;
  readonly potential: Float64Array;
}

/** All sums of a network of `width` neurons, in so many slices, one after the other. */
function sumsOf(
  make: (cell: Ridge, data: DataSet, pass: Pass) => PsiSums,
  cell: Ridge,
  data: DataSet,
  width: number,
  slices = 1,
  theta: (at: number) => number = wave,
): Found {
  const p = cell.dimension;
  const g = Float64Array.from({ length: data.size }, (_, i) => wave(i, 5) / data.size);
  const { chunkCount } = slice(width);
  const memory = new Float64Array(reductionLength(chunkCount, data.size));
  const tiles = slice(width).tiles;
  const gradient = new Float64Array(stateLength(tiles, p));
  const potential = new Float64Array(stateLength(tiles, 1));
  const outputs = new Float64Array(data.size);
  for (let rank = 0; rank < slices; rank++) {
    const part = slice(width, rank, slices);
    const pass = new Pass(part);
    const state = new Float64Array(stateLength(part.tiles, p));
    for (let at = 0; at < state.length; at++) state[at] = theta(at + part.firstTile * TILE * p);
    const sums = make(cell, data, pass);
    const reduction = new Reduction(part, SOLO, data.size, memory);
    reduction.open(data.size);
    sums.observe(state, p, reduction);
    pass.settle();
    if (rank === slices - 1) reduction.close(outputs, 1 / width);
    // Whatever was there before is written over, in lanes that no neuron has too.
    const filled = (length: number) => new Float64Array(length).fill(7);
    const [slopes, values] = [filled(state.length), filled(part.tiles * TILE)];
    sums.drift(state, p, g, slopes);
    pass.settle();
    sums.potential(state, p, g, values);
    pass.settle();
    gradient.set(slopes, stateLength(part.firstTile, p));
    potential.set(values, stateLength(part.firstTile, 1));
    pass.release();
  }
  return { outputs, gradient, potential };
}

const exactly = (cell: Ridge, data: DataSet, pass: Pass) => new RidgeSums(cell, data, pass, 0);
const onGpu =
  (gpu = assemblyGpu()) =>
  (cell: Ridge, data: DataSet, pass: Pass) =>
    new GpuSums(gpu, cell, data, pass);

/** The largest difference, over the largest number. */
function differ(found: Float64Array, exact: Float64Array): number {
  const largest = exact.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return found.reduce((most, x, i) => Math.max(most, Math.abs(x - exact[i]!)), 0) / largest;
}

describe("sums on a GPU", () => {
  const output = fc.constantFrom("trained" as const, "fixed" as const, "bounded" as const);
  it("are those in double precision to single precision, for every activation and kind of neuron", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ACTIVATION_NAMES),
        output,
        fc.boolean(),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 70 }),
        (name, output, bias, inputs, size, width) => {
          const cell = neuron({ activation: name, inputs, output, bias });
          const data = dataOf(size, inputs);
          const found = sumsOf(onGpu(), cell, data, width);
          const exact = sumsOf(exactly, cell, data, width);
          // Terms cancel, by a factor of ten thousand at most here.
          for (const key of ["outputs", "gradient", "potential"] as const) {
            expect(differ(found[key], exact[key])).toBeLessThan(1e-3);
          }
          const error = takeError()!;
          expect(error).toBeLessThan(1e-3);
          expect(Number.isFinite(error)).toBe(true);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("are off by no more than 1e-5 of the largest where little cancels, and by more than double precision", () => {
    const cell = neuron({ activation: "tanh", inputs: 2 });
    const data = dataOf(700, 2);
    const [found, exact] = [sumsOf(onGpu(), cell, data, 1500), sumsOf(exactly, cell, data, 1500)];
    for (const key of ["outputs", "gradient", "potential"] as const) {
      const error = differ(found[key], exact[key]);
      expect(error).toBeLessThan(1e-5);
      expect(error).toBeGreaterThan(1e-9);
    }
    const error = takeError();
    expect(error).toBeGreaterThan(1e-9);
    expect(error).toBeLessThan(1e-5);
    expect(takeError()).toBeNull();
  });

  it("have the same bits in one slice and in three", () => {
    const cell = neuron({ activation: "gelu", inputs: 2 });
    const data = dataOf(90, 2);
    expect(sumsOf(onGpu(), cell, data, 1003, 3)).toEqual(sumsOf(onGpu(), cell, data, 1003));
    // Threads that have none.
    expect(sumsOf(onGpu(), cell, data, 9, 3)).toEqual(sumsOf(onGpu(), cell, data, 9));
  });

  it("are of what batches are now", () => {
    const cell = neuron({ activation: "sin", inputs: 1 });
    const data = { ...dataOf(5, 1), changes: true };
    const part = slice(8);
    const pass = new Pass(part);
    const sums = new GpuSums(assemblyGpu(), cell, data, pass);
    const state = Float64Array.from({ length: stateLength(1, 3) }, (_, at) => wave(at));
    const potential = () => {
      const [values, exact] = [new Float64Array(TILE), new Float64Array(TILE)];
      const g = new Float64Array(5).fill(0.2);
      sums.potential(state, 3, g, values);
      exactly(cell, data, pass).potential(state, 3, g, exact);
      pass.settle();
      expect(differ(values, exact)).toBeLessThan(1e-5);
      return values;
    };
    const before = potential();
    data.x.fill(0.7);
    expect(potential()).not.toEqual(before);
  });
});

describe("numbers that are none", () => {
  const cell = neuron({ activation: "relu3", inputs: 1 });
  const data = dataOf(4, 1);

  it("of θ come out as such, as in double precision", () => {
    const theta = (at: number) => (at === 3 ? Number.NaN : 1);
    const found = sumsOf(onGpu(), cell, data, 8, 1, theta);
    expect([...found.outputs, ...found.gradient, ...found.potential].every(Number.isNaN)).toBe(true);
  });

  it("of the GPU are an error, which says what to do", () => {
    const grown = () => sumsOf(onGpu(), cell, data, 8, 1, () => 1e13);
    expect(grown).toThrow(GpuError);
    expect(grown).toThrow(/^single precision holds no number above 3\.4e\+38, .*time\.step.*--backend/);
    expect(() => sumsOf(onGpu(), cell, data, 8, 1, () => 1e39)).toThrow(/^single precision holds no number/);
    const broken = assemblyGpu((found) => found.fill(Number.NaN, 0, 1));
    expect(() => sumsOf(onGpu(broken), cell, data, 8)).toThrow(/^single precision holds no number/);
  });
});

describe("a GPU that computes wrongly", () => {
  const cell = neuron({ activation: "tanh", inputs: 1 });
  const data = dataOf(40, 1);

  it("by a ten-thousandth is refused at its first sums", () => {
    const wrong = assemblyGpu((found) => found.map((x) => x * (1 + 1e-4)));
    const refused = () => sumsOf(onGpu(wrong), cell, data, 60);
    expect(refused).toThrow(GpuError);
    expect(refused).toThrow(
      /^the sums of the GPU differ .* times what rounding in single precision explains: /,
    );
  });

  it("in its gradients alone is refused too", () => {
    const wrong = assemblyGpu((found) => (found.length === 3 * 60 ? found.map((x) => 1.001 * x) : found));
    expect(() => sumsOf(onGpu(wrong), cell, data, 60)).toThrow(/^the sums of the GPU differ/);
  });
});

describe("a large network", () => {
  it("is on the GPU part by part, with the same sums", () => {
    const cell = neuron({ activation: "relu", inputs: 1, output: "fixed" });
    const data = dataOf(1, 1);
    // Its parts end within chunks.
    const width = 300_003;
    const [found, exact] = [sumsOf(onGpu(), cell, data, width), sumsOf(exactly, cell, data, width)];
    for (const key of ["outputs", "gradient", "potential"] as const) {
      expect(differ(found[key], exact[key])).toBeLessThan(1e-6);
    }
    expect(sumsOf(onGpu(), cell, data, width, 3)).toEqual(found);
  });

  it("learns from no more data than a GPU counts", () => {
    const cell = neuron({ activation: "relu", inputs: 1 });
    const data = { ...dataOf(1, 1), size: 600_000 };
    expect(() => new GpuSums(assemblyGpu(), cell, data, new Pass(slice(8)))).toThrow(
      "found 600000 data; allowed on a GPU: 524280; any other --backend",
    );
  });
});
