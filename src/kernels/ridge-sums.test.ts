// Memory of activations that one run leaves to the next: never two runs' at a time, and no bit depends on what is left in it.

import { beforeEach, expect, it } from "vitest";
import { fromArrays } from "../problem/data.ts";
import { neuron } from "../problem/neuron.ts";
import { nativeEngine } from "./backend/native.ts";
import { JsRidge } from "./js-ridge.ts";
import { forgetMemory } from "./kernel.ts";
import { slice, stateLength } from "./layout.ts";
import { Pass } from "./pass.ts";
import { Reduction, reductionLength } from "./reduction.ts";
import { RidgeSums } from "./ridge-sums.ts";
import { SOLO } from "./team.ts";

const cell = neuron({ activation: "tanh", inputs: 1, output: "fixed", bias: false });
const x = [-1.5, -0.5, 0.25, 1, 2];
const data = fromArrays(
  x,
  x.map(() => 0),
);
const ALL = Number.POSITIVE_INFINITY;

/** Networks of that many neurons, all at θ; `keeps`: whether activations are kept between the two calls. */
function network(width: number, theta: number, keeps = true) {
  const part = slice(width);
  const pass = new Pass(part);
  const sums = new RidgeSums(cell, data, pass, keeps ? ALL : 0);
  const state = new Float64Array(stateLength(part.tiles, 1)).fill(theta);
  return {
    pass,
    observe() {
      const reduction = new Reduction(
        part,
        SOLO,
        x.length,
        new Float64Array(reductionLength(part.chunkCount, x.length)),
      );
      reduction.open(x.length);
      sums.observe(state, 1, reduction);
      pass.settle();
      const outputs = new Float64Array(x.length);
      reduction.close(outputs, 1 / width);
      return outputs;
    },
    /** dΨ/dθ, with g_i = 1: Σ_i x_i (1 − tanh²(θ x_i)). */
    drift() {
      const gradient = new Float64Array(state.length);
      sums.drift(state, 1, new Float64Array(x.length).fill(1), gradient);
      pass.settle();
      return gradient[0]!;
    },
  };
}

const slopeAt = (theta: number) => x.reduce((sum, at) => sum + at * (1 - Math.tanh(theta * at) ** 2), 0);

beforeEach(forgetMemory);

it("is of one network at a time: two that live together after a release do not see each other's", () => {
  const before = network(20, 0.1);
  before.observe();
  before.pass.release();
  const [one, other] = [network(16, 0.7), network(16, -0.4)];
  one.observe();
  other.observe();
  expect(one.drift()).toBeCloseTo(slopeAt(0.7), 14);
  expect(other.drift()).toBeCloseTo(slopeAt(-0.4), 14);
});

it.each([
  ["as wide a", 20],
  ["a narrower", 9],
  ["a wider", 40],
])("changes no bit of %s network", (_, width) => {
  const before = network(20, 3);
  before.observe();
  before.pass.release();
  const [own, none] = [network(width, 0.7), network(width, 0.7, false)];
  expect(own.observe()).toEqual(none.observe());
  expect(own.drift()).toBe(none.drift());
});

it("of two that are left the larger is kept, and forgotten where it is asked for", () => {
  // Seen by what a new one finds there: nothing is cleared.
  const held = (kernel: JsRidge) => (kernel as unknown as { kept: Float64Array }).kept;
  const kernel = (tiles: number) =>
    new JsRidge({ activation: cell.activation, data, tiles, strip: 2, keeps: true });
  const [large, small] = [kernel(5), kernel(1)];
  large.release();
  small.release();
  const next = kernel(2);
  expect(held(next)).toBe(held(large));
  next.release();
  forgetMemory();
  expect(held(kernel(2))).not.toBe(held(large));
});

it("of native blocks the larger is left to the next, unless it is forgotten or small", () => {
  const native = nativeEngine();
  if (!("engine" in native)) return;
  const { allocate } = native.engine;
  const [large, small] = [allocate(400_000), allocate(200_000)];
  large.free();
  small.free();
  expect(allocate(100)).not.toBe(large);
  expect(allocate(300_000)).toBe(large);
  large.free();
  forgetMemory();
  expect(allocate(300_000)).not.toBe(large);
});
