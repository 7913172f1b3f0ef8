import { describe, expect, it } from "vitest";
import type { Grid } from "../../grid/grid.ts";
import { uniforms } from "../../particles/testing.ts";
import { fromArrays } from "../../problem/data.ts";
import { customNeuron, type Neuron, neuron, neuronValue } from "../../problem/neuron.ts";
import { problem } from "../../problem/problem.ts";
import { boxOf, centreOf, circle } from "../testing.ts";
import { Features, requireFeatures } from "./features.ts";
import { GridField } from "./field.ts";

const EPS = Number.EPSILON;

const NEURONS: readonly (readonly [string, Neuron, Grid])[] = [
  [
    "tanh(θx), p = 1",
    neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
    boxOf(wide(37)),
  ],
  // more than one block of cells, and no multiple of four
  [
    "sin(θx), p = 1, 2501 cells",
    neuron({ activation: "sin", inputs: 1, output: "fixed", bias: false }),
    boxOf(wide(2501)),
  ],
  [
    "σ(wx + b), p = 2",
    neuron({ activation: "sigmoid", inputs: 1, output: "fixed" }),
    boxOf(wide(11), wide(6)),
  ],
  [
    "σ(w·x), p = 2, d = 2",
    neuron({ activation: "gelu", inputs: 2, output: "fixed", bias: false }),
    boxOf(wide(7), circle(9)),
  ],
  ["a relu(wx), p = 2", neuron({ activation: "relu", inputs: 1, bias: false }), boxOf(wide(6), wide(11))],
  [
    "tanh(θ₀) σ(wx), p = 2",
    neuron({ activation: "erf", inputs: 1, output: "bounded", bias: false }),
    boxOf(wide(5), wide(8)),
  ],
  ["a tanh(wx + b), p = 3", neuron({ activation: "tanh", inputs: 1 }), boxOf(wide(4), wide(6), wide(5))],
  [
    "tanh(θ₀) σ(w·x), p = 3, d = 2",
    neuron({ activation: "softplus", inputs: 2, output: "bounded", bias: false }),
    boxOf(wide(4), wide(5), wide(6)),
  ],
  [
    "σ(w·x + b), p = 3, d = 2",
    neuron({ activation: "cubic-step", inputs: 2, output: "fixed" }),
    boxOf(wide(5), wide(4), wide(6)),
  ],
  [
    "custom, p = 2, d = 2",
    customNeuron({
      dimension: 2,
      inputs: 2,
      value: (theta, x) => Math.cos(theta[0] * x[0] - theta[1]) * x[1] + theta[1] ** 2,
      gradient: () => {},
    }),
    boxOf(wide(7), wide(5)),
  ],
];

function wide(cells: number) {
  return { low: -1.5, high: 2, cells };
}

/** M = 9 points of that neuron's inputs, of which U = 7 (no multiple of four) differ. */
function points(neuron: Neuron) {
  const random = uniforms(2);
  const drawn = Array.from({ length: 7 }, () =>
    Array.from({ length: neuron.inputs }, () => 4 * random() - 2),
  );
  const x = [...drawn.slice(0, 4), drawn[1], ...drawn.slice(4), drawn[6]];
  return fromArrays(
    x,
    x.map(() => 2 * random() - 1),
    x.map(random),
  );
}

/** ψ(θ; x_i) at every cell, [cell][i], one neuron at a time. */
function tableOf(neuron: Neuron, data: ReturnType<typeof points>, grid: Grid): number[][] {
  return Array.from({ length: grid.size }, (_, cell) =>
    Array.from({ length: data.size }, (_, i) => {
      const x = Float64Array.from({ length: data.inputs }, (_, k) => data.x[k * data.size + i]);
      return neuronValue(neuron, centreOf(grid, cell), x);
    }),
  );
}

