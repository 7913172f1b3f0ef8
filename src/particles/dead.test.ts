// Dead neurons counted, beside the gradient of every neuron at every datum written out.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { gradientFlow } from "../dynamics/gradient-flow.ts";
import { fromArrays } from "../problem/data.ts";
import { points } from "../problem/law.ts";
import { customNeuron, neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { deadNeurons } from "./dead.ts";
import { solo } from "./solo.ts";

const few = fc.integer({ min: -3, max: 3 });
const rows = (p: number) =>
  fc.array(fc.array(few, { minLength: p, maxLength: p }), { minLength: 1, maxLength: 20 });

describe("of random networks, counted as ∇ψ(θ_j; x_i) says that is written out", () => {
  // Small whole numbers: many neurons are off at all data, on a kink, or without an output weight.
  it("ψ = a relu(wx + b), relu′(0) = 0", () => {
    fc.assert(
      fc.property(rows(3), fc.array(few, { minLength: 1, maxLength: 4 }), few, (theta, x, level) => {
        const y = x.map((u) => u + level);
        const task = problem({
          data: fromArrays(x, y),
          neuron: neuron({ activation: "relu", inputs: 1 }),
          regulariser: { l2: 0.3 },
        });
        const relu = (z: number) => Math.max(0, z);
        const system = solo(task, gradientFlow(), theta.length, points(theta));
        system.field.observe();
        const f = Array.from(system.field.outputs);
        const pulling = x.filter((_, i) => f[i] - y[i] !== 0);
        const dead = theta.filter(([a, w, b]) =>
          pulling.every((u) => {
            const on = w * u + b > 0;
            return relu(w * u + b) === 0 && (!on || a === 0);
          }),
        );
        expect(deadNeurons(system)).toBe(pulling.length === 0 ? null : dead.length);
      }),
    );
  });
});

describe("what is dead, and what only rests", () => {
  const single = (x: number[], y: number[], theta: number[][], activation: "identity" | "tanh" | "relu") => {
    const task = problem({
      data: fromArrays(x, y),
      neuron: neuron({ activation, inputs: 1, output: "fixed", bias: false }),
    });
    return deadNeurons(solo(task, gradientFlow(), theta.length, points(theta)));
  };

  it("a minimum with residuals left is alive, though its gradient is exactly 0", () => {
    // f = 0 at x = ±1, y = 1: g x adds to 0 over the data.
    expect(single([-1, 1], [1, 1], [[0], [0]], "identity")).toBe(0);
    expect(single([-1, 1], [1, 1], [[0]], "tanh")).toBe(0);
  });

  it("tanh is dead where it has saturated to the last bit, and alive just before", () => {
    expect(single([1, 2], [0.5, 0.5], [[25], [-25], [3]], "tanh")).toBe(2);
  });

  it("where every residual is 0, or has no weight, nothing is", () => {
    expect(single([1, 2], [0, 0], [[-1], [-2]], "relu")).toBeNull();
    expect(single([1, 2], [0, 1], [[-1], [-2]], "relu")).toBe(2);
    const weighted = problem({
      data: fromArrays([1, -1], [1, 0], [0, 1]),
      neuron: neuron({ activation: "relu", inputs: 1, output: "fixed", bias: false }),
    });
    // The datum of weight 0 is not fitted, and pulls at nothing; f fits the other.
    expect(deadNeurons(solo(weighted, gradientFlow(), 1, points([[0]])))).toBeNull();
    const none = problem({ potential: { kind: "quadratic" } });
    expect(deadNeurons(solo(none, gradientFlow(), 2, points([[0], [1]])))).toBeNull();
  });

  it("a neuron of one's own that is constant somewhere", () => {
    const step = customNeuron({
      dimension: 1,
      inputs: 1,
      value: ([theta], [x]) => Math.max(0, theta) * x,
      gradient: ([theta], [x], out) => {
        out[0] = theta > 0 ? x : 0;
      },
    });
    const task = problem({ data: fromArrays([1, 2], [1, 1]), neuron: step });
    expect(deadNeurons(solo(task, gradientFlow(), 3, points([[-1], [1], [-2]])))).toBe(2);
  });
});
