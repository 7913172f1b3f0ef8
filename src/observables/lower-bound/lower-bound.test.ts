import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axis } from "../../grid/axis.ts";
import { grid } from "../../grid/grid.ts";
import { conjugateRiskAt } from "../../pde/equilibrium/certificate.ts";
import { stationary } from "../../pde/equilibrium/stationary.ts";
import { GridField } from "../../pde/field/field.ts";
import { ACTIVATION_NAMES, type ActivationName, activation } from "../../problem/activation.ts";
import { fromArrays } from "../../problem/data.ts";
import { customNeuron, neuron, type PerceptronOptions } from "../../problem/neuron.ts";
import { type Problem, problem, residualAt } from "../../problem/problem.ts";
import { fromFunction } from "../../problem/synthetic.ts";
import { gaussNodes } from "../gauss-testing.ts";
import { LowerBound, lackOfBound } from "./lower-bound.ts";

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });

/** ψ = w·x: Φ = G·θ + λ|θ|²/2, so that log Z = (p/2) log(2πτ/λ) + |G|²/2λτ. */
function linear(x: number[][], y: number[], l2: number, temperature: number): Problem {
  return problem({
    data: fromArrays(x, y),
    neuron: neuron({ activation: "identity", inputs: x[0].length, output: "fixed", bias: false }),
    regulariser: { l2 },
    temperature,
  });
}

function exactDual(task: Problem, outputs: Float64Array): number {
  const { data, potential, temperature, dimension } = task;
  const [lambda] = potential.l2;
  const g = new Float64Array(data.size);
  residualAt(task, outputs, g);
  let conjugate = 0;
  for (let i = 0; i < data.size; i++) conjugate += (g[i] * g[i]) / (2 * data.weight[i]) + g[i] * data.y[i];
  let square = 0;
  for (let k = 0; k < dimension; k++) {
    let slope = 0;
    for (let i = 0; i < data.size; i++) slope += g[i] * data.x[k * data.size + i];
    square += slope * slope;
  }
  return (
    -conjugate -
    temperature * 0.5 * dimension * Math.log((2 * Math.PI * temperature) / lambda) -
    square / (2 * lambda)
  );
}