describe.each(NEURONS)("features of %s", (_name, neuron, grid) => {
  const data = points(neuron);
  const made = problem({ data, neuron });
  const features = new Features(made, grid);
  const table = tableOf(neuron, data, grid);
  const random = uniforms(3);
  // Densities of either sign: derivatives are observed too.
  const mu = Float64Array.from({ length: grid.size }, () => 2 * random() - 0.7);
  const g = Float64Array.from({ length: 9 }, () => 2 * random() - 1);
  const weights = features.squareWeights(mu);

  it("equal inputs share ψ", () => {
    expect(features.count).toBe(9);
    expect(features.distinct).toBe(7);
    expect([...features.inputOf]).toEqual([0, 1, 2, 3, 1, 4, 5, 6, 6]);
  });

  it("observe: Σ ψ μ |cell|, within grid-size roundings of Σ|ψμ|", () => {
    const c = new Float64Array(10).fill(5);
    features.observe(mu, c);
    let largest = 0;
    for (let i = 0; i < 9; i++) {
      let [total, size] = [0, 0];
      for (const [cell, row] of table.entries()) {
        total += grid.volume * mu[cell] * row[i];
        size += grid.volume * Math.abs(mu[cell] * row[i]);
      }
      expect(Math.abs(c[i] - total)).toBeLessThan(grid.size * EPS * size);
      largest = Math.max(largest, size);
    }
    expect(c[9]).toBe(5);
    const density = mu.map(Math.abs);
    expect(Math.abs(features.largest(density) / largest - 1)).toBeLessThan(grid.size * EPS);
  });

  it("largest: max_i Σ|ψ_i||μ| |cell|", () => {
    const sums = Array.from({ length: data.size }, (_, i) =>
      table.reduce((sum, row, cell) => sum + grid.volume * Math.abs(row[i] * mu[cell]), 0),
    );
    const expected = Math.max(...sums);
    expect(Math.abs(features.largest(mu) - expected)).toBeLessThan(grid.size * EPS * expected);
    // Where all of the mass is in one cell, the first or the last, it is |ψ| there.
    for (const cell of [0, grid.size - 1]) {
      const single = new Float64Array(grid.size);
      single[cell] = 1 / grid.volume;
      const most = Math.max(...table[cell].map(Math.abs));
      expect(Math.abs(features.largest(single) - most)).toBeLessThan(8 * EPS * most);
    }
  });

  it("potential: out += Σ g ψ", () => {
    const before = Float64Array.from({ length: grid.size }, random);
    const out = before.slice();
    features.potential(g, out, out);
    for (const [cell, row] of table.entries()) {
      const total = row.reduce((sum, value, i) => sum + g[i] * value, before[cell]);
      const size = row.reduce((sum, value, i) => sum + Math.abs(g[i] * value), before[cell]);
      expect(Math.abs(out[cell] - total)).toBeLessThan(12 * EPS * size);
    }
  });

  it("adjoint: g·observe(μ) = ∫ Σ g ψ dμ", () => {
    const c = new Float64Array(9);
    features.observe(mu, c);
    const phi = new Float64Array(grid.size);
    features.potential(g, phi, phi);
    let [left, right, size] = [0, 0, 0];
    for (let i = 0; i < 9; i++) left += g[i] * c[i];
    for (let cell = 0; cell < grid.size; cell++) {
      right += grid.volume * mu[cell] * phi[cell];
      size += grid.volume * table[cell].reduce((sum, value, i) => sum + Math.abs(g[i] * value * mu[cell]), 0);
    }
    expect(Math.abs(left - right)).toBeLessThan(grid.size * EPS * size);
  });

  it("second moments: ∫ψψ dμ of distinct inputs, symmetric; their diagonal and their products", () => {
    const found = new Float64Array(49);
    features.secondMoments(weights, found);
    const squares = new Float64Array(7);
    features.squares(weights, squares);
    const product = new Float64Array(7);
    features.applySecondMoments(weights, g.subarray(0, 7), product);
    const first = [0, 1, 2, 3, 5, 6, 7];
    for (let u = 0; u < 7; u++) {
      let [along, sizeAlong] = [0, 0];
      for (let v = 0; v < 7; v++) {
        let [total, size] = [0, 0];
        for (const [cell, row] of table.entries()) {
          const weight = grid.volume * mu[cell] * row[first[u]];
          total += weight * row[first[v]];
          size += Math.abs(weight * row[first[v]]);
        }
        expect(Math.abs(found[7 * u + v] - total)).toBeLessThanOrEqual(grid.size * EPS * size);
        expect(found[7 * u + v]).toBe(found[7 * v + u]);
        along += total * g[v];
        sizeAlong += size * Math.abs(g[v]);
        if (u === v) expect(Math.abs(squares[u] - total)).toBeLessThanOrEqual(grid.size * EPS * size);
      }
      expect(Math.abs(product[u] - along)).toBeLessThanOrEqual(grid.size * EPS * sizeAlong);
    }
  });

  it.each([
    "squared",
    { huber: { delta: 0.4 } },
  ] as const)("Φ at z is its definition, its derivative a central difference, loss %o", (loss) => {
    const problemWith = problem({
      data,
      neuron,
      loss,
      regulariser: { l2: 0.3 },
      potential: { kind: "double-well", strength: 0.2 },
      interaction: { kind: "cosine", strength: -0.7 },
    });
    const field = new GridField(problemWith, grid);
    expect(field.count).toBe(9 + 2 * grid.axes.length);
    const z = Float64Array.from({ length: field.count }, () => 2 * random() - 1);
    const dz = z.map(() => 2 * random() - 1);
    const phi = new Float64Array(grid.size);
    field.potential(z, phi);
    for (const [cell, row] of table.entries()) {
      let expected = 0;
      for (let i = 0; i < 9; i++) {
        expected += data.weight[i] * problemWith.loss.slope(z[i], data.y[i]) * row[i];
      }
      for (const [k, theta] of centreOf(grid, cell).entries()) {
        expected += 0.15 * theta ** 2 + 0.2 * (theta ** 4 / 4 - theta ** 2 / 2);
        expected += 0.7 * (z[9 + 2 * k] * Math.cos(theta) + z[10 + 2 * k] * Math.sin(theta));
      }
      expect(phi[cell]).toBeCloseTo(expected, 12);
    }
    // Φ is piecewise affine in z here: differences are exact but for ε/t.
    const [t, dphi] = [1e-6, new Float64Array(grid.size)];
    field.potentialDerivative(z, dz, dphi);
    const [plus, minus] = [new Float64Array(grid.size), new Float64Array(grid.size)];
    field.potential(
      z.map((value, i) => value + t * dz[i]),
      plus,
    );
    field.potential(
      z.map((value, i) => value - t * dz[i]),
      minus,
    );
    for (let cell = 0; cell < grid.size; cell++) {
      const size = 10 + Math.abs(phi[cell]);
      expect(Math.abs((plus[cell] - minus[cell]) / (2 * t) - dphi[cell])).toBeLessThan((20 * EPS * size) / t);
    }
  });
});

