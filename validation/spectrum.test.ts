// The spectrum in cases that take longer. The short ones: src/pde/spectrum.

import { expect, it } from "vitest";
import { stationary } from "../src/pde/equilibrium/stationary.ts";
import { GridField } from "../src/pde/field/field.ts";
import { firstOrderSpectrum } from "../src/pde/spectrum/first-order.ts";
import { kineticSpectrum } from "../src/pde/spectrum/kinetic.ts";
import { boxOf } from "../src/pde/testing.ts";
import { fromArrays } from "../src/problem/data.ts";
import { neuron } from "../src/problem/neuron.ts";
import { problem } from "../src/problem/problem.ts";
import { expectPredictedDecay } from "../src/run/decay-testing.ts";

it.each([
  [0.3, 100],
  [2, 60],
])("kinetic on tanh(θx), γ = %d: H − H* decays at 2 gap, outputs at gap", expectPredictedDecay);

it("ψ = a tanh(wx): high friction meets the first-order gap", () => {
  const x = Array.from({ length: 12 }, (_, i) => -2 + (4 * (i + 0.5)) / 12);
  const made = problem({
    data: fromArrays(
      x,
      x.map((u) => Math.sin(2 * u)),
    ),
    neuron: neuron({ activation: "tanh", inputs: 1, bias: false }),
    regulariser: { l2: 0.3 },
    temperature: 0.2,
  });
  const axis = { low: -5, high: 5, cells: 48 };
  const field = new GridField(made, boxOf(axis, axis));
  const { density } = stationary(field);
  const first = firstOrderSpectrum(field, density);
  const { gap, estimate } = kineticSpectrum(field, density).at(100, { tolerance: 1e-3 });
  const limit = first.gap + first.estimate;
  expect(estimate).toBeLessThan(1e-3 * gap);
  // Richardson's remainder, Δ⁴: (estimate/gap)² = 4e-4.
  expect(Math.abs((100 * gap) / limit - 1)).toBeLessThan(3e-3);
});
