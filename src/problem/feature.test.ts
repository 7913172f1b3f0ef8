// What a neuron says of many parameters at once has the bits of what it says of one.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACTIVATION_NAMES } from "./activation.ts";
import { customNeuron } from "./custom-neuron.ts";
import { type Feature, gradientTabulated } from "./feature.ts";
import { neuron, OUTPUT_NAMES } from "./perceptron.ts";

/** Of neurons from …, count of them, at x: one after another, and at once. */
function gradients(feature: Feature, rows: Float64Array[], x: Float64Array, from: number, count: number) {
  const tables = () => rows.map(() => new Float64Array(count + 2).fill(7));
  const [alone, together] = [tables(), tables()];
  const out = new Float64Array(feature.dimension);
  for (let j = 0; j < count; j++) {
    feature.gradient(
      Float64Array.from(rows, (row) => row[from + j]!),
      x,
      out,
    );
    for (const [k, table] of alone.entries()) table[1 + j] = out[k]!;
  }
  const along = gradientTabulated(feature, rows);
  // A second call finds its buffers there.
  along(x, from, count, together, 1);
  along(x, from, count, together, 1);
  return { alone, together };
}

describe("gradients at many neurons are those at each", () => {
  it.each(ACTIVATION_NAMES)("%s", (activation) => {
    const number = fc.double({ min: -30, max: 30, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom(...OUTPUT_NAMES),
        fc.boolean(),
        fc.integer({ min: 1, max: 3 }),
        fc.array(number, { minLength: 58, maxLength: 58 }),
        fc.integer({ min: 0, max: 4 }),
        fc.integer({ min: 0, max: 8 }),
        (output, bias, inputs, numbers, from, count) => {
          const feature = neuron({ activation, inputs, output, bias });
          const rows = Array.from({ length: feature.dimension }, (_, k) =>
            Float64Array.from(numbers.slice(3 + 11 * k, 14 + 11 * k)),
          );
          const x = Float64Array.from(numbers.slice(0, inputs));
          const { alone, together } = gradients(feature, rows, x, from, Math.min(count, 11 - from));
          expect(together).toEqual(alone);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("a user's own", () => {
    const feature = customNeuron({
      dimension: 2,
      inputs: 1,
      value: (theta, x) => theta[0]! * Math.sin(theta[1]! * x[0]!),
      gradient(theta, x, out) {
        out[0] = Math.sin(theta[1]! * x[0]!);
        out[1] = theta[0]! * x[0]! * Math.cos(theta[1]! * x[0]!);
      },
    });
    const rows = [Float64Array.of(1, 2, 3, 4), Float64Array.of(0.1, 0.2, -0.3, 0.4)];
    const { alone, together } = gradients(feature, rows, Float64Array.of(1.5), 1, 3);
    expect(together).toEqual(alone);
  });
});