describe("the lower bound of a network", () => {
  it.each([1, 2, 3])("is the closed form of a linear neuron with %d inputs, at any temperature", (d) => {
    fc.assert(
      fc.property(
        fc.array(finite(-2, 2), { minLength: 4 * d + 8, maxLength: 4 * d + 8 }),
        finite(0.05, 2),
        finite(-6, 1),
        (numbers, l2, power) => {
          const x = [0, 1, 2, 3].map((i) => numbers.slice(i * d, (i + 1) * d));
          const y = numbers.slice(4 * d, 4 * d + 4);
          const outputs = Float64Array.from(numbers.slice(4 * d + 4));
          const temperature = 10 ** power;
          const task = linear(x, y, l2, temperature);
          const exact = exactDual(task, outputs);
          // Smooth: to round-off of terms of the size of the bound and of the largest Φ/τ summed.
          const allowed = 1e-12 * (1 + Math.abs(exact));
          expect(Math.abs(new LowerBound(task).at(outputs) - exact)).toBeLessThan(allowed);
        },
      ),
      { numRuns: d === 3 ? 8 : 30, endOnFailure: true },
    );
  });

  it("lies below the certified optimum for any outputs, and is it at the optimum's own", () => {
    const task = problem({
      data: fromFunction({ function: "sin", interval: [-3, 3], samples: 24, quadrature: "uniform" }),
      neuron: neuron({ activation: "tanh", inputs: 1, bias: false }),
      regulariser: { l2: 0.05 },
      temperature: 0.02,
    });
    const side = axis({ low: -9, high: 9, cells: 256 });
    const { freeEnergy, numbers } = stationary(new GridField(task, grid([side, side])));
    const bound = new LowerBound(task);
    // The optimum of the grid is that of R² to its quadrature, spectrally accurate here.
    expect(Math.abs(bound.at(numbers) - freeEnergy)).toBeLessThan(1e-8);
    fc.assert(
      fc.property(fc.array(finite(-1, 1), { minLength: 24, maxLength: 24 }), (shift) => {
        const outputs = numbers.map((value, i) => value + 0.1 * shift[i]);
        expect(bound.at(outputs)).toBeLessThan(freeEnergy + 1e-8);
      }),
      { numRuns: 20 },
    );
  });

  it("depends on the outputs alone, not on what was asked before", () => {
    const task = linear([[1], [2]], [0.5, -1], 0.1, 0.01);
    const used = new LowerBound(task);
    used.at(Float64Array.of(100, -300));
    const outputs = Float64Array.of(0.3, 0.1);
    expect(used.at(outputs)).toBe(new LowerBound(task).at(outputs));
  });

  it("follows a temperature that falls by 1000: at each the bound of a problem that has it", () => {
    const outputs = Float64Array.of(0.3, 0.1);
    const falling = new LowerBound(linear([[1], [2]], [0.5, -1], 0.1, 0), 2);
    for (const tau of [2, 0.3, 0.002]) {
      const own = new LowerBound(linear([[1], [2]], [0.5, -1], 0.1, tau)).at(outputs);
      expect(Math.abs(falling.at(outputs, tau) - own), `${tau}`).toBeLessThan(1e-12 * (1 + Math.abs(own)));
    }
  });

  it("is blank where the integral is not resolved: wells far narrower than their distance", () => {
    const task = problem({ dimension: 3, potential: { kind: "double-well" }, temperature: 1e-7 });
    expect(new LowerBound(task).at(new Float64Array(0))).toBeNaN();
  });

  it("on the torus is a sum of Bessel functions: V = −cos θ, −τ log 2πI₀(1/τ)", () => {
    const task = problem({
      dimension: 1,
      domain: "torus",
      potential: { kind: "cosine" },
      temperature: 0.5,
    });
    let bessel = 0;
    let term = 1;
    for (let k = 0; k < 40; k++) {
      bessel += term;
      term /= (k + 1) ** 2; // (z/2)^{2k}/k!², z = 1/τ = 2
    }
    const exact = -0.5 * Math.log(2 * Math.PI * bessel);
    expect(Math.abs(new LowerBound(task).at(new Float64Array(0)) - exact)).toBeLessThan(1e-14);
  });

  it.each<[string, Parameters<typeof problem>[0]]>([
    ["without noise", { dimension: 1, potential: { kind: "quadratic" } }],
    ["without confinement", { dimension: 1, temperature: 1 }],
    ["with more than three coordinates", { dimension: 4, potential: { kind: "quadratic" }, temperature: 1 }],
    [
      "with W",
      {
        dimension: 1,
        potential: { kind: "quadratic" },
        interaction: { kind: "quadratic", strength: 1 },
        temperature: 1,
      },
    ],
  ])("is not offered %s", (_, options) => {
    expect(lackOfBound(problem(options))).not.toBeNull();
  });
});

/** D(κg) by the midpoint rule in one coordinate s = w·e where all inputs are multiples of a unit vector e and a is integrated by hand. */
function collinearDual(
  task: Problem,
  along: readonly number[],
  outputs: Float64Array,
  scale: number,
): number {
  const { potential, temperature: tau, dimension, neuron: one } = task;
  const [outer, inner] = potential.l2;
  if (one?.kind !== "perceptron") throw new Error("a perceptron");
  const g = new Float64Array(along.length);
  residualAt(task, outputs, g);
  const sigma = new Float64Array(1);
  const exponent = (s: number) => {
    let signal = 0;
    along.forEach((x, i) => {
      one.activation.values(Float64Array.of(s * x), sigma, 0, 1);
      signal += scale * g[i] * sigma[0];
    });
    return (signal * signal) / (2 * outer * tau) - (inner * s * s) / (2 * tau);
  };
  // s = sinh u: fine about 0, where σ varies, and far out; in pieces between its kinks.
  const reach = 400 * Math.sqrt(tau / inner);
  const kinks = along.flatMap((x) => [-0.5 / x, 0.5 / x]).filter((s) => Math.abs(s) < reach);
  const ends = [-reach, 0, reach, ...kinks].sort((a, b) => a - b).map(Math.asinh);
  const nodes = ends
    .slice(1)
    .flatMap((end, k) => gaussNodes(ends[k], end, k === 0 || k === ends.length - 2 ? 60 : 8));
  const logs = nodes.map(({ x: u, weight }) => exponent(Math.sinh(u)) + Math.log(weight * Math.cosh(u)));
  const most = Math.max(...logs);
  const line = most + Math.log(logs.reduce((sum, one) => sum + Math.exp(one - most), 0));
  const across = 0.5 * (dimension - 2) * Math.log((2 * Math.PI * tau) / inner);
  const logZ = 0.5 * Math.log((2 * Math.PI * tau) / outer) + line + across;
  return -conjugateRiskAt(task, outputs, scale) - tau * logZ;
}

