// F + K as it is watched between records: what is recorded of the same neurons, W included where it is looked at.

import { expect, it } from "vitest";
import { kinetic } from "../dynamics/kinetic.ts";
import { solo } from "../particles/solo.ts";
import { fromArrays } from "../problem/data.ts";
import { points } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { levelOf, lyapunovOf } from "./blow-up.ts";
import { observe } from "./particles.ts";

it.each([
  undefined,
  { kind: "quadratic", strength: 0.8 } as const,
])("is F + K of three neurons, W = %o", (interaction) => {
  const made = problem({
    data: fromArrays([1, -0.5], [1, 0.3]),
    neuron: neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: 0.5 },
    ...(interaction && { interaction }),
  });
  const rows = [
    [0.4, 0.2],
    [-1, 1.5],
    [2, 0],
  ];
  const system = solo(made, kinetic({ friction: 1 }), 3, points(rows));
  const recorded = observe(system);
  expect(levelOf(system, true)).toBeCloseTo(lyapunovOf(recorded), 14);
  const mean = rows.reduce((sum, [theta]) => sum + theta / 3, 0);
  const variance = rows.reduce((sum, [theta]) => sum + (theta - mean) ** 2 / 3, 0);
  const pull = interaction === undefined ? 0 : 0.5 * interaction.strength * variance;
  expect(levelOf(system, false)).toBeCloseTo(lyapunovOf(recorded) - pull, 14);
  const momenta = rows.reduce((sum, [, omega]) => sum + omega ** 2 / 6, 0);
  expect(lyapunovOf(recorded) - recorded.energy).toBeCloseTo(momenta, 14);
});
