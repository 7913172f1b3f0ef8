// Steps that no halving helps: how short the last is, and what is left of the density.

import { expect, it, vi } from "vitest";
import { constantTemperature } from "../../dynamics/dynamics.ts";
import { fromArrays } from "../../problem/data.ts";
import { neuron } from "../../problem/neuron.ts";
import { problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { boxOf, normalised } from "../testing.ts";
import { implicitField } from "./implicit-field.ts";

it("a step with too much negative mass at every length is given up after twenty halvings, the density as it was", () => {
  const grid = boxOf({ low: -1, high: 1, cells: 8 });
  const made = problem({
    data: fromArrays([[1]], [0.5]),
    neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
  });
  const lengths: number[] = [];
  const chain = vi.fn((step: number) => {
    lengths.push(step);
    return [{ prepare() {}, forward() {}, derivative() {}, cut: 2e-6 }];
  });
  const options = { step: 3, temperature: constantTemperature(0.1), share: 0.5, implicit: 1 };
  const stepper = implicitField(new GridField(made, grid), chain, options);
  const mu = normalised(grid, Float64Array.of(1, 2, 3, 4, 4, 3, 2, 1));
  const before = mu.slice();
  expect(() => stepper.step(mu, 0)).toThrow(
    `the density would have negative mass 2.0e-6, in steps of ${2 ** -20} of time.step too; allowed 0.000001. Try a smaller time.step, or scheme implicit`,
  );
  expect(mu).toEqual(before);
  expect(lengths).toEqual(Array.from({ length: 21 }, (_, k) => 3 / 2 ** k));
});
