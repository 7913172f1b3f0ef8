// Sums on lattices against ψ itself, one node at a time; kept or computed again, they have the same bits.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Axis, axis } from "../../grid/axis.ts";
import { ACTIVATION_NAMES } from "../../problem/activation.ts";
import { fromArrays } from "../../problem/data.ts";
import { customNeuron, type Neuron, neuron, neuronValue } from "../../problem/neuron.ts";
import { problem } from "../../problem/problem.ts";
import { LatticeSums } from "./lattice.ts";

const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });

const own = customNeuron({
  dimension: 2,
  inputs: 1,
  value: ([a, b], [x]) => Math.sin(a * x) * Math.exp(-b * b),
  gradient() {},
});

function nodesOf(axes: readonly Axis[]): number[][] {
  return axes.reduce<number[][]>(
    (nodes, { centres }) => nodes.flatMap((node) => Array.from(centres, (centre) => [...node, centre])),
    [[]],
  );
}

const KINDS: [string, Neuron, number][] = [
  ...ACTIVATION_NAMES.map((activation): [string, Neuron, number] => [
    `${activation} with a trained output`,
    neuron({ activation, inputs: 1 }),
    2,
  ]),
  ["tanh with two inputs and no bias", neuron({ activation: "tanh", inputs: 2, bias: false }), 2],
  ["tanh without output", neuron({ activation: "tanh", inputs: 2, output: "fixed" }), 3],
  ["a user's ψ", own, 2],
];

describe("Σ g_i s on a lattice", () => {
  it.each(KINDS)("is that of ψ with a = 1: %s", (_, one, axes) => {
    const count = 7; // not a multiple of the rows added together
    fc.assert(
      fc.property(
        fc.array(finite(-2, 2), { minLength: count * one.inputs, maxLength: count * one.inputs }),
        fc.array(finite(-1, 1), { minLength: count, maxLength: count }),
        fc.array(finite(-3, 3), { minLength: 2 * axes, maxLength: 2 * axes }),
        (numbers, weights, ends) => {
          const x = weights.map((_, i) => numbers.slice(i * one.inputs, (i + 1) * one.inputs));
          const task = problem({ data: fromArrays(x, weights), neuron: one });
          const lattice = Array.from({ length: axes }, (_, k) =>
            axis({ low: ends[2 * k], high: ends[2 * k] + Math.abs(ends[2 * k + 1]) + 0.1, cells: 4 + k }),
          );
          const g = Float64Array.from(weights);
          const sums = new LatticeSums(task, 1e6).at(lattice, g, true);
          const output = one.kind === "perceptron" && one.output === "trained" ? [1] : [];
          nodesOf(lattice).forEach((node, at) => {
            const theta = Float64Array.from([...output, ...node]);
            let exact = 0;
            let size = 0;
            x.forEach((input, i) => {
              const value = g[i] * neuronValue(one, theta, Float64Array.from(input));
              exact += value;
              size += Math.abs(value);
            });
            // Each of the sums rounds, and so does each argument of σ, whose slope is 30 at most here (relu³).
            expect(Math.abs(sums[at] - exact)).toBeLessThanOrEqual(1e-13 * (1 + size));
          });
        },
      ),
      { numRuns: 10 },
    );
  });

  it("has the same bits whether ψ was kept, is kept now, or does not fit", () => {
    const x = Array.from({ length: 9 }, (_, i) => [Math.cos(i), i / 4]);
    const task = problem({
      data: fromArrays(
        x,
        x.map(([a]) => a),
      ),
      neuron: neuron({ activation: "tanh", inputs: 2, bias: false }),
    });
    const lattice = (cells: number) => [
      axis({ low: -2, high: 1, cells }),
      axis({ low: 0, high: 3, cells: 40 }),
    ];
    const g = Float64Array.from(x, ([a, b]) => a - b);
    // Of two lattices one fits: each drives the other out.
    const kept = new LatticeSums(task, 9 * 40 * 40);
    for (const cells of [40, 30, 40, 40, 30]) {
      const expected = new LatticeSums(task, 0).at(lattice(cells), g, true);
      expect(kept.at(lattice(cells), g, true)).toEqual(expected);
      expect(kept.at(lattice(cells), g, false)).toEqual(expected);
    }
  });

  it("keeps what fits, to the last number, and drives out what was used first where more comes", () => {
    let calls = 0;
    const counted = customNeuron({
      dimension: 1,
      inputs: 1,
      value([a], [x]) {
        calls += 1;
        return a * x;
      },
      gradient() {},
    });
    const task = problem({ data: fromArrays([1, 2], [0, 0]), neuron: counted });
    const g = Float64Array.of(0.3, -1);
    // Of 8, 10 and 12 numbers, two data of each node.
    const callsOf = (keep: number, cells: readonly number[]) => {
      const sums = new LatticeSums(task, keep);
      return cells.map((count) => {
        calls = 0;
        sums.at([axis({ low: -1, high: 1, cells: count })], g, true);
        return calls;
      });
    };
    expect(callsOf(20, [4, 6, 4, 6])).toEqual([8, 12, 0, 0]);
    expect(callsOf(19, [4, 6, 4, 6])).toEqual([8, 12, 8, 12]);
    // The 12 go for the 10: the 8 were used since.
    expect(callsOf(20, [4, 6, 4, 5, 4, 6])).toEqual([8, 12, 0, 10, 0, 12]);
    expect(callsOf(11, [4, 6, 6, 4])).toEqual([8, 12, 12, 0]);
  });

  it("is not a number where a user's ψ throws or is none", () => {
    const wild = customNeuron({
      dimension: 1,
      inputs: 1,
      value([a]) {
        if (a > 1) throw new RangeError("too far");
        return a < -1 ? Number.NaN : a;
      },
      gradient() {},
    });
    const task = problem({ data: fromArrays([1], [0]), neuron: wild });
    const sums = new LatticeSums(task, 100).at(
      [axis({ low: -2, high: 2, cells: 8 })],
      Float64Array.of(1),
      true,
    );
    expect(Array.from(sums, Number.isNaN)).toEqual([true, true, false, false, false, false, true, true]);
  });
});
