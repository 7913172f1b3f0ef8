import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axis } from "../grid/axis.ts";
import { grid } from "../grid/grid.ts";
import { GridField } from "../pde/field.ts";
import { stationary } from "../pde/stationary.ts";
import { fromArrays } from "../problem/data.ts";
import { neuron } from "../problem/neuron.ts";
import { type Problem, problem, residualAt } from "../problem/problem.ts";
import { fromFunction } from "../problem/synthetic.ts";
import { hasLowerBound, LowerBound } from "./lower-bound.ts";

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
    expect(hasLowerBound(problem(options))).toBe(false);
  });
});
