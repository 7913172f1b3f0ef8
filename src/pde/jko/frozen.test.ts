// The frozen W∗μ against direct sums: value to 2e-11 K, slope to the derivative of that error, and the two consistent.

import { expect, it } from "vitest";
import { uniforms } from "../../particles/testing.ts";
import { interaction } from "../../problem/interaction.ts";
import { FrozenInteraction } from "./frozen.ts";

it.each([0.3, 1.7])("a Gaussian W of scale %d", (scale) => {
  const strength = 2.5;
  const made = interaction({ kind: "gaussian", strength, scale }, false);
  if (made.kind !== "gaussian") throw new Error("not Gaussian");
  const next = uniforms(3);
  const count = 64;
  const theta = Float64Array.from({ length: count }, () => 4 * next() - 2);
  const frozen = new FrozenInteraction(made);
  frozen.freeze(theta, new Float64Array(count).fill(1 / count), -3, 3);
  for (let k = 0; k <= 300; k++) {
    const at = -3 + k / 50;
    expect(Math.abs(frozen.value(at) - made.sum(at, theta) / count)).toBeLessThan(2e-11 * strength);
    // The quintic's slope is of order δ⁵: (1/16)⁵ 15/(500 √5) K/s at most, by the same remainder.
    expect(Math.abs(frozen.slope(at) - made.sumSlope(at, theta) / count)).toBeLessThan(
      (2e-8 * strength) / scale,
    );
    const d = 1e-4 * scale;
    const quotient = (frozen.value(at + d) - frozen.value(at - d)) / (2 * d);
    expect(Math.abs(frozen.slope(at) - quotient)).toBeLessThan((1e-8 * strength) / scale);
  }
});