describe("with a trained output, which is integrated out", () => {
  const ALONG = [-1.7, -1.1, -0.4, 0.3, 0.9, 1.6];
  const collinear = (
    name: ActivationName,
    inputs: number,
    y: readonly number[],
    l2: { a: number; w: number },
    temperature: number,
  ) =>
    problem({
      data: fromArrays(
        ALONG.map((x) => [0.6 * x, 0.8 * x, 0].slice(0, inputs).map((part) => (inputs === 1 ? x : part))),
        [...y],
      ),
      neuron: neuron({ activation: name, inputs, bias: false }),
      regulariser: { l2 },
      temperature,
    });

  it.each(
    ACTIVATION_NAMES.flatMap((name) => [1, 2, 3].map((inputs): [ActivationName, number] => [name, inputs])),
  )("%s of %d inputs: never above the rule in the one coordinate that counts, and close to it", (name, inputs) => {
    const { homogeneity } = activation(name);
    fc.assert(
      fc.property(
        fc.array(finite(-1, 1), { minLength: 12, maxLength: 12 }),
        fc.tuple(finite(0.02, 1), finite(0.02, 1), finite(-2, 0)),
        (numbers, [a, w, power]) => {
          const tau = 10 ** power;
          const task = collinear(name, inputs, numbers.slice(0, 6), { a, w }, tau);
          const outputs = Float64Array.from(numbers.slice(6), (r, i) => numbers[i] + 0.3 * r);
          const { value, scale, lack } = new LowerBound(task).boundAt(outputs);
          if (homogeneity !== null && homogeneity > 1) expect([lack, scale]).toEqual(["infinite", 0]);
          if (lack === null) expect(scale).toBe(1);
          else expect(scale).toBeLessThan(1);
          const exact = collinearDual(task, ALONG, outputs, scale);
          expect(value).toBeLessThan(exact + 1e-9 * (1 + Math.abs(exact)));
          // Where no two lattices agree to the last digits their difference is taken off, 1 % of τ at most, and so much it may err.
          expect(value).toBeGreaterThan(exact - 0.021 * tau - 1e-9 * (1 + Math.abs(exact)));
        },
      ),
      { numRuns: inputs === 3 ? 2 : 6, endOnFailure: true },
    );
  });

  it.each([
    "relu",
    "leaky-relu",
    "softplus",
    "gelu",
  ] as const)("%s: is that of the best κ where ∫e^(−Φ/τ) is infinite, as docs/theory.md §3.6 has it, for κ = 1", (name) => {
    fc.assert(
      fc.property(
        fc.array(finite(0.3, 2), { minLength: 12, maxLength: 12 }),
        fc.tuple(finite(0.02, 0.2), finite(0.02, 0.2), finite(-2, 0)),
        (numbers, [a, w, power]) => {
          const tau = 10 ** power;
          const task = collinear(name, 1, numbers.slice(0, 6), { a, w }, tau);
          const outputs = Float64Array.from(numbers.slice(6), (share, i) => 0.4 * share * numbers[i]);
          const g = new Float64Array(6);
          residualAt(task, outputs, g);
          // On rays σ is that of its asymptotes.
          const down = name === "leaky-relu" ? 0.01 : 0;
          const signal = (side: number) =>
            ALONG.reduce((sum, x, i) => sum + g[i] * (side * x > 0 ? side * x : down * side * x), 0);
          const ratio = Math.max(...[1, -1].map((side) => signal(side) ** 2 / (a * w)));
          fc.pre(Math.abs(ratio - 1) > 1e-3);
          const { value, scale, lack } = new LowerBound(task).boundAt(outputs);
          expect(lack).toBe(ratio > 1 ? "infinite" : null);
          if (lack === null) return;
          expect(scale).toBeLessThan(1 / Math.sqrt(ratio));
          // Among scales up to 0.98 of the critical one, as close to each other as 1 %.
          const origin = collinearDual(task, ALONG, outputs, 0);
          let best = origin;
          for (let share = 0.02; share < 0.98; share += 0.04) {
            best = Math.max(best, collinearDual(task, ALONG, outputs, share / Math.sqrt(ratio)));
          }
          // κ is looked for on a coarse lattice where there is no closed form, to a few parts in a hundred.
          const exact = name === "relu" || name === "leaky-relu";
          expect(value).toBeGreaterThan(best - (exact ? 1e-9 : 0.01 * (best - origin) + 0.021 * tau));
        },
      ),
      { numRuns: 8, endOnFailure: true },
    );
  });
});

