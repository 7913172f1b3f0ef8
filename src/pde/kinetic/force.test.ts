// ∇Φ against differences of Φ, for every kind of problem: where nothing else is known, central differences approach it
// with order 2; on the torus Φ is periodic and its spectral derivative is exact.

import { describe, expect, it } from "vitest";
import { axis } from "../../grid/axis.ts";
import { Fourier } from "../../grid/fourier.ts";
import { type Grid, grid } from "../../grid/grid.ts";
import { ACTIVATION_NAMES, type ActivationName } from "../../problem/activation.ts";
import { fromArrays } from "../../problem/data.ts";
import { customNeuron, neuron } from "../../problem/neuron.ts";
import { type Problem, problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { forceOf } from "./force.ts";
import { orders } from "./testing.ts";

const data = fromArrays([-1, -0.2, 0.5, 1.3], [0.4, -0.3, 0.2, 0.8], [1, 2, 1, 1]);

function bump(theta: Grid): Float64Array {
  return Float64Array.from({ length: theta.size }, (_, at) =>
    theta.axes.reduce((product, { centres, cells }, k) => {
      const x = centres[Math.floor(at / theta.strides[k]) % cells];
      return product * Math.exp(-((x - 0.3 * k - 0.2) ** 2)) * 0.6;
    }, 1),
  );
}

/** Largest |∂_kΦ − (Φ(θ + Δ) − Φ(θ − Δ))/2Δ| off the faces, over k. */
function gapOf(made: Problem, cells: number): number {
  const theta = grid(Array.from({ length: made.dimension }, () => axis({ low: -2, high: 2, cells })));
  const rho = bump(theta);
  const force = forceOf(new GridField(made, theta));
  force.update(rho);
  const field = new GridField(made, theta);
  const z = new Float64Array(field.count);
  const phi = new Float64Array(theta.size);
  field.observe(rho, z);
  field.potential(z, phi);
  let most = 0;
  for (const [k, { spacing }] of theta.axes.entries()) {
    const stride = theta.strides[k];
    for (let at = 0; at < theta.size; at++) {
      const i = Math.floor(at / stride) % cells;
      if (i === 0 || i === cells - 1) continue;
      const slope = (phi[at + stride] - phi[at - stride]) / (2 * spacing);
      most = Math.max(most, Math.abs(force.gradient[k][at] - slope));
    }
  }
  return most;
}

const smooth = ACTIVATION_NAMES.filter(
  (name) => !["relu", "leaky-relu", "relu2", "identity", "cubic-step"].includes(name),
);

describe("∇Φ is the limit of differences of Φ, with order 2", () => {
  const one = (activation: ActivationName) => neuron({ activation, inputs: 1, output: "fixed", bias: false });
  const cases: [string, Problem][] = [
    ...smooth.map((name): [string, Problem] => [`ψ = ${name}(θx)`, problem({ data, neuron: one(name) })]),
    [
      "a tanh(wx), λ by block",
      problem({
        data,
        neuron: neuron({ activation: "tanh", inputs: 1, bias: false }),
        regulariser: { l2: { a: 1, w: 0.3 } },
      }),
    ],
    [
      "erf(wx + b), logistic",
      problem({
        data: fromArrays([-1, 0.5, 1], [1, -1, 1]),
        loss: "logistic",
        neuron: neuron({ activation: "erf", inputs: 1, output: "fixed" }),
      }),
    ],
    [
      "a custom ψ",
      problem({
        data,
        neuron: customNeuron({
          dimension: 1,
          inputs: 1,
          value: (theta, x) => Math.sin(theta[0] * x[0]) + theta[0] ** 3,
          gradient: (theta, x, out) => {
            out[0] = x[0] * Math.cos(theta[0] * x[0]) + 3 * theta[0] ** 2;
          },
        }),
      }),
    ],
    [
      "a V of one's own that is no sum over coordinates, p = 2",
      problem({
        dimension: 2,
        potential: {
          value: (t) => Math.sin(t[0]!) * t[1]! ** 3 + t[0]! ** 2,
          gradient: (t, out) => {
            out[0] = Math.cos(t[0]!) * t[1]! ** 3 + 2 * t[0]!;
            out[1] = 3 * Math.sin(t[0]!) * t[1]! ** 2;
          },
        },
      }),
    ],
    [
      "double well and Gaussian W, p = 2",
      problem({
        dimension: 2,
        potential: { kind: "double-well" },
        interaction: { kind: "gaussian", strength: 2, scale: 0.7 },
      }),
    ],
  ];
  it.each(cases)("%s", (_name, made) => {
    const errors = [64, 128].map((cells) => gapOf(made, cells));
    expect(Math.abs(orders(errors)[0] - 2), `${errors}`).toBeLessThan(0.15);
  });

  it("V quadratic and W quadratic: exactly the difference", () => {
    const made = problem({
      dimension: 2,
      potential: { kind: "quadratic", strength: 0.7 },
      interaction: { kind: "quadratic", strength: -0.4 },
    });
    expect(gapOf(made, 32)).toBeLessThan(1e-13);
  });
});

describe("on the torus ∇Φ is the spectral derivative of Φ", () => {
  it.each([
    { kind: "cosine", strength: 1.5 },
    { kind: "gaussian", strength: 1.5 },
    { kind: "attention", beta: 1.5 },
  ] as const)("W $kind, V cosine", (interaction) => {
    const made = problem({
      domain: "torus",
      potential: { kind: "cosine", strength: 0.6 },
      interaction,
    });
    const cells = 96;
    const theta = grid([axis({ low: -Math.PI, high: Math.PI, cells, periodic: true })]);
    const rho = theta.axes[0].centres.map((x) => 0.1 * Math.exp(Math.cos(x - 1)));
    const force = forceOf(new GridField(made, theta));
    force.update(rho);
    const field = new GridField(made, theta);
    const z = new Float64Array(field.count);
    const phi = new Float64Array(cells);
    field.observe(rho, z);
    field.potential(z, phi);
    const fourier = new Fourier(cells);
    const values = new Float64Array(2 * cells);
    const spectrum = new Float64Array(2 * cells);
    for (let i = 0; i < cells; i++) values[2 * i] = phi[i];
    fourier.transform(spectrum, values);
    for (let k = 0; k < cells; k++) {
      const wave = 2 * k === cells ? 0 : k < cells / 2 ? k : k - cells;
      [spectrum[2 * k], spectrum[2 * k + 1]] = [-wave * spectrum[2 * k + 1], wave * spectrum[2 * k]];
    }
    fourier.inverse(values, spectrum);
    // Rounding, times the highest wave number.
    for (let i = 0; i < cells; i++)
      expect(Math.abs(force.gradient[0][i] - values[2 * i])).toBeLessThan(1e-12);
  });
});

it("refuses a density whose mean field is not finite", () => {
  const theta = grid([axis({ low: -2, high: 2, cells: 8 })]);
  const pulled = problem({
    potential: { kind: "quadratic" },
    interaction: { kind: "quadratic", strength: 1 },
  });
  const force = forceOf(new GridField(pulled, theta));
  expect(() => force.update(new Float64Array(8).fill(Number.NaN))).toThrow("diverged");
});

it("W of many harmonics, of two angles: ∇(W∗ρ) of the same w summed over every pair", () => {
  const beta = 1.5;
  const own = {
    value: (z: number) => -Math.exp(beta * Math.cos(z)) / beta,
    slope: (z: number) => Math.sin(z) * Math.exp(beta * Math.cos(z)),
  };
  const theta = grid([24, 36].map((cells) => axis({ low: -Math.PI, high: Math.PI, cells, periodic: true })));
  const rho = Float64Array.from({ length: theta.size }, (_, i) => 0.02 * (1 + Math.sin(0.7 * i) ** 2));
  const [through, pairs] = [{ kind: "attention", beta } as const, own].map((interaction) => {
    const made = problem({ domain: "torus", interaction, temperature: 0.1, dimension: 2 });
    const force = forceOf(new GridField(made, theta));
    force.update(rho);
    return force.gradient;
  });
  for (const [k, along] of through.entries()) {
    for (const [i, value] of along.entries()) expect(Math.abs(value - pairs[k][i])).toBeLessThan(1e-12);
  }
});