it("inputs that share a coordinate, or are each other's swapped, are not one", () => {
  const x = [
    [0, 0],
    [0, 1],
    [0, 2],
    [1, 0],
    [1, 1],
    [1, 2],
  ];
  const data = fromArrays(
    [...x, ...x],
    [...x, ...x].map(() => 0),
  );
  const made = neuron({ activation: "tanh", inputs: 2, output: "fixed", bias: false });
  const features = new Features(problem({ data, neuron: made }), boxOf(wide(4), wide(4)));
  expect(features.distinct).toBe(6);
  expect([...features.inputOf]).toEqual([0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]);
});

describe("the derivative of Φ", () => {
  it("of logistic loss: central differences, order t²", () => {
    const chosen = neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false });
    const field = new GridField(
      problem({ data: fromArrays([1, -2, 0.5], [1, -1, 1]), neuron: chosen, loss: "logistic" }),
      boxOf(wide(20)),
    );
    const [z, dz] = [Float64Array.of(0.3, -2, 4), Float64Array.of(1, -0.5, 2)];
    const [dphi, plus, minus] = [new Float64Array(20), new Float64Array(20), new Float64Array(20)];
    field.potentialDerivative(z, dz, dphi);
    const t = 1e-4;
    field.potential(
      z.map((value, i) => value + t * dz[i]),
      plus,
    );
    field.potential(
      z.map((value, i) => value - t * dz[i]),
      minus,
    );
    // |σ‴| ≤ 1/8, |dz| ≤ 2: t²·8/(6·8)
    for (let i = 0; i < 20; i++)
      expect(Math.abs((plus[i] - minus[i]) / (2 * t) - dphi[i])).toBeLessThan(t * t);
  });
});

