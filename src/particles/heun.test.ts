// A step of Heun's method against its two lines, written out: with D by block, τ of mid-step, and both gradients by the batch of the step.

import { describe, expect, it } from "vitest";
import { annealedLangevin } from "../dynamics/annealed-langevin.ts";
import type { Dynamics } from "../dynamics/dynamics.ts";
import { langevin } from "../dynamics/langevin.ts";
import { TILE } from "../kernels/layout.ts";
import { fromArrays } from "../problem/data.ts";
import { points } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { type Problem, problem } from "../problem/problem.ts";
import { makeIntegrator, stableStep } from "./integrators.ts";
import { brownianNoise } from "./noise.ts";
import { solo } from "./solo.ts";
import { moved } from "./system.ts";

const H = 0.1;
const N = 3;
const START = [
  [0.4, -0.3],
  [1.1, 0.2],
];
const data = fromArrays([[-1], [0.5], [1], [2]], [0.3, -0.2, 0.5, 1]);
const network = (temperature: number) =>
  problem({ data, neuron: neuron({ activation: "tanh", inputs: 1, bias: false }), temperature });

/** θ after one step from n, as the method has it and as its lines say. */
function stepped(made: Problem, dynamics: Dynamics, tau: number, speeds: readonly number[], batch?: number) {
  const options = batch === undefined ? {} : { batch };
  const system = solo(made, dynamics, START.length, points(START), options);
  makeIntegrator("heun", system, H).step(N);
  const p = START[0]!.length;
  const read = (values: Float64Array) => START.map((_, j) => speeds.map((_, k) => values[k * TILE + j]!));
  const twin = solo(made, dynamics, START.length, points(START), options);
  const gradientAt = (rows: readonly (readonly number[])[]) => {
    for (const [j, row] of rows.entries())
      for (let k = 0; k < p; k++) twin.particles.state[k * TILE + j] = row[k]!;
    moved(twin);
    twin.drift.differentiate(N);
    return read(twin.drift.gradient);
  };
  const noise = brownianNoise(0, 0);
  const xi = speeds.map((_, k) => {
    const lanes = new Float64Array(TILE);
    noise.fill(lanes, 0, 0, N, k);
    return lanes;
  });
  const shake = (j: number, k: number) => Math.sqrt(2 * tau * speeds[k]! * H) * xi[k]![j]!;
  const first = gradientAt(START);
  const predicted = START.map((row, j) =>
    row.map((value, k) => value - H * speeds[k]! * first[j]![k]! + shake(j, k)),
  );
  const second = gradientAt(predicted);
  const expected = START.map((row, j) =>
    row.map((value, k) => value - 0.5 * H * speeds[k]! * (first[j]![k]! + second[j]![k]!) + shake(j, k)),
  );
  return { found: read(system.particles.state), expected };
}

describe("a step of heun", () => {
  it.each([
    ["with D by block", network(0.3), langevin({ mobility: { w: 0.3 } }), 0.3, [1, 0.3], undefined],
    ["a frozen block", network(0.3), langevin({ mobility: { a: 0 } }), 0.3, [0, 1], undefined],
    [
      "at the τ of mid-step",
      network(0),
      annealedLangevin({ constant: 0.8 }),
      0.8 / Math.log(Math.E + (N + 0.5) * H),
      [1, 1],
      undefined,
    ],
    ["both gradients by one batch", network(0.3), langevin(), 0.3, [1, 1], 2],
    ["without noise", network(0), langevin(), 0, [1, 1], undefined],
  ] as const)("%s", (_, made, dynamics, tau, speeds, batch) => {
    const { found, expected } = stepped(made, dynamics, tau, speeds, batch);
    for (const [j, row] of expected.entries()) {
      for (const [k, value] of row.entries()) expect(Math.abs(found[j]![k]! - value)).toBeLessThan(1e-14);
    }
  });

  it("is stable on a mode λ for hλ < 2", () => {
    const lambda = 3;
    const made = problem({ potential: { kind: "quadratic", strength: lambda }, dimension: 1 });
    const factor = (h: number) => {
      const system = solo(made, langevin(), 1, points([[1]]));
      makeIntegrator("heun", system, h).step(0);
      return Math.abs(system.particles.state[0]!);
    };
    const limit = stableStep(solo(made, langevin(), 1, points([[1]])), "heun", lambda);
    expect(limit).toBe(2 / lambda);
    expect([factor(limit * 0.999) < 1, factor(limit * 1.001) > 1]).toEqual([true, true]);
  });
});
