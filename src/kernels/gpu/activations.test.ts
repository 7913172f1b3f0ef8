// Each activation and its slope as shaders have them, in single precision, beside double precision: no further off than accuracy.ts takes them to be.

import { expect, it } from "vitest";
import { ACTIVATION_NAMES, activation } from "../../problem/activation.ts";
import { shaderOf } from "./activations.ts";
import { assembly } from "./gpu-testing.ts";

const U = 2 ** -24;
const COUNT = 20_000;
/** From −1 to 1, −10 to 10, −200 to 200 and close to 0. */
const z = Float32Array.from({ length: COUNT }, (_, i) => [1, 10, 200, 1e-3][i % 4]! * ((2 * i) / COUNT - 1));

/** `name` at all of z. */
function shader(of: (typeof ACTIVATION_NAMES)[number], name: "value" | "slope"): Float32Array {
  const gpu = assembly();
  const functions = shaderOf(of).map(({ name, source, parameters }) => ({
    name,
    source,
    settings: { returnType: "Float", argumentTypes: new Array(parameters).fill("Float") },
  }));
  const kernel = gpu.device.createKernel(`function (z) { return ${name}(z[this.thread.x]); }`, {
    output: [COUNT],
    functions,
    precision: "single",
  });
  const found = kernel(gpu.input(z, [COUNT])) as Float32Array;
  expect(kernel.kernel.constructor.mode).toBe("webasm");
  return found;
}

it.each(ACTIVATION_NAMES)("%s is right to 16 units where its argument is right to 16", (name) => {
  const { values, slopes } = activation(name);
  const exact = (at: Float64Array) => {
    const [value, slope] = [new Float64Array(COUNT), new Float64Array(COUNT)];
    values(at, value, 0, COUNT);
    slopes(at, value, 0, slope, COUNT);
    return { value, slope };
  };
  const at = Float64Array.from(z);
  const [here, above, below] = [0, 16 * U, -16 * U].map((moved) => exact(at.map((x) => x * (1 + moved))));
  for (const which of ["value", "slope"] as const) {
    const found = shader(name, which);
    let worst = 0;
    for (let i = 0; i < COUNT; i++) {
      const true_ = here![which][i]!;
      const moved = Math.max(...[above, below].map((other) => Math.abs(other![which][i]! - true_)));
      // Double precision rounds too: 1 − tanh² is 0 from 19 on.
      const allowed = moved + 16 * U * Math.abs(true_) + 2 ** -50 * (1 + Math.abs(at[i]!));
      worst = Math.max(worst, Math.abs(found[i]! - true_) / allowed);
    }
    expect(worst).toBeLessThanOrEqual(1);
  }
});