describe("over a bias and over bounded outputs", () => {
  const X = [-1.3, -0.2, 0.8, 1.7];
  const Y = [0.9, -0.4, 0.1, -0.7];
  const OUTPUTS = Float64Array.of(0.7, -0.1, 0.15, -0.4);
  const TAU = 0.2;
  const L2 = { a: 0.9, w: 0.6, b: 1.1 };
  const made = (options: PerceptronOptions) =>
    problem({
      data: fromArrays(X, Y),
      neuron: neuron(options),
      regulariser: { l2: L2 },
      temperature: TAU,
    });

  /** D(g) by the midpoint rule in every coordinate, a among them, on so many cells of [−REACH, REACH] each. */
  const REACH = 11;
  const bruteDual = (task: Problem, cells: number) => {
    const one = task.neuron;
    if (one?.kind !== "perceptron") throw new Error("a perceptron");
    const g = new Float64Array(X.length);
    residualAt(task, OUTPUTS, g);
    const axes = one.names.map((_, k) => ({ l2: task.potential.l2[k], block: one.blocks[k] }));
    const centres = Array.from({ length: cells }, (_, j) => REACH * ((2 * j + 1) / cells - 1));
    const sigma = new Float64Array(1);
    const own = axes.filter(({ block }) => block !== "a");
    const outer = axes.find(({ block }) => block === "a");
    let total = 0;
    const inner = (theta: readonly number[]) => {
      let signal = 0;
      let energy = 0;
      own.forEach(({ l2 }, k) => {
        energy += 0.5 * l2 * theta[k] ** 2;
      });
      X.forEach((x, i) => {
        one.activation.values(Float64Array.of(theta[0] * x + (theta[1] ?? 0)), sigma, 0, 1);
        signal += g[i] * sigma[0];
      });
      if (outer === undefined) total += Math.exp(-(energy + signal) / TAU);
      else {
        for (const a of centres) {
          const weight = one.output === "bounded" ? Math.tanh(a) : a;
          total += Math.exp(-(energy + weight * signal + 0.5 * outer.l2 * a * a) / TAU);
        }
      }
    };
    for (const w of centres) {
      if (own.length === 1) inner([w]);
      else for (const b of centres) inner([w, b]);
    }
    return -conjugateRiskAt(task, OUTPUTS) - TAU * Math.log(total * ((2 * REACH) / cells) ** axes.length);
  };

  it.each(
    ACTIVATION_NAMES.filter((name) => name !== "relu2" && name !== "relu3").flatMap((name) =>
      [
        { output: "trained" as const, bias: false },
        { output: "trained" as const, bias: true },
        { output: "bounded" as const, bias: false },
        { output: "fixed" as const, bias: true },
        { output: "fixed" as const, bias: false },
      ].map((rest): PerceptronOptions => ({ activation: name, inputs: 1, ...rest })),
    ),
  )("is the sum over cells in every coordinate: $activation, $output output, bias $bias", (options) => {
    const task = made(options);
    const { value, scale, lack } = new LowerBound(task).boundAt(OUTPUTS);
    expect([scale, lack]).toEqual([1, null]);
    const three = options.output === "trained" && options.bias === true;
    const [coarse, fine] = (three ? [54, 81] : [200, 300]).map((cells) => bruteDual(task, cells));
    // The sum is of second order at kinks, at worst: the finer one is as far from the truth as from the coarser one.
    const allowed = 2 * Math.abs(fine - coarse) + 1e-10;
    expect(value).toBeLessThan(fine + allowed);
    expect(value).toBeGreaterThan(fine - allowed - 0.021 * TAU);
    expect(allowed).toBeLessThan(2e-3);
  });

  it("relu² without output: on cones, and infinite where Σ g_i(x_i)₊² outweighs the penalty", () => {
    const task = made({ activation: "relu2", inputs: 1, output: "fixed" });
    const { value, scale, lack } = new LowerBound(task).boundAt(OUTPUTS);
    expect([scale, lack]).toEqual([1, null]);
    const [coarse, fine] = [300, 600].map((cells) => bruteDual(task, cells));
    expect(Math.abs(value - fine)).toBeLessThan(2 * Math.abs(fine - coarse) + 1e-10);
    // On w < 0 alone x₁ is active: 2g₁x₁² + l_w < 0 from outputs 0.9 − 0.6·4/(2·1.69) on.
    const edge = 0.9 - (4 * 0.6) / (2 * 1.69);
    const without = made({ activation: "relu2", inputs: 1, output: "fixed", bias: false });
    for (const [shift, expected] of [
      [1e-9, null],
      [-1e-9, "infinite"],
    ] as const) {
      const outputs = Float64Array.of(edge + shift, -0.4, 0.1, -0.7);
      expect(new LowerBound(without).boundAt(outputs).lack).toBe(expected);
    }
  });

  it("four coordinates (a, w₁, w₂, b), three of them left: no higher than on a plane that holds all inputs", () => {
    for (const name of ["tanh", "relu", "softplus"] as const) {
      const task = (inputs: number) =>
        problem({
          data: fromArrays(
            X.map((x) => (inputs === 1 ? [x] : [0.6 * x, 0.8 * x])),
            Y,
          ),
          neuron: neuron({ activation: name, inputs }),
          regulariser: { l2: L2 },
          temperature: TAU,
        });
      expect(task(2).dimension).toBe(4);
      const plane = new LowerBound(task(1)).at(OUTPUTS);
      const space = new LowerBound(task(2)).at(OUTPUTS);
      // The coordinate of w across the inputs is free: a Gaussian more.
      const exact = plane - 0.5 * TAU * Math.log((2 * Math.PI * TAU) / L2.w);
      expect(space, name).toBeLessThan(exact + 1e-9);
      expect(space, name).toBeGreaterThan(exact - (name === "relu" ? 1e-4 : 1e-6));
    }
  });

  it("lies below the optimum on wide grids: relu, whatever the outputs", () => {
    const task = problem({
      data: fromArrays([-1.5, -0.5, 0.5, 1.5], [0.3, -0.2, 0.4, 0.8]),
      neuron: neuron({ activation: "relu", inputs: 1, bias: false }),
      regulariser: { l2: { a: 0.4, w: 0.7 } },
      temperature: 0.1,
    });
    // The grid's optimum is off to second order at the kink, w = 0; so is the step from one grid to the next.
    const [coarse, { freeEnergy, numbers }] = [160, 240].map((cells) => {
      const side = axis({ low: -8, high: 8, cells });
      return stationary(new GridField(task, grid([side, side])));
    });
    const off = 2 * Math.abs(freeEnergy - coarse.freeEnergy) + 1e-9;
    expect(off).toBeLessThan(1e-3);
    const bound = new LowerBound(task);
    expect(Math.abs(bound.at(numbers) - freeEnergy)).toBeLessThan(off);
    fc.assert(
      fc.property(fc.array(finite(-1, 1), { minLength: 4, maxLength: 4 }), finite(-3, 1), (shift, power) => {
        const outputs = numbers.map((value, i) => value + 10 ** power * shift[i]);
        expect(bound.at(outputs)).toBeLessThan(freeEnergy + off);
      }),
    );
  });
});

