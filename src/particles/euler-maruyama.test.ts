// A step of Euler–Maruyama under a mobility D: the drift and the noise of each coordinate by its own D, so that the Gibbs measure, which
// does not know of D, is the limit of each.

import { describe, expect, it } from "vitest";
import { langevin } from "../dynamics/langevin.ts";
import { TILE } from "../kernels/layout.ts";
import { fromArrays } from "../problem/data.ts";
import { points } from "../problem/law.ts";
import { neuron } from "../problem/neuron.ts";
import { problem } from "../problem/problem.ts";
import { eulerMaruyama } from "./euler-maruyama.ts";
import type { NoiseSource } from "./noise.ts";
import { solo } from "./solo.ts";

const TAU = 0.3;
const H = 0.05;
const made = problem({
  data: fromArrays([1, -0.5, 1.5], [1, 0.3, 2]),
  neuron: neuron({ activation: "tanh", inputs: 1 }),
  regulariser: { l2: { a: 0.5, w: 0.8, b: 1.1 } },
  temperature: TAU,
});
const D = [1.5, 0.7, 0.2];
const dynamics = langevin({ mobility: { a: D[0], w: D[1], b: D[2] } });
const START = [
  [0.3, -1, 0.4],
  [1.2, 0.5, -0.7],
];

/** Where two neurons are after a step under that noise, less what the noise does; the gradient before it. */
function stepped(noise: NoiseSource) {
  const system = solo(made, dynamics, 2, points(START), {}, noise);
  system.field.differentiate();
  const gradient = system.field.gradient.slice();
  eulerMaruyama.make(system, H, {}).step(0);
  const at = (values: Float64Array, j: number, k: number) => values[k * TILE + j];
  return START.map((_, j) =>
    D.map((_, k) => ({ theta: at(system.particles.state, j, k), slope: at(gradient, j, k) })),
  );
}

const constant = (value: number): NoiseSource => ({ fill: (out, at) => void out.fill(value, at, at + TILE) });

describe("one step", () => {
  it("moves each coordinate by −hD times its own gradient and √(2τDh) times its normal", () => {
    const [quiet, pushed] = [stepped(constant(0)), stepped(constant(1))];
    for (const [j, row] of START.entries()) {
      for (const [k, from] of row.entries()) {
        const { theta, slope } = quiet[j][k];
        expect(theta - from).toBeCloseTo(-H * D[k] * slope, 14);
        expect(pushed[j][k].theta - theta).toBeCloseTo(Math.sqrt(2 * TAU * D[k] * H), 14);
      }
    }
  });

  it("draws for neuron, coordinate and step apart", () => {
    const asked: number[][] = [];
    const noise: NoiseSource = {
      fill(out, at, tile, step, lane) {
        asked.push([tile, step, lane]);
        out.fill(0, at, at + TILE);
      },
    };
    stepped(noise);
    expect(asked).toEqual([
      [0, 0, 0],
      [0, 0, 1],
      [0, 0, 2],
    ]);
  });
});

it("leaves the variance of the Gibbs measure in place, τ/λ but for O(h), at every D", () => {
  // At x = 0 nothing of the data is felt.
  const free = problem({
    data: fromArrays([0], [0]),
    neuron: neuron({ activation: "identity", inputs: 1, output: "fixed", bias: false }),
    regulariser: { l2: 0.9 },
    temperature: TAU,
  });
  for (const mobility of [0.2, 1, 3]) {
    const amplitude = (value: number) => {
      const system = solo(
        free,
        langevin({ mobility: { w: mobility } }),
        1,
        points([[0]]),
        {},
        constant(value),
      );
      eulerMaruyama.make(system, H, {}).step(0);
      return system.particles.state[0];
    };
    const keep = 1 - H * mobility * 0.9;
    const variance = amplitude(1) ** 2 / (1 - keep * keep);
    expect(variance / (TAU / 0.9)).toBeCloseTo(1 / (1 - (H * mobility * 0.9) / 2), 12);
  }
});
