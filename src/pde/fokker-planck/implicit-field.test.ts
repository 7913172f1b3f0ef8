// Steps that no halving helps, and what a stepper remembers from step to step.

import { describe, expect, it, vi } from "vitest";
import { constantTemperature } from "../../dynamics/dynamics.ts";
import { initialDensity } from "../../grid/initial.ts";
import { fromArrays } from "../../problem/data.ts";
import { gaussian } from "../../problem/law.ts";
import { neuron } from "../../problem/neuron.ts";
import { problem } from "../../problem/problem.ts";
import { GridField } from "../field/field.ts";
import { boxOf, distanceOf, normalised, solver } from "../testing.ts";
import { type ImplicitStepper, implicitField } from "./implicit-field.ts";

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

describe("the start of Newton's iteration from the steps before", () => {
  const grid = boxOf({ low: -4, high: 4, cells: 40 });
  const made = problem({
    data: fromArrays([-1, 0.5, 1, 2], [0.3, -0.2, 0.4, 0.9]),
    neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: 0.1 },
    temperature: 0.1,
  });
  const begun = () => {
    const { field, stepper } = solver(made, grid, { scheme: "implicit", step: 0.05 });
    const mu = initialDensity(grid, gaussian({ mean: [0.8], std: [0.5] }), 1e-3);
    return { field, stepper: stepper as ImplicitStepper, mu };
  };

  it("leaves two corrections and no product where z moves smoothly, and moves the density by rounding alone", () => {
    const { field, stepper, mu } = begun();
    const products = vi.spyOn(field, "potentialDerivative");
    const fresh = mu.slice();
    for (let n = 0; n < 30; n++) {
      products.mockClear();
      const iterations = stepper.step(mu, n);
      begun().stepper.step(fresh, n);
      if (n < 15) continue;
      expect(iterations).toBeLessThanOrEqual(2);
      expect(products).not.toHaveBeenCalled();
    }
    expect(distanceOf(grid, mu, fresh)).toBeLessThan(1e-13);
  });

  it("is dropped for a density that the last step did not leave", () => {
    const { stepper, mu } = begun();
    for (let n = 0; n < 9; n++) stepper.step(mu, n);
    const other = begun();
    const moved = other.mu.slice();
    stepper.step(moved, 0);
    other.stepper.step(other.mu, 0);
    expect(moved).toEqual(other.mu);
  });

  it("is saved: steps go on with the same bits", () => {
    const { stepper, mu } = begun();
    for (let n = 0; n < 5; n++) stepper.step(mu, n);
    const other = begun();
    other.mu.set(mu);
    other.stepper.restore(stepper.save());
    for (let n = 5; n < 15; n++) {
      stepper.step(mu, n);
      other.stepper.step(other.mu, n);
      expect(other.mu).toEqual(mu);
    }
  });

  it("costs a try where what is remembered of the derivative is wrong, and no step", () => {
    const { field, stepper, mu } = begun();
    for (let n = 0; n < 3; n++) stepper.step(mu, n);
    const [fresh, misled] = [begun(), begun()];
    const saved = stepper.save();
    // Ends as KnownMatrix saves itself: how many columns, and of each u and v of J = I + Σ uvᵀ. With u = −2v corrections go the wrong way.
    const columns = saved.length - 2 * field.count ** 2;
    expect(saved[columns - 1]).toBeGreaterThan(0);
    for (let k = 0; k < saved[columns - 1]!; k++) {
      const at = columns + 2 * k * field.count;
      for (let i = 0; i < field.count; i++) saved[at + i] = -2 * saved[at + field.count + i]!;
    }
    misled.stepper.restore(saved);
    for (const one of [fresh, misled]) one.mu.set(mu);
    const iterations = fresh.stepper.step(fresh.mu, 3);
    expect(misled.stepper.step(misled.mu, 3)).toBeLessThanOrEqual(iterations + 1);
    expect(misled.stepper.shortened).toBe(0);
    expect(distanceOf(grid, misled.mu, fresh.mu)).toBeLessThan(1e-13);
  });

  it("is saved where steps are halved too, whose halves remember nothing", () => {
    const line = boxOf({ low: -4, high: 4, cells: 260 });
    const steep = problem({
      potential: { kind: "double-well" },
      interaction: { kind: "gaussian", strength: 0.8, scale: 0.7 },
      temperature: 0.12,
    });
    const start = () =>
      solver(steep, line, { scheme: "second-order", step: 0.05 }).stepper as ImplicitStepper;
    const mu = initialDensity(line, gaussian({ mean: [0.5], std: [0.5] }), 1e-3);
    const stepper = start();
    const halved: number[] = [];
    for (let n = 0; n < 4; n++) {
      const [other, again] = [mu.slice(), start()];
      again.restore(stepper.save());
      stepper.step(mu, n);
      again.step(other, n);
      expect(other).toEqual(mu);
      halved.push(stepper.shortened);
    }
    // More than one after the other, so that there is what could be remembered.
    expect(halved[1]).toBeGreaterThan(halved[0]!);
  });

  it("gives the numbers of the density that a step left, and of no other", () => {
    const { field, stepper, mu } = begun();
    expect(stepper.numbers(mu)).toBeNull();
    for (let n = 0; n < 3; n++) {
      stepper.step(mu, n);
      const z = new Float64Array(field.count);
      field.observe(mu, z);
      expect(stepper.numbers(mu)).toEqual(z);
      expect(stepper.numbers(mu.slice())).toBeNull();
    }
    stepper.restore(stepper.save());
    expect(stepper.numbers(mu)).toBeNull();
  });
});
