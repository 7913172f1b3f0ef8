// Data that are made: the laws of a teacher's inputs, neurons and noise by their moments, and functions with their quadrature.

import { describe, expect, it } from "vitest";
import { fillNormals } from "../base/normal.ts";
import { deriveKey, PURPOSE } from "../base/philox.ts";
import { type LossOption, loss } from "./loss.ts";
import { customNeuron, neuron, neuronValue } from "./neuron.ts";
import { type FunctionName, fromFunction, type TeacherOptions, teacher, teacherData } from "./synthetic.ts";

const linear = (inputs: number) => neuron({ activation: "identity", inputs, output: "fixed", bias: false });

function made(options: Partial<TeacherOptions>, lossOption: LossOption = "squared") {
  const all = { neurons: 3, dim: 2, samples: 400, ...options };
  return teacherData(teacher(all), linear(all.dim), loss(lossOption));
}

/** Mean of f over a list, and whether a mean of that value and variance fits to 5 standard errors. */
function expectMean(values: ArrayLike<number>, mean: number, variance: number, f = (x: number) => x): void {
  const found = Array.from(values, f).reduce((sum, value) => sum + value / values.length, 0);
  expect(Math.abs(found - mean)).toBeLessThan(5 * Math.sqrt(variance / values.length));
}

describe("a teacher", () => {
  it("has as many neurons as label its samples in half a minute, and is refused one more", () => {
    const recipe = { dim: 1, samples: 10_000 };
    expect(teacher({ ...recipe, neurons: 90_895 }).neurons).toBe(90_895);
    expect(() => teacher({ ...recipe, neurons: 90_896 })).toThrow(
      "data.teacher.neurons: found 90896 for 10000 samples of 1 input; allowed: up to 90895 for these",
    );
  });

  it("has inputs N(0, I): mean 0, variance 1, kurtosis 3, columns that are independent", () => {
    const { x, size, inputs } = made({ samples: 20001 });
    expect([x.length, size, inputs]).toEqual([2 * 20001, 20001, 2]);
    for (const k of [0, 1]) {
      const column = x.subarray(k * size, (k + 1) * size);
      expectMean(column, 0, 1);
      expectMean(column, 1, 2, (u) => u * u);
      expectMean(column, 3, 96, (u) => u ** 4);
    }
    expectMean(
      x.subarray(0, size).map((u, i) => u * x[size + i]),
      0,
      1,
    );
  });

  it("has inputs on the unit sphere, uniform: mean 0, ⟨x_k²⟩ = 1/d", () => {
    const dim = 3;
    const { x, size } = made({ inputs: "sphere", dim, samples: 9000 });
    for (let i = 0; i < size; i++) {
      expect(Math.abs(Math.hypot(x[i], x[size + i], x[2 * size + i]) - 1)).toBeLessThan(1e-15);
    }
    for (let k = 0; k < dim; k++) {
      const column = x.subarray(k * size, (k + 1) * size);
      expectMean(column, 0, 1 / 3);
      // A coordinate on the sphere of R³ is uniform: ⟨u⁴⟩ − ⟨u²⟩² = 1/5 − 1/9.
      expectMean(column, 1 / 3, 4 / 45, (u) => u * u);
    }
  });

  it("has inputs uniform on [−1, 1]^d", () => {
    const { x } = made({ inputs: "uniform", samples: 9000 });
    expect(x.every((u) => u > -1 && u < 1)).toBe(true);
    expectMean(x, 0, 1 / 3);
    expectMean(x, 1 / 3, 4 / 45, (u) => u * u);
  });

  it("is the mean of m neurons θ* ~ N(0, I): a linear one is a vector of variance 1/m, the same at every input", () => {
    const neurons = 4;
    const slopes: number[] = [];
    for (let seed = 0; seed < 400; seed++) {
      const { x, y, size } = made({ neurons, samples: 5, seed });
      // From the first two inputs; the others agree.
      const determinant = x[0] * x[size + 1] - x[1] * x[size];
      const a = (y[0] * x[size + 1] - y[1] * x[size]) / determinant;
      const b = (x[0] * y[1] - x[1] * y[0]) / determinant;
      for (let i = 0; i < size; i++) {
        const rest = Math.abs(y[i] - a * x[i] - b * x[size + i]);
        expect(rest).toBeLessThan(
          (1e-13 * (1 + Math.abs(a) + Math.abs(b)) * 10) / Math.min(1, Math.abs(determinant)),
        );
      }
      slopes.push(a, b);
    }
    expectMean(slopes, 0, 1 / neurons);
    expectMean(slopes, 1, 2, (w) => neurons * w * w);
  });

  it("has the bits of its neurons evaluated one by one, of any kind", () => {
    const own = customNeuron({
      dimension: 2,
      inputs: 2,
      value: (theta, x) => theta[0]! * x[0]! + theta[1]! * x[1]! ** 2,
      gradient: () => {},
    });
    const perceptrons = (["trained", "fixed", "bounded"] as const).flatMap((output) =>
      [true, false].map((bias) => neuron({ activation: "tanh", inputs: 2, output, bias })),
    );
    for (const one of [own, ...perceptrons]) {
      // More than a block, and no whole number of them.
      const recipe = teacher({ neurons: 2500, dim: 2, samples: 3, seed: 4 });
      const { x, y, size } = teacherData(recipe, one, loss("squared"));
      const [k0, k1] = deriveKey(4, PURPOSE.teacher, 0);
      const draws = Array.from({ length: one.dimension }, (_, k) => {
        const row = new Float64Array(2500);
        fillNormals(row, 0, 2500, k0, k1, 0, 0, k);
        return row;
      });
      for (let i = 0; i < size; i++) {
        let sum = 0;
        for (let j = 0; j < 2500; j++) {
          const theta = Float64Array.from(draws, (row) => row[j]!);
          sum += neuronValue(one, theta, Float64Array.of(x[i]!, x[size + i]!));
        }
        expect(y[i]).toBe(sum / 2500);
      }
    }
  });

  it("has every trained part: of a tanh(wx + b) at x = 0 the mean of a tanh b remains", () => {
    const cell = neuron({ activation: "identity", inputs: 1 });
    // ψ = a(wx + b): at one neuron y is a line of x, of slope aw and intercept ab.
    for (let seed = 0; seed < 5; seed++) {
      const recipe = teacher({ neurons: 1, dim: 1, samples: 4, seed });
      const { x, y } = teacherData(recipe, cell, loss("squared"));
      const slope = (y[1] - y[0]) / (x[1] - x[0]);
      for (let i = 2; i < 4; i++) expect(y[i]).toBeCloseTo(y[0] + slope * (x[i] - x[0]), 11);
      expect(Math.abs(y[0] - slope * x[0])).toBeGreaterThan(1e-3);
    }
  });

  it("adds noise of its deviation to the labels, none by default, and nothing else", () => {
    const [quiet, noisy, loud] = [{}, { noise: 0.5 }, { noise: 1 }].map((more) =>
      made({ ...more, samples: 5000 }),
    );
    expect(quiet.x).toEqual(noisy.x);
    const draws = noisy.y.map((y, i) => (y - quiet.y[i]) / 0.5);
    expectMean(draws, 0, 1);
    expectMean(draws, 1, 2, (u) => u * u);
    for (const [i, y] of loud.y.entries()) expect(y - quiet.y[i]).toBeCloseTo(draws[i], 12);
    // Not those of the inputs.
    expectMean(
      draws.map((u, i) => u * quiet.x[i]),
      0,
      1,
    );
  });

  it("labels by sign under the logistic loss", () => {
    const [real, signs] = [made({}), made({}, "logistic")];
    expect(Array.from(signs.y)).toEqual(Array.from(real.y, (y) => (y >= 0 ? 1 : -1)));
  });

  it("is a function of its seed, and asks for a neuron of its inputs", () => {
    expect(made({ seed: 3 })).toEqual(made({ seed: 3 }));
    expect(made({ seed: 3 }).y).not.toEqual(made({ seed: 4 }).y);
    expect(() =>
      teacherData(teacher({ neurons: 1, dim: 3, samples: 2 }), linear(2), loss("squared")),
    ).toThrow("problem.data.teacher.dim: found 3; the neuron takes 2 inputs");
    expect(() => teacher({ neurons: 1, dim: 1, samples: 2, inputs: "cube" as "sphere" })).toThrow(
      "teacher.inputs",
    );
  });
});

