// What networks hold: activations as far as the cache goes, and snapshots of the run's own length.

import { afterEach, expect, it } from "vitest";
import { useBackend } from "../../kernels/backend/backend.ts";
import { nativeEngine } from "../../kernels/backend/native.ts";
import { CACHE_BUDGET } from "../../kernels/kernel.ts";
import { builtOf } from "../built-testing.ts";
import type { ParticleRun } from "../runs.ts";
import { PARTICLES } from "./particles.ts";

const SAMPLES = 64;

afterEach(() => {
  useBackend("auto");
});

function runOf(particles: object, more: object = {}, activation = "tanh"): ParticleRun {
  const { runs } = builtOf({
    name: "held",
    problem: {
      data: { function: "sin", interval: [-2, 2], samples: SAMPLES },
      neuron: { activation, inputs: 1, output: "trained" },
      regulariser: { l2: 0.1 },
      temperature: 0.1,
    },
    dynamics: { kind: "langevin" },
    initial: { kind: "gaussian", mean: 0, std: 1 },
    time: { until: 1, step: 0.1 },
    solvers: [{ particles: { dual: "off", ...particles } }],
    ...more,
  });
  return runs[0] as ParticleRun;
}

/** Bytes of the activations of a network at so many data. */
const activations = (width: number, points: number) => 8 * width * points;

it("holds activations of every neuron as far as each thread's share of the cache goes", () => {
  const width = (0.75 * CACHE_BUDGET) / (8 * SAMPLES);
  const run = runOf({ width });
  expect(PARTICLES.bytes(run, 1) - PARTICLES.bytes(run, 2)).toBe(activations(width, SAMPLES));
  const half = runOf({ width: width / 2 });
  expect(PARTICLES.bytes(half, 2)).toBe(PARTICLES.bytes(half, 1));
  expect(PARTICLES.bytes(half, 1) - PARTICLES.bytes(half, 4)).toBe(activations(width / 2, SAMPLES));
});

it("says whether activations are kept: those of a batch are fewer than those of all data", () => {
  const width = (2 * CACHE_BUDGET) / (8 * SAMPLES);
  const said = (particles: object) => PARTICLES.costLines([runOf(particles)])[1];
  expect(said({ width })).toMatch(/exceed the cache budget/);
  expect(said({ width, batch: SAMPLES / 4 })).toMatch(/are kept/);
  expect(said({ width: width / 2 })).toMatch(/are kept/);
  expect(said({ width: width / 2 + 1 })).toMatch(/exceed the cache budget/);
});

it("keeps two numbers of an activation whose slope its value does not tell, but in JavaScript", () => {
  const most = CACHE_BUDGET / (8 * SAMPLES);
  for (const [activation, backend, width] of [
    ["tanh", "wasm", most],
    ["gelu", "wasm", most / 2],
    ["gelu", "js", most],
  ] as const) {
    useBackend(backend);
    const [fits, exceeds] = [width, width + 1].map((asked) => runOf({ width: asked }, {}, activation));
    expect(PARTICLES.costLines([fits!])[1]).toMatch(/are kept/);
    expect(PARTICLES.costLines([exceeds!])[1]).toMatch(/exceed the cache budget/);
    expect(PARTICLES.bytes(fits!, 1) - PARTICLES.bytes(fits!, 2)).toBe(CACHE_BUDGET);
  }
});

it("foretells more time in JavaScript than by WebAssembly, and there more than natively; less where σ is cheap", () => {
  const names = (["native", "wasm", "js"] as const).filter(
    (name) => name !== "native" || "engine" in nativeEngine(),
  );
  const times = names.map((name) => {
    useBackend(name);
    return ["relu", "tanh"].map((activation) => PARTICLES.unit(runOf({ width: 10 }, {}, activation)));
  });
  for (let k = 1; k < times.length; k++) {
    for (const which of [0, 1]) expect(times[k]![which]).toBeGreaterThan(times[k - 1]![which]!);
  }
  // In JavaScript either is mostly the loop around it.
  for (const [cheap, other] of times.slice(0, -1)) expect(other).toBeGreaterThan(cheap!);
});

it("knows a snapshot of its own by θ, and by momenta that it has or has not", () => {
  const width = 5;
  const first = runOf({ width });
  const second = runOf({ width }, { dynamics: { kind: "kinetic", friction: 1 } });
  const length = width * first.problem.dimension;
  const snapshot = (theta: number, omega: number) => ({
    t: 0,
    theta: new Float64Array(theta),
    omega: new Float64Array(omega),
    outputs: new Float64Array(SAMPLES),
  });
  const fits = (run: ParticleRun) =>
    [snapshot(length, 0), snapshot(length, length), snapshot(length + 1, 0), snapshot(length, 1)].map((one) =>
      PARTICLES.isKept(run, one),
    );
  expect(fits(first)).toEqual([true, false, false, false]);
  expect(fits(second)).toEqual([false, true, false, false]);
  const { t, outputs } = snapshot(0, 0);
  expect(PARTICLES.isKept(first, { t, outputs, density: new Float64Array(length) })).toBe(false);
});

it("foretells what every mean through which a neuron sees the others takes", () => {
  const nsOf = (interaction: object) => {
    const problem = { domain: "torus", interaction, temperature: 0.1 };
    const run = runOf({ width: 1000 }, { problem, initial: { kind: "gaussian", mean: [0], std: [1] } });
    return PARTICLES.unit(run) * PARTICLES.cost(run);
  };
  const [few, more] = [2, 20].map((count) =>
    nsOf({ kind: "fourier", coefficients: new Array(count).fill(0.1) }),
  );
  const one = nsOf({ kind: "cosine", strength: 1 });
  // A cosine and a sine each.
  expect((more! - one) / (few! - one)).toBeCloseTo(19, 9);
  expect(more!).toBeGreaterThan(5 * one);
});