describe("whatever comes", () => {
  const cases = ACTIVATION_NAMES.flatMap((name) =>
    (["trained", "fixed", "bounded"] as const).flatMap((output) =>
      [1, 2].flatMap((inputs) =>
        [false, true].map((bias): PerceptronOptions => ({ activation: name, output, inputs, bias })),
      ),
    ),
  );
  const X = [
    [-1, 0.4],
    [0.3, 2],
    [1.2, -0.7],
  ];

  it.each(
    cases,
  )("a bound, or none, but no end: $activation, $output output, $inputs inputs, bias $bias", (options) => {
    const { inputs } = options;
    for (const temperature of [1e-3, 0.3]) {
      const task = problem({
        data: fromArrays(
          X.map((row) => row.slice(0, inputs)),
          [0.4, -0.3, 0.7],
        ),
        neuron: neuron(options),
        regulariser: { l2: 0.05 },
        temperature,
      });
      if (lackOfBound(task) !== null) continue;
      for (const evaluations of [0, 30, 3000]) {
        const bound = new LowerBound(task, temperature, { evaluations });
        for (const size of [0, 1e-300, 1e-3, 1, 1e10, 1e120]) {
          const outputs = Float64Array.of(size, -2 * size, 0.5 * size);
          const { value, scale, lack } = bound.boundAt(outputs);
          if (Number.isNaN(value)) expect(lack).toBe("unresolved");
          else {
            expect(Number.isFinite(value)).toBe(true);
            // E_τ* is at most E_τ of e^(−V/τ)/Z, at which f = 0 where the output has mean 0: R(0) − τ log Z.
            const free = 0.5 * temperature * task.dimension * Math.log((2 * Math.PI * temperature) / 0.05);
            const most = (0.4 ** 2 + 0.3 ** 2 + 0.7 ** 2) / 6 - free;
            if (options.output !== "fixed") expect(value).toBeLessThan(most + 1e-12);
            expect(scale >= 0 && scale <= 1).toBe(true);
            expect(scale === 1).toBe(lack === null);
          }
        }
        for (const wild of [1e200, Number.POSITIVE_INFINITY, Number.NaN]) {
          const { value, lack } = bound.boundAt(Float64Array.of(0, wild, 0));
          expect([value, lack]).toEqual([Number.NaN, "overflow"]);
        }
      }
    }
  });

  it("says what a problem lacks", () => {
    const trained = (options: Partial<Parameters<typeof problem>[0]>, inputs = 1) =>
      problem({
        data: fromArrays(
          [X[0].slice(0, 1), X[1].slice(0, 1)].map((row) => Array(inputs).fill(row[0])),
          [0, 1],
        ),
        neuron: neuron({ activation: "tanh", inputs }),
        regulariser: { l2: 0.1 },
        temperature: 0.1,
        ...options,
      });
    expect(lackOfBound(trained({}))).toBe(null);
    expect(lackOfBound(trained({ temperature: 0 }))).toBe("temperature");
    expect(lackOfBound(trained({ interaction: { kind: "quadratic", strength: 1 } }))).toBe("interaction");
    for (const block of ["a", "w", "b"] as const) {
      const l2 = { a: 0.1, w: 0.1, b: 0.1, [block]: 0 };
      expect(lackOfBound(trained({ regulariser: { l2 } }))).toBe("confinement");
      expect(lackOfBound(trained({ regulariser: { l2 }, potential: { kind: "quadratic" } }))).toBe(null);
    }
    // (a, w₁, w₂, b) leaves three axes where a is integrated out; a double well does not allow that.
    expect(lackOfBound(trained({}, 2))).toBe(null);
    expect(lackOfBound(trained({ potential: { kind: "double-well" } }, 2))).toBe("axes");
    expect(lackOfBound(trained({}, 3))).toBe("axes");
  });

  it("has the same bits whatever memory there is, and no more is spent than asked for", () => {
    const task = problem({
      data: fromFunction({ function: "sin", interval: [-3, 3], samples: 40, quadrature: "uniform" }),
      neuron: neuron({ activation: "tanh", inputs: 1 }),
      regulariser: { l2: 0.01 },
      temperature: 0.01,
    });
    const outputs = (k: number) => Float64Array.from(task.data.y, (y, i) => y * (1 - 0.2 * Math.cos(i + k)));
    const plain = new LowerBound(task, 0.01, { bytes: 0 });
    const keeping = new LowerBound(task, 0.01);
    for (let k = 0; k < 3; k++) expect(keeping.boundAt(outputs(k))).toEqual(plain.boundAt(outputs(k)));
    // Any budget gives a lower bound: D(0) where it is next to nothing, and more than that where κ was looked for.
    const free = new LowerBound(task, 0.01).at(task.data.y);
    for (const evaluations of [0, 10, 1e3, 1e4, 1e5]) {
      const { value, scale } = new LowerBound(task, 0.01, { evaluations }).boundAt(outputs(0));
      if (scale === 0) expect(Math.abs(value - free)).toBeLessThan(1e-12);
      else expect(value).toBeGreaterThan(scale < 1 ? free : Number.NEGATIVE_INFINITY);
    }
  });

  it("serves a user's ψ on all of its coordinates, and is blank where that is none", () => {
    const own = (value: (a: number, b: number, x: number) => number) =>
      problem({
        data: fromArrays([0.5, -1], [0.3, 0.2]),
        neuron: customNeuron({
          dimension: 2,
          inputs: 1,
          value: ([a, b], [x]) => value(a, b, x),
          gradient() {},
        }),
        regulariser: { l2: 0.3 },
        temperature: 0.2,
      });
    const same = problem({
      data: fromArrays([0.5, -1], [0.3, 0.2]),
      neuron: neuron({ activation: "tanh", inputs: 1, bias: false }),
      regulariser: { l2: 0.3 },
      temperature: 0.2,
    });
    const outputs = Float64Array.of(0.1, -0.4);
    const exact = new LowerBound(same).at(outputs);
    expect(Math.abs(new LowerBound(own((a, b, x) => a * Math.tanh(b * x))).at(outputs) - exact)).toBeLessThan(
      1e-5,
    );
    const broken = own((a) => {
      if (a > 2) throw new Error("too far");
      return a;
    });
    // κ = 0 asks nothing of ψ.
    expect(new LowerBound(broken).boundAt(outputs)).toMatchObject({ scale: 0, lack: "unresolved" });
  });
});

it("where nothing may be spent is D(0), in closed form: −R*(0) − (τ/2) Σ log(2πτ/λ_k)", () => {
  for (const activation of ["relu", "tanh"] as const) {
    const [tau, lambda] = [0.2, 0.3];
    const made = problem({
      data: fromArrays(
        [
          [1, 0.4],
          [-0.5, 2],
          [2, -1],
        ],
        [1, 0.3, -2],
      ),
      neuron: neuron({ activation, inputs: 2 }),
      regulariser: { l2: lambda },
      temperature: tau,
    });
    // ℓ*(0) = 0 of a squared loss; four coordinates.
    const closed = -2 * tau * Math.log((2 * Math.PI * tau) / lambda);
    const { value, scale } = new LowerBound(made, tau, { evaluations: 0 }).boundAt(Float64Array.of(9, -9, 9));
    expect([activation, scale]).toEqual([activation, 0]);
    expect(value).toBeCloseTo(closed, 13);
  }
});