const FORMULAS: Readonly<Record<FunctionName, (x: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  abs: Math.abs,
  step: (x) => (x < 0 ? 0 : 1),
  sign: Math.sign,
  identity: (x) => x,
  square: (x) => x ** 2,
  tanh: Math.tanh,
  gaussian: (x) => Math.exp(-(x ** 2) / 2),
};

it("has a million Gauss–Legendre nodes at most, each of which is sought", () => {
  const options = { function: "sin", interval: [0, 1], quadrature: "gauss-legendre" } as const;
  expect(() => fromFunction({ ...options, samples: 1_000_001 })).toThrow(
    "problem.data.samples: found 1000001; allowed with quadrature gauss-legendre: up to 1000000",
  );
  expect(fromFunction({ ...options, samples: 100_000 }).size).toBe(100_000);
});

describe("a function on an interval", () => {
  it.each(Object.keys(FORMULAS) as FunctionName[])("%s at midpoints of equal weight", (name) => {
    const { x, y, weight } = fromFunction({ function: name, interval: [-1.5, 3], samples: 9 });
    for (let i = 0; i < 9; i++) {
      expect(x[i]).toBeCloseTo(-1.5 + 0.5 * (i + 0.5), 14);
      expect(y[i]).toBeCloseTo(FORMULAS[name](x[i]), 14);
      expect(weight[i]).toBeCloseTo(1 / 9, 15);
    }
    // The middle one: 0 and both sides of it.
    const around = fromFunction({ function: name, interval: [-3, 3], samples: 3 });
    expect(Array.from(around.x)).toEqual([-2, 0, 2]);
    for (const [i, u] of [-2, 0, 2].entries()) expect(around.y[i]).toBeCloseTo(FORMULAS[name](u), 14);
  });

  it("integrates polynomials of degree 2M − 1 at Gauss–Legendre nodes", () => {
    const samples = 4;
    const { x, weight } = fromFunction({
      function: "sin",
      interval: [1, 4],
      samples,
      quadrature: "gauss-legendre",
    });
    for (let k = 0; k < 2 * samples; k++) {
      const mean = x.reduce((sum, u, i) => sum + weight[i] * u ** k, 0);
      expect(mean / ((4 ** (k + 1) - 1) / (3 * (k + 1)))).toBeCloseTo(1, 13);
    }
  });

  it("refuses intervals that are none, and functions that are not there", () => {
    const on = (interval: [number, number]) => () => fromFunction({ function: "sin", interval, samples: 2 });
    expect(on([1, 1])).toThrow("problem.data.interval: found [1, 1]; allowed: [lo, hi] with lo < hi");
    expect(on([0, Number.POSITIVE_INFINITY])).toThrow("found [0, Infinity]");
    expect(on([Number.NEGATIVE_INFINITY, 0])).toThrow("found [-Infinity, 0]");
    expect(() => fromFunction({ function: "sinc" as "sin", interval: [0, 1], samples: 2 })).toThrow(
      'found "sinc"; allowed: sin, cos, abs',
    );
  });
});