describe("features that cannot be", () => {
  const data = fromArrays([1, 2], [0, 0]);
  it("a ψ that is not finite names the data point and the cell", () => {
    const bad = customNeuron({
      dimension: 1,
      inputs: 1,
      value: (theta, x) => (x[0] === 2 && theta[0] > 1 ? Number.NaN : theta[0]),
      gradient: () => {},
    });
    expect(() => new Features(problem({ data, neuron: bad }), boxOf(wide(7)))).toThrow(
      "problem.neuron: ψ is NaN at data point 2 on cell 5 of the grid; allowed: finite values on the whole extent",
    );
  });

  it("are refused before anything is made of the cells, equal inputs counted once", () => {
    const linear = neuron({ activation: "identity", inputs: 3, output: "fixed", bias: false });
    const many = boxOf(wide(512), wide(512), wide(512));
    const at = (x: number[]) => {
      const rows = x.map((first) => [first, 0, 0]);
      return problem({ data: fromArrays(rows, x), neuron: linear });
    };
    expect(() => requireFeatures(at([1, 2, 3]), many)).toThrow(
      "3 data points on 134217728 cells need 3.00 GiB",
    );
    expect(() => requireFeatures(at([1, 2, 2]), many)).not.toThrow();
  });

  it("too many numbers name the memory and the cells that would fit", () => {
    const many = fromArrays(
      Array.from({ length: 500 }, (_, i) => i),
      new Array(500).fill(0),
    );
    const three = neuron({ activation: "tanh", inputs: 2, output: "fixed" });
    const rows = fromArrays(
      Array.from(many.y, (_, i) => [i, 1]),
      [...many.y],
    );
    const side = { low: 0, high: 1, cells: 200 };
    expect(() => new Features(problem({ data: rows, neuron: three }), boxOf(side, side, side))).toThrow(
      /500 data points on 8000000 cells need 29\.8 GiB of features; allowed: 2\.00 GiB, about 81 cells an axis/,
    );
  });
});

describe("where ψ is odd or even about the middle of the grid", () => {
  const x = [-1.5, 0, 0.4, 2];
  it.each(["tanh", "gaussian", "relu"] as const)("%s: sums over all cells, squares too", (activation) => {
    for (const [low, cells] of [
      [-3, 7],
      [-3, 8],
      [-2, 9],
    ] as const) {
      const box = boxOf({ low, high: 3, cells }, { low, high: 3, cells: cells + 2 });
      const unit = neuron({ activation, inputs: 1, output: "fixed" });
      const features = new Features(problem({ data: fromArrays(x, x), neuron: unit }), box);
      const random = uniforms(cells);
      const mu = Float64Array.from({ length: box.size }, () => random());
      const [c, out] = [new Float64Array(x.length), new Float64Array(box.size)];
      features.observe(mu, c);
      features.potential(c, mu, out);
      const psi = x.map((input) =>
        Array.from(mu, (_, k) => neuronValue(unit, centreOf(box, k), Float64Array.of(input))),
      );
      const weights = features.squareWeights(mu);
      const [squares, moments] = [new Float64Array(x.length), new Float64Array(x.length ** 2)];
      features.squares(weights, squares);
      features.secondMoments(weights, moments);
      for (const [i, row] of psi.entries()) {
        const sum = (term: (cell: number) => number) =>
          box.volume * row.reduce((s, _, cell) => s + term(cell), 0);
        expect(c[i]).toBeCloseTo(
          sum((cell) => row[cell]! * mu[cell]!),
          12,
        );
        expect(squares[i]).toBeCloseTo(
          sum((cell) => row[cell]! ** 2 * mu[cell]!),
          12,
        );
        for (const [j, other] of psi.entries()) {
          expect(moments[i * x.length + j]).toBeCloseTo(
            sum((cell) => row[cell]! * other[cell]! * mu[cell]!),
            12,
          );
        }
      }
      for (let cell = 0; cell < box.size; cell++) {
        const total = psi.reduce((s, row, i) => s + c[i]! * row[cell]!, mu[cell]!);
        expect(out[cell]).toBeCloseTo(total, 12);
      }
    }
  });
});
